//! Nulls in the host's own answers that mean that there is none. Observations are stored unchanged; rows show it explicitly.
//!
//! So this works with states of older versions, too. A null from a third party means unknown.

use starcite_core::Part;
use starcite_core::RepoFacts;
use starcite_core::observation::NO_LICENCE;

/// Replaces nulls that mean "none" by the table's value for it, in a part that the host answered about a repository that it served.
pub(super) fn outright(part: Part, facts: &RepoFacts) -> RepoFacts {
    let mut facts = facts.clone();
    match part {
        Part::Scalars => {
            // Only GraphQL reports whether it is empty. A REST reply without topics is from a time before such replies had licences.
            if facts.is_empty.is_some() || facts.topics.is_some() {
                facts.license_spdx.get_or_insert_with(|| NO_LICENCE.to_owned());
                for text in [&mut facts.language, &mut facts.description, &mut facts.homepage] {
                    text.get_or_insert_default();
                }
            }
        }
        Part::Activity if facts.releases.is_some() => {
            facts.latest_release.get_or_insert_default();
        }
        Part::Activity | Part::Tree | Part::Files | Part::Stars => {}
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State;
    use chrono::Utc;
    use starcite_core::{Observation, RepoName, RepoState, Week};

    fn scalars(facts: RepoFacts) -> RepoFacts {
        outright(Part::Scalars, &facts)
    }

    #[test]
    fn what_graphql_leaves_out_is_not_there() {
        let told = scalars(RepoFacts { is_empty: Some(true), description: Some("d".into()), ..RepoFacts::default() });
        assert_eq!((told.license_spdx.as_deref(), told.language.as_deref(), told.description.as_deref()), (Some("NONE"), Some(""), Some("d")));
        assert_eq!((told.homepage.as_deref(), told.default_branch), (Some(""), None), "a query may leave the branch out");
    }

    #[test]
    fn what_rest_leaves_out_is_not_there_unless_the_reply_is_of_another_time() {
        let told = scalars(RepoFacts { topics: Some(Vec::new()), ..RepoFacts::default() });
        assert_eq!((told.license_spdx.as_deref(), told.homepage.as_deref()), (Some("NONE"), Some("")));
        assert_eq!(scalars(RepoFacts { stars: Some(3), ..RepoFacts::default() }), RepoFacts { stars: Some(3), ..RepoFacts::default() });
    }

    #[test]
    fn a_row_says_what_the_host_told_and_leaves_unknown_what_others_did_not_say() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).unwrap();
        let at = Utc::now();
        for (name, observed_by) in [("o/asked", "github.com"), ("o/listed", "a-list")] {
            let repo = RepoName::parse(name).unwrap();
            let facts = RepoFacts { is_empty: Some(false), ..RepoFacts::default() };
            let observation = Observation {
                repo_id: None,
                node_id: None,
                observed_by: observed_by.to_owned(),
                observed_at: at,
                state: RepoState::Live,
                state_reason: None,
                facts,
                repo: repo.clone(),
            };
            state.observe(&repo, &observation).unwrap();
        }
        let (rows, _) = state.repo_rows(Week::of(at)).unwrap();
        let licences: Vec<Option<&str>> = rows.iter().map(|row| row.facts().license_spdx.as_deref()).collect();
        assert_eq!(licences, [Some("NONE"), None], "{rows:?}");
    }

    #[test]
    fn a_repository_whose_releases_were_counted_has_a_newest_one_or_none() {
        let newest = |facts: RepoFacts| outright(Part::Activity, &facts).latest_release;
        assert_eq!(newest(RepoFacts { releases: Some(0), ..RepoFacts::default() }).as_deref(), Some(""));
        assert_eq!(newest(RepoFacts { releases: Some(1), latest_release: Some("v1".into()), ..RepoFacts::default() }).as_deref(), Some("v1"));
        assert_eq!(newest(RepoFacts::default()), None);
    }
}
