//! Tests the laws of ranking, and the conditions of each tier.

use super::*;
use crate::score::{ComponentConfig, PerComponent, ScoreConfig};
use proptest::prelude::*;

fn end() -> DateTime<Utc> {
    "2026-06-22T00:00:00Z".parse().expect("a time")
}

/// Returns a configuration in which all components have the same weight; more is better, except for idle days.
fn config() -> ScoreConfig {
    let curve = |component| match component {
        Component::Link => vec![[0.0, 0.0], [4.0, 1.0]],
        Component::Licence => vec![[0.0, 0.0], [2.0, 1.0]],
        Component::Reachable => vec![[0.0, 0.0], [1.0, 0.2], [2.0, 1.0]],
        Component::Maintained => vec![[365.0, 1.0], [1095.0, 0.0]],
        _ => vec![[0.0, 0.0], [1.0, 1.0]],
    };
    ScoreConfig { component: Component::ALL.into_iter().map(|name| ComponentConfig { name, weight: 1.0, curve: curve(name) }).collect() }
}

/// A link of the abstract with the known facts of its repository.
#[derive(Debug, Clone)]
struct Known {
    role: Option<Role>,
    names_paper: Option<bool>,
    state: RepoState,
    facts: RepoFacts,
}

impl Known {
    fn link<'a>(&'a self, name: &'a str) -> CodeLink<'a> {
        CodeLink {
            kind: LinkKind::Repo,
            role: self.role,
            field: Field::Abstract,
            target: Some(name),
            names_paper: self.names_paper,
            named_where: None,
            listed: None,
            is_reassigned: false,
            repository: Some(Repository {
                name,
                state: self.state,
                state_reason: None,
                observed_at: None,
                observed_by: Some("github.com"),
                facts: (&self.facts).into(),
                archived_copy: None,
            }),
        }
    }
}

/// Returns a repository in which every flag is known and true.
fn best() -> Known {
    let names = ["CITATION.cff", "main.py", "requirements.txt", "Dockerfile", "demo.ipynb", "tests", ".github/workflows"];
    let facts = RepoFacts {
        is_archived: Some(false),
        language: Some("Python".into()),
        license_spdx: Some("MIT".into()),
        pushed_at: Some(end()),
        releases: Some(1),
        root_entries: Some(names.map(str::to_owned).to_vec()),
        ..RepoFacts::default()
    };
    Known { role: Some(Role::Own), names_paper: Some(true), state: RepoState::Live, facts }
}

