//! The finished weeks of a folder, and their tables. [`usable`] is the only rule for the weeks that readers use.

pub(crate) mod categories;
pub(crate) mod dataset;
pub(crate) mod export;
pub(crate) mod overview;
pub(crate) mod prune;
pub(crate) mod publish;
pub(crate) mod rebuild;
pub(crate) mod report_files;
pub(crate) mod verify;

use crate::progress::Progress;
use anyhow::{Context, Result, anyhow, bail, ensure};
use polars::prelude::DataFrame;
use serde::Serialize;
use starcite_core::Week;
use starcite_ground::clock;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_ground::sqlite;
use starcite_rows::{Column, PAPERS, TABLES, Table};
use starcite_tables::manifest::{Header, MANIFEST, Manifest, TableEntry};
use starcite_tables::{OpenWeek, Portion, TableFile, check_columns, check_file, is_being_replaced, week_folder};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A finished week.
pub(crate) struct FinishedWeek {
    pub(crate) week: Week,
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
    open: OpenWeek,
}

/// Finished weeks that a reader uses, newest first.
pub(crate) struct Weeks {
    pub(crate) list: Vec<FinishedWeek>,
    /// Notes on skipped weeks and on answers that are owed, a sentence each.
    pub(crate) notes: Vec<String>,
}

/// Treatment of weeks with incomplete papers by a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Incomplete {
    Skip,
    Use,
}

/// A week that a reader skips.
pub(crate) struct Skipped {
    week: Week,
    /// The reason, as a sentence.
    why: String,
}

impl Skipped {
    fn of(manifest: &Manifest) -> Self {
        let Manifest { week, papers_missing, .. } = manifest;
        Self { week: *week, why: format!("{week} is incomplete ({})", papers_missing.join("; ")) }
    }

    /// Returns the sentence for a reader whose newest week is another one.
    pub(crate) fn note(&self, newest: Option<Week>) -> String {
        let instead = newest.filter(|newest| *newest < self.week).map_or_else(|| "it is left out".to_owned(), |newest| format!("using {newest}"));
        format!("{}; {instead}", self.why)
    }

    fn error(&self) -> anyhow::Error {
        anyhow!("{}: run it again, or take it as it is with --incomplete", self.why)
    }
}

/// Returns the weeks that a reader uses, in their order: all except those with incomplete papers.
pub(crate) fn usable<T>(weeks: Vec<T>, manifest: impl Fn(&T) -> &Manifest, incomplete: Incomplete) -> (Vec<T>, Vec<Skipped>) {
    let is_used = |week: &T| incomplete == Incomplete::Use || manifest(week).papers_complete;
    let (used, skipped): (Vec<T>, Vec<T>) = weeks.into_iter().partition(is_used);
    let skipped = skipped.iter().map(|week| Skipped::of(manifest(week))).collect();
    (used, skipped)
}

/// Returns the finished weeks of a folder for a reader of all weeks.
///
/// # Errors
/// When there is none, or a folder's name and its manifest name different weeks, or a manifest is of another version.
pub(crate) fn find(out: &Path, incomplete: Incomplete) -> Result<Weeks> {
    let found = Found::in_folder(out, incomplete)?;
    let owing = found.list.iter().filter_map(owing).collect();
    Ok(found.weeks(owing))
}

/// Returns the finished weeks up to one, which comes first; without one, up to the newest usable week.
///
/// # Errors
/// As [`find`], and when that week is not one of them.
pub(crate) fn until(out: &Path, last: Option<Week>, incomplete: Incomplete) -> Result<Weeks> {
    let mut found = Found::in_folder(out, incomplete)?;
    if let Some(last) = last {
        if let Some(skipped) = found.skipped.iter().find(|skipped| skipped.week == last) {
            return Err(skipped.error());
        }
        let there: Vec<String> = found.list.iter().map(|week| week.week.to_string()).collect();
        found.list.retain(|week| week.week <= last);
        found.skipped.retain(|week| week.week <= last);
        let is_there = found.list.first().is_some_and(|week| week.week == last);
        ensure!(is_there, "{} holds no finished week {last}, but {}: name one of them, or run it first", out.display(), there.join(", "));
    }
    let owing = found.list.first().and_then(owing).into_iter().collect();
    Ok(found.weeks(owing))
}

