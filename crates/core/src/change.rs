//! The kinds of changes between two weeks.

use crate::named;
use serde::Deserialize;

named! {
    /// A kind of change. Each row of `changes` has one, and rows are sorted by its name.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ChangeKind {
        /// A repository was archived.
        Archived = "archived",
        /// A paper without code of its own has code now.
        CodeAppeared = "code_appeared",
        /// A repository has another licence.
        LicenceChanged = "licence_changed",
        /// A repository that a paper links is gone.
        LinkBroken = "link_broken",
        /// A repository that a paper links is back.
        LinkMended = "link_mended",
        /// A repository names the paper now and did not before.
        PaperNamed = "paper_named",
        /// A name leads to another repository.
        Reassigned = "reassigned",
        /// A repository has a newer release.
        Released = "released",
        /// A repository has another name.
        Renamed = "renamed",
        /// A repository has at least twice as many stars.
        StarsDoubled = "stars_doubled",
        /// A repository is not archived any more.
        Unarchived = "unarchived",
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
