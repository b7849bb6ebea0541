//! Flags: facts that are true, false or unknown, each with its evidence.

use crate::named;
use std::borrow::Cow;

named! {
    /// A fact about a paper's code.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Flag {
        /// The paper links code that it does not attribute to others.
        HasLink = "has_link",
        /// The host serves the repository.
        Answers = "answers",
        /// It contains more than a README and the like.
        HasCode = "has_code",
        /// It has a licence.
        HasLicence = "has_licence",
        /// The Open Source Initiative approved the licence.
        LicenceIsOsiApproved = "licence_is_osi_approved",
        /// Its README, CITATION.cff, codemeta.json or .zenodo.json names the paper as its own.
        NamesPaper = "names_paper",
        /// A commit or release in the year before the end of the week, and not archived.
        IsMaintained = "is_maintained",
        /// A CITATION.cff, a release, or an archived copy with a DOI or a Software Heritage id.
        IsCitable = "is_citable",
        /// A file that lists the code's dependencies.
        HasDependencies = "has_dependencies",
        /// A recipe for a container.
        HasContainer = "has_container",
        /// A notebook.
        HasNotebook = "has_notebook",
        /// Tests.
        HasTests = "has_tests",
        /// Continuous integration.
        HasCi = "has_ci",
    }
}

/// The flags of a link.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flags {
    values: [Option<bool>; Flag::ALL.len()],
    evidence: Vec<(Flag, Cow<'static, str>)>,
}

impl Flags {
    /// Returns the value of a flag; `None` is unknown.
    pub fn get(&self, flag: Flag) -> Option<bool> {
        self.values[flag as usize]
    }

    /// Returns all values, in the order of [`Flag::ALL`].
    pub fn values(&self) -> [Option<bool>; Flag::ALL.len()] {
        self.values
    }

    /// Returns the evidence of each flag, in words. A flag that follows from an earlier one (a repository that is gone has no code) has no evidence of its own.
    pub fn evidence(&self) -> impl Iterator<Item = (Flag, &str)> {
        self.evidence.iter().map(|(flag, text)| (*flag, text.as_ref()))
    }

    pub(super) fn set(&mut self, flag: Flag, value: Option<bool>, evidence: impl Into<Cow<'static, str>>) {
        self.values[flag as usize] = value;
        self.evidence.push((flag, evidence.into()));
    }

    /// Sets the undecided flags to false.
    pub(super) fn deny_the_rest(&mut self) {
        self.values.iter_mut().for_each(|value| *value = value.or(Some(false)));
    }
}
