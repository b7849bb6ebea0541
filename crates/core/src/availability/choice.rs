//! Chooses the link that counts among the links of a paper.

use super::{Assessment, Claim, CodeLink, Tier};
use crate::LinkKind;
use crate::score::{Score, ScoreConfig};
use chrono::{DateTime, Utc};
use std::cmp::Ordering;

/// The availability of a paper's code, by the link that counts.
#[derive(Debug, Clone)]
pub struct Availability {
    /// The index of the link that counts among the paper's.
    pub link: usize,
    /// Its flags.
    pub assessment: Assessment,
    /// Its score; `high` is the maximum that any link with the same claim could still reach.
    pub score: Score,
    /// Its tier; `None` is unknown.
    pub tier: Option<Tier>,
}

/// Returns the link of a paper that counts; `None` if it has no link.
///
/// Only links with the highest [claim](super::Claim) are compared: if a paper releases code, the library that it uses does not
/// count, even if the paper's own repository is gone. Among these the order is: the highest score, the highest score that it could still reach,
/// the most stars, the repository itself before an archive of it, the first by address. The order of input never matters.
pub fn of_paper(config: &ScoreConfig, links: &[CodeLink<'_>], end: DateTime<Utc>) -> Option<Availability> {
    let archive = links.iter().filter(|link| link.kind == LinkKind::Archive && Claim::of(link) >= Claim::Unsaid).filter_map(|link| link.target).min();
    let assess = |(at, link)| {
        let assessment = Assessment::of(link, archive, end);
        let low = config.score(assessment.least_values()).low;
        (at, Score { low, ..config.score(assessment.values()) }, assessment)
    };
    let mut assessed: Vec<(usize, Score, Assessment)> = links.iter().enumerate().map(assess).collect();
    let highest = assessed.iter().map(|(_, _, assessment)| assessment.claim).max()?;
    assessed.retain(|(_, _, assessment)| assessment.claim == highest);
    let high = assessed.iter().map(|(_, score, _)| score.high).fold(0.0, f64::max);
    let (link, score, assessment) = assessed.into_iter().min_by(|a, b| better(links, (a.0, &a.1), (b.0, &b.1)))?;
    Some(Availability { link, tier: assessment.tier(), score: Score { high, ..score }, assessment })
}

fn better(links: &[CodeLink<'_>], (a, a_score): (usize, &Score), (b, b_score): (usize, &Score)) -> Ordering {
    let stars = |at: usize| links[at].repository.as_ref().and_then(|repository| repository.facts.stars);
    let by_score = b_score.score.total_cmp(&a_score.score).then(b_score.high.total_cmp(&a_score.high));
    let is_archive = |at: usize| links[at].kind == LinkKind::Archive;
    by_score
        .then(stars(b).cmp(&stars(a)))
        .then(is_archive(a).cmp(&is_archive(b)))
        .then_with(|| (links[a].target, links[a].kind, links[a].field).cmp(&(links[b].target, links[b].kind, links[b].field)))
}
