//! What a verdict leads to: answers, another try, a stop.

use super::Asker;
use crate::answer::{Answer, Reason, Stop, Wanted};
use crate::limit::Closed;
use crate::pace::{MAX_BATCH_TIME, MAX_TRIES};
use crate::queue::{Batch, Queue};
use crate::verdict::{Next, Outcome, Verdict};
use chrono::{DateTime, Utc};
use starcite_core::RepoState;

/// Useless replies in a row, over all batches, after which the host counts as out of order.
const MAX_USELESS: u32 = 15;

impl Asker {
    /// Draws the consequences of a verdict: the answers it gives, and what goes back into the queue.
    pub(super) fn settle(&mut self, batch: Batch, verdict: Verdict, queue: &mut Queue) -> (Vec<(Wanted, Answer)>, Result<(), Stop>) {
        self.note(&verdict);
        let asked = batch.wanted.len();
        let (mut answers, left) = divide(batch, verdict.outcomes, self.pace.now());
        let settled = match verdict.next {
            Next::Done => {
                self.size = (self.size + (self.size / 10).max(1)).min(self.most);
                Ok(())
            }
            Next::Redirected => {
                queue.put_back(left);
                Ok(())
            }
            Next::Halve(why) => {
                self.size = (asked / 2).max(1);
                self.again(left, true, why, queue, &mut answers)
            }
            // A query that brought nothing at all is as suspect as one that timed out.
            Next::AskAgain(why) => self.again(left, answers.is_empty() && asked > 1, why, queue, &mut answers),
            Next::Retry(why) => self.again(left, false, why, queue, &mut answers),
            Next::Limited(_) => {
                queue.put_back(left);
                self.pace.limited(verdict.closed.unwrap_or(Closed::Unsaid))
            }
            Next::NoConnection(why) => {
                queue.put_back(left);
                self.pace.refused(why)
            }
            Next::BadToken(_) => Err(Stop::BadToken),
        };
        (answers, settled)
    }

    /// Keeps what a verdict says about limits and cost.
    fn note(&mut self, verdict: &Verdict) {
        self.points += verdict.points;
        self.spent += verdict.points.max(1);
        self.rate.remaining = verdict.rate.remaining.or(self.rate.remaining);
        self.rate.reset_at = verdict.rate.reset_at.or(self.rate.reset_at);
        let refused = matches!(verdict.next, Next::Limited(_) | Next::NoConnection(_));
        if !refused || !verdict.outcomes.is_empty() {
            self.pace.answered();
        }
        if let Some(closed) = verdict.closed.filter(|_| !refused) {
            self.pace.close(closed);
        }
        let useless = verdict.outcomes.is_empty() && matches!(verdict.next, Next::Halve(_) | Next::Retry(_));
        self.useless_in_a_row = if useless { self.useless_in_a_row + 1 } else { 0 };
    }

    /// Gives what is left of a batch another try, in halves if need be, or gives it up.
    fn again(&mut self, mut left: Batch, halve: bool, why: String, queue: &mut Queue, answers: &mut Vec<(Wanted, Answer)>) -> Result<(), Stop> {
        if self.useless_in_a_row >= MAX_USELESS {
            queue.put_back(left);
            return Err(Stop::Unreachable { error: why });
        }
        left.tries += 1;
        left.spent += self.pace.back_off(left.tries);
        let hopeless = left.tries >= MAX_TRIES || left.spent >= MAX_BATCH_TIME;
        let given_up = left.wanted.clone();
        let parts = match (hopeless, halve) {
            (true, _) => None,
            (false, true) => left.halves(),
            (false, false) => Some(vec![left]),
        };
        match parts {
            Some(parts) => parts.into_iter().rev().for_each(|part| queue.put_back(part)),
            None => answers.extend(fail_all(given_up, &why)),
        }
        Ok(())
    }
}

/// Tells those of a batch that are settled from those that are left.
fn divide(mut batch: Batch, outcomes: Vec<(usize, Outcome)>, now: DateTime<Utc>) -> (Vec<(Wanted, Answer)>, Batch) {
    let mut by_place: Vec<Option<Outcome>> = vec![None; batch.wanted.len()];
    for (at, outcome) in outcomes {
        if let Some(place) = by_place.get_mut(at) {
            *place = Some(outcome);
        }
    }
    let mut answers = Vec::new();
    let mut left = Vec::new();
    for (wanted, outcome) in std::mem::take(&mut batch.wanted).into_iter().zip(by_place) {
        match outcome {
            Some(outcome) => answers.push((wanted.clone(), answer(&wanted, outcome, now))),
            None => left.push(wanted),
        }
    }
    batch.wanted = left;
    (answers, batch)
}

/// An outcome as an answer. GitHub does not tell a deleted repository from a private one, hence that reason.
fn answer(wanted: &Wanted, outcome: Outcome, now: DateTime<Utc>) -> Answer {
    match outcome {
        Outcome::Found(seen) => Answer::Observed(seen),
        Outcome::NotFound => wanted.refused(RepoState::NotFound, "deleted_or_private".to_owned(), now),
        Outcome::Blocked { reason } => wanted.refused(RepoState::Blocked, reason, now),
        Outcome::Failed { error } => Answer::Failed { reason: Reason::Error, error },
    }
}

/// The same failure for each.
pub(super) fn fail_all(wanted: Vec<Wanted>, error: &str) -> Vec<(Wanted, Answer)> {
    let failed = Answer::Failed { reason: Reason::Error, error: error.to_owned() };
    wanted.into_iter().map(|one| (one, failed.clone())).collect()
}
