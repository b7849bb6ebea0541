//! `starcite status`: prints the state's counts, waiting requests, spent budgets, and the weeks.

use crate::cli::PlaceArgs;
use crate::outcome::Outcome;
use crate::weeks;
use anyhow::Result;
use starcite_ground::terminal;
use starcite_state::{self, State, name_the_state};

pub(crate) fn status(args: &PlaceArgs) -> Result<Outcome> {
    print(args).map_err(|error| name_the_state(error, &args.state()))
}

fn print(args: &PlaceArgs) -> Result<Outcome> {
    let path = args.state();
    let db = if path.exists() { Some(State::open_read_only(&path)?) } else { None };
    let is_begun = db.as_ref().map_or(Ok(false), starcite_state::is_begun)?;
    let Some(db) = db.filter(|_| is_begun) else {
        let weeks = weeks::statuses(&args.out());
        let why = match weeks::deeper(&args.out()) {
            _ if !weeks.is_empty() => "the next run says how to get it back".to_owned(),
            Some(deeper) => format!("{} holds weeks: name it with --out", deeper.display()),
            None => "nothing was run yet with this --out; try starcite run pipelines/sample.toml".to_owned(),
        };
        terminal::print_line(&format!("no state at {}: {why}", path.display()))?;
        weeks.iter().try_for_each(|week| terminal::print_line(&format!("week          {week}")))?;
        return Ok(Outcome::Complete);
    };
    db.execute_batch("BEGIN")?; // one snapshot of all, even while a run writes
    let (papers, links) = starcite_state::linked::counts(&db)?;
    terminal::print_line(&format!("state         {}", path.display()))?;
    if let Some(owner) = starcite_state::owner(&db)? {
        terminal::print_line(&format!("pipeline      {}", owner.names.last().map_or("", String::as_str)))?;
    }
    terminal::print_line(&format!("papers        {papers} with links or promises"))?;
    terminal::print_line(&format!("links         {links}"))?;
    for (state, count) in starcite_state::repos::counts(&db)? {
        terminal::print_line(&format!("repositories  {count} {state}"))?;
    }
    let waiting = starcite_state::repos::failing(&db)?;
    if let Some((_, error)) = waiting.first() {
        terminal::print_line(&format!("waiting       {} repositories were asked about without an answer, the last time: {error}", waiting.len()))?;
    }
    terminal::print_line(&format!("budget        {}", starcite_state::meta(&db, "budget")?.unwrap_or_else(|| "unknown: GitHub was not asked yet".to_owned())))?;
    for (week, spent) in starcite_state::spent::by_week(&db)? {
        terminal::print_line(&format!("spent         {spent} points or requests on {week}"))?;
    }
    let weeks = weeks::statuses(&args.out());
    weeks.iter().try_for_each(|week| terminal::print_line(&format!("week          {week}")))?;
    if weeks.is_empty() {
        terminal::print_line("weeks         none yet")?;
    }
    Ok(Outcome::Complete)
}
