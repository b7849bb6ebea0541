//! The first stage: papers from their sources, through extraction, into the `papers` table and the state's links.

mod bad_values;
mod batch;
mod conflicts;
mod merge;
mod record;
mod rejects;
mod union_find;

pub(crate) use bad_values::{BadCounts, Noted};
pub(crate) use conflicts::Conflicts;

use crate::cli::plan::{Place, Plan, SourcePlan};
use crate::progress::Progress;
use crate::run::rows::Reject;
use anyhow::{Context, Result};
use batch::{BatchContext, BatchOutput};
use merge::Merger;
use record::{BatchOrigin, ToMerge};
use rejects::Rejects;
use starcite_core::Conflict;
use starcite_ground::files;
use starcite_ground::interrupt;
use starcite_ground::owed::Owed;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_sources::hosts::Hosts;
use starcite_sources::input::Input;
use starcite_sources::remote::{CacheKey, Remote};
use starcite_sources::{Columns, Fetched, Network, Patience, SourceKind, ToRead, check_table, excerpt, read_batches};
use starcite_state::{Hidden, State};
use starcite_tables::manifest::{InputEntry, LeftOut};
use starcite_tables::{RowGroup, TableWriter};
use std::collections::{BTreeSet, HashSet};
use tracing::{Span, debug_span, info_span, trace};

/// The result of reading the sources.
#[derive(Debug, Default)]
pub(crate) struct Sourced {
    pub(crate) inputs: Vec<InputEntry>,
    pub(crate) rejects: Rejects,
    /// Values that can't be used, in the week's papers, in archives and in observations.
    pub(crate) bad_values: BadCounts,
    /// Number of papers of the week.
    pub(crate) papers: u64,
    /// Conflicts between the sources of the week's papers, if there are several.
    pub(crate) conflicts: Option<Conflicts>,
    /// The ids by which citations of the week's own papers are counted, if the pipeline wants that.
    pub(crate) to_count: Vec<String>,
    /// Number of papers of dated sources that belong to other weeks.
    pub(crate) other_weeks: u64,
    /// Number of records of software and data, which are not papers.
    pub(crate) archives: u64,
    /// Number of papers that were known and have not changed.
    pub(crate) unchanged: u64,
    /// Number of papers and names that the pipeline suppresses.
    pub(crate) left_out: LeftOut,
    /// True if a source of papers was read, at least in part.
    pub(crate) has_answer: bool,
    /// Reasons why sources could not be read to their ends, for the user.
    pub(crate) owed: Vec<String>,
    /// Warnings for the user.
    pub(crate) notes: Vec<String>,
    /// Columns that are read of each table, for the user.
    pub(crate) tables: Vec<String>,
}

/// The inputs of a source.
pub(crate) struct Located {
    kind: SourceKind,
    columns: Columns,
    inputs: Vec<Input>,
}

impl Sourced {
    fn add_conflicts(&mut self, paper_id: &str, conflicts: &[Conflict]) -> Result<()> {
        let known = match &mut self.conflicts {
            Some(known) => known,
            None => self.conflicts.insert(Conflicts::new()?),
        };
        conflicts.iter().try_for_each(|conflict| known.add(paper_id, conflict))
    }
}

/// Returns the inputs of each source, after fetching live ones into the cache.
///
/// # Errors
/// When a path names no file, or a table is not one or lacks a column that the mapping names.
pub(crate) fn locate(plan: &Plan, state: &State, sourced: &mut Sourced, hosts: &Hosts) -> Result<Vec<Located>> {
    files::make_private(&plan.cache()); // older versions left it readable by others
    let mut network = Network::new(hosts, &plan.addresses, &plan.cache())?;
    let mut located = Vec::new();
    for source in &plan.sources {
        let mut inputs = match &source.place {
            Place::Path(path) => {
                starcite_sources::locate(path, &plan.base, hosts).with_context(|| format!("{}: source {}", plan.file.display(), source.kind.as_str()))?
            }
            Place::Url(remote) => object(plan, remote, sourced, hosts)?,
            Place::Live(live, options) => {
                if plan.offline {
                    sourced.owed.push(format!("the source {} is not asked offline", source.kind.as_str()));
                }
                let fetched = if plan.offline { Fetched::default() } else { network.fetch(live, options, Some(plan.week), Some(state))? };
                sourced.has_answer |= !plan.offline && fetched.failure.is_none();
                sourced.notes.extend(fetched.note);
                sourced.owed.extend(fetched.failure);
                fetched.inputs
            }
        };
        if source.kind.is_harvest {
            inputs.reverse(); // the newest first, because the first of two records of a paper counts
        }
        if source.kind.takes.has_columns() {
            check(&inputs, source, plan, sourced)?;
        }
        located.push(Located { kind: source.kind, columns: source.columns.clone(), inputs });
    }
    Ok(located)
}

