//! The kinds of changes between two weeks.

/// A kind of change. Each row of `changes` has one, and rows are sorted by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// A repository was archived.
    Archived,
    /// A paper without code of its own has code now.
    CodeAppeared,
    /// A repository has another licence.
    LicenceChanged,
    /// A repository that a paper links is gone.
    LinkBroken,
    /// A repository that a paper links is back.
    LinkMended,
    /// A repository names the paper now and did not before.
    PaperNamed,
    /// A name leads to another repository.
    Reassigned,
    /// A repository has a newer release.
    Released,
    /// A repository has another name.
    Renamed,
    /// A repository has at least twice as many stars.
    StarsDoubled,
    /// A repository is not archived any more.
    Unarchived,
}

impl ChangeKind {
    /// All kinds, in the order of their names.
    pub const ALL: [Self; 11] = [
        Self::Archived,
        Self::CodeAppeared,
        Self::LicenceChanged,
        Self::LinkBroken,
        Self::LinkMended,
        Self::PaperNamed,
        Self::Reassigned,
        Self::Released,
        Self::Renamed,
        Self::StarsDoubled,
        Self::Unarchived,
    ];

    /// Returns the name used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Archived => "archived",
            Self::CodeAppeared => "code_appeared",
            Self::LicenceChanged => "licence_changed",
            Self::LinkBroken => "link_broken",
            Self::LinkMended => "link_mended",
            Self::PaperNamed => "paper_named",
            Self::Reassigned => "reassigned",
            Self::Released => "released",
            Self::Renamed => "renamed",
            Self::StarsDoubled => "stars_doubled",
            Self::Unarchived => "unarchived",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ChangeKind;

    #[test]
    fn kinds_are_ordered_as_their_names_are() {
        assert!(ChangeKind::ALL.is_sorted() && ChangeKind::ALL.map(ChangeKind::as_str).is_sorted());
    }
}
