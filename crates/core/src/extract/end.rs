//! Where a link ends: the one place that decides it.
//!
//! A link goes on while the bytes are those of an address ([`step`]), over a blank where a broken link is joined ([`JOINS`]),
//! and ends earlier where something that follows is glued to it ([`CUTS`]).

use super::begin::{Begin, Form, MAX_BLANK_BYTES};
use super::host::{self, Host};
use super::{latex, repair, scheme, words};
use crate::repo::is_name_byte;
use std::borrow::Cow;
use std::ops::Range;

/// The longest link read, in bytes: longer ones are no links but noise.
const MAX_LINK_BYTES: usize = 2_000;

/// Blanks that are mended in one path: more of them are no broken link.
const MAX_GAPS: usize = 12;

/// The span of a link.
pub(super) struct Extent {
    pub(super) span: Range<usize>,
    pub(super) host: Range<usize>,
    /// The row of its host.
    pub(super) row: Option<&'static Host>,
    /// Whether it is written as most are, `https://` and signs that mean themselves, so that there is nothing to mend.
    pub(super) whole: bool,
    /// What was cut off its end, by name.
    pub(super) cut: Option<&'static str>,
    /// Where it would end if what was cut off belongs to it after all.
    pub(super) uncut: usize,
}

/// The span of the link that begins there; `None` where it is none.
pub(super) fn of(text: &str, begin: &Begin) -> Option<Extent> {
    let host = begin.host..host_end(text, begin);
    let name = without_blanks(&text[host.clone()]);
    let row = host::find(&name);
    let segments = row.map_or(0, |row| row.segments);
    let mut walk = Walk { text, begin, host_end: host.end, at: host.end, segment: host.end, segments, done: 0, gaps: 0, open: 0, whole: true };
    walk.go();
    let copy = walk.glued_copy();
    let has_path = walk.at > host.end;
    if (begin.form == Form::BareHost && has_path) || copy == Some(host.end + 1) {
        return None; // the slash of the path, or of the copy, is an anchor of its own
    }
    let uncut = begin.start + trimmed(&text[begin.start..copy.unwrap_or(walk.at)], opening_before(text, begin.start)).len();
    let (cut, glued_bytes) = cut(&text[host.end.min(uncut)..uncut], &text[uncut..]).unzip();
    let end = uncut - glued_bytes.unwrap_or(0);
    let cut = copy.map(|_| "glued_copy").or(cut);
    let well_begun = matches!(&text[begin.start..begin.host], "https://" | "http://") && name.len() == host.len() && name.is_ascii();
    (end >= host.end).then_some(Extent { span: begin.start..end, host, row, whole: walk.whole && well_begun, cut, uncut })
}