/// Checks every table against its mapping, before anything is read.
fn check(inputs: &[Input], source: &SourcePlan, plan: &Plan, sourced: &mut Sourced) -> Result<()> {
    for input in inputs {
        if let Some(taken) = check_table(source.kind.takes, input, &source.columns, plan.limits)
            .with_context(|| format!("{}: source {}", plan.file.display(), source.kind.as_str()))?
        {
            sourced.tables.push(format!("{}: {taken}", input.name()));
        }
    }
    Ok(())
}

/// Returns the input of an object, which is fetched while it is read; offline, only if an earlier run has fetched it.
fn object(plan: &Plan, remote: &Remote, sourced: &mut Sourced, hosts: &Hosts) -> Result<Vec<Input>> {
    let (remote, cache) = (remote.clone(), plan.cache());
    let is_empty = plan.offline && !cache.exists();
    let remote = if is_empty { remote } else { remote.kept_in(&cache.join(plan.week.to_string()), &CacheKey::of(&cache)?)? };
    if plan.offline && remote.whole().is_none() {
        sourced.owed.push(format!("{} is not fetched offline", remote.name()));
        return Ok(Vec::new());
    }
    Ok(vec![Input::Remote(remote, hosts.clone())])
}

/// Reads every source: writes papers of the week to the table, and stores their links and citations, and observations, in the state.
pub(crate) fn read(
    plan: &Plan,
    located: &[Located],
    state: &mut State,
    table: Option<&mut TableWriter>,
    sourced: &mut Sourced,
    progress: &Progress,
) -> Result<()> {
    state.hide(&plan.suppress.papers, Vec::new())?;
    let with_papers = located.iter().filter(|source| source.kind.has_papers);
    // A later record may reveal that an earlier one is of a suppressed paper.
    let several = with_papers.count() > 1 || located.iter().any(|source| source.kind.merges(source.inputs.len())) || !plan.suppress.papers.is_empty();
    let reading = BatchContext::new(plan, state, table.as_ref().map(|table| table.layout().clone()), several)?;
    let merger = several.then(Merger::new).transpose()?;
    let is_without_papers = !located.iter().any(|source| source.kind.has_papers);
    let mut keeper = Ingest { plan, generation: state.next_generation(plan.week)?, state, table, merger, is_without_papers, left_out: Vec::new(), sourced };
    for source in located {
        for input in &source.inputs {
            let _source = info_span!("source", source = source.kind.as_str(), input = input.name()).entered();
            progress.reading(&input.name());
            keeper.input(&reading, source, input, progress)?;
        }
    }
    keeper.state.end_group()?;
    if let Some(merger) = keeper.merger.take() {
        keeper.merged(&reading, merger)?;
    }
    reading.rest()?.map_or(Ok(()), |rows| keeper.append(&rows))?;
    let left_out = keeper.left_out;
    state.hide(&plan.suppress.papers, left_out)?;
    if !plan.suppress.is_nothing() {
        let hidden = state.hidden();
        let excerpts: HashSet<String> = hidden.ids().map(|id| excerpt(id.as_bytes())).collect();
        sourced.rejects = sourced.rejects.changed(|reject| discreet(reject, hidden, &excerpts))?;
    }
    state.unite_generations(plan.week)
}

/// Removes from a reject the data that may reveal suppressed papers or people, and its excerpt, which may have any name in any form. `None` if the reject
/// is of a suppressed paper, whose ids have these excerpts.
fn discreet(reject: Reject, hidden: &Hidden, excerpts: &HashSet<String>) -> Option<Reject> {
    let said = |word| if hidden.has(str::trim_end_matches(word, [',', ':'])) { "…" } else { word };
    let reason = reject.reason.split(' ').map(said).collect::<Vec<_>>().join(" ");
    (!excerpts.contains(&reject.excerpt)).then(|| Reject { reason, excerpt: String::new(), ..reject })
}

/// Stores the results of batches, in order.
struct Ingest<'a> {
    plan: &'a Plan,
    generation: i64,
    state: &'a mut State,
    table: Option<&'a mut TableWriter>,
    /// Holds papers until all sources are read, if there are several.
    merger: Option<Merger>,
    /// True if no source has papers; then observations count as an answer.
    is_without_papers: bool,
    /// The ids of each suppressed paper.
    left_out: Vec<BTreeSet<String>>,
    sourced: &'a mut Sourced,
}

