//! Links and citations of a paper as of a week, from its versions until then.

use super::{LinkedPaper, run};
use crate::Hidden;
use anyhow::Result;
use chrono::NaiveDate;
use starcite_core::archive::linked_archive;
use starcite_core::extract::SettledBy;
use starcite_core::{Citation, Link, LinkKind, RepoName, Week, paper};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The versions of a paper, encoded, one a week, oldest first.
pub struct PaperVersions {
    /// The paper's id.
    pub paper_id: String,
    pub(super) versions: Vec<(Week, Vec<u8>)>,
    /// Papers that are left out of its citations.
    pub(super) hidden: Arc<Hidden>,
}

/// A paper as of a week, with its links in the order of the table.
#[derive(Default)]
pub struct WeekPaper {
    /// The paper's id.
    pub paper_id: String,
    /// Its title.
    pub title: Option<String>,
    /// The day of its first version.
    pub published: Option<NaiveDate>,
    /// Its arXiv id, without a version.
    pub arxiv_id: Option<String>,
    /// Its DOI, in lower case.
    pub doi: Option<String>,
    /// The week of its newest version.
    pub newest: Option<Week>,
    /// The weeks of the versions that point to something, oldest first.
    pub weeks: Vec<Week>,
    /// Its links, those of earlier versions too.
    pub links: Vec<WeekLink>,
    /// The papers that its newest version names.
    pub citations: Vec<Citation>,
}

/// A link as of a week.
#[derive(Debug, Clone)]
pub struct WeekLink {
    /// The link.
    pub link: Link,
    /// The first week that had it.
    pub first_week: Week,
    /// The last week that had it, if a newer version of the paper lacks it.
    pub last_week: Option<Week>,
}

impl WeekPaper {
    /// Records the repositories that the linked archives are copies of; `repo_of` looks them up.
    pub fn tie_archives(&mut self, repo_of: impl Fn(&str) -> Result<Option<RepoName>>) -> Result<()> {
        for link in self.links.iter_mut().map(|link| &mut link.link).filter(|link| link.kind == LinkKind::Archive && link.repo.is_none()) {
            let archive = link.target.as_deref().and_then(linked_archive);
            if let Some(repo) = archive.map(|archive| repo_of(&archive)).transpose()?.flatten() {
                link.repo = Some(repo);
                link.settled_by = Some(SettledBy::ArchiveRecord);
            }
        }
        Ok(())
    }

    /// True if the newest version points to something.
    pub fn points_somewhere(&self) -> bool {
        !self.citations.is_empty() || self.links.iter().any(|link| link.last_week.is_none())
    }
}

impl WeekLink {
    /// Compares a paper's links in the order of the table: by kind and target as written.
    pub fn in_table_order(a: &Self, b: &Self) -> Ordering {
        (a.link.kind.as_str(), &a.link.target).cmp(&(b.link.kind.as_str(), &b.link.target))
    }
}

impl PaperVersions {
    /// Adds a version; the last one added for a week counts.
    pub(super) fn add(&mut self, week: Week, encoded: Vec<u8>) {
        match self.versions.last_mut() {
            Some((newest, version)) if *newest == week => *version = encoded,
            _ => self.versions.push((week, encoded)),
        }
    }

