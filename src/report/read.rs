//! Reads what a page shows from the tables of its week, and the texts of papers that the week did not bring from those of earlier weeks.

use super::Wish;
use super::model::{Listed, Report, StarWeek};
use crate::progress::Progress;
use crate::weeks::{FinishedWeek, kept, overview};
use anyhow::{Context, Result, ensure};
use chrono::{Days, NaiveDate};
use starcite_core::availability::Tier;
use starcite_ground::parallel_ordered::both;
use starcite_rows::{
    CHANGES, Change, Column, LINKS, Link, OVERVIEW, Overview, PAPERS, Paper, RANKINGS, REPOS, Ranking, Read, Repo, STARS, Stars, Text, Texts, view,
};
use starcite_state::paper_key;
use starcite_tables::read_rows;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// A page shows so many papers by trend, whenever their week was.
const BY_TREND: i64 = 100;

/// A page shows so many papers by the stars that they gained in four weeks.
const BY_MONTH: usize = 100;

/// Number of weeks of which a page shows the stars.
const STAR_WEEKS: u64 = 26;

type Keys = HashSet<u64>;

/// Papers by their keys; `None` for one that is left out.
type Papers = HashMap<u64, Option<Box<Paper<'static>>>>;

/// The rows about the papers of a page, by the keys of the papers.
struct Found {
    papers: Papers,
    rankings: HashMap<u64, Box<Ranking<'static>>>,
    /// Papers that are not ranked.
    unranked: HashMap<u64, Unranked<'static>>,
    links: HashMap<u64, Vec<Link<'static>>>,
}

impl Report {
    /// Reads the first of the weeks, which come newest first.
    ///
    /// # Errors
    /// When the week lacks a table, or a file is not what its manifest says.
    pub(crate) fn read(weeks: &[FinishedWeek], wish: &Wish<'_>, progress: &Progress) -> Result<Self> {
        let week = weeks.first().context("bug: no week")?;
        for table in overview::MADE_OF {
            ensure!(week.has(table), "{} has no table {}: leave it among the pipeline's tables and run the week again", week.week, table.name);
        }
        progress.reading(&week.folder.display().to_string());
        let mut papers = papers(week, |_| true, wish)?;
        let of_week: Keys = papers.keys().copied().collect();
        let changes = week.select(&CHANGES, columns::<Change<'_>>(), |frame| kept(read_rows(frame)?, |change: Change<'_>| Some(change.into_static())))?;
        let wanted = wanted(week, &of_week, &changes, wish.all)?;
        add_earlier(&mut papers, &wanted, &weeks[1..], wish, progress)?;
        let (rankings, (links, unranked)) = both(|| rankings(week, &wanted), || both(|| links(week, &wanted), || unranked(week, &of_week)))?;
        let mut found = Found { papers, rankings, unranked, links };
        let keys: Keys = of_week.iter().chain(found.rankings.keys()).copied().collect();
        let papers: Vec<Listed> = keys.iter().filter_map(|key| found.listed(*key, of_week.contains(key), wish)).collect();
        let mut report = Self { manifest: week.manifest.clone(), papers, repos: HashMap::new(), stars: HashMap::new(), changes };
        report.leave_out_changes(&keys, &found.links, wish);
        report.papers.sort_by_cached_key(|listed| {
            let rank = listed.ranking.as_ref().map_or(i64::MAX, |ranking| ranking.rank);
            (rank, Reverse(listed.paper.published), listed.paper.paper_id.to_string())
        });
        report.add_repositories(week)?;
        report.tie_changes();
        Ok(report)
    }

    /// Leaves out the changes of papers that are left out, and of repositories that only these link: `left` are their links.
    fn leave_out_changes(&mut self, keys: &Keys, left: &HashMap<u64, Vec<Link<'static>>>, wish: &Wish<'_>) {
        let Some(hidden) = wish.hidden else { return };
        let shown: Keys = self.papers.iter().map(|listed| paper_key(&listed.paper.paper_id)).collect();
        let is_hidden = |id: &str| hidden.hides(id, None, None) || (keys.contains(&paper_key(id)) && !shown.contains(&paper_key(id)));
        let linked: HashSet<&str> = self.papers.iter().flat_map(|listed| &listed.links).filter_map(|link| link.repo.as_deref()).collect();
        let is_of_hidden = |repo: &str| !linked.contains(repo) && left.values().flatten().any(|link| link.repo.as_deref() == Some(repo));
        self.changes.retain(|change| match (&change.paper_id, &change.repo) {
            (Some(paper), _) => !is_hidden(paper),
            (None, repo) => !repo.as_deref().is_some_and(is_of_hidden),
        });
    }

    fn add_repositories(&mut self, week: &FinishedWeek) -> Result<()> {
        let counting: HashSet<&str> = self.papers.iter().filter_map(Listed::repo).collect();
        let linked = self.papers.iter().flat_map(|listed| listed.links.iter().filter_map(|link| link.repo.as_deref()));
        let named: HashSet<&str> = linked.chain(counting.iter().copied()).collect();
        let repo = |repo: Repo<'_>| named.contains(&*repo.repo).then(|| (repo.repo.to_string(), Box::new(repo.into_static())));
        let since = week.week.start().date_naive().checked_sub_days(Days::new(7 * (STAR_WEEKS - 1))).unwrap_or(NaiveDate::MIN);
        let stars = |row: StarRow<'_>| {
            let is_shown = row.week_start >= since && counting.contains(&*row.repo);
            is_shown.then(|| (row.repo.to_string(), StarWeek { start: row.week_start, total: row.total, added: row.added }))
        };
        let mut by_repo: HashMap<String, Vec<StarWeek>> = HashMap::new();
        let (repos, stars) = both(
            || week.select(&REPOS, columns::<Repo<'_>>(), |frame| kept(read_rows(frame)?, repo)),
            || week.select(&STARS, StarRow::COLUMNS, |frame| kept(read_rows(frame)?, stars)),
        )?;
        for (repo, of_week) in stars {
            by_repo.entry(repo).or_default().push(of_week);
        }
        by_repo.values_mut().for_each(|weeks| weeks.sort_by_key(|week| week.start));
        (self.repos, self.stars) = (repos.into_iter().collect(), by_repo);
        Ok(())
    }

    /// Notes at each paper the changes that are about it.
    fn tie_changes(&mut self) {
        let (mut of_papers, mut of_repos) = (HashMap::<&str, Vec<usize>>::new(), HashMap::<&str, Vec<usize>>::new());
        for (at, change) in self.changes.iter().enumerate() {
            match (&change.paper_id, &change.repo) {
                (Some(paper), _) => of_papers.entry(paper).or_default().push(at),
                (None, Some(repo)) => of_repos.entry(repo).or_default().push(at),
                (None, None) => {}
            }
        }
        for listed in &mut self.papers {
            let of_paper = of_papers.get(&*listed.paper.paper_id).into_iter().flatten();
            let of_repo = listed.repo().and_then(|repo| of_repos.get(repo)).into_iter().flatten();
            listed.changes = of_paper.chain(of_repo).copied().collect();
            listed.changes.sort_unstable();
        }
    }
}

