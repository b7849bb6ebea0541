//! Licences by their SPDX ids.

/// The id of a licence as SPDX writes it, if it is one, in any case.
pub fn spdx_id(text: &str) -> Option<String> {
    spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(text)).map(|license| license.name.to_owned())
}
