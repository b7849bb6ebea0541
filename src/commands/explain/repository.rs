//! Tells all that the weeks know of a repository.

use super::{LISTED, Section};
use crate::commands::rank::Ranking;
use crate::weeks::kept;
use anyhow::Result;
use chrono::{DateTime, Utc};
use starcite_core::{ChangeKind, RepoName, RepoState, StateReason, Week};
use starcite_rows::{CHANGES, Change, LINKS, Link, REPOS, Read, Repo, Text, Texts, view};
use starcite_tables::read_rows;

view! {
    struct Facts<'a> of Repo {
        repo: Text<'a>,
        aliases: Texts<'a>,
        state: RepoState,
        state_reason: Option<StateReason>,
        is_archived: Option<bool>,
        is_fork: Option<bool>,
        stars: Option<i64>,
        language: Option<Text<'a>>,
        license_spdx: Option<Text<'a>>,
        description: Option<Text<'a>>,
        pushed_at: Option<DateTime<Utc>>,
        latest_release: Option<Text<'a>>,
        archived_copy: Option<Text<'a>>,
        observed_at: Option<DateTime<Utc>>,
        observed_by: Option<Text<'a>>,
    }
}

view! {
    struct Linking<'a> of Link {
        paper_id: Text<'a>,
        repo: Option<Text<'a>>,
        target: Option<Text<'a>>,
        official: Option<bool>,
        first_week: Week,
        last_week: Option<Week>,
    }
}

view! {
    struct Changed<'a> of Change {
        kind: ChangeKind,
        paper_id: Option<Text<'a>>,
        repo: Option<Text<'a>>,
        before: Text<'a>,
        after: Text<'a>,
        iso_week: Week,
    }
}

/// Explains a repository by any of its names; without sections if the week knows none of them.
pub(super) fn sections(ranking: &Ranking, name: &RepoName) -> Result<Vec<Section>> {
    let wanted = name.key();
    let has_name = |text: &str| RepoName::parse(text).is_ok_and(|name| name.key() == wanted);
    let is_it = |facts: Facts<'_>| (has_name(&facts.repo) || facts.aliases.iter().any(|alias| has_name(alias))).then(|| facts.into_static());
    let known = ranking.week().select(&REPOS, Facts::COLUMNS, |frame| kept(read_rows(frame)?, is_it))?;
    let is_current = |repo: &str| has_name(repo) || known.iter().any(|facts| facts.repo == repo);
    let links_it = |link: Linking<'_>| {
        let is_linked = link.repo.as_deref().is_some_and(is_current) || link.target.as_deref().is_some_and(has_name);
        is_linked.then(|| link.into_static())
    };
    let links = ranking.week().select(&LINKS, Linking::COLUMNS, |frame| kept(read_rows(frame)?, links_it))?;
    if known.is_empty() && links.is_empty() {
        return Ok(Vec::new());
    }
    let mut sections: Vec<Section> = known.iter().map(|facts| facts.section(ranking.week().week)).collect();
    sections.push(papers(ranking, &links));
    let changed = |change: Changed<'_>| change.repo.as_deref().is_some_and(is_current).then(|| change.into_static());
    let mut section = Section::of("Changes");
    for week in &ranking.weeks {
        let changes = week.select(&CHANGES, Changed::COLUMNS, |frame| kept(read_rows(frame)?, changed))?;
        section.list(&changes, LISTED, |change| {
            let of = change.paper_id.as_ref().map(|paper| format!(" of {paper}")).unwrap_or_default();
            format!("{}  {}{of}: {} to {}", change.iso_week, change.kind.as_str(), change.before, change.after)
        });
    }
    sections.push(section);
    Ok(sections)
}

impl Facts<'_> {
    fn section(&self, week: Week) -> Section {
        let yes = |value: Option<bool>| value.filter(|is| *is).map(|_| "yes");
        let reason = self.state_reason.map(|reason| format!(" ({})", reason.as_str().replace('_', " "))).unwrap_or_default();
        let mut section = Section::of(&format!("https://{} in {week}", self.repo));
        section.value("state", Some(format!("{}{reason}", self.state.as_str())));
        section.value("also called", (!self.aliases.is_empty()).then(|| self.aliases.join(", ")));
        section.value("description", self.description.as_deref().filter(|text| !text.is_empty()));
        section.value("licence", self.license_spdx.as_deref());
        section.value("language", self.language.as_deref().filter(|text| !text.is_empty()));
        section.value("stars", self.stars);
        section.value("archived", yes(self.is_archived));
        section.value("fork", yes(self.is_fork));
        section.value("last push", self.pushed_at.map(|at| at.date_naive()));
        section.value("newest release", self.latest_release.as_deref().filter(|text| !text.is_empty()));
        section.value("archived copy", self.archived_copy.as_deref());
        let by = self.observed_by.as_deref().unwrap_or("an unnamed observer");
        let observed = self.observed_at.map(|at| format!("{} by {by}", at.format("%Y-%m-%d %H:%M UTC")));
        section.value("observed", Some(observed.unwrap_or_else(|| "never".to_owned())));
        section
    }
}

fn papers(ranking: &Ranking, links: &[Linking<'_>]) -> Section {
    let mut section = Section::of("Papers that link it");
    section.list(links, LISTED, |link| {
        let whose = match link.official {
            Some(true) => "their own code",
            Some(false) => "not their own code",
            None => "unsaid whose code",
        };
        let until = link.last_week.map(|week| format!(" to {week}, no longer")).unwrap_or_default();
        let title = ranking.known.name(&link.paper_id).title.unwrap_or_default();
        format!("{}  {whose}, since {}{until}  {title}", link.paper_id, link.first_week)
    });
    section
}
