//! Splits a README into headings, code and paragraphs; reads Markdown, reStructuredText and HTML to that extent.

use memchr::{memchr, memmem};
use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Heading,
    /// A text between fences.
    Code,
    /// Lines without an empty line between them.
    Text,
}

#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) place: Range<usize>,
}

/// Returns the blocks of a README in order, without comments.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut reader = Reader { text, done: Vec::new(), open: None, fence: None };
    let last_comment = memmem::rfind(text.as_bytes(), b"-->").unwrap_or(0);
    let mut at = 0;
    while at < text.len() {
        let begins_comment = at < last_comment && reader.fence.is_none() && text[at..].starts_with("<!--");
        let comment = if begins_comment { memmem::find(&text.as_bytes()[at..], b"-->").map(|length| at + length + "-->".len()) } else { None };
        let end = comment.unwrap_or_else(|| memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length + 1));
        if comment.is_none() {
            reader.line(at..end);
        }
        at = end;
    }
    reader.end();
    reader.done
}

/// True if a text begins with an item of a list.
pub(super) fn is_list(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
    let digits = text.bytes().take(3).take_while(u8::is_ascii_digit).count();
    let marks = if digits == 0 { &['-', '*', '+', '•'][..] } else { &['.', ')'] };
    let after = text[digits..].strip_prefix(marks);
    after.is_some_and(|after| after.starts_with([' ', '\t']))
}

/// Returns the items of a list, each with the lines under it, or the lines of any other paragraph, with those that continue their sentence.
pub(super) fn entries(text: &str, place: &Range<usize>) -> Vec<Range<usize>> {
    let paragraph = &text[place.clone()];
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t', '>']).len();
    let (has_items, depth) = (is_list(paragraph), indent(paragraph));
    let (mut entries, mut end, mut before): (Vec<Range<usize>>, _, _) = (Vec::new(), place.start, "");
    for line in paragraph.split_inclusive('\n') {
        let continues = if has_items { !is_list(line) || indent(line) > depth } else { goes_on(before, line) };
        let start = entries.pop_if(|_| continues).map_or(end, |entry| entry.start);
        end += line.len();
        entries.push(start..end);
        before = line.trim_end();
    }
    entries
}

/// Last words of a line whose sentence continues.
const GOES_ON: &[&str] = &["by", "following", "from", "in", "of", "see", "to", "with"];

/// True if a line continues the sentence of the line before it.
fn goes_on(before: &str, line: &str) -> bool {
    let is_open = !before.ends_with(['.', '!', '?', ':', ')', '>']) && line.starts_with(|c: char| c.is_ascii_lowercase()) && !line.starts_with("http");
    is_open || before.ends_with(',') || before.rsplit([' ', '\t']).next().is_some_and(|last| GOES_ON.contains(&last))
}

struct Reader<'a> {
    text: &'a str,
    done: Vec<Block>,
    open: Option<Block>,
    /// The characters that opened the current fence.
    fence: Option<&'a str>,
}

impl Reader<'_> {
    fn line(&mut self, place: Range<usize>) {
        let line = self.text[place.clone()].trim_matches(|c: char| c.is_whitespace() || c == '>');
        if let Some(fence) = self.fence {
            let closes = line.starts_with(fence) && line.trim_start_matches(&fence[..1]).is_empty();
            self.grow(Kind::Code, place, closes);
            self.fence = self.fence.filter(|_| !closes);
        } else if let Some(fence) = fence(line) {
            self.end();
            self.fence = Some(fence);
            self.grow(Kind::Code, place, false);
        } else if line.is_empty() {
            self.end();
        } else if is_underline(line) && self.is_one_line() {
            self.grow(Kind::Heading, place, true);
        } else if self.open.as_ref().is_some_and(|open| open.kind == Kind::Heading) {
            self.grow(Kind::Heading, place, line.contains("</h"));
        } else if is_heading(line) {
            self.end();
            self.grow(Kind::Heading, place, line.starts_with('#') || line.contains("</h"));
        } else {
            self.grow(Kind::Text, place, false);
        }
    }

    /// Adds a line to the open block and sets its kind, or opens a block.
    fn grow(&mut self, kind: Kind, place: Range<usize>, is_last: bool) {
        let start = self.open.as_ref().map_or(place.start, |open| open.place.start);
        self.open = Some(Block { kind, place: start..place.end });
        if is_last {
            self.end();
        }
    }

    fn end(&mut self) {
        self.done.extend(self.open.take());
    }

    /// True if the open block is a paragraph of one line, which an underline makes a heading.
    fn is_one_line(&self) -> bool {
        let text = self.open.as_ref().filter(|open| open.kind == Kind::Text).map(|open| self.text[open.place.clone()].trim_end());
        text.is_some_and(|text| !text.contains('\n'))
    }
}

/// Returns the characters with which a line opens a fence.
fn fence(line: &str) -> Option<&str> {
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(sign).len();
    let is_inline = sign == '`' && line[length..].contains('`');
    (length >= 3 && !is_inline).then(|| &line[..length])
}

fn is_underline(line: &str) -> bool {
    let mut signs = line.chars();
    let first = signs.next().filter(|first| matches!(first, '=' | '-' | '~'));
    first.is_some_and(|first| line.len() >= 3 && signs.all(|sign| sign == first))
}

fn is_heading(line: &str) -> bool {
    let level = line.len() - line.trim_start_matches('#').len();
    let is_tag = matches!(line.as_bytes(), [b'<', b'h' | b'H', b'1'..=b'6', b' ' | b'>', ..]);
    is_tag || (1..=6).contains(&level) && line.len() > level
}
