//! Records of the user's own: `id`, `title`, `abstract` and optionally `comment`, `date`, `url`, `doi`, `authors`,
//! `categories`, `upvotes`, `githubRepo`, `projectPage`. The id is kept as it stands.

use super::{Body, Cut, Said, Source, json, split};
use serde_json::{Map, Value};
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, title_id};

pub(super) struct Jsonl;

impl Source for Jsonl {
    fn cut(&self, start: &[u8]) -> Cut {
        split::array_or_lines(start)
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
            updated: None,
            url: json::text(&fields, "url"),
            upvotes: json::integer(&fields, "upvotes"),
            github_repo: json::text(&fields, "githubRepo"),
            project_page: json::text(&fields, "projectPage"),
        };
        Ok(Said { paper: Some(paper), ..Said::default() })
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
