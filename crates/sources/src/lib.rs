#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod arxiv_atom;
mod arxiv_oai;
mod arxiv_snapshot;
mod bad_values;
mod batch;
mod bibtex;
mod buffers;
mod checksum;
pub mod client;
mod compression;
mod crossref;
pub mod csv;
mod csv_rows;
#[cfg(test)]
mod damaged_xml;
mod datacite;
mod dates;
mod deposit;
mod elements;
pub mod fetch;
mod foreign;
mod framing_error;
mod full;
mod hf_daily;
mod hf_page;
mod hf_search;
pub mod hosts;
pub mod input;
mod inverted_index;
mod jats;
mod json;
mod jsonl;
mod limits;
mod lines;
mod links;
mod live;
mod locate;
mod loose;
mod oai;
mod observations;
pub mod openalex;
mod options;
mod page;
mod pager;
mod parsed;
mod patience;
mod pwc;
mod query;
pub mod rates;
mod read;
mod record;
pub mod remote;
mod seems;
pub mod semantic_scholar;
pub mod service;
mod spec;
mod table;
mod typed;
mod xml;
mod zenodo;

pub use bad_values::{BadValue, BadValues};
pub use batch::{Batch, Parsed};
pub use foreign::Takes;
pub use framing_error::is_cut_off;
pub use live::{Live, Network};
pub use locate::locate;
pub use options::{OptionSpec, Options};
pub use page::text as pages;
pub use pager::Fetched;
pub use parsed::ParsedRecord;
pub use patience::{Patience, Tally, Turn};
pub use read::{ToRead, read_batches};
pub use record::{Body, Framed, Framer, Framing, FramingError, Reader, Text};
pub use seems::{Seems, seems};
pub use service::{Addresses, Service};
pub use spec::Licence;
pub use table::{Columns, check as check_table, nearest};

use clap::builder::PossibleValue;
use serde::{Deserialize, Deserializer, de::Error};
use spec::SourceSpec;
use starcite_core::SOURCE_NAMES;
pub use starcite_core::reject::excerpt;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;

/// Returns the options of a live source in pipelines, or on the command line.
pub type OptionsOf = fn(&Live) -> &'static [&'static OptionSpec];

/// A kind of source, as named in a pipeline file and by `--from`.
#[derive(Clone, Copy)]
pub struct SourceKind(&'static SourceSpec);

impl SourceKind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: &[Self] = &[
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
        Self(&table::ROW),
        Self(&links::ROW),
        Self(&observations::ROW),
    ];

    /// True if papers in so many of its inputs have to be merged.
    pub fn merges(self, inputs: usize) -> bool {
        self.repeats_papers || (self.has_parts && inputs > 1)
    }

    /// Returns the services of all kinds.
    pub fn services() -> Vec<&'static Service> {
        let all = Self::ALL.iter().flat_map(|kind| kind.live.map(|live| live.service).into_iter().chain(kind.counts));
        distinct(all, |service| service.name)
    }

    /// Returns the options of all kinds, of those that `of` returns for a live source.
    pub fn options(of: OptionsOf) -> Vec<&'static OptionSpec> {
        distinct(Self::ALL.iter().filter_map(|kind| kind.live).flat_map(of).copied(), |option| option.name)
    }

    /// True if its live form has an option of that name, of those that `of` returns.
    pub fn has_option(self, of: OptionsOf, name: &str) -> bool {
        self.live.is_some_and(|live| of(live).iter().any(|option| option.name == name))
    }

    /// Returns the names of the kinds that pass, as a list in words.
    pub fn names(has: impl Fn(Self) -> bool) -> String {
        let names: Vec<&str> = Self::ALL.iter().copied().filter(|kind| has(*kind)).map(Self::as_str).collect();
        match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => names.concat(),
        }
    }

    /// Returns the name in pipeline files.
    pub const fn as_str(self) -> &'static str {
        self.0.name
    }

    /// Returns the kind with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name == name)
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
        Self::parse(&name).ok_or_else(|| Error::unknown_variant(&name, SOURCE_NAMES))
    }
}

impl clap::ValueEnum for SourceKind {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name).help(self.meaning))
    }
}

/// Returns the first row of each name.
fn distinct<T>(rows: impl Iterator<Item = &'static T>, name: fn(&T) -> &'static str) -> Vec<&'static T> {
    let mut names = HashSet::new();
    rows.filter(|row| names.insert(name(row))).collect()
}

/// Reads bytes as each kind of reply of a live source.
pub fn read_replies(bytes: &[u8]) {
    let _ = (oai::page(bytes), arxiv_atom::feed(bytes), json::value(bytes));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs};

    #[test]
    fn options_and_services_of_one_name_are_one_row() {
        for of in [(|live| live.keys) as OptionsOf, |live| live.flags] {
            let all = SourceKind::ALL.iter().filter_map(|kind| kind.live).flat_map(of);
            let known = SourceKind::options(of);
            all.for_each(|option| assert!(known.iter().any(|row| std::ptr::eq(*row, *option)), "two options are called {}", option.name));
        }
        let services = SourceKind::services();
        let all = SourceKind::ALL.iter().flat_map(|kind| kind.live.map(|live| live.service).into_iter().chain(kind.counts));
        all.for_each(|service| assert!(services.iter().any(|row| std::ptr::eq(*row, service)), "two services are called {}", service.name));
    }

    /// `STARCITE_SOURCE_NAMES=write` writes the names of the rows into the file that the schema of the tables reads.
    #[test]
    fn the_names_that_tables_allow_are_those_of_the_rows_in_their_order() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/src/source_names.rs");
        let kept = fs::read_to_string(file).unwrap();
        let names: String = SourceKind::ALL.iter().map(|kind| format!("    {:?},\n", kind.as_str())).collect();
        let text = format!("{}pub const SOURCE_NAMES: &[&str] = &[\n{names}];\n", &kept[..kept.find("pub const").unwrap()]);
        if env::var("STARCITE_SOURCE_NAMES").is_ok_and(|value| value == "write") {
            return fs::write(file, &text).unwrap();
        }
        assert!(kept == text, "{file} does not have the names of the rows: STARCITE_SOURCE_NAMES=write cargo test --locked -p starcite-sources names");
    }
}
