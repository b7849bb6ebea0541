//! Weeks with changed bytes and manifests that fit: every reader reads them or reports the damage.
//!
//! `STARCITE_MUTANTS=1200 cargo test --locked --test it mutants` tries more of them; `crates/tables/src/mutants.rs` tries some hundred without the program.

use crate::crafted_weeks::{ROW_READERS, assert_sane};
use crate::damage::mend_hashes;
use crate::starcite::{Starcite, files};
use crate::tables::TABLES;
use fastrand::Rng;
use std::fs;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");

/// Changes some bytes, of the whole file or of its footer with the metadata.
pub(crate) fn mutate(bytes: &mut [u8], rng: &mut Rng) {
    let begin = if rng.bool() { 0 } else { bytes.len() - bytes.len().min(2_000) };
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(begin..bytes.len());
        let run = rng.usize(1..9).min(bytes.len() - at);
        match rng.u8(0..4) {
            0 => bytes[at] ^= 1 << rng.u8(0..8),
            1 => bytes[at] = rng.u8(..),
            2 => bytes[at..at + run].fill(0xff),
            _ => bytes[at..at + run].fill(0),
        }
    }
}

#[test]
fn changed_bytes_are_read_or_told_by_every_reader() {
    let mutants = std::env::var("STARCITE_MUTANTS").map_or(12, |count| count.parse().unwrap());
    let starcite = Starcite::new();
    starcite.end(&["run", SAMPLE]).with_code(0);
    starcite.write("pipeline.toml", fs::read(SAMPLE).unwrap());
    let week = starcite.week("2025-W26");
    let intact = files(&week);
    for number in 0..mutants {
        let mut rng = Rng::with_seed(number);
        let table = format!("{}.parquet", TABLES[rng.usize(..TABLES.len())]);
        let mut bytes = intact[table.as_ref() as &std::path::Path].clone();
        mutate(&mut bytes, &mut rng);
        fs::write(week.join(&table), bytes).unwrap();
        mend_hashes(&week);
        for reader in ROW_READERS.iter().filter(|reader| reader[0] != "run") {
            assert_sane(&starcite.end_soon(reader), &format!("mutant {number} of {table}: {reader:?}"));
        }
        assert_sane(
            &starcite.end_soon(&["run", SAMPLE, "--offline", "--rebuild-state", "--week", "2025-W27"]),
            &format!("mutant {number} of {table}: rebuild"),
        );
        intact.iter().for_each(|(name, bytes)| fs::write(week.join(name), bytes).unwrap());
        fs::remove_dir_all(starcite.week("2025-W27")).ok();
        fs::remove_dir_all(starcite.path("dest")).ok();
    }
}
