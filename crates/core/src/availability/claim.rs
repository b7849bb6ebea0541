//! The owner of linked code: the paper, or a third party.

use super::{CodeLink, Flag, Flags};
use crate::{LinkKind, Role};

/// The strength of a link's claim to be the paper's own code, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Code that only a third party's list names: the paper's own links keep their meaning as if it were absent.
    ListClaim,
    /// No code: a video, a dataset, any other page.
    NoCode,
    /// Code that the paper attributes to others, or a reading list.
    Others,
    /// Announced code, without a link.
    Promised,
    /// A page that may lead to code.
    Page,
    /// Code of an owner that the text does not specify.
    Unsaid,
    /// Code that the paper releases, or that names the paper as its own.
    Own,
}

impl Claim {
    /// Returns the claim of a link. A repository that names the paper is the paper's own, whatever the text states.
    pub fn of(link: &CodeLink<'_>) -> Self {
        match (link.kind, link.role) {
            (kind, _) if kind.holds_code() && link.names_paper == Some(true) => Self::Own,
            _ if link.field.is_list() => Self::ListClaim,
            (LinkKind::Promise | LinkKind::Placeholder, _) => Self::Promised,
            (kind, Some(Role::Own)) if kind.holds_code() => Self::Own,
            (kind, Some(Role::Other | Role::List)) if kind.holds_code() => Self::Others,
            (kind, _) if kind.holds_code() => Self::Unsaid,
            (LinkKind::ProjectPage | LinkKind::Owner | LinkKind::ShortLink | LinkKind::Space | LinkKind::Model, _) => Self::Page,
            _ => Self::NoCode,
        }
    }

    /// Returns the value of the component `link`: 4 own, 3 unspecified, 2 a page that may lead to code, 1 a promise, 0 none of its own; `None` is unknown.
    pub fn strength(self) -> Option<f64> {
        match self {
            Self::Own => Some(4.0),
            Self::Unsaid => Some(3.0),
            Self::Page => Some(2.0),
            Self::Promised => Some(1.0),
            Self::Others | Self::NoCode => Some(0.0),
            Self::ListClaim => None,
        }
    }

    /// True if the paper has code by such a link; `None` is unknown.
    fn is_code(self) -> Option<bool> {
        match self {
            Self::Own | Self::Unsaid => Some(true),
            Self::Page | Self::ListClaim => None,
            Self::Others | Self::Promised | Self::NoCode => Some(false),
        }
    }
}

/// Adds `has_link`; if the link is not code of the paper, all other flags become false.
pub(super) fn add(link: &CodeLink<'_>, flags: &mut Flags) -> Claim {
    let claim = Claim::of(link);
    flags.set(Flag::HasLink, claim.is_code(), evidence(link, claim));
    if claim.is_code() == Some(false) {
        flags.deny_the_rest();
    }
    claim
}

fn evidence(link: &CodeLink<'_>, claim: Claim) -> String {
    let (place, target) = (link.field.as_str(), link.target.unwrap_or_default());
    let links = if link.field.is_list() { format!("{place} lists") } else { format!("the {place} links") };
    match claim {
        Claim::Own if link.role == Some(Role::Own) => format!("{links} its own code: {target}"),
        Claim::Own => format!("{links} {target}, which names the paper"),
        Claim::Unsaid => format!("{links} {target}"),
        Claim::Others => format!("{links} code that is not its own: {target}"),
        Claim::Page => format!("{links} {target} ({}); whether code is behind it is not known", link.kind.meaning()),
        Claim::Promised if link.kind == LinkKind::Placeholder => format!("promised by a link in the {place} that was never filled in"),
        Claim::Promised => format!("promised in the {place}, without a link"),
        Claim::ListClaim => format!("{links} {target} for the paper; whether it is the paper's own is not known"),
        Claim::NoCode => format!("{links} no code: {target} ({})", link.kind.meaning()),
    }
}
