//! What is still to be asked, in batches.

use crate::answer::Wanted;
use crate::query::Fields;
use std::collections::VecDeque;
use std::time::Duration;

/// Some repositories that go out in one request.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// Those without an answer yet; over REST there is one.
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) fields: Fields,
    /// Whether a request for them has been sent.
    pub(crate) asked: bool,
    /// Requests that brought them nothing, limits not counted.
    pub(crate) tries: u32,
    /// What those took, with the delays between them.
    pub(crate) spent: Duration,
    /// The path that a redirect led to, and how many redirects there were.
    pub(crate) redirect: Option<(String, u32)>,
}

impl Batch {
    fn new(wanted: Vec<Wanted>) -> Self {
        Self { wanted, fields: Fields::Scalars, asked: false, tries: 0, spent: Duration::ZERO, redirect: None }
    }

    /// Two queries that are not the one that was too much: each half, or fewer fields of a single repository.
    ///
    /// `None` where nothing smaller can be asked.
    pub(crate) fn halves(mut self) -> Option<Vec<Self>> {
        if self.wanted.len() > 1 {
            let mut second = self.clone();
            second.wanted = self.wanted.split_off(self.wanted.len().div_ceil(2));
            return Some(vec![self, second]);
        }
        if self.fields == Fields::Lean {
            return None;
        }
        self.fields = Fields::Lean;
        Some(vec![self])
    }
}

/// First those that have to be asked again, then the fresh ones, in the order given.
pub(crate) struct Queue {
    again: Vec<Batch>,
    fresh: VecDeque<Wanted>,
}

impl Queue {
    pub(crate) fn new(wanted: impl IntoIterator<Item = Wanted>) -> Self {
        Self { again: Vec::new(), fresh: wanted.into_iter().collect() }
    }

    /// The next batch; a fresh one has at most `size`.
    pub(crate) fn next(&mut self, size: usize) -> Option<Batch> {
        if let Some(batch) = self.again.pop() {
            return Some(batch);
        }
        let wanted: Vec<Wanted> = self.fresh.drain(..size.min(self.fresh.len())).collect();
        (!wanted.is_empty()).then(|| Batch::new(wanted))
    }

    /// Puts a batch back so that it is the next.
    pub(crate) fn put_back(&mut self, batch: Batch) {
        if !batch.wanted.is_empty() {
            self.again.push(batch);
        }
    }

    /// Those that have been asked for and have no answer, taken out.
    pub(crate) fn take_owed(&mut self) -> Vec<Wanted> {
        self.again.drain(..).filter(|batch| batch.asked).flat_map(|batch| batch.wanted).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_core::RepoName;

    fn queue(len: usize) -> Queue {
        Queue::new((0..len).map(|i| Wanted::by_name(RepoName::github("o", &format!("n{i}")).unwrap())))
    }

    #[test]
    fn halves_lose_nobody_and_end() {
        let mut queue = queue(5);
        let whole = queue.next(5).unwrap();
        let mut work = vec![whole.clone()];
        let mut queries = Vec::new();
        while let Some(batch) = work.pop() {
            queries.push((batch.wanted.clone(), batch.fields));
            work.extend(batch.halves().unwrap_or_default());
        }
        let lean: Vec<&Wanted> = queries.iter().filter(|(_, fields)| *fields == Fields::Lean).map(|(wanted, _)| &wanted[0]).collect();
        assert_eq!(lean.len(), 5);
        for (i, query) in queries.iter().enumerate() {
            assert!(!queries[..i].contains(query), "sent twice: {query:?}");
        }
    }

    #[test]
    fn what_was_put_back_comes_first() {
        let mut queue = queue(3);
        let first = queue.next(2).unwrap();
        queue.put_back(first.clone());
        assert_eq!(queue.next(2).unwrap().wanted, first.wanted);
        assert_eq!(queue.next(2).unwrap().wanted.len(), 1);
        assert!(queue.next(2).is_none());
    }
}
