//! The papers' own repositories, and their entries.

use super::entry::Entry;
use super::names;
use crate::interrupt;
use crate::progress::Progress;
use crate::tables::Row;
use crate::tables::schema::{LINKS, REPOS};
use crate::weeks::{self, FinishedWeek};
use anyhow::Result;
use starcite_core::observation::{NO_LICENCE, UNNAMED_LICENCE};
use starcite_core::{Field, LinkKind};
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
            let frame = portion?.read(["paper_id", "kind", "repo", "field", "role", "last_week", "official"])?;
            for link in Row::all(&frame).filter(|link| is_own(*link)) {
                let Some((paper, repo)) = link.text("paper_id").zip(link.text("repo")) else { continue };
                if is_wanted(paper) {
                    let repos = of_papers.entry(paper.to_owned()).or_default();
                    if !repos.iter().any(|known| known == repo) {
                        repos.push(repo.to_owned());
                    }
                }
            }
        }
        let wanted: HashSet<&String> = of_papers.values().flatten().collect();
        let mut entries = HashMap::new();
        for portion in weeks::portions([week], &REPOS, progress) {
            interrupt::check()?;
            let frame = portion?.read(REPOS.names())?;
            let repos = Row::all(&frame).filter_map(|repo| Some((repo.text("repo")?.to_owned(), repo)));
            entries.extend(repos.filter(|(name, _)| wanted.contains(name)).map(|(name, repo)| (name, entry(repo))));
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

/// True if a link leads to the paper's own repository: to an official one, or to one that the paper links and does not describe as another's.
fn is_own(link: Row<'_>) -> bool {
    let is_there = link.text("kind") == Some(LinkKind::Repo.as_str()) && link.text("last_week").is_none();
    let is_listed = || link.text("field").and_then(Field::parse).is_some_and(Field::is_list);
    is_there && link.bool("official").unwrap_or_else(|| matches!(link.text("role"), Some("own") | None) && !is_listed())
}

/// Returns the entry of a repository: from its CITATION.cff, else from its host's data.
fn entry(repo: Row<'_>) -> Entry {
    let name = repo.text("repo").unwrap_or_default();
    let mut parts = name.split('/');
    let (host, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let authors = repo.texts("citation_authors").and_then(|authors| names::list(&authors, names::of_citation_file));
    let mut entry = Entry::of("software", name);
    entry.raw("author", authors.or_else(|| names::list(&[owner.to_owned()], names::of_group)));
    entry.title(repo.text("citation_title").or(parts.next_back()));
    let (version, date) = version(repo);
    entry.text("version", version);
    entry.raw("date", date);
    entry.text("organization", Some(organization(host)));
    entry.verbatim("doi", repo.text("citation_doi"));
    entry.verbatim("url", Some(&format!("https://{name}")));
    entry.raw("urldate", repo.day("observed_at").map(|day| day.to_string()));
    let licence = repo.text("citation_license").or(repo.text("license_spdx")).filter(|licence| ![NO_LICENCE, UNNAMED_LICENCE].contains(licence));
    entry.text("note", licence.map(|licence| format!("Licence: {licence}")).as_deref());
    entry
}

/// Returns the version and its day; without a version, the day of the citation file, or else that of the last commit or push.
fn version(repo: Row<'_>) -> (Option<&str>, Option<String>) {
    let day = |column: &str| repo.day(column).map(|day| day.to_string());
    let (cited, released) = (repo.text("citation_version"), repo.named("latest_release"));
    if cited.is_some() {
        return (cited, day("citation_date").or_else(|| day("latest_release_at").filter(|_| cited == released)));
    }
    if released.is_some() {
        return (released, day("latest_release_at"));
    }
    (None, day("citation_date").or_else(|| day("head_committed_at")).or_else(|| day("pushed_at")))
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
    use polars::prelude::{IntoSeries, NamedFrom, Series, df};

    #[test]
    fn what_a_citation_file_says_goes_first() {
        let authors = Series::new("citation_authors".into(), [Series::new("".into(), ["Lovelace, Ada", "Hugging Face"])]);
        let mut frame =
            df!("repo" => ["github.com/o/n"], "citation_title" => ["N & co"], "citation_version" => ["2.0"], "citation_doi" => ["10.5281/zenodo.1"],
            "citation_license" => ["MIT"], "license_spdx" => ["Apache-2.0"], "latest_release" => ["v1"])
            .unwrap();
        frame.with_column(authors.into_series().into()).unwrap();
        let entries: Vec<String> = Row::all(&frame).map(|repo| entry(repo).to_string()).collect();
        let wanted = "@software{github.com/o/n,\n  author = {Lovelace, Ada and {Hugging Face}},\n  title = {{N \\& co}},\n  version = {2.0},\n  \
            organization = {GitHub},\n  doi = {10.5281/zenodo.1},\n  url = {https://github.com/o/n},\n  note = {Licence: MIT},\n}\n";
        assert_eq!(entries, [wanted]);
    }

    #[test]
    fn what_there_is_none_of_is_no_field() {
        let frame = df!("repo" => ["github.com/o/n"], "license_spdx" => ["NONE"], "latest_release" => [""]).unwrap();
        let entries: Vec<String> = Row::all(&frame).map(|repo| entry(repo).to_string()).collect();
        let wanted = "@software{github.com/o/n,\n  author = {{o}},\n  title = {{n}},\n  organization = {GitHub},\n  url = {https://github.com/o/n},\n}\n";
        assert_eq!(entries, [wanted]);
    }
}
