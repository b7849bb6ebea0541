//! The table `overview` of a run: papers of the week with their code, and with the citation counts that were asked for.

use crate::cli::plan::Plan;
use crate::run::link_tables::Counted;
use crate::run::tables::Tables;
use crate::weeks::overview::{Described, Known, without_code};
use anyhow::Result;
use starcite_core::paper::public_id;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_rows::{self as schema, OVERVIEW, Overview, Read};
use starcite_state::State;
use starcite_tables::{Layout, Portion, RowGroup, read_rows};

/// Everything that a row is made of besides its paper.
struct Overviewing<'a> {
    plan: &'a Plan,
    known: &'a Known,
    counts: Counted,
    looked_for: Option<String>,
    layout: Layout,
}

/// Writes the table, if the pipeline wants it.
pub(super) fn write(plan: &Plan, state: &State, tables: &mut Tables<'_>) -> Result<()> {
    let Some(mut table) = tables.open(&OVERVIEW)? else { return Ok(()) };
    let known = Known::read(plan.week, tables.brought()?.as_ref(), |table| tables.portions(table))?;
    let looked_for = plan.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "));
    let overviewing = Overviewing { plan, known: &known, counts: Counted::of(plan, state)?, looked_for, layout: table.layout().clone() };
    parallel_ordered(tables.portions(&schema::PAPERS)?.into_iter(), |_, portion| overviewing.rows(&portion), |rows: Result<RowGroup>| table.append(&rows?))?;
    tables.close(Some(table))
}

impl Overviewing<'_> {
    fn rows(&self, portion: &Portion) -> Result<RowGroup> {
        let mut rows = self.layout.columns();
        let frame = portion.read(Described::names())?;
        for paper in read_rows::<Described<'_>>(&frame)? {
            let paper = paper?;
            let mut row = without_code(&paper, self.looked_for.as_deref(), self.plan.week);
            self.known.fill(&mut row);
            self.add_count(&paper, &mut row);
            rows.push(&row)?;
        }
        self.layout.encode(rows)
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
