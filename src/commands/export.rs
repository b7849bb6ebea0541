//! `starcite export`: writes finished weeks in other formats.

use super::compact::write_overview;
use super::lock_around;
use super::messages::plural;
use super::output::{TextOutput, is_regular};
use crate::cli::outcome::Outcome;
use crate::cli::{BibtexArgs, DuckdbArgs, ExportArgs, ExportFormat, PwcArgs, RowsArgs, WeeksFolder};
use crate::progress::Progress;
use crate::run::look;
use crate::weeks::export::duckdb::{self, Contents};
use crate::weeks::export::excel;
use crate::weeks::export::rows::{self, Form, Written};
use crate::weeks::export::{bibtex, pwc};
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result, bail, ensure};
use starcite_core::Week;
use starcite_ground::files::atomic;
use starcite_ground::files::lock::Lock;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_ground::interrupt;
use starcite_ground::terminal;
use starcite_rows::{self as schema, Table};
use starcite_tables::TableFile;
use std::fs;
use std::path::{Path, PathBuf};
use tracing::{info, warn};

pub(crate) fn export(args: &ExportArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    match &args.format {
        ExportFormat::Pwc(args) => papers_with_code(args, progress),
        ExportFormat::Csv(args) => tables(args.form(), &args.rows, progress),
        ExportFormat::Jsonl(args) => tables(Form::Jsonl, args, progress),
        ExportFormat::Bibtex(args) => bibliography(args, progress),
        ExportFormat::Duckdb(args) => database(args),
    }?;
    Ok(Outcome::Complete)
}

/// Returns the finished weeks up to one, after notes on the weeks that are left out.
fn until(from: &WeeksFolder, last: Option<Week>) -> Result<Vec<FinishedWeek>> {
    let found = weeks::until(&from.out, last, from.incomplete())?;
    found.notes.iter().for_each(|note| warn!("{note}"));
    Ok(found.list)
}

fn papers_with_code(args: &PwcArgs, progress: &Progress) -> Result<()> {
    let weeks = until(&args.weeks, args.week)?;
    let (folder, _locked) = folder(args.output.as_deref(), &args.weeks.out, "pwc")?;
    let [papers, links] = [pwc::PAPERS_FILE, pwc::LINKS_FILE].map(|name| folder.join(name));
    let (mut papers_to, mut links_to) = (TextOutput::open(Some(&papers))?, TextOutput::open(Some(&links))?);
    let written = pwc::write(&weeks, args.unknown, &mut papers_to, &mut links_to, progress)?;
    papers_to.finish()?;
    links_to.finish()?;
    progress.done();
    tell_missing_papers(&weeks);
    let [papers_name, links_name] = [&papers, &links].map(|path| path.display());
    terminal::print_line(&format!("{papers_name}: {} {}", written.papers, plural(written.papers, "paper", "papers")))?;
    Ok(terminal::print_line(&format!("{links_name}: {} {}", written.links, plural(written.links, "link", "links")))?)
}

/// Writes one table to its destination, or each table to a file.
fn tables(form: Form, args: &RowsArgs, progress: &Progress) -> Result<()> {
    let mut weeks = until(&args.weeks, args.week)?;
    if args.all_weeks {
        weeks.reverse();
    } else {
        weeks.truncate(1);
    }
    if let Some(table) = &args.table {
        let table = schema::table(table).context("bug: a table that the schema lacks")?;
        let written = whole_table(form, args, table, &weeks.iter().collect::<Vec<_>>(), args.output.as_deref(), progress)?;
        warn_of_bounds(form, &[(table, written)]);
        return Ok(());
    }
    let (folder, _locked) = folder(args.output.as_deref(), &args.weeks.out, form.folder())?;
    let mut written = Vec::new();
    for table in schema::TABLES {
        let path = folder.join(format!("{}.{}", table.name, form.extension()));
        let having: Vec<&FinishedWeek> = weeks.iter().filter(|week| week.has(table)).collect();
        if !having.is_empty() {
            let rows = whole_table(form, args, table, &having, Some(&path), progress)?;
            terminal::print_line(&format!("{}: {} {}", path.display(), rows.rows, plural(rows.rows, "row", "rows")))?;
            written.push((*table, rows));
        } else if path.exists() {
            warn!("{} is of an earlier export: there is no table {} now", path.display(), table.name);
        }
    }
    warn_of_bounds(form, &written);
    Ok(())
}

/// Writes the rows of a table in weeks, in the order of the weeks and of their rows; of all weeks, the overview that `compact` makes of them.
fn whole_table(form: Form, args: &RowsArgs, table: &'static Table, weeks: &[&FinishedWeek], path: Option<&Path>, progress: &Progress) -> Result<Written> {
    let mut to = TextOutput::open(path)?;
    let written = if args.all_weeks && table.name == schema::OVERVIEW.name {
        let folder = tempfile::tempdir().context("cannot make a temporary folder: is there room for it?")?;
        let compacted = folder.path().join(table.file());
        let newest_first: Vec<&FinishedWeek> = weeks.iter().rev().copied().filter(|week| week.has(table)).collect();
        write_overview(&args.weeks.out.join(starcite_state::FILE), &newest_first, &compacted, progress)?;
        rows::write(form, table, TableFile::open(&compacted)?.portions().into_iter().map(Ok), &mut to)?
    } else {
        rows::write(form, table, weeks::portions(weeks.iter().copied(), table, progress), &mut to)?
    };
    to.finish()?;
    Ok(written)
}

