//! Titles, compared by their letters and digits alone.

use memchr::memmem;

/// A title counts only if it has so many words and letters: shorter ones are names that many things have.
const LEAST_WORDS: usize = 4;
const LEAST_LETTERS: usize = 20;

/// A text by its letters and digits in lower case, without accents, markup and LaTeX commands, and where each stood.
#[derive(Debug)]
pub(super) struct Plain {
    letters: Vec<u8>,
    /// For each byte of `letters`: where its character begins and ends in the text.
    places: Vec<(u32, u32)>,
    /// For each byte of `letters`: whether a word begins with it.
    begins: Vec<bool>,
}

impl Plain {
    /// Takes a text apart. A text of 4 GiB or more has no letters.
    pub(super) fn new(text: &str) -> Self {
        let mut plain = Self { letters: Vec::new(), places: Vec::new(), begins: Vec::new() };
        let mut begins = true;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let skipped = markup(&text[at..]);
            if skipped > 0 || text.len() > u32::MAX as usize {
                at += skipped.max(c.len_utf8());
                continue;
            }
            let end = at + c.len_utf8();
            let folded = folded(c);
            if !folded.is_empty() {
                plain.push(&folded, at, end, begins);
                begins = false;
            } else if !joins(c) {
                begins = true;
            }
            at = end;
        }
        plain
    }

    fn push(&mut self, folded: &str, start: usize, end: usize, begins: bool) {
        for (i, byte) in folded.bytes().enumerate() {
            self.letters.push(byte);
            self.places.push((start as u32, end as u32));
            self.begins.push(begins && i == 0);
        }
    }

    /// Where a title stands as whole words, if it is one that counts.
    pub(super) fn places_of(&self, title: &str) -> Vec<(usize, usize)> {
        let title = Self::new(title);
        let words = title.begins.iter().filter(|begins| **begins).count();
        if words < LEAST_WORDS || title.letters.len() < LEAST_LETTERS {
            return Vec::new();
        }
        let ends = |end: usize| self.begins.get(end).is_none_or(|begins| *begins);
        let places = memmem::find_iter(&self.letters, &title.letters).map(|start| (start, start + title.letters.len()));
        let whole = places.filter(|(start, end)| self.begins[*start] && ends(*end));
        whole.map(|(start, end)| (self.places[start].0 as usize, self.places[end - 1].1 as usize)).collect()
    }
}

/// Words that stand before a title without being part of it, and behind it.
const BEFORE: &[&str] = &["paper", "titled", "entitled", "article", "preprint"];
const BEFORE_OF: &[&str] = &["implementation", "code", "codes", "repository", "repo", "codebase", "release"];
const BEHIND: &[&str] = &["by", "accepted", "published", "presented"];

/// Whether a title, found at these bytes of a part, is no piece of a longer one: signs or words like "paper" stand around it.
pub(super) fn stands_alone(part: &str, start: usize, end: usize) -> bool {
    let (before, behind) = (&part[..start], &part[end..]);
    let begins = match before.trim_end().chars().next_back() {
        None => true,
        Some(sign @ ('-' | '/' | '&' | '+')) => sign == '-' && before.ends_with(char::is_whitespace),
        Some(sign) if !sign.is_alphanumeric() => true,
        Some(_) => {
            let mut words = before.split_whitespace().rev().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
            let last = words.next().unwrap_or_default();
            BEFORE.contains(&last.as_str()) || matches!(last.as_str(), "of" | "for") && words.next().is_some_and(|word| BEFORE_OF.contains(&word.as_str()))
        }
    };
    let ends = match behind.trim_start().chars().next() {
        None => true,
        Some(sign @ ('-' | '/' | '&' | '+' | ':' | ',')) => sign == '-' && behind.starts_with(char::is_whitespace),
        Some(sign) if !sign.is_alphanumeric() => true,
        Some(_) => BEHIND.contains(&behind.split_whitespace().next().unwrap_or_default()),
    };
    begins && ends
}

/// Bytes at the beginning of a text that are a LaTeX command (`\textbf`), a tag (`<br>`) or an entity (`&amp;`).
fn markup(text: &str) -> usize {
    let bytes = text.as_bytes();
    let letters = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    match bytes {
        [b'\\', next, ..] if next.is_ascii_alphabetic() => 1 + letters(1),
        [b'&', next, ..] if next.is_ascii_alphabetic() => {
            let name = letters(1);
            if name < 10 && bytes.get(1 + name) == Some(&b';') { name + 2 } else { 0 }
        }
        [b'<', next, ..] if next.is_ascii_alphabetic() || *next == b'/' => {
            bytes.iter().take(200).take_while(|b| **b != b'\n').position(|b| *b == b'>').map_or(0, |end| end + 1)
        }
        _ => 0,
    }
}

/// Characters that stand within a word: braces and accents of LaTeX, apostrophes, combining marks.
fn joins(c: char) -> bool {
    matches!(c, '{' | '}' | '\\' | '\'' | '’' | '"' | '^' | '`' | '~' | '\u{300}'..='\u{36f}')
}

/// Letters with an accent, each behind the letter that it is without.
const ACCENTED: &[(&str, &str)] = &[
    ("a", "àáâãäåāăą"),
    ("c", "çćĉċč"),
    ("d", "ďđ"),
    ("e", "èéêëēĕėęě"),
    ("g", "ĝğġģ"),
    ("i", "ìíîïĩīĭįı"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņňŉ"),
    ("o", "òóôõöøōŏő"),
    ("r", "ŕŗř"),
    ("s", "śŝşš"),
    ("t", "ţťŧ"),
    ("u", "ùúûüũūŭůűų"),
    ("y", "ýÿŷ"),
    ("z", "źżž"),
    ("ss", "ß"),
    ("ae", "æ"),
    ("oe", "œ"),
    ("fi", "ﬁ"),
    ("fl", "ﬂ"),
    ("ff", "ﬀ"),
];

/// A letter or digit in lower case and without its accent; empty for anything else.
fn folded(c: char) -> String {
    if !c.is_alphanumeric() {
        return String::new();
    }
    if c.is_ascii() {
        return c.to_ascii_lowercase().to_string();
    }
    let lower: String = c.to_lowercase().filter(|c| c.is_alphanumeric()).collect();
    ACCENTED.iter().find(|(_, with)| with.contains(&lower)).map_or(lower, |(letter, _)| (*letter).to_owned())
}
