//! Decides where a broken link is joined across whitespace.

use super::{cut, without_blanks};
use crate::extract::begin::MAX_BLANK_BYTES;
use crate::extract::{host, words};
use crate::repo::is_name_byte;

/// Returns the length of the whitespace inside a host (`github. com`, `github .com`, `some- user.github.io`); 0 if the host ends before it.
pub(super) fn joined_host(so_far: &str, rest: &str, has_scheme: bool) -> usize {
    let blanks = blanks(rest);
    let behind_dot = rest[blanks..].strip_prefix(". ").filter(|_| !so_far.ends_with('.'));
    let (dot, word) = behind_dot.map_or(("", &rest[blanks..]), |word| (".", word));
    let word = &word[..word.bytes().take_while(|b| is_name_byte(*b)).count()];
    if word.trim_matches('.').is_empty() {
        return 0;
    }
    let at_dot = so_far.ends_with('.') || word.starts_with('.') || !dot.is_empty();
    let known = at_dot && host::find(&without_blanks(&format!("{so_far}{dot}{}", word.trim_end_matches('.')))).is_some();
    let followed_by_path = dot.is_empty() && rest[blanks + word.len()..].starts_with('/');
    let domain = has_scheme && at_dot && followed_by_path && host::is_common_domain(word.trim_start_matches('.'));
    let at_hyphen = has_scheme && so_far.ends_with('-') && word.trim_end_matches('.').contains('.');
    if known || domain || at_hyphen { blanks } else { 0 }
}

/// A run of whitespace at which a link may be broken.
pub(super) struct Gap<'a> {
    /// The path before it.
    pub(super) so_far: &'a str,
    /// The text after it, with and without the leading whitespace.
    pub(super) blanks_and_rest: &'a str,
    pub(super) rest: &'a str,
    /// The number of complete segments, and the number required.
    pub(super) done: usize,
    pub(super) segments: usize,
}

/// The rules for joining. Each handles one kind of gap between the segments that name the target.
const JOINS: &[fn(&Gap) -> bool] = &[after_slash, before_slash, after_hyphen, lost_underscore];

/// Joins `github.com/ owner/name`, `github.com/owner/ name`.
fn after_slash(gap: &Gap) -> bool {
    if !gap.so_far.ends_with('/') {
        return false;
    }
    let token = gap.token();
    let names_owner_too = token.contains('/') || token.ends_with('-') || gap.rest[token.len()..].trim_start().starts_with('/');
    !words::is_ordinary(token) && gap.rest_is_name() && (gap.done > 0 || names_owner_too)
}

/// Joins `github.com/owner /name`, `github.com /owner/name`.
fn before_slash(gap: &Gap) -> bool {
    let behind = gap.rest.strip_prefix('/').map(|rest| &rest[blanks(rest)..]);
    let separates = gap.so_far.is_empty() || (gap.done + 1 < gap.segments && !gap.so_far.ends_with('/'));
    separates && behind.is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Joins `github.com/owner/broken- name`, `…/broken_ name`.
fn after_hyphen(gap: &Gap) -> bool {
    gap.so_far.ends_with(['-', '_']) && gap.rest_is_name()
}

/// The most bytes of the words after lost underscores.
const MAX_LOST_BYTES: usize = 80;

/// Joins `github.com/owner/lost underscore.`: up to three words that do not belong to the sentence, at its end.
fn lost_underscore(gap: &Gap) -> bool {
    if gap.done + 1 != gap.segments || !gap.so_far.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    let words = gap.rest.bytes().take(MAX_LOST_BYTES).take_while(|b| is_name_byte(*b) && *b != b'.' || *b == b' ').count();
    let (words, behind) = gap.rest.split_at(words);
    let sentence_ends = behind.is_empty() || behind.strip_prefix('.').is_some_and(|rest| rest.is_empty() || rest.starts_with(['"', ' ', '\n']));
    if !sentence_ends || words.split(' ').count() > 3 || words.split(' ').any(|word| word.is_empty() || words::is_ordinary(word)) {
        return false;
    }
    let segment = gap.so_far.rsplit('/').next().unwrap_or_default();
    !cut::begins_next_sentence(segment, gap.blanks_and_rest)
}

impl Gap<'_> {
    /// True if the link continues after the gap.
    pub(super) fn is_joined(&self) -> bool {
        JOINS.iter().any(|join| join(self))
    }

    /// Returns the text after the gap up to the next whitespace, without the punctuation of the sentence.
    fn token(&self) -> &str {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        self.rest[..end].trim_end_matches(|c: char| ".,;:!?)]}\"'*".contains(c))
    }

    /// True if the text continues with the rest of a name: a word that can only be a name, or any word if no sentence
    /// continues after it, or if the next word must follow a name.
    fn rest_is_name(&self) -> bool {
        let token = self.token();
        let behind = self.rest[token.len()..].trim_start();
        let next = behind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let stands_alone = next.is_empty() || (words::is_function(next) && self.so_far.ends_with('/'));
        token.starts_with(|c: char| c.is_ascii_alphanumeric()) && !words::is_function(token) && (stands_alone || !words::is_plain(token))
    }
}

/// Returns the length of the whitespace at the start of `text`; 0 if there is none, or more than a broken link has.
pub(super) fn blanks(text: &str) -> usize {
    let blanks = text.bytes().take(MAX_BLANK_BYTES + 1).take_while(u8::is_ascii_whitespace).count();
    if blanks > MAX_BLANK_BYTES { 0 } else { blanks }
}
