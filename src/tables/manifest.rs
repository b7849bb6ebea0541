//! `manifest.json`: what a week's folder holds. It is written last: its presence means that the folder is whole.

use super::about::About;
use super::schema::{self, SCHEMA_VERSION, Table};
use super::writer::Written;
use crate::{files, sha256};
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use starcite_core::Week;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Its name in the folder.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The schema version that `starcite upgrade` brings up to this one.
const FORMER: u32 = SCHEMA_VERSION - 1;

/// Nothing in a week is as many: sums of its numbers are numbers.
const MAX_COUNT: u64 = 1 << 40;

/// The contents of a week's folder. Nothing in it depends on when, how fast or with how many threads it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version of the tables.
    pub(crate) schema_version: u32,
    /// The program that wrote it.
    pub(crate) program: String,
    /// A hash of pipeline, inputs, week and the observations used.
    pub(crate) run_id: String,
    pub(crate) pipeline: String,
    pub(crate) pipeline_hash: String,
    pub(crate) week: Week,
    /// What the pipeline says of the dataset that its weeks make up.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub(crate) dataset: About,
    /// False when a source could not be read to its end: readers pass over the week.
    pub(crate) papers_complete: bool,
    /// Why they are not, a sentence a source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) papers_missing: Vec<String>,
    /// The numbers of repositories, or cited papers, that lack the answer of a host or a service, by group of columns: run again.
    pub(crate) answers_owed: BTreeMap<String, u64>,
    /// The week that `changes` compares with; none is there before the first one.
    pub(crate) compared_with: Option<Week>,
    /// The weeks until this one whose papers point to something: links and citations are complete as of all of them.
    pub(crate) built_on: Vec<Week>,
    /// Papers that point to something, were brought by an earlier run of the week, and not by this one: `papers` has no row of them.
    pub(crate) papers_of_earlier_runs: u64,
    pub(crate) inputs: Vec<InputEntry>,
    /// Values that can't be used and are null, by the column that they should have been.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) bad_values: BTreeMap<String, u64>,
    /// The numbers of what the pipeline leaves out of the tables, where it does.
    #[serde(default, skip_serializing_if = "LeftOut::is_nothing")]
    pub(crate) left_out: LeftOut,
    pub(crate) tables: Vec<TableEntry>,
    pub(crate) coverage: Coverage,
}

/// The part of a manifest that every version has.
#[derive(Debug, Deserialize)]
pub(crate) struct Header {
    schema_version: u32,
    pub(crate) week: Week,
    /// Empty where the manifest names none.
    #[serde(default)]
    pub(crate) pipeline: String,
    #[serde(default)]
    pub(crate) run_id: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InputEntry {
    pub(crate) source: String,
    pub(crate) name: String,
    /// BLAKE3 of what was read, compressed or not, as `b3sum` prints it.
    pub(crate) blake3: Option<String>,
    pub(crate) records: u64,
}

/// The numbers of what `[suppress]` of the pipeline left out of a week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LeftOut {
    /// Papers that the sources hold.
    pub(crate) papers: u64,
    /// Names, in the authors of papers and of the software in repositories.
    pub(crate) names: u64,
}

impl LeftOut {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A table that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableEntry {
    pub(crate) table: String,
    pub(crate) file: String,
    pub(crate) rows: u64,
    /// Nulls by column, of those that have any; the schema tells what a null says.
    pub(crate) unknown: BTreeMap<String, u64>,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// What is known of the repositories that links name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Coverage {
    pub(crate) repositories: u64,
    /// Those of which the host itself answered.
    pub(crate) observed_by_host: u64,
    /// Those of which only others say something: a list, or a file of observations.
    pub(crate) observed_by_list: u64,
    pub(crate) unknown: u64,
    /// Why the rest is unknown.
    pub(crate) unknown_by_reason: BTreeMap<String, u64>,
    /// The numbers of repositories that are known, by group of columns: `scalars`, `tree`, `activity`, `files`, `stars`.
    pub(crate) columns: BTreeMap<String, Known>,
    /// Where a service is asked how often papers are cited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) counts: Option<CountCoverage>,
    /// Whose figures the tables hold: hosts and third parties.
    #[serde(default)]
    pub(crate) observed_by: BTreeSet<String>,
}

/// The state of knowledge of one group of columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) known: u64,
    pub(crate) unknown: u64,
    /// Repositories that are gone, blocked or empty: they have none.
    pub(crate) absent: u64,
}

impl Coverage {
    /// Somebody's figures are in the tables.
    pub(crate) fn observed(&mut self, by: Option<&str>) {
        if let Some(by) = by.filter(|by| !self.observed_by.contains(*by)) {
            self.observed_by.insert(by.to_owned());
        }
    }
}

/// The rows of `citations` by what is known of how often the paper is cited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CountCoverage {
    pub(crate) citations: u64,
    pub(crate) counted: u64,
    /// The service was asked, and does not know the paper.
    pub(crate) unknown_to_source: u64,
    pub(crate) not_asked: u64,
}

impl CountCoverage {
    /// Adds the rows of another.
    pub(crate) fn add(&mut self, other: &Self) {
        self.citations += other.citations;
        self.counted += other.counted;
        self.unknown_to_source += other.unknown_to_source;
        self.not_asked += other.not_asked;
    }
}

/// Reads a manifest's text, once more where the folder was replaced while its name was looked up.
fn text(folder: &Path) -> io::Result<Vec<u8>> {
    let path = folder.join(MANIFEST);
    match files::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => files::read(&path),
        read => read,
    }
}

