//! The flags summarised as a tier.

use super::{Claim, Flag, Flags};
use crate::named;
use serde::{Deserialize, Serialize};

named! {
    /// The availability of a paper's code, the least first. From `available` on, each tier includes the conditions of those before it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Tier {
        /// The paper links no code of its own, and promises none.
        None = "none",
        /// The paper announces code, without a link.
        Promised = "promised",
        /// The paper links code that is gone or blocked.
        Broken = "broken",
        /// The host serves the repository, and it contains no code.
        Empty = "empty",
        /// The host serves the repository, and nothing shows that it is empty.
        Available = "available",
        /// Available, with a licence.
        Licensed = "licensed",
        /// Licensed, known to contain code, and its own files name the paper.
        Verified = "verified",
        /// Verified, and permanently citable: a CITATION.cff, a release, an archived copy.
        Citable = "citable",
    }
}

impl Tier {
    /// Returns the highest tier that is known to be reached; `None` if it is unknown whether there is code, or whether the host serves it.
    pub(super) fn of(claim: Claim, flags: &Flags) -> Option<Self> {
        if claim == Claim::Promised {
            return Some(Self::Promised);
        }
        let is = |flag| flags.get(flag) == Some(true);
        Some(match (flags.get(Flag::HasLink)?, flags.get(Flag::Answers)?) {
            (false, _) => Self::None,
            (true, false) => Self::Broken,
            _ if flags.get(Flag::HasCode) == Some(false) => Self::Empty,
            _ if !is(Flag::HasLicence) => Self::Available,
            _ if !is(Flag::HasCode) || !is(Flag::NamesPaper) => Self::Licensed,
            _ if !is(Flag::IsCitable) => Self::Verified,
            _ => Self::Citable,
        })
    }
}