/// Where the host ends: over the blanks of a broken one, and a port.
fn host_end(text: &str, begin: &Begin) -> usize {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(begin.host + MAX_LINK_BYTES);
    let mut at = begin.host;
    while at < limit {
        let step = match bytes[at] {
            b'@' => 1,
            b if is_name_byte(b) => 1,
            b if b.is_ascii_whitespace() => joined_host(&text[begin.host..at], &text[at..], begin.start < begin.host),
            b if !b.is_ascii() => invisible(&text[at..]),
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

/// The blanks inside a host (`github. com`, `github .com`, `some- user.github.io`); 0 where the host ends before them.
fn joined_host(so_far: &str, rest: &str, has_scheme: bool) -> usize {
    let blanks = blanks(rest);
    let behind_dot = rest[blanks..].strip_prefix(". ").filter(|_| !so_far.ends_with('.'));
    let (dot, word) = behind_dot.map_or(("", &rest[blanks..]), |word| (".", word));
    let word = &word[..word.bytes().take_while(|b| is_name_byte(*b)).count()];
    let at_dot = so_far.ends_with('.') || word.starts_with('.') || !dot.is_empty();
    let known = at_dot && host::find(&without_blanks(&format!("{so_far}{dot}{}", word.trim_end_matches('.')))).is_some();
    let followed_by_path = dot.is_empty() && rest[blanks + word.len()..].starts_with('/');
    let domain = has_scheme && at_dot && followed_by_path && host::is_common_domain(word.trim_start_matches('.'));
    let at_hyphen = has_scheme && so_far.ends_with('-') && word.trim_end_matches('.').contains('.');
    if known || domain || at_hyphen { blanks } else { 0 }
}

/// Goes right over the path, byte by byte.
struct Walk<'a> {
    text: &'a str,
    begin: &'a Begin,
    host_end: usize,
    at: usize,
    /// Where the current segment begins.
    segment: usize,
    /// How many path segments name the thing, and how many of them are complete.
    segments: usize,
    done: usize,
    /// Blanks joined over.
    gaps: usize,
    /// Parentheses opened in the link.
    open: usize,
    /// Whether every sign means itself.
    whole: bool,
}

impl Walk<'_> {
    fn go(&mut self) {
        let first = self.text.as_bytes().get(self.at).copied().unwrap_or_default();
        let begins = b"/?#".contains(&first) || (first == b':' && self.begin.form == Form::Ssh) || (first.is_ascii_whitespace() && self.joined() > 0);
        let limit = self.text.len().min(self.begin.start + MAX_LINK_BYTES);
        while begins && self.at < limit {
            let plain = self.text.as_bytes()[self.at..limit].iter().take_while(|b| is_name_byte(**b)).count();
            let step = if plain > 0 { plain } else { self.step() };
            self.whole &= plain > 0 || step == 0 || self.segment == self.at + step;
            if step == 0 {
                break;
            }
            self.at += step;
        }
    }

    /// How far the sign at the current byte reaches; 0 where no address goes on.
    fn step(&mut self) -> usize {
        let rest = &self.text[self.at..];
        let byte = rest.as_bytes()[0];
        let in_name = self.done < self.segments;
        match byte {
            b'/' | b':' if self.glued_copy().is_some() => 0,
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
                1
            }
            b'\\' | b'$' | b'{' => latex::starts(rest).map_or(0, |(written, _)| written.len()),
            b'%' => usize::from(rest.len() > 2 && rest.as_bytes()[1..3].iter().all(u8::is_ascii_hexdigit)),
            b'&' if ["&quot;", "&gt;", "&lt;", "&#39;", "&#x27;", "&nbsp;"].iter().any(|entity| rest.starts_with(entity)) => 0,
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
            b if !b.is_ascii() => invisible(rest),
            _ => 0,
        }
    }

    /// What was read behind the host.
    fn so_far(&self) -> &str {
        &self.text[self.host_end..self.at]
    }

    /// The blanks at the current byte where a broken link is joined over them; else 0.
    fn joined(&self) -> usize {
        let rest = &self.text[self.at..];
        let blanks = blanks(rest);
        let gap = Gap { so_far: self.so_far(), blanks_and_rest: rest, rest: &rest[blanks..], done: self.done, segments: self.segments };
        if blanks > 0 && self.done < self.segments && JOINS.iter().any(|join| join(&gap)) { blanks } else { 0 }
    }

    /// Where a second link begins that is glued to the path: at a scheme, or at the name of a code host.
    fn glued_copy(&self) -> Option<usize> {
        match self.text.as_bytes().get(self.at)? {
            b':' if self.text[self.at..].starts_with("://") => scheme::start(self.so_far()).map(|at| self.host_end + at),
            b'/' => host::code_host_at_end(&self.text[self.segment..self.at]).map(|name| self.at - name.len()),
            _ => None,
        }
    }
}

/// A run of blanks inside a link that may be broken there.
struct Gap<'a> {
    /// The path before it.
    so_far: &'a str,
    /// The text behind it, with its blanks and without.
    blanks_and_rest: &'a str,
    rest: &'a str,
    /// Complete segments, and how many there must be.
    done: usize,
    segments: usize,
}

/// Where a broken link is joined. Each looks at one kind of gap between the segments that name a thing.
const JOINS: &[fn(&Gap) -> bool] = &[after_slash, before_slash, after_hyphen, lost_underscore];

/// `github.com/ owner/name`, `github.com/owner/ name`.
fn after_slash(gap: &Gap) -> bool {
    if !gap.so_far.ends_with('/') {
        return false;
    }
    let token = gap.token();
    let names_owner_too = token.contains('/') || token.ends_with('-') || gap.rest[token.len()..].trim_start().starts_with('/');
    !words::is_ordinary(token) && gap.rest_is_name() && (gap.done > 0 || names_owner_too)
}

/// `github.com/owner /name`, `github.com /owner/name`.
fn before_slash(gap: &Gap) -> bool {
    let behind = gap.rest.strip_prefix('/').map(|rest| &rest[blanks(rest)..]);
    let separates = gap.so_far.is_empty() || (gap.done + 1 < gap.segments && !gap.so_far.ends_with('/'));
    separates && behind.is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// `github.com/owner/broken- name`, `…/broken_ name`.
fn after_hyphen(gap: &Gap) -> bool {
    gap.so_far.ends_with(['-', '_']) && gap.rest_is_name()
}

/// The most that words behind lost underscores come to, in bytes.
const MAX_LOST_BYTES: usize = 80;

/// `github.com/owner/lost underscore.`: up to three words that no sentence needs, and its end.
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
    glued_sentence(segment, gap.blanks_and_rest).or_else(|| glued_word(segment, gap.blanks_and_rest)).is_none()
}

