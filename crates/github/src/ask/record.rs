//! Acts on a verdict: answers, another try, or a stop.

use super::Asker;
use super::send::Came;
use crate::pace::{MAX_BATCH_TIME, MAX_TRIES, Permit};
use crate::queue::{Batch, Queue};
use crate::route::Route;
use crate::verdict::{Next, Outcome, Verdict};
use chrono::{DateTime, Utc};
use starcite_core::answer::{Answer, Reason, Stop, Target};
use starcite_core::verdict::Closed;
use starcite_core::{Part, RepoState, StateReason};
use std::time::Duration;
use tokio::time::Instant;

/// The consecutive useless replies, over all batches, after which the host counts as out of order.
const MAX_USELESS: u32 = 15;

impl Asker {
    /// Processes a reply: returns its answers, and puts the rest back into the queue.
    pub(super) fn record_answers(&mut self, came: Came, queue: &mut Queue) -> (Vec<(Target, Answer)>, Result<(), Stop>) {
        let Came { mut batch, permit, took, verdict } = came;
        self.pace.came_back(&permit, took);
        batch.spent += took;
        self.note(&batch, &permit, &verdict, took);
        let asked = batch.wanted.len();
        let (mut answers, mut left, refused) = divide(batch, verdict.outcomes, self.pace.now());
        refused.into_iter().for_each(|(wanted, otherwise)| queue.put_back(Batch::why_refused(wanted, otherwise)));
        let settled = match verdict.next {
            Next::Done => Ok(()),
            Next::Redirected => {
                queue.put_back(left);
                Ok(())
            }
            Next::Halve(why) => {
                self.sizes.too_much(left.part, asked);
                let halve = asked == 1 || left.wanted.len() > 1; // one that is left of several was never requested alone
                self.again(left, halve, why, queue, &mut answers)
            }
            // A query without a single answer is as suspect as one that timed out.
            Next::AskAgain(why) => self.again(left, answers.is_empty() && asked > 1, why, queue, &mut answers),
            Next::Retry(why) => self.again(left, false, why, queue, &mut answers),
            Next::Limited(_) => {
                left.not_before = None;
                queue.put_back(left);
                self.pace.limited(&permit, verdict.closed.unwrap_or(Closed::Unsaid))
            }
            Next::NoConnection(why) => {
                queue.put_back(left);
                self.pace.refused(&permit, why)
            }
            Next::BadToken(_) => {
                queue.put_back(left);
                self.pace.token_refused(&permit)
            }
        };
        (answers, settled)
    }

    /// Records the limits, cost and time of a verdict.
    fn note(&mut self, batch: &Batch, permit: &Permit, verdict: &Verdict, took: Duration) {
        self.points += verdict.points;
        self.spent += verdict.spent;
        self.pace.rate(permit, &verdict.rate);
        if batch.route == Route::Graphql || !self.client.has_account() {
            self.rate.remaining = verdict.rate.remaining.or(self.rate.remaining);
            self.rate.reset_at = verdict.rate.reset_at.or(self.rate.reset_at);
        }
        if batch.route == Route::Graphql && verdict.next == Next::Done {
            self.sizes.answered(batch.part, batch.wanted.len(), took, verdict.points);
        }
        let refused = matches!(verdict.next, Next::Limited(_) | Next::NoConnection(_) | Next::BadToken(_));
        if !refused || !verdict.outcomes.is_empty() {
            self.pace.answered();
        }
        let useless = verdict.outcomes.is_empty() && matches!(verdict.next, Next::Halve(_) | Next::Retry(_));
        self.useless_in_a_row = if useless { self.useless_in_a_row + 1 } else { 0 };
    }

