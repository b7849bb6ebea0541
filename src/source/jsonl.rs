//! Records of the user's own: `id`, `title`, `abstract` and optionally `comment`, `date`, `url`, `doi`, `authors`,
//! `categories`, `upvotes`, `githubRepo`, `projectPage`. The id is kept as it stands.

use super::spec::{Page, Row};
use super::{Body, Cut, Said, Source, elements, json};
use serde_json::{Map, Value};
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, title_id};

pub(super) struct Jsonl;

pub(super) static ROW: Row = Row {
    name: "jsonl",
    meaning: "Records of your own: id, title, abstract and optionally comment, date, url",
    source: &Jsonl,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    is_verbatim: true,
    live: None,
    page: Page {
        data: "One JSON object a line, or an array of objects. The id is kept as it stands.",
        get: "starcite extract papers.jsonl",
        licence: "That of your records.",
        fields: &[
            ("paper_id", "`id`, else made from the title"),
            ("arxiv_id", "`id`, if it is one"),
            ("doi", "`doi`, or `id`, if it is one"),
            ("title", "`title`"),
            ("abstract", "`abstract`"),
            ("comment", "`comment`"),
            ("authors", "`authors`: a list, or one text"),
            ("categories", "`categories`: a list, or one text"),
            ("published", "`date`, if it is a whole one"),
            ("year", "the first four digits of `date`"),
            ("url", "`url`"),
            ("upvotes", "`upvotes`"),
        ],
        notes: &["`githubRepo` and `projectPage` are links of a whole field."],
        rejects: &[],
    },
};

impl Source for Jsonl {
    fn cut(&self, start: &[u8]) -> Cut {
        elements::array_or_lines(start)
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
        let fields = json::object(body)?;
        let title = json::text(&fields, "title");
        let id = json::text(&fields, "id").or_else(|| title.as_deref().map(title_id)).ok_or("neither an id nor a title")?;
        let date = json::text(&fields, "date");
        let paper = Paper {
            arxiv_id: arxiv_id(&id),
            doi: json::text(&fields, "doi").as_deref().and_then(doi).or_else(|| doi(&id)),
            paper_id: id,
            sources: vec!["jsonl".to_owned()],
            title,
            abstract_text: json::text(&fields, "abstract"),
            comment: json::text(&fields, "comment"),
            authors: texts(&fields, "authors"),
            categories: texts(&fields, "categories"),
            published: date.as_deref().and_then(json::day),
            year: date.as_deref().and_then(|d| d.get(..4)).and_then(|y| y.parse().ok()),
            url: json::text(&fields, "url"),
            upvotes: json::integer(&fields, "upvotes"),
            github_repo: json::text(&fields, "githubRepo"),
            project_page: json::text(&fields, "projectPage"),
            ..Paper::default()
        };
        Ok(Said::of(paper))
    }
}

/// A list of texts, or one text as a list.
fn texts(fields: &Map<String, Value>, name: &str) -> Vec<String> {
    match fields.get(name) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}
