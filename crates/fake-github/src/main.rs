//! The server as a program: prints its URL and serves until it is killed.

use clap::Parser;
use fake_github::{Config, FakeGithub, Faults, Latency, Limits};
use std::io::Write as _;
use std::path::PathBuf;

/// A server that behaves according to GitHub's documentation
#[derive(Debug, Parser)]
struct Cli {
    /// The port; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The seed of all randomness
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write this number of repository names to --names-file
    #[arg(long, default_value_t = 0)]
    names: u64,
    #[arg(long)]
    names_file: Option<PathBuf>,
    /// Microseconds per reply, per repository in it, and per connection
    #[arg(long, default_value_t = 0)]
    base_us: u64,
    #[arg(long, default_value_t = 0)]
    repository_us: u64,
    #[arg(long, default_value_t = 0)]
    connection_us: u64,
    /// The share of requests with a fault
    #[arg(long, default_value_t = 0.0)]
    faults: f64,
    /// Points an hour, and the length of an hour
    #[arg(long, default_value_t = 5000)]
    points: u64,
    #[arg(long, default_value_t = 3600)]
    hour_seconds: i64,
}

#[expect(clippy::disallowed_methods, reason = "nothing of strangers is in it")]
fn main() -> std::io::Result<()> {
    let cli = Cli::parse();
    let latency = Latency { base_us: cli.base_us, repository_us: cli.repository_us, connection_us: cli.connection_us };
    let limits = Limits { points: cli.points, hour_seconds: cli.hour_seconds, ..Limits::default() };
    let faults = Faults { share: cli.faults, ..Faults::default() };
    let server = FakeGithub::start(Config { port: cli.port, seed: cli.seed, latency, limits, faults, ..Config::default() })?;
    if let Some(file) = cli.names_file {
        let names: Vec<String> = (0..cli.names).map(|i| server.world().name(i)).collect();
        std::fs::write(file, names.join("\n") + "\n")?;
    }
    writeln!(std::io::stdout(), "{}", server.url())?;
    loop {
        std::thread::park();
    }
}
