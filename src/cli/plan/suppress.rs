//! `[suppress]`: the papers and the people that asked to be left out of the tables.

use serde::Deserialize;
use starcite_core::normal::{person_key, words};
use starcite_core::{Paper, RepoFacts, TypedId};
use starcite_state::RepoRow;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

/// The section, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SuppressSection {
    #[serde(default)]
    papers: Vec<PaperId>,
    #[serde(default)]
    authors: Vec<Author>,
}

/// An id in the form of `paper_id`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct PaperId(String);

impl TryFrom<String> for PaperId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let id = TypedId::read(&text).paper_id().map(Self);
        id.ok_or_else(|| format!("{text:?} is not the id of a paper: write it as papers.paper_id has it, such as arxiv:2401.00001 or doi:10.1000/a"))
    }
}

/// A person, by the key of the name.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Author(pub(super) String);

impl TryFrom<String> for Author {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let key = person_key(&name);
        if key.is_empty() { Err(format!("{name:?} is not the name of a person")) } else { Ok(Self(key)) }
    }
}

/// Papers and people that the tables leave out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Suppress {
    /// Papers, each by one of its ids.
    pub(crate) papers: BTreeSet<String>,
    /// People, by the keys of their names.
    authors: HashSet<String>,
}

impl From<SuppressSection> for Suppress {
    fn from(section: SuppressSection) -> Self {
        Self { papers: section.papers.into_iter().map(|id| id.0).collect(), authors: section.authors.into_iter().map(|author| author.0).collect() }
    }
}

impl Suppress {
    /// Removes suppressed names from a paper's authors, and returns their number.
    pub(crate) fn strip(&self, paper: &mut Paper) -> u64 {
        if self.authors.is_empty() {
            return 0;
        }
        let are_parallel = paper.authors.len() == paper.authors_original.len();
        let is_out = |at: usize| self.holds(&paper.authors[at]) || (are_parallel && self.holds(&paper.authors_original[at]));
        let out: Vec<bool> = (0..paper.authors.len()).map(is_out).collect();
        let kept = |names: &mut Vec<String>| {
            let mut out = out.iter();
            names.retain(|_| out.next() != Some(&true));
        };
        kept(&mut paper.authors);
        if are_parallel {
            kept(&mut paper.authors_original);
        } else {
            paper.authors_original.retain(|name| !self.holds(name));
        }
        if paper.authors_original == paper.authors {
            paper.authors_original.clear();
        }
        out.into_iter().filter(|is_out| *is_out).count() as u64
    }

