//! Restores a week's papers and their links: the versions of each paper, derived from the weeks of its links.

use super::groups::Groups;
use super::read::{self, Counted, LinkRow};
use super::repositories::Taken;
use crate::weeks::FinishedWeek;
use anyhow::{Context, Result};
use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension};
use starcite_core::{Citation, Field, Link, Paper, RepoName, Week};
use starcite_ground::interrupt;
use starcite_ground::sqlite;
use starcite_rows::{CITATIONS, LINKS, PAPERS, RANKINGS, Ranking, Read, Text, view};
use starcite_state::{LinkedPaper, Merge, PaperVersions, SortedRun, State, TakenRepo, WeekLink, fields_hash, paper_key, row_hash};
use starcite_tables::read_rows;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Number of papers that are written together.
const BATCH_PAPERS: usize = 4_096;

/// The generation of the restored data: no later run has found more.
const GENERATION: i64 = 1;

/// The hash of an unknown row: no row has it.
const NO_ROW: u64 = 0;

/// Takes over `papers`, `links` and `citations` of a week; returns the number of papers with links or citations in it, and the number of links.
pub(super) fn take(state: &State, week: &FinishedWeek, there: &BTreeSet<Week>, repos: &Taken) -> Result<(u64, u64)> {
    let mut rows = Tables::open(state, week)?;
    let own = Own::read(week, there)?;
    let mut found = Found::default();
    let (mut papers, mut links) = (0, 0);
    while let Some(paper) = rows.next()? {
        interrupt::check()?;
        papers += u64::from(paper.has_rows());
        links += paper.links.len() as u64;
        take_word(state, &paper, week.week, repos)?;
        versions(paper, &own, week, there, &mut found)?;
        found.flush_if_long(state)?;
    }
    own.for_each_left(|paper_id, fields| {
        found.saw(week.week, paper_id, row_hash(fields, &[]));
        found.flush_if_long(state)
    })?;
    found.flush(state)?;
    take_named_papers(state, week, repos)?;
    Ok((papers, links))
}

view! {
    struct Titled<'a> of Ranking {
        paper_id: Text<'a>,
        title: Option<Text<'a>>,
        published: Option<NaiveDate>,
    }
}

/// A paper in the tables of a week, and its versions of earlier weeks in the state.
struct TablePaper {
    paper_id: String,
    links: Vec<LinkRow>,
    citations: Vec<(Citation, Option<Counted>)>,
    known: Option<PaperVersions>,
}

impl TablePaper {
    fn has_rows(&self) -> bool {
        !self.links.is_empty() || !self.citations.is_empty()
    }

    /// Returns the links that the paper had in a week.
    fn links_in(&self, week: Week) -> Vec<Link> {
        let has = |row: &&LinkRow| row.link.first_week <= week && row.link.last_week.is_none_or(|last| last >= week);
        self.links.iter().filter(has).map(|row| row.link.link.clone()).collect()
    }

    fn citations(&self) -> Vec<Citation> {
        self.citations.iter().map(|(citation, _)| citation.clone()).collect()
    }

    /// Returns the weeks later than `after` in which a link appeared or disappeared.
    fn turns(&self, after: Option<Week>) -> BTreeSet<Week> {
        let turns = self.links.iter().flat_map(|row| [Some(row.link.first_week), row.link.last_week.map(Week::after)]);
        turns.flatten().filter(|week| after.is_none_or(|after| *week > after)).collect()
    }
}

/// The tables of a week and the state, read in parallel in the order of papers' ids.
struct Tables {
    links: Groups<LinkRow>,
    citations: Groups<(Citation, Option<Counted>)>,
    merge: Merge<Connection>,
    known: Option<PaperVersions>,
}

