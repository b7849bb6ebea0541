//! `manifest.json`: the contents of a week's folder. It is written last, so that its presence means that the folder is complete.

use super::about::About;
use super::writer::Written;
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use starcite_core::Week;
use starcite_ground::{files, sha256};
use starcite_rows::{self as schema, SCHEMA_VERSION, Table};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Its file name.
pub const MANIFEST: &str = "manifest.json";

/// The oldest schema version that `starcite upgrade` brings up to this one.
const OLDEST: u32 = 3;

/// Upper limit of any number in a manifest, so that sums do not overflow.
const MAX_COUNT: u64 = 1 << 40;

/// The contents of a week's folder. Nothing in it depends on the time, the speed or the number of threads of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the tables.
    pub schema_version: u32,
    /// The program that wrote it.
    pub program: String,
    /// A hash of pipeline, inputs, week and the observations used.
    pub run_id: String,
    /// The name of the pipeline.
    pub pipeline: String,
    /// A hash of what the pipeline decides.
    pub pipeline_hash: String,
    /// The week.
    pub week: Week,
    /// The pipeline's description of the dataset that its weeks make up.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub dataset: About,
    /// False if a source could not be read to its end: readers skip the week.
    pub papers_complete: bool,
    /// Reasons why papers are missing, a sentence a source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers_missing: Vec<String>,
    /// The numbers of repositories, or cited papers, that lack the answer of a host or a service, by group of columns. Another run requests
    /// them again.
    pub answers_owed: BTreeMap<String, u64>,
    /// The week that `changes` compares with; `None` for the first one.
    pub compared_with: Option<Week>,
    /// The weeks until this one whose papers point to something: links and citations are complete as of all of them.
    pub built_on: Vec<Week>,
    /// Papers that point to something and that an earlier run of the week brought, but not this one: `papers` has no row of them.
    pub papers_of_earlier_runs: u64,
    /// The files that were read.
    pub inputs: Vec<InputEntry>,
    /// Unusable values, which are null in the tables, by their column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bad_values: BTreeMap<String, u64>,
    /// Counts of what the pipeline leaves out of the tables.
    #[serde(default, skip_serializing_if = "LeftOut::is_nothing")]
    pub left_out: LeftOut,
    /// The tables.
    pub tables: Vec<TableEntry>,
    /// The knowledge of repositories.
    pub coverage: Coverage,
}

/// The part of a manifest that every version has.
#[derive(Debug, Deserialize)]
pub struct Header {
    schema_version: u32,
    /// The week.
    pub week: Week,
    /// Empty if the manifest names none.
    #[serde(default)]
    pub pipeline: String,
    /// The run's id; empty if the manifest has none.
    #[serde(default)]
    pub run_id: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputEntry {
    /// The kind of the source.
    pub source: String,
    /// The name of the file, without secrets.
    pub name: String,
    /// BLAKE3 of the bytes that were read, compressed or not, as `b3sum` prints it.
    pub blake3: Option<String>,
    /// The number of its records.
    pub records: u64,
}

/// Counts of what `[suppress]` of the pipeline left out of a week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Papers in the sources.
    pub papers: u64,
    /// Names among the authors of papers and of the software in repositories.
    pub names: u64,
}

impl LeftOut {
    /// True if nothing was left out.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A table that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// The name of the table.
    pub table: String,
    /// The name of its file.
    pub file: String,
    /// The number of rows.
    pub rows: u64,
    /// Nulls by column, of those that have any; the schema defines the meaning of a null.
    pub unknown: BTreeMap<String, u64>,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, as hexadecimal digits.
    pub sha256: String,
}

/// Knowledge of the repositories that links name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// All of them.
    pub repositories: u64,
    /// Those that the host itself answered for.
    pub observed_by_host: u64,
    /// Those that only third parties describe: a list, or a file of observations.
    pub observed_by_list: u64,
    /// Those whose state is unknown.
    pub unknown: u64,
    /// Unknown repositories by reason.
    pub unknown_by_reason: BTreeMap<String, u64>,
    /// Knowledge of repositories by group of columns: `scalars`, `tree`, `activity`, `files`, `stars`.
    pub columns: BTreeMap<String, Known>,
    /// Knowledge of citation counts, if a service provides them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountCoverage>,
    /// The observers whose figures the tables have: hosts and third parties.
    #[serde(default)]
    pub observed_by: BTreeSet<String>,
}

/// The state of knowledge of one group of columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Repositories for which they are known.
    pub known: u64,
    /// Repositories for which they are unknown.
    pub unknown: u64,
    /// Repositories that are gone, blocked or empty: they have none.
    pub absent: u64,
}

impl Coverage {
    /// True if repositories are named and nothing is known of any: nobody was asked, or nobody answered.
    pub fn is_unknown(&self) -> bool {
        self.repositories > 0 && self.unknown == self.repositories
    }

    /// Adds an observer whose figures are in the tables.
    pub fn observed(&mut self, by: Option<&str>) {
        if let Some(by) = by.filter(|by| !self.observed_by.contains(*by)) {
            self.observed_by.insert(by.to_owned());
        }
    }
}

/// The rows of `citations` by the state of their citation count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountCoverage {
    /// All rows.
    pub citations: u64,
    /// Those with a count.
    pub counted: u64,
    /// The service does not know the paper.
    pub unknown_to_source: u64,
    /// Those without a request to a service.
    pub not_asked: u64,
}

