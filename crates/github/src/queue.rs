//! The repositories that are still to be requested, in batches.

use crate::route::Route;
use starcite_core::Part;
use starcite_core::answer::{Answer, Target};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Repositories of one request.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// Those without an answer; over REST exactly one.
    pub(crate) wanted: Vec<Target>,
    pub(crate) part: Part,
    pub(crate) route: Route,
    /// True if fewer fields are requested.
    pub(crate) lean: bool,
    /// True if a request for them has been sent.
    pub(crate) asked: bool,
    /// The number of useless requests for them, without limits.
    pub(crate) tries: u32,
    /// The time of those requests, with the delays between them.
    pub(crate) spent: Duration,
    /// The earliest time of the next try.
    pub(crate) not_before: Option<Instant>,
    /// The path of a redirect, and the number of redirects.
    pub(crate) redirect: Option<(String, u32)>,
    /// The answer if REST gives no reason for a refusal.
    pub(crate) otherwise: Option<Answer>,
}

impl Batch {
    fn new(wanted: Vec<Target>, part: Part, route: Route) -> Self {
        let (tries, spent) = (0, Duration::ZERO);
        Self { wanted, part, route, lean: false, asked: false, tries, spent, not_before: None, redirect: None, otherwise: None }
    }

    /// Returns a REST request for one repository that GraphQL refused, to learn the reason.
    pub(crate) fn why_refused(wanted: Target, otherwise: Answer) -> Self {
        Self { asked: true, otherwise: Some(otherwise), ..Self::new(vec![wanted], Part::Scalars, Route::Rest) }
    }

    /// Splits a query that was too large: into its two halves, or, for a single repository, into a query of fewer fields.
    ///
    /// `None` if no smaller query is possible.
    pub(crate) fn halves(mut self) -> Option<Vec<Self>> {
        if self.wanted.len() > 1 {
            let mut second = self.clone();
            second.wanted = self.wanted.split_off(self.wanted.len().div_ceil(2));
            return Some(vec![self, second]);
        }
        if self.lean || self.part != Part::Scalars {
            return None;
        }
        self.lean = true;
        Some(vec![self])
    }
}

/// A queue: first those to request again, as soon as they may be, then the fresh ones, in the given order.
pub(crate) struct Queue {
    again: Vec<Batch>,
    fresh: VecDeque<Target>,
    part: Part,
    route: Route,
}

impl Queue {
    pub(crate) fn new(wanted: impl IntoIterator<Item = Target>, part: Part, route: Route) -> Self {
        Self { again: Vec::new(), fresh: wanted.into_iter().collect(), part, route }
    }

    /// Returns the requested part, and the API for fresh ones.
    pub(crate) fn kind(&self) -> (Part, Route) {
        (self.part, self.route)
    }

    /// Returns the number of repositories that were not requested yet.
    pub(crate) fn fresh(&self) -> usize {
        self.fresh.len()
    }

    /// Returns the next batch; a fresh one has at most `size`. If only later tries are left, the earliest of them.
    pub(crate) fn next(&mut self, size: usize) -> Option<Batch> {
        let now = Instant::now();
        let ready = self.again.iter().rposition(|batch| batch.not_before.is_none_or(|moment| moment <= now));
        if let Some(at) = ready {
            return Some(self.again.remove(at));
        }
        let wanted: Vec<Target> = self.fresh.drain(..size.min(self.fresh.len())).collect();
        if !wanted.is_empty() {
            return Some(Batch::new(wanted, self.part, self.route));
        }
        let earliest = (0..self.again.len()).min_by_key(|&at| self.again[at].not_before)?;
        Some(self.again.remove(earliest))
    }

    /// Puts a batch back as the next one. If it was never sent it is fresh again, and its size may change.
    pub(crate) fn put_back(&mut self, batch: Batch) {
        if !batch.asked {
            batch.wanted.into_iter().rev().for_each(|one| self.fresh.push_front(one));
        } else if !batch.wanted.is_empty() {
            self.again.push(batch);
        }
    }

    /// Takes out those that were requested and have no answer.
    pub(crate) fn take_owed(&mut self) -> Vec<Batch> {
        std::mem::take(&mut self.again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_core::RepoName;

    fn queue(len: usize) -> Queue {
        let wanted = (0..len).map(|i| Target::by_name(RepoName::github("o", &format!("n{i}")).unwrap()));
        Queue::new(wanted, Part::Scalars, Route::Graphql)
    }

    fn sent(mut batch: Batch) -> Batch {
        batch.asked = true;
        batch
    }

    #[test]
    fn halves_lose_nobody_and_end() {
        let mut queue = queue(5);
        let whole = queue.next(5).unwrap();
        let mut work = vec![whole.clone()];
        let mut queries = Vec::new();
        while let Some(batch) = work.pop() {
            queries.push((batch.wanted.clone(), batch.lean));
            work.extend(batch.halves().unwrap_or_default());
        }
        assert_eq!(queries.iter().filter(|(_, lean)| *lean).count(), 5);
        for (i, query) in queries.iter().enumerate() {
            assert!(!queries[..i].contains(query), "sent twice: {query:?}");
        }
    }

    #[test]
    fn what_was_put_back_comes_first() {
        let mut queue = queue(3);
        let first = sent(queue.next(2).unwrap());
        queue.put_back(first.clone());
        assert_eq!(queue.next(2).unwrap().wanted, first.wanted);
        assert_eq!(queue.next(2).unwrap().wanted.len(), 1);
        assert!(queue.next(2).is_none());
    }

    #[test]
    fn what_was_not_sent_may_change_its_size() {
        let mut queue = queue(9);
        let unsent = queue.next(6).unwrap();
        let first = unsent.wanted[0].clone();
        queue.put_back(unsent);
        let smaller = queue.next(2).unwrap();
        assert_eq!((smaller.wanted.len(), &smaller.wanted[0], queue.fresh()), (2, &first, 7));
    }

    #[tokio::test]
    async fn a_later_try_lets_fresh_ones_go_first() {
        let mut queue = queue(4);
        let mut late = sent(queue.next(2).unwrap());
        late.not_before = Some(Instant::now() + Duration::from_secs(60));
        queue.put_back(late.clone());
        assert_ne!(queue.next(2).unwrap().wanted, late.wanted);
        assert_eq!(queue.next(2).unwrap().wanted, late.wanted, "nothing else is left");
    }
}
