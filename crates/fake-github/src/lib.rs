#![doc = include_str!("../README.md")]

mod faults;
mod graphql;
mod limits;
mod log;
mod rest;
pub mod scripted;
mod server;
mod world;

pub use faults::Faults;
pub use limits::Limits;
pub use log::Summary;
pub use server::FakeGithub;
pub use world::{State, World};

/// The configuration of the server.
#[derive(Debug, Clone)]
pub struct Config {
    /// The port; 0 is any free one.
    pub port: u16,
    /// The seed of all randomness.
    pub seed: u64,
    /// The only valid token.
    pub token: String,
    /// Limits.
    pub limits: Limits,
    /// Faults.
    pub faults: Faults,
    /// The response times.
    pub latency: Latency,
}

impl Default for Config {
    fn default() -> Self {
        let latency = Latency::default();
        Self { port: 0, seed: 1, token: "t".to_owned(), limits: Limits::default(), faults: Faults::default(), latency }
    }
}

/// Response times, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Latency {
    /// Each reply.
    pub base_us: u64,
    /// Per repository in the reply.
    pub repository_us: u64,
    /// Per connection of a repository in the reply.
    pub connection_us: u64,
}