impl Ingest<'_> {
    fn input(&mut self, reading: &BatchContext<'_>, source: &Located, input: &Input, progress: &Progress) -> Result<()> {
        let kind = source.kind;
        let from = BatchOrigin { kind, file: input.name(), moment: input.moment(), now: starcite_ground::clock::now() };
        let (turns, patience) = (reading.turns(), Patience::default());
        let mut records = 0;
        let span = Span::current(); // the workers have none of their own
        let work = |number, batch| {
            let _batch = debug_span!(parent: &span, "batch", number).entered();
            let worked = reading.records(&turns, &patience, number, &from, batch);
            worked.inspect(|worked| trace!(records = worked.tally.records, papers = worked.papers, "a batch is read"))
        };
        let show = |bytes, total| progress.read(bytes, total);
        let to_read = ToRead { kind, columns: &source.columns, input, limits: self.plan.limits, hashed: true, show: &show };
        let read = read_batches(&to_read, &patience, work, |worked: Result<BatchOutput>| {
            let mut worked = worked?;
            worked.rejects.iter_mut().for_each(|reject| reject.record += records);
            worked.bad_values.iter_mut().for_each(|noted| noted.record += records);
            worked.to_merge.iter_mut().for_each(|waiting| waiting.count_from(records));
            self.merge(&from, std::mem::take(&mut worked.to_merge))?;
            records += worked.tally.records;
            self.keep(worked)
        });
        reading.end(turns);
        self.sourced.has_answer |= (read.is_ok() || records > 0) && (kind.has_papers || self.is_without_papers);
        if let Err(error) = &read
            && error.is::<Owed>()
        {
            self.sourced.owed.push(error.to_string()); // the papers that came count, the input does not
            return Ok(());
        }
        let blake3 = read?;
        if let Some(why) = patience.why() {
            self.sourced.notes.push(format!("{}, record {records}: {why}", from.file)); // the records that were read count, the input does not
            return Ok(());
        }
        input.keep_moment(from.moment)?;
        if records == 0 {
            self.sourced.notes.push(format!("{} holds no records", from.file));
        }
        self.sourced.inputs.push(InputEntry { source: kind.as_str().to_owned(), name: input.short_name(), blake3, records });
        Ok(())
    }

    /// Passes records of several sources to the merger.
    fn merge(&mut self, from: &BatchOrigin, records: Vec<ToMerge>) -> Result<()> {
        let Some(merger) = &mut self.merger else { return Ok(()) };
        for record in records {
            if record.is_part {
                merger.add_part(from, &record)?;
            } else if let Some(reason) = merger.add(&record)? {
                self.sourced.rejects.add(&from.reject((record.record, record.byte_offset), &record.paper_id, &reason))?;
            }
        }
        Ok(())
    }

    /// Processes the papers of several sources, merged.
    fn merged(&mut self, reading: &BatchContext<'_>, mut merger: Merger) -> Result<()> {
        merger.join(|reject| self.sourced.rejects.add(reject))?;
        let turns = reading.turns();
        parallel_ordered(merger.batches(), |number, papers| reading.merged(&turns, number, papers?), |worked: Result<BatchOutput>| self.keep(worked?))?;
        reading.end(turns);
        self.state.end_group()
    }

    fn append(&mut self, rows: &RowGroup) -> Result<()> {
        self.table.as_mut().map_or(Ok(()), |table| table.append(rows))
    }

    fn keep(&mut self, worked: BatchOutput) -> Result<()> {
        interrupt::check()?;
        let (week, generation) = (self.plan.week, self.generation);
        self.sourced.papers += worked.papers;
        self.sourced.to_count.extend(worked.to_count);
        self.sourced.other_weeks += worked.other_weeks;
        self.sourced.unchanged += worked.unchanged;
        self.sourced.left_out.papers += worked.left_out.len() as u64;
        self.sourced.left_out.names += worked.names_left_out;
        self.left_out.extend(worked.left_out);
        self.sourced.archives += worked.archives.len() as u64;
        worked.rejects.iter().try_for_each(|reject| self.sourced.rejects.add(reject))?;
        worked.bad_values.into_iter().for_each(|noted| self.sourced.bad_values.add(noted));
        for (paper_id, conflicts) in &worked.conflicts {
            self.sourced.add_conflicts(paper_id, conflicts)?;
        }
        self.state.grouped(|state| {
            worked.observations.iter().try_for_each(|observation| state.observe(&observation.repo, observation))?;
            worked.readmes.iter().try_for_each(|readme| state.hold_readme(readme))?;
            worked.archives.iter().try_for_each(|archive| state.add_archive(archive))?;
            state.add_sightings(week, &worked.sightings)?;
            worked.linked.map_or(Ok(()), |run| state.add_run(week, generation, &run))
        })?;
        worked.rows.iter().try_for_each(|rows| self.append(rows))
    }
}
