//! The arXiv snapshot: one JSON record a line, as published on Kaggle.

use super::{Body, Reader, Said, Source, Splitter, split};
use serde::Deserialize;
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, paper_id};
use std::borrow::Cow;

pub(super) struct ArxivSnapshot;

/// The fields that are used; the rest is skipped without being kept.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    authors: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    comments: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    doi: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    categories: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "abstract")]
    abstract_text: Option<Cow<'a, str>>,
    #[serde(default)]
    versions: Vec<Version>,
    #[serde(borrow, default)]
    update_date: Option<Cow<'a, str>>,
    #[serde(default)]
    authors_parsed: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    created: Option<String>,
}

impl Source for ArxivSnapshot {
    fn split<'a>(&self, input: Reader<'a>) -> Splitter<'a> {
        split::lines(input)
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
        let Body::Json(bytes) = body else { return Err("no JSON".to_owned()) };
        let text = std::str::from_utf8(bytes).map_err(|e| format!("invalid UTF-8 at byte {} of the record", e.valid_up_to()))?;
        let record: Record = serde_json::from_str(text).map_err(|error| format!("invalid JSON: {error}"))?;
        let title = trimmed(record.title.as_deref());
        let arxiv = record.id.as_deref().and_then(arxiv_id);
        let doi = record.doi.as_deref().and_then(doi);
        let paper_id =
            paper_id("arxiv-snapshot", record.id.as_deref(), arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or("neither an id nor a title")?;
        let published = record.versions.first().and_then(|v| v.created.as_deref()).and_then(version_day);
        let paper = Paper {
            url: arxiv.as_ref().map(|id| format!("https://arxiv.org/abs/{id}")),
            paper_id,
            sources: vec!["arxiv-snapshot".to_owned()],
            arxiv_id: arxiv,
            doi,
            title,
            abstract_text: trimmed(record.abstract_text.as_deref()),
            comment: trimmed(record.comments.as_deref()),
            authors: authors(&record.authors_parsed, record.authors.as_deref()),
            categories: record.categories.as_deref().map(|c| c.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
            published,
            year: published.map(|day| chrono::Datelike::year(&day)),
            updated: record.update_date.as_deref().and_then(super::json::day),
            ..Paper::default()
        };
        Ok(Said { paper: Some(paper), ..Said::default() })
    }
}

fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
}

/// `Mon, 2 Apr 2007 19:18:42 GMT`, or an ISO date.
fn version_day(created: &str) -> Option<chrono::NaiveDate> {
    chrono::DateTime::parse_from_rfc2822(created).ok().map(|t| t.to_utc().date_naive()).or_else(|| super::json::day(created))
}

/// `["Yang", "Wu", ""]` is `Wu Yang`; where nothing is parsed, the authors as one text.
fn authors(parsed: &[Vec<String>], text: Option<&str>) -> Vec<String> {
    if parsed.is_empty() {
        return text.map(|t| vec![t.to_owned()]).unwrap_or_default();
    }
    let name = |parts: &Vec<String>| {
        let order = [parts.get(1), parts.first(), parts.get(2)];
        order.into_iter().flatten().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    parsed.iter().map(name).collect()
}
