//! Finds the start of a link, to the left of its first anchor.

use super::{host, scheme};
use crate::repo::is_name_byte;

/// The beginning of a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Begin {
    /// The first byte of the link.
    pub(super) start: usize,
    /// The first byte of its host.
    pub(super) host: usize,
    pub(super) form: Form,
}

/// The form of an address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// `https://host/path`, well-formed or not, or `host/path`.
    Address,
    /// `git@host:path`.
    Ssh,
    /// `10.5281/zenodo.1`.
    Doi,
    /// `www.host`, `user.github.io`: no path.
    BareHost,
}

/// The length of the longest host, in bytes (RFC 1035: 253).
const MAX_HOST_BYTES: usize = 253;
/// The most whitespace inside a broken link: a line break and an indent.
pub(super) const MAX_BLANK_BYTES: usize = 3;

/// Returns the start of the link that has its first slash at `slash`.
pub(super) fn with_path(text: &str, slash: usize) -> Option<Begin> {
    with_scheme(text, slash).or_else(|| with_host(text, slash))
}

/// Finds `https://`, and its remains in damaged text: `https: //`, `https:/`, `https//`, `htps://`, `//`.
fn with_scheme(text: &str, slash: usize) -> Option<Begin> {
    let doubled = text[slash..].starts_with("//");
    let behind_a_word = slash.checked_sub(1).is_some_and(|at| text.as_bytes()[at].is_ascii_alphanumeric());
    if behind_a_word && !doubled {
        return None;
    }
    let start = if doubled && text[..slash].ends_with("https:") { slash - "https:".len() } else { scheme_start(text, slash, doubled)? };
    let host = after_slashes(text, slash);
    // In a duplicate scheme (`https://https://…`) the inner one counts: it has an anchor of its own.
    if scheme::begins(&text[host..]) || !text[host..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let known = || host::find(&text[host..host + host_bytes(&text.as_bytes()[host..])]).is_some();
    (start < slash || known()).then_some(Begin { start, host, form: Form::Address })
}

/// Returns the start of the scheme with its first slash at `slash`; `slash` itself if there is none before `//`.
fn scheme_start(text: &str, slash: usize, doubled: bool) -> Option<usize> {
    let left = before_blanks(text, slash);
    let near = &text[text.floor_char_boundary(left.saturating_sub(8))..left];
    let offset = left - near.len();
    match near.strip_suffix(':') {
        Some(word) if left == slash || doubled || text[slash + 1..].trim_start_matches(' ').starts_with('/') => {
            Some(offset + scheme::start(word.trim_end_matches(' '))?)
        }
        None if doubled && left == slash => match scheme::start(near).map(|at| (at, &near[at..])) {
            Some((at, word)) if word.len() >= 4 => Some(offset + at),
            _ if near.ends_with(|c: char| c.is_alphanumeric() || "/\\".contains(c)) => None,
            _ => Some(slash),
        },
        None if doubled => Some(slash),
        _ => None,
    }
}

/// Returns the position after the slashes of a scheme and the whitespace between and after them.
fn after_slashes(text: &str, slash: usize) -> usize {
    let bytes = text.as_bytes();
    let run = bytes[slash..].iter().take(2 * MAX_BLANK_BYTES).take_while(|b| **b == b'/' || b.is_ascii_whitespace()).count();
    slash + run
}

/// Finds `host/…` without a scheme, `git@host:owner/…`, and a host with a space in it (`github. com/…`).
fn with_host(text: &str, slash: usize) -> Option<Begin> {
    let bytes = text.as_bytes();
    let start = token_start(bytes, slash);
    let token = &text[start..slash];
    if is_doi_prefix(token) {
        return Some(Begin { start, host: start, form: Form::Doi });
    }
    let behind = start.checked_sub(1).map(|at| bytes[at]);
    if behind == Some(b'@') {
        return bytes[..start].ends_with(b"git@").then(|| Begin { start: start - 4, host: start, form: Form::Ssh });
    }
    if behind == Some(b':') {
        let host = token_start(bytes, start - 1);
        return bytes[..host].ends_with(b"git@").then(|| Begin { start: host - 4, host, form: Form::Ssh });
    }
    if token.contains('.') {
        let start = start + token.len() - token.trim_start_matches(['.', '-']).len();
        let known = host::find(&text[start..slash]).is_some();
        let inside_a_path = behind.is_some_and(|b| b == b'/' || b == b'\\');
        return (known || !inside_a_path).then_some(Begin { start, host: start, form: Form::Address });
    }
    broken_host(text, start, slash)
}

/// Finds `github. com/`, `github .com/` and `github.com /`: the parts of a known host with a space between them.
fn broken_host(text: &str, token: usize, slash: usize) -> Option<Begin> {
    let end = before_blanks(text, token);
    if end == token {
        return None;
    }
    let start = token_start(text.as_bytes(), end);
    if !text[start..end].contains('.') && !text[token..slash].starts_with('.') {
        return None;
    }
    let joined = format!("{}{}", &text[start..end], &text[token..slash]);
    host::find(&joined).is_some().then_some(Begin { start, host: start, form: Form::Address })
}

/// Returns the bare host around the needle at `at`; `None` if a path follows, or if it is part of a longer link or of a mail address.
pub(super) fn bare_host(text: &str, at: usize) -> Option<Begin> {
    let bytes = text.as_bytes();
    let start = token_start(bytes, at);
    let end = start + host_bytes(&bytes[start..]);
    let is_part = start > 0 && b"@/\\".contains(&bytes[start - 1]);
    let has_path = bytes.get(end) == Some(&b'/');
    let name = text[start..end].trim_end_matches(['.', '-', '_']);
    (!is_part && !has_path && host::is_bare_link(name)).then_some(Begin { start, host: start, form: Form::BareHost })
}

/// True for `10.` and a registrant of four to nine digits (DOI Handbook, 2.2).
fn is_doi_prefix(token: &str) -> bool {
    token.strip_prefix("10.").is_some_and(|registrant| (4..=9).contains(&registrant.len()) && registrant.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns the start of the run of host bytes that ends at `end`.
fn token_start(bytes: &[u8], end: usize) -> usize {
    end - bytes[..end].iter().rev().take(MAX_HOST_BYTES).take_while(|b| is_name_byte(**b)).count()
}

fn host_bytes(bytes: &[u8]) -> usize {
    bytes.iter().take(MAX_HOST_BYTES).take_while(|b| is_name_byte(**b)).count()
}

/// Returns the start of the whitespace before `at`; `at` if there is none, or more than a broken link has.
fn before_blanks(text: &str, at: usize) -> usize {
    let blanks = text.as_bytes()[..at].iter().rev().take(MAX_BLANK_BYTES + 1).take_while(|b| b.is_ascii_whitespace()).count();
    if blanks > MAX_BLANK_BYTES { at } else { at - blanks }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the link at the first slash or full stop that begins one: the text before the host, and the text from the host on.
    fn begin(text: &str) -> Option<(&str, &str)> {
        let found = text.char_indices().find_map(|(at, c)| match c {
            '/' => with_path(text, at),
            '.' => bare_host(text, at),
            _ => None,
        });
        found.map(|b| (&text[b.start..b.host], &text[b.host..]))
    }

    #[test]
    fn a_scheme_is_seen_however_broken() {
        for scheme in ["https://", "http://", "https: //", "https:// ", "https: / /", "https:/", "https//", "htps://", "HTTPS://", "https ://", "https:\n//"] {
            let text = format!("at {scheme}github.com/o");
            assert_eq!(begin(&text), Some((scheme, "github.com/o")), "{text}");
        }
        assert_eq!(begin("code athttps://a.org"), Some(("https://", "a.org")));
        assert_eq!(begin("at //github.com/o"), Some(("//", "github.com/o")));
    }

    #[test]
    fn a_host_is_seen_without_a_scheme() {
        assert_eq!(begin("at github.com/o"), Some(("", "github.com/o")));
        assert_eq!(begin("at github. com/o"), Some(("", "github. com/o")));
        assert_eq!(begin("at github.com /o"), Some(("", "github.com /o")));
        assert_eq!(begin("git clone git@github.com:o/n"), Some(("git@", "github.com:o/n")));
        assert_eq!(begin("see www.a.org."), Some(("", "www.a.org.")));
        assert_eq!(begin("see step.github.io."), Some(("", "step.github.io.")));
    }

    #[test]
    fn prose_mail_and_files_begin_no_link() {
        for text in ["and/or", "1/2", "me@github.com/x", "a. b/c", "//", "https://", "file://a.org/x", "km/s. At", "e.g. this", "x//y", "1.5"] {
            assert_eq!(begin(text), None, "{text}");
        }
    }
}
