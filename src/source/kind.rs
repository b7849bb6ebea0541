//! The kinds of sources. A source is a file beside this one, and its row in [`SourceKind::ALL`].

use super::{
    Source, arxiv_atom, arxiv_oai, arxiv_snapshot, bibtex, crossref, datacite, hf_daily, hf_page, hf_search, jsonl, observations, openalex, pwc,
    semantic_scholar, table, zenodo,
};
use clap::builder::PossibleValue;
use serde::{Deserialize, Deserializer, de::Error};
use std::fmt;
use std::ops::Deref;

/// What is known of a kind of source: all that a pipeline, `--from` and its page need.
pub(crate) struct Row {
    /// The name in pipeline files and behind `--from`.
    pub(crate) name: &'static str,
    /// What it is, in one line of `--help`.
    pub(crate) meaning: &'static str,
    /// How it is read.
    pub(crate) source: &'static dyn Source,
    /// Its records are papers; else they are observations alone.
    pub(crate) has_papers: bool,
    /// Its records say when they came; else the week that first sees one has it.
    pub(crate) is_dated: bool,
    /// Its files are a list read day by day, in which a paper that changes stands again: the newest record counts.
    pub(crate) is_harvest: bool,
    /// A paper may stand in several of its files, which are merged.
    pub(crate) has_parts: bool,
    /// Texts stand in its records as they are: a record without the words of a link holds none.
    pub(crate) is_verbatim: bool,
    /// Who is asked where a pipeline names neither path nor url.
    pub(crate) live: Option<Service>,
    pub(crate) page: Page,
}

/// What the page of a source says in docs/SOURCES.md, as Markdown.
pub(crate) struct Page {
    /// What the data is, and whose.
    pub(crate) data: &'static str,
    /// The commands that get it.
    pub(crate) get: &'static str,
    pub(crate) licence: &'static str,
    /// Columns of `papers`, and the fields of the source that they come from.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// What is told beside papers, or is to be known of them.
    pub(crate) notes: &'static [&'static str],
    /// What is rejected beside what is rejected of every source.
    pub(crate) rejects: &'static [&'static str],
}

/// A service that is asked for papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    HfDaily,
    ArxivOai,
    ArxivAtom,
    OpenAlex,
}

/// A kind of source, as named in a pipeline file and by `--from`.
#[derive(Clone, Copy)]
pub(crate) struct SourceKind(&'static Row);

impl SourceKind {
    /// All kinds, in the order in which people are shown them.
    pub(crate) const ALL: [Self; 16] = [
        Self(&hf_page::ROW),
        Self(&hf_daily::ROW),
        Self(&hf_search::ROW),
        Self(&arxiv_snapshot::ROW),
        Self(&arxiv_oai::ROW),
        Self(&arxiv_atom::ROW),
        Self(&openalex::ROW),
        Self(&semantic_scholar::ROW),
        Self(&crossref::ROW),
        Self(&pwc::ROW),
        Self(&datacite::ROW),
        Self(&zenodo::ROW),
        Self(&bibtex::ROW),
        Self(&jsonl::ROW),
        Self::TABLE,
        Self(&observations::ROW),
    ];

    /// The one that is told which column is what.
    pub(crate) const TABLE: Self = Self(&table::ROW);

    /// Whether papers in so many of its inputs have to be merged.
    pub(crate) fn merges(self, inputs: usize) -> bool {
        self.source.repeats_papers() || (self.has_parts && inputs > 1)
    }

    /// The name in pipeline files.
    pub(crate) const fn as_str(self) -> &'static str {
        self.0.name
    }

    /// The kind with that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name == name)
    }

    /// Their names.
    pub(crate) const NAMES: [&'static str; Self::ALL.len()] = {
        let mut names = [""; Self::ALL.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = Self::ALL[at].as_str();
            at += 1;
        }
        names
    };
}

impl Deref for SourceKind {
    type Target = Row;

    fn deref(&self) -> &Row {
        self.0
    }
}

impl PartialEq for SourceKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<'de> Deserialize<'de> for SourceKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| Error::unknown_variant(&name, &Self::NAMES))
    }
}

impl clap::ValueEnum for SourceKind {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name).help(self.meaning))
    }
}
