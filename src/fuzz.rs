//! Fuzz targets for `just fuzz` and its short form in CI: each reader accepts or rejects any bytes, and never panics.
//!
//! This module is not a public interface: it changes as the readers do.

use crate::cli::plan::{Overrides, Plan};
use chrono::DateTime;
use reqwest::header::HeaderMap;
use starcite_core::answer::Target;
use starcite_core::extract::RepositoryFilter;
use starcite_core::paper_mentions::{archive_ids, papers_in};
use starcite_core::{Date, Paper, Part, RepoName, Week, paper};
use starcite_github::query::Query;
use starcite_github::{Reply, verdict};
use starcite_rows::SCHEMA_VERSION;
use starcite_sources::input::{Input, Limits};
use starcite_sources::{Columns, Patience, SourceKind, ToRead, read_batches, read_replies};
use starcite_tables::manifest::Manifest;
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

type Reader = fn(&[u8]);

/// The readers other than those of sources.
const OTHERS: &[(&str, Reader)] = &[
    ("replies", read_replies),
    ("github", github),
    ("citation-files", citation_files),
    ("texts", texts),
    ("pipeline", pipeline),
    ("score", score),
    ("manifest", manifest),
];

/// Returns the names of all readers.
pub fn readers() -> impl Iterator<Item = &'static str> {
    SourceKind::ALL.iter().map(|kind| kind.as_str()).chain(OTHERS.iter().map(|(name, _)| *name))
}

/// Passes bytes to a reader.
///
/// # Panics
/// When no reader has that name, or when the reader panics.
pub fn read(reader: &str, bytes: &[u8]) {
    match SourceKind::parse(reader) {
        Some(kind) => source(kind, bytes),
        None => OTHERS.iter().find(|(name, _)| *name == reader).unwrap_or_else(|| panic!("no reader {reader:?}")).1(bytes),
    }
}

/// Reads a file of a source, compressed as its first bytes specify, down to its records, with `--kinds repo` and without.
fn source(kind: SourceKind, bytes: &[u8]) {
    let file = file(bytes);
    let limits = Limits { record_bytes: 64 * 1024, ..Limits::default() };
    let to_read = ToRead { kind, columns: &Columns::default(), input: &Input::File(file.path().to_owned()), limits, hashed: false, show: &|_, _| () };
    let patience = Patience::default();
    let filter = RepositoryFilter::default();
    let _ = read_batches(&to_read, &patience, |_, batch| batch.parse(kind, |_| true, |_| Ok(())), |tally| tally.map(|tally| drop(patience.take(&tally))));
    let _ = read_batches(&to_read, &patience, |_, batch| batch.parse_filtered(kind, &filter, |_| Ok(())), |tally| tally.map(drop));
}

/// Returns a file with these bytes that is removed when it goes out of scope.
fn file(bytes: &[u8]) -> NamedTempFile {
    let file = NamedTempFile::new().and_then(|mut file| file.write_all(bytes).map(|()| file));
    file.unwrap_or_else(|error| panic!("no room for a file: {error}"))
}

/// Judges a reply of GitHub: the first byte chooses the status and the selection.
fn github(bytes: &[u8]) {
    const STATUS: [u16; 4] = [200, 403, 404, 451];
    const SELECTIONS: [Part; 5] = [Part::Scalars, Part::Tree, Part::Activity, Part::Files, Part::Stars];
    let (Some((first, body)), Some(name)) = (bytes.split_first(), RepoName::github("o", "n")) else { return };
    let part = SELECTIONS[usize::from(first & 0x0f) % SELECTIONS.len()];
    let reply = Reply { status: STATUS[usize::from(first >> 4) % STATUS.len()], headers: HeaderMap::new(), body: body.to_vec() };
    let wanted = Target { node_id: Some("R_1".to_owned()), files: vec!["README.md".to_owned()], ..Target::by_name(name) };
    let now = DateTime::UNIX_EPOCH;
    verdict::rest(&reply, &wanted, part, now);
    if part != Part::Stars {
        let batch = [wanted];
        verdict::graphql(&reply, &Query::new(&batch, part, false, now), &batch, now);
    }
}

fn citation_files(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for name in ["CITATION.cff", "codemeta.json", ".zenodo.json", "README.md"] {
        papers_in([(name, &*text)]);
    }
    archive_ids(&text);
}

