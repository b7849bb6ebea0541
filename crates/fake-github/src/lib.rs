#![doc = include_str!("../README.md")]

mod faults;
mod graphql;
mod limits;
mod log;
mod rest;
mod server;
mod world;

pub use faults::Faults;
pub use limits::Limits;
pub use log::Summary;
pub use server::FakeGithub;
pub use world::{State, World};

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// The port; 0 is any free one.
    pub port: u16,
    /// All chance follows from it.
    pub seed: u64,
    /// The one token that is good.
    pub token: String,
    /// Limits.
    pub limits: Limits,
    /// What goes wrong.
    pub faults: Faults,
    /// How long replies take.
    pub latency: Latency,
}

impl Default for Config {
    fn default() -> Self {
        let latency = Latency::default();
        Self { port: 0, seed: 1, token: "t".to_owned(), limits: Limits::default(), faults: Faults::default(), latency }
    }
}

/// How long replies take, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Latency {
    /// Each reply.
    pub base_us: u64,
    /// For each repository in it.
    pub repository_us: u64,
    /// For each connection of a repository in it.
    pub connection_us: u64,
}
