//! Explanation of a score, line by line.

use super::{Place, RankPlan, Ranked};
use starcite_core::Week;
use starcite_core::availability::{Availability, Claim, CodeLink, Flag, Tier, of_paper};
use starcite_core::score::{Component, Score};
use starcite_ground::visible;
use std::fmt::Write;

/// Returns the text; `ranked` is the paper's row, `place` its ranks if there are ranks to believe, and `links` its links in the order of the table.
pub(crate) fn explain(plan: &RankPlan, week: Week, ranked: &Ranked, place: Option<Place>, links: &[CodeLink<'_>]) -> Option<String> {
    let counts = of_paper(&plan.score, links, week.end())?;
    let sections = [head(week, ranked, place), its_links(links, &counts), flags(&counts), score(plan, &counts), trend(ranked, place, plan)];
    Some(sections.join("\n"))
}

fn head(week: Week, ranked: &Ranked, place: Option<Place>) -> String {
    let tier = ranked.tier.map_or("unknown", Tier::as_str);
    let mut text = String::new();
    line(&mut text, format!("{} {}", ranked.paper_id, ranked.title.as_deref().unwrap_or("(title unknown)")));
    let rank = place.map_or_else(|| "no rank, since nothing is known of any repository".to_owned(), |place| format!("rank {}{}", place.rank, tied(place)));
    line(&mut text, format!("{week}: {rank}, tier {tier}, score {}", range(&ranked.score)));
    if let Some(why) = &ranked.why {
        line(&mut text, format!("{}, because: {why}", if ranked.tier.is_some() { "no code" } else { "unknown" }));
    }
    text
}

fn tied(place: Place) -> String {
    if place.tied_with > 0 { format!(" ({} more with the same score)", place.tied_with) } else { String::new() }
}

fn range(score: &Score) -> String {
    let mut range = format!("{:.1}", score.score);
    if score.score < score.high {
        range += &format!(", up to {:.1} if all that is unknown were good", score.high);
    }
    if score.low < score.score {
        range += &format!(", down to {:.1} if there were no code behind the link", score.low);
    }
    range
}

/// Lists the links, with the one that counts, and the reasons why the others do not.
fn its_links(links: &[CodeLink<'_>], counts: &Availability) -> String {
    let mut text = "Links\n".to_owned();
    for (at, link) in links.iter().enumerate() {
        let claim = Claim::of(link);
        let why = if at == counts.link { "counts" } else { why_not(claim, counts.assessment.claim) };
        line(&mut text, format!("  {:<24} {}  {why}", claim_in_words(claim), link.target.unwrap_or("(no link)")));
        if let Some(listed) = &link.listed {
            line(&mut text, format!("  {:<24} {listed}", ""));
        }
    }
    text
}

/// Returns the reason why a link does not count beside the one that does.
pub(crate) fn why_not(claim: Claim, counting: Claim) -> &'static str {
    if claim < counting { "does not count: another says more of the paper's own code" } else { "does not count: another has a higher score" }
}

/// Returns a claim in words.
pub(crate) fn claim_in_words(claim: Claim) -> &'static str {
    match claim {
        Claim::Own => "the paper's own code",
        Claim::Unsaid => "code, unsaid whose",
        Claim::Page => "may lead to code",
        Claim::Promised => "code is promised",
        Claim::Others => "somebody else's code",
        Claim::NoCode => "no code",
        Claim::ListClaim => "a list names it",
    }
}

fn flags(counts: &Availability) -> String {
    let flags = &counts.assessment.flags;
    let mut text = "Flags\n".to_owned();
    for flag in Flag::ALL {
        let value = match flags.get(flag) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        let evidence = flags.evidence().find(|(told, _)| *told == flag).map_or("", |(_, evidence)| evidence);
        line(&mut text, format!("  {:<24} {value:<8} {evidence}", flag.as_str()));
    }
    text
}

fn score(plan: &RankPlan, counts: &Availability) -> String {
    let mut text = format!("Score\n  {:<24} {:>8} {:>8} {:>10}\n", "component", "value", "weight", "points");
    let values = counts.assessment.values();
    for (at, component) in Component::ALL.into_iter().enumerate() {
        let (weight, points) = (plan.score.weights()[at], counts.score.points[at]);
        let value = values[at].map_or("unknown".to_owned(), |value| if value.is_finite() { format!("{value:.0}") } else { "never".to_owned() });
        let points = points.map_or(format!("0 to {weight:.1}"), |points| format!("{points:.1}"));
        line(&mut text, format!("  {:<24} {value:>8} {weight:>8.1} {points:>10}", component.as_str()));
    }
    let Score { score, high, .. } = counts.score;
    line(&mut text, format!("  {:<24} {:>28}", "sum", if score < high { format!("{score:.1} to {high:.1}") } else { format!("{score:.1}") }));
    text
}

fn trend(ranked: &Ranked, place: Option<Place>, plan: &RankPlan) -> String {
    let (Some(stars), Some(week), Some(trend)) = (ranked.stars, ranked.stars_1w, ranked.trend) else {
        return "Trend\n  unknown: the stars of this week and of the one before are not both known\n".to_owned();
    };
    let month = ranked.stars_4w.map_or("unknown".to_owned(), |gained| format!("{gained:+}"));
    let rank = |rank: Option<i64>| rank.map_or("none".to_owned(), |rank| rank.to_string());
    format!(
        "Trend\n  {stars} stars, {week:+} in one week, {month} in four: trend {trend:.2}\n  rank {} of all, {} of the papers of {} days\n",
        rank(place.and_then(|place| place.trend_rank)),
        rank(place.and_then(|place| place.trend_rank_recent)),
        plan.window_days
    )
}

fn line(text: &mut String, line: String) {
    let _ = writeln!(text, "{}", visible::line(line.trim_end())); // writing to a String cannot fail
}