impl Tables {
    fn open(state: &State, week: &FinishedWeek) -> Result<Self> {
        let links = Groups::new(&LINKS, week.portions(&LINKS)?, |frame| read_rows(frame)?.map(|row| read::link(row?)).collect());
        let citations = if week.has(&CITATIONS) { week.portions(&CITATIONS)? } else { Vec::new() };
        let citations = Groups::new(&CITATIONS, citations, |frame| read_rows(frame)?.map(|row| read::citation(row?)).collect());
        let mut merge = Merge::until(state.reader()?, week.week)?;
        let known = merge.next_paper()?;
        Ok(Self { links, citations, merge, known })
    }

    fn next(&mut self) -> Result<Option<TablePaper>> {
        let known = self.known.as_ref().map(|paper| paper.paper_id.as_str());
        let Some(paper_id) = [self.links.peek()?, self.citations.peek()?, known].into_iter().flatten().min().map(str::to_owned) else { return Ok(None) };
        let known = if known == Some(&paper_id) { std::mem::replace(&mut self.known, self.merge.next_paper()?) } else { None };
        let (links, citations) = (self.links.next_of(&paper_id)?, self.citations.next_of(&paper_id)?);
        Ok(Some(TablePaper { paper_id, links, citations, known }))
    }
}

/// The papers that a week brought, in a temporary database, so that memory does not grow with them.
struct Own {
    db: Connection,
}

impl Own {
    fn read(week: &FinishedWeek, there: &BTreeSet<Week>) -> Result<Self> {
        let db = sqlite::temporary(
            "CREATE TABLE papers (paper_id TEXT PRIMARY KEY, paper TEXT, fields INTEGER) WITHOUT ROWID;
             CREATE TABLE titles (paper_id TEXT PRIMARY KEY, title TEXT, published TEXT) WITHOUT ROWID;",
        )?;
        let own = Self { db };
        own.add_papers(week)?;
        if week.has(&RANKINGS) && week.manifest.built_on.iter().any(|week| !there.contains(week)) {
            own.add_titles(week)?;
        }
        Ok(own)
    }

    fn add_papers(&self, week: &FinishedWeek) -> Result<()> {
        let mut insert = self.db.prepare("INSERT OR REPLACE INTO papers (paper_id, paper, fields) VALUES (?1, ?2, ?3)")?;
        for portion in week.portions(&PAPERS)? {
            for row in read_rows(&portion.read(PAPERS.names())?)? {
                let paper = read::paper(row?)?;
                let fields = fields_hash(&paper).cast_signed();
                let paper = LinkedPaper::new(paper, Default::default());
                insert.execute((&paper.paper_id, serde_json::to_string(&paper).context("a paper as JSON")?, fields))?;
            }
        }
        Ok(())
    }

