//! arXiv ids and DOIs that a paper's text names.

use crate::paper::{Field, Paper, arxiv_id, doi};
use aho_corasick::AhoCorasick;
use serde::Serialize;
use std::collections::BTreeMap;

/// One paper named in the text of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// `arxiv:<id>` or `doi:<doi>`.
    pub cited: String,
    /// Where it stands.
    pub field: Field,
    /// First UTF-8 byte of the mention in the field.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The mention as it stands.
    pub raw: String,
}

/// What comes before an identifier. An arXiv id counts only behind one of its own prefixes, so that none is ever
/// read out of a DOI, a date or a page range.
const PREFIXES: &[(&str, Scheme)] = &[
    ("arxiv.org/abs/", Scheme::Arxiv),
    ("arxiv.org/pdf/", Scheme::Arxiv),
    ("alphaxiv.org/abs/", Scheme::Arxiv),
    ("huggingface.co/papers/", Scheme::Arxiv),
    ("arxiv:", Scheme::Arxiv),
    ("arxiv ", Scheme::Arxiv),
    ("10.48550/arxiv.", Scheme::Arxiv),
    ("doi.org/", Scheme::Doi),
    ("doi:", Scheme::Doi),
    ("10.", Scheme::Doi),
];

#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Arxiv,
    Doi,
}

/// Finds citations; built once, used for every text.
#[derive(Debug, Clone)]
pub struct CitationFinder {
    prefixes: AhoCorasick,
}

impl Default for CitationFinder {
    fn default() -> Self {
        let prefixes = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(aho_corasick::MatchKind::LeftmostFirst)
            .build(PREFIXES.iter().map(|(prefix, _)| prefix))
            .expect("a fixed list of short prefixes builds");
        Self { prefixes }
    }
}

impl CitationFinder {
    /// The papers that a paper's texts name, each once, itself left out, sorted by identifier.
    pub fn paper(&self, paper: &Paper) -> Vec<Citation> {
        let mut found = BTreeMap::new();
        for (field, text) in paper.texts() {
            for citation in self.text(field, text) {
                found.entry(citation.cited.clone()).or_insert(citation);
            }
        }
        found.remove(&paper.paper_id);
        found.into_values().collect()
    }

    /// Every mention in one text, in order.
    pub fn text(&self, field: Field, text: &str) -> Vec<Citation> {
        let mut citations = Vec::new();
        let mut from = 0;
        while let Some(hit) = self.prefixes.find(aho_corasick::Input::new(text).range(from..)) {
            let (_, scheme) = PREFIXES[hit.pattern().as_usize()];
            from = hit.end();
            let Some((end, cited)) = read(text, hit.start(), hit.end(), scheme) else { continue };
            citations.push(Citation { cited, field, start: hit.start(), end, raw: text[hit.start()..end].to_owned() });
            from = end;
        }
        citations
    }
}

fn read(text: &str, start: usize, after_prefix: usize, scheme: Scheme) -> Option<(usize, String)> {
    if preceded_by_word(text, start) {
        return None;
    }
    let rest = &text[after_prefix..];
    let skipped = rest.len() - rest.trim_start().len();
    let at = after_prefix + skipped.min(1);
    match scheme {
        Scheme::Arxiv => {
            let len = text[at..].find(|c: char| !(c.is_ascii_alphanumeric() || "./-".contains(c))).unwrap_or(text.len() - at);
            let id = text[at..at + len].trim_end_matches(['.', '/', '-']);
            let id = id.strip_suffix(".pdf").unwrap_or(id);
            Some((at + id.len(), format!("arxiv:{}", arxiv_id(id)?)))
        }
        Scheme::Doi => {
            let at = if text[start..].starts_with("10.") { start } else { at };
            let len = text[at..].find(|c: char| c.is_whitespace() || "\"<>{}|^`[]".contains(c) || !c.is_ascii()).unwrap_or(text.len() - at);
            let id = text[at..at + len].trim_end_matches(|c: char| ".,;:!?'*\\".contains(c) || (c == ')' && !text[at..at + len].contains('(')));
            let doi = doi(id)?;
            let cited = doi.strip_prefix("10.48550/arxiv.").and_then(arxiv_id).map_or_else(|| format!("doi:{doi}"), |id| format!("arxiv:{id}"));
            Some((at + id.len(), cited))
        }
    }
}

/// Whether the prefix is the tail of a longer word or number (`210.1234/x` is no DOI).
fn preceded_by_word(text: &str, start: usize) -> bool {
    let first_is_digit = text.as_bytes()[start].is_ascii_digit();
    let before = text[..start].chars().next_back();
    before.is_some_and(|c| if first_is_digit { c.is_ascii_digit() || c == '.' } else { c.is_ascii_alphabetic() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(text: &str) -> Vec<String> {
        CitationFinder::default().text(Field::Abstract, text).into_iter().map(|c| c.cited).collect()
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
    fn a_doi_is_never_read_as_an_arxiv_id() {
        assert_eq!(cited("10.1145/3643991.3644876"), ["doi:10.1145/3643991.3644876"]);
        assert_eq!(cited("pages 2001.12345, version 1.2004.11967, on 2004.11.96"), Vec::<String>::new());
    }

    #[test]
    fn a_full_stop_behind_a_doi_is_not_part_of_it() {
        assert_eq!(cited("doi:10.5281/zenodo.123456. Next"), ["doi:10.5281/zenodo.123456"]);
        assert_eq!(cited("(doi.org/10.1000/a(b)c)."), ["doi:10.1000/a(b)c)"]);
    }

    #[test]
    fn the_span_is_the_mention() {
        let text = "é arXiv:2004.11967 ü";
        for c in CitationFinder::default().text(Field::Abstract, text) {
            assert_eq!(&text[c.start..c.end], c.raw);
        }
    }
}
