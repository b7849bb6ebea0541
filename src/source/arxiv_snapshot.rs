//! The arXiv snapshot: one JSON record a line, as published on Kaggle.

use super::kind::{Page, Row};
use super::{Body, Cut, Said, Source, typed};
use serde::Deserialize;
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, paper_id};

pub(super) struct ArxivSnapshot;

pub(super) static ROW: Row = Row {
    name: "arxiv-snapshot",
    meaning: "The arXiv snapshot, one JSON record a line",
    source: &ArxivSnapshot,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    is_verbatim: true,
    live: None,
    page: Page {
        data: "All of arXiv's metadata in one file, which Cornell University publishes on Kaggle every week: about 2.9 million records, 4.9 GB.",
        get: "kaggle datasets download --unzip Cornell-University/arxiv\n\
              starcite extract --from arxiv-snapshot --kinds repo arxiv-metadata-oai-snapshot.json",
        licence: "CC0 1.0 for the metadata; the papers are under the licences that their authors chose.",
        fields: &[
            ("arxiv_id", "`id`"),
            ("doi", "`doi`, the first one"),
            ("title", "`title`"),
            ("abstract", "`abstract`, without the blanks around it"),
            ("comment", "`comments`"),
            ("authors", "`authors_parsed`, else `authors` as one text"),
            ("categories", "`categories`, at its blanks"),
            ("published", "`versions[0].created`"),
            ("updated", "`update_date`"),
            ("url", "made from `id`"),
        ],
        notes: &[],
        rejects: &["a field of another type than the snapshot's"],
    },
};

/// The fields that are used; the rest is skipped without being kept.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    id: Option<&'a str>,
    #[serde(borrow, default)]
    authors: Option<&'a str>,
    #[serde(borrow, default)]
    title: Option<&'a str>,
    #[serde(borrow, default)]
    comments: Option<&'a str>,
    #[serde(borrow, default)]
    doi: Option<&'a str>,
    #[serde(borrow, default)]
    categories: Option<&'a str>,
    #[serde(borrow, default, rename = "abstract")]
    abstract_text: Option<&'a str>,
    #[serde(borrow, default)]
    versions: Vec<Version<'a>>,
    #[serde(borrow, default)]
    update_date: Option<&'a str>,
    #[serde(borrow, default)]
    authors_parsed: Vec<Vec<&'a str>>,
}

#[derive(Deserialize)]
struct Version<'a> {
    #[serde(borrow, default)]
    created: Option<&'a str>,
}

impl Source for ArxivSnapshot {
    fn cut(&self, _: &[u8]) -> Cut {
        Cut::Lines
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
        let record: Record<'_> = typed::record(body)?;
        let title = typed::trimmed(record.title);
        let arxiv = record.id.and_then(arxiv_id);
        let doi = record.doi.and_then(doi);
        let paper_id = paper_id("arxiv-snapshot", record.id, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or("neither an id nor a title")?;
        let published = record.versions.first().and_then(|v| v.created).and_then(super::json::version_day);
        let paper = Paper {
            url: arxiv.as_ref().map(|id| format!("https://arxiv.org/abs/{id}")),
            paper_id,
            sources: vec!["arxiv-snapshot".to_owned()],
            arxiv_id: arxiv,
            doi,
            title,
            abstract_text: typed::trimmed(record.abstract_text),
            comment: typed::trimmed(record.comments),
            authors: authors(&record.authors_parsed, record.authors),
            categories: record.categories.map(|c| c.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
            published,
            year: published.map(|day| chrono::Datelike::year(&day)),
            updated: record.update_date.and_then(super::json::day),
            ..Paper::default()
        };
        Ok(Said { paper: Some(paper), ..Said::default() })
    }
}

/// `["Yang", "Wu", ""]` is `Wu Yang`; where nothing is parsed, the authors as one text.
fn authors(parsed: &[Vec<&str>], text: Option<&str>) -> Vec<String> {
    if parsed.is_empty() {
        return text.map(|t| vec![t.to_owned()]).unwrap_or_default();
    }
    parsed.iter().map(|parts| name(parts)).collect()
}

fn name(parts: &[&str]) -> String {
    let mut name = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    let in_order = [parts.get(1), parts.first(), parts.get(2)];
    for part in in_order.into_iter().flatten().filter(|part| !part.is_empty()) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(part);
    }
    name
}