/// Reads dates, ids, names and titles.
fn texts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    Date::read(&text);
    let _ = text.parse::<Week>();
    let _ = RepoName::parse(&text);
    for id in [paper::arxiv_id(&text), paper::arxiv_id_of_address(&text).filter(|_| paper::doi(&text).is_none())].into_iter().flatten() {
        assert_eq!(paper::arxiv_id(&id).as_ref(), Some(&id), "an id is read as it is given out");
    }
    Paper { title: Some(text.clone()), authors: vec![text], ..Paper::default() }.normalise();
}

fn pipeline(bytes: &[u8]) {
    let _ = Plan::read(file(bytes).path(), Overrides::default());
}

fn score(bytes: &[u8]) {
    let score = file(bytes);
    let _ = crate::cli::plan::read_score(Path::new(""), score.path().to_str());
}

/// Reads a manifest, with this program's schema version in place of 0, so that seeds stay valid.
fn manifest(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).replacen("\"schema_version\": 0", &format!("\"schema_version\": {SCHEMA_VERSION}"), 1);
    let _ = Manifest::parse(text.as_bytes(), Path::new("manifest.json"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;
    use std::fs;
    use std::time::{Duration, Instant};

    const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");

    fn seeds(reader: &str) -> Vec<Vec<u8>> {
        let files = fs::read_dir(format!("{SEEDS}/{reader}")).unwrap_or_else(|error| panic!("no seeds of {reader}: {error}"));
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
    }

    /// Changes a seed in a few places: flips bits, replaces bytes, and removes, repeats or inserts runs (some from another seed).
    fn mutated(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
        let mut bytes = seeds[rng.usize(..seeds.len())].clone();
        for _ in 0..rng.usize(1..5) {
            let begin = rng.usize(..=bytes.len());
            let end = (begin + rng.usize(..=16)).min(bytes.len());
            let run = match rng.u8(..6) {
                0 => vec![],
                1 => vec![rng.u8(..)],
                2 => b"\0\xff\"\\<>{}[],:&@-\n09eN"[rng.usize(..20)..].iter().take(1).copied().collect(),
                3 => bytes[begin..end].iter().map(|byte| byte ^ 1 << rng.u8(..8)).collect(),
                4 => bytes[begin..end].repeat(rng.usize(2..5)),
                _ => {
                    let other = &seeds[rng.usize(..seeds.len())];
                    let from = rng.usize(..=other.len());
                    other[from..(from + rng.usize(..=64)).min(other.len())].to_vec()
                }
            };
            bytes.splice(begin..end, run);
        }
        bytes
    }

    /// `STARCITE_FUZZ=30` runs this test for 30 seconds. A number yields the same changes in each run, because it seeds the generator.
    #[test]
    #[expect(clippy::print_stdout, reason = "a test that is asked how much it tried")]
    fn seeds_with_some_bytes_changed_are_read_or_refused() {
        let seconds: Option<u32> = std::env::var("STARCITE_FUZZ").ok().map(|seconds| seconds.parse().unwrap());
        let all: Vec<_> = readers().collect();
        let mut counts = Vec::new();
        for reader in &all {
            let (began, seeds) = (Instant::now(), seeds(reader));
            seeds.iter().for_each(|seed| read(reader, seed));
            let share = seconds.map(|seconds| Duration::from_secs(seconds.into()) / all.len() as u32);
            let count = (0..).take_while(|count| share.map_or(*count < 20, |share| began.elapsed() < share));
            let done = count.inspect(|number| {
                let bytes = mutated(&seeds, &mut Rng::with_seed(*number));
                let result = std::panic::catch_unwind(|| read(reader, &bytes));
                assert!(result.is_ok(), "{reader}, number {number}: {}", bytes.escape_ascii());
            });
            counts.push(format!("{reader} {}", done.count()));
        }
        println!("{}", counts.join(", "));
    }

    #[test]
    fn every_reader_has_seeds_and_no_others_have() {
        let mut folders: Vec<_> = fs::read_dir(SEEDS).unwrap().map(|folder| folder.unwrap().file_name().into_string().unwrap()).collect();
        folders.sort();
        let mut wanted: Vec<_> = readers().chain(["extract"]).map(str::to_owned).collect();
        wanted.sort();
        assert_eq!(folders, wanted);
    }
}