impl Header {
    /// True if a newer program wrote the week.
    pub(crate) fn is_newer(&self) -> bool {
        self.schema_version > SCHEMA_VERSION
    }

    /// Reads that of a folder's manifest, of whatever version.
    ///
    /// # Errors
    /// When it can't be read.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let context = || format!("cannot read {}, and so not whose week it is: put it back, or move the folder away", path.display());
        serde_json::from_slice(&text(folder).with_context(context)?).with_context(context)
    }
}

/// The folder of all weeks, as a command takes it, by the path of a manifest in one of them.
fn folder_of_weeks(manifest: &Path) -> String {
    let folder = manifest.parent().and_then(Path::parent).unwrap_or(manifest);
    if folder.as_os_str().is_empty() { ".".to_owned() } else { folder.display().to_string() }
}

/// True if all numbers in a manifest may be counts of something.
fn are_counts(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_u64().is_some_and(|count| count <= MAX_COUNT),
        Value::Array(values) => values.iter().all(are_counts),
        Value::Object(values) => values.values().all(are_counts),
        _ => true,
    }
}

impl TableEntry {
    /// Describes a file just written.
    pub(crate) fn of(written: &Written) -> Self {
        let Written { table, rows, unknown, bytes, sha256 } = written;
        Self { table: (*table).to_owned(), file: format!("{table}.parquet"), rows: *rows, unknown: unknown.clone(), bytes: *bytes, sha256: sha256.clone() }
    }
}

impl Manifest {
    /// The rows of a table; none where the week does not have it.
    pub(crate) fn rows(&self, table: &Table) -> Option<u64> {
        self.tables.iter().find(|entry| entry.table == table.name).map(|entry| entry.rows)
    }

    /// Writes it into a folder, synced.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let context = || format!("cannot write {}: is the disk full?", path.display());
        let mut file = File::create(&path).with_context(context)?;
        let mut text = serde_json::to_string_pretty(self).context("the manifest as JSON")?;
        text.push('\n');
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(context)
    }

    /// Reads that of a folder.
    ///
    /// # Errors
    /// When there is none, or its tables have another schema version than this program's.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        Self::of(text(folder), folder)
    }

    /// The same, of what was read of it.
    pub(super) fn of(text: io::Result<Vec<u8>>, folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let text = text.with_context(|| format!("cannot read {}: the folder is not a finished week: move it away and run that week again", path.display()))?;
        Self::parse(&text, &path)
    }

    /// True if nothing is missing or owed.
    pub(crate) fn is_complete(&self) -> bool {
        self.papers_complete && self.answers_owed.is_empty()
    }

    /// Reads the text of one; `path` is where it stands.
    ///
    /// # Errors
    /// When it is none, names other files than those of its tables, or has another schema version than this program's: what else stands in it
    /// is not looked at then.
    pub(crate) fn parse(text: &[u8], path: &Path) -> Result<Self> {
        let not_a_manifest = || format!("{} is not a manifest: put it back, or move the folder away and run that week again", path.display());
        let Header { schema_version, week, .. } = serde_json::from_slice(text).with_context(not_a_manifest)?;
        let next_step = match schema_version.cmp(&SCHEMA_VERSION) {
            Ordering::Equal => return Self::checked(text).with_context(not_a_manifest),
            Ordering::Greater => "use the newer starcite".to_owned(),
            Ordering::Less if schema_version == FORMER => format!("bring its weeks up to this version: starcite upgrade --out {}", folder_of_weeks(path)),
            Ordering::Less => format!("run that week again: starcite run PIPELINE --week {week}"),
        };
        bail!("{} has schema version {schema_version}, this program knows {SCHEMA_VERSION}: {next_step}", path.display());
    }

    /// Reads that of a week of the version before, as if its tables were of this one; `None` where they are.
    ///
    /// # Errors
    /// When there is none, or it is of another version.
    pub(crate) fn read_former(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        let text = files::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        match serde_json::from_slice(&text) {
            Ok(Header { schema_version: FORMER, .. }) => {
                let manifest = Self::checked(&text).with_context(|| format!("{} is not a manifest: put it back, or move the folder away", path.display()))?;
                Ok(Some(Self { schema_version: SCHEMA_VERSION, ..manifest }))
            }
            _ => Self::parse(&text, &path).map(|_| None),
        }
    }

    /// # Errors
    /// When it is of another kind, or names or counts what no week has.
    fn checked(text: &[u8]) -> Result<Self> {
        ensure!(are_counts(&serde_json::from_slice(text)?), "it has numbers that count nothing");
        let manifest: Self = serde_json::from_slice(text)?;
        let mut named = BTreeSet::new();
        for TableEntry { table, file, .. } in &manifest.tables {
            ensure!(schema::table(table).is_some_and(|table| *file == table.file()), "{file:?} is not a table's file, or not that of {table:?}");
            ensure!(named.insert(table), "it names {file} twice");
        }
        Ok(manifest)
    }

    /// The run's id, by what the manifest says of inputs and tables: which observations were used is seen in the tables' hashes.
    pub(crate) fn computed_run_id(&self) -> String {
        let hashes: Vec<&str> = self.tables.iter().map(|t| t.sha256.as_str()).chain(self.inputs.iter().filter_map(|i| i.blake3.as_deref())).collect();
        let run_id = sha256::of(format!("{}\0{}\0{}", self.pipeline_hash, self.week, hashes.join("\0")).as_bytes());
        run_id[..32].to_owned()
    }
}
