//! Decides which papers have working code. Flags come first, each true, false or unknown with its evidence; a tier and a score follow.
//!
//! `docs/RANKING.md` explains each flag, tier and weight.

mod answer;
mod choice;
mod claim;
mod flag;
mod inside;
mod root;
#[cfg(test)]
mod tests;
mod tier;
mod why;

pub use choice::{Availability, of_paper};
pub use claim::Claim;
pub use flag::{Flag, Flags};
pub use tier::Tier;
pub use why::why;

use crate::score::{Component, PerComponent};
use crate::{Field, LinkKind, ListClaim, RepoFacts, RepoState, Role, StateReason};
use chrono::{DateTime, Utc};

/// A link of a paper, with the known facts of its repository.
#[derive(Debug, Clone)]
pub struct CodeLink<'a> {
    /// The kind of target.
    pub kind: LinkKind,
    /// The role of the target in the paper's text.
    pub role: Option<Role>,
    /// The field of the paper with the link.
    pub field: Field,
    /// The normalised URL; `None` for a promise.
    pub target: Option<&'a str>,
    /// True if the repository's own files name the paper; `None` if they were not read.
    pub names_paper: Option<bool>,
    /// The file that names the paper.
    pub named_where: Option<&'a str>,
    /// The claims of a list of papers and code about the link; reported, and never counted.
    pub listed: Option<ListClaim>,
    /// True if the name now belongs to another repository. Then the only fact that counts is whether the original repository is gone.
    pub is_reassigned: bool,
    /// The repository, if the link names one.
    pub repository: Option<Repository<'a>>,
}

/// The facts of a repository that decide its availability, under the names of the columns of `repos`. `None` is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is a column of `repos`; `starcite schema` gives its meaning and unit")]
pub struct CodeFacts<'a> {
    pub is_archived: Option<bool>,
    pub is_disabled: Option<bool>,
    pub is_empty: Option<bool>,
    pub stars: Option<i64>,
    pub language: Option<&'a str>,
    pub languages: Option<&'a [String]>,
    pub license_spdx: Option<&'a str>,
    pub pushed_at: Option<DateTime<Utc>>,
    pub head_committed_at: Option<DateTime<Utc>>,
    pub releases: Option<i64>,
    pub latest_release: Option<&'a str>,
    pub latest_release_at: Option<DateTime<Utc>>,
    pub root_entries: Option<&'a [String]>,
    pub citation_doi: Option<&'a str>,
    pub archive_ids: Option<&'a [String]>,
}

impl<'a> From<&'a RepoFacts> for CodeFacts<'a> {
    fn from(facts: &'a RepoFacts) -> Self {
        Self {
            is_archived: facts.is_archived,
            is_disabled: facts.is_disabled,
            is_empty: facts.is_empty,
            stars: facts.stars,
            language: facts.language.as_deref(),
            languages: facts.languages.as_deref(),
            license_spdx: facts.license_spdx.as_deref(),
            pushed_at: facts.pushed_at,
            head_committed_at: facts.head_committed_at,
            releases: facts.releases,
            latest_release: facts.latest_release.as_deref(),
            latest_release_at: facts.latest_release_at,
            root_entries: facts.root_entries.as_deref(),
            citation_doi: facts.citation_doi.as_deref(),
            archive_ids: facts.archive_ids.as_deref(),
        }
    }
}

/// The known facts of a repository as of the week.
#[derive(Debug, Clone)]
pub struct Repository<'a> {
    /// `host/path`, with the current name.
    pub name: &'a str,
    /// Its state on the host.
    pub state: RepoState,
    /// The reason for a state that is not `live`.
    pub state_reason: Option<StateReason>,
    /// The time of the observation.
    pub observed_at: Option<DateTime<Utc>>,
    /// The host's name, or a third party.
    pub observed_by: Option<&'a str>,
    /// The observed facts.
    pub facts: CodeFacts<'a>,
    /// The archive of its code, according to the archive's record.
    pub archived_copy: Option<&'a str>,
}

