//! How often the papers are cited that papers and repositories name, and the rows of those that repositories name.

use crate::plan::Plan;
use crate::rows;
use crate::state::{Counts, RepoRow, State};
use crate::tables::TableWriter;
use crate::tables::manifest::CountCoverage;
use anyhow::Result;
use starcite_core::Week;

/// What a service said, as of the week.
pub(super) struct Counted {
    counts: Counts,
    /// The service; `None` where the pipeline asks none.
    source: Option<&'static str>,
}

impl Counted {
    pub(super) fn of(plan: &Plan, state: &State) -> Result<Self> {
        let source = plan.counts.as_ref().map(|counts| counts.source.as_str());
        Ok(Self { counts: source.map_or_else(|| Ok(Counts::default()), |source| state.counts(source, plan.week))?, source })
    }

    /// What is known of a paper that is named.
    pub(super) fn get(&self, cited: &str) -> Option<rows::Counted> {
        self.counts.get(cited).zip(self.source)
    }

    /// Of no row yet; `None` where the pipeline asks no service.
    pub(super) fn coverage(&self) -> Option<CountCoverage> {
        self.source.map(|_| CountCoverage::default())
    }
}

/// Notes what is known of how often the paper of a row is cited.
pub(super) fn note(coverage: &mut Option<CountCoverage>, counted: Option<rows::Counted>) {
    let Some(coverage) = coverage else { return };
    coverage.citations += 1;
    match counted {
        Some((count, _)) if count.cited_by.is_some() => coverage.counted += 1,
        Some(_) => coverage.unknown_to_source += 1,
        None => coverage.not_asked += 1,
    }
}

/// Writes the papers that repositories name, repository by repository.
pub(super) fn write_named_by<'a>(
    repos: impl Iterator<Item = &'a RepoRow>,
    state: &State,
    counted: &Counted,
    week: Week,
    citations: &mut TableWriter,
    coverage: &mut Option<CountCoverage>,
) -> Result<()> {
    // Without details no file of it was read, or it is gone.
    for repo in repos.filter(|repo| repo.details_at.is_some()) {
        for paper in state.named_papers(repo.id, week)? {
            let count = counted.get(&paper.cited);
            note(coverage, count);
            citations.push(&rows::repo_citation(&repo.name, &paper, count, week))?;
        }
    }
    Ok(())
}
