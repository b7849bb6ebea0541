#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod bucket;
pub mod catch_panics;
pub mod child;
pub mod clock;
pub mod files;
pub mod formula;
pub mod http;
pub mod interrupt;
pub mod owed;
pub mod parallel_ordered;
pub mod secret;
pub mod sha256;
pub mod sqlite;
pub mod terminal;
pub mod url;
pub mod visible;
