//! Ranks papers by code availability and by how fast their code gains stars. The core crate has the rules; this module applies them to the known data.

mod explain;
mod gains;
mod order;
mod week;

pub(crate) use explain::explain;
pub(crate) use gains::{Gains, StarWeek};
pub(crate) use order::{Best, Order, Place};
pub(crate) use week::{LinkedPaper, LinkedPapers, papers};

use crate::state::{RepoRow, WeekLink, unasked};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use starcite_core::availability::{Availability, Claim, CodeLink, Flag, Flags, Repository, Tier, of_paper};
use starcite_core::score::{Score, ScoreConfig};
use starcite_core::trend::trend;
use starcite_core::{RepoFacts, RepoState, Week};
use std::sync::LazyLock;

/// A row of `rankings`; its ranks are its [`Place`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Ranked {
    pub(crate) paper_id: String,
    pub(crate) title: Option<String>,
    pub(crate) published: Option<NaiveDate>,
    /// The repository that counts for the ranking.
    pub(crate) repo: Option<String>,
    pub(crate) tier: Option<Tier>,
    pub(crate) score: Score,
    pub(crate) flags: [Option<bool>; Flag::ALL.len()],
    pub(crate) stars: Option<i64>,
    pub(crate) stars_1w: Option<i64>,
    pub(crate) stars_4w: Option<i64>,
    pub(crate) trend: Option<f64>,
    /// The flags' evidence, a line each: one text, because there may be many papers in memory.
    pub(crate) reasons: String,
}

impl Ranked {
    fn is_recent(&self, since: NaiveDate) -> bool {
        self.published.is_some_and(|day| day >= since)
    }
}

/// Id, title and date of a paper in the ranking.
pub(crate) struct PaperName {
    pub(crate) paper_id: String,
    pub(crate) title: Option<String>,
    pub(crate) published: Option<NaiveDate>,
}

/// Settings of the ranking.
#[derive(Debug, Clone)]
pub(crate) struct RankPlan {
    pub(crate) score: ScoreConfig,
    /// Number of days before the end of the week in which a recent paper was published.
    pub(crate) window_days: u64,
}

impl RankPlan {
    /// Returns the first day of publication of a recent paper.
    pub(crate) fn recent_since(&self, week: Week) -> NaiveDate {
        week.end().date_naive().checked_sub_days(Days::new(self.window_days)).unwrap_or(NaiveDate::MIN)
    }

    /// Ranks a paper by the link that counts as of a week; `None` for a paper without links.
    pub(crate) fn paper(&self, paper: PaperName, links: &[CodeLink<'_>], gains: &Gains, week: Week) -> Option<Ranked> {
        let Availability { link, assessment, score, tier } = of_paper(&self.score, links, week.end())?;
        let link = &links[link];
        let is_its_own = assessment.claim >= Claim::Unsaid;
        let repository = link.repository.as_ref().filter(|_| is_its_own);
        let stars = repository.and_then(|repository| repository.facts.stars);
        let (stars_1w, stars_4w) = repository.filter(|_| stars.is_some()).map_or((None, None), |repository| gains.of(repository.name));
        Some(Ranked {
            paper_id: paper.paper_id,
            title: paper.title,
            published: paper.published,
            repo: repository.map(|repository| repository.name.to_owned()),
            tier,
            score,
            flags: assessment.flags.values(),
            stars,
            stars_1w,
            stars_4w,
            trend: stars.zip(stars_1w).map(|(stars, gained)| trend(stars, gained, stars_4w)),
            reasons: reasons(&assessment.flags),
        })
    }
}

fn reasons(flags: &Flags) -> String {
    let mut lines = String::new();
    for (flag, evidence) in flags.evidence() {
        for part in [if lines.is_empty() { "" } else { "\n" }, flag.as_str(), ": "] {
            lines.push_str(part);
        }
        // A file's name may contain anything: control characters must not end a line.
        lines.extend(evidence.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    lines.shrink_to_fit();
    lines
}

/// Empty facts, for repositories never observed.
pub(crate) static UNKNOWN: LazyLock<RepoFacts> = LazyLock::new(RepoFacts::default);

/// Returns a link of the state for the ranking, with its repository and whether that names the paper; `asked_host` is the only host that gets requests.
pub(crate) fn code_link<'a>(link: &'a WeekLink, repo: Option<&'a RepoRow>, naming: Option<Option<&'a str>>, asked_host: &str) -> CodeLink<'a> {
    let link = &link.link;
    let named = || {
        let name = link.repo.as_ref()?;
        Some(Repository {
            name: name.as_str(),
            state: RepoState::Unknown,
            state_reason: Some(unasked(name, asked_host)),
            observed_at: None,
            observed_by: None,
            facts: &UNKNOWN,
            archived_copy: None,
        })
    };
    CodeLink {
        kind: link.kind,
        role: link.role,
        field: link.field,
        target: link.target.as_deref(),
        names_paper: naming.map(|file| file.is_some()),
        named_where: naming.flatten(),
        listed: link.listed.as_ref(),
        is_reassigned: repo.is_some_and(|repo| repo.is_former),
        repository: repo.map(|repo| repository(repo, asked_host)).or_else(named),
    }
}

fn repository<'a>(row: &'a RepoRow, asked_host: &str) -> Repository<'a> {
    Repository {
        name: row.name.as_str(),
        state: row.state,
        state_reason: row.reason(asked_host),
        observed_at: row.observed_at,
        observed_by: row.observed_by.as_deref(),
        facts: if row.is_former { &UNKNOWN } else { row.facts() }, // a name's former repository differs from the current one
        archived_copy: row.archived_copy.as_deref(),
    }
}
