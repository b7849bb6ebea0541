//! Ranks papers by code availability and by how fast their code gains stars. The core crate has the rules; this module applies them to the known data.

mod explain;
mod gains;
mod order;
mod table;
mod week;

pub(crate) use explain::{claim_in_words, explain, why_not};
pub(crate) use gains::{Gains, StarWeek};
pub(crate) use order::{Best, Order, Place};
pub(crate) use table::table;
pub(crate) use week::{LinkedPaper, LinkedPapers, Sought, papers};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use starcite_core::availability::{Availability, Claim, CodeFacts, CodeLink, Flag, Flags, Repository, Tier, of_paper, why};
use starcite_core::score::{Score, ScoreConfig};
use starcite_core::trend::trend;
use starcite_core::{Field, LinkKind, ListClaim, RepoKind, RepoState, Role, Week};
use starcite_rows::{Link, REASSIGNED, Text, view};
use starcite_state::{RepoRow, WeekLink, unasked};

/// A row of `rankings`; its ranks are its [`Place`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Ranked {
    pub(crate) paper_id: String,
    pub(crate) title: Option<String>,
    pub(crate) published: Option<NaiveDate>,
    /// The repository that counts for the ranking.
    pub(crate) repo: Option<String>,
    pub(crate) tier: Option<Tier>,
    /// The reason why it has no code, or why that is unknown.
    pub(crate) why: Option<String>,
    pub(crate) score: Score,
    pub(crate) flags: [Option<bool>; Flag::ALL.len()],
    /// The licence of the repository, for people: the table has it in `repos`.
    pub(crate) license_spdx: Option<String>,
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
            why: why(tier, assessment.flags.get(Flag::HasLink), |flag| assessment.flags.evidence().find(|(told, _)| *told == flag).map(|(_, text)| text)),
            score,
            flags: assessment.flags.values(),
            license_spdx: repository.and_then(|repository| repository.facts.license_spdx.map(str::to_owned)),
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

view! {
    /// The columns of a link that the ranking reads, in a run and in `starcite rank`.
    pub(crate) struct RankedLink<'a> of Link, From {
        pub(crate) paper_id: Text<'a>,
        kind: LinkKind,
        target: Option<Text<'a>>,
        pub(crate) repo: Option<Text<'a>>,
        field: Field,
        role: Option<Role>,
        pub(crate) first_week: Week,
        pub(crate) last_week: Option<Week>,
        pub(crate) state: Option<RepoState>,
        paper_named_by_repo: Option<bool>,
        paper_named_where: Option<Text<'a>>,
        official_rule: Option<Text<'a>>,
        listed_by: Option<Field>,
        listed_official: Option<bool>,
        listed_in_paper: Option<bool>,
        listed_in_github: Option<bool>,
        listed_framework: Option<Text<'a>>,
        listed_at: Option<NaiveDate>,
    }
}

impl RankedLink<'_> {
    /// True if the name now belongs to another repository.
    pub(crate) fn is_reassigned(&self) -> bool {
        self.official_rule.as_deref() == Some(REASSIGNED)
    }

    /// Returns the link with its repository.
    pub(crate) fn with<'a>(&'a self, repository: Option<Repository<'a>>) -> CodeLink<'a> {
        let listed = |by| ListClaim {
            by,
            official: self.listed_official,
            in_paper: self.listed_in_paper,
            in_github: self.listed_in_github,
            framework: self.listed_framework.as_deref().map(str::to_owned),
            at: self.listed_at,
        };
        CodeLink {
            kind: self.kind,
            role: self.role,
            field: self.field,
            target: self.target.as_deref(),
            names_paper: self.paper_named_by_repo,
            named_where: self.paper_named_where.as_deref(),
            listed: self.listed_by.map(listed),
            is_reassigned: self.is_reassigned(),
            repository,
        }
    }
}

/// Returns the repository of a link of the state, if it holds code: its row, or its name if the state has no row; `asked` are the hosts that the
/// run asks.
pub(crate) fn repository_of<'a>(link: &'a WeekLink, row: Option<&'a RepoRow>, asked: &[&str]) -> Option<Repository<'a>> {
    let named = || {
        let name = link.link.repo.as_ref()?;
        Some(Repository {
            name: name.as_str(),
            state: RepoState::Unknown,
            state_reason: Some(unasked(name, asked)),
            observed_at: None,
            observed_by: None,
            facts: CodeFacts::default(),
            archived_copy: None,
        })
    };
    let is_code = link.link.repo.as_ref()?.kind() == RepoKind::Code;
    if is_code { row.map(|row| repository(row, asked)).or_else(named) } else { None }
}

fn repository<'a>(row: &'a RepoRow, asked: &[&str]) -> Repository<'a> {
    Repository {
        name: row.name.as_str(),
        state: row.state,
        state_reason: row.reason(asked),
        observed_at: row.observed_at,
        observed_by: row.observed_by.as_deref(),
        // A name's former repository differs from the current one.
        facts: if row.is_former { CodeFacts::default() } else { row.facts().into() },
        archived_copy: row.archived_copy.as_deref(),
    }
}
