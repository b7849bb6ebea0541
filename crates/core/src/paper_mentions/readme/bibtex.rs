//! Finds BibTeX entries in a text.

use memchr::memchr_iter;
use std::ops::Range;

/// The longest entry: the limit keeps an entry without an end from taking the rest of the text.
const MAX_BYTES: usize = 32 * 1024;
/// BibTeX commands that begin like an entry and are not one.
const NO_ENTRIES: &[&str] = &["comment", "preamble", "string"];

#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) place: Range<usize>,
    /// The value of `title`, with its braces.
    pub(super) title: Option<&'a str>,
}

/// Returns the entries of a text in order. An entry with unbalanced braces ends before the next one or a fence.
pub(super) fn entries(text: &str) -> Vec<Entry<'_>> {
    let starts: Vec<(usize, usize)> = memchr_iter(b'@', text.as_bytes()).filter_map(|at| Some((at, body(text, at)?))).collect();
    let ends = starts.iter().skip(1).map(|(next, _)| *next).chain([text.len()]);
    let entry = |((start, body), next): (&(usize, usize), usize)| {
        let most = text.floor_char_boundary(next.min(body + MAX_BYTES));
        let near = &text[*body..most];
        let near = &near[..near.find("\n```").or_else(|| near.find("\n~~~")).unwrap_or(near.len())];
        let length = braced(near).unwrap_or(near.len());
        Entry { place: *start..body + length, title: title(&near[..length]) }
    };
    starts.iter().zip(ends).map(entry).collect()
}

/// Returns the position of the opening brace of an entry whose `@` is here. Only quoting and a tag may precede it on its line.
fn body(text: &str, at: usize) -> Option<usize> {
    let before = text[..at].trim_end_matches([' ', '\t', '>', '`']);
    let begins_line = before.is_empty() || before.ends_with('\n') || text[..at].ends_with('>');
    let rest = &text[at + 1..];
    let kind = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let body = rest[kind..].trim_start_matches(' ');
    let is_entry = begins_line && (2..20).contains(&kind) && !NO_ENTRIES.iter().any(|no| rest[..kind].eq_ignore_ascii_case(no));
    (is_entry && body.starts_with('{')).then(|| text.len() - body.len())
}

/// Returns the length of the braced text at the start, with both braces.
fn braced(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at + 1),
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn title(entry: &str) -> Option<&str> {
    let lower = entry.to_ascii_lowercase();
    let keys = lower.match_indices("title").filter(|(at, _)| !lower[..*at].ends_with(|c: char| c.is_alphanumeric()));
    let mut values = keys.filter_map(|(at, key)| entry[at + key.len()..].trim_start().strip_prefix('=').map(str::trim_start));
    let value = values.next()?;
    match value.chars().next()? {
        '{' => braced(value).map(|length| &value[..length]),
        '"' => value[1..].split('"').next(),
        _ => value.split([',', '\n']).next(),
    }
}
