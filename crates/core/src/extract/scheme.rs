//! The letters before `://`, including misspellings.

/// Schemes of links, the longer first if one ends like another.
const SCHEMES: &[&str] = &["https", "http", "ssh", "git", "ftp"];
/// Misspellings of `https` that occur.
const MISSPELT: &[&str] = &["hhttps", "htttps", "httpss", "shttps", "htpps", "hhtps", "hhttp", "htttp", "htps", "ttps", "hhtp", "ttp", "htp"];

/// Returns the start of the scheme at the end of `before`, also if a word is glued to it (`athttps`).
pub(super) fn start(before: &str) -> Option<usize> {
    let ends = |scheme: &&&str| before.len() >= scheme.len() && before.as_bytes()[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes());
    let right = SCHEMES.iter().find(ends).filter(|scheme| **scheme == "https");
    let longest = || SCHEMES.iter().chain(MISSPELT).filter(ends).map(|scheme| scheme.len()).max();
    Some(before.len() - right.map(|scheme| scheme.len()).or_else(longest)?)
}

/// True if `text` begins with a scheme and its separator.
pub(super) fn begins(text: &str) -> bool {
    let Some(letters) = text.bytes().take(8).position(|b| b == b':' || b == b'/') else { return false };
    let slashes_follow = ["://", ":/", "//", ": /"].iter().any(|slashes| text[letters..].starts_with(slashes));
    slashes_follow && letters > 0 && start(&text[..letters]) == Some(0)
}

/// Returns the address after the scheme, and true if the scheme was well-formed; `None` without a scheme.
pub(super) fn strip(text: &str) -> Option<(&str, bool)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at(letters);
    let known = |words: &[&str]| words.iter().any(|scheme| word.eq_ignore_ascii_case(scheme));
    match rest.strip_prefix("://") {
        Some(address) if known(SCHEMES) && !address.starts_with('/') => Some((address, true)),
        _ if rest.starts_with([':', '/']) && (known(SCHEMES) || known(MISSPELT) || (word.is_empty() && rest.starts_with("//"))) => {
            Some((rest.trim_start_matches([':', '/']), false))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_found_behind_a_word_and_misspelt() {
        assert_eq!(start("available athttps"), Some(12));
        assert_eq!(start("code: htps"), Some(6));
        assert_eq!(start("ratio"), None);
    }

    #[test]
    fn a_scheme_is_taken_off_whatever_its_slashes() {
        assert_eq!(strip("https://a.org"), Some(("a.org", true)));
        for broken in ["https//a.org", "https:/a.org", "htps://a.org", "//a.org", "http:///a.org", "https:a.org"] {
            assert_eq!(strip(broken), Some(("a.org", false)), "{broken}");
        }
        assert_eq!(strip("a.org/x"), None);
        assert_eq!(strip("git@a.org:x"), None);
    }
}
