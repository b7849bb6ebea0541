//! arXiv ids and DOIs that a paper's text names.

use crate::field::Field;
use crate::paper::{Paper, arxiv_id, doi, is_arxiv_category};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// A mention of one paper in the text of another, or in a field of its own; in that case `start` and `end` are 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// `arxiv:<id>` or `doi:<doi>`.
    pub cited: String,
    /// The field with the mention.
    pub field: Field,
    /// First UTF-8 byte of the mention in the field.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The mention, unchanged.
    pub raw: String,
}

/// The prefixes of an arXiv id. An id counts only after one of these, or after another id in a list, so that a DOI, a date, a page range
/// or a version number is never read as an id. Compared without regard to case.
const ARXIV_PREFIXES: &[&str] = &[
    "arxiv:",
    "arxiv: ",
    "arxiv ",
    "arxiv.",
    "arxiv/",
    "arxiv.org/abs/",
    "arxiv.org/pdf/",
    "arxiv.org/html/",
    "ar5iv.org/abs/",
    "ar5iv.org/html/",
    "ar5iv.labs.arxiv.org/html/",
    "alphaxiv.org/abs/",
    "alphaxiv.org/pdf/",
    "alphaxiv.org/overview/",
    "huggingface.co/papers/",
    "hf.co/papers/",
    "10.48550/arxiv.",
];
/// The separators between two ids of a list.
const ARXIV_SEPARATORS: &[&str] = &[", ", ",", "; ", " and ", ", and ", " & "];
/// The optional prefixes of a DOI; they belong to the mention.
const DOI_PREFIXES: &[&str] = &["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:", "doi: ", "doi "];

/// Returns the papers that a paper's texts name, each once, without itself, sorted by identifier.
pub fn of_paper(paper: &Paper) -> Vec<Citation> {
    of_paper_within(paper, usize::MAX).unwrap_or_default()
}

/// Returns the same; `None` if a text has more than so many mentions of papers, of which no more are gathered.
pub fn of_paper_within(paper: &Paper, most: usize) -> Option<Vec<Citation>> {
    let mut found = BTreeMap::new();
    for (field, text) in paper.texts() {
        let mentions = mentions_within(text, Text::Prose, most);
        if mentions.len() > most {
            return None;
        }
        for mention in mentions {
            let citation = citation(field, text, mention);
            found.entry(citation.cited.clone()).or_insert(citation);
        }
    }
    for (field, address) in paper.addresses().filter(|(field, _)| *field == Field::HasPreprint) {
        for Mention { cited, .. } in mentions(address, Text::Prose) {
            let citation = Citation { cited: cited.clone(), field, start: 0, end: 0, raw: address.to_owned() };
            found.entry(cited).or_insert(citation);
        }
    }
    found.remove(&paper.paper_id);
    Some(found.into_values().collect())
}

/// Returns every mention in one text, in order.
pub fn in_text(field: Field, text: &str) -> Vec<Citation> {
    mentions(text, Text::Prose).into_iter().map(|mention| citation(field, text, mention)).collect()
}

fn citation(field: Field, text: &str, Mention { cited, span }: Mention) -> Citation {
    Citation { cited, field, start: span.start, end: span.end, raw: text[span].to_owned() }
}

/// Returns the first arXiv id that a text names.
///
/// ```
/// use starcite_core::citation::first_arxiv_id;
/// assert_eq!(first_arxiv_id("Comment: 12 pages. arXiv:2401.00001v2 [cs.CL]").as_deref(), Some("2401.00001"));
/// assert_eq!(first_arxiv_id("version: 2401.00001"), None);
/// ```
pub fn first_arxiv_id(text: &str) -> Option<String> {
    mentions(text, Text::Prose).iter().find_map(|mention| mention.cited.strip_prefix("arxiv:").map(str::to_owned))
}

/// Returns the first DOI that a text names, other than those of arXiv ids.
pub fn first_doi(text: &str) -> Option<String> {
    mentions(text, Text::Prose).iter().find_map(|mention| mention.cited.strip_prefix("doi:").map(str::to_owned))
}

