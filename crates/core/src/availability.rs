//! Which papers have code that works: flags first, each true, false or unknown with its evidence; then a tier in words and a score.
//!
//! `docs/RANKING.md` argues what each flag, tier and weight means.

mod answer;
mod choice;
mod claim;
mod flag;
mod inside;
mod root;
#[cfg(test)]
mod tests;
mod tier;

pub use choice::{Availability, of_paper};
pub use claim::Claim;
pub use flag::{Flag, Flags};
pub use tier::Tier;

use crate::score::{Component, PerComponent};
use crate::{Field, LinkKind, Listed, RepoFacts, RepoState, Role, StateReason};
use chrono::{DateTime, Utc};

/// A link of a paper, with what is known of the repository behind it.
#[derive(Debug, Clone)]
pub struct CodeLink<'a> {
    /// What it points to.
    pub kind: LinkKind,
    /// What the paper says of it.
    pub role: Option<Role>,
    /// Where it stands in the paper.
    pub field: Field,
    /// The normalised URL; `None` for a promise.
    pub target: Option<&'a str>,
    /// Whether the repository's own files name the paper; `None` is not looked at.
    pub names_paper: Option<bool>,
    /// The file that names it.
    pub named_where: Option<&'a str>,
    /// What a list of papers and code says of it: told, and counted for nothing.
    pub listed: Option<&'a Listed>,
    /// Whether another repository has the name by now: nothing but whether the one that was meant is gone counts.
    pub is_reassigned: bool,
    /// The repository, where the link names one.
    pub repository: Option<Repository<'a>>,
}

/// What is known of a repository as of the week.
#[derive(Debug, Clone)]
pub struct Repository<'a> {
    /// `host/path`, by today's name.
    pub name: &'a str,
    /// Whether its host served it.
    pub state: RepoState,
    /// Why, where that is not `live`.
    pub state_reason: Option<StateReason>,
    /// When the figures were true.
    pub observed_at: Option<DateTime<Utc>>,
    /// The host's name, or a third party.
    pub observed_by: Option<&'a str>,
    /// What was observed.
    pub facts: &'a RepoFacts,
    /// The archive of its code, as that archive's record says.
    pub archived_copy: Option<&'a str>,
}

/// What one link comes to.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// How much of the paper's own code the link is.
    pub claim: Claim,
    /// The facts.
    pub flags: Flags,
    /// Days from the last commit or release to the end of the week; infinite for an archived repository; `None` is unknown.
    pub idle_days: Option<f64>,
}

impl Assessment {
    /// The facts of a link as of the week that ends at `end`; `archive` is the address of an archived copy that the paper links as well.
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

    /// The tier that the flags make; `None` is unknown.
    pub fn tier(&self) -> Option<Tier> {
        Tier::of(self.claim, &self.flags)
    }

    /// The value of each component of the score, in its unit; `None` is unknown.
    pub fn values(&self) -> PerComponent<Option<f64>> {
        Component::ALL.map(|component| match component {
            Component::Link => self.claim.strength(),
            Component::Licence => self.licence(),
            Component::Maintained => self.idle_days,
            Component::Reachable => self.truth(Flag::Answers),
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

    fn truth(&self, flag: Flag) -> Option<f64> {
        self.flags.get(flag).map(|is_so| if is_so { 1.0 } else { 0.0 })
    }

    /// 0 none, 1 one that is not known to be approved, 2 one that the Open Source Initiative approved.
    fn licence(&self) -> Option<f64> {
        match (self.flags.get(Flag::HasLicence)?, self.flags.get(Flag::LicenceIsOsiApproved)) {
            (false, _) => Some(0.0),
            (true, Some(true)) => Some(2.0),
            (true, _) => Some(1.0),
        }
    }
}
