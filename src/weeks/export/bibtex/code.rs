//! The papers' own repositories, and their entries.

use super::entry::Entry;
use super::names;
use crate::progress::Progress;
use crate::weeks::{self, FinishedWeek};
use anyhow::Result;
use chrono::{DateTime, Utc};
use starcite_core::observation::{NO_LICENCE, UNNAMED_LICENCE};
use starcite_core::{Field, LinkKind, RepoFacts, RepoKind, Role, Week};
use starcite_ground::interrupt;
use starcite_rows::{LINKS, Link, REPOS, Read, Repo, Text, view};
use starcite_tables::read_rows;
use std::collections::{HashMap, HashSet};

/// Repositories by paper, and the entry of each repository.
pub(super) struct Code {
    of_papers: HashMap<String, Vec<String>>,
    entries: HashMap<String, Entry>,
}

impl Code {
    /// Reads a week's links and repositories of the papers that are wanted.
    pub(super) fn of(week: &FinishedWeek, is_wanted: impl Fn(&str) -> bool, progress: &Progress) -> Result<Self> {
        let mut of_papers: HashMap<String, Vec<String>> = HashMap::new();
        for portion in weeks::portions([week], &LINKS, progress) {
            interrupt::check()?;
            for link in read_rows::<OwnLink<'_>>(&portion?.read(OwnLink::names())?)? {
                let link = link?;
                let Some(repo) = link.repo.as_ref().filter(|_| is_own(&link) && is_wanted(&link.paper_id)) else { continue };
                let repos = of_papers.entry(link.paper_id.to_string()).or_default();
                if !repos.iter().any(|known| known == repo) {
                    repos.push(repo.to_string());
                }
            }
        }
        let wanted: HashSet<&str> = of_papers.values().flatten().map(String::as_str).collect();
        let mut entries = HashMap::new();
        for portion in weeks::portions([week], &REPOS, progress) {
            interrupt::check()?;
            for repo in read_rows::<Repo<'_>>(&portion?.read(REPOS.names())?)? {
                let repo = repo?;
                if repo.repo_kind == RepoKind::Code && wanted.contains(&*repo.repo) {
                    entries.insert(repo.repo.to_string(), entry(&repo));
                }
            }
        }
        Ok(Self { of_papers, entries })
    }

    pub(super) fn has(&self, paper_id: &str) -> bool {
        self.of_papers.contains_key(paper_id)
    }

    /// Returns the entries of a paper's repositories.
    pub(super) fn of_paper(&self, paper_id: &str) -> impl Iterator<Item = &Entry> {
        self.of_papers.get(paper_id).into_iter().flatten().filter_map(|repo| self.entries.get(repo))
    }
}

view! {
    /// The columns of a link that decide if it is the paper's own.
    struct OwnLink<'a> of Link {
        paper_id: Text<'a>,
        kind: LinkKind,
        repo: Option<Text<'a>>,
        field: Field,
        role: Option<Role>,
        last_week: Option<Week>,
        official: Option<bool>,
    }
}

/// True if a link leads to the paper's own repository: to an official one, or to one that the paper links and does not describe as another's.
fn is_own(link: &OwnLink<'_>) -> bool {
    let is_there = link.kind == LinkKind::Repo && link.last_week.is_none();
    is_there && link.official.unwrap_or_else(|| matches!(link.role, Some(Role::Own) | None) && !link.field.is_list())
}

/// Returns the entry of a repository: from its CITATION.cff, else from its host's data.
pub(super) fn entry(repo: &Repo<'_>) -> Entry {
    let facts = &repo.facts;
    let mut parts = repo.repo.split('/');
    let (host, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let authors = facts.citation_authors.as_ref().and_then(|authors| names::list(authors, names::of_citation_file));
    let mut entry = Entry::of("software", &repo.repo);
    entry.raw("author", authors.or_else(|| names::list(&[owner.to_owned()], names::of_group)));
    entry.title(facts.citation_title.as_deref().or(parts.next_back()));
    let (version, date) = version(facts);
    entry.text("version", version);
    entry.raw("date", date);
    entry.text("organization", Some(organization(host)));
    entry.verbatim("doi", facts.citation_doi.as_deref());
    entry.verbatim("url", Some(&format!("https://{}", repo.repo)));
    entry.raw("urldate", repo.observed_at.map(|time| time.date_naive().to_string()));
    let licence = facts.citation_license.as_ref().or(facts.license_spdx.as_ref()).filter(|licence| ![NO_LICENCE, UNNAMED_LICENCE].contains(&licence.as_str()));
    entry.text("note", licence.map(|licence| format!("Licence: {licence}")).as_deref());
    entry
}

/// Returns the version and its day; without a version, the day of the citation file, or else that of the last commit or push.
fn version(facts: &RepoFacts) -> (Option<&str>, Option<String>) {
    let day = |time: Option<DateTime<Utc>>| time.map(|time| time.date_naive().to_string());
    let cited_day = || facts.citation_date.map(|day| day.to_string());
    let (cited, released) = (facts.citation_version.as_deref(), facts.latest_release.as_deref().filter(|tag| !tag.is_empty()));
    if cited.is_some() {
        return (cited, cited_day().or_else(|| day(facts.latest_release_at).filter(|_| cited == released)));
    }
    if released.is_some() {
        return (released, day(facts.latest_release_at));
    }
    (None, cited_day().or_else(|| day(facts.head_committed_at)).or_else(|| day(facts.pushed_at)))
}

fn organization(host: &str) -> &str {
    match host {
        "github.com" => "GitHub",
        "gitlab.com" => "GitLab",
        "bitbucket.org" => "Bitbucket",
        "codeberg.org" => "Codeberg",
        "huggingface.co" => "Hugging Face",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_rows::samples::Sample;
    use std::borrow::Cow;

    fn entry_of(facts: RepoFacts) -> String {
        let sample = Repo::read(Sample { table: &REPOS, row: 0 }.cells().into_iter()).unwrap();
        entry(&Repo { repo: "github.com/o/n".into(), observed_at: None, facts: Cow::Owned(facts), ..sample }).to_string()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn what_a_citation_file_says_goes_first() {
        let entry = entry_of(RepoFacts {
            citation_title: some("N & co"),
            citation_version: some("2.0"),
            citation_doi: some("10.5281/zenodo.1"),
            citation_license: some("MIT"),
            citation_authors: Some(vec!["Lovelace, Ada".to_owned(), "Hugging Face".to_owned()]),
            license_spdx: some("Apache-2.0"),
            latest_release: some("v1"),
            ..RepoFacts::default()
        });
        let wanted = "@software{github.com/o/n,\n  author = {Lovelace, Ada and {Hugging Face}},\n  title = {{N \\& co}},\n  version = {2.0},\n  \
            organization = {GitHub},\n  doi = {10.5281/zenodo.1},\n  url = {https://github.com/o/n},\n  note = {Licence: MIT},\n}\n";
        assert_eq!(entry, wanted);
    }

    #[test]
    fn what_there_is_none_of_is_no_field() {
        let entry = entry_of(RepoFacts { license_spdx: some(NO_LICENCE), latest_release: some(""), ..RepoFacts::default() });
        let wanted = "@software{github.com/o/n,\n  author = {{o}},\n  title = {{n}},\n  organization = {GitHub},\n  url = {https://github.com/o/n},\n}\n";
        assert_eq!(entry, wanted);
    }
}