    /// Returns a repository without suppressed names in its citation authors, and their number.
    pub(crate) fn taken_out_of<'r>(&self, repo: &'r RepoRow) -> (Cow<'r, RepoRow>, u64) {
        let names = repo.facts().citation_authors.as_deref().unwrap_or_default();
        let kept: Vec<String> = names.iter().filter(|name| !self.holds(name)).cloned().collect();
        let out = (names.len() - kept.len()) as u64;
        if out == 0 {
            return (Cow::Borrowed(repo), 0);
        }
        let facts = RepoFacts { citation_authors: (!kept.is_empty()).then_some(kept), ..repo.facts().clone() };
        (Cow::Owned(RepoRow { facts: Some(Box::new(facts)), ..repo.clone() }), out)
    }

    /// True if a paper with these ids is suppressed.
    pub(crate) fn hides(&self, paper_id: &str, arxiv_id: Option<&str>, doi: Option<&str>) -> bool {
        let is_listed = |scheme: &str, id: Option<&str>| id.is_some_and(|id| self.papers.contains(&format!("{scheme}:{id}")));
        self.papers.contains(paper_id) || (!self.papers.is_empty() && (is_listed("arxiv", arxiv_id) || is_listed("doi", doi)))
    }

    /// Returns authors without suppressed names; `None` if no author is left.
    pub(crate) fn shown(&self, authors: &[String]) -> Option<Vec<String>> {
        let shown: Vec<String> = authors.iter().filter(|name| !self.holds(name)).cloned().collect();
        (!shown.is_empty()).then_some(shown)
    }

    /// True if nothing is suppressed.
    pub(crate) fn is_nothing(&self) -> bool {
        self.papers.is_empty() && self.authors.is_empty()
    }

    /// True if a text is a suppressed name, or a list of names with one in it.
    fn holds(&self, text: &str) -> bool {
        if self.authors.is_empty() {
            return false;
        }
        let is_list = || text.contains([',', ';', '&', '\n']) || text.contains(" and ");
        self.authors.contains(&person_key(text)) || (is_list() && self.is_listed(&format!(" {} ", words(text))))
    }

    fn is_listed(&self, words: &str) -> bool {
        let is_there = |name: &str| words.contains(&format!(" {name} "));
        self.authors.iter().any(|key| is_there(key) || key.rsplit_once(' ').is_some_and(|(first, last)| is_there(&format!("{last} {first}"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suppress(authors: &[&str]) -> Suppress {
        let authors = authors.iter().map(|name| Author::try_from((*name).to_owned()).unwrap()).collect();
        SuppressSection { papers: Vec::new(), authors }.into()
    }

    fn left(authors: &[&str], original: &[&str]) -> (Vec<String>, Vec<String>, u64) {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let mut paper = Paper { authors: texts(authors), authors_original: texts(original), ..Paper::default() };
        let out = suppress(&["Doe, Jan\u{e9}", "J\\\"org M\u{fc}ller"]).strip(&mut paper);
        (paper.authors, paper.authors_original, out)
    }

    #[test]
    fn a_name_is_left_out_however_it_is_written() {
        for name in [
            "Jane Doe",
            "JANE DOE",
            "Jan\u{e9} Doe",
            "Doe, Jane",
            "Jane Doe, PhD",
            "Jane  Doe",
            "Jorg Muller",
            "M\u{fc}ller, J\u{f6}rg",
            "Jane Doe and A. B.",
            "A. B.; Doe, Jane",
        ] {
            assert_eq!(left(&["Ada L.", name], &[]), (vec!["Ada L.".to_owned()], vec![], 1), "{name}");
        }
        for name in ["Mary Jane Doe", "Jane Doering", "J. Doe", "Jane", "Doe", "John Doe", "A. B. and Jane Doering"] {
            assert_eq!(left(&[name], &[]).2, 0, "{name}");
        }
    }

    #[test]
    fn what_the_source_wrote_loses_the_same_names() {
        assert_eq!(left(&["Jane Doe", "\u{c9} L"], &["Doe, Jane", "L, \\'E"]), (vec!["\u{c9} L".to_owned()], vec!["L, \\'E".to_owned()], 1));
        assert_eq!(left(&["Jane Doe", "Ada L"], &["Doe, Jane", "Ada L"]), (vec!["Ada L".to_owned()], vec![], 1), "nothing is written another way");
        assert_eq!(left(&["Jane Doe"], &["Doe, Jane"]), (vec![], vec![], 1));
    }

    #[test]
    fn ids_are_those_of_the_table() {
        let read = |text: &str| PaperId::try_from(text.to_owned()).map(|id| id.0);
        for (text, id) in [
            ("arxiv:2401.00001v3", "arxiv:2401.00001"),
            ("arXiv:2401.00001", "arxiv:2401.00001"),
            ("DOI:10.1000/A", "doi:10.1000/a"),
            ("doi:https://doi.org/10.1000/a", "doi:10.1000/a"),
            ("openalex:W7", "openalex:W7"),
            ("2401.00001", "arxiv:2401.00001"),
            ("https://arxiv.org/abs/2401.00001", "arxiv:2401.00001"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(id));
        }
        for text in ["24", "arxiv:24", "doi:x", "", "https://example.org/2401", ":a", "a:"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
