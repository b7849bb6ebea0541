//! Normalises titles and names: LaTeX accents and HTML entities become the letters that they encode, whitespace becomes single spaces.
//!
//! Formulas, addresses and unknown LaTeX commands stay unchanged. A text without anything to decode is returned byte for byte.

mod dash;
mod entity;
mod latex;
mod letters;
mod person;

pub use entity::entity;
pub use person::{is_group, is_suffix};

pub(crate) use letters::Letters;

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The limits of length and steps. A text beyond either stays unchanged, so that a hostile text costs little time.
const LONGEST_BYTES: usize = 2_048;
const MOST_STEPS: usize = 12;

/// Returns a title in Unicode's composed form (NFC), without entities, LaTeX accents, fonts, ties and the braces that protect a capital letter.
///
/// The function is idempotent, and the result is empty only if the title is.
///
/// ```
/// use starcite_core::normal::title;
/// assert_eq!(title("{BERT}  for Schr\\\"odinger's $\\alpha$~cats &amp; dogs"), "BERT for Schrödinger's $\\alpha$ cats & dogs");
/// ```
pub fn title(title: &str) -> Cow<'_, str> {
    settled(title, false, undone)
}

/// Returns a person's name in the same form and in spoken order: `First Last` for `Last, First`.
///
/// The names of groups keep their commas.
///
/// ```
/// use starcite_core::normal::name;
/// assert_eq!(name("M\\\"uller, J."), "J. Müller");
/// assert_eq!(name("ATLAS Collaboration, CERN"), "ATLAS Collaboration, CERN");
/// ```
pub fn name(name: &str) -> Cow<'_, str> {
    settled(name, true, |name| {
        let plain = undone(name);
        person::in_spoken_order(&plain).unwrap_or(plain)
    })
}

/// Returns the words of a person's name in spoken order, in lower case, without accents, punctuation and degrees, so that different spellings of
/// sources give the same key. Initials stay initials.
///
/// ```
/// use starcite_core::normal::person_key;
/// assert_eq!(person_key("M\\\"ULLER, Jos\u{e9}-Maria, PhD"), person_key("Jose Maria Muller"));
/// assert_ne!(person_key("J. Doe"), person_key("Jane Doe"));
/// ```
pub fn person_key(name: &str) -> String {
    words(&self::name(&person::without_degrees(&title(name))))
}

/// Returns the words of a text in lower case, without accents and punctuation, separated by single spaces.
///
/// ```
/// assert_eq!(starcite_core::normal::words("Jane  DOE; J\u{f6}rg O\u{2019}Neil"), "jane doe jorg oneil");
/// ```
pub fn words(text: &str) -> String {
    Letters::of(text).words_apart()
}

/// Applies `step` until the text stops changing, because decoding may reveal another entity (`&amp;eacute;`).
fn settled<'t>(text: &'t str, is_name: bool, step: impl Fn(&str) -> String) -> Cow<'t, str> {
    if text.len() > LONGEST_BYTES || is_plain(text, is_name) {
        return Cow::Borrowed(text);
    }
    let mut last = Cow::Borrowed(text);
    for _ in 0..MOST_STEPS {
        let next = step(&last);
        if next.is_empty() || next == *last {
            return last;
        }
        last = Cow::Owned(next);
        if is_plain(&last, is_name) {
            return last;
        }
    }
    Cow::Borrowed(text)
}

/// True if the byte may begin a sequence to decode.
fn is_special(byte: u8) -> bool {
    !(b' '..0x7f).contains(&byte) | (byte == b'\\') | (byte == b'&') | (byte == b'{') | (byte == b'~')
}

/// True if there is nothing to decode. The loops have no branches, so that most titles are tested in some forty nanoseconds.
fn is_plain(text: &str, is_name: bool) -> bool {
    let bytes = text.as_bytes();
    let any_special = bytes.iter().fold(false, |any, &byte| any | is_special(byte) | (is_name & (byte == b',')));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let any_doubled = pairs.fold(false, |any, (&byte, &next)| any | ((byte == next) & ((byte == b' ') | (byte == b'-'))));
    if any_special || any_doubled { !text.is_ascii() && is_plain_unicode(text, is_name) } else { text.trim_ascii().len() == text.len() }
}

/// True if there is nothing to decode in a text with non-ASCII letters.
fn is_plain_unicode(text: &str, is_name: bool) -> bool {
    let is_ours = |c: char| u8::try_from(c).is_ok_and(|byte| byte.is_ascii() && is_special(byte)) || is_name && c == ',' || c != ' ' && c.is_whitespace();
    let is_trim = text.trim().len() == text.len();
    is_trim && !text.contains(is_ours) && !text.contains("  ") && !text.contains("--") && is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// Decodes the text once; sequences that this reveals are left for the next step.
fn undone(text: &str) -> String {
    let composed: Cow<'_, str> = if is_nfc_quick(text.chars()) == IsNormalized::Yes { text.into() } else { text.nfc().collect::<String>().into() };
    let mut out = Line::default();
    let mut rest = composed.trim();
    while let Some(first) = rest.chars().next() {
        let kept = if out.begins_word() { address(rest) } else { 0 }.max(formula(rest));
        if kept > 0 {
            out.push_str(&rest[..kept]);
            rest = &rest[kept..];
            continue;
        }
        let undone = match first {
            '&' => entity::at(rest),
            '\\' => latex::command(rest),
            '{' => latex::group(rest, out.last()),
            '~' => latex::tie(rest, &out.text),
            '-' => dash::at(rest, out.last()),
            _ => None,
        };
        match undone {
            Some((taken, put)) => {
                out.push_str(&put);
                rest = &rest[taken..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out.text
}

/// A text on one line, with single spaces, none of them first or last.
#[derive(Default)]
struct Line {
    text: String,
    blank: bool,
}

impl Line {
    fn push(&mut self, c: char) {
        if c.is_whitespace() || c.is_control() {
            self.blank = true;
            return;
        }
        if std::mem::take(&mut self.blank) && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    fn push_str(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    fn begins_word(&self) -> bool {
        self.blank || self.text.is_empty()
    }

    /// Returns the previous character, which may be a space.
    fn last(&self) -> Option<char> {
        if self.blank && !self.text.is_empty() { Some(' ') } else { self.text.chars().next_back() }
    }
}

/// Returns the length in bytes of an address at the start of a word. Addresses stay unchanged because the link extraction repairs them.
fn address(text: &str) -> usize {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let word = &text[..end];
    let is_address = word.contains("://") || word.starts_with("www.") || word.find('.').is_some_and(|at| word[at..].contains('/'));
    if is_address && !word.contains('$') { end } else { 0 }
}

/// Returns the length in bytes of a formula at the start of a text, with its delimiters: `$…$` or `\(…\)`.
fn formula(text: &str) -> usize {
    let (inner, end) = match text.strip_prefix('$') {
        Some(inner) => (inner, "$"),
        None => (text.strip_prefix("\\(").unwrap_or_default(), "\\)"),
    };
    inner.find(end).map_or(0, |at| text.len() - inner.len() + at + end.len())
}

#[cfg(test)]
mod tests;
