//! `starcite extract`: the links of any papers, as a filter.

use super::output::RowWriter;
use crate::Outcome;
use crate::cli::ExtractArgs;
use crate::progress::Progress;
use crate::source::{Parsed, Said, input, read_batches};
use crate::state::WeekLink;
use crate::tables::{rows, schema};
use anyhow::Result;
use starcite_core::{Citation, Extractor, Link, LinkKind, Paper, Week, citation};
use std::collections::BTreeSet;
use std::path::Path;

/// The columns of `links` that only a run can know.
const LEFT_OUT: &[&str] = &["first_week", "last_week", "repo_id", "state", "paper_named_by_repo", "paper_named_where", "official", "official_rule", "week"];

/// What is looked for in a paper.
enum Found {
    Links(Vec<Link>),
    Citations(Vec<Citation>),
}

pub(crate) fn extract(args: ExtractArgs, progress: &Progress) -> Result<Outcome> {
    let mut inputs = Vec::new();
    for file in &args.files {
        inputs.extend(input::locate(file, Path::new(""))?);
    }
    let table = if args.citations { &schema::CITATIONS } else { &schema::LINKS };
    let mut out = RowWriter::new(table, LEFT_OUT, &args.output)?;
    let kinds: Option<BTreeSet<LinkKind>> = Some(args.kinds.iter().copied().collect()).filter(|kinds: &BTreeSet<_>| !kinds.is_empty());
    let extractor = Extractor::of(kinds);
    let found = |paper: &Paper| match args.citations {
        true => Found::Citations(citation::of_paper(paper)),
        false => Found::Links(extractor.links(paper)),
    };
    let work = |said: Said| said.paper.map(|paper| (found(&paper), paper.paper_id));
    let mut rejected = 0u64;
    for input in &inputs {
        progress.reading(&input.name());
        read_batches(args.from, input, work, |batch| {
            for parsed in batch {
                rejected += u64::from(print(&mut out, parsed, &input.name())?);
            }
            Ok(())
        })?;
    }
    out.finish()?;
    if inputs.is_empty() {
        eprintln!("starcite: {} names no files", args.files.join(" "));
    }
    Ok(if rejected > 0 { Outcome::SomeRejected } else { Outcome::Complete })
}

/// Prints what one record came to; true if it was rejected, which is said on standard error.
fn print(out: &mut RowWriter, parsed: Parsed<Option<(Found, String)>>, file: &str) -> Result<bool> {
    // A filter knows no week; the columns that speak of one are left out.
    let week = Week::of(chrono::DateTime::UNIX_EPOCH);
    match parsed.result {
        Err((reason, excerpt)) => {
            eprintln!("starcite: {file}, record {} at byte {}: {reason}: {excerpt}", parsed.record, parsed.byte_offset);
            Ok(true)
        }
        Ok(None) => Ok(false),
        Ok(Some((Found::Citations(citations), paper_id))) => {
            for citation in citations {
                out.push(&rows::citation(&paper_id, &serde_json::to_value(citation)?, week))?;
            }
            Ok(false)
        }
        Ok(Some((Found::Links(links), paper_id))) => {
            for link in links {
                out.push(&rows::link(&WeekLink { paper_id: paper_id.clone(), link, first_week: week, last_week: None }, None, None, week))?;
            }
            Ok(false)
        }
    }
}
