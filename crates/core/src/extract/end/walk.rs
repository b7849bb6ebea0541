//! Walks from the host to the first position where no address continues.

use super::join::{Gap, blanks};
use super::{MAX_LINK_BYTES, mended};
use crate::extract::begin::{Begin, Form};
use crate::extract::{host, latex, scheme};
use crate::repo::is_name_byte;

/// The most gaps that are repaired in one path: a text with more is not a broken link.
const MAX_GAPS: usize = 12;

/// HTML's quotes and brackets, escaped; no address contains them.
const ENDING_ENTITIES: &[&str] = &["&quot;", "&gt;", "&lt;", "&#39;", "&#x27;", "&nbsp;"];

/// Walks right over the path, byte by byte.
pub(super) struct Walk<'a> {
    text: &'a str,
    begin: &'a Begin,
    host_end: usize,
    pub(super) at: usize,
    /// The start of the current segment.
    segment: usize,
    /// The start of the query or fragment.
    query: Option<usize>,
    /// The number of path segments that name the target, and the number of complete ones.
    segments: usize,
    done: usize,
    /// The start of a second link that is glued to the path.
    pub(super) copy: Option<usize>,
    /// The number of joined gaps.
    gaps: usize,
    /// The number of open parentheses in the link.
    open: usize,
    /// True if no character is escaped or needs repair.
    pub(super) whole: bool,
}

impl<'a> Walk<'a> {
    /// Walks over the path after the host that ends at `host_end`; its first `segments` segments name the target.
    pub(super) fn over(text: &'a str, begin: &'a Begin, host_end: usize, segments: usize) -> Self {
        let mut walk =
            Self { text, begin, host_end, at: host_end, segment: host_end, query: None, segments, done: 0, copy: None, gaps: 0, open: 0, whole: true };
        if walk.has_path() {
            walk.go();
        }
        walk
    }

    fn has_path(&self) -> bool {
        match self.text.as_bytes().get(self.at) {
            Some(b'/' | b'?' | b'#') => true,
            Some(b':') => self.begin.form == Form::Ssh,
            Some(byte) => byte.is_ascii_whitespace() && self.joined() > 0,
            None => false,
        }
    }

    fn go(&mut self) {
        let limit = self.text.len().min(self.begin.start + MAX_LINK_BYTES);
        while self.at < limit {
            let byte = self.text.as_bytes()[self.at];
            if is_name_byte(byte) {
                self.at += self.text.as_bytes()[self.at..limit].iter().take_while(|b| is_name_byte(**b)).count();
                continue;
            }
            let step = self.step();
            if step == 0 {
                return;
            }
            self.whole &= matches!(byte, b'/' | b'?' | b'#');
            self.at += step;
        }
    }

    /// Returns the length of the step at the current byte; 0 if no address continues there.
    fn step(&mut self) -> usize {
        self.copy = self.glued_copy();
        if self.copy.is_some() {
            return 0;
        }
        let rest = &self.text[self.at..];
        let byte = rest.as_bytes()[0];
        let in_name = self.done < self.segments;
        match byte {
            b'/' => {
                let doubled = self.at == self.segment && self.at > self.host_end;
                self.done += usize::from(!self.text[self.segment..self.at].trim_ascii().is_empty());
                self.whole &= !doubled;
                self.segment = self.at + 1;
                1
            }
            b':' if self.at == self.host_end && self.begin.form == Form::Ssh => 1,
            b'?' | b'#' => {
                self.done = self.segments;
                self.segment = self.at + 1;
                self.query = self.query.or(Some(self.at));
                1
            }
            b'\\' | b'$' | b'{' => latex::starts(rest).map_or(0, |(length, _)| length),
            b'%' => usize::from(rest.len() > 2 && rest.as_bytes()[1..3].iter().all(u8::is_ascii_hexdigit)),
            b'&' if ENDING_ENTITIES.iter().any(|entity| rest.starts_with(entity)) => 0,
            b'~' if in_name => usize::from(self.so_far().ends_with('/')),
            b'&' | b'+' if !in_name || rest.starts_with("&amp;") => 1,
            b'(' if !in_name => {
                self.open += 1;
                1
            }
            b')' if self.open > 0 => {
                self.open -= 1;
                1
            }
            b if !in_name && b"~:@!'*,;=".contains(&b) => 1,
            b if b.is_ascii_whitespace() && self.gaps < MAX_GAPS => {
                self.gaps += 1;
                self.joined()
            }
            b if !b.is_ascii() => mended(rest),
            _ => 0,
        }
    }

    /// Returns the end of the path, before query and fragment.
    pub(super) fn path_end(&self) -> usize {
        self.query.unwrap_or(self.at)
    }

    /// Returns the text read after the host.
    fn so_far(&self) -> &str {
        &self.text[self.host_end..self.at]
    }

    /// Returns the length of the whitespace at the current byte if a broken link is joined across it; else 0.
    fn joined(&self) -> usize {
        if self.so_far().ends_with('.') {
            return 0; // the end of a sentence: most links end here
        }
        let rest = &self.text[self.at..];
        let blanks = blanks(rest);
        let gap = Gap { so_far: self.so_far(), blanks_and_rest: rest, rest: &rest[blanks..], done: self.done, segments: self.segments };
        if blanks > 0 && self.done < self.segments && gap.is_joined() { blanks } else { 0 }
    }

    /// Returns the start of a second link that is glued to the path: at a scheme, or at the name of a code host.
    fn glued_copy(&self) -> Option<usize> {
        match self.text.as_bytes().get(self.at)? {
            b':' if self.text[self.at..].starts_with("://") => scheme::start(self.so_far()).map(|at| self.host_end + at),
            b'/' => host::code_host_at_end(&self.text[self.segment..self.at]).map(|name| self.at - name.len()),
            _ => None,
        }
    }
}