/// Returns the finished weeks that the user names, or all usable ones.
///
/// # Errors
/// As [`find`], and when one of those weeks is not finished or not usable.
pub(crate) fn chosen(out: &Path, wanted: &[Week], incomplete: Incomplete) -> Result<Weeks> {
    if wanted.is_empty() {
        return find(out, incomplete);
    }
    let folder = |week: &Week| week_folder(out, *week);
    if let Some(missing) = wanted.iter().find(|week| !folder(week).join(MANIFEST).exists()) {
        bail!("{} holds no finished week {missing}: run it first, or name another folder with --out", out.display());
    }
    let weeks = opened(wanted.iter().map(folder).collect())?;
    let (list, skipped) = usable(weeks, |week| &week.manifest, incomplete);
    if let Some(skipped) = skipped.first() {
        return Err(skipped.error());
    }
    let notes = list.iter().filter_map(owing).collect();
    Ok(Weeks { list, notes })
}

/// The weeks of a folder, newest first, those that are skipped, and those that are not finished.
struct Found {
    list: Vec<FinishedWeek>,
    skipped: Vec<Skipped>,
    unfinished: Vec<PathBuf>,
}

impl Found {
    fn in_folder(out: &Path, incomplete: Incomplete) -> Result<Self> {
        ensure!(out.is_dir(), "there is no folder {}: starcite run makes it, or name another with --out", out.display());
        let (finished, unfinished): (Vec<_>, Vec<_>) = folders(out)?.into_iter().partition(|folder| folder.join(MANIFEST).exists());
        let (list, skipped) = usable(opened(finished)?, |week| &week.manifest, incomplete);
        if let (true, Some(first)) = (list.is_empty(), skipped.first()) {
            return Err(first.error().context(format!("{} holds no complete week", out.display())));
        }
        ensure!(!list.is_empty(), "{} holds no finished week: starcite run makes one", out.display());
        Ok(Self { list, skipped, unfinished })
    }

    /// Returns the usable weeks, with notes on the others and on answers that are owed.
    fn weeks(self, owing: Vec<String>) -> Weeks {
        let newest = self.list.first().map(|week| week.week);
        let unfinished = |folder: &PathBuf| format!("{} is not a finished week and is left out: run it again, or move the folder away", folder.display());
        let mut notes: Vec<String> = self.skipped.iter().map(|skipped| skipped.note(newest)).collect();
        notes.extend(self.unfinished.iter().map(unfinished));
        notes.extend(owing);
        Weeks { list: self.list, notes }
    }
}

/// Compares all table files in a folder of weeks, which patterns over the folder match, with the manifests.
///
/// # Errors
/// When a file does not match its manifest, or is not in one.
pub(crate) fn check_all(out: &Path) -> Result<()> {
    for folder in folders(out)? {
        let shown = folder.display();
        ensure!(
            folder.join(MANIFEST).exists(),
            "{shown} is not a finished week, and views read the files of all weeks: move the folder away, or make tables with --copy"
        );
        let week = FinishedWeek::open(folder.clone())?;
        week.check()?;
        for file in TABLES.iter().filter(|table| !week.has(table)).map(|table| table.file()) {
            ensure!(!week.open.names.contains(&file), "the manifest of {} does not name {}: move that away", week.week, folder.join(file).display());
        }
    }
    Ok(())
}

/// Number of weeks whose tables stay open, because a system limits open files. These newest weeks, often re-run, are read as they were when found.
const MOST_OPEN: usize = 12;

/// Opens weeks, newest first.
fn opened(mut folders: Vec<PathBuf>) -> Result<Vec<FinishedWeek>> {
    folders.sort_by(|a, b| b.file_name().cmp(&a.file_name()));
    let mut weeks = Vec::new();
    for folder in folders {
        let mut week = FinishedWeek::open(folder)?;
        if weeks.len() >= MOST_OPEN {
            week.open.close_tables();
        }
        weeks.push(week);
    }
    weeks.sort_by_key(|week| std::cmp::Reverse(week.week));
    weeks.dedup_by_key(|week| week.week);
    Ok(weeks)
}

/// Returns a note on the number of answers that a week still owes.
fn owing(week: &FinishedWeek) -> Option<String> {
    let owed = &week.manifest.answers_owed;
    let groups: Vec<String> = owed.iter().map(|(group, answers)| format!("{answers} {group}")).collect();
    let answers: u64 = owed.values().sum();
    let lacks = if clock::now() < week.week.observations_close() { "still owes" } else { "is closed, and lacks" };
    (answers > 0).then(|| format!("{} {lacks} {answers} {} ({})", week.week, if answers == 1 { "answer" } else { "answers" }, groups.join(", ")))
}

/// The status of a week's folder.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    /// The week of its manifest, or of its folder's name.
    pub(crate) week: Option<Week>,
    /// `None`, as the next, if the manifest can't be read.
    pub(crate) papers_complete: Option<bool>,
    pub(crate) answers_owed: Option<u64>,
    /// The week and what it lacks, as a sentence.
    pub(crate) status: String,
}

