//! The tables of a week while a run writes them.

use crate::cli::plan::Plan;
use crate::run::ask::Missing;
use crate::run::papers::Sourced;
use anyhow::Result;
use starcite_core::Week;
use starcite_rows as schema;
use starcite_state::paper_key;
use starcite_tables::manifest::{Coverage, Header, Manifest, TableEntry};
use starcite_tables::{Portion, TableFile, TableWriter, WeekFolder, Written};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::thread::JoinHandle;

/// The week's folder, and the tables written so far.
pub(super) struct Tables<'a> {
    plan: &'a Plan,
    folder: WeekFolder,
    written: Vec<Written>,
    /// Threads that wait for the disk, while the run continues.
    syncing: Vec<JoinHandle<Result<()>>>,
}

/// Origins of data in the tables other than the week's own papers; see [`Manifest`].
pub(super) struct Lineage {
    pub(super) compared_with: Option<Week>,
    pub(super) built_on: Vec<Week>,
    pub(super) papers_of_earlier_runs: u64,
    pub(super) bad_values: BTreeMap<String, u64>,
}

impl<'a> Tables<'a> {
    pub(super) fn begin(plan: &'a Plan) -> Result<Self> {
        Ok(Self { plan, folder: WeekFolder::begin(&plan.out, plan.week)?, written: Vec::new(), syncing: Vec::new() })
    }

    /// Begins a table, if the pipeline wants it.
    pub(super) fn open(&self, table: &'static schema::Table) -> Result<Option<TableWriter>> {
        if !self.plan.tables.contains(table.name) {
            return Ok(None);
        }
        let metadata = schema::metadata(&self.plan.name, &self.plan.pipeline_hash, self.plan.week);
        TableWriter::create(table, &self.path(table), &metadata).map(Some)
    }

    /// Ends a table.
    pub(super) fn close(&mut self, table: Option<TableWriter>) -> Result<()> {
        if let Some(table) = table {
            let (written, unsynced) = table.end()?;
            self.written.push(written);
            self.syncing.push(std::thread::spawn(|| unsynced.sync()));
        }
        Ok(())
    }

    /// Returns the keys of the papers that this run brought; `None` if it writes no `papers`.
    pub(super) fn brought(&self) -> Result<Option<HashSet<u64>>> {
        if !self.plan.tables.contains(schema::PAPERS.name) {
            return Ok(None);
        }
        let mut brought = HashSet::new();
        for portion in self.portions(&schema::PAPERS)? {
            brought.extend(portion.read(["paper_id"])?.column("paper_id")?.str()?.iter().flatten().map(paper_key));
        }
        Ok(Some(brought))
    }

    /// Returns the rows of a table that was written; none if the pipeline does not want it.
    pub(super) fn portions(&self, table: &'static schema::Table) -> Result<Vec<Portion>> {
        let is_written = self.written.iter().any(|written| written.table == table.name);
        if is_written { Ok(TableFile::open(&self.path(table))?.portions()) } else { Ok(Vec::new()) }
    }

    fn path(&self, table: &schema::Table) -> PathBuf {
        self.folder.temporary().join(table.file())
    }

    /// Writes the manifest after all tables are on the disk.
    pub(super) fn finish(mut self, sourced: &Sourced, made_of: Lineage, coverage: Coverage, missing: &Missing) -> Result<Ready> {
        for syncing in std::mem::take(&mut self.syncing) {
            syncing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        let in_order = schema::TABLES.iter().filter_map(|table| self.written.iter().find(|written| written.table == table.name));
        let tables: Vec<TableEntry> = in_order.map(TableEntry::of).collect();
        let mut manifest = Manifest {
            schema_version: schema::SCHEMA_VERSION,
            program: concat!("starcite ", env!("CARGO_PKG_VERSION")).to_owned(),
            run_id: String::new(),
            pipeline: self.plan.name.clone(),
            pipeline_hash: self.plan.pipeline_hash.clone(),
            week: self.plan.week,
            dataset: self.plan.dataset.clone(),
            papers_complete: sourced.owed.is_empty(),
            papers_missing: sourced.owed.clone(),
            answers_owed: self.answers_owed(missing),
            compared_with: made_of.compared_with,
            built_on: made_of.built_on,
            papers_of_earlier_runs: made_of.papers_of_earlier_runs,
            inputs: sourced.inputs.clone(),
            bad_values: made_of.bad_values,
            left_out: sourced.left_out,
            tables,
            coverage,
        };
        manifest.run_id = manifest.computed_run_id();
        manifest.write(&self.folder.temporary())?;
        let replaced = Header::read(&self.folder.in_place()).ok().map(|header| header.run_id);
        Ok(Ready { folder: self.folder, run_id: manifest.run_id, replaced })
    }
}

impl Tables<'_> {
    /// Returns the answers that the week owes; for a closed week, or one without requests, those in its existing manifest.
    fn answers_owed(&self, missing: &Missing) -> BTreeMap<String, u64> {
        if self.plan.is_closed() || !self.plan.asks() {
            return Manifest::read(&self.folder.in_place()).map(|manifest| manifest.answers_owed).unwrap_or_default();
        }
        missing.iter().map(|(group, count)| ((*group).to_owned(), *count)).collect()
    }
}

/// A week that is complete and not yet in place.
pub(super) struct Ready {
    folder: WeekFolder,
    run_id: String,
    /// Id of the run that is in place.
    replaced: Option<String>,
}

impl Ready {
    /// Returns the ids of both runs, one of which is in place whatever happens next.
    pub(super) fn run_ids(&self) -> Vec<&str> {
        self.replaced.iter().chain([&self.run_id]).map(String::as_str).collect()
    }

    pub(super) fn put_in_place(self) -> Result<PathBuf> {
        self.folder.commit()
    }
}
