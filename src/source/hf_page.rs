//! The text of a Hugging Face papers page: after a header, titles and abstracts alternate, a blank line between them.

use super::input::Limits;
use super::{Body, Piece, Reader, Said, Source, Splitter, Text, Unreadable, excerpt, split};
use serde_json::{Map, Value};
use starcite_core::Paper;
use starcite_core::paper::title_id;

pub(super) struct HfPage;

/// A paragraph of at least this many bytes is an abstract; titles, dates and the page's own words are shorter.
const MIN_ABSTRACT_BYTES: usize = 250;

impl Source for HfPage {
    fn split<'a>(&self, input: Reader<'a>, limits: Limits) -> Splitter<'a> {
        papers(split::lines(input, limits))
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
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
fn papers<'a>(mut lines: Splitter<'a>) -> Splitter<'a> {
    let mut title: Option<Value> = None;
    let mut record = 0;
    Box::new(move |text| {
        loop {
            let line = lines(text)?;
            let text = line.text.and_then(|line| paragraph(&line, text));
            if let Ok(short) = &text
                && short.len() < MIN_ABSTRACT_BYTES
            {
                title = Some(short.as_str().into());
                continue;
            }
            record += 1;
            let fields = |text: String| {
                let title = title.take().map(|title| ("title".to_owned(), title));
                Text::Fields(Map::from_iter(title.into_iter().chain([("abstract".to_owned(), text.into())])))
            };
            return Some(Piece { record, byte_offset: line.byte_offset, text: text.map(fields) });
        }
    })
}

/// Takes a line out of the buffer.
fn paragraph(line: &Text, buffer: &mut Vec<u8>) -> Result<String, Unreadable> {
    let Text::Json(span) = line else { return Ok(String::new()) };
    let bytes = buffer.split_off(span.start);
    let text = std::str::from_utf8(&bytes).map_err(|_| Unreadable { reason: "invalid UTF-8".to_owned(), excerpt: excerpt(&bytes) })?;
    Ok(text.trim().to_owned())
}