/// Returns the category that arXiv writes after an id.
///
/// ```
/// use starcite_core::citation::first_arxiv_category;
/// assert_eq!(first_arxiv_category("arXiv:2401.00001v2 [cs.CL] tex.ids: x"), Some("cs.CL"));
/// assert_eq!(first_arxiv_category("arXiv:2401.00001 [preprint], cs.CL"), None);
/// ```
pub fn first_arxiv_category(text: &str) -> Option<&str> {
    let after = |mention: Mention| text[mention.span.end..].trim_start().strip_prefix('[')?.split_once(']').map(|(inside, _)| inside.trim());
    mentions(text, Text::Prose).into_iter().filter(|mention| mention.cited.starts_with("arxiv:")).filter_map(after).find(|inside| is_arxiv_category(inside))
}

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// Sentences.
    Prose,
    /// Markdown, HTML, BibTeX, YAML: identifiers also occur in addresses with file endings, in badges and after keys.
    Markup,
}

/// One mention of a paper.
pub(crate) struct Mention {
    /// `arxiv:<id>` or `doi:<doi>`.
    pub(crate) cited: String,
    pub(crate) span: Range<usize>,
}

/// Returns every mention in a text, in order.
pub(crate) fn mentions(text: &str, form: Text) -> Vec<Mention> {
    mentions_within(text, form, usize::MAX)
}

/// Returns mentions in a text, in order, until there are more than `most`.
fn mentions_within(text: &str, form: Text, most: usize) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let mut from = 0;
    while found.len() <= most
        && let Some(at) = memchr::memchr2(b'.', b'/', &text.as_bytes()[from..])
    {
        let anchor = from + at;
        from = anchor + 1;
        let id_before = found.last().filter(|mention| mention.cited.starts_with("arxiv:")).map(|mention| mention.span.end);
        if let Some((span, cited)) = doi_at(text, anchor, form).or_else(|| arxiv_at(text, anchor, id_before, form)) {
            from = from.max(span.end);
            found.push(Mention { cited, span });
        }
    }
    found
}

/// Returns the DOI whose `10.` has its full stop at `anchor`.
fn doi_at(text: &str, anchor: usize, form: Text) -> Option<(Range<usize>, String)> {
    let bytes = text.as_bytes();
    let digit_follows = bytes.get(anchor + 1).is_some_and(u8::is_ascii_digit);
    if !digit_follows || !bytes[..anchor].ends_with(b"10") {
        return None;
    }
    let start = anchor - 2;
    if text[..start].ends_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None; // the tail of a longer number
    }
    let length = doi_length(&text[start..]);
    let end = start + if form == Text::Markup { length_in_markup(&text[start..start + length]) } else { length };
    let doi = doi(&text[start..end].replace('\\', ""))?;
    let prefix = longest_before(text, start, DOI_PREFIXES);
    let suffix = doi.split_once('/').map_or("", |(_, suffix)| suffix);
    let looks_like_a_number = suffix.len() < 5 && suffix.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if prefix == 0 && looks_like_a_number {
        return None;
    }
    let cited = doi.strip_prefix("10.48550/arxiv.").and_then(arxiv_id).map_or_else(|| format!("doi:{doi}"), |id| format!("arxiv:{id}"));
    Some((start - prefix..end, cited))
}

/// A longer text is not a DOI: the longest in use have about two hundred bytes.
const MAX_DOI_BYTES: usize = 400;

/// Returns the length of a DOI. It ends at whitespace, a bracket or a quote, at an unbalanced closing parenthesis, and before the punctuation of the sentence.
fn doi_length(text: &str) -> usize {
    let mut open = 0usize;
    let ends = |c: char| {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return true,
            ')' => open -= 1,
            _ => {}
        }
        c.is_whitespace() || !c.is_ascii() || "\"<>{}|^`[]$%".contains(c)
    };
    let near = &text[..text.floor_char_boundary(MAX_DOI_BYTES)];
    let end = near.find(ends).unwrap_or(if near.len() == text.len() { near.len() } else { 0 });
    text[..end].trim_end_matches(|c: char| ".,:;!?'*\\/_".contains(c)).len()
}