/// The result for one link.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The link's claim to be the paper's own code.
    pub claim: Claim,
    /// The flags.
    pub flags: Flags,
    /// Days from the last commit or release to the end of the week; infinite for an archived repository; `None` is unknown.
    pub idle_days: Option<f64>,
}

/// The values of the component `reachable` for a repository that its host serves: one that is known to hold no code, and any other.
const WITHOUT_CODE: f64 = 1.0;
const WITH_CODE: f64 = 2.0;

impl Assessment {
    /// Assesses a link as of the week that ends at `end`; `archive` is the address of an archived copy that the paper links as well.
    pub fn of(link: &CodeLink<'_>, archive: Option<&str>, end: DateTime<Utc>) -> Self {
        let mut flags = Flags::default();
        let claim = claim::add(link, &mut flags);
        answer::add(link, &mut flags);
        let idle_days = match (flags.get(Flag::Answers), &link.repository) {
            (Some(true), Some(repository)) => inside::add(link, repository, archive, end, &mut flags),
            (Some(false), _) => {
                flags.deny_the_rest();
                Some(f64::INFINITY)
            }
            _ => {
                inside::add_archive(archive, &mut flags);
                None
            }
        };
        Self { claim, flags, idle_days }
    }

    /// Returns the tier that follows from the flags; `None` is unknown.
    pub fn tier(&self) -> Option<Tier> {
        Tier::of(self.claim, &self.flags)
    }

    /// Returns the value of each component of the score, in its unit; `None` is unknown. A link counts until it is known to be gone, and what is inside
    /// a repository until it is known to hold no code: then there is nothing to license, to maintain or to cite.
    pub fn values(&self) -> PerComponent<Option<f64>> {
        let is_gone = self.flags.get(Flag::Answers) == Some(false);
        let is_empty = self.flags.get(Flag::HasCode) == Some(false);
        Component::ALL.map(|component| match component {
            Component::Link if is_gone && self.claim >= Claim::Unsaid => Some(0.0),
            Component::Link => self.claim.strength(),
            Component::Reachable => self.truth(Flag::Answers).map(|answers| if answers > 0.0 && !is_empty { WITH_CODE } else { answers }),
            Component::Maintained if is_empty => Some(f64::INFINITY),
            _ if is_empty => Some(0.0),
            Component::Licence => self.licence(),
            Component::Maintained => self.idle_days,
            Component::Code => self.truth(Flag::HasCode),
            Component::Named => self.truth(Flag::NamesPaper),
            Component::Citable => self.truth(Flag::IsCitable),
            Component::Dependencies => self.truth(Flag::HasDependencies),
            Component::Container => self.truth(Flag::HasContainer),
            Component::Notebook => self.truth(Flag::HasNotebook),
            Component::Tests => self.truth(Flag::HasTests),
            Component::Ci => self.truth(Flag::HasCi),
        })
    }

    /// Returns the values for the least possible score: a link may be gone of which no host was asked, and a repository may hold no code whose
    /// contents are not known.
    pub fn least_values(&self) -> PerComponent<Option<f64>> {
        let values = self.values();
        let (may_be_gone, may_be_empty) = (self.flags.get(Flag::Answers).is_none(), self.flags.get(Flag::HasCode).is_none());
        Component::ALL.map(|component| {
            let value = values[component as usize];
            match component {
                Component::Link => value.filter(|_| !may_be_gone),
                Component::Reachable if may_be_empty => value.map(|value| value.min(WITHOUT_CODE)),
                Component::Reachable => value,
                _ => value.filter(|_| !may_be_empty),
            }
        })
    }

    fn truth(&self, flag: Flag) -> Option<f64> {
        self.flags.get(flag).map(|is_so| if is_so { 1.0 } else { 0.0 })
    }

    /// Returns 0 for no licence, 1 for one that is not known to be approved, 2 for one that the Open Source Initiative approved.
    fn licence(&self) -> Option<f64> {
        match (self.flags.get(Flag::HasLicence)?, self.flags.get(Flag::LicenceIsOsiApproved)) {
            (false, _) => Some(0.0),
            (true, Some(true)) => Some(2.0),
            (true, _) => Some(1.0),
        }
    }
}
