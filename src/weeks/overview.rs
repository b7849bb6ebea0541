//! The table `overview`: each paper with its code, or with the reason why there is none, made of the other tables of a week.

use super::{each, kept};
use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::availability::Tier;
use starcite_core::paper::doi;
use starcite_core::{LinkKind, RepoKind, RepoName, RepoState, Role, Week, archive};
use starcite_ground::clock;
use starcite_rows::{LINKS, Link, Overview, PAPERS, Paper, RANKINGS, REPOS, Ranking, Read, Repo, Table, Text, Texts, view};
use starcite_state::{RepoRow, State, paper_key};
use starcite_tables::{Portion, read_rows};
use std::collections::{HashMap, HashSet};
use std::iter;

/// The tables that an overview is made of.
pub(crate) const MADE_OF: [&Table; 4] = [&PAPERS, &LINKS, &REPOS, &RANKINGS];

view! {
    /// The columns of a paper that its overview has, and its texts.
    pub(crate) struct Described<'a> of Paper {
        pub(crate) paper_id: Text<'a>,
        source_key: Option<Text<'a>>,
        pub(crate) arxiv_id: Option<Text<'a>>,
        pub(crate) doi: Option<Text<'a>>,
        title: Option<Text<'a>>,
        r#abstract: Option<Text<'a>>,
        comment: Option<Text<'a>>,
        authors: Option<Texts<'a>>,
        categories: Option<Texts<'a>>,
        published: Option<NaiveDate>,
        cited_by_count: Option<i64>,
        cited_by_source: Option<Text<'a>>,
        cited_by_at: Option<DateTime<Utc>>,
    }
}

view! {
    struct Ranked<'a> of Ranking {
        paper_id: Text<'a>,
        repo: Option<Text<'a>>,
        tier: Option<Tier>,
        why: Option<Text<'a>>,
        score: f64,
        score_low: f64,
        score_high: f64,
        stars_1w: Option<i64>,
    }
}

view! {
    struct Facts<'a> of Repo {
        repo: Text<'a>,
        repo_kind: RepoKind,
        state: RepoState,
        license_spdx: Option<Text<'a>>,
        language: Option<Text<'a>>,
        stars: Option<i64>,
        pushed_at: Option<DateTime<Utc>>,
        head_committed_at: Option<DateTime<Utc>>,
        latest_release_at: Option<DateTime<Utc>>,
        citation_doi: Option<Text<'a>>,
        archive_ids: Option<Texts<'a>>,
        archived_copy: Option<Text<'a>>,
        observed_at: Option<DateTime<Utc>>,
    }
}

view! {
    struct Pointing<'a> of Link {
        paper_id: Text<'a>,
        kind: LinkKind,
        target: Option<Text<'a>>,
        role: Option<Role>,
        last_week: Option<Week>,
    }
}

/// The code of papers, according to the tables of a week.
pub(crate) struct Known {
    week: Week,
    /// Boxed, because rows move from thread to thread and into the maps.
    ranked: HashMap<u64, Box<Ranked<'static>>>,
    repos: HashMap<String, Box<Facts<'static>>>,
    /// DOIs of archives that papers link, by the papers' keys.
    archives: HashMap<u64, String>,
}