/// File endings that are not part of the DOI in an address.
const FILE_ENDINGS: &[&str] = &[".svg", ".png", ".pdf", ".html", ".full"];
/// The prefix of Zenodo's DOIs; a number follows.
const ZENODO: &str = "10.5281/zenodo.";

/// Returns the length of the DOI at the start of a text, without the query, fragment and file ending of an address.
fn length_in_markup(doi: &str) -> usize {
    let end = doi.find(['#', '?']).unwrap_or(doi.len());
    let mut doi = &doi[..end];
    if let Some(number) = doi.get(..ZENODO.len()).filter(|start| start.eq_ignore_ascii_case(ZENODO)).map(|start| &doi[start.len()..]) {
        return ZENODO.len() + number.bytes().take_while(u8::is_ascii_digit).count();
    }
    while let Some(ending) = FILE_ENDINGS.iter().find(|ending| doi.ends_with(*ending)) {
        doi = &doi[..doi.len() - ending.len()];
    }
    doi.len()
}

/// Returns the arXiv id that has its full stop (`2004.11967`) or slash (`hep-th/9901001`) at `anchor`, after a prefix of its own
/// or as the next id of a list whose last id ends at `id_before`.
fn arxiv_at(text: &str, anchor: usize, id_before: Option<usize>, form: Text) -> Option<(Range<usize>, String)> {
    let bytes = text.as_bytes();
    let digits = bytes[anchor + 1..].iter().take(8).take_while(|b| b.is_ascii_digit()).count();
    let start = match bytes[anchor] {
        b'.' if (4..=5).contains(&digits) => anchor - bytes[..anchor].iter().rev().take(5).take_while(|b| b.is_ascii_digit()).count(),
        b'/' if digits == 7 => anchor - bytes[..anchor].iter().rev().take(24).take_while(|b| b.is_ascii_alphabetic() || b"-.".contains(b)).count(),
        _ => return None,
    };
    let start = start + archive_start(&text[start..anchor]);
    let version = &bytes[anchor + 1 + digits..];
    let version = match version.first() {
        Some(b'v' | b'V') => version[1..].iter().take(3).take_while(|b| b.is_ascii_digit()).count(),
        _ => 0,
    };
    let end = anchor + 1 + digits + if version > 0 { version + 1 } else { 0 };
    let id = arxiv_id(&text[start..anchor + 1 + digits])?;
    let prefix = longest_before(text, start, ARXIV_PREFIXES);
    let in_list = id_before.is_some_and(|before| before < start && ARXIV_SEPARATORS.contains(&&text[before..start]));
    let is_said = prefix > 0 || in_list || form == Text::Markup && key_before(&text[..start]);
    is_said.then(|| (start - prefix..end, format!("arxiv:{id}")))
}

/// The words before an arXiv id in a badge (`arXiv-2101.00001-b31b1b`), in BibTeX (`eprint = {2101.00001}`) or in YAML.
const ARXIV_KEYS: &[&str] = &["arxiv", "eprint"];
/// The most bytes between such a word and the id.
const KEY_GAP: usize = 16;

/// True if a text ends with a key that marks the text after it as an arXiv id.
fn key_before(before: &str) -> bool {
    let key = before.trim_end_matches(|c: char| " \t={}\"':[]()-_".contains(c));
    let is_key = |word: &&&str| {
        let Some(at) = key.len().checked_sub(word.len()) else { return false };
        key.as_bytes()[at..].eq_ignore_ascii_case(word.as_bytes()) && !key.as_bytes()[..at].last().is_some_and(u8::is_ascii_alphabetic)
    };
    (1..=KEY_GAP).contains(&(before.len() - key.len())) && ARXIV_KEYS.iter().any(|word| is_key(&word))
}

