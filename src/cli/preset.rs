//! The pipelines that `starcite init` writes.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// The pipeline file that `starcite init` writes if the user names none.
pub(crate) const FILE: &str = "starcite.toml";

/// A pipeline to start from.
#[derive(Debug)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    /// Its papers, in one line.
    meaning: &'static str,
    pub(crate) text: &'static str,
    /// The step before its first run.
    pub(crate) before: &'static str,
}

/// All presets; the first is the default.
pub(crate) static PRESETS: [Preset; 4] = [
    Preset {
        name: "hf-daily",
        meaning: "Hugging Face's daily papers of the last week",
        text: include_str!("../../pipelines/presets/hf-daily.toml"),
        before: "set GITHUB_TOKEN, or GitHub answers 60 repositories an hour",
    },
    Preset {
        name: "arxiv",
        meaning: "arXiv's papers of the last week, by category",
        text: include_str!("../../pipelines/presets/arxiv.toml"),
        before: "set its `search` to your categories",
    },
    Preset {
        name: "zotero",
        meaning: "A library that Zotero exported as CSV",
        text: include_str!("../../pipelines/presets/zotero.toml"),
        before: "set its `path` to the CSV that Zotero exported",
    },
    Preset {
        name: "openalex",
        meaning: "Works that OpenAlex's website exported as CSV",
        text: include_str!("../../pipelines/presets/openalex.toml"),
        before: "set its `path` to the CSV that OpenAlex exported",
    },
];

impl Preset {
    /// Returns the parser of a preset's name.
    pub(super) fn parser() -> impl TypedValueParser<Value = &'static Self> {
        let names = PossibleValuesParser::new(PRESETS.iter().map(|preset| PossibleValue::new(preset.name).help(preset.meaning)));
        names.map(|name| PRESETS.iter().find(|preset| preset.name == name).unwrap_or(&PRESETS[0]))
    }
}
