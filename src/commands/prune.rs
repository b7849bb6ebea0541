//! `starcite prune`: removes old weeks, and what only they needed.

use super::lock_folder;
use super::messages::plural;
use crate::cli::PruneArgs;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{OUT, Overrides, Plan};
use crate::weeks::prune::{Old, OldFolders};
use crate::weeks::{Incomplete, dataset};
use anyhow::{Result, ensure};
use starcite_ground::{files, interrupt, terminal};
use starcite_state::{State, name_the_state};
use std::path::{Path, PathBuf};
use tracing::warn;

pub(crate) fn prune(args: &PruneArgs) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let (out, state) = places(args)?;
    ensure!(out.is_dir(), "there is no folder {}: name the folder of weeks with --out", out.display());
    let _locked = lock_folder(&out)?;
    let Some(old) = OldFolders::find(&out, args.keep.into())? else {
        terminal::print_line(&format!("{} has fewer than {} complete {}: nothing goes", out.display(), args.keep, plural(args.keep.into(), "week", "weeks")))?;
        return Ok(Outcome::Complete);
    };
    old.notes.iter().for_each(|note| warn!("{note}"));
    if !args.yes {
        let rows = State::look(&state)?.map_or(Ok(0), |state| state.prunable(old.oldest))?;
        tell(&old, rows, None)?;
        terminal::print_line("Nothing was removed: starcite prune … --yes removes it")?;
        return Ok(Outcome::Complete);
    }
    let (rows, freed) = if state.exists() { prune_state(&state, &old).map_err(|error| name_the_state(error, &state))? } else { (0, 0) };
    interrupt::check()?;
    old.remove(&out)?;
    dataset::describe(&out, Incomplete::Skip)?.notes.iter().for_each(|note| warn!("{note}"));
    tell(&old, rows, Some(freed))?;
    Ok(Outcome::Complete)
}

/// Returns the folder of weeks and the state.
fn places(args: &PruneArgs) -> Result<(PathBuf, PathBuf)> {
    let overrides = Overrides { out: args.place.out.clone(), state: args.place.state.clone(), ..Overrides::default() };
    if let Some(file) = &args.pipeline {
        let plan = Plan::read(file, overrides)?;
        return Ok((plan.out, plan.state));
    }
    let out = overrides.out.unwrap_or_else(|| PathBuf::from(OUT));
    Ok((out.clone(), overrides.state.unwrap_or_else(|| out.join(starcite_state::FILE))))
}

/// Removes old rows from the state, and gives their room back if there is enough for that; returns their number and the bytes.
fn prune_state(path: &Path, old: &OldFolders) -> Result<(u64, u64)> {
    let size = || std::fs::metadata(path).map_or(0, |there| there.len());
    let before = size();
    let mut state = State::open(path)?;
    let rows = state.prune(old.oldest)?;
    let room = path.parent().and_then(|folder| files::free_bytes(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }));
    if rows > 0 && room.is_none_or(|room| room > 2 * before) {
        state.give_room_back()?;
    } else if rows > 0 {
        warn!("the state keeps its size, for there is no room to write it again: its free room is used by the next runs");
    }
    Ok((rows, before.saturating_sub(size())))
}

/// Prints what goes, or is gone, by kind; `freed` are the bytes that the state gave back.
fn tell(old: &OldFolders, rows: u64, freed: Option<u64>) -> Result<()> {
    let sum = |folders: &mut dyn Iterator<Item = &Old>| terminal::bytes(folders.map(|old| old.bytes).sum());
    let weeks = match (old.weeks.first(), old.weeks.last()) {
        (Some((first, _)), Some((last, _))) => format!("{} ({first} to {last}), {}", old.weeks.len(), sum(&mut old.weeks.iter().map(|(_, old)| old))),
        _ => "none".to_owned(),
    };
    let cache = if old.cache.is_empty() { "none".to_owned() } else { format!("{} folders, {}", old.cache.len(), sum(&mut old.cache.iter())) };
    let state = format!("{rows} rows{}", freed.map(|bytes| format!(", {}", terminal::bytes(bytes))).unwrap_or_default());
    for (name, told) in [("weeks", weeks), ("cache", cache), ("state", state), ("oldest that stays", old.oldest.to_string())] {
        terminal::print_line(&format!("{name:<18} {told}"))?;
    }
    Ok(())
}
