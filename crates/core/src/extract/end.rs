//! Decides the end of a link; no other module does.
//!
//! A link continues while the bytes can belong to an address (`walk`), across whitespace where a broken link is joined (`join`),
//! and ends earlier if other text is glued to it (`cut`).

mod cut;
mod join;
mod walk;

use super::begin::{Begin, Form};
use super::host::{self, Host};
use super::{repair, words};
use crate::repo::is_name_byte;
use std::borrow::Cow;
use std::ops::Range;
use walk::Walk;

/// The longest link that is read, in bytes: longer texts are noise.
const MAX_LINK_BYTES: usize = 2_000;

/// The span of a link.
pub(super) struct Extent {
    pub(super) span: Range<usize>,
    /// Its host; there is a scheme if it begins later than the span.
    pub(super) host: Range<usize>,
    /// The row of its host.
    pub(super) row: Option<&'static Host>,
    /// Its path, if the link is well-formed: a valid scheme or none, a host in lower case, and no character that is escaped. Then
    /// nothing needs repair. The query and the fragment follow it.
    pub(super) whole_path: Option<Range<usize>>,
    /// The name of the cut at its end.
    pub(super) cut: Option<&'static str>,
    /// The end of the link without the cut.
    pub(super) uncut: usize,
}

/// Returns the span of the link that begins there; `None` if it is not a link.
pub(super) fn of(text: &str, begin: &Begin) -> Option<Extent> {
    let host = begin.host..host_end(text, begin);
    let name = without_blanks(&text[host.clone()]);
    let row = host::find(&name);
    let walk = Walk::over(text, begin, host.end, row.map_or(0, |row| row.segments));
    let has_path = walk.at > host.end;
    if (begin.form == Form::BareHost && has_path) || walk.copy == Some(host.end + 1) {
        return None; // the slash of the path, or of the copy, is an anchor of its own
    }
    let uncut = begin.start + trimmed(&text[begin.start..walk.copy.unwrap_or(walk.at)], opening_before(text, begin.start)).len();
    let (cut, glued_bytes) = cut::of(&text[host.end.min(uncut)..uncut], &text[uncut..]).unzip();
    let end = uncut - glued_bytes.unwrap_or(0);
    let cut = walk.copy.map(|_| "glued_copy").or(cut);
    let well_begun = begin.form == Form::Address && matches!(&text[begin.start..begin.host], "https://" | "http://" | "");
    let well_named = name.len() == host.len() && name.bytes().all(is_plain_in_host);
    let whole_path = (walk.whole && well_begun && well_named).then(|| host.end..end.min(walk.path_end()));
    (end >= host.end).then_some(Extent { span: begin.start..end, host, row, whole_path, cut, uncut })
}

fn is_plain_in_host(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_uppercase()
}

/// Returns the end of the host, across the whitespace of a broken one and a port.
fn host_end(text: &str, begin: &Begin) -> usize {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(begin.host + MAX_LINK_BYTES);
    let mut at = begin.host;
    while at < limit {
        at += bytes[at..limit].iter().take_while(|b| is_name_byte(**b)).count();
        let step = match bytes.get(at) {
            Some(b'@') => 1,
            Some(b) if b.is_ascii_whitespace() => join::joined_host(&text[begin.host..at], &text[at..], begin.start < begin.host),
            Some(b) if !b.is_ascii() => mended(&text[at..]),
            _ => 0,
        };
        if step == 0 {
            break;
        }
        at += step;
    }
    let trailing = bytes[begin.host..at].iter().rev().take_while(|b| matches!(b, b'.' | b'-' | b'_' | b'@')).count();
    let end = at - trailing;
    let port =
        bytes.get(end).filter(|b| **b == b':' && begin.form != Form::Ssh).map_or(0, |_| bytes[end + 1..].iter().take_while(|b| b.is_ascii_digit()).count());
    if port > 0 { end + 1 + port } else { end }
}

/// Removes the punctuation of the sentence: full stops, commas, quotes, and the character that also precedes the link.
fn trimmed(link: &str, opening: Option<u8>) -> &str {
    let is_sign = |b: &u8| {
        matches!(b, b'.' | b',' | b':' | b';' | b'!' | b'?' | b'\'' | b'"' | b'*' | b'(' | b'&' | b'~' | b'\\' | b'=')
            || Some(*b) == opening
            || b.is_ascii_whitespace()
    };
    &link[..link.len() - link.bytes().rev().take_while(is_sign).count()]
}

/// Returns the character just before the link, if it encloses links: `*link*`, `_link_`, `\verb+link+`.
fn opening_before(text: &str, start: usize) -> Option<u8> {
    text.as_bytes()[..start].last().copied().filter(|b| b"*_'+`|!".contains(b))
}

/// Returns the length of an invisible character at the start of `text`, or of a typographic hyphen within a name.
fn mended(text: &str) -> usize {
    text.chars().next().filter(|c| repair::is_invisible(*c) || (repair::is_hyphen(*c) && joins(&text[c.len_utf8()..]))).map_or(0, char::len_utf8)
}

/// True if the text behind a dash continues a name, and not a sentence.
fn joins(behind: &str) -> bool {
    let word = &behind[..behind.bytes().take_while(|byte| is_name_byte(*byte)).count()];
    let is_last = behind[word.len()..].starts_with([' ', '\n']);
    !(word.is_empty() || is_last && words::is_ordinary(word))
}

fn without_blanks(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_whitespace()) { text.split_ascii_whitespace().collect::<String>().into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{anchor, begin};

    /// Returns the first link of a text.
    fn link(text: &str) -> Option<&str> {
        let mut slash = anchor::slash(text, 0);
        while let Some(at) = slash {
            if let Some(extent) = begin::with_path(text, at).and_then(|begin| of(text, &begin)) {
                return Some(&text[extent.span]);
            }
            slash = anchor::slash(text, at + 1);
        }
        None
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
            ("https://a.org/b–c-d−2e.", "https://a.org/b–c-d−2e"),
            ("https://a.org/b–a tool", "https://a.org/b"),
            ("https://a.org/b – a tool", "https://a.org/b"),
            ("https://a.org/b—a tool", "https://a.org/b"),
            ("https://a.org/b–", "https://a.org/b"),
            ("“https://a.org/b”", "https://a.org/b"),
            ("https://a.org:8080/b%20c%d", "https://a.org:8080/b%20c"),
        ] {
            assert_eq!(link(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_broken_link_ends_where_its_name_does() {
        for (text, wanted) in [
            ("https://github. com/o/n and", "https://github. com/o/n"),
            ("https://github.com/o/ n.", "https://github.com/o/ n"),
            ("https://github.com/o/ soon.", "https://github.com/o/"),
            ("https://github.com/o/n- m.", "https://github.com/o/n- m"),
            ("https://github.com/o/n- and", "https://github.com/o/n-"),
            ("https://github.com/o/n m.", "https://github.com/o/n m"),
            ("https://github.com/o/n now.", "https://github.com/o/n"),
            ("https://a.org/b- c/d", "https://a.org/b-"),
            ("https://user.github.io .", "https://user.github.io"),
            ("https://github.com/o .", "https://github.com/o"),
        ] {
            assert_eq!(link(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn an_e_mail_address_is_no_link() {
        assert_eq!(link("me@github.com/o"), None);
    }
}
