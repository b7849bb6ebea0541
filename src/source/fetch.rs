//! The clients that fetch, and what they share.

use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// A client with time-outs, for sources.
pub(crate) fn client() -> Result<reqwest::Client> {
    builder().build().context("cannot make an HTTP client")
}

/// One that gives an object's bytes as they are kept, never unpacked on the way: ranges are counted in them.
pub(super) fn client_as_is() -> Result<reqwest::Client> {
    builder().no_gzip().build().context("cannot make an HTTP client")
}

fn builder() -> reqwest::ClientBuilder {
    let agent = concat!("starcite/", env!("CARGO_PKG_VERSION"));
    reqwest::Client::builder().user_agent(agent).connect_timeout(Duration::from_secs(10)).read_timeout(Duration::from_secs(60))
}

/// What went wrong at the bottom: "Connection refused" says more than "error sending request".
pub(super) fn innermost(error: reqwest::Error) -> anyhow::Error {
    let error = anyhow::Error::from(error.without_url());
    let root = error.root_cause().to_string();
    anyhow::anyhow!(root)
}

/// A value in a query (RFC 3986).
pub(crate) fn encoded(value: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    value.bytes().map(byte).collect()
}

/// Writes a file that appears only when it is whole.
pub(super) fn keep(bytes: &[u8], to: &Path) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(to)?;
    Ok(())
}
