//! `starcite verify`: do finished weeks hold what their manifests, the schema and the text say?

use crate::Outcome;
use crate::cli::VerifyArgs;
use crate::manifest::{MANIFEST, Manifest, TableEntry, hash_file};
use crate::tables::schema::{self, Table, Type};
use anyhow::{Context, Result, bail};
use polars::prelude::{DataFrame, DataType, Field, ParquetReader, PolarsResult, SerReader, TimeUnit, TimeZone};
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) fn verify(args: &VerifyArgs) -> Result<Outcome> {
    let weeks = weeks(&args.folder)?;
    let mut problems = Vec::new();
    for week in &weeks {
        verify_week(week, &mut problems).with_context(|| format!("cannot verify {}", week.display()))?;
    }
    if !problems.is_empty() {
        bail!("{} problems:\n  {}\nrun the week again to write it anew", problems.len(), problems.join("\n  "));
    }
    let names: Vec<String> = weeks.iter().filter_map(|w| Some(w.file_name()?.to_string_lossy().into_owned())).collect();
    writeln!(std::io::stdout(), "{}: every file is what its manifest and the schema say, every span is its text", names.join(", "))?;
    Ok(Outcome::Complete)
}

/// The folders of weeks in a folder, or the folder itself if it is one; sorted.
pub(crate) fn weeks(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.join(MANIFEST).exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut weeks: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("week="))).collect();
    weeks.sort();
    if weeks.is_empty() {
        bail!("{} holds no week: name a folder with week=… folders, or one of them", folder.display());
    }
    Ok(weeks)
}

fn verify_week(week: &Path, problems: &mut Vec<String>) -> Result<()> {
    let manifest = Manifest::read(week)?;
    let mut frames = HashMap::new();
    for entry in &manifest.tables {
        let path = week.join(&entry.file);
        let found = verify_file(&path, entry).with_context(|| path.display().to_string());
        match found.and_then(|()| read(&path)) {
            Err(error) => problems.push(format!("{error:#}")),
            Ok(frame) => {
                problems.extend(verify_table(entry, &frame).err().map(|error| format!("{}: {error:#}", path.display())));
                frames.insert(entry.table.clone(), frame);
            }
        }
    }
    if let (Some(papers), Some(links)) = (frames.get("papers"), frames.get("links")) {
        verify_spans(week, papers, links, problems)?;
    }
    Ok(())
}

/// The file is what its manifest says.
pub(crate) fn verify_file(path: &Path, entry: &TableEntry) -> Result<()> {
    let (bytes, sha256) = hash_file(path)?;
    if bytes != entry.bytes {
        bail!("{bytes} bytes, the manifest says {}", entry.bytes);
    }
    if sha256 != entry.sha256 {
        bail!("its SHA-256 is not the manifest's");
    }
    Ok(())
}

fn read(path: &Path) -> Result<DataFrame> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    ParquetReader::new(file).finish().with_context(|| format!("{} is no Parquet", path.display()))
}

/// Columns and types are the schema's, rows as many as the manifest says, keys unique.
fn verify_table(entry: &TableEntry, frame: &DataFrame) -> Result<()> {
    let table = schema::table(&entry.table).with_context(|| format!("the manifest names an unknown table {:?}", entry.table))?;
    verify_columns(table, None, frame)?;
    if frame.height() as u64 != entry.rows {
        bail!("{} rows, the manifest says {}", frame.height(), entry.rows);
    }
    let key = frame.select(table.key.iter().copied())?;
    let mut seen = std::collections::HashSet::new();
    for row in 0..key.height() {
        let value: Vec<String> = key.columns().iter().map(|c| c.get(row).map(|v| v.to_string())).collect::<PolarsResult<_>>()?;
        if !seen.insert(value.clone()) {
            bail!("the key {} is doubled", value.join(" + "));
        }
    }
    Ok(())
}

/// Columns and types are the schema's; `wanted` are those that were read, where not all were.
pub(crate) fn verify_columns(table: &Table, wanted: Option<&[String]>, frame: &DataFrame) -> Result<()> {
    let found: Vec<(String, DataType)> = frame.columns().iter().map(|c| (c.name().to_string(), c.dtype().clone())).collect();
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted.iter().any(|w| w == name));
    let wanted: Vec<(String, DataType)> = table.columns.iter().filter(|c| is_wanted(c.name)).map(|c| (c.name.to_owned(), data_type(c.kind))).collect();
    for (found, wanted) in found.iter().zip(&wanted) {
        if found != wanted {
            bail!("column {} is {}, the schema says {} of {}", found.0, found.1, wanted.0, wanted.1);
        }
    }
    if found.len() != wanted.len() {
        bail!("{} columns, the schema has {}", found.len(), wanted.len());
    }
    Ok(())
}

/// `field[start..end]` of the papers of this week is what the link says.
fn verify_spans(week: &Path, papers: &DataFrame, links: &DataFrame, problems: &mut Vec<String>) -> Result<()> {
    let ids = papers.column("paper_id")?.str()?;
    let row_of: HashMap<&str, usize> = ids.iter().enumerate().filter_map(|(row, id)| Some((id?, row))).collect();
    let (paper, field, raw) = (links.column("paper_id")?.str()?, links.column("field")?.str()?, links.column("raw")?.str()?);
    let (start, end, gone) = (links.column("start")?.i64()?, links.column("end")?.i64()?, links.column("last_week")?.str()?);
    for row in 0..links.height() {
        let (Some(paper), Some(field), Some(start), Some(end), None) = (paper.get(row), field.get(row), start.get(row), end.get(row), gone.get(row)) else {
            continue;
        };
        let Some(at) = row_of.get(paper) else { continue }; // a paper of an earlier week
        let text = papers.column(field)?.str()?.get(*at).unwrap_or_default();
        let found = text.get(usize::try_from(start)?..usize::try_from(end)?);
        if found != raw.get(row) {
            problems.push(format!("{}: the link in {field} of {paper} at {start}..{end} is not {:?}", week.display(), raw.get(row).unwrap_or_default()));
        }
    }
    Ok(())
}

/// The type that readers see.
fn data_type(kind: Type) -> DataType {
    let list = |of: DataType| DataType::List(Box::new(of));
    let structs = |fields: &[(&str, Type)]| DataType::Struct(fields.iter().map(|(name, kind)| Field::new((*name).into(), data_type(*kind))).collect());
    match kind {
        Type::Text => DataType::String,
        Type::Int => DataType::Int64,
        Type::Float => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Date => DataType::Date,
        Type::Time => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
        Type::TextList => list(DataType::String),
        Type::IntList => list(DataType::Int64),
        Type::Places => list(structs(schema::PLACE)),
        Type::Candidates => list(structs(schema::CANDIDATE)),
    }
}