/// Prints a line for each bound of a spreadsheet that tables exceed.
fn warn_of_bounds(form: Form, tables: &[(&Table, Written)]) {
    let shortened: u64 = tables.iter().map(|(_, written)| written.shortened).sum();
    if shortened > 0 {
        let (texts, end) = (plural(shortened, "text is", "texts are"), plural(shortened, "it ends", "they end"));
        warn!("{shortened} {texts} longer than a cell, which has {} characters: {end} with […]; without --excel texts are whole", excel::CHARACTERS);
    }
    let too_long = tables.iter().filter(|(_, written)| matches!(form, Form::Excel(_)) && written.rows > excel::ROWS);
    too_long.for_each(|(table, written)| {
        warn!("{} has {} rows, of which a spreadsheet shows the first {}: export one week, or use Parquet", table.name, written.rows, excel::ROWS);
    });
}

fn bibliography(args: &BibtexArgs, progress: &Progress) -> Result<()> {
    let weeks = until(&args.weeks, args.week)?;
    let mut output = TextOutput::open(args.output.as_deref())?;
    let written = if args.all { bibtex::write_all(&weeks, &mut output, progress)? } else { bibtex::write_these(&weeks, &args.papers, &mut output, progress)? };
    output.finish()?;
    progress.done();
    let unknown = [("authors", written.without_author), ("title", written.without_title), ("date", written.without_date)];
    let unknown: Vec<String> = unknown.iter().filter(|(_, papers)| *papers > 0).map(|(what, papers)| format!("{what} of {papers}")).collect();
    if !unknown.is_empty() {
        info!("left out as unknown, of {} {}: {}", written.papers, plural(written.papers, "paper", "papers"), unknown.join(", "));
    }
    if let Some(path) = &args.output {
        let (papers, repositories) = (written.papers, written.repositories);
        let of_papers = format!("{papers} {}", plural(papers, "paper", "papers"));
        terminal::print_line(&format!("{}: {of_papers}, {repositories} {}", path.display(), plural(repositories, "repository", "repositories")))?;
    }
    Ok(())
}

/// Writes a DuckDB database. DuckDB reads the weeks by their paths, so if a run has replaced one meanwhile, the database is made once more.
fn database(args: &DuckdbArgs) -> Result<()> {
    let out = &args.weeks.out;
    let (script, mut weeks) = database_script(args)?;
    if args.sql {
        return Ok(terminal::print_data(script.as_bytes())?);
    }
    let path = args.output.clone().unwrap_or_else(|| out.join("starcite.duckdb"));
    ensure!(is_regular(&path), "a database can't be printed, and {} is no file: name one with --output", path.display());
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    weeks::check_outside(parent)?;
    let _locked = lock_around(out, parent)?;
    let context = || format!("cannot write {}: check the folder", path.display());
    let made_in = TemporaryFolder::new_in(parent).with_context(context)?;
    let made = made_in.path().canonicalize().with_context(context)?.join("made.duckdb");
    let before = if args.copy { String::new() } else { duckdb::searching(&absolute(out)?)? };
    let ended = duckdb::run(&(before.clone() + &script), &made);
    if weeks.iter().any(|week| week.check_unchanged().is_err()) {
        fs::remove_file(&made).ok();
        let again = database_script(args)?;
        duckdb::run(&(before + &again.0), &made)?;
        weeks = again.1;
        weeks.iter().try_for_each(FinishedWeek::check_unchanged)?;
    } else {
        ended?;
    }
    atomic::rename(&made, &path).with_context(context)?;
    let (count, kind) = (weeks.len() as u64, if args.copy { "tables" } else { "views" });
    terminal::print_line(&format!("{}: {kind} of {count} {}", path.display(), plural(count, "week", "weeks")))?;
    if let Some(command) = look::database(out, &path).filter(|_| !args.copy) {
        terminal::print_line("Views read the weeks by relative paths, so open it in their folder:")?;
        terminal::print_line(&format!("  {command}"))?;
    }
    Ok(())
}

fn absolute(out: &Path) -> Result<PathBuf> {
    fs::canonicalize(out).with_context(|| format!("cannot find {}", out.display()))
}

/// Returns the script that makes the database, and the weeks that are in it.
fn database_script(args: &DuckdbArgs) -> Result<(String, Vec<FinishedWeek>)> {
    let out = &args.weeks.out;
    let found = weeks::find(out, args.weeks.incomplete())?;
    found.notes.iter().for_each(|note| warn!("{note}"));
    let contents = if args.copy { Contents::Tables } else { Contents::Views };
    match contents {
        Contents::Views => weeks::check_all(out)?,
        Contents::Tables => found.list.iter().try_for_each(FinishedWeek::check)?,
    }
    Ok((duckdb::script(&absolute(out)?, &found.list, contents, args.weeks.incomplete())?, found.list))
}

/// Returns the folder for the files, created if it is missing, and the lock of the folder of weeks if it is inside that.
fn folder(output: Option<&Path>, out: &Path, name: &str) -> Result<(PathBuf, Option<Lock>)> {
    let folder = output.map_or_else(|| out.join(name), Path::to_owned);
    weeks::check_outside(&folder)?;
    if folder.exists() && !folder.is_dir() {
        bail!("{} is no folder: name one with --output", folder.display());
    }
    let locked = lock_around(out, &folder)?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}: name another folder with --output", folder.display()))?;
    Ok((folder, locked))
}

fn tell_missing_papers(weeks: &[FinishedWeek]) {
    weeks.iter().filter_map(FinishedWeek::without_papers).for_each(|note| warn!("{note}"));
}
