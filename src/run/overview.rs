//! The table `overview` of a run: papers of the week with their code, with the citation counts that were asked for, and answers that came late.

use crate::cli::plan::Plan;
use crate::run::link_tables::Counted;
use crate::run::tables::Tables;
use crate::weeks::overview::{Described, Known, without_code};
use anyhow::Result;
use starcite_core::paper::public_id;
use starcite_core::{RepoName, Week};
use starcite_ground::clock;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_rows::{self as schema, OVERVIEW, Overview, Read};
use starcite_state::{RepoRow, State};
use starcite_tables::{Layout, Portion, RowGroup, read_rows};
use std::collections::HashMap;

/// Everything that a row is made of besides its paper.
struct Overviewing<'a> {
    plan: &'a Plan,
    known: &'a Known,
    /// Answers after the close of the week's observations, by repository.
    late: HashMap<&'a str, RepoRow>,
    counts: Counted,
    looked_for: Option<String>,
    layout: Layout,
}

/// Writes the table, if the pipeline wants it.
pub(super) fn write(plan: &Plan, state: &State, tables: &mut Tables<'_>) -> Result<()> {
    let Some(mut table) = tables.open(&OVERVIEW)? else { return Ok(()) };
    let known = Known::read(tables.brought()?.as_ref(), |table| tables.portions(table))?;
    let looked_for = plan.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "));
    let (late, counts) = (late(plan, state, &known)?, Counted::of(plan, state)?);
    let overviewing = Overviewing { plan, known: &known, late, counts, looked_for, layout: table.layout().clone() };
    parallel_ordered(tables.portions(&schema::PAPERS)?.into_iter(), |_, portion| overviewing.rows(&portion), |rows: Result<RowGroup>| table.append(&rows?))?;
    tables.close(Some(table))
}

/// Returns what hosts answered after the week's observations had closed, which no other table of the week has.
fn late<'k>(plan: &Plan, state: &State, known: &'k Known) -> Result<HashMap<&'k str, RepoRow>> {
    let mut late = HashMap::new();
    if plan.is_closed() {
        let now = Week::of(clock::now());
        for repo in known.repos() {
            let row = state.repo_row_named(&RepoName::parse(repo)?, now)?;
            let is_late = |row: &RepoRow| row.observed_at.is_some_and(|at| at >= plan.week.observations_close());
            late.extend(row.filter(is_late).map(|row| (repo, row)));
        }
    }
    Ok(late)
}

impl Overviewing<'_> {
    fn rows(&self, portion: &Portion) -> Result<RowGroup> {
        let mut rows = self.layout.columns();
        let frame = portion.read(Described::names())?;
        for paper in read_rows::<Described<'_>>(&frame)? {
            let paper = paper?;
            let mut row = without_code(&paper, self.looked_for.as_deref(), self.plan.week);
            self.known.fill(&mut row);
            self.add_late(&mut row);
            self.add_count(&paper, &mut row);
            rows.push(&row)?;
        }
        self.layout.encode(rows)
    }

    fn add_late<'a>(&'a self, row: &mut Overview<'a>) {
        let Some(late) = row.repo.as_deref().and_then(|repo| self.late.get(repo)) else { return };
        row.late_state = Some(late.state);
        row.late_license_spdx = late.facts().license_spdx.as_deref().map(Into::into);
        row.late_stars = late.facts().stars;
        row.late_at = late.observed_at;
    }

    /// A service's answer goes before the count in the record of a source.
    fn add_count(&self, paper: &Described<'_>, row: &mut Overview<'_>) {
        let id = public_id(paper.arxiv_id.as_deref(), paper.doi.as_deref());
        if let Some((count, source)) = id.and_then(|id| self.counts.get(&id))
            && let Some(cited_by) = count.cited_by
        {
            (row.cited_by_count, row.cited_by_source, row.cited_by_at) = (Some(cited_by), Some(source.into()), Some(count.at));
        }
    }
}
