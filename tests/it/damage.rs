//! Damages finished weeks: rewrites a table or edits the manifest, and then adjusts the manifest, so that only the damage
//! itself can be detected.

use crate::tables::{frame, manifest};
use polars::io::parquet::write::{KeyValueMetadata, ParquetWriter};
use polars::prelude::{AnyValue, Column, DataFrame, ParquetReader, SerReader, Series};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::Path;

/// Rewrites a table and adjusts the manifest.
pub(crate) fn rewrite(week: &Path, table: &str, change: impl FnOnce(DataFrame) -> DataFrame) {
    rewrite_saying(week, table, change, |_, value| value.to_owned());
}

/// The same, and changes the file's metadata.
pub(crate) fn rewrite_saying(week: &Path, table: &str, change: impl FnOnce(DataFrame) -> DataFrame, say: impl Fn(&str, &str) -> String) {
    let path = week.join(format!("{table}.parquet"));
    let mut reader = ParquetReader::new(File::open(&path).unwrap());
    let pairs = reader.get_metadata().unwrap().key_value_metadata().clone().unwrap_or_default();
    let said = pairs.into_iter().filter(|pair| pair.key.starts_with("starcite.")).map(|pair| {
        let value = say(&pair.key, pair.value.as_deref().unwrap_or_default());
        (pair.key, value)
    });
    let said = KeyValueMetadata::from_static(said.collect());
    let mut changed = change(frame(week, table));
    ParquetWriter::new(File::create(&path).unwrap()).with_key_value_metadata(Some(said)).finish(&mut changed).unwrap();
    mend(week);
}

/// Adjusts the manifest to the files: bytes, hashes, rows, nulls, run id.
pub(crate) fn mend(week: &Path) {
    mend_hashes(week);
    edit_manifest(week, |manifest| {
        for entry in manifest["tables"].as_array_mut().unwrap() {
            let frame = frame(week, entry["table"].as_str().unwrap());
            entry["rows"] = frame.height().into();
            let nulls = frame.columns().iter().filter(|column| column.null_count() > 0);
            entry["unknown"] = nulls.map(|column| (column.name().to_string(), json!(column.null_count()))).collect();
        }
    });
}

/// Adjusts the manifest to the bytes of the files, whatever they contain: bytes, hashes, run id.
pub(crate) fn mend_hashes(week: &Path) {
    edit_manifest(week, |manifest| {
        for entry in manifest["tables"].as_array_mut().unwrap() {
            let bytes = fs::read(week.join(entry["file"].as_str().unwrap())).unwrap();
            entry["bytes"] = bytes.len().into();
            entry["sha256"] = sha256(&bytes).into();
        }
        manifest["run_id"] = run_id(manifest).into();
    });
}

pub(crate) fn edit_manifest(week: &Path, edit: impl FnOnce(&mut Value)) {
    let mut manifest = manifest(week);
    edit(&mut manifest);
    fs::write(week.join("manifest.json"), serde_json::to_vec_pretty(&manifest).unwrap()).unwrap();
}

fn run_id(manifest: &Value) -> String {
    let texts = |list: &str, key: &str| -> Vec<String> {
        let list = manifest[list].as_array().unwrap().iter();
        list.filter_map(|item| item[key].as_str().map(str::to_owned)).collect()
    };
    let hashes = [texts("tables", "sha256"), texts("inputs", "blake3")].concat().join("\0");
    let covered = format!("{}\0{}\0{hashes}", manifest["pipeline_hash"].as_str().unwrap(), manifest["week"].as_str().unwrap());
    sha256(covered.as_bytes())[..32].to_owned()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sets one value.
pub(crate) fn set(mut frame: DataFrame, column: &str, row: usize, value: AnyValue<'_>) -> DataFrame {
    let old = frame.column(column).unwrap().clone();
    let mut values: Vec<AnyValue<'_>> = (0..old.len()).map(|row| old.get(row).unwrap()).collect();
    values[row] = value;
    let new = Series::from_any_values_and_dtype(column.into(), &values, old.dtype(), true).unwrap();
    frame.with_column(Column::from(new)).unwrap();
    frame
}

/// Returns the first row in which a column has a value.
#[track_caller]
pub(crate) fn known(frame: &DataFrame, column: &str) -> usize {
    let column = frame.column(column).unwrap();
    (0..column.len()).find(|row| !column.get(*row).unwrap().is_null()).unwrap()
}

/// Returns the first row in which a column is null.
#[track_caller]
pub(crate) fn unknown(frame: &DataFrame, column: &str) -> usize {
    let column = frame.column(column).unwrap();
    (0..column.len()).find(|row| column.get(*row).unwrap().is_null()).unwrap()
}

/// Returns the rows with these numbers.
pub(crate) fn take(frame: &DataFrame, rows: impl IntoIterator<Item = usize>) -> DataFrame {
    rows.into_iter().map(|row| frame.slice(i64::try_from(row).unwrap(), 1)).reduce(|all, row| all.vstack(&row).unwrap()).unwrap()
}