impl CountCoverage {
    /// Adds the numbers of another.
    pub fn add(&mut self, other: &Self) {
        self.citations += other.citations;
        self.counted += other.counted;
        self.unknown_to_source += other.unknown_to_source;
        self.not_asked += other.not_asked;
    }
}

/// Reads a manifest's text. Tries again once, because the folder may be replaced while its name is looked up.
fn text(folder: &Path) -> io::Result<Vec<u8>> {
    let path = folder.join(MANIFEST);
    match files::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => files::read(&path),
        read => read,
    }
}

impl Header {
    /// True if a newer program wrote the week.
    pub fn is_newer(&self) -> bool {
        self.schema_version > SCHEMA_VERSION
    }

    /// Reads the header of a folder's manifest, of any version.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let context = || format!("cannot read {}, and so not whose week it is: put it back, or move the folder away", path.display());
        serde_json::from_slice(&text(folder).with_context(context)?).with_context(context)
    }
}

/// Returns the folder of all weeks, as a command takes it, from the path of a manifest in one of them.
fn folder_of_weeks(manifest: &Path) -> String {
    let folder = manifest.parent().and_then(Path::parent).unwrap_or(manifest);
    if folder.as_os_str().is_empty() { ".".to_owned() } else { folder.display().to_string() }
}

/// True if all numbers in a manifest are possible counts.
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
    pub fn of(written: &Written) -> Self {
        let Written { table, rows, unknown, bytes, sha256 } = written;
        Self { table: (*table).to_owned(), file: format!("{table}.parquet"), rows: *rows, unknown: unknown.clone(), bytes: *bytes, sha256: sha256.clone() }
    }
}

impl Manifest {
    /// Returns the number of rows of a table; `None` if the week does not have it.
    pub fn rows(&self, table: &Table) -> Option<u64> {
        self.tables.iter().find(|entry| entry.table == table.name).map(|entry| entry.rows)
    }

    /// Writes the manifest into a folder, and syncs it.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let context = || format!("cannot write {}: is the disk full?", path.display());
        let mut file = File::create(&path).with_context(context)?;
        let mut text = serde_json::to_string_pretty(self).context("the manifest as JSON")?;
        text.push('\n');
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(context)
    }

    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// When there is none, or its tables have another schema version than this program's.
    pub fn read(folder: &Path) -> Result<Self> {
        Self::of(text(folder), folder)
    }

    /// Reads the manifest from a text that was read from a folder.
    pub(super) fn of(text: io::Result<Vec<u8>>, folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let text = text.with_context(|| format!("cannot read {}: the folder is not a finished week: move it away and run that week again", path.display()))?;
        Self::parse(&text, &path)
    }

    /// True if no papers are missing and no answers owed.
    pub fn is_complete(&self) -> bool {
        self.papers_complete && self.answers_owed.is_empty()
    }

    /// Reads the text of a manifest; `path` is its file.
    ///
    /// # Errors
    /// When it is not a manifest, names other files than those of its tables, or has another schema version than this program's. The rest
    /// of a manifest of another version is not checked.
    pub fn parse(text: &[u8], path: &Path) -> Result<Self> {
        let not_a_manifest = || format!("{} is not a manifest: put it back, or move the folder away and run that week again", path.display());
        let Header { schema_version, week, .. } = serde_json::from_slice(text).with_context(not_a_manifest)?;
        let next_step = match schema_version.cmp(&SCHEMA_VERSION) {
            Ordering::Equal => return Self::checked(text).with_context(not_a_manifest),
            Ordering::Greater => "use the newer starcite".to_owned(),
            Ordering::Less if schema_version >= OLDEST => format!("bring its weeks up to this version: starcite upgrade --out {}", folder_of_weeks(path)),
            Ordering::Less => format!("run that week again: starcite run PIPELINE --week {week}"),
        };
        bail!("{} has schema version {schema_version}, this program knows {SCHEMA_VERSION}: {next_step}", path.display());
    }

    /// Reads the manifest of a week of an older version, as if its tables were of this one, and that version; `None` if they are of this one.
    ///
    /// # Errors
    /// When there is none, or it has a version that can't be upgraded.
    pub fn read_former(folder: &Path) -> Result<Option<(u32, Self)>> {
        let path = folder.join(MANIFEST);
        let text = files::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        match serde_json::from_slice(&text) {
            Ok(Header { schema_version: version @ OLDEST..SCHEMA_VERSION, .. }) => {
                let manifest = Self::checked(&text).with_context(|| format!("{} is not a manifest: put it back, or move the folder away", path.display()))?;
                Ok(Some((version, Self { schema_version: SCHEMA_VERSION, ..manifest })))
            }
            _ => Self::parse(&text, &path).map(|_| None),
        }
    }

    /// Reads a manifest of this version or of one that can be upgraded.
    ///
    /// # Errors
    /// When it has another form, or names or counts something that no week has.
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

    /// Returns the run's id, computed from inputs and tables in the manifest: the tables' hashes depend on the observations that were used.
    pub fn computed_run_id(&self) -> String {
        let hashes: Vec<&str> = self.tables.iter().map(|t| t.sha256.as_str()).chain(self.inputs.iter().filter_map(|i| i.blake3.as_deref())).collect();
        let run_id = sha256::of(format!("{}\0{}\0{}", self.pipeline_hash, self.week, hashes.join("\0")).as_bytes());
        run_id[..32].to_owned()
    }
}
