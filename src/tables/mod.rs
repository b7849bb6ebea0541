//! The tables of a week: their contents, and how they are written and read.

pub(crate) mod about;
mod check;
mod columns;
mod compress;
mod folder;
pub(crate) mod former;
pub(crate) mod manifest;
#[cfg(test)]
mod mutants;
mod open_week;
mod promises;
mod read;
mod row;
mod row_group;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
mod texts;
mod writer;

pub(crate) use check::{check_columns, check_file, differences, sound};
pub(crate) use columns::Columns;
pub(crate) use folder::{WeekFolder, is_being_replaced, recover, week_folder};
pub(crate) use open_week::OpenWeek;
pub(crate) use read::{Portion, TableFile};
pub(crate) use row::read_rows;
pub(crate) use row_group::{Layout, RowGroup};
pub(crate) use writer::{TableWriter, Written};
