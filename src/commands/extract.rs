//! `starcite extract`: the links of any papers, as a filter.

mod live;

use super::output::{RowForm, RowWriter, Rows};
use crate::Outcome;
use crate::cli::ExtractArgs;
use crate::progress::Progress;
use crate::source::{Batch, SourceKind, input, read_batches};
use crate::state::WeekLink;
use crate::tables::{rows, schema};
use anyhow::Result;
use starcite_core::{Extractor, LinkKind, Paper, Week, citation};
use std::collections::BTreeSet;
use std::path::Path;

/// The columns of `links` that only a run can know.
const LEFT_OUT: &[&str] = &[
    "first_week",
    "last_week",
    "repo_id",
    "state",
    "paper_named_by_repo",
    "paper_named_where",
    "paper_named_by",
    "paper_named_text",
    "official",
    "official_rule",
    "week",
];

/// What is looked for, and how it is printed.
struct Extraction {
    kind: SourceKind,
    /// Citations instead of links.
    citations: bool,
    extractor: Extractor,
    form: RowForm,
}

/// What a batch came to: rows, and what to say of the records that could not be used.
struct Extracted {
    rows: Rows,
    rejected: Vec<String>,
}

pub(crate) fn extract(args: ExtractArgs, progress: &Progress) -> Result<Outcome> {
    let live = args.dates.map(|dates| live::fetch(&args, dates)).transpose()?;
    let inputs = match &live {
        Some(live) => live.fetched.inputs.clone(),
        None => args.files.iter().map(|file| input::locate(file, Path::new(""))).collect::<Result<Vec<_>>>()?.concat(),
    };
    let table = if args.citations { &schema::CITATIONS } else { &schema::LINKS };
    let mut out = RowWriter::new(table, LEFT_OUT, &args.output)?;
    let kinds: Option<BTreeSet<LinkKind>> = Some(args.kinds.iter().copied().collect()).filter(|kinds: &BTreeSet<_>| !kinds.is_empty());
    let extraction = Extraction { kind: args.from, citations: args.citations, extractor: Extractor::of(kinds), form: out.form().clone() };
    let mut rejected = 0;
    for input in &inputs {
        progress.reading(&input.name());
        read_batches(
            args.from,
            input,
            args.limits.limits(),
            |_, batch| extraction.batch(batch),
            |extracted: Result<Extracted>| {
                let extracted = extracted?;
                rejected += extracted.rejected.len();
                extracted.rejected.iter().for_each(|problem| eprintln!("starcite: {}, {problem}", input.name()));
                out.append(extracted.rows)
            },
        )?;
    }
    out.finish()?;
    if let Some(live) = live {
        live.fetched.note.iter().for_each(|note| eprintln!("starcite: {note}"));
        if let Some(failure) = live.fetched.failure {
            eprintln!("starcite: {failure}; its papers are missing; run the same command again");
            return Ok(Outcome::AnswersOwed);
        }
    } else if inputs.is_empty() {
        eprintln!("starcite: {} names no files", args.files.join(" "));
    }
    Ok(if rejected > 0 { Outcome::SomeRejected } else { Outcome::Complete })
}

impl Extraction {
    fn batch(&self, batch: Batch) -> Result<Extracted> {
        let mut rows = self.form.begin();
        let mut rejected = Vec::new();
        for parsed in batch.parse(self.kind, |_| true) {
            match parsed.result {
                Ok(said) => said.paper.map_or(Ok(()), |paper| self.push(&mut rows, paper))?,
                Err((reason, excerpt)) => rejected.push(format!("record {} at byte {}: {reason}: {excerpt}", parsed.record, parsed.byte_offset)),
            }
        }
        Ok(Extracted { rows: self.form.end(rows)?, rejected })
    }

    fn push(&self, rows: &mut Rows, paper: Paper) -> Result<()> {
        // A filter knows no week; the columns that speak of one are left out.
        let week = Week::of(chrono::DateTime::UNIX_EPOCH);
        if self.citations {
            let citations = citation::of_paper(&paper);
            return citations.iter().try_for_each(|citation| self.form.push(rows, &rows::citation(&paper.paper_id, citation, week)));
        }
        let links = self.extractor.links(&paper);
        let links = links.into_iter().map(|link| WeekLink { link, first_week: week, last_week: None });
        links.into_iter().try_for_each(|link| self.form.push(rows, &rows::link(&paper.paper_id, &link, None, None, week)))
    }
}
