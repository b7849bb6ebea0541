#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod address;
pub mod answer;
pub mod ask;
pub mod client;
pub mod limit;
pub mod pace;
pub mod query;
mod queue;
pub mod response;
mod shutdown;
mod transport;
pub mod verdict;

pub use answer::{Answer, BatchOutcome, Reason, Report, Stop, Wanted};
pub use ask::{AskOptions, Asker};
pub use client::{Client, ClientError, Config, Reply, Unreachable};
pub use pace::{Clock, Delays, OnWait, Random};
