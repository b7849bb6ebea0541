//! Links and citations of a batch of papers: a record that can't be used is data, whatever it holds.

use crate::papers::{Given, Key, Papers};
use crate::rows::{OfPapers, Rows, bytes};
use arrow_array::StringArray;
use arrow_array::builder::StringBuilder;
use chrono::DateTime;
use starcite_core::extract::Extracted;
use starcite_core::paper::title_id;
use starcite_core::{Extractor, LinkKind, Paper, Week, citation, reject};
use starcite_rows::{CITATIONS, Citation, LINKS, Link, REJECTS, Reject, Row};
use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The settings of an extraction.
#[derive(Debug, Clone)]
pub struct Options {
    /// Kinds of the links that are wanted; `None` for all.
    pub kinds: Option<BTreeSet<LinkKind>>,
    /// True if links are wanted.
    pub links: bool,
    /// True if citations are wanted.
    pub citations: bool,
    /// The most bytes of a text. The default is the command line's `--max-record-mib`.
    pub max_text_bytes: usize,
    /// The most mentions of links, and of other papers in a text, that a paper may have.
    pub max_mentions: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { kinds: None, links: true, citations: true, max_text_bytes: 16 * 1024 * 1024, max_mentions: 10_000 }
    }
}

/// The most bytes of all texts in a result, because Arrow's offsets have 32 bits.
const MAX_BYTES: usize = i32::MAX as usize;
/// The bytes of the shortest mention, `t.co/a`.
const LEAST_BYTES: usize = 6;
/// The reason of a record whose rows have no room in the result.
const FULL: &str = "the links of its batch have 2 GiB already: give smaller batches";

/// A record that can't be used: the reason, and its beginning.
type Unusable = (String, String);

/// The links and citations of a batch of papers, and the records that can't be used.
pub struct Found {
    pub(crate) ids: StringArray,
    pub(crate) links: OfPapers,
    pub(crate) citations: OfPapers,
    pub(crate) rejects: OfPapers,
}

/// Finds the links and citations of a batch of papers, in their order.
pub fn extract(papers: &Papers, options: &Options) -> Found {
    let extractor = Extractor::of(options.kinds.clone());
    let most = options.max_mentions;
    let find = |paper: &Paper| {
        // A paper with too many mentions of either is unusable, whichever is wanted. Only a long one can have them.
        let bytes: usize = paper.texts().chain(paper.addresses()).map(|(_, text)| text.len()).sum();
        let may_have_too_many = bytes / LEAST_BYTES > most;
        let links = if options.links || may_have_too_many { extractor.links_within(paper, most)? } else { Vec::new() };
        let citations = if options.citations || may_have_too_many { citation::of_paper_within(paper, most)? } else { Vec::new() };
        Some(Extracted { links: if options.links { links } else { Vec::new() }, citations: if options.citations { citations } else { Vec::new() } })
    };
    extract_with(papers, options, find)
}

/// Does the same with another way to find them; it returns `None` of a paper with too many mentions.
fn extract_with(papers: &Papers, options: &Options, find: impl Fn(&Paper) -> Option<Extracted>) -> Found {
    let (mut output, mut paper) = (Output::default(), Paper::default());
    for row in 0..papers.rows() {
        let record = Record { papers, options, row };
        if let Err(unusable) = record.fill(&mut paper) {
            output.reject(record.id().as_deref(), unusable);
        } else if let Err(unusable) = record.found(&paper, &find).and_then(|found| output.push(&paper.paper_id, &found)) {
            output.reject(Some(&paper.paper_id), unusable);
        }
    }
    output.finish()
}

/// A record of a batch.
struct Record<'a> {
    papers: &'a Papers,
    options: &'a Options,
    row: usize,
}