impl Known {
    /// Reads the tables of a week, as far as they are about the papers with the keys `wanted`, or about all; `portions` returns the portions of a table.
    pub(crate) fn read(week: Week, wanted: Option<&HashSet<u64>>, portions: impl Fn(&'static Table) -> Result<Vec<Portion>>) -> Result<Self> {
        let is_wanted = |paper_id: &str| wanted.is_none_or(|wanted| wanted.contains(&paper_key(paper_id)));
        let mut known = Self { week, ranked: HashMap::new(), repos: HashMap::new(), archives: HashMap::new() };
        let ranked = |row: Ranked<'_>| is_wanted(&row.paper_id).then(|| (paper_key(&row.paper_id), Box::new(row.into_static())));
        each(portions(&RANKINGS)?, Ranked::COLUMNS, |frame| kept(read_rows(frame)?, ranked), |found| known.ranked.extend(found))?;
        let linked: HashSet<&str> = known.ranked.values().filter_map(|row| row.repo.as_deref()).collect();
        let facts =
            |row: Facts<'_>| (row.repo_kind == RepoKind::Code && linked.contains(&*row.repo)).then(|| (row.repo.to_string(), Box::new(row.into_static())));
        each(portions(&REPOS)?, Facts::COLUMNS, |frame| kept(read_rows(frame)?, facts), |found| known.repos.extend(found))?;
        let archive = |row: Pointing<'_>| {
            let is_own = row.kind == LinkKind::Archive && matches!(row.role, None | Some(Role::Own)) && row.last_week.is_none();
            let archive = row.target.as_deref().filter(|_| is_own && is_wanted(&row.paper_id)).and_then(archive::linked_archive).and_then(|id| doi(&id))?;
            Some((paper_key(&row.paper_id), archive))
        };
        each(
            portions(&LINKS)?,
            Pointing::COLUMNS,
            |frame| kept(read_rows(frame)?, archive),
            |found| {
                // The first in the order of the links, as in the ranking.
                found.into_iter().for_each(|(paper, archive)| _ = known.archives.entry(paper).or_insert(archive));
            },
        )?;
        Ok(known)
    }

    /// Fills in the code of a paper as of this week. A paper that an earlier week ranked, and this one does not, has lost its links: its newest version,
    /// or the paper itself, is gone from the source, or it is left out since.
    pub(crate) fn fill<'a>(&'a self, row: &mut Overview<'a>) {
        let key = paper_key(&row.paper_id);
        let Some(ranked) = self.ranked.get(&key) else {
            if row.score.is_some() {
                let why = format!("no longer: the links that it had in {} are gone in {}", row.iso_week, self.week);
                clear(row);
                row.why = Some(why.into());
            }
            return;
        };
        let facts = ranked.repo.as_deref().and_then(|repo| self.repos.get(repo));
        row.tier = ranked.tier;
        row.why = borrowed(&ranked.why);
        row.repo = borrowed(&ranked.repo);
        row.repo_url = ranked.repo.as_ref().map(|repo| format!("https://{repo}").into());
        row.state = ranked.repo.as_ref().map(|_| facts.map_or(RepoState::Unknown, |facts| facts.state));
        row.license_spdx = facts.and_then(|facts| borrowed(&facts.license_spdx));
        row.language = facts.and_then(|facts| borrowed(&facts.language));
        row.stars = facts.and_then(|facts| facts.stars);
        row.stars_1w = ranked.stars_1w;
        row.last_activity_at = facts.and_then(|facts| [facts.pushed_at, facts.head_committed_at, facts.latest_release_at].into_iter().flatten().max());
        row.observed_at = facts.and_then(|facts| facts.observed_at);
        (row.score, row.score_low, row.score_high) = (Some(ranked.score), Some(ranked.score_low), Some(ranked.score_high));
        row.archive_doi = self.archives.get(&key).map(|doi| doi.as_str().into()).or_else(|| facts.and_then(|facts| facts.archive_doi()));
    }
}

impl Facts<'_> {
    /// Returns the DOI of an archive: by the archive's record, else the first one that the repository's files name.
    fn archive_doi(&self) -> Option<Text<'_>> {
        let named = self.archive_ids.iter().flat_map(|ids| ids.iter().map(String::as_str));
        let ids = self.archived_copy.as_deref().into_iter().chain(named).chain(self.citation_doi.as_deref());
        ids.filter_map(doi).next().map(Text::from)
    }
}

fn borrowed<'a>(text: &'a Option<Text<'_>>) -> Option<Text<'a>> {
    text.as_deref().map(Text::from)
}

/// Answers of hosts that came after the close of a week's observations, by repository. No week has them: closed weeks stay as they are.
#[derive(Default)]
pub(crate) struct Late(HashMap<String, RepoRow>);