/// Returns the start of the archive's name: after a prefix that ends with a full stop (`arXiv.hep-th/9901001`).
fn archive_start(before: &str) -> usize {
    let prefix = before.get(..6).filter(|start| start.eq_ignore_ascii_case("arxiv."));
    prefix.map_or(0, str::len)
}

/// Returns the length of the longest of `prefixes` that ends at `start` and begins a word; 0 if there is none.
fn longest_before(text: &str, start: usize, prefixes: &[&str]) -> usize {
    let before = &text.as_bytes()[..start];
    let stands = |prefix: &&&str| {
        let Some(at) = before.len().checked_sub(prefix.len()) else { return false };
        before[at..].eq_ignore_ascii_case(prefix.as_bytes()) && !before[..at].last().is_some_and(u8::is_ascii_alphabetic)
    };
    prefixes.iter().filter(stands).map(|prefix| prefix.len()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(text: &str) -> Vec<String> {
        in_text(Field::Abstract, text).into_iter().map(|c| c.cited).collect()
    }

    #[test]
    fn arxiv_ids_are_found_behind_their_prefixes() {
        assert_eq!(cited("see arXiv:2004.11967v3."), ["arxiv:2004.11967"]);
        assert_eq!(cited("(https://arxiv.org/abs/hep-th/9901001)"), ["arxiv:hep-th/9901001"]);
        assert_eq!(cited("https://arxiv.org/pdf/1706.03762.pdf"), ["arxiv:1706.03762"]);
        assert_eq!(cited("doi 10.48550/arXiv.1412.6980"), ["arxiv:1412.6980"]);
        assert_eq!(cited("https://huggingface.co/papers/2506.16406"), ["arxiv:2506.16406"]);
    }

    #[test]
    fn ids_of_a_list_and_of_readers_of_arxiv_are_found() {
        assert_eq!(cited("arXiv:2004.11967, 1706.03762v5 and 1412.6980."), ["arxiv:2004.11967", "arxiv:1706.03762", "arxiv:1412.6980"]);
        assert_eq!(cited("https://www.alphaxiv.org/overview/2506.16406v1"), ["arxiv:2506.16406"]);
        assert_eq!(cited("http://export.arxiv.org/abs/math.GT/0309136v2"), ["arxiv:math/0309136"]);
        assert_eq!(cited("arXiv.hep-th/9901001"), ["arxiv:hep-th/9901001"]);
    }

    #[test]
    fn a_doi_is_never_read_as_an_arxiv_id() {
        assert_eq!(cited("10.1145/3643991.3644876"), ["doi:10.1145/3643991.3644876"]);
        assert_eq!(cited("pages 2001.12345, version 1.2004.11967, on 2004.11.96"), Vec::<String>::new());
    }

    #[test]
    fn a_full_stop_behind_a_doi_is_not_part_of_it() {
        assert_eq!(cited("doi:10.5281/zenodo.123456. Next"), ["doi:10.5281/zenodo.123456"]);
        assert_eq!(cited("(doi.org/10.1000/a(b)c)."), ["doi:10.1000/a(b)c"]);
    }

    #[test]
    fn a_text_that_is_all_identifiers_is_read_to_its_end() {
        // Going back to the start for each of them would take minutes.
        for (unit, found) in [("10.1/", 0), ("10.1000/a", 1), ("10.1000.", 0), ("arXiv:2101.00001,", 100_000 / "arXiv:2101.00001,".len())] {
            let text = unit.repeat(100_000 / unit.len());
            assert_eq!(mentions(&text, Text::Markup).len(), found, "{unit}");
        }
    }

    #[test]
    fn the_span_is_the_mention() {
        let text = "é arXiv:2004.11967 ü";
        for c in in_text(Field::Abstract, text) {
            assert_eq!(&text[c.start..c.end], c.raw);
        }
    }
}