    /// Adds titles from the ranking, for papers whose weeks are gone.
    fn add_titles(&self, week: &FinishedWeek) -> Result<()> {
        let mut insert = self.db.prepare("INSERT OR REPLACE INTO titles (paper_id, title, published) VALUES (?1, ?2, ?3)")?;
        for portion in week.long_portions(&RANKINGS)? {
            for row in read_rows::<Titled<'_>>(&portion.read(Titled::names())?)? {
                let Titled { paper_id, title, published } = row?;
                insert.execute((paper_id, title, published.map(|day| day.to_string())))?;
            }
        }
        Ok(())
    }

    /// Removes and returns a paper, with the hash of its fields.
    fn take(&self, paper_id: &str) -> Result<Option<(LinkedPaper, u64)>> {
        let mut query = self.db.prepare_cached("DELETE FROM papers WHERE paper_id = ?1 RETURNING paper, fields")?;
        let found: Option<(String, i64)> = query.query_row([paper_id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.map(|(json, fields)| Ok((serde_json::from_str(&json).context("a paper of the week")?, fields.cast_unsigned()))).transpose()
    }

    /// Creates a paper that the week did not bring from the data that is known of it.
    fn named(&self, paper: &TablePaper) -> Result<LinkedPaper> {
        let of_id = |scheme: &str| paper.paper_id.strip_prefix(scheme).map(str::to_owned);
        let (arxiv_id, doi) = (of_id("arxiv:"), of_id("doi:"));
        let unnamed = LinkedPaper { paper_id: paper.paper_id.clone(), arxiv_id, doi, ..LinkedPaper::default() };
        if let Some(known) = &paper.known {
            let newest = known.as_of_week()?;
            let (title, published, arxiv_id, doi) = (newest.title, newest.published, newest.arxiv_id, newest.doi);
            return Ok(LinkedPaper { title, published, arxiv_id, doi, ..unnamed });
        }
        let mut query = self.db.prepare_cached("SELECT title, published FROM titles WHERE paper_id = ?1")?;
        let found: Option<(Option<String>, Option<String>)> = query.query_row([&paper.paper_id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (title, published) = found.unwrap_or_default();
        Ok(LinkedPaper { title, published: published.and_then(|day| day.parse().ok()), ..unnamed })
    }

    /// Passes on the papers that were not taken, with the hashes of their fields.
    fn for_each_left(&self, mut take: impl FnMut(&str, u64) -> Result<()>) -> Result<()> {
        let mut query = self.db.prepare("SELECT paper_id, fields FROM papers ORDER BY paper_id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            take(&row.get::<_, String>(0)?, row.get::<_, i64>(1)?.cast_unsigned())?;
        }
        Ok(())
    }
}

/// The versions and sightings that are to be written.
#[derive(Default)]
struct Found {
    versions: BTreeMap<Week, Vec<LinkedPaper>>,
    seen: BTreeMap<Week, Vec<(u64, u64)>>,
    papers: usize,
}

impl Found {
    fn add(&mut self, week: Week, version: LinkedPaper) {
        self.versions.entry(week).or_default().push(version);
        self.papers += 1;
    }

    fn saw(&mut self, week: Week, paper_id: &str, row: u64) {
        self.seen.entry(week).or_default().push((paper_key(paper_id), row));
        self.papers += 1;
    }

    fn flush_if_long(&mut self, state: &State) -> Result<()> {
        if self.papers >= BATCH_PAPERS { self.flush(state) } else { Ok(()) }
    }

    fn flush(&mut self, state: &State) -> Result<()> {
        let found = std::mem::take(self);
        for (week, versions) in found.versions {
            SortedRun::of(versions)?.map_or(Ok(()), |run| state.add_run(week, GENERATION, &run))?;
        }
        found.seen.iter().try_for_each(|(week, seen)| state.add_rows(*week, seen))
    }
}

/// Adds the versions of a paper that the state lacks: one for the week if it brought the paper, and one for each week in which a link appeared
/// or disappeared.
fn versions(paper: TablePaper, own: &Own, week: &FinishedWeek, there: &BTreeSet<Week>, found: &mut Found) -> Result<()> {
    let known_until = paper.known.as_ref().and_then(PaperVersions::newest_week);
    let brought = own.take(&paper.paper_id)?;
    let mut turns = paper.turns(known_until);
    if brought.is_some() {
        turns.remove(&week.week);
    } else if turns.is_empty() && paper.has_rows() && !is_known(&paper, week)? {
        turns.insert(unnamed_week(week, there, known_until));
    }
    let newest = turns.last().copied().filter(|_| brought.is_none());
    let named = if turns.is_empty() { LinkedPaper::default() } else { own.named(&paper)? };
    for turn in turns {
        let links = paper.links_in(turn);
        let citations = if newest == Some(turn) { paper.citations() } else { Vec::new() };
        let version = LinkedPaper { links, citations, ..named.clone() };
        if version.points_somewhere() {
            found.saw(turn, &paper.paper_id, NO_ROW);
            found.add(turn, version);
        } else {
            // Like a paper that its source deleted.
            let gone = Paper { paper_id: paper.paper_id.clone(), ..Paper::default() };
            found.saw(turn, &paper.paper_id, row_hash(fields_hash(&gone), &[]));
            found.add(turn, LinkedPaper::new(gone, Default::default()));
        }
    }
    if let Some((brought, fields)) = brought {
        let version = LinkedPaper { links: paper.links_in(week.week), citations: paper.citations(), ..brought };
        found.saw(week.week, &paper.paper_id, row_hash(fields, &version.links));
        if paper.known.is_some() || version.points_somewhere() {
            found.add(week.week, version);
        }
    }
    Ok(())
}

/// True if the state has the same data of a paper as the tables of a week.
fn is_known(paper: &TablePaper, week: &FinishedWeek) -> Result<bool> {
    let Some(known) = &paper.known else { return Ok(false) };
    let known = known.as_of_week()?;
    // Links that were resolved to the same repository are one link, with the mentions of all.
    let had = mentions(known.links.iter());
    let has = mentions(paper.links.iter().map(|row| &row.link));
    Ok(had == has && (!week.has(&CITATIONS) || known.citations == paper.citations()))
}

/// Returns the mentions of the links that a paper still has.
fn mentions<'a>(links: impl Iterator<Item = &'a WeekLink>) -> BTreeSet<(Field, Option<usize>, &'a str)> {
    let places = links.filter(|link| link.last_week.is_none()).flat_map(|link| &link.link.mentions);
    places.map(|place| (place.field, place.start, place.raw.as_str())).collect()
}

/// Returns the week of a paper that no link dates: the newest week whose tables are gone, else the week itself.
fn unnamed_week(week: &FinishedWeek, there: &BTreeSet<Week>, known_until: Option<Week>) -> Week {
    let gone = week.manifest.built_on.iter().filter(|of| !there.contains(of) && known_until.is_none_or(|known| **of > known));
    gone.max().copied().unwrap_or(week.week)
}

/// Takes over the data of repositories and services on a paper's links and citations.
fn take_word(state: &State, paper: &TablePaper, week: Week, repos: &Taken) -> Result<()> {
    for row in &paper.links {
        let Some((repo, repo_id)) = &row.repo else { continue };
        let Some(id) = state.repo_of(repo, *repo_id)? else { continue };
        let at = repos.get(&id).map_or(week.start(), |repo| repo.at);
        row.absent.iter().try_for_each(|reading| state.take_absent(reading, at))?;
        if let Some(named) = &row.named {
            state.take_naming(id, &paper.paper_id, at, named.as_ref())?;
        }
        if let (true, Some(repo_state)) = (row.is_reassigned, row.state) {
            state.take_former(id, repo, repo_state)?;
        }
    }
    paper.citations.iter().try_for_each(|(citation, counted)| take_count(state, &citation.cited, counted.as_ref()))
}

fn take_count(state: &State, cited: &str, counted: Option<&Counted>) -> Result<()> {
    counted.map_or(Ok(()), |counted| state.take_count(cited, &counted.source, counted.at, counted.count))
}

/// Takes over the papers that repositories name.
fn take_named_papers(state: &State, week: &FinishedWeek, repos: &Taken) -> Result<()> {
    if !week.has(&CITATIONS) {
        return Ok(());
    }
    let mut silent: HashMap<i64, &TakenRepo> = repos.iter().filter(|(_, repo)| repo.details_at.is_some()).map(|(id, repo)| (*id, repo)).collect();
    let mut groups = Groups::new(&CITATIONS, week.portions(&CITATIONS)?, |frame| read_rows(frame)?.map(|row| read::named_paper(row?)).collect());
    while let Some((name, papers)) = groups.next()? {
        papers.iter().try_for_each(|(paper, counted)| take_count(state, &paper.cited, counted.as_ref()))?;
        let Some(repo) = state.repo_of(&RepoName::parse(&name)?, None)?.and_then(|id| silent.remove(&id)) else { continue };
        let papers: Vec<_> = papers.into_iter().map(|(paper, _)| paper).collect();
        state.take_named_papers(repo, &papers, week.week)?;
    }
    silent.values().try_for_each(|repo| state.take_named_papers(repo, &[], week.week))
}
