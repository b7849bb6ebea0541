//! Lists the papers that a repository's files name by an identifier.

use crate::citation::{self, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A paper that a file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPaper {
    /// `arxiv:<id>` or `doi:<doi>`.
    pub cited: String,
    /// The file.
    pub file: String,
    /// First UTF-8 byte of the mention in the file.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The mention, unchanged.
    pub raw: String,
}

/// Returns the papers that files (name and text) name, each at its first mention, sorted by identifier.
///
/// ```
/// use starcite_core::paper_mentions::papers_in;
/// let papers = papers_in([("README.md", "[![arXiv](https://img.shields.io/badge/arXiv-2101.00001-b31b1b.svg)](https://doi.org/10.1000/abc)")]);
/// assert_eq!(papers.iter().map(|paper| paper.cited.as_str()).collect::<Vec<_>>(), ["arxiv:2101.00001", "doi:10.1000/abc"]);
/// ```
pub fn papers_in<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<NamedPaper> {
    let mut papers = BTreeMap::new();
    for (file, text) in files {
        for citation::Mention { cited, span } in citation::mentions(text, Text::Markup) {
            papers.entry(cited).or_insert_with(|| (file, span.clone(), text[span].to_owned()));
        }
    }
    let named = |(cited, (file, span, raw)): (String, (&str, std::ops::Range<usize>, String))| NamedPaper {
        cited,
        file: file.to_owned(),
        start: span.start,
        end: span.end,
        raw,
    };
    papers.into_iter().map(named).collect()
}