impl Found {
    /// Returns a paper with its rows; `None` if it is left out.
    fn listed(&mut self, key: u64, is_of_week: bool, wish: &Wish<'_>) -> Option<Listed> {
        let ranking = self.rankings.remove(&key);
        let (mut paper, has_text) = match self.papers.remove(&key) {
            Some(paper) => (paper?, true),
            None => (Box::new(named(ranking.as_deref()?)), false),
        };
        if let Some(hidden) = wish.hidden {
            if hidden.hides(&paper.paper_id, None, None) {
                return None;
            }
            paper.authors = paper.authors.as_deref().and_then(|authors| hidden.shown(authors)).map(Texts::from);
        }
        let unranked = self.unranked.remove(&key).filter(|_| ranking.is_none());
        let (tier, why) = match &ranking {
            Some(ranking) => (ranking.tier, ranking.why.clone()),
            None => unranked.map_or((None, None), |unranked| (unranked.tier, unranked.why)),
        };
        let links = self.links.remove(&key).unwrap_or_default();
        Some(Listed { paper, has_text, ranking, tier, why: why.map(Text::into_owned), is_of_week, links, changes: Vec::new() })
    }
}

view! {
    struct Standing<'a> of Ranking {
        paper_id: Text<'a>,
        repo: Option<Text<'a>>,
        stars_4w: Option<i64>,
        trend_rank: Option<i64>,
    }
}

view! {
    struct StarRow<'a> of Stars {
        repo: Text<'a>,
        week_start: NaiveDate,
        added: Option<i64>,
        total: Option<i64>,
    }
}

view! {
    struct Unranked<'a> of Overview {
        paper_id: Text<'a>,
        tier: Option<Tier>,
        why: Option<Text<'a>>,
        score: Option<f64>,
    }
}

