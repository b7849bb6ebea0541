//! SPDX ids of licences.

/// Returns the id of a licence with SPDX's capitalisation, if the text is one, in any case.
pub fn spdx_id(text: &str) -> Option<String> {
    spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(text)).map(|license| license.name.to_owned())
}