impl Gap<'_> {
    /// The text behind the gap up to the next blank, without the sentence's signs.
    fn token(&self) -> &str {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        self.rest[..end].trim_end_matches(|c: char| ".,;:!?)]}\"'*".contains(c))
    }

    /// Whether the text goes on with the rest of a name: a word that only a name can be, or any other where no sentence goes
    /// on, or goes on with a word that needs one before it.
    fn rest_is_name(&self) -> bool {
        let token = self.token();
        let behind = self.rest[token.len()..].trim_start();
        let next = behind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let stands_alone = next.is_empty() || (words::is_function(next) && self.so_far.ends_with('/'));
        token.starts_with(|c: char| c.is_ascii_alphanumeric()) && !words::is_function(token) && (stands_alone || !words::is_plain(token))
    }
}

/// Something glued to the end of a link: how many bytes of its last segment do not belong to it. `after` is the text behind.
type Cut = fn(segment: &str, after: &str) -> Option<usize>;
const CUTS: &[(&str, Cut)] =
    &[("trailing_underscore", trailing_underscore), ("glued_sentence", glued_sentence), ("glued_word", glued_word), ("glued_number", glued_number)];

fn cut(path: &str, after: &str) -> Option<(&'static str, usize)> {
    let goes_on = after.is_empty() || after.starts_with([' ', '\n', ':']);
    if !goes_on && !path.ends_with(['_', '\\']) {
        return None;
    }
    let segment = &path[path.bytes().rposition(|b| b == b'/')? + 1..];
    CUTS.iter().find_map(|(name, cut)| cut(segment, after).map(|bytes| (*name, bytes)))
}

/// `…/name_`: emphasis, or part of a macro.
fn trailing_underscore(segment: &str, _: &str) -> Option<usize> {
    let kept = segment.trim_end_matches(['_', '\\']);
    (kept.len() < segment.len()).then_some(segment.len() - kept.len())
}

/// `…/name.The next sentence`: a capitalised word behind a full stop, with which a sentence goes on.
fn glued_sentence(segment: &str, after: &str) -> Option<usize> {
    let goes_on = after.strip_prefix([' ', '\n', ':']).map(str::trim_start)?;
    let (name, word) = segment.rsplit_once('.')?;
    let opens = words::is_ordinary(word) || goes_on.starts_with(|c: char| c.is_ascii_lowercase());
    let capitalised = words::is_plain(word) && word.starts_with(|c: char| c.is_ascii_uppercase());
    (!name.is_empty() && capitalised && opens).then_some(word.len() + 1)
}

/// `…/nameThe next sentence`: a word that opens sentences and ends no name, behind a small letter or a digit.
fn glued_word(segment: &str, after: &str) -> Option<usize> {
    let goes_on = after.strip_prefix([' ', '\n']).filter(|after| after.trim_start().starts_with(|c: char| c.is_ascii_lowercase()));
    let (name, word) = goes_on.and_then(|_| Some(segment.split_at(segment.rfind(|c: char| c.is_ascii_uppercase())?)))?;
    let behind_a_name = name.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    (behind_a_name && words::opens_sentence(word)).then_some(word.len())
}

/// `…/name.1`: the number of a footnote.
fn glued_number(segment: &str, after: &str) -> Option<usize> {
    let (name, number) = segment.rsplit_once('.')?;
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let behind_a_word = name.ends_with(|c: char| c.is_ascii_alphabetic());
    (is_number && behind_a_word && after.starts_with([' ', '\n'])).then_some(number.len() + 1)
}

/// Cuts what belongs to the sentence: full stops, commas, quotes, and the sign that also stands before the link.
fn trimmed(link: &str, opening: Option<u8>) -> &str {
    let is_sign = |b: &u8| {
        matches!(b, b'.' | b',' | b':' | b';' | b'!' | b'?' | b'\'' | b'"' | b'*' | b'(' | b'&' | b'~' | b'\\' | b'=')
            || Some(*b) == opening
            || b.is_ascii_whitespace()
    };
    &link[..link.len() - link.bytes().rev().take_while(is_sign).count()]
}

/// The sign just before the link, if it is one that encloses: `*link*`, `_link_`, `\verb+link+`.
fn opening_before(text: &str, start: usize) -> Option<u8> {
    text.as_bytes()[..start].last().copied().filter(|b| b"*_'+`|!".contains(b))
}

/// The length of the blanks with which `text` begins; 0 where there are none, or more than a broken link has.
fn blanks(text: &str) -> usize {
    let blanks = text.bytes().take(MAX_BLANK_BYTES + 1).take_while(u8::is_ascii_whitespace).count();
    if blanks > MAX_BLANK_BYTES { 0 } else { blanks }
}

/// The length of a sign that is not seen, or of a hyphen of typesetters, with which `text` begins.
fn invisible(text: &str) -> usize {
    text.chars().next().filter(|c| repair::INVISIBLE.contains(c) || repair::HYPHENS.contains(c)).map_or(0, char::len_utf8)
}

fn without_blanks(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_whitespace()) { text.split_ascii_whitespace().collect::<String>().into() } else { text.into() }
}
