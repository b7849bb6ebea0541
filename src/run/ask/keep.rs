//! Stores answers in the state, and collects the requests that they make necessary.

use super::files;
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use starcite_core::answer::{Answer, BatchOutcome, Detail, StarPage, Target};
use starcite_core::{Part, RepoFacts, StateReason, paper_mentions};
use starcite_ground::clock;
use starcite_state::{Kept, State};

/// A page whose newest week is older than this is not the newest page: GitHub promises no order.
const RECENT: TimeDelta = TimeDelta::days(15);

/// Stores the answers to one selection.
pub(super) struct AnswerWriter {
    part: Part,
    run_at: DateTime<Utc>,
    next: Vec<Target>,
}

impl AnswerWriter {
    pub(super) fn new(part: Part, run_at: DateTime<Utc>) -> Self {
        Self { part, run_at, next: Vec::new() }
    }

    /// Returns the next requests: for repositories in doubt, or further pages.
    pub(super) fn next(self) -> Vec<Target> {
        self.next
    }

    /// Stores a batch, within a transaction of the caller.
    pub(super) fn keep(&mut self, state: &State, batch: &BatchOutcome) -> Result<()> {
        batch.answers.iter().try_for_each(|(wanted, answer)| self.keep_one(state, wanted, answer))
    }

    fn keep_one(&mut self, state: &State, wanted: &Target, answer: &Answer) -> Result<()> {
        match answer {
            // The part can't be had. A later run confirms by the repository's id whether it is gone.
            Answer::Observed(observation) if self.part != Part::Scalars => {
                let error = format!("{} when asked for its {}: believed when its scalars say so too", observation.state.as_str(), self.part);
                state.asked(&wanted.name, self.part, clock::now(), Some((StateReason::DeletedOrPrivate.as_str(), &error)))?;
            }
            Answer::Observed(observation) => {
                if state.answer(&wanted.name, wanted.node_id.is_none(), observation, self.run_at)? == Kept::Doubted {
                    self.next.push(wanted.clone());
                }
            }
            Answer::NotPublic(observation) => state.answer_not_public(&wanted.name, wanted.node_id.is_none(), observation)?,
            Answer::Detailed(detail) if self.part == Part::Files => files::keep(state, &wanted.name, (**detail).clone())?,
            Answer::Detailed(detail) if self.part == Part::Tree => state.add_detail(&wanted.name, self.part, &with_readme(detail))?,
            Answer::Detailed(detail) => state.add_detail(&wanted.name, self.part, detail)?,
            Answer::Stars(page) => self.keep_page(state, wanted, page)?,
            Answer::Unchanged => state.add_detail(&wanted.name, self.part, &nothing_more(clock::now()))?,
            Answer::Failed { reason, error } => state.asked(&wanted.name, self.part, clock::now(), Some((reason.as_str(), error)))?,
        }
        Ok(())
    }

    /// Stores a page of stars. Pages after one with a known week contain nothing new, unless it is not the newest page.
    fn keep_page(&mut self, state: &State, wanted: &Target, page: &StarPage) -> Result<()> {
        let met_known = state.add_star_page(&wanted.name, wanted.page, page)?;
        state.add_detail(&wanted.name, self.part, &nothing_more(page.observed_at))?;
        let is_recent = page.weeks.iter().any(|week| page.observed_at - week.start < RECENT);
        let further = if met_known && !is_recent && wanted.page == 1 { page.last } else { page.next.filter(|_| !met_known) };
        match further.filter(|number| *number > wanted.page) {
            Some(number) => self.next.push(Target { page: number, etag: state.star_etag(&wanted.name, number)?, ..wanted.clone() }),
            None => state.set_whole_history(&wanted.name)?,
        }
        Ok(())
    }
}

/// Adds the size of the README to the tree: 0 if there is none.
fn with_readme(tree: &Detail) -> Detail {
    let files = || tree.entries.iter().filter(|entry| entry.is_file);
    let readme = paper_mentions::readme_of(files().map(|entry| entry.name.as_str()));
    let bytes = files().find(|entry| Some(entry.name.as_str()) == readme).map_or(0, |entry| entry.bytes);
    Detail { facts: RepoFacts { readme_bytes: Some(bytes), ..tree.facts.clone() }, ..tree.clone() }
}

/// Returns an answer without data: the part was requested, and its facts are stored elsewhere or there are none.
pub(super) fn nothing_more(observed_at: DateTime<Utc>) -> Detail {
    Detail { observed_at, facts: RepoFacts::default(), entries: Vec::new(), files: Vec::new() }
}
