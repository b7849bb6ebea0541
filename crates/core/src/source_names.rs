//! The names of the sources: values in tables, and accepted in pipelines and by `--from`.

/// All sources, in the order of display. A test of the program's list of sources (`crates/sources/src/lib.rs`) writes and compares them.
pub const SOURCE_NAMES: &[&str] = &[
    "hf-page",
    "hf-daily",
    "hf-search",
    "arxiv-snapshot",
    "arxiv-oai",
    "arxiv-atom",
    "openalex",
    "semantic-scholar",
    "crossref",
    "pwc",
    "datacite",
    "zenodo",
    "bibtex",
    "jsonl",
    "table",
    "links",
    "observations",
];
