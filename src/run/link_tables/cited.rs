//! Citation counts of the papers that papers and repositories name, and the rows of those that repositories name.

use crate::cli::plan::Plan;
use crate::run::rows;
use anyhow::Result;
use starcite_core::Week;
use starcite_state::{Counts, RepoRow, State};
use starcite_tables::TableWriter;
use starcite_tables::manifest::CountCoverage;

/// Citation counts from a service, as of the week.
pub(in crate::run) struct Counted {
    counts: Counts,
    /// The service; `None` if the pipeline configures none.
    source: Option<&'static str>,
}

impl Counted {
    pub(in crate::run) fn of(plan: &Plan, state: &State) -> Result<Self> {
        let source = plan.counts.as_ref().map(|counts| counts.source.as_str());
        Ok(Self { counts: source.map_or_else(|| Ok(Counts::default()), |source| state.counts(source, plan.week))?, source })
    }

    /// Returns the count of a paper, if it is known.
    pub(in crate::run) fn get(&self, cited: &str) -> Option<rows::Counted> {
        self.counts.get(cited).zip(self.source)
    }

    /// Returns an empty coverage; `None` if the pipeline configures no service.
    pub(super) fn coverage(&self) -> Option<CountCoverage> {
        self.source.map(|_| CountCoverage::default())
    }
}

/// Adds a row's count to the coverage.
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
    // A repository without details has no file that was read, or is gone.
    for repo in repos.filter(|repo| repo.details_at.is_some()) {
        for paper in state.named_papers(repo.id, week)? {
            let count = counted.get(&paper.cited);
            note(coverage, count);
            citations.push(&rows::repo_citation(&repo.name, &paper, count, week))?;
        }
    }
    Ok(())
}
