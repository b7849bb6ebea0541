//! Daily papers asked for by their dates, in a folder that goes with them: a filter keeps nothing.

use crate::cli::{Cli, ExtractArgs};
use crate::clock;
use crate::source::Service;
use crate::source::dates::Dates;
use crate::source::fetch::{self, Fetched};
use crate::source::hf_live::HfLive;
use crate::source::polite::Polite;
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap::error::ErrorKind;
use std::time::Duration;
use tempfile::TempDir;

/// What was fetched, and the folder that holds it.
pub(super) struct Live {
    pub(super) fetched: Fetched,
    _folder: TempDir,
}

pub(super) fn fetch(args: &ExtractArgs, dates: Dates) -> Result<Live> {
    if args.from.live != Some(Service::HfDaily) {
        return Err(Cli::command().error(ErrorKind::ArgumentConflict, "--dates is for --from hf-daily").into());
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder: name one with room in TMPDIR")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the network runtime")?;
    let mut host = Polite::new(fetch::client()?, Duration::ZERO, Duration::from_millis(args.live.source_pause_ms) / 3);
    let live = HfLive { base_url: &args.live.hf_url, cache: folder.path(), now: clock::now() };
    let fetched = runtime.block_on(live.fetch(&mut host, &dates.lists()))?;
    Ok(Live { fetched, _folder: folder })
}
