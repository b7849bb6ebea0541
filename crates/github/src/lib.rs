#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod address;
pub mod ask;
pub mod client;
pub mod config;
pub mod limit;
pub mod pace;
pub mod parts;
mod primary;
pub mod query;
mod queue;
pub mod response;
pub mod route;
mod shutdown;
pub mod size;
mod transport;
pub mod verdict;
mod work;

pub use ask::{AskOptions, Asker};
pub use client::{Client, Reply};
pub use config::{Account, ClientError, Config, Unreachable};
pub use pace::{Clock, Delays, OnWait, Random};
pub use size::Sizes;
pub use work::Replied;
