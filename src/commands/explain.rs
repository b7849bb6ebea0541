//! `starcite explain`: all that the finished weeks know of a paper or a repository.

mod paper;
mod repository;
mod section;

use super::rank::Ranking;
use crate::cli::ExplainArgs;
use crate::cli::outcome::Outcome;
use crate::progress::Progress;
use crate::weeks::{FinishedWeek, kept};
use anyhow::{Result, bail};
use paper::Version;
use section::Section;
use starcite_core::{RepoName, TypedId, Week};
use starcite_ground::{interrupt, terminal};
use starcite_rows::{REJECTS, Read, Reject, Text, view};
use starcite_tables::read_rows;
use std::collections::HashSet;

/// The most papers that a part of a title lists, and the most records that are listed as rejected.
const LISTED: usize = 20;

/// The most characters of what was typed that are shown.
const SHOWN: usize = 100;

/// The least characters of a text to look for in rejected records.
const LEAST_SOUGHT: usize = 5;

pub(crate) fn explain(args: &ExplainArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let ranking = Ranking::read(&args.ranking, false, progress)?;
    let typed = TypedId::read(&args.what);
    let mut sections = known(&ranking, &typed)?;
    sections.extend(rejected(&ranking.weeks, &typed)?);
    progress.done();
    if sections.is_empty() {
        bail!(unknown(&ranking.weeks, &typed));
    }
    let sections: Vec<String> = sections.into_iter().filter_map(Section::text).collect();
    terminal::print(&sections.join("\n"))?;
    Ok(Outcome::Complete)
}

/// Returns all that is known of a paper by its id, else of a repository, else of a paper by its title.
fn known(ranking: &Ranking, typed: &TypedId) -> Result<Vec<Section>> {
    let other_ids = paper::ids_of_merged(&ranking.weeks, typed)?;
    let by_id = paper::versions(&ranking.weeks, |paper| paper.is(typed) || other_ids.contains(paper.paper_id.as_ref()))?;
    if !by_id.is_empty() {
        return one_or_list(ranking, by_id);
    }
    if let Ok(name) = RepoName::parse(&typed.typed) {
        let found = repository::sections(ranking, &name)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    one_or_list(ranking, paper::titled(&ranking.weeks, &typed.typed)?)
}

/// Explains the paper of which these are the versions, or lists the papers if they are of several.
fn one_or_list(ranking: &Ranking, versions: Vec<Version<'static>>) -> Result<Vec<Section>> {
    let mut met = HashSet::new();
    let papers: Vec<&Version<'_>> = versions.iter().filter(|version| met.insert(version.paper_id.as_ref())).collect();
    match papers.as_slice() {
        [] => Ok(Vec::new()),
        [newest] => paper::sections(ranking, newest, &versions),
        several => Ok(vec![listed(several)]),
    }
}

fn listed(papers: &[&Version<'_>]) -> Section {
    let mut section = Section::of(&format!("{} papers are meant: explain one by its id", papers.len()));
    section.list(papers, LISTED, |paper| format!("{}  {}", paper.paper_id, paper.title()));
    section
}

view! {
    struct Rejected<'a> of Reject {
        source: Text<'a>,
        file: Text<'a>,
        record: i64,
        reason: Text<'a>,
        excerpt: Text<'a>,
        iso_week: Week,
    }
}

/// Lists the records that no week could use and that contain what was typed.
fn rejected(weeks: &[FinishedWeek], typed: &TypedId) -> Result<Option<Section>> {
    let sought: Vec<String> = [Some(&typed.typed), typed.arxiv_id.as_ref(), typed.doi.as_ref()].into_iter().flatten().map(|text| text.to_lowercase()).collect();
    let is_sought = |record: &Rejected<'_>| {
        let excerpt = record.excerpt.to_lowercase();
        sought.iter().any(|text| text.chars().count() >= LEAST_SOUGHT && contains(&excerpt, text))
    };
    let mut records = Vec::new();
    for week in weeks {
        records.extend(
            week.select(&REJECTS, Rejected::COLUMNS, |frame| kept(read_rows(frame)?, |record: Rejected<'_>| is_sought(&record).then(|| record.into_static())))?,
        );
    }
    let mut section = Section::of("Rejected records that contain it");
    section.list(&records, LISTED, |record| {
        let Rejected { source, file, record, reason, iso_week, .. } = record;
        format!("{iso_week}  {source}: {file}, record {record}: {reason}")
    });
    Ok((!records.is_empty()).then_some(section))
}

/// True if a text contains another whose numbers do not go on around it: 10.1000/a.12 does not contain 10.1000/a.1.
fn contains(text: &str, sought: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(sought).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + sought.len()..]);
        let goes_on = |a, b| is_digit(a) && is_digit(b);
        !goes_on(before.chars().next_back(), sought.chars().next()) && !goes_on(sought.chars().next_back(), after.chars().next())
    })
}

fn unknown(weeks: &[FinishedWeek], typed: &TypedId) -> String {
    let (first, last) = (weeks.last().map(|week| week.week.to_string()), weeks.first().map(|week| week.week.to_string()));
    let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
    let weeks = if first == last { last } else { format!("the weeks {first} to {last}") };
    format!(
        "{} is unknown here: no paper, repository or rejected record of {weeks} has this id, name or title. An id looks like 2401.00001, 10.1145/3643991.3644876 \
         or owner/name; --out names another folder, --incomplete adds weeks whose papers are incomplete",
        typed.typed.chars().take(SHOWN).collect::<String>()
    )
}
