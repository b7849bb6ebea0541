//! The links of papers, every version of them by week.

use super::State;
use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::{Link, Paper, RepoName, Week};
use std::cmp::Ordering;

/// A link as of a week.
pub(crate) struct WeekLink {
    pub(crate) paper_id: String,
    pub(crate) link: Link,
    /// The week that first had it.
    pub(crate) first_week: Week,
    /// The last week that had it, where a newer version of the paper lacks it.
    pub(crate) last_week: Option<Week>,
}

impl WeekLink {
    /// The order of a paper's links in the table: by kind and target as written.
    pub(crate) fn in_table_order(a: &Self, b: &Self) -> Ordering {
        (a.link.kind.as_str(), &a.link.target).cmp(&(b.link.kind.as_str(), &b.link.target))
    }
}

/// A link as it stands in the state.
struct StoredLink {
    kind: String,
    target: String,
    repo_key: Option<String>,
    row: String,
}

const NEWEST: &str = "
    SELECT paper_id, link, (SELECT MIN(week) FROM links o WHERE o.paper_id = l.paper_id AND o.kind = l.kind AND o.target = l.target), last_week
    FROM links l
    WHERE week = (SELECT MAX(week) FROM links n WHERE n.paper_id = l.paper_id AND n.kind = l.kind AND n.target = l.target AND n.week <= ?1)
    ORDER BY paper_id";

impl State {
    /// Adds the links of a paper that `week` brought.
    pub(crate) fn add_links(&self, paper: &Paper, links: &[Link], week: Week) -> Result<()> {
        if links.is_empty() {
            return Ok(());
        }
        for link in links {
            let (kind, target) = link.key();
            let row = serde_json::to_string(link).context("a link as JSON")?;
            let repo_key = link.repo.as_ref().map(|repo| repo.key());
            self.add_link(&paper.paper_id, &StoredLink { kind: kind.as_str().to_owned(), target, repo_key, row }, week, None)?;
            self.add_readings(link, week)?;
        }
        let published = paper.published.map(|day| day.to_string());
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO linked_papers (paper_id, week, title, published, upvotes, arxiv_id, doi) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((&paper.paper_id, week.number(), &paper.title, published, paper.upvotes, &paper.arxiv_id, &paper.doi))?;
        Ok(())
    }

    /// Makes the repositories known that a link may mean: its own, and those of an ambiguous link.
    fn add_readings(&self, link: &Link, week: Week) -> Result<()> {
        let readings: Vec<&RepoName> = link.readings().collect();
        for repo in &readings {
            self.name_repo(repo, week.start())?;
            if readings.len() > 1 {
                self.db.prepare_cached("INSERT OR IGNORE INTO readings (key, week) VALUES (?1, ?2)")?.execute((repo.key(), week.number()))?;
            }
        }
        Ok(())
    }

    /// Makes room for the new links of a paper that the state knows: what an earlier run of the same week wrote goes, what it
    /// had before and lacks now stays, with the week before as its last.
    pub(crate) fn replace_links(&self, paper_id: &str, links: &[Link], week: Week) -> Result<()> {
        self.db.prepare_cached("DELETE FROM links WHERE paper_id = ?1 AND week = ?2")?.execute((paper_id, week.number()))?;
        self.db.prepare_cached("DELETE FROM linked_papers WHERE paper_id = ?1 AND week = ?2")?.execute((paper_id, week.number()))?;
        for before in self.current_links(paper_id, week)? {
            let kept = links.iter().map(Link::key).any(|(kind, target)| kind.as_str() == before.kind && target == before.target);
            if !kept {
                self.add_link(paper_id, &before, week, Some(week.number() - 7))?;
            }
        }
        Ok(())
    }

    fn add_link(&self, paper_id: &str, link: &StoredLink, week: Week, last_week: Option<i32>) -> Result<()> {
        self.db
            .prepare_cached("INSERT INTO links (paper_id, kind, target, week, last_week, repo_key, link) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute((paper_id, &link.kind, &link.target, week.number(), last_week, &link.repo_key, &link.row))?;
        Ok(())
    }

    /// The links that a paper had just before `week`.
    fn current_links(&self, paper_id: &str, week: Week) -> Result<Vec<StoredLink>> {
        let mut query = self.db.prepare_cached(
            "SELECT kind, target, repo_key, link FROM links l WHERE paper_id = ?1 AND last_week IS NULL
             AND week = (SELECT MAX(week) FROM links n WHERE n.paper_id = l.paper_id AND n.kind = l.kind AND n.target = l.target AND n.week < ?2)",
        )?;
        let rows = query
            .query_map((paper_id, week.number()), |row| Ok(StoredLink { kind: row.get(0)?, target: row.get(1)?, repo_key: row.get(2)?, row: row.get(3)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The links of each paper as of a week, papers and links in the order of the table's key.
    pub(crate) fn for_each_linked_paper(&self, week: Week, mut take: impl FnMut(&str, Vec<WeekLink>) -> Result<()>) -> Result<()> {
        let mut query = self.db.prepare_cached(NEWEST)?;
        let mut rows = query.query([week.number()])?;
        let mut paper: Vec<WeekLink> = Vec::new();
        while let Some(row) = rows.next()? {
            let link = week_link(row)?;
            if paper.first().is_some_and(|first| first.paper_id != link.paper_id) {
                take_sorted(std::mem::take(&mut paper), &mut take)?;
            }
            paper.push(link);
        }
        take_sorted(paper, &mut take)
    }

    /// The title of a linked paper as of a week.
    pub(crate) fn title(&self, paper_id: &str, week: Week) -> Result<Option<String>> {
        let title = self
            .db
            .prepare_cached("SELECT title FROM linked_papers WHERE paper_id = ?1 AND week <= ?2 ORDER BY week DESC LIMIT 1")?
            .query_row((paper_id, week.number()), |row| row.get(0))
            .optional()?;
        Ok(title.flatten())
    }
}

fn week_link(row: &rusqlite::Row<'_>) -> Result<WeekLink> {
    let json: String = row.get(1)?;
    let first: i32 = row.get(2)?;
    let last: Option<i32> = row.get(3)?;
    Ok(WeekLink {
        paper_id: row.get(0)?,
        link: serde_json::from_str(&json).context("a link in the state")?,
        first_week: Week::from_number(first).context("a week in the state")?,
        last_week: last.and_then(Week::from_number),
    })
}

/// The state's order is that of normalised names, the table's that of the targets as written.
fn take_sorted(mut links: Vec<WeekLink>, take: &mut impl FnMut(&str, Vec<WeekLink>) -> Result<()>) -> Result<()> {
    links.sort_by(WeekLink::in_table_order);
    match links.first().map(|link| link.paper_id.clone()) {
        Some(paper_id) => take(&paper_id, links),
        None => Ok(()),
    }
}

/// How many papers with links the state knows, and how many links.
pub(crate) fn counts(db: &Connection) -> Result<(i64, i64)> {
    Ok(db.query_row(
        "SELECT (SELECT COUNT(DISTINCT paper_id) FROM linked_papers), (SELECT COUNT(*) FROM (SELECT DISTINCT paper_id, kind, target FROM links))",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}