impl Record<'_> {
    /// Makes a paper that of this record, with an empty id if it has none and needs none.
    fn fill(&self, paper: &mut Paper) -> Result<(), Unusable> {
        let slots = [
            (Given::Title, &mut paper.title),
            (Given::Abstract, &mut paper.abstract_text),
            (Given::Comment, &mut paper.comment),
            (Given::GithubRepo, &mut paper.github_repo),
            (Given::ProjectPage, &mut paper.project_page),
        ];
        for (field, slot) in slots {
            copy(self.text(field)?, slot);
        }
        paper.paper_id = match self.papers.key() {
            Key::IdOrTitle => {
                let title = paper.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
                let id = self.text(Given::Id)?.filter(|id| !id.trim().is_empty()).map(str::to_owned).or_else(|| title.map(title_id));
                id.ok_or_else(|| unusable(reject::NO_KEY, paper.abstract_text.as_deref().unwrap_or_default().as_bytes()))?
            }
            Key::Number(first) => (first + self.row as u64).to_string(),
            Key::Nothing => String::new(),
        };
        Ok(())
    }

    /// Returns a text within the bounds.
    fn text(&self, field: Given) -> Result<Option<&str>, Unusable> {
        match self.papers.get(field, self.row).transpose() {
            Err(bytes) => Err(unusable(reject::NOT_UTF_8, bytes)),
            Ok(Some(text)) if text.len() > self.options.max_text_bytes => Err(unusable(reject::longer_than(self.options.max_text_bytes), text.as_bytes())),
            Ok(text) => Ok(text),
        }
    }

    /// Returns its id, if it has one that can be read.
    fn id(&self) -> Option<String> {
        match self.papers.key() {
            Key::Number(first) => Some((first + self.row as u64).to_string()),
            _ => self.text(Given::Id).ok()?.map(str::to_owned),
        }
    }

    /// Finds what the paper contains; a panic is a bug, and no reason to lose the other papers.
    fn found(&self, paper: &Paper, find: impl Fn(&Paper) -> Option<Extracted>) -> Result<Extracted, Unusable> {
        let found = catch_unwind(AssertUnwindSafe(|| find(paper)));
        let found = found.map_err(|panic| unusable(format!("bug: {}", said(panic.as_ref())), paper.paper_id.as_bytes()))?;
        found.ok_or_else(|| unusable(format!("more than {} mentions", self.options.max_mentions), paper.paper_id.as_bytes()))
    }
}

/// Copies a text into memory that the text before it has left.
fn copy(text: Option<&str>, slot: &mut Option<String>) {
    match (slot.as_mut(), text) {
        (Some(own), Some(text)) => {
            own.clear();
            own.push_str(text);
        }
        (_, text) => *slot = text.map(str::to_owned),
    }
}

fn unusable(reason: impl Into<String>, beginning: &[u8]) -> Unusable {
    (reason.into(), reject::excerpt(beginning))
}

/// Returns the message of a panic.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message")
}

/// The result that is being gathered.
struct Output {
    ids: StringBuilder,
    links: Rows,
    citations: Rows,
    rejects: Rows,
    /// The bytes of all texts.
    bytes: usize,
    /// The columns of weeks are left out.
    week: Week,
}

impl Default for Output {
    fn default() -> Self {
        let (links, citations, rejects) = (Rows::of(&LINKS), Rows::of(&CITATIONS), Rows::of(&REJECTS));
        Self { ids: StringBuilder::new(), links, citations, rejects, bytes: 0, week: Week::of(DateTime::UNIX_EPOCH) }
    }
}

impl Output {
    /// Adds a paper and what was found in it, if there is room for its rows, each of which may have the id.
    fn push(&mut self, id: &str, found: &Extracted) -> Result<(), Unusable> {
        let links: Vec<_> = found.links.iter().map(|link| Link::found(id, link, self.week)).collect();
        let citations: Vec<_> = found.citations.iter().map(|citation| Citation::found(id, citation, self.week)).collect();
        let links: Vec<_> = links.iter().map(|row| row.cells()).collect();
        let citations: Vec<_> = citations.iter().map(|row| row.cells()).collect();
        let sum = links.iter().map(|row| bytes(row)).chain(citations.iter().map(|row| bytes(row))).fold(self.bytes + id.len(), usize::saturating_add);
        if sum > MAX_BYTES {
            return Err(unusable(FULL, id.as_bytes()));
        }
        self.bytes = sum;
        self.ids.append_option(Some(id).filter(|id| !id.is_empty()));
        links.iter().for_each(|row| self.links.push(row));
        citations.iter().for_each(|row| self.citations.push(row));
        self.end(true);
        Ok(())
    }

    fn reject(&mut self, id: Option<&str>, (reason, excerpt): Unusable) {
        let row = Reject { source: "".into(), file: "".into(), record: 0, byte_offset: 0, reason: reason.into(), excerpt: excerpt.into(), iso_week: self.week };
        let row = row.cells();
        let id = id.filter(|id| !id.is_empty() && self.bytes + id.len() + bytes(&row) <= MAX_BYTES);
        self.bytes += id.map_or(0, str::len) + bytes(&row);
        self.ids.append_option(id);
        self.rejects.push(&row);
        self.end(false);
    }

    fn end(&mut self, is_known: bool) {
        self.links.end(is_known);
        self.citations.end(is_known);
        self.rejects.end(!is_known);
    }

    fn finish(mut self) -> Found {
        Found { ids: self.ids.finish(), links: self.links.finish(), citations: self.citations.finish(), rejects: self.rejects.finish() }
    }
}

#[cfg(test)]
mod tests;
