//! Finished weeks in other formats, one file for each format. All are made only of the weeks' Parquet tables, never of the state.

pub(crate) mod bibtex;
pub(crate) mod duckdb;
pub(crate) mod excel;
mod json;
mod json_array;
mod papers;
pub(crate) mod pwc;
mod pwc_entries;
pub(crate) mod quoted;
pub(crate) mod rows;

pub(crate) use pwc_entries::Unknown;
