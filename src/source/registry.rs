//! The list of sources. A source is a file next to this one, and its row in [`SourceKind::ALL`].

use super::spec::SourceSpec;
use super::{
    arxiv_atom, arxiv_oai, arxiv_snapshot, bibtex, crossref, datacite, hf_daily, hf_page, hf_search, jsonl, observations, openalex, pwc, semantic_scholar,
    table, zenodo,
};
use clap::builder::PossibleValue;
use serde::{Deserialize, Deserializer, de::Error};
use starcite_core::SOURCE_NAMES;
use std::fmt;
use std::ops::Deref;

/// A kind of source, as named in a pipeline file and by `--from`.
#[derive(Clone, Copy)]
pub(crate) struct SourceKind(&'static SourceSpec);

impl SourceKind {
    /// All kinds, in the order in which they are shown.
    pub(crate) const ALL: [Self; SOURCE_NAMES.len()] = [
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

    /// The kind with a mapping of columns.
    pub(crate) const TABLE: Self = Self(&table::ROW);

    /// True if papers in so many of its inputs have to be merged.
    pub(crate) fn merges(self, inputs: usize) -> bool {
        self.source.repeats_papers() || (self.has_parts && inputs > 1)
    }

    /// Returns the name in pipeline files.
    pub(crate) const fn as_str(self) -> &'static str {
        self.0.name
    }

    /// Returns the kind with that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name == name)
    }
}

impl Deref for SourceKind {
    type Target = SourceSpec;

    fn deref(&self) -> &SourceSpec {
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
        Self::parse(&name).ok_or_else(|| Error::unknown_variant(&name, &SOURCE_NAMES))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_the_names_that_tables_allow_in_their_order() {
        assert_eq!(SourceKind::ALL.map(SourceKind::as_str), SOURCE_NAMES);
    }
}
