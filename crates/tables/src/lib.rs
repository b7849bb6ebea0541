#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod about;
mod check;
mod columns;
mod compress;
mod cut;
mod folder;
pub mod former;
pub mod manifest;
#[cfg(test)]
mod mutants;
mod open_week;
mod promises;
mod read;
mod row;
mod row_group;
#[cfg(test)]
mod tests;
mod texts;
mod writer;

pub use check::{check_columns, check_file, differences, sound};
pub use columns::Columns;
pub use cut::{Cutter, FullGroup};
pub use folder::{WeekFolder, is_being_replaced, recover, week_folder};
pub use open_week::OpenWeek;
pub use promises::Bounds;
pub use read::{Portion, TableFile};
pub use row::read_rows;
pub use row_group::{Layout, RowGroup};
pub use writer::{TableWriter, Written};

/// The private parts of polars, for the reader of third-party tables. No other crate names them.
pub mod parts {
    pub use {polars_arrow, polars_arrow_format, polars_error, polars_parquet, polars_parquet_format};
}