    /// Puts the rest of a batch back for another try, in halves if necessary, or gives it up. Halves are new queries: their tries are
    /// counted from zero, and end with single repositories.
    fn again(&mut self, mut left: Batch, halve: bool, why: String, queue: &mut Queue, answers: &mut Vec<(Target, Answer)>) -> Result<(), Stop> {
        if self.useless_in_a_row >= MAX_USELESS {
            queue.put_back(left);
            return Err(Stop::Unreachable { error: why });
        }
        left.tries += 1;
        let delay = self.pace.back_off(left.tries);
        left.spent += delay;
        left.not_before = Some(Instant::now() + delay);
        let hopeless = (left.tries >= MAX_TRIES && !halve) || left.spent >= MAX_BATCH_TIME;
        let given_up = (left.wanted.clone(), left.otherwise.clone());
        let parts = match (hopeless, halve) {
            (true, _) => None,
            (false, true) => left.halves(),
            (false, false) => Some(vec![left]),
        };
        match (parts, given_up) {
            (Some(parts), _) => parts.into_iter().rev().for_each(|part| queue.put_back(part)),
            (None, (wanted, Some(otherwise))) => answers.extend(wanted.into_iter().map(|one| (one, otherwise.clone()))),
            (None, (wanted, None)) => answers.extend(fail_all(wanted, &why)),
        }
        Ok(())
    }
}

type Answered = (Target, Answer);

/// Divides a batch into settled repositories, the rest, and those of which GraphQL refused all or some scalars.
fn divide(mut batch: Batch, outcomes: Vec<(usize, Outcome)>, now: DateTime<Utc>) -> (Vec<Answered>, Batch, Vec<Answered>) {
    let mut by_place: Vec<Option<Outcome>> = vec![None; batch.wanted.len()];
    for (at, outcome) in outcomes {
        if let Some(place) = by_place.get_mut(at) {
            *place = Some(outcome);
        }
    }
    let (mut answers, mut left, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for (wanted, outcome) in std::mem::take(&mut batch.wanted).into_iter().zip(by_place) {
        match outcome {
            Some(outcome @ (Outcome::Blocked { .. } | Outcome::Failed { .. })) if batch.route == Route::Graphql && batch.part == Part::Scalars => {
                refused.push((wanted.clone(), answer(&wanted, outcome, now)));
            }
            // REST has no further reason for GraphQL's refusal.
            Some(Outcome::Failed { .. } | Outcome::NotFound) if batch.otherwise.is_some() => {
                answers.extend(batch.otherwise.take().map(|answer| (wanted, answer)))
            }
            Some(outcome) => answers.push((wanted.clone(), answer(&wanted, outcome, now))),
            None => left.push(wanted),
        }
    }
    batch.wanted = left;
    (answers, batch, refused)
}

/// Converts an outcome into an answer. GitHub does not distinguish a deleted repository from a private one; hence that reason.
fn answer(wanted: &Target, outcome: Outcome, now: DateTime<Utc>) -> Answer {
    match outcome {
        Outcome::Found(seen) => Answer::Observed(seen),
        Outcome::Detailed(detail) => Answer::Detailed(detail),
        Outcome::Stars(page) => Answer::Stars(page),
        Outcome::Unchanged => Answer::Unchanged,
        Outcome::NotFound => Answer::Observed(wanted.unserved(RepoState::NotFound, StateReason::DeletedOrPrivate, now)),
        Outcome::NotPublic => Answer::NotPublic(wanted.unserved(RepoState::NotFound, StateReason::DeletedOrPrivate, now)),
        Outcome::Blocked { reason } => Answer::Observed(wanted.unserved(RepoState::Blocked, reason, now)),
        Outcome::Failed { error } => Answer::Failed { reason: Reason::Error, error },
    }
}

/// Returns the same failure for each repository.
pub(super) fn fail_all(wanted: Vec<Target>, error: &str) -> Vec<(Target, Answer)> {
    let failed = Answer::Failed { reason: Reason::Error, error: error.to_owned() };
    wanted.into_iter().map(|one| (one, failed.clone())).collect()
}
