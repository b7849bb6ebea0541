//! `starcite status`: what the state knows, what waits, the budget seen last.

use crate::cli::PlaceArgs;
use crate::outcome::Outcome;
use crate::state::{self, State, name_the_full_disk};
use anyhow::Result;
use std::io::Write;

pub(crate) fn status(args: &PlaceArgs) -> Result<Outcome> {
    print(args).map_err(|error| name_the_full_disk(error, &args.state()))
}

fn print(args: &PlaceArgs) -> Result<Outcome> {
    let path = args.state();
    let mut out = std::io::stdout();
    if !path.exists() {
        writeln!(out, "no state at {}: nothing was run yet with this --out; try starcite run pipelines/sample.toml", path.display())?;
        return Ok(Outcome::Complete);
    }
    let db = State::open_read_only(&path)?;
    let (papers, links) = state::linked::counts(&db)?;
    writeln!(out, "state         {}", path.display())?;
    writeln!(out, "papers        {papers} with links")?;
    writeln!(out, "links         {links}")?;
    for (state, count) in state::repos::counts(&db)? {
        writeln!(out, "repositories  {count} {state}")?;
    }
    let waiting = state::repos::failing(&db)?;
    if let Some((_, error)) = waiting.first() {
        writeln!(out, "waiting       {} repositories were asked about without an answer, the last time: {error}", waiting.len())?;
    }
    writeln!(out, "budget        {}", state::meta(&db, "budget")?.unwrap_or_else(|| "unknown: GitHub was not asked yet".to_owned()))?;
    writeln!(out, "weeks         {}", weeks(args)?.join(", "))?;
    Ok(Outcome::Complete)
}

/// The weeks that are in place.
fn weeks(args: &PlaceArgs) -> Result<Vec<String>> {
    let mut weeks: Vec<String> =
        std::fs::read_dir(&args.out)?.filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix("week=").map(str::to_owned)).collect();
    weeks.sort();
    if weeks.is_empty() {
        weeks.push("none yet".to_owned());
    }
    Ok(weeks)
}
