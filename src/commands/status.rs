//! `starcite status`: what the state knows, what waits, what was spent, and which weeks are there.

use crate::cli::PlaceArgs;
use crate::outcome::Outcome;
use crate::state::{self, State, name_the_state};
use crate::weeks;
use anyhow::Result;
use std::io::Write;

pub(crate) fn status(args: &PlaceArgs) -> Result<Outcome> {
    print(args).map_err(|error| name_the_state(error, &args.state()))
}

fn print(args: &PlaceArgs) -> Result<Outcome> {
    let path = args.state();
    let mut out = std::io::stdout();
    if !path.exists() {
        let weeks = weeks::statuses(&args.out());
        let why = if weeks.is_empty() {
            "nothing was run yet with this --out; try starcite run pipelines/sample.toml"
        } else {
            "the next run says how to get it back"
        };
        writeln!(out, "no state at {}: {why}", path.display())?;
        weeks.iter().try_for_each(|week| writeln!(out, "week          {week}"))?;
        return Ok(Outcome::Complete);
    }
    let db = State::open_read_only(&path)?;
    let (papers, links) = state::linked::counts(&db)?;
    writeln!(out, "state         {}", path.display())?;
    if let Some(owner) = state::owner(&db)? {
        writeln!(out, "pipeline      {}", owner.names.last().map_or("", String::as_str))?;
    }
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
    for (week, spent) in state::spent::by_week(&db)? {
        writeln!(out, "spent         {spent} points or requests on {week}")?;
    }
    let weeks = weeks::statuses(&args.out());
    weeks.iter().try_for_each(|week| writeln!(out, "week          {week}"))?;
    if weeks.is_empty() {
        writeln!(out, "weeks         none yet")?;
    }
    Ok(Outcome::Complete)
}
