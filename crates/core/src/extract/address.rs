//! An address taken apart, after what is broken in it was mended.

use super::repair;

/// The parts of an address. Host in lower case; the rest as written, LaTeX escapes undone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) segments: Vec<String>,
    pub(super) query: Option<String>,
    pub(super) fragment: Option<String>,
    pub(super) has_scheme: bool,
    /// What was mended, by name.
    pub(super) repairs: Vec<&'static str>,
}

/// Mends and reads an address; `None` where the host is none.
pub(super) fn read(raw: &str) -> Option<Address> {
    let (text, repairs) = repair::mend(raw);
    let (rest, has_scheme) = text.split_once("://").map_or((text.as_str(), false), |(_, rest)| (rest, true));
    let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, f)| (rest, Some(f.to_owned())));
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, q)| (rest, Some(q.to_owned())));
    let mut parts = rest.split('/');
    let host = parts.next()?.to_ascii_lowercase();
    let segments = parts.filter(|s| !s.is_empty()).map(str::to_owned).collect();
    is_host(&host).then_some(Address { host, segments, query, fragment, has_scheme, repairs })
}

impl Address {
    /// The normal form: `https`, no trailing slash, query kept.
    pub(super) fn normalised(&self) -> String {
        let mut url = format!("https://{}", self.host);
        for segment in &self.segments {
            url.push('/');
            url.push_str(segment);
        }
        if let Some(query) = &self.query {
            url.push('?');
            url.push_str(query);
        }
        url
    }

    /// The host without `www.`.
    pub(super) fn bare_host(&self) -> &str {
        self.host.strip_prefix("www.").unwrap_or(&self.host)
    }

    /// The path segments as string slices.
    pub(super) fn path(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }
}

/// Labels of letters, digits and hyphens, a last one of letters only; a port may follow.
fn is_host(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    let label_ok = |l: &str| !l.is_empty() && l.len() <= 63 && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let Some((_, top)) = name.rsplit_once('.') else { return false };
    top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic()) && name.split('.').all(label_ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_are_named() {
        let address = read(r"https://github.com//o/my\_repo").expect("an address");
        assert_eq!(address.segments, ["o", "my_repo"]);
        assert_eq!(address.repairs, ["latex_escape", "doubled_slash"]);
        assert_eq!(read("git@gitlab.com:a/b.git").expect("an address").segments, ["a", "b.git"]);
    }

    #[test]
    fn what_has_no_host_is_no_address() {
        for raw in ["https://", "http://localhost/x", "https://.", "https://a", "https://1.2.3", "://"] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }
}
