//! Addresses that a report links: only those that a browser opens without harm.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use starcite_core::{RepoName, paper};
use starcite_ground::url::Url;
use starcite_rows::Paper;

/// The longest address that is linked: a longer one is not the address of a page.
const MOST_BYTES: usize = 2_000;

/// All characters but those that a DOI may have in the path of an address.
const NOT_IN_DOIS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':').remove(b';').remove(b'(').remove(b')');

/// Characters that browsers accept and that no address has (RFC 3986).
const NOT_IN_ADDRESSES: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// Returns the page of a paper: arXiv's, that of its DOI, or the one that its source names.
pub(crate) fn of_paper(paper: &Paper<'_>) -> Option<String> {
    let arxiv = paper.arxiv_id.as_deref().and_then(paper::arxiv_id).map(|id| format!("https://arxiv.org/abs/{id}"));
    let doi = paper.doi.as_deref().and_then(paper::doi).map(|doi| format!("https://doi.org/{}", utf8_percent_encode(&doi, NOT_IN_DOIS)));
    [arxiv, doi, paper.url.as_deref().map(str::to_owned)].into_iter().flatten().find_map(|address| of_web(&address))
}

/// Returns the page of a repository.
pub(crate) fn of_repo(name: &str) -> Option<String> {
    of_web(&RepoName::parse(name).ok()?.url())
}

/// Returns an address on the web in its plain form, with the host as it is looked up (IDNA); `None` for another scheme, and for one with a user's name or a
/// password.
pub(crate) fn of_web(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none())?;
    Some(utf8_percent_encode(url.as_str(), NOT_IN_ADDRESSES).to_string()).filter(|address| address.len() <= MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_the_web_without_credentials_are_linked() {
        for text in
            ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://user@h.org/", "https://u:p@h.org/", "h.org/x", "https://", "//h.org/x"]
        {
            assert_eq!(of_web(text), None, "{text}");
        }
        assert_eq!(of_web(&format!("https://h.org/{}", "x".repeat(5_000))), None);
        assert_eq!(of_web(" HTTPS://b\u{fc}cher.example/a b?q={|}\u{202e}").as_deref(), Some("https://xn--bcher-kva.example/a%20b?q=%7B%7C%7D%E2%80%AE"));
        assert_eq!(of_repo("github.com/o/n").as_deref(), Some("https://github.com/o/n"));
        assert_eq!(of_repo("javascript:alert(1)"), None);
    }
}
