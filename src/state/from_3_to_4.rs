//! Brings a state of version 3 up to date: rows of links and citations become sorted runs.

use super::linked::{LinkedPaper, SortedRun};
use super::seen::Sightings;
use super::{Damaged, State};
use anyhow::{Context, Result};
use starcite_core::Week;
use std::collections::BTreeMap;

/// Papers by id, of one week.
type Papers = BTreeMap<String, LinkedPaper>;

impl State {
    /// Runs within the transaction that brings the state up to date. Each paper counts as changed once, because contents were hashed in
    /// another way.
    pub(super) fn migrate_3_to_4(&self) -> Result<()> {
        self.db.execute_batch(&format!("ALTER TABLE seen RENAME TO seen_3; {NEW_TABLES}"))?;
        for week in self.weeks_3()? {
            let papers = self.papers_3(week)?;
            if let Some(run) = SortedRun::of(papers.into_values().collect())? {
                self.add_run(week, 1, &run)?;
            }
            self.add_sightings(week, &self.sightings_3(week)?)?;
        }
        let old = "DROP TABLE seen_3; DROP TABLE links; DROP TABLE linked_papers; DROP TABLE citations; DROP TABLE readings; PRAGMA user_version = 4";
        self.db.execute_batch(old).context("cannot leave the old tables")
    }

    fn weeks_3(&self) -> Result<Vec<Week>> {
        let mut query = self.db.prepare("SELECT week FROM seen_3 UNION SELECT week FROM links UNION SELECT week FROM citations ORDER BY 1")?;
        let weeks = query.query_map([], |row| row.get(0))?;
        weeks.map(|week| Week::from_number(week?).context(Damaged("a week"))).collect()
    }

    fn sightings_3(&self, week: Week) -> Result<Sightings> {
        let mut query = self.db.prepare("SELECT paper, content FROM seen_3 WHERE week = ?1 ORDER BY paper")?;
        let mut rows = query.query([week.number()])?;
        let mut sightings = Sightings::default();
        while let Some(row) = rows.next()? {
            sightings.add(row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned());
        }
        Ok(sightings)
    }

    /// Returns the links and citations of papers in a week in which any of them changed.
    fn papers_3(&self, week: Week) -> Result<Papers> {
        let mut papers = Papers::new();
        let mut query = self.db.prepare("SELECT paper_id, last_week IS NOT NULL, link FROM links WHERE week = ?1 ORDER BY paper_id, kind, target")?;
        let mut rows = query.query([week.number()])?;
        while let Some(row) = rows.next()? {
            let paper = paper(&mut papers, row.get(0)?);
            if !row.get::<_, bool>(1)? {
                paper.links.push(serde_json::from_str(row.get_ref(2)?.as_str()?).context(Damaged("a link"))?);
            }
        }
        let mut query = self.db.prepare("SELECT paper_id, gone, citation FROM citations WHERE week = ?1 ORDER BY paper_id, cited")?;
        let mut rows = query.query([week.number()])?;
        while let Some(row) = rows.next()? {
            let paper = paper(&mut papers, row.get(0)?);
            if !row.get::<_, bool>(1)? {
                paper.citations.push(serde_json::from_str(row.get_ref(2)?.as_str()?).context(Damaged("a citation"))?);
            }
        }
        self.add_titles_3(week, &mut papers)?;
        Ok(papers)
    }

    fn add_titles_3(&self, week: Week, papers: &mut Papers) -> Result<()> {
        let mut query = self.db.prepare("SELECT paper_id, title, published, upvotes, arxiv_id, doi FROM linked_papers WHERE week = ?1")?;
        let mut rows = query.query([week.number()])?;
        while let Some(row) = rows.next()? {
            let paper = paper(papers, row.get(0)?);
            (paper.title, paper.upvotes) = (row.get(1)?, row.get(3)?);
            paper.published = row.get::<_, Option<String>>(2)?.and_then(|day| day.parse().ok());
            (paper.arxiv_id, paper.doi) = (row.get(4)?, row.get(5)?);
        }
        Ok(())
    }
}

fn paper(papers: &mut Papers, paper_id: String) -> &mut LinkedPaper {
    papers.entry(paper_id.clone()).or_insert_with(|| LinkedPaper { paper_id, ..LinkedPaper::default() })
}

const NEW_TABLES: &str = "
    CREATE TABLE seen (id INTEGER PRIMARY KEY, week INTEGER, sightings BLOB);
    CREATE TABLE linked_blocks (id INTEGER PRIMARY KEY, papers BLOB);
    CREATE TABLE linked_runs (first_block INTEGER PRIMARY KEY, last_block INTEGER, week INTEGER, generation INTEGER, first_paper TEXT);";
