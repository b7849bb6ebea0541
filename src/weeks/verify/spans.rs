//! Spans: the quotes of links and citations match the paper's text.

use super::Problems;
use super::references::References;
use super::under_test::{Rows, WeekUnderTest};
use anyhow::Result;
use starcite_core::Field;
use starcite_rows::{CITATIONS, LINKS, PAPERS, Table};
use starcite_tables::{TableFile, sound};
use xxhash_rust::xxh3::xxh3_64;

/// The fields that are columns of `papers`.
const TEXTS: [Field; 3] = [Field::Title, Field::Abstract, Field::Comment];

/// The quotes of the week's own papers.
#[derive(Default)]
pub(super) struct Spans {
    said: Vec<Span>,
}

/// A quote of a text.
struct Span {
    /// A hash of the paper's id.
    paper: u64,
    table: &'static Table,
    row: usize,
    field: Field,
    start: i64,
    end: i64,
    /// A hash of the text.
    raw: u64,
}

impl Spans {
    /// Collects the spans in some rows of `links` and `citations`. Skips papers of earlier weeks and links that no longer exist, because their text
    /// is not in the week's `papers`.
    pub(super) fn gather(&mut self, rows: &Rows<'_>, references: &References) -> Result<()> {
        let table = rows.columns.table;
        let has_spans = (table.name == LINKS.name && rows.columns.have(&["last_week"])) || table.name == CITATIONS.name;
        if !has_spans || !rows.columns.have(&["paper_id", "field", "start", "end", "raw"]) {
            return Ok(());
        }
        let text = |name| rows.frame.column(name).and_then(|column| column.str());
        let number = |name| rows.frame.column(name).and_then(|column| column.i64());
        let (papers, fields, raws, starts, ends) = (text("paper_id")?, text("field")?, text("raw")?, number("start")?, number("end")?);
        let lasts = if table.name == LINKS.name { Some(text("last_week")?) } else { None };
        for row in (0..rows.frame.height()).filter(|row| lasts.is_none_or(|lasts| lasts.get(*row).is_none())) {
            let field = TEXTS.into_iter().find(|field| fields.get(row) == Some(field.as_str()));
            let (Some(paper), Some(field), Some(start), Some(end)) = (papers.get(row), field, starts.get(row), ends.get(row)) else { continue };
            if references.has_paper(rows.week.week(), paper) {
                let (paper, raw) = (xxh3_64(paper.as_bytes()), xxh3_64(raws.get(row).unwrap_or_default().as_bytes()));
                self.said.push(Span { paper, table, row: rows.first + row, field, start, end, raw });
            }
        }
        Ok(())
    }

    /// Compares the spans with the texts.
    pub(super) fn verify(mut self, week: &WeekUnderTest<'_>, problems: &mut Problems) -> Result<()> {
        if self.said.is_empty() {
            return Ok(());
        }
        self.said.sort_by_key(|span| (span.paper, span.table.name, span.row));
        let file = TableFile::of(week.open.file(&PAPERS.file())?, &week.path(&PAPERS.file()))?;
        let sound = sound(&PAPERS, &file);
        let texts = TEXTS.into_iter().filter(|field| sound.iter().any(|column| column.name == field.as_str()));
        for portion in file.portions() {
            let frame = portion.read(texts.clone().map(Field::as_str).chain(["paper_id"]))?;
            let papers = frame.column("paper_id")?.str()?;
            for field in texts.clone() {
                let texts = frame.column(field.as_str())?.str()?;
                for (paper, text) in papers.iter().zip(texts.iter()) {
                    let (Some(paper), Some(text)) = (paper, text) else { continue }; // a text that the week does not have is unknown
                    for span in self.of_paper(xxh3_64(paper.as_bytes())).filter(|span| span.field == field) {
                        span.verify(week, paper, text, problems);
                    }
                }
            }
        }
        Ok(())
    }

    fn of_paper(&self, paper: u64) -> impl Iterator<Item = &Span> {
        let first = self.said.partition_point(|span| span.paper < paper);
        self.said[first..].iter().take_while(move |span| span.paper == paper)
    }
}

impl Span {
    fn verify(&self, week: &WeekUnderTest<'_>, paper: &str, text: &str, problems: &mut Problems) {
        let range = usize::try_from(self.start).ok().zip(usize::try_from(self.end).ok());
        let found = range.and_then(|(start, end)| text.get(start..end));
        if found.is_none_or(|found| xxh3_64(found.as_bytes()) != self.raw) {
            let Self { table, row, field, start, end, .. } = self;
            let found = found.map_or_else(|| "no text".to_owned(), |found| format!("{found:?}, which is not its raw"));
            let what = format!("row {row}: {}[{start}:{end}] of {paper} is {found}", field.as_str());
            problems.damaged(week.week(), &week.path(&table.file()), "span off", what);
        }
    }
}
