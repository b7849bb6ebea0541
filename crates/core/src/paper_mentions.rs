//! Statements in a repository's own files: whether they name a paper as their own, by its arXiv id, its DOI or its title; the papers that they
//! name at all by an identifier; how they ask to be cited, and where they are archived. The files are `CITATION.cff`, `codemeta.json`,
//! `.zenodo.json` and the README.
//!
//! A wrong "it names the paper" is worse than none. Therefore only the parts of a file about its own paper count. In them an identifier counts
//! if it stands alone and, for arXiv, follows words that mark it as an arXiv id; a title counts if it is too long for a coincidence and is not
//! part of a longer title.

mod archive;
mod cff;
mod citation_file;
mod codemeta;
mod files;
mod licence;
mod papers;
mod readme;
mod statements;
mod title;
mod yaml;
mod zenodo;

pub use archive::archive_ids;
pub use citation_file::CitationFile;
pub use files::{citation_of, readme_of, statements_of};
pub use licence::spdx_id;
pub use papers::{NamedPaper, papers_in};

use crate::named;
use crate::normal::Letters;
use crate::paper;
use memchr::memmem;
use std::ops::Range;

/// The identifiers of a paper.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaperKey<'a> {
    /// The arXiv id without a version.
    pub arxiv_id: Option<&'a str>,
    /// The DOI.
    pub doi: Option<&'a str>,
    /// The title, as its source writes it.
    pub title: Option<&'a str>,
}

named! {
    /// The identifier by which a file names a paper.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum MatchedBy {
        /// Its arXiv id.
        ArxivId = "arxiv_id",
        /// Its DOI.
        Doi = "doi",
        /// Its title.
        Title = "title",
    }
}

/// The position at which a text names a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The kind of identifier.
    pub how: MatchedBy,
    /// First UTF-8 byte of the match.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// A file's text, ready to be searched for any number of papers. Building it and each search are linear in the text.
///
/// ```
/// use starcite_core::paper_mentions::{MatchedBy, PaperKey, Searchable};
/// let text = "# A tool\nCode of [our paper](https://arxiv.org/abs/2101.00001v2).\n# Related\n[Another](https://arxiv.org/abs/2101.00002)";
/// let readme = Searchable::new("README.md", text);
/// let paper = |id| PaperKey { arxiv_id: Some(id), ..PaperKey::default() };
/// assert_eq!(readme.names(&paper("2101.00001")).map(|naming| naming.how), Some(MatchedBy::ArxivId));
/// assert!(readme.names(&paper("2101.00002")).is_none(), "it is only mentioned");
/// ```
#[derive(Debug)]
pub struct Searchable<'a> {
    text: &'a str,
    /// The parts about the file's own paper.
    own: Vec<Range<usize>>,
    lower: String,
    letters: Letters,
}

/// The beginning of the DOIs that arXiv gives its papers.
const ARXIV_DOI: &str = "10.48550/arxiv.";

/// The words that end the text before an arXiv id, apart from whitespace and punctuation: links, badges (`arXiv-2101.00001-b31b1b`), BibTeX
/// (`eprint = {2101.00001}`).
const ARXIV_WORDS: &[&str] = &["arxiv", "arxiv.org", "abs", "pdf", "html", "papers", "overview", "eprint"];

impl<'a> Searchable<'a> {
    /// Prepares the text of a file; the name determines the format.
    pub fn new(name: &str, text: &'a str) -> Self {
        Self::within(text, statements::places(name, text))
    }

    fn within(text: &'a str, own: Vec<Range<usize>>) -> Self {
        Self { text, own, lower: text.to_ascii_lowercase(), letters: Letters::of(text) }
    }

