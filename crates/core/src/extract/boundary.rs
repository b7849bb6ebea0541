//! Where a link begins and ends: the one place that decides it.

use std::ops::Range;

/// The longest link read, in bytes: longer ones are no links but noise.
const MAX_LINK_BYTES: usize = 2_000;

/// The span of the address around the anchor `text[at..needle_end]`; `None` where there is none.
pub(super) fn around(text: &str, at: usize, needle_end: usize) -> Option<Range<usize>> {
    let start = begin(text, at)?;
    let end = end(text, needle_end);
    let end = start + trimmed(&text[start..end], opening_before(text, start)).len();
    (end >= needle_end).then_some(start..end)
}

/// Goes left from the anchor: over the scheme's letters, or over the host and a scheme before it.
fn begin(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if text[at..].starts_with("://") {
        return scheme_start(text, at);
    }
    let is_host = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    let run = bytes[..at].iter().rev().take(80).take_while(|b| is_host(**b)).count();
    let host = at - run;
    if bytes[..host].ends_with(b"git@") {
        return Some(host - 4);
    }
    if bytes[..host].ends_with(b"@") {
        return None; // an e-mail address
    }
    let glued = bytes[host..at].iter().take_while(|b| **b == b'.' || **b == b'-').count();
    Some(host + glued)
}

/// The start of `http`, `https`, … just before `://`, also where a word is glued to it (`athttps://`).
fn scheme_start(text: &str, at: usize) -> Option<usize> {
    const SCHEMES: &[&str] = &["https", "http", "ssh", "git", "ftp"];
    let before = &text.as_bytes()[..at];
    SCHEMES.iter().find(|s| before.len() >= s.len() && before[before.len() - s.len()..].eq_ignore_ascii_case(s.as_bytes())).map(|s| at - s.len())
}

/// Goes right until a byte that no address contains. A backslash belongs to it before an escaped sign (`\_`).
fn end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(from + MAX_LINK_BYTES);
    let mut at = from;
    let mut open = 0i32;
    while at < limit {
        match bytes[at] {
            b'\\' if bytes.get(at + 1).is_some_and(|b| b"_%#&~-".contains(b)) => at += 1,
            b'(' => open += 1,
            b')' if open == 0 => break,
            b')' => open -= 1,
            b if b.is_ascii_alphanumeric() || b"-._~:/?#@!&'*+,;=%".contains(&b) => {}
            _ => break,
        }
        at += 1;
    }
    at
}

/// The opening sign just before the link: what closes it again belongs to the sentence.
fn opening_before(text: &str, start: usize) -> Option<u8> {
    text.as_bytes()[..start].last().copied().filter(|b| b"*_'".contains(b))
}

/// Cuts what belongs to the sentence: full stops, commas, quotes and emphasis behind the link, a second link glued to it.
fn trimmed(link: &str, opening: Option<u8>) -> &str {
    let body = link.find("://").map_or(0, |at| at + 3);
    let glued = ["http://", "https://"].iter().filter_map(|s| link[body..].find(s)).min();
    let link = glued.filter(|at| *at > 0).map_or(link, |at| &link[..body + at]);
    let link = link.trim_end_matches(|c: char| ".,:;!?'\"*(&".contains(c));
    if opening == Some(b'_') { link.trim_end_matches('_') } else { link }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Option<&str> {
        let at = text.find("://").or_else(|| text.find("github")).expect("an anchor");
        around(text, at, at + 3).map(|span| &text[span])
    }

    #[test]
    fn a_link_ends_where_the_sentence_goes_on() {
        for (text, wanted) in [
            ("see https://a.org/b. Next", "https://a.org/b"),
            ("(https://a.org/b).", "https://a.org/b"),
            ("https://a.org/b(c)d)", "https://a.org/b(c)d"),
            (r"\url{https://a.org/b\_c}", r"https://a.org/b\_c"),
            ("<https://a.org/b>", "https://a.org/b"),
            ("[x](https://a.org/b)", "https://a.org/b"),
            ("**https://a.org/b**", "https://a.org/b"),
            ("_https://a.org/b_", "https://a.org/b"),
            ("athttps://a.org/b-", "https://a.org/b-"),
            ("https://a.org/bhttps://a.org/b", "https://a.org/b"),
            ("at github.com/o/n, and", "github.com/o/n"),
            ("https://a.org/b…", "https://a.org/b"),
        ] {
            assert_eq!(link(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn an_e_mail_address_is_no_link() {
        assert_eq!(link("me@github.com"), None);
    }
}