/// Returns the keys of the papers to show: those of the week, those that changes name or whose repository they name, and the first by trend.
fn wanted(week: &FinishedWeek, of_week: &Keys, changes: &[Change<'static>], all: bool) -> Result<Keys> {
    let mut keys: Keys = changes.iter().filter_map(|change| change.paper_id.as_deref()).map(paper_key).collect();
    keys.extend(of_week);
    let repos: HashSet<&str> = changes.iter().filter(|change| change.paper_id.is_none()).filter_map(|change| change.repo.as_deref()).collect();
    let mut gained: Vec<(Reverse<i64>, u64)> = Vec::new();
    let standing = |row: Standing<'_>| {
        let is_named = row.repo.as_deref().is_some_and(|repo| repos.contains(repo));
        let is_first = row.trend_rank.is_some_and(|rank| rank <= BY_TREND);
        Some((paper_key(&row.paper_id), all || is_named || is_first, row.stars_4w.filter(|gained| *gained > 0)))
    };
    for (key, is_wanted, gain) in week.select(&RANKINGS, Standing::COLUMNS, |frame| kept(read_rows(frame)?, standing))? {
        if is_wanted {
            keys.insert(key);
        }
        gained.extend(gain.map(|gain| (Reverse(gain), key)));
    }
    gained.sort_unstable();
    keys.extend(gained.into_iter().take(BY_MONTH).map(|(_, key)| key));
    Ok(keys)
}

/// Adds the newest row of each wanted paper that is not there yet, of earlier weeks, the newest first.
fn add_earlier(found: &mut Papers, wanted: &Keys, weeks: &[FinishedWeek], wish: &Wish<'_>, progress: &Progress) -> Result<()> {
    for week in weeks {
        let missing: Keys = wanted.iter().copied().filter(|key| !found.contains_key(key)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        progress.reading(&week.folder.display().to_string());
        found.extend(papers(week, |key| missing.contains(&key), wish)?);
    }
    Ok(())
}

/// Returns the papers of a week with wanted keys.
fn papers(week: &FinishedWeek, is_wanted: impl Fn(u64) -> bool + Sync, wish: &Wish<'_>) -> Result<Papers> {
    let is_hidden = |paper: &Paper<'_>| wish.hidden.is_some_and(|hidden| hidden.hides(&paper.paper_id, paper.arxiv_id.as_deref(), paper.doi.as_deref()));
    let select = |paper: Paper<'_>| {
        let key = paper_key(&paper.paper_id);
        is_wanted(key).then(|| (key, (!is_hidden(&paper)).then(|| Box::new(paper.into_static()))))
    };
    Ok(week.select(&PAPERS, columns::<Paper<'_>>(), |frame| kept(read_rows(frame)?, select))?.into_iter().collect())
}

fn rankings(week: &FinishedWeek, wanted: &Keys) -> Result<HashMap<u64, Box<Ranking<'static>>>> {
    let select = |row: Ranking<'_>| Some(paper_key(&row.paper_id)).filter(|key| wanted.contains(key)).map(|key| (key, Box::new(row.into_static())));
    Ok(week.select(&RANKINGS, columns::<Ranking<'_>>(), |frame| kept(read_rows(frame)?, select))?.into_iter().collect())
}

/// Returns what the week knows of its papers that may not be ranked; nothing if it has no table `overview`.
fn unranked(week: &FinishedWeek, of_week: &Keys) -> Result<HashMap<u64, Unranked<'static>>> {
    let select =
        |row: Unranked<'_>| Some(paper_key(&row.paper_id)).filter(|key| row.score.is_none() && of_week.contains(key)).map(|key| (key, row.into_static()));
    Ok(week.select(&OVERVIEW, Unranked::COLUMNS, |frame| kept(read_rows(frame)?, select))?.into_iter().collect())
}

fn links(week: &FinishedWeek, wanted: &Keys) -> Result<HashMap<u64, Vec<Link<'static>>>> {
    let select = |link: Link<'_>| Some(paper_key(&link.paper_id)).filter(|key| wanted.contains(key)).map(|key| (key, link.into_static()));
    let mut links: HashMap<u64, Vec<Link<'static>>> = HashMap::new();
    for (key, link) in week.select(&LINKS, columns::<Link<'_>>(), |frame| kept(read_rows(frame)?, select))? {
        links.entry(key).or_default().push(link);
    }
    Ok(links)
}

/// Returns the columns of a whole row.
fn columns<R: Read<'static>>() -> &'static [&'static Column] {
    R::COLUMNS
}

/// Returns the row of a paper of which only the ranking knows something.
fn named(ranking: &Ranking<'static>) -> Paper<'static> {
    Paper {
        paper_id: ranking.paper_id.clone(),
        sources: Texts::from(&[][..]),
        source_key: None,
        arxiv_id: None,
        doi: None,
        title: ranking.title.clone(),
        title_original: None,
        r#abstract: None,
        comment: None,
        authors: None,
        authors_original: None,
        categories: None,
        published: ranking.published,
        year: None,
        updated: None,
        url: None,
        upvotes: None,
        cited_by_count: None,
        cited_by_influential: None,
        cited_by_source: None,
        cited_by_at: None,
        iso_week: ranking.iso_week,
    }
}