    /// True if a version points to something: only such a paper has rows.
    pub fn points_somewhere(&self) -> Result<bool> {
        for (_, encoded) in &self.versions {
            if run::points_somewhere(encoded)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn newest(&self) -> Option<&[u8]> {
        self.versions.last().map(|(_, encoded)| encoded.as_slice())
    }

    /// Returns the newest version's links, and those of older ones that it lacks.
    pub fn as_of_week(&self) -> Result<WeekPaper> {
        self.until(self.versions.len())
    }

    /// Returns the same as of an earlier week; `None` if no version is that old.
    pub fn as_of(&self, week: Week) -> Result<Option<WeekPaper>> {
        let count = self.versions.iter().take_while(|(of, _)| *of <= week).count();
        (count > 0).then(|| self.until(count)).transpose()
    }

    /// Returns every id by which a version knows the paper, and the repositories that their links mean, or may mean.
    pub(crate) fn ids_and_repos(&self) -> Result<(BTreeSet<String>, Vec<RepoName>)> {
        let (mut ids, mut repos) = (BTreeSet::new(), Vec::new());
        for (_, encoded) in &self.versions {
            let version = run::decode(encoded)?;
            ids.extend(paper::ids(&version.paper_id, version.arxiv_id.as_deref(), version.doi.as_deref()));
            repos.extend(version.links.iter().flat_map(Link::readings).cloned());
        }
        Ok((ids, repos))
    }

    /// Returns the week of the newest version.
    pub fn newest_week(&self) -> Option<Week> {
        self.versions.last().map(|(week, _)| *week)
    }

    /// True if a version is newer than a week.
    pub fn changed_after(&self, week: Week) -> bool {
        self.newest_week().is_some_and(|newest| newest > week)
    }

    fn until(&self, count: usize) -> Result<WeekPaper> {
        let versions = self.versions[..count].iter().map(|(week, encoded)| Ok((*week, run::decode(encoded)?))).collect::<Result<Vec<_>>>()?;
        let mut paper = as_of_week(&self.paper_id, versions);
        paper.citations.retain(|citation| !self.hidden.has(&citation.cited));
        Ok(paper)
    }
}

fn as_of_week(paper_id: &str, versions: Vec<(Week, LinkedPaper)>) -> WeekPaper {
    let mut paper = WeekPaper { paper_id: paper_id.to_owned(), ..WeekPaper::default() };
    for (week, version) in versions {
        if version.points_somewhere() {
            paper.weeks.push(week);
        }
        let mut earlier: BTreeMap<_, WeekLink> = paper.links.drain(..).map(|link| (link.link.key(), link)).collect();
        for link in version.links {
            let known = if earlier.is_empty() { None } else { earlier.remove(&link.key()) }; // nearly every paper has one version, and needs no keys
            paper.links.push(WeekLink { link, first_week: known.map_or(week, |known| known.first_week), last_week: None });
        }
        for gone in earlier.values_mut().filter(|gone| gone.last_week.is_none()) {
            gone.last_week = Some(week.before());
        }
        paper.links.extend(earlier.into_values());
        (paper.title, paper.published, paper.arxiv_id, paper.doi) = (version.title, version.published, version.arxiv_id, version.doi);
        (paper.newest, paper.citations) = (Some(week), version.citations);
    }
    paper.links.sort_by(WeekLink::in_table_order);
    paper
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_core::{Extractor, Paper};

    fn version(text: &str) -> LinkedPaper {
        let paper = Paper { paper_id: "a:1".into(), abstract_text: Some(text.into()), ..Paper::default() };
        let found = Extractor::default().paper(&paper);
        LinkedPaper::new(paper, found)
    }

    /// Returns target, first and last week of each link.
    fn links(versions: &[(&str, &str)]) -> Vec<(String, String, Option<String>)> {
        let versions = versions.iter().map(|(week, text)| (week.parse().unwrap(), version(text))).collect();
        let of = |link: WeekLink| (link.link.target.unwrap_or_default(), link.first_week.to_string(), link.last_week.map(|week| week.to_string()));
        as_of_week("a:1", versions).links.into_iter().map(of).collect()
    }

    #[test]
    fn a_link_that_a_newer_version_lacks_stays_with_its_last_week() {
        let found = links(&[("2026-W10", "https://github.com/o/a"), ("2026-W12", "https://github.com/o/b"), ("2026-W13", "")]);
        let link = |name: &str, first: &str, last: &str| (format!("https://github.com/o/{name}"), first.to_owned(), Some(last.to_owned()));
        assert_eq!(found, [link("a", "2026-W10", "2026-W11"), link("b", "2026-W12", "2026-W12")]);
    }

    #[test]
    fn a_link_that_comes_back_is_there_since_it_was_first_seen() {
        let found = links(&[("2026-W10", "https://github.com/o/a"), ("2026-W12", ""), ("2026-W13", "https://github.com/O/a")]);
        assert_eq!(found, [("https://github.com/O/a".to_owned(), "2026-W10".to_owned(), None)]);
    }
}
