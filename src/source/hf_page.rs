//! The text of a Hugging Face papers page: after a header, titles and abstracts alternate, a blank line between them.

use super::{Body, Piece, Said, Source, Unreadable, split};
use serde_json::{Map, Value};
use starcite_core::Paper;
use starcite_core::paper::title_id;
use std::io::BufRead;

pub(super) struct HfPage;

/// A paragraph of at least this many bytes is an abstract; titles, dates and the page's own words are shorter.
const MIN_ABSTRACT_BYTES: usize = 250;

impl Source for HfPage {
    fn split<'a>(&self, input: Box<dyn BufRead + Send + 'a>) -> Box<dyn Iterator<Item = Piece> + Send + 'a> {
        Box::new(papers(split::lines(input)))
    }

    fn parse(&self, body: &Body) -> Result<Said, String> {
        let fields = super::json::object(body)?;
        let title = super::json::text(&fields, "title").ok_or("an abstract without a title")?;
        let paper = Paper {
            paper_id: title_id(&title),
            sources: vec!["hf-page".to_owned()],
            title: Some(title),
            abstract_text: super::json::text(&fields, "abstract"),
            ..Paper::default()
        };
        Ok(Said { paper: Some(paper), ..Said::default() })
    }
}

/// Pairs each long line with the short one before it. Lines are the page's paragraphs.
fn papers(lines: impl Iterator<Item = Piece> + Send) -> impl Iterator<Item = Piece> + Send {
    let mut title: Option<String> = None;
    let mut record = 0;
    lines.filter_map(move |line| {
        let text = match &line.body {
            Ok(Body::Json(bytes)) => {
                String::from_utf8(bytes.clone()).map_err(|_| Unreadable { reason: "invalid UTF-8".to_owned(), excerpt: super::excerpt(bytes) })
            }
            _ => {
                record += 1;
                return Some(Piece { record, ..line });
            }
        };
        let text = match text {
            Ok(text) => text.trim().to_owned(),
            Err(unreadable) => {
                record += 1;
                return Some(Piece { record, byte_offset: line.byte_offset, body: Err(unreadable) });
            }
        };
        if text.len() < MIN_ABSTRACT_BYTES {
            title = Some(text);
            return None;
        }
        record += 1;
        let mut fields = Map::new();
        if let Some(title) = title.take() {
            fields.insert("title".to_owned(), Value::String(title));
        }
        fields.insert("abstract".to_owned(), Value::String(text));
        Some(Piece { record, byte_offset: line.byte_offset, body: Ok(Body::Fields(fields)) })
    })
}
