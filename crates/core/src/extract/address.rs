//! An address split into its parts.

use std::borrow::Cow;

/// The parts of an address in its repaired text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Address<'a> {
    /// In lower case, with its port.
    pub(super) host: Cow<'a, str>,
    /// The path, with its slashes.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) has_scheme: bool,
}

/// Splits a repaired text; `None` if the host is invalid.
pub(super) fn read(text: &str) -> Option<Address<'_>> {
    let scheme = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (rest, has_scheme) = text[scheme..].strip_prefix("://").map_or((text, false), |rest| (rest, true));
    let (host, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (path, behind) = behind.split_at(behind.find(['?', '#']).unwrap_or(behind.len()));
    is_host(host).then(|| Address { host: in_lower_case(host), path, query: query(behind), has_scheme })
}

/// Returns the query at the start of `behind`, without the fragment.
fn query(behind: &str) -> Option<&str> {
    behind.strip_prefix('?').map(|query| query.split('#').next().unwrap_or(query))
}

impl<'a> Address<'a> {
    /// Returns the address of a host in lower case, its path, and query and fragment; `None` if the host is invalid. A `known` host
    /// is not checked.
    pub(super) fn whole([host, path, behind]: [&'a str; 3], has_scheme: bool, known: bool) -> Option<Self> {
        (known || is_host(host)).then(|| Self { host: host.into(), path, query: query(behind), has_scheme })
    }

    /// Returns the path's segments, without empty ones.
    pub(super) fn segments(&self) -> Vec<&'a str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }

    /// Returns the first two segments, and the path after them; `None` if there are fewer than two.
    pub(super) fn first_two(&self) -> Option<(&'a str, &'a str, &'a str)> {
        let (first, behind) = cut_segment(self.path)?;
        let (second, behind) = cut_segment(behind)?;
        Some((first, second, behind))
    }

    /// Returns the normal form: `https`, no trailing slash, with the query, without the fragment.
    pub(super) fn normalised(&self) -> String {
        let mut url = format!("https://{}", self.host);
        for segment in self.segments() {
            url.push('/');
            url.push_str(segment);
        }
        if let Some(query) = self.query {
            url.push('?');
            url.push_str(query);
        }
        url
    }

    /// Returns the host without `www.`.
    pub(super) fn bare_host(&self) -> &str {
        self.host.strip_prefix("www.").unwrap_or(&self.host)
    }
}

/// Returns the first segment of a path, and the rest.
fn cut_segment(path: &str) -> Option<(&str, &str)> {
    let slashes = path.bytes().take_while(|b| *b == b'/').count();
    let length = path.bytes().skip(slashes).take_while(|b| *b != b'/').count();
    (length > 0).then(|| (&path[slashes..slashes + length], &path[slashes + length..]))
}

fn in_lower_case(host: &str) -> Cow<'_, str> {
    if host.bytes().any(|b| b.is_ascii_uppercase()) { host.to_ascii_lowercase().into() } else { host.into() }
}

/// True for labels of letters, digits, hyphens and underscores, the last one of letters only; a port may follow.
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
    fn an_address_has_a_host_a_path_and_a_query() {
        let address = read("https://GitHub.com/o//my_repo/?tab=x#top").expect("an address");
        assert_eq!((address.host.as_ref(), address.query), ("github.com", Some("tab=x")));
        assert_eq!(address.segments(), ["o", "my_repo"]);
        assert_eq!(address.normalised(), "https://github.com/o/my_repo?tab=x");
    }

    #[test]
    fn what_has_no_host_is_no_address() {
        for text in ["https://", "http://localhost/x", "https://.", "https://a", "https://1.2.3", "://"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
