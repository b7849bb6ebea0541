//! `starcite extract`: prints the links of any papers, as a filter.

mod live;

use super::hosts;
use super::output::{RowForm, RowWriter, Rows, check_no_input, unless_unread};
use crate::cli::outcome::Outcome;
use crate::cli::{Cli, ExtractArgs};
use crate::progress::Progress;
use crate::run::papers::{BadCounts, Noted};
use anyhow::Result;
use clap::error::ErrorKind;
use starcite_core::extract::RepositoryFilter;
use starcite_core::{Extractor, LinkKind, Paper, Week};
use starcite_ground::interrupt;
use starcite_rows as schema;
use starcite_sources::input::Input;
use starcite_sources::{Batch, Columns, Parsed, Patience, SourceKind, Tally, ToRead, Turn, check_table, locate, read_batches};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use tracing::{info, info_span, warn};

/// The settings of an extraction and of its output.
struct Extraction {
    kind: SourceKind,
    /// Citations instead of links.
    citations: bool,
    extractor: Extractor,
    /// Skips records that can't contain a repository link.
    filter: Option<RepositoryFilter>,
    form: RowForm,
}

/// The result of a batch.
struct Extracted {
    tally: Tally,
    rows: Rows,
    /// Number of records of software and data, which are not papers.
    archives: u64,
    /// Rejected records, numbered within the batch, and their messages.
    rejected: Vec<(u64, String)>,
    /// Values that can't be used, of records numbered within the batch.
    noted: Vec<Noted>,
}

pub(crate) fn extract(args: ExtractArgs, progress: &Progress) -> Result<Outcome> {
    let hosts = hosts(Duration::from_millis(args.live.source_pause_ms));
    let live = live::fetch(&args, &hosts)?;
    let inputs = match &live {
        Some(live) => live.fetched.inputs.clone(),
        None => args.files.iter().map(|file| locate(file, Path::new(""), &hosts)).collect::<Result<Vec<_>>>()?.concat(),
    };
    let files = inputs.iter().filter_map(|input| if let Input::File(path) = input { Some(path.as_path()) } else { None });
    check_no_input(args.output.output.as_deref(), files)?;
    let columns = columns(&args)?;
    if args.from.takes.has_columns() {
        inputs.iter().try_for_each(|input| check_table(args.from.takes, input, &columns, args.limits.limits()).map(drop))?;
    }
    let table = if args.citations { &schema::CITATIONS } else { &schema::LINKS };
    let left_out: Vec<&str> = table.columns.iter().filter(|column| column.of_run).map(|column| column.name).collect();
    interrupt::end_in_good_order();
    let mut out = RowWriter::new(table, &left_out, &args.output)?;
    let kinds: Option<BTreeSet<LinkKind>> = Some(args.kinds.iter().copied().collect()).filter(|kinds: &BTreeSet<_>| !kinds.is_empty());
    let filter = (args.kinds == [LinkKind::Repo] && args.from.is_verbatim).then(RepositoryFilter::default);
    let extraction = Extraction { kind: args.from, citations: args.citations, extractor: Extractor::of(kinds), filter, form: out.form().clone() };
    let (mut rejected, mut archives, mut bad_values) = (0, 0, BadCounts::default());
    let mut is_read = true; // by the process at the other end of the pipe
    for input in &inputs {
        let _source = info_span!("source", source = args.from.as_str(), input = input.name()).entered();
        progress.reading(&input.name());
        let (mut records, patience) = (0, Patience::default());
        let read = read_batches(
            &ToRead {
                kind: args.from,
                columns: &columns,
                input,
                limits: args.limits.limits(),
                hashed: false,
                show: &|bytes, total| progress.read(bytes, total),
            },
            &patience,
            |_, batch| extraction.batch(batch),
            |extracted: Result<Extracted>| {
                interrupt::check()?;
                let extracted = extracted?;
                if patience.take(&extracted.tally) == Turn::Over {
                    return Ok(());
                }
                for (record, problem) in extracted.rejected {
                    let record = if record > 0 { format!("record {}", records + record) } else { "the record".to_owned() };
                    warn!("{}, {record} {problem}", input.name());
                    rejected += 1;
                }
                for noted in extracted.noted {
                    let record = if noted.record > 0 { records + noted.record } else { 0 };
                    bad_values.add(Noted { file: input.name(), record, ..noted });
                }
                records += extracted.tally.records;
                archives += extracted.archives;
                out.append(extracted.rows)
            },
        );
        is_read = unless_unread(read)?.is_some();
        if !is_read {
            break;
        }
        if records == 0 {
            warn!("{} holds no records of {}: if it is not empty, name its kind with --from", input.name(), args.from.as_str());
        }
        patience.why().iter().for_each(|why| warn!("{}: {why}", input.name()));
    }
    if is_read {
        unless_unread(out.finish())?;
    }
    bad_values.note().iter().for_each(|note| warn!("{note}"));
    if archives > 0 {
        info!("{archives} records of software and data are not papers: `starcite run` makes the table archives of them");
    }
    if let Some(live) = live {
        live.fetched.note.iter().for_each(|note| warn!("{note}"));
        if let Some(failure) = live.fetched.failure {
            warn!("{failure}; its papers are missing; run the same command again");
            return Ok(Outcome::AnswersOwed);
        }
    }
    Ok(if rejected > 0 { Outcome::SomeRejected } else { Outcome::Complete })
}

/// Returns the mapping from a table's columns to fields.
fn columns(args: &ExtractArgs) -> Result<Columns> {
    let refused = |kind, message: String| Err(Cli::wrong_usage(kind, &message));
    if !args.from.takes.has_columns() && !args.map.is_empty() {
        let tables = SourceKind::names(|kind| kind.takes.has_columns());
        return refused(ErrorKind::ArgumentConflict, format!("--map is for --from {tables}"));
    }
    Columns::parse(&args.map).or_else(|why| refused(ErrorKind::ValueValidation, format!("--map: {why}")))
}

impl Extraction {
    fn batch(&self, batch: Batch) -> Result<Extracted> {
        let mut rows = self.form.begin();
        let (mut rejected, mut noted, mut archives) = (Vec::new(), Vec::new(), 0);
        let take = |parsed: Parsed| match parsed.result {
            Ok(said) => {
                archives += u64::from(said.archive.is_some());
                let note = |bad| Noted { file: String::new(), record: parsed.record, byte_offset: parsed.byte_offset, bad };
                noted.extend(said.bad_values.into_iter().map(note));
                said.paper.map_or(Ok(()), |paper| self.push(&mut rows, &paper))
            }
            Err((reason, excerpt)) => {
                rejected.push((parsed.record, format!("at byte {}: {reason}: {excerpt}", parsed.byte_offset)));
                Ok(())
            }
        };
        let tally = match &self.filter {
            Some(filter) => batch.parse_filtered(self.kind, filter, take)?,
            None => batch.parse(self.kind, |_| true, take)?,
        };
        Ok(Extracted { tally, rows: self.form.end(rows)?, archives, rejected, noted })
    }

    fn push(&self, rows: &mut Rows, paper: &Paper) -> Result<()> {
        // A filter has no week; the columns that depend on one are left out.
        let week = Week::of(chrono::DateTime::UNIX_EPOCH);
        if self.citations {
            let citations = self.extractor.citations(paper);
            return citations.iter().try_for_each(|citation| self.form.push(rows, &schema::Citation::found(&paper.paper_id, citation, week)));
        }
        self.extractor.links(paper).iter().try_for_each(|link| self.form.push(rows, &schema::Link::found(&paper.paper_id, link, week)))
    }
}