/// Returns all weeks of a folder, oldest first, with the data that each lacks; an empty list for a folder without weeks.
pub(crate) fn statuses(out: &Path) -> Vec<Status> {
    let status = |folder: &PathBuf| {
        let week = match FinishedWeek::open(folder.clone()) {
            Err(error) => {
                let named = folder.file_name().and_then(|name| name.to_str()?.strip_prefix("week=")?.parse().ok());
                return Status { week: named, papers_complete: None, answers_owed: None, status: format!("{error:#}") };
            }
            Ok(week) => week,
        };
        let Manifest { papers_complete, papers_missing, answers_owed, .. } = &week.manifest;
        let incomplete = || format!("{} is incomplete ({})", week.week, papers_missing.join("; "));
        let status = if *papers_complete { owing(&week).unwrap_or_else(|| week.week.to_string()) } else { incomplete() };
        Status { week: Some(week.week), papers_complete: Some(*papers_complete), answers_owed: Some(answers_owed.values().sum()), status }
    };
    folders(out).unwrap_or_default().iter().map(status).collect()
}

/// Returns the manifests' headers of all weeks in a folder, of any version, oldest first; an empty list for a folder without weeks.
///
/// # Errors
/// When a manifest can't be read, because then the week's owner is unknown.
pub(crate) fn headers(out: &Path) -> Result<Vec<Header>> {
    let folders = folders(out).unwrap_or_default().into_iter().filter(|folder| folder.join(MANIFEST).exists());
    let mut headers = folders.map(|folder| Header::read(&folder)).collect::<Result<Vec<_>>>()?;
    headers.sort_by_key(|header| header.week);
    Ok(headers)
}

/// Returns the folders of weeks in a folder, or the folder itself if it is one; sorted.
pub(crate) fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.join(MANIFEST).exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let list = || subfolders(folder).with_context(|| format!("cannot list {}", folder.display()));
    let mut entries = list()?;
    for _ in 0..LOOKS {
        if !entries.iter().any(|path| is_being_replaced(path)) {
            break;
        }
        std::thread::sleep(BETWEEN_LOOKS);
        entries = list()?;
    }
    let (mut weeks, others): (Vec<PathBuf>, Vec<PathBuf>) = entries.into_iter().partition(|entry| is_week(entry));
    weeks.sort();
    if weeks.is_empty() {
        let deeper = others.iter().find(|other| holds_weeks(other));
        let deeper = deeper.map_or_else(
            || "starcite run makes one; name a folder with week=… folders, or one of them".to_owned(),
            |other| format!("{} holds some, so name that one", other.display()),
        );
        bail!("{} holds no week: {deeper}", folder.display());
    }
    Ok(weeks)
}

/// Returns a subfolder that holds weeks.
pub(crate) fn deeper(folder: &Path) -> Option<PathBuf> {
    subfolders(folder).ok()?.into_iter().find(|other| holds_weeks(other))
}

fn holds_weeks(folder: &Path) -> bool {
    subfolders(folder).is_ok_and(|entries| entries.iter().any(|entry| is_week(entry)))
}

fn is_week(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("week="))
}

/// Fails for an output in the folder of a finished week, or one that would replace a database, as a state is.
pub(crate) fn check_output(path: &Path) -> Result<()> {
    ensure!(!sqlite::is_database(path), "{} is a database of SQLite, as a state is: name another file", path.display());
    check_outside(path)
}

/// Fails for a path in the folder of a finished week, because only files of the week belong there.
pub(crate) fn check_outside(path: &Path) -> Result<()> {
    let is_week = |folder: &&Path| folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("week=")) && folder.join(MANIFEST).exists();
    let whole = std::path::absolute(path).with_context(|| format!("cannot find {}", path.display()))?;
    let real = whole.ancestors().find_map(|folder| folder.canonicalize().ok()); // links may lead into a week, too
    let is_in_week = |path: &Path| path.ancestors().find(is_week).is_some();
    ensure!(!is_in_week(&whole) && !real.is_some_and(|real| is_in_week(&real)), "{} is in the folder of a finished week: name another place", path.display());
    Ok(())
}

/// Number of reads of a folder while a week in it has no name: briefly, if a system can't swap two folders in one step; longer, if a run was killed then.
const LOOKS: usize = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

fn subfolders(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    Ok(std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect())
}

