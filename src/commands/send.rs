//! `starcite send`: sends the digests of a week, each recipient once.

use super::digest::{chosen, letter, nothing, plan, recipients, report};
use crate::cli::SendArgs;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{MailPlan, Plan};
use crate::digest::{Counts, Mailing, Server};
use crate::progress::Progress;
use crate::run::claim;
use anyhow::{Context, Result, ensure};
use starcite_core::Week;
use starcite_ground::{clock, interrupt, terminal};
use starcite_state::State;

/// A week that ended longer ago than this is sent only if the user names it: what it tells is old.
const NEWS_DAYS: i64 = 21;

pub(crate) fn send(args: &SendArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let plan = plan(&args.digests, args.state.clone())?;
    let mail = plan
        .mail
        .as_ref()
        .with_context(|| format!("{} has no [mail] with the server that takes messages: docs/DIGEST.md has an example", plan.file.display()))?;
    let digests = chosen(&plan, &args.digests)?;
    let (report, week) = report(&args.digests, &plan, progress)?;
    check_age(week, args.digests.week.is_some())?;
    progress.done();
    let mut mailings = Vec::new();
    for digest in digests {
        let people = digest.recipients()?;
        let letter = letter(&plan, &report, digest, &people)?;
        if letter.digest.is_empty() {
            terminal::print_line(&nothing(&letter))?;
        } else {
            mailings.push(Mailing { letter, week, recipients: people, again: args.again });
        }
    }
    if args.yes { send_all(args, &plan, mail, &mailings) } else { foresee(&plan, &mailings) }
}

/// Prints who would get what.
fn foresee(plan: &Plan, mailings: &[Mailing<'_>]) -> Result<Outcome> {
    let state = known(plan, State::look(&plan.state)?)?;
    let mut counted = 0;
    for mailing in mailings {
        let counts = mailing.foresee(&state)?;
        counted += counts.owed;
        terminal::print_line(&format!(
            "{}: {:?} to {}{}",
            mailing.letter.plan.name,
            mailing.letter.subject,
            recipients(counts.owed),
            others(&Counts { owed: 0, ..counts })
        ))?;
    }
    let is_due = counted > 0;
    terminal::print_line(if is_due { "Nothing was sent: starcite send … --yes sends it" } else { "Nothing is to be sent" })?;
    Ok(Outcome::Complete)
}

fn send_all(args: &SendArgs, plan: &Plan, mail: &MailPlan, mailings: &[Mailing<'_>]) -> Result<Outcome> {
    known(plan, State::look(&plan.state)?)?; // an empty state would know of nobody
    let state = State::open(&plan.state)?;
    let mut all = Counts::default();
    for mailing in mailings {
        let server = Server::of(mail, args.password_file.as_deref(), mailing.letter.from())?;
        let counts = mailing.send(&state, &server)?;
        terminal::print_line(&format!("{}, {}: sent to {}{}", mailing.letter.plan.name, mailing.week, recipients(counts.sent), others(&counts)))?;
        all.add(&counts);
    }
    Ok(match all {
        Counts { owed: 1.., .. } => Outcome::AnswersOwed,
        Counts { refused: 1.., .. } | Counts { open: 1.., .. } => Outcome::SomeRejected,
        _ => Outcome::Complete,
    })
}

/// Returns the state, if it is that of the pipeline and of the weeks in its folder: another one does not know who has which message.
fn known(plan: &Plan, state: Option<State>) -> Result<State> {
    let state = state.with_context(|| {
        let state = plan.state.display();
        format!(
            "{state} is not there, which knows who has which message: name it with --state, put a copy back, or make it with starcite run … --rebuild-state"
        )
    })?;
    claim(plan, &state)?;
    Ok(state)
}

/// Returns the counts of those who get nothing now, in words.
fn others(counts: &Counts) -> String {
    let parts = [(counts.had, "had it before"), (counts.refused, "refused for good"), (counts.open, "open"), (counts.owed, "still owed")];
    parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}")).collect()
}

/// Fails for a week that is not news any more.
fn check_age(week: Week, is_named: bool) -> Result<()> {
    let days = (clock::now() - week.end()).num_days();
    ensure!(
        is_named || days <= NEWS_DAYS,
        "the newest finished week is {week}, which ended {days} days ago: run a newer one, or name it with --week to send it all the same"
    );
    Ok(())
}
