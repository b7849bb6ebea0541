//! Ranks papers by code availability: facts of the best repository of each paper, weights and curves from score.toml.

mod order;

pub(crate) use order::{Order, Ranked};

use crate::state::{NOT_ASKED, RepoRow, WeekPaper};
use chrono::{DateTime, Utc};
use starcite_core::score::{Component, Score, ScoreConfig};
use starcite_core::{Field, Link, LinkKind, RepoName, RepoState, Role, Week};
use std::cmp::Ordering;

/// A paper by one of its links.
struct Ranking<'a> {
    link: LinkFacts,
    /// The repository that the link names.
    name: Option<&'a RepoName>,
    /// What is known of it.
    repo: Option<&'a RepoRow>,
    score: Score,
}

/// What counts of a link.
#[derive(Debug, Clone, Copy)]
struct LinkFacts {
    kind: LinkKind,
    role: Option<Role>,
    field: Field,
}

impl Ranking<'_> {
    fn stars(&self) -> Option<i64> {
        self.repo.and_then(|repo| repo.facts().stars)
    }

    /// The score in words.
    fn reasons(&self, week: Week) -> Vec<String> {
        let mut reasons = vec![link_reason(self.link)];
        match self.repo {
            Some(repo) => reasons.extend(repo_reasons(repo, week.end())),
            None => reasons.extend(self.name.map(|_| nobody_said(NOT_ASKED))),
        }
        reasons
    }
}

/// How much a link says about code, from an own repository (4) down to a promise (0); score.toml gives the shares.
fn link_strength(link: LinkFacts) -> f64 {
    match (link.kind, link.role) {
        (LinkKind::Repo, Some(Role::Other | Role::List)) => 2.0,
        (LinkKind::Repo, _) => 4.0,
        (kind, _) if kind.holds_code() => 3.0,
        (LinkKind::Promise | LinkKind::Placeholder, _) => 0.0,
        _ => 1.0,
    }
}

/// The rank of one paper by its links and their repositories: its best link counts. `None` for a paper without links.
pub(crate) fn paper<'a>(
    config: &ScoreConfig,
    paper: &'a WeekPaper,
    links: impl Iterator<Item = (&'a Link, Option<&'a RepoRow>)>,
    week: Week,
) -> Option<Ranked> {
    let rank_one = |(link, repo): (&'a Link, Option<&'a RepoRow>)| {
        let name = repo.map(|repo| &repo.name).or(link.repo.as_ref());
        let link = LinkFacts { kind: link.kind, role: link.role, field: link.field };
        Ranking { link, name, repo, score: config.score(values(link, repo, week.end())) }
    };
    let best = links.map(rank_one).min_by(better)?;
    Some(Ranked {
        paper_id: paper.paper_id.clone(),
        title: paper.title.clone(),
        repo: best.name.map(RepoName::to_string),
        stars: best.stars(),
        stars_7d: best.repo.and_then(|repo| repo.stars_7d),
        reasons: best.reasons(week),
        score: best.score,
    })
}

/// The best link of a paper: by score, then by what could still be, then by stars, then by name.
fn better(a: &Ranking<'_>, b: &Ranking<'_>) -> Ordering {
    let by_score = b.score.score.total_cmp(&a.score.score).then(b.score.high.total_cmp(&a.score.high));
    by_score.then(b.stars().cmp(&a.stars())).then_with(|| a.name.cmp(&b.name))
}

/// The values of the components in their units; `None` is unknown. What is known to be missing counts as the worst value.
fn values(link: LinkFacts, repo: Option<&RepoRow>, end: DateTime<Utc>) -> [Option<f64>; Component::ALL.len()] {
    const NOTHING: [Option<f64>; 5] = [Some(0.0), Some(0.0), Some(0.0), Some(f64::INFINITY), Some(0.0)];
    let facts = match repo {
        Some(repo) => match repo.state {
            RepoState::Live => live_values(repo, end),
            RepoState::NotFound | RepoState::Blocked => NOTHING,
            RepoState::Unknown => [None; 5],
        },
        None if link.kind.holds_code() => [None; 5], // a gist, an archive: nobody was asked
        None => NOTHING,
    };
    let [reachable, usable, licence, maintained, stars] = facts;
    [Some(link_strength(link)), reachable, usable, licence, maintained, stars]
}

fn live_values(repo: &RepoRow, end: DateTime<Utc>) -> [Option<f64>; 5] {
    let f = repo.facts();
    let flags = [f.is_archived, f.is_disabled, f.is_empty];
    let usable = if flags.contains(&Some(true)) {
        Some(0.0)
    } else if flags.iter().all(Option::is_some) {
        Some(1.0)
    } else {
        None
    };
    let asked_licence = f.license_spdx.is_some() || repo.observed_by.as_deref() == Some(repo.name.host());
    let licence = asked_licence.then_some(if f.license_spdx.is_some() { 1.0 } else { 0.0 });
    let days_since_push = f.pushed_at.map(|at| (end - at).num_seconds().max(0) as f64 / 86_400.0);
    [Some(1.0), usable, licence, days_since_push, f.stars.map(|s| s as f64)]
}

/// What is known of the repository, in words.
fn repo_reasons(repo: &RepoRow, end: DateTime<Utc>) -> Vec<String> {
    let mut reasons = Vec::new();
    let since = repo.observed_at.map(|at| format!(" on {}", at.format("%Y-%m-%d"))).unwrap_or_default();
    match repo.state {
        RepoState::Live => reasons.push(format!("{} says that it is there{since}", repo.observed_by.as_deref().unwrap_or("its host"))),
        RepoState::NotFound => reasons.push(format!("its host did not find it{since}")),
        RepoState::Blocked => reasons.push(format!("its host blocks it{since}")),
        RepoState::Unknown => reasons.push(nobody_said(repo.state_reason.as_deref().unwrap_or(NOT_ASKED))),
    }
    if repo.state != RepoState::Live {
        return reasons;
    }
    let f = repo.facts();
    for (flag, word) in [(f.is_archived, "archived"), (f.is_disabled, "disabled"), (f.is_empty, "empty")] {
        if flag == Some(true) {
            reasons.push(word.to_owned());
        }
    }
    reasons.push(match (&f.license_spdx, repo.observed_by.as_deref() == Some(repo.name.host())) {
        (Some(licence), _) => format!("licence {licence}"),
        (None, true) => "no licence".to_owned(),
        (None, false) => "licence unknown".to_owned(),
    });
    reasons.push(f.pushed_at.map_or("last push unknown".to_owned(), |at| format!("last push {} days before the week's end", (end - at).num_days().max(0))));
    reasons.push(match (f.stars, repo.stars_7d) {
        (Some(stars), Some(gained)) => format!("{stars} stars, {gained:+} in 7 days"),
        (Some(stars), None) => format!("{stars} stars"),
        (None, _) => "stars unknown".to_owned(),
    });
    reasons
}

fn nobody_said(why: &str) -> String {
    format!("nobody has said whether it is there ({why})")
}

fn link_reason(link: LinkFacts) -> String {
    let place = link.field.as_str();
    match (link.kind, link.role) {
        (LinkKind::Promise, _) => format!("code is promised in the {place}, without a link"),
        (LinkKind::Placeholder, _) => format!("a link in the {place} was never filled in"),
        (LinkKind::Repo, Some(Role::Other | Role::List)) => format!("the {place} links a repository that is not its own code"),
        (LinkKind::Repo, _) => format!("the {place} links its repository"),
        (kind, _) => format!("the {place} links: {}", kind.meaning()),
    }
}