impl Late {
    /// Reads the answers in the state about the repositories that count in a week.
    pub(crate) fn read(state: &State, known: &Known) -> Result<Self> {
        let (mut late, now) = (HashMap::new(), Week::of(clock::now()));
        for repo in known.repos.keys() {
            let row = state.repo_row_named(&RepoName::parse(repo)?, now)?;
            let is_late = |row: &RepoRow| row.observed_at.is_some_and(|at| at >= known.week.observations_close());
            late.extend(row.filter(is_late).map(|row| (repo.clone(), row)));
        }
        Ok(Self(late))
    }

    /// Fills in the late answer about the code of a paper, or that there is none.
    pub(crate) fn fill<'a>(&'a self, row: &mut Overview<'a>) {
        let late = row.repo.as_deref().and_then(|repo| self.0.get(repo));
        row.late_state = late.map(|late| late.state);
        row.late_license_spdx = late.and_then(|late| late.facts().license_spdx.as_deref()).map(Text::from);
        row.late_stars = late.and_then(|late| late.facts().stars);
        row.late_at = late.and_then(|late| late.observed_at);
    }
}

/// Makes all that is about code null.
fn clear(row: &mut Overview<'_>) {
    (row.tier, row.why, row.repo, row.repo_url, row.state) = (None, None, None, None, None);
    (row.license_spdx, row.language, row.stars, row.stars_1w) = (None, None, None, None);
    (row.last_activity_at, row.observed_at, row.archive_doi) = (None, None, None);
    (row.score, row.score_low, row.score_high) = (None, None, None);
}

/// Returns the row of a paper of which no code is known: a row without a link, until [`Known::fill`] fills it in.
///
/// `looked_for` are the kinds of links that the run looked for, if it did not look for all.
pub(crate) fn without_code<'a>(paper: &'a Described<'_>, looked_for: Option<&str>, week: Week) -> Overview<'a> {
    let (tier, why) = unlinked(paper, looked_for);
    Overview {
        paper_id: paper.paper_id.as_ref().into(),
        source_key: borrowed(&paper.source_key),
        arxiv_id: borrowed(&paper.arxiv_id),
        doi: borrowed(&paper.doi),
        title: borrowed(&paper.title),
        authors: paper.authors.as_deref().map(Texts::from),
        categories: paper.categories.as_deref().map(Texts::from),
        published: paper.published,
        tier,
        why: Some(why.into()),
        repo: None,
        repo_url: None,
        state: None,
        license_spdx: None,
        language: None,
        stars: None,
        stars_1w: None,
        last_activity_at: None,
        observed_at: None,
        score: None,
        score_low: None,
        score_high: None,
        archive_doi: None,
        cited_by_count: paper.cited_by_count,
        cited_by_source: borrowed(&paper.cited_by_source),
        cited_by_at: paper.cited_by_at,
        late_state: None,
        late_license_spdx: None,
        late_stars: None,
        late_at: None,
        iso_week: week,
    }
}

/// Returns why a paper without a link has no code, and the tier: unknown if its abstract is unknown, or not all kinds of links were looked for.
fn unlinked(paper: &Described<'_>, looked_for: Option<&str>) -> (Option<Tier>, String) {
    let texts = [("title", &paper.title), ("abstract", &paper.r#abstract), ("comment", &paper.comment)];
    let known = texts.iter().filter_map(|(name, text)| Some((*name, text.as_ref()?.chars().count())));
    let (names, characters): (Vec<&str>, Vec<usize>) = known.unzip();
    let is_read = paper.r#abstract.is_some();
    let what = looked_for.map_or_else(|| "no link".to_owned(), |kinds| format!("no link of the kinds looked for ({kinds})"));
    let why = match characters.iter().sum() {
        0 => "neither title nor abstract are known".to_owned(),
        sum => format!("{what} in {} ({} characters){}", names.join(", "), grouped(sum), if is_read { "" } else { "; the abstract is not known" }),
    };
    ((is_read && looked_for.is_none()).then_some(Tier::None), why)
}

/// Returns a number with a comma after every three digits.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (start, rest) = digits.split_at(first);
    let threes = rest.as_bytes().chunks(3).map(|three| String::from_utf8_lossy(three).into_owned());
    iter::once(start.to_owned()).filter(|start| !start.is_empty()).chain(threes).collect::<Vec<_>>().join(",")
}
