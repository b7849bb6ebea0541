//! Fetches papers from a service into a temporary folder, because a filter stores nothing.

use crate::cli::{Cli, ExtractArgs};
use anyhow::Result;
use clap::error::ErrorKind;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_sources::hosts::Hosts;
use starcite_sources::{Fetched, Network, SourceKind};

/// Fetched data, and the temporary folder that holds it.
pub(super) struct Live {
    pub(super) fetched: Fetched,
    _folder: TemporaryFolder,
}

/// Fetches from the source's service; `None` if the arguments name files.
///
/// # Errors
/// Wrong usage: an option of other sources; and as for [`Network::fetch`].
pub(super) fn fetch(args: &ExtractArgs, hosts: &Hosts) -> Result<Option<Live>> {
    let options = &args.ask.0;
    let has = |kind: SourceKind, name: &str| kind.has_option(|live| live.flags, name);
    if let Some(other) = options.names().find(|name| !has(args.from, name)) {
        let why = format!("--{other} is for --from {}", SourceKind::names(|kind| has(kind, other)));
        return Err(Cli::wrong_usage(ErrorKind::ArgumentConflict, &why));
    }
    let Some(live) = args.from.live.filter(|_| options.names().next().is_some()) else { return Ok(None) };
    let folder = TemporaryFolder::new()?;
    let fetched = Network::new(hosts, &args.live.addresses.0, folder.path())?.fetch(live, options, None, None)?;
    Ok(Some(Live { fetched, _folder: folder }))
}