/// Returns the portions of a table in all given weeks, in the order of the weeks and of their rows. Compares each file with its manifest first.
pub(crate) fn portions<'a>(
    weeks: impl IntoIterator<Item = &'a FinishedWeek, IntoIter: Send>,
    table: &'static Table,
    progress: &Progress,
) -> impl Iterator<Item = Result<Portion>> + Send {
    let progress = progress.clone();
    weeks.into_iter().flat_map(move |week| {
        progress.reading(&week.folder.display().to_string());
        match week.portions(table) {
            Ok(portions) => portions.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    })
}

/// Passes the result of `read` for each portion of some columns of a table to `take`, in their order.
pub(crate) fn each<T: Send>(portions: Vec<Portion>, columns: &[&Column], read: impl Fn(&DataFrame) -> Result<T> + Sync, mut take: impl FnMut(T)) -> Result<()> {
    let read = |_, portion: Portion| read(&portion.read(columns.iter().map(|column| column.name))?);
    parallel_ordered(portions.into_iter(), read, |read: Result<T>| {
        take(read?);
        Ok(())
    })
}

/// Returns what `select` keeps of rows.
pub(crate) fn kept<R, T>(rows: impl Iterator<Item = Result<R>>, select: impl Fn(R) -> Option<T>) -> Result<Vec<T>> {
    rows.filter_map(|row| row.map(&select).transpose()).collect()
}

impl FinishedWeek {
    fn open(folder: PathBuf) -> Result<Self> {
        let open = OpenWeek::open(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let manifest = open.manifest()?;
        let week = manifest.week;
        let is_its_own = folder.file_name().is_some_and(|name| *name == *format!("week={week}"));
        ensure!(is_its_own, "{} holds {week}: rename the folder, or move it away", folder.display());
        Ok(Self { week, folder, manifest, open })
    }

    fn entry(&self, table: &Table) -> Option<&TableEntry> {
        self.manifest.tables.iter().find(|entry| entry.table == table.name)
    }

    /// True if the week has a table.
    pub(crate) fn has(&self, table: &Table) -> bool {
        self.entry(table).is_some()
    }

    /// Returns a note for the user if the week has no table `papers`.
    pub(crate) fn without_papers(&self) -> Option<String> {
        (!self.has(&PAPERS)).then(|| format!("{} has no table papers, since its pipeline wants none: what it brought is missing", self.week))
    }

    /// Returns a table in the order of its rows, after comparing the file with its manifest and the schema.
    ///
    /// # Errors
    /// When the week has no such table, or the file does not match them.
    pub(crate) fn portions(&self, table: &Table) -> Result<Vec<Portion>> {
        Ok(self.table(table)?.portions())
    }

    /// Returns the same in fewer and longer portions, for readers of a few columns.
    pub(crate) fn long_portions(&self, table: &Table) -> Result<Vec<Portion>> {
        Ok(self.table(table)?.long_portions())
    }

    /// Returns the rows that `select` keeps of some columns of a table, in their order; none if the week lacks the table.
    pub(crate) fn select<T: Send>(&self, table: &Table, columns: &[&Column], select: impl Fn(&DataFrame) -> Result<Vec<T>> + Sync) -> Result<Vec<T>> {
        let mut selected = Vec::new();
        if self.has(table) {
            each(self.long_portions(table)?, columns, select, |found| selected.extend(found))?;
        }
        Ok(selected)
    }

    fn table(&self, table: &Table) -> Result<TableFile> {
        let (name, week) = (table.name, self.week);
        let entry = self.entry(table).with_context(|| format!("{week} has no table {name}: leave it among the pipeline's tables and run the week again"))?;
        let path = self.folder.join(&entry.file);
        let opened = self.checked(entry).and_then(|file| TableFile::of(file, &path)).and_then(|file| check_columns(table, &file).map(|()| file));
        opened.or_else(|error| self.blame(entry, error))
    }

    /// Compares each file with the manifest.
    ///
    /// # Errors
    /// Names the first file that does not match.
    pub(crate) fn check(&self) -> Result<()> {
        let check = |entry: &TableEntry| self.checked(entry).map(drop).or_else(|error| self.blame(entry, error));
        self.manifest.tables.iter().try_for_each(check)
    }

    /// Returns a file of the week, after comparing it with the manifest.
    fn checked(&self, entry: &TableEntry) -> Result<Arc<File>> {
        let file = self.open.file(&entry.file)?;
        check_file(&file, entry)?;
        Ok(file)
    }

    /// Adds to an error that the file is damaged, unless another run has replaced the week.
    fn blame<T>(&self, entry: &TableEntry, error: anyhow::Error) -> Result<T> {
        self.check_unchanged()?;
        Err(error.context(format!("{} is damaged: run {} again to rewrite it", self.folder.join(&entry.file).display(), self.week)))
    }

    /// Fails if the week was rewritten since it was found: data read by the files' names may come from both runs.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        ensure!(
            Manifest::read(&self.folder).map_or(true, |there| there == self.manifest),
            "{} was rewritten meanwhile: run the same command again",
            self.folder.display()
        );
        Ok(())
    }
}
