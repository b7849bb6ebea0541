//! The lists of the tables' columns, a file a table.

mod archives;
mod changes;
mod citations;
mod conflicts;
mod links;
mod overview;
mod papers;
mod rankings;
mod rejects;
mod repos;
mod stars;

pub use archives::{ARCHIVES, Archive};
pub use changes::{CHANGES, Change};
pub use citations::{CITATIONS, Citation};
pub use conflicts::{CONFLICTS, Conflict};
pub use links::{LINKS, Link, REASSIGNED};
pub use overview::{OVERVIEW, Overview};
pub use papers::{PAPERS, Paper};
pub use rankings::{RANKINGS, Ranking};
pub use rejects::{REJECTS, Reject};
pub use repos::{REPOS, Repo};
pub use stars::{STARS, Stars};

use crate::{Column, Is, Null, Table, When};

/// Declares that there is a value if and only if that column has one.
const fn only_with(column: &'static str) -> Null {
    Null::OnlyWhere(When::is(column, Is::Null))
}

/// Declares that there is none if that column has none.
const fn none_without(column: &'static str) -> Null {
    Null::NoneWhere(When::is(column, Is::Null))
}
