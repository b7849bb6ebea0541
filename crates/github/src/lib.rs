#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod address;
pub mod answer;
pub mod ask;
pub mod client;
pub mod config;
pub mod limit;
pub mod pace;
mod primary;
pub mod query;
mod queue;
pub mod response;
pub mod route;
pub mod selection;
mod shutdown;
pub mod size;
mod transport;
pub mod verdict;
mod work;

pub use answer::{Answer, BatchOutcome, Detail, FileText, Reason, Report, StarPage, StarWeek, Stop, Target, TreeEntry};
pub use ask::{AskOptions, Asker};
pub use client::{Client, Reply};
pub use config::{Account, ClientError, Config, Unreachable};
pub use pace::{Clock, Delays, OnWait, Random};
pub use selection::Selection;
pub use size::Sizes;
pub use work::Replied;
