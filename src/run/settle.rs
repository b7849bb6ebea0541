//! Resolves ambiguous links: chooses among the repositories that a link may refer to, after they were requested.

use starcite_core::extract::Standing;
use starcite_core::{RepoName, RepoState};
use starcite_state::{RepoRow, WeekLink};
use std::collections::HashMap;

/// Resolves the links of one paper, and unites those with the same repository. `row_of` returns the row of a repository,
/// `names_paper` whether its files name the paper.
pub(crate) fn settle<'a>(links: &mut Vec<WeekLink>, row_of: impl Fn(&RepoName) -> Option<&'a RepoRow>, names_paper: impl Fn(&RepoRow) -> Option<bool>) {
    let is_ambiguous = |link: &WeekLink| link.link.readings().count() > 1;
    if !links.iter().any(is_ambiguous) {
        return;
    }
    let mut standings = HashMap::new();
    for repo in links.iter().flat_map(|link| link.link.readings()) {
        let row = row_of(repo);
        let names_paper = row.and_then(&names_paper);
        standings.insert(repo.key(), Standing { exists: row.and_then(exists), names_paper });
    }
    for link in links.iter_mut() {
        link.link.settle(|repo| standings.get(&repo.key()).copied().unwrap_or_default());
    }
    // A link that the paper still has precedes one that it lost, and the paper's own precedes a list's.
    links.sort_by_cached_key(|link| (link.link.key(), link.last_week.is_some(), link.link.field.is_list()));
    links.dedup_by(|later, kept| {
        let same = later.link.key() == kept.link.key();
        if same {
            kept.first_week = kept.first_week.min(later.first_week);
            kept.link.absorb(&mut later.link);
        }
        same
    });
    links.sort_by(WeekLink::in_table_order);
}

fn exists(row: &RepoRow) -> Option<bool> {
    match row.state {
        RepoState::Live | RepoState::Blocked => Some(true),
        RepoState::NotFound => Some(false),
        RepoState::Unknown => None,
    }
}
