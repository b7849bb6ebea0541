//! The tables of a week while they are written.

use crate::manifest::{Coverage, InputEntry, Manifest, TableEntry};
use crate::plan::{Plan, sha256_hex};
use crate::tables::{TableWriter, WeekFolder, Written, schema};
use anyhow::Result;
use starcite_core::Week;
use std::path::PathBuf;

/// The week's folder and what is in it so far.
pub(super) struct Tables<'a> {
    plan: &'a Plan,
    folder: WeekFolder,
    written: Vec<Written>,
}

impl<'a> Tables<'a> {
    pub(super) fn begin(plan: &'a Plan) -> Result<Self> {
        Ok(Self { plan, folder: WeekFolder::begin(&plan.out, plan.week)?, written: Vec::new() })
    }

    /// Begins a table, if the pipeline wants it.
    pub(super) fn open(&self, table: &'static schema::Table) -> Result<Option<TableWriter>> {
        if !self.plan.tables.contains(table.name) {
            return Ok(None);
        }
        let path = self.folder.temporary().join(format!("{}.parquet", table.name));
        let metadata = [
            ("starcite.schema_version".to_owned(), schema::SCHEMA_VERSION.to_string()),
            ("starcite.pipeline".to_owned(), self.plan.name.clone()),
            ("starcite.pipeline_hash".to_owned(), self.plan.pipeline_hash.clone()),
            ("starcite.week".to_owned(), self.plan.week.to_string()),
        ];
        TableWriter::create(table, &path, &metadata).map(Some)
    }

    /// Ends a table.
    pub(super) fn close(&mut self, table: Option<TableWriter>) -> Result<()> {
        self.written.extend(table.map(TableWriter::finish).transpose()?);
        Ok(())
    }

    /// Writes the manifest and puts the folder in place.
    pub(super) fn commit(self, inputs: &[InputEntry], coverage: Coverage, compared_with: Option<Week>, complete: bool) -> Result<PathBuf> {
        let in_order = schema::TABLES.iter().filter_map(|table| self.written.iter().find(|written| written.table == table.name));
        let tables: Vec<TableEntry> = in_order.map(TableEntry::of).collect();
        let hashes: Vec<&str> = tables.iter().map(|t| t.sha256.as_str()).chain(inputs.iter().filter_map(|i| i.blake3.as_deref())).collect();
        let run_id = sha256_hex(format!("{}\0{}\0{}", self.plan.pipeline_hash, self.plan.week, hashes.join("\0")).as_bytes());
        let manifest = Manifest {
            schema_version: schema::SCHEMA_VERSION,
            program: concat!("starcite ", env!("CARGO_PKG_VERSION")).to_owned(),
            run_id: run_id[..32].to_owned(),
            pipeline: self.plan.name.clone(),
            pipeline_hash: self.plan.pipeline_hash.clone(),
            week: self.plan.week,
            complete,
            compared_with,
            inputs: inputs.to_vec(),
            tables,
            coverage,
        };
        manifest.write(&self.folder.temporary())?;
        self.folder.commit()
    }
}
