//! The charts of a page.

use super::{Chart, Part, Words, bars, stacked};
use crate::report::model::{Listed, Report};
use crate::report::words::of_reason;
use starcite_core::availability::Tier;
use starcite_core::{LinkKind, RepoState, StateReason};
use std::collections::BTreeMap;

/// Returns the charts of a page in their order.
pub(crate) fn charts(report: &Report) -> Vec<Chart> {
    vec![tiers(report), links(report), states(report), unknown(report)]
}

/// Returns the parts that are not empty.
fn parts(all: impl IntoIterator<Item = (String, usize, Option<usize>)>) -> Vec<Part> {
    let part = |(label, count, colour)| Part { label, count: count as u64, colour };
    all.into_iter().filter(|(_, count, _)| *count > 0).map(part).collect()
}

fn tiers(report: &Report) -> Chart {
    let count = |tier: Option<Tier>| report.papers.iter().filter(|listed| listed.tier == tier).count();
    let known = Tier::ALL.into_iter().rev().enumerate().map(|(colour, tier)| (tier.as_str().to_owned(), count(Some(tier)), Some(colour)));
    let words = Words {
        id: "tiers",
        title: "Papers of this page by tier",
        words: "Those of the week, and those of earlier weeks that are shown. The tier is what is known of a paper's code, in one word; unknown is not none."
            .to_owned(),
        columns: ["tier", "papers"],
        is_whole: true,
    };
    stacked(words, &parts(known.chain([("unknown".to_owned(), count(None), None)])))
}

fn links(report: &Report) -> Chart {
    let links = || report.papers.iter().flat_map(|listed| &listed.links).filter(|link| link.last_week.is_none());
    let kinds = LinkKind::ALL.map(|kind| (kind.as_str().replace('_', " "), links().filter(|link| link.kind == kind).count(), Some(0)));
    let mut parts = parts(kinds);
    parts.sort_by_key(|part| std::cmp::Reverse(part.count));
    let words = Words {
        id: "links",
        title: "Links by kind",
        words: "All links in the newest versions of these papers.".to_owned(),
        columns: ["kind", "links"],
        is_whole: true,
    };
    bars(words, &parts)
}

fn states(report: &Report) -> Chart {
    let count = |state: RepoState| report.repos.values().filter(|repo| repo.state == state).count();
    // The colours are those of the tiers that follow from the states.
    let states = [
        ("live", RepoState::Live, Some(0)),
        ("not found", RepoState::NotFound, Some(5)),
        ("blocked", RepoState::Blocked, Some(4)),
        ("unknown", RepoState::Unknown, None),
    ];
    let words = Words {
        id: "states",
        title: "Repositories by state",
        words: "The state is the host's last answer. Unknown: no answer, for a reason below.".to_owned(),
        columns: ["state", "repositories"],
        is_whole: true,
    };
    stacked(words, &parts(states.map(|(label, state, colour)| (label.to_owned(), count(state), colour))))
}

fn unknown(report: &Report) -> Chart {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for repo in report.repos.values().filter(|repo| repo.state == RepoState::Unknown) {
        *counts.entry(format!("repository: {}", of_reason(repo.state_reason.unwrap_or(StateReason::NotAsked)))).or_default() += 1;
    }
    for listed in report.papers.iter().filter(|listed| listed.tier.is_none()) {
        *counts.entry(format!("paper: {}", why_unknown(report, listed))).or_default() += 1;
    }
    let mut parts = parts(counts.into_iter().map(|(label, count)| (label, count, None)));
    parts.sort_by_key(|part| std::cmp::Reverse(part.count));
    let words = Words {
        id: "unknown",
        title: "Unknown, and why",
        words: "What is unknown does not count as missing.".to_owned(),
        columns: ["reason", "unknown repositories and papers"],
        is_whole: false,
    };
    bars(words, &parts)
}

/// Returns the kind of reason why a paper's tier is unknown.
fn why_unknown(report: &Report, listed: &Listed) -> &'static str {
    let Some(ranking) = &listed.ranking else { return "no link found in what is known of it" };
    let repo = ranking.repo.as_ref().and_then(|repo| report.repos.get(&**repo));
    match (ranking.has_link, repo.map(|repo| (repo.state, repo.state_reason))) {
        (None, _) => "a page that it links may lead to code",
        (_, Some((RepoState::Unknown, reason))) => of_reason(reason.unwrap_or(StateReason::NotAsked)),
        (_, Some(_)) => "name reassigned, or archive alone",
        (_, None) => "the host of its code is not asked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::made::{ranked, report};

    fn rows(chart: &Chart) -> Vec<String> {
        chart.rows.iter().map(|row| row.join(" | ")).collect()
    }

    #[test]
    fn what_is_unknown_is_counted_with_its_reason_and_never_as_none() {
        let mut papers: Vec<Listed> = (0..6).map(|at| ranked(&format!("2611.0000{at}"), at, &format!("github.com/o/{at}"))).collect();
        papers[1].tier = None;
        papers[2].tier = None;
        papers[3].tier = None;
        papers[3].ranking.as_mut().unwrap().has_link = None;
        papers[4].tier = Some(Tier::Broken);
        (papers[5].tier, papers[5].ranking) = (None, None);
        papers[5].links[0].kind = LinkKind::ProjectPage;
        let report = report(papers)
            .with_repo("github.com/o/0", RepoState::Live, None)
            .with_repo("github.com/o/1", RepoState::Unknown, Some(StateReason::Limit))
            .with_repo("github.com/o/2", RepoState::Unknown, Some(StateReason::Limit))
            .with_repo("github.com/o/4", RepoState::NotFound, Some(StateReason::DeletedOrPrivate));
        let charts = charts(&report);
        assert_eq!(charts.iter().map(|chart| chart.id).collect::<Vec<_>>(), ["tiers", "links", "states", "unknown"]);
        assert_eq!(rows(&charts[0]), ["licensed | 1 | 16.7 %", "broken | 1 | 16.7 %", "unknown | 4 | 66.7 %"]);
        assert_eq!(rows(&charts[1]), ["repo | 5 | 83.3 %", "project page | 1 | 16.7 %"]);
        assert_eq!(rows(&charts[2]), ["live | 1 | 25.0 %", "not found | 1 | 25.0 %", "unknown | 2 | 50.0 %"]);
        let reasons = [
            "paper: not answered before the limit | 2",
            "repository: not answered before the limit | 2",
            "paper: a page that it links may lead to code | 1",
            "paper: no link found in what is known of it | 1",
        ];
        assert_eq!(rows(&charts[3]), reasons);
        insta::assert_snapshot!(charts[0].svg);
    }

    #[test]
    fn a_week_without_papers_has_charts_that_say_so() {
        for (chart, sentence) in charts(&report(Vec::new())).iter().zip(["No papers.", "No links.", "No repositories.", "No unknown repositories and papers."])
        {
            assert!(chart.svg.contains(&format!(">{sentence}</text>")) && !chart.svg.contains("NaN") && chart.rows.is_empty(), "{}", chart.svg);
        }
    }
}
