//! The text of a Hugging Face papers page: after a header, titles and abstracts alternate, with an empty line between them.

use super::arxiv_snapshot;
use super::hf_daily;
use super::input::Limits;
use super::lines::{Block, LineBlocks};
use super::spec::{SourceDocs, SourceSpec};
use super::{BadValues, Body, Framed, Framer, Framing, FramingError, ParsedRecord, Reader, Takes, Text, excerpt, json};
use serde_json::{Map, Value};
use starcite_core::Paper;
use starcite_core::paper::title_id;
use starcite_core::reject;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "hf-page",
    meaning: "The text of a Hugging Face papers page",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&arxiv_snapshot::LICENCE, &hf_daily::LICENCE],
    live: None,
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "What a browser copies of a page such as https://huggingface.co/papers/trending: titles and abstracts, a blank line between them. It has no \
               identifiers, so that a paper is known by its title alone; `hf-daily` has them.",
        get: "# in a browser: select all, copy, and put it into a file\nstarcite extract --from hf-page page.txt",
        fields: &[("paper_id", "made from the title"), ("title", "the short paragraph before an abstract"), ("abstract", "a paragraph of 250 bytes or more")],
        notes: &[],
        rejects: &["an abstract without a title before it"],
    },
};

/// A paragraph of at least this many bytes is an abstract; titles, dates and the page's own words are shorter.
const MIN_ABSTRACT_BYTES: usize = 250;

fn framing(_: &[u8]) -> Framing {
    Framing::Pieces(papers)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let fields = json::object(body)?;
    let title = bad.owned("title", &json::field(&fields, "title")).ok_or("an abstract without a title")?;
    let paper =
        Paper { paper_id: title_id(&title), title: Some(title), abstract_text: bad.owned("abstract", &json::field(&fields, "abstract")), ..Paper::default() };
    Ok(ParsedRecord::of(paper))
}

fn papers<'a>(input: Reader<'a>, limits: Limits) -> Framer<'a> {
    let mut papers = Papers { lines: LineBlocks::new(input, limits), block: None, at: 0, title: None };
    Box::new(move |_| papers.next())
}

/// Pairs each long line with the short one before it. Lines are the page's paragraphs.
struct Papers<'a> {
    lines: LineBlocks<'a>,
    block: Option<Block>,
    /// Position of the next line in the block.
    at: usize,
    title: Option<Value>,
}

impl Papers<'_> {
    fn next(&mut self) -> Option<Framed> {
        loop {
            let (byte_offset, text) = self.paragraph()?;
            match text {
                Ok(short) if short.len() < MIN_ABSTRACT_BYTES => self.title = Some(short.into()),
                text => return Some(Framed { byte_offset, text: text.map(|text| self.paper(text)) }),
            }
        }
    }

    /// Returns the next line that is not empty, and its offset.
    fn paragraph(&mut self) -> Option<(u64, Result<String, FramingError>)> {
        loop {
            let block = match &mut self.block {
                Some(block) if self.at < block.bytes().len() => block,
                block => {
                    if let Some((byte_offset, why)) = block.as_mut().and_then(Block::broken) {
                        return Some((byte_offset, Err(why)));
                    }
                    let next = self.lines.next()?;
                    self.at = 0;
                    block.insert(next)
                }
            };
            if block.bytes().is_empty() {
                continue; // the input breaks off before its first line's end
            }
            let line = block.line(self.at);
            let byte_offset = line.byte_offset;
            self.at = line.next;
            match line.readable().and_then(|text| trimmed(text)) {
                Ok(blank) if blank.is_empty() => {}
                text => return Some((byte_offset, text)),
            }
        }
    }

    fn paper(&mut self, text: String) -> Text {
        let title = self.title.take().map(|title| ("title".to_owned(), title));
        Text::Fields(Map::from_iter(title.into_iter().chain([("abstract".to_owned(), text.into())])))
    }
}

fn trimmed(text: &[u8]) -> Result<String, FramingError> {
    match std::str::from_utf8(text) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(_) => Err(FramingError { reason: reject::NOT_UTF_8.to_owned(), excerpt: excerpt(text) }),
    }
}
