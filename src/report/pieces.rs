//! The data of a page as classic scripts, because a page that is opened from disk can't read other files.

use super::columns::{Dictionaries, PAPERS_PER_PIECE, ROWS_PER_PIECE};
use super::detail::detail;
use super::folder::PageFolder;
use super::model::{Listed, Report};
use crate::weeks::report_files::{DETAILS, ROWS, WEEK_SCRIPT};
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_ground::visible;
use std::io::Write;

/// The level of gzip: a higher one takes twice as long and saves a twentieth.
const LEVEL: Compression = Compression::new(3);

/// Writes the data of a page, and returns the names of the scripts that a page loads when it is opened.
pub(super) fn write(report: &Report, folder: &PageFolder<'_>) -> Result<Vec<String>> {
    let dictionaries = Dictionaries::of(report);
    folder.write(WEEK_SCRIPT, format!("starcite.week({});\n", visible::json(&serde_json::to_string(&dictionaries)?)).as_bytes())?;
    let rows = |number: usize, papers: &[Listed]| script(ROWS, number, &dictionaries.columns(report, papers));
    each(report, ROWS_PER_PIECE, rows, |number, script| folder.write(&name(ROWS, number), &script))?;
    let papers = |number: usize, papers: &[Listed]| script(DETAILS, number, &papers.iter().map(|listed| detail(report, listed)).collect::<Result<Vec<_>>>()?);
    each(report, PAPERS_PER_PIECE, papers, |number, script| folder.write(&name(DETAILS, number), &script))?;
    let pieces = report.papers.len().div_ceil(ROWS_PER_PIECE);
    Ok(std::iter::once(WEEK_SCRIPT.to_owned()).chain((0..pieces).map(|number| name(ROWS, number))).collect())
}

/// Makes a script of each piece of the papers on all threads, and passes it to `take` in order.
fn each(
    report: &Report,
    size: usize,
    make: impl Fn(usize, &[Listed]) -> Result<Vec<u8>> + Sync,
    mut take: impl FnMut(usize, Vec<u8>) -> Result<()>,
) -> Result<()> {
    let pieces = report.papers.chunks(size).enumerate();
    let work = |_, (number, papers): (usize, &[Listed])| make(number, papers).map(|script| (number, script));
    parallel_ordered(pieces, work, |made: Result<(usize, Vec<u8>)>| {
        interrupt::check()?;
        let (number, script) = made?;
        take(number, script)
    })
}

fn name(kind: &str, number: usize) -> String {
    format!("{kind}-{number}.js")
}

/// Returns a script that passes values to the function `kind` of the page, as gzip in Base64: a browser decompresses it beside its other work.
fn script(kind: &str, number: usize, values: &impl Serialize) -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), LEVEL);
    gzip.write_all(&serde_json::to_vec(values)?)?;
    let mut script = format!("starcite.{kind}({number}, \"");
    STANDARD.encode_string(gzip.finish()?, &mut script);
    script.push_str("\");\n");
    Ok(script.into_bytes())
}
