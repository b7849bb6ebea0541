//! The names of the sources: tables have them as values, pipelines and `--from` take them.

/// All sources, in the order in which people are shown them. A test holds the program's list of sources to them.
pub const SOURCE_NAMES: [&str; 16] = [
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
    "observations",
];
