//! The flags summarised as a tier.

use super::{Claim, Flag, Flags};
use serde::{Deserialize, Serialize};

/// The availability of a paper's code, the least first. From `available` on, each tier includes the conditions of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The paper links no code of its own, and promises none.
    None,
    /// The paper announces code, without a link.
    Promised,
    /// The paper links code that is gone or blocked.
    Broken,
    /// The host serves the repository, and it contains no code.
    Empty,
    /// The host serves the repository, and nothing shows that it is empty.
    Available,
    /// Available, with a licence.
    Licensed,
    /// Licensed, known to contain code, and its own files name the paper.
    Verified,
    /// Verified, and permanently citable: a CITATION.cff, a release, an archived copy.
    Citable,
}

impl Tier {
    /// All tiers, the least first.
    pub const ALL: [Self; 8] = [Self::None, Self::Promised, Self::Broken, Self::Empty, Self::Available, Self::Licensed, Self::Verified, Self::Citable];

    /// Returns the name used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Promised => "promised",
            Self::Broken => "broken",
            Self::Empty => "empty",
            Self::Available => "available",
            Self::Licensed => "licensed",
            Self::Verified => "verified",
            Self::Citable => "citable",
        }
    }

    /// Returns the tier with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == name)
    }

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
