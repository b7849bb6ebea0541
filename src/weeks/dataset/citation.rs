//! Citations of the dataset: `CITATION.cff`, and BibTeX for its card.

use super::words::{tex, yaml};
use super::{ABSTRACT, Dataset, MARKER};
use chrono::Datelike;

/// Returns the text of `CITATION.cff` (CFF 1.2.0).
pub(super) fn cff(dataset: &Dataset) -> String {
    let about = dataset.about();
    let mut lines = vec![
        format!("# {MARKER}"),
        "cff-version: 1.2.0".to_owned(),
        "message: If you use this dataset, please cite it and the sources that LICENSES.md names.".to_owned(),
        "type: dataset".to_owned(),
        format!("title: {}", yaml(&dataset.title())),
        format!("abstract: {}", yaml(ABSTRACT)),
        "authors:".to_owned(),
        format!("  - name: {}", yaml(&dataset.author())),
        format!("version: {}", yaml(&dataset.newest.week.to_string())),
        format!("date-released: {}", yaml(&dataset.released().to_string())),
    ];
    lines.extend(about.licence().map(|licence| format!("license: {}", licence.spdx)));
    lines.extend(about.url().map(|url| format!("url: {}", yaml(url))));
    lines.join("\n") + "\n"
}

/// Returns an entry for BibTeX.
pub(super) fn bibtex(dataset: &Dataset) -> String {
    let week = dataset.newest.week;
    let mut fields = vec![
        ("title", format!("{{{}}}", escaped(&dataset.title()))),
        ("author", format!("{{{}}}", escaped(&dataset.author()))),
        ("year", dataset.released().year().to_string()),
        ("version", week.to_string()),
        ("note", "Dataset".to_owned()),
    ];
    fields.extend(dataset.about().url().map(|url| ("url", url.to_owned())));
    let fields: String = fields.iter().map(|(name, value)| format!("  {name} = {{{value}}},\n")).collect();
    format!("@misc{{{}-{},\n{fields}}}", dataset.name(), week.to_string().to_lowercase())
}

fn escaped(text: &str) -> String {
    text.chars().map(tex).collect()
}
