#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod builder;
mod extraction;
mod form;
mod papers;
mod result;
mod rows;
mod texts;

pub use extraction::{Found, Options, extract};
pub use form::{Form, data_type, field};
pub use papers::{Columns, Given, Papers, WrongColumns, type_name};
pub use texts::Texts;