fn of(links: &[CodeLink<'_>]) -> Availability {
    of_paper(&config(), links, end()).expect("a link")
}

fn tier(known: &Known) -> Option<Tier> {
    of(&[known.link("github.com/o/n")]).tier
}

#[test]
fn each_tier_asks_for_what_the_one_before_it_has_and_something_more() {
    let changed = |change: fn(&mut Known)| {
        let mut known = best();
        change(&mut known);
        tier(&known)
    };
    assert_eq!(tier(&best()), Some(Tier::Citable));
    assert_eq!(
        changed(|known| {
            known.facts.root_entries = Some(vec!["main.py".into()]);
            known.facts.releases = Some(0);
        }), // without a README that could name an archived copy
        Some(Tier::Verified)
    );
    assert_eq!(changed(|known| known.names_paper = Some(false)), Some(Tier::Licensed));
    assert_eq!(changed(|known| known.names_paper = None), Some(Tier::Licensed), "unknown is no more than no");
    assert_eq!(changed(|known| known.facts.license_spdx = None), Some(Tier::Available));
    assert_eq!(changed(|known| known.facts.license_spdx = Some("NONE".into())), Some(Tier::Available));
    assert_eq!(changed(|known| known.facts.is_empty = Some(true)), Some(Tier::Empty));
    assert_eq!(changed(|known| known.state = RepoState::NotFound), Some(Tier::Broken));
    assert_eq!(changed(|known| known.state = RepoState::Unknown), None, "whether it answers is not known");
    assert_eq!(changed(|known| (known.role, known.names_paper) = (Some(Role::Other), None)), Some(Tier::None));
}

#[test]
fn an_archived_copy_that_the_repository_names_makes_it_citable() {
    let mut known = best();
    (known.facts.root_entries, known.facts.releases) = (Some(vec!["README.md".into(), "main.py".into()]), Some(0));
    assert_eq!(tier(&known), Some(Tier::Verified), "the README was not read");
    known.facts.archive_ids = Some(vec!["doi:10.5281/zenodo.1".into()]);
    assert_eq!(tier(&known), Some(Tier::Citable));
}

#[test]
fn an_archived_copy_that_the_paper_links_makes_its_repository_citable() {
    let mut known = best();
    (known.facts.root_entries, known.facts.releases) = (Some(vec!["main.py".into()]), Some(0));
    let repository = known.link("github.com/o/n");
    let archive = CodeLink { kind: LinkKind::Archive, target: Some("https://zenodo.org/records/1"), repository: None, names_paper: None, ..repository.clone() };
    let found = of(&[repository, archive.clone()]);
    assert_eq!((found.link, found.tier), (0, Some(Tier::Citable)));
    let alone = of(&[archive]);
    assert_eq!((alone.tier, alone.assessment.flags.get(Flag::IsCitable)), (None, Some(true)), "nobody asks whether an archive answers");
}

#[test]
fn an_archive_of_a_repository_makes_it_citable_and_outlives_it() {
    let mut known = best();
    (known.facts.root_entries, known.facts.releases) = (Some(vec!["main.py".into()]), Some(0));
    let mut link = known.link("github.com/o/n");
    link.repository.as_mut().expect("a repository").archived_copy = Some("doi:10.5281/zenodo.1");
    assert_eq!(of(&[link]).tier, Some(Tier::Citable));
    let archive = |known: &Known| {
        let found = of(&[CodeLink { kind: LinkKind::Archive, target: Some("https://doi.org/10.5281/zenodo.1"), ..known.link("github.com/o/n") }]);
        [Flag::Answers, Flag::HasCode, Flag::IsCitable].map(|flag| found.assessment.flags.get(flag))
    };
    assert_eq!(archive(&known), [Some(true); 3]);
    let gone = Known { state: RepoState::NotFound, ..known };
    assert_eq!(archive(&gone), [None, None, Some(true)], "nobody asks whether the archive answers");
}

#[test]
fn a_promise_goes_before_somebody_elses_code_and_a_page_leaves_open_whether_there_is_code() {
    let known = best();
    let mut promise = known.link("");
    (promise.kind, promise.role, promise.repository, promise.names_paper) = (LinkKind::Promise, Some(Role::Promised), None, None);
    let library = Known { role: Some(Role::Other), names_paper: None, ..best() };
    assert_eq!(of(&[library.link("github.com/pytorch/pytorch"), promise.clone()]).tier, Some(Tier::Promised));
    let page = CodeLink { kind: LinkKind::ProjectPage, ..promise.clone() };
    assert_eq!(of(&[page, promise]).tier, None);
}

#[test]
fn a_dead_repository_of_its_own_counts_and_not_the_live_library_that_the_paper_uses() {
    let (library, dead) = (Known { role: Some(Role::Other), names_paper: None, ..best() }, Known { state: RepoState::NotFound, ..best() });
    let found = of(&[library.link("github.com/pytorch/pytorch"), dead.link("github.com/o/n")]);
    assert_eq!((found.link, found.tier), (1, Some(Tier::Broken)));
}

#[test]
fn an_archived_a_disabled_and_an_empty_repository_are_seen() {
    let best_score = of(&[best().link("github.com/o/n")]).score.score;
    let archived = RepoFacts { is_archived: Some(true), ..best().facts };
    let disabled = RepoFacts { is_disabled: Some(true), ..best().facts };
    let empty = RepoFacts { is_empty: Some(true), ..best().facts };
    for (facts, flag) in [(archived, Flag::IsMaintained), (disabled, Flag::HasCode), (empty, Flag::HasCode)] {
        let known = Known { facts, ..best() };
        let found = of(&[known.link("github.com/o/n")]);
        assert_eq!(found.assessment.flags.get(flag), Some(false));
        assert!(found.score.score < best_score);
    }
}

#[test]
fn a_repository_without_code_stands_below_code_of_which_little_is_known_and_above_a_promise() {
    let score = |known: Known| of(&[known.link("github.com/o/n")]).score;
    let empty = score(Known { facts: RepoFacts { is_empty: Some(true), ..best().facts }, ..best() });
    let there = score(Known { facts: RepoFacts::default(), names_paper: None, ..best() });
    let gone = score(Known { state: RepoState::NotFound, ..best() });
    let known = best();
    let promise = of(&[CodeLink { kind: LinkKind::Promise, target: None, repository: None, ..known.link("github.com/o/n") }]).score;
    assert!(there.score > empty.score && empty.score > promise.score && promise.score > gone.score, "{there:?} {empty:?} {promise:?} {gone:?}");
    assert!(there.low <= empty.score, "it may turn out to hold no code");
}

#[test]
fn a_repository_that_lost_its_name_counts_by_its_state_alone() {
    let mut link = best();
    link.state = RepoState::NotFound;
    let gone = CodeLink { is_reassigned: true, ..link.link("github.com/o/n") };
    assert_eq!(of(&[gone]).tier, Some(Tier::Broken));
    let known = best();
    let nameless = of(&[CodeLink { is_reassigned: true, ..known.link("github.com/o/n") }]);
    assert_eq!(nameless.assessment.flags.get(Flag::HasLicence), None, "the licence is the stranger's");
}

#[test]
fn a_repository_that_moved_is_told_to_have_moved() {
    let known = best();
    let evidence = |target| {
        let link = CodeLink { target: Some(target), ..known.link("github.com/New/Home") };
        let found = of(&[link]);
        found.assessment.flags.evidence().find(|(flag, _)| *flag == Flag::Answers).expect("evidence").1.to_owned()
    };
    assert!(evidence("https://github.com/o/n").contains("moved"));
    assert!(evidence("https://github.com/new/homestead").contains("moved"));
    assert!(!evidence("https://github.com/new/home/tree/main").contains("moved"));
}

#[test]
fn no_licence_and_an_unknown_one_are_two_things() {
    let licence = |id: Option<&str>, file: Option<&str>| {
        let root_entries = file.map(|file| vec![file.to_owned()]);
        let known = Known { facts: RepoFacts { license_spdx: id.map(str::to_owned), root_entries, ..RepoFacts::default() }, ..best() };
        let flags = of(&[known.link("github.com/o/n")]).assessment.flags;
        (flags.get(Flag::HasLicence), flags.get(Flag::LicenceIsOsiApproved))
    };
    assert_eq!(licence(None, None), (None, None));
    assert_eq!(licence(Some("NONE"), None), (Some(false), Some(false)));
    assert_eq!(licence(Some("NOASSERTION"), None), (Some(true), None));
    assert_eq!(licence(Some("NONE"), Some("LICENSE")), (Some(true), None), "a file that the host did not take for one");
}

#[test]
fn an_empty_text_names_nothing() {
    let nothing = RepoFacts { language: Some(String::new()), releases: Some(1), latest_release: Some(String::new()), ..RepoFacts::default() };
    let known = Known { facts: nothing, ..best() };
    let flags = of(&[known.link("github.com/o/n")]).assessment.flags;
    assert_eq!(flags.get(Flag::HasCode), None);
    assert!(flags.evidence().any(|(flag, said)| flag == Flag::IsCitable && said == "it has a release"));
}

/// Returns facts in steps from bad over unknown to good: each step is at least as good as the previous one.
fn known_at(steps: [usize; 7]) -> Known {
    const TRUTH: [Option<bool>; 3] = [Some(false), None, Some(true)];
    const UNTRUTH: [Option<bool>; 3] = [Some(true), None, Some(false)];
    let [state, naming, archived, licence, pushed, root, releases] = steps;
    let days_ago = [Some(4_000), None, Some(10)][pushed];
    let entries = [Some("README.md"), None, Some("main.py CITATION.cff setup.py tests Dockerfile a.ipynb .travis.yml")][root];
    Known {
        role: Some(Role::Own),
        names_paper: TRUTH[naming],
        state: [RepoState::NotFound, RepoState::Unknown, RepoState::Live][state],
        facts: RepoFacts {
            is_archived: UNTRUTH[archived],
            license_spdx: [Some("NONE"), None, Some("MIT")][licence].map(str::to_owned),
            pushed_at: days_ago.map(|days| end() - chrono::TimeDelta::days(days)),
            root_entries: entries.map(|names| names.split(' ').map(str::to_owned).collect()),
            releases: [Some(0), None, Some(3)][releases],
            archive_ids: Some(Vec::new()),
            ..RepoFacts::default()
        },
    }
}

fn steps() -> impl Strategy<Value = [usize; 7]> {
    proptest::array::uniform7(0..3usize)
}

proptest! {
    #[test]
    fn a_better_fact_never_lowers_a_papers_score(paper in proptest::collection::vec(steps(), 1..4), at in any::<prop::sample::Index>(), fact in 0..7usize) {
        let mut better = paper.clone();
        let step = &mut better[at.index(paper.len())][fact];
        *step = (*step + 1).min(2);
        let score = |paper: &[[usize; 7]]| {
            let known: Vec<Known> = paper.iter().map(|steps| known_at(*steps)).collect();
            of(&known.iter().map(|known| known.link("github.com/o/n")).collect::<Vec<_>>()).score
        };
        let (was, is) = (score(&paper), score(&better));
        prop_assert!(was.score <= is.score + 1e-9, "{was:?} {is:?}");
    }

    #[test]
    fn the_order_of_links_changes_nothing(paper in proptest::collection::vec(steps(), 1..5), seed in any::<u64>()) {
        let names: Vec<String> = (0..paper.len()).map(|at| format!("github.com/o/n{at}")).collect();
        let known: Vec<Known> = paper.iter().map(|steps| known_at(*steps)).collect();
        let links: Vec<CodeLink<'_>> = known.iter().zip(&names).map(|(known, name)| known.link(name)).collect();
        let mut shuffled = links.clone();
        shuffled.sort_by_key(|link| xxhash_rust::xxh3::xxh3_64_with_seed(link.target.unwrap_or_default().as_bytes(), seed));
        let (a, b) = (of(&links), of(&shuffled));
        prop_assert_eq!((links[a.link].target, a.score, a.tier), (shuffled[b.link].target, b.score, b.tier));
    }

    #[test]
    fn what_becomes_known_stays_between_low_and_high(steps in steps(), fact in 0..7usize, known in prop_oneof![Just(0usize), Just(2)]) {
        let (mut unknown_steps, mut known_steps) = (steps, steps);
        (unknown_steps[fact], known_steps[fact]) = (1, known);
        let score = |steps| of(&[known_at(steps).link("github.com/o/n")]).score;
        let (u, k) = (score(unknown_steps), score(known_steps));
        prop_assert!(u.low <= k.low + 1e-9 && k.high <= u.high + 1e-9, "{u:?} {k:?}");
    }

    #[test]
    fn a_tier_only_rises_with_what_becomes_better(steps in steps(), fact in 0..7usize) {
        let mut better = steps;
        better[fact] = (better[fact] + 1).min(2);
        if let (Some(was), Some(is)) = (tier(&known_at(steps)), tier(&known_at(better))) {
            prop_assert!(was <= is, "{was:?} {is:?}");
        }
    }
}

#[test]
fn every_component_has_a_value() {
    let values: PerComponent<Option<f64>> = of(&[best().link("github.com/o/n")]).assessment.values();
    assert!(values.iter().all(Option::is_some), "{values:?}");
    assert!((of(&[best().link("github.com/o/n")]).score.score - 100.0).abs() < 1e-9);
}

#[test]
fn what_only_a_list_names_is_the_papers_own_if_it_names_the_paper_and_else_counts_behind_all_links() {
    let known = Known { role: None, names_paper: None, state: RepoState::Live, facts: RepoFacts::default() };
    let listed = CodeLink { field: Field::Pwc, ..known.link("github.com/o/n") };
    let alone = of(std::slice::from_ref(&listed));
    assert_eq!((alone.assessment.claim, alone.assessment.flags.get(Flag::HasLink), alone.tier), (Claim::ListClaim, None, None));
    assert!(alone.score.low == 0.0 && alone.score.high > 99.9, "{:?}", alone.score);
    assert_eq!(Claim::of(&CodeLink { names_paper: Some(true), ..listed.clone() }), Claim::Own);
    for kind in LinkKind::ALL {
        let link = CodeLink { kind, role: Some(Role::Other), target: Some("https://example.org"), ..known.link("github.com/o/other") };
        assert!(Claim::of(&link) > Claim::ListClaim, "{kind:?}");
        assert_eq!(of(&[listed.clone(), link]).link, 1, "{kind:?}");
    }
}