    /// Returns the position at which the text names the paper as its own: by its arXiv id if possible, else by its DOI, else by its title.
    pub fn names(&self, paper: &PaperKey<'_>) -> Option<Naming> {
        let doi = paper.doi.map(str::to_ascii_lowercase);
        let of_doi = doi.as_deref().and_then(|doi| doi.strip_prefix(ARXIV_DOI));
        let arxiv_id = paper.arxiv_id.or(of_doi).map(|id| paper::arxiv_id(id).unwrap_or_else(|| id.to_ascii_lowercase()));
        let found = |how, span: (usize, usize)| Naming { how, start: span.0, end: span.1 };
        let by_id = arxiv_id.and_then(|id| self.arxiv_id(&id)).map(|span| found(MatchedBy::ArxivId, span));
        let by_doi = || doi.as_deref().filter(|_| of_doi.is_none()).and_then(|doi| self.doi(doi)).map(|span| found(MatchedBy::Doi, span));
        let by_title = || paper.title.and_then(|title| self.title(title)).map(|span| found(MatchedBy::Title, span));
        by_id.or_else(by_doi).or_else(by_title)
    }

    /// Returns the matched text, unchanged.
    pub fn matched(&self, naming: &Naming) -> &'a str {
        &self.text[naming.start..naming.end]
    }

    fn arxiv_id(&self, id: &str) -> Option<(usize, usize)> {
        let ends = |bytes: &[u8]| !matches!(bytes, [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..]);
        let Some((archive, number)) = id.split_once('/') else { return self.whole(id, ends, says_arxiv) };
        let is_old_id = |before: &str| before_archive(before, archive).is_some_and(says_arxiv);
        let (number, end) = self.whole(number, ends, is_old_id)?;
        Some((before_archive(&self.lower[..number], archive)?.len(), end))
    }

    fn doi(&self, doi: &str) -> Option<(usize, usize)> {
        let ends = |bytes: &[u8]| match bytes {
            [b'.' | b'/' | b'_', next, ..] => !next.is_ascii_alphanumeric(),
            [next, ..] => !next.is_ascii_alphanumeric(),
            [] => true,
        };
        let stands_alone = |before: &str| before.ends_with("%2f") || !before.ends_with(|c: char| c.is_ascii_alphanumeric());
        self.whole(doi, ends, stands_alone).or_else(|| self.whole(&doi.replace('/', "%2f"), ends, stands_alone))
    }

    fn title(&self, title: &str) -> Option<(usize, usize)> {
        let places = title::places_of(&self.letters, title);
        places.into_iter().find(|(start, end)| {
            self.own
                .iter()
                .any(|own| own.start <= *start && *end <= own.end && title::stands_alone(&self.text[own.clone()], start - own.start, end - own.start))
        })
    }

    /// Returns the first occurrence in an own part whose neighbours fit: the bytes after it and the text before it.
    fn whole(&self, needle: &str, fits_behind: impl Fn(&[u8]) -> bool, fits_before: impl Fn(&str) -> bool) -> Option<(usize, usize)> {
        if needle.len() < 6 {
            return None;
        }
        let in_part = |own: &Range<usize>| {
            let places = memmem::find_iter(&self.lower.as_bytes()[own.clone()], needle.as_bytes());
            let mut places = places.map(|at| (own.start + at, own.start + at + needle.len()));
            places.find(|(start, end)| fits_behind(&self.lower.as_bytes()[*end..]) && fits_before(&self.lower[..*start]))
        };
        self.own.iter().find_map(in_part)
    }
}

/// Returns the text before an old arXiv id of this archive whose number follows: before `math/`, also where the class is in the id (`math.gt/`).
fn before_archive<'t>(text: &'t str, archive: &str) -> Option<&'t str> {
    let name = text.strip_suffix('/')?;
    let without_class = || name.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '-').strip_suffix('.');
    name.strip_suffix(archive).or_else(|| without_class()?.strip_suffix(archive))
}

/// True if the end of a text marks the text that follows it as an arXiv id.
fn says_arxiv(before: &str) -> bool {
    if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    let word = before.trim_end_matches(|c: char| c.is_whitespace() || " {}\"'=:[]()-_/.".contains(c));
    let gap = before.len() - word.len();
    gap <= 24 && ARXIV_WORDS.iter().any(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod forms;
#[cfg(test)]
mod samples;
