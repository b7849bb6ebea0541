//! The tables of a week: what is in them, and how they are written.

mod folder;
pub(crate) mod rows;
pub(crate) mod schema;
mod writer;

pub(crate) use folder::WeekFolder;
pub(crate) use rows::Reject;
pub(crate) use writer::{Cell, TableWriter, Written, data_type};
