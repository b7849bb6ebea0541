//! The arXiv snapshot: one JSON record a line, as published on Kaggle.

use super::spec::{Page, Row};
use super::{Body, Cut, Said, Source, typed};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, paper_id};
use std::fmt;

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
    #[serde(default)]
    authors_parsed: Vec<Name>,
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
            url: arxiv.as_ref().map(|id| ["https://arxiv.org/abs/", id].concat()),
            paper_id,
            sources: vec!["arxiv-snapshot".to_owned()],
            arxiv_id: arxiv,
            doi,
            title,
            abstract_text: typed::trimmed(record.abstract_text),
            comment: typed::trimmed(record.comments),
            authors: authors(record.authors_parsed, record.authors),
            categories: record.categories.map(|c| c.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
            published,
            year: published.map(|day| chrono::Datelike::year(&day)),
            updated: record.update_date.and_then(super::json::day),
            ..Paper::default()
        };
        Ok(Said::of(paper))
    }
}

/// Where nothing is parsed, the authors as one text.
fn authors(parsed: Vec<Name>, text: Option<&str>) -> Vec<String> {
    if parsed.is_empty() {
        return text.map(|t| vec![t.to_owned()]).unwrap_or_default();
    }
    parsed.into_iter().map(|Name(name)| name).collect()
}

/// An author of `authors_parsed`: `["Yang", "Wu", ""]` is `Wu Yang`, and what stands behind the three is an affiliation.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Parts)
    }
}

struct Parts;

impl<'de> Visitor<'de> for Parts {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of an author's names")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Name, A::Error> {
        let mut next = || parts.next_element::<&str>().map(Option::unwrap_or_default);
        let (family, given, suffix) = (next()?, next()?, next()?);
        let mut name = String::with_capacity(family.len() + given.len() + suffix.len() + 2);
        for part in [given, family, suffix].into_iter().filter(|part| !part.is_empty()) {
            name.extend((!name.is_empty()).then_some(' '));
            name.push_str(part);
        }
        while parts.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_has_a_given_name_a_family_name_and_a_suffix() {
        let record = r#"{"id": "0704.0001", "authors_parsed": [["Yang", "Wu", ""], ["Doe", "J.", "Jr.", "MIT"], ["ATLAS"], []]}"#;
        let said = ArxivSnapshot.parse(&mut Body::Json(&mut record.as_bytes().to_vec())).unwrap();
        assert_eq!(said.paper.unwrap().authors, ["Wu Yang", "J. Doe Jr.", "ATLAS", ""]);
    }
}
