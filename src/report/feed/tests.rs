mod rfc4287;

use super::super::made::{WEEK, hostile, manifest, ranked, report};
use super::*;
use crate::report::xml::parsed::Element;
use chrono::NaiveDate;
use proptest::prelude::*;
use starcite_core::{RepoState, StateReason};
use std::collections::BTreeSet;

const BASE: &str = "https://example.org/report";
/// The beginning of each id.
const TAG: &str = "tag:starcite.github.io,2026:";

/// Returns a feed of a report by its file's name.
fn feed(report: &Report, name: &str) -> Element {
    let file = feeds(report, Some(BASE), &[]).find(|file| file.name == name).unwrap_or_else(|| panic!("no {name}"));
    Element::parse(&file.bytes)
}

fn ids(feed: &Element) -> Vec<String> {
    feed.all("entry").map(|entry| entry.only("id").to_owned()).collect()
}

fn titles(feed: &Element) -> Vec<&str> {
    feed.all("entry").map(|entry| entry.only("title")).collect()
}

/// Returns a week of a few papers: one whose code appeared, one that is new, one whose link broke.
fn a_week() -> Report {
    let mut papers =
        vec![ranked("2611.00001", 1, "github.com/o/one"), ranked("2611.00002", 2, "github.com/o/two"), ranked("2501.00003", 3, "github.com/o/three")];
    let earlier = "2026-W40".parse().unwrap();
    for at in [0, 2] {
        papers[at].paper.iso_week = earlier;
        papers[at].links[0].first_week = earlier;
    }
    papers[1].paper.categories = Some(vec!["cs.CL".to_owned(), "cs.CV".to_owned()].into());
    papers[2].tier = Some(Tier::Broken);
    papers[2].why = Some("broken: not found on 2026-11-29: github.com/o/three".to_owned());
    report(papers)
        .with_repo("github.com/o/one", RepoState::Live, None)
        .with_repo("github.com/o/two", RepoState::Live, None)
        .with_repo("github.com/o/three", RepoState::NotFound, Some(StateReason::DeletedOrPrivate))
        .with_change(0, ChangeKind::CodeAppeared, "promised", "https://github.com/o/one")
        .with_change(2, ChangeKind::LinkBroken, "live", "not_found")
}

#[test]
fn a_feed_reads_as_people_read_it() {
    let file = feeds(&a_week(), Some(BASE), &[]).find(|file| file.name == "code.atom").unwrap();
    insta::assert_snapshot!(String::from_utf8(file.bytes).unwrap());
}

#[test]
fn code_is_what_appeared_and_what_is_new_and_answers() {
    let mut report = a_week();
    assert_eq!(titles(&feed(&report, "code.atom")), ["On 2611.00001", "On 2611.00002"]);
    assert_eq!(titles(&feed(&report, "code.cs.CL.atom")), ["On 2611.00002"]);
    assert_eq!(titles(&feed(&report, "changes.atom")), ["On 2611.00001", "On 2501.00003"]);
    let none = feed(&report, "changes.cs.CL.atom");
    assert_eq!((none.all("entry").count(), none.only("subtitle")), (0, "No paper with changes in cs.CL on the page of 2026-W48."));
    report.papers[1].tier = None;
    assert_eq!(titles(&feed(&report, "code.atom")), ["On 2611.00001"], "whether the host answers is unknown");
    report.papers[1].tier = Some(Tier::Available);
    report.papers[1].links[0].first_week = "2026-W40".parse().unwrap();
    assert_eq!(titles(&feed(&report, "code.atom")), ["On 2611.00001"], "a new version of a paper with the link that it had");
}

#[test]
fn ids_stay_from_week_to_week_and_those_of_changes_name_the_week() {
    let week = a_week();
    let mut next = a_week();
    next.manifest.week = "2026-W49".parse().unwrap();
    next.manifest.program = "starcite 9".to_owned();
    next.papers.iter_mut().for_each(|listed| listed.paper.title = None);
    for name in ["ranking.atom", "trending.atom", "ranking.cs.CV.atom"] {
        let (one, other) = (feed(&week, name), feed(&next, name));
        assert_eq!((one.only("id"), ids(&one)), (other.only("id"), ids(&other)), "{name}");
        assert_eq!((one.only("updated"), other.only("updated")), ("2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z"));
    }
    assert_eq!(ids(&feed(&week, "ranking.atom"))[0], "tag:starcite.github.io,2026:weekly/ranking/arxiv:2611.00001");
    assert_eq!(ids(&feed(&week, "ranking.cs.CV.atom"))[0], "tag:starcite.github.io,2026:weekly/ranking/arxiv:2611.00001", "the same entry in another feed");
    assert_eq!(ids(&feed(&week, "changes.atom"))[0], "tag:starcite.github.io,2026:weekly/changes/2026-W48/arxiv:2611.00001");
    assert_eq!(ids(&feed(&next, "changes.atom"))[0], "tag:starcite.github.io,2026:weekly/changes/2026-W49/arxiv:2611.00001");
    assert_eq!(feed(&week, "code.cs.CV.atom").only("id"), "tag:starcite.github.io,2026:weekly/feed/code/cs.CV");
    assert_eq!(tag(&["a/b c", "\u{202e}%"]), "tag:starcite.github.io,2026:a%2Fb%20c/%E2%80%AE%25");
}

#[test]
fn a_feed_that_leaves_entries_out_says_how_many() {
    let papers = |count: i64| report((1..=count).map(|rank| ranked(&format!("2611.{rank:05}"), rank, "github.com/o/n")).collect());
    let subtitle = |report: &Report, name: &str| feed(report, name).only("subtitle").to_owned();
    let long = papers(1_203);
    assert_eq!(subtitle(&long, "ranking.atom"), "The first 100 of 1,203 ranked papers on the page of 2026-W48.");
    assert_eq!(subtitle(&long, "ranking.cs.CV.atom"), "The first 25 of 1,203 ranked papers in cs.CV on the page of 2026-W48.");
    for (name, entries) in [("ranking.atom", 100), ("trending.atom", 100), ("code.atom", 500), ("code.cs.CV.atom", 100), ("trending.cs.CV.atom", 25)] {
        assert_eq!(feed(&long, name).all("entry").count(), entries, "{name}");
    }
    assert_eq!(subtitle(&papers(25), "ranking.cs.CV.atom"), "All 25 ranked papers in cs.CV on the page of 2026-W48.");
    assert_eq!(subtitle(&papers(0), "code.atom"), "No paper with new code on the page of 2026-W48.");
    let mut week = a_week();
    week.papers[2].changes.clear();
    assert!(subtitle(&week, "changes.atom").ends_with(" The table changes has 1 more change, of repositories that count for none of them."));
}

#[test]
fn the_first_by_trend_come_first() {
    let mut week = a_week();
    let mut set = |at: usize, rank| week.papers[at].ranking.as_mut().unwrap().trend_rank = rank;
    set(0, None);
    set(1, Some(8));
    set(2, Some(5));
    let trending = feed(&week, "trending.atom");
    assert_eq!(titles(&trending), ["On 2501.00003", "On 2611.00002"]);
    assert!(
        trending.all("entry").next().unwrap().only("summary").starts_with("Trend rank 5 of all papers: +12 stars in the week, unknown in four weeks. Tier: ")
    );
}

#[test]
fn weeks_are_entries_newest_first() {
    let mut list: Vec<(Week, String)> = vec![(WEEK.parse().unwrap(), "12 papers, 3 with code that answers.".to_owned())];
    (0..150).for_each(|at| list.push((list[at].0.before(), "No papers.".to_owned())));
    let file = weeks(&manifest("weekly"), &list, Some(BASE));
    assert_eq!(file.name, "weeks.atom");
    let feed = Element::parse(&file.bytes);
    rfc4287::check(&feed);
    assert_eq!(feed.only("subtitle"), "The first 100 of 151 weeks.");
    let first = feed.all("entry").next().unwrap();
    assert_eq!(
        (first.only("id"), first.only("title")),
        ("tag:starcite.github.io,2026:weekly/weeks/2026-W48", "2026-W48: 23 November 2026 to 29 November 2026")
    );
    assert_eq!((first.only("updated"), first.only("summary")), ("2026-11-30T00:00:00Z", "12 papers, 3 with code that answers."));
    assert_eq!(first.all("link").next().unwrap().value("href"), "https://example.org/report/2026-W48/index.html");
    rfc4287::check(&Element::parse(&weeks(&manifest(""), &[], None).bytes));
}

#[test]
fn long_titles_and_many_authors_are_shortened() {
    let mut week = a_week();
    week.papers[0].paper.title = Some("x".repeat(5_000).into());
    week.papers[0].paper.authors = Some((0..3_000).map(|at| format!("Author {at}")).collect());
    let feed = feed(&week, "ranking.atom");
    let entry = feed.all("entry").next().unwrap();
    assert_eq!(entry.only("title"), format!("{}…", "x".repeat(300)));
    let authors: Vec<&str> = entry.all("author").map(|author| author.only("name")).collect();
    assert_eq!((authors.len(), authors[19], authors[20]), (21, "Author 19", "and 2980 more"));
}

#[test]
fn no_file_has_a_name_that_a_record_made_up() {
    let mut week = a_week();
    let hostile = ["../../etc/passwd", "cs.", "cs.CV/x", "CON", "cs.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", "cs.cv"];
    week.papers[0].paper.categories = Some(hostile.map(str::to_owned).into_iter().collect());
    let names: BTreeSet<String> = feeds(&week, None, &[]).map(|file| file.name).collect();
    let allowed = |name: &String| {
        let parts: Vec<&str> = name.split('.').collect();
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)) && name.len() < 50 && parts.last() == Some(&"atom")
    };
    assert!(names.iter().all(allowed), "{names:?}");
    let folded: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    assert_eq!(folded.len(), names.len(), "two names are one file on some systems");
    let many: Vec<String> = (0..2_000).map(|at| format!("cs.{}{}", char::from(b'a' + (at % 26) as u8), "x".repeat(1 + at / 26 % 20))).collect();
    week.papers[0].paper.categories = Some(many.into());
    assert!(feeds(&week, None, &[]).count() <= 4 * (1 + MOST_CATEGORIES));
}

/// A paper with hostile texts; bits of `nulls` decide which of them are unknown.
#[derive(Debug, Clone)]
struct Drawn {
    texts: Vec<String>,
    authors: Vec<String>,
    categories: Vec<String>,
    published: Option<NaiveDate>,
    trend_rank: Option<i64>,
    tier: Option<usize>,
    nulls: usize,
}

impl Drawn {
    fn any() -> impl Strategy<Value = Self> {
        let texts = proptest::collection::vec(hostile(), 7);
        let lists = (proptest::collection::vec(hostile(), 0..30), proptest::collection::vec(prop_oneof![hostile(), Just("cs.CV".to_owned())], 0..30));
        let days = prop_oneof![any::<i32>().prop_map(|days| NaiveDate::from_epoch_days(days / 4)), Just(NaiveDate::from_ymd_opt(2026, 11, 24))];
        let others = (proptest::option::of(1..200i64), proptest::option::of(0..8usize), 0..64usize);
        (texts, lists, days, others).prop_map(|(texts, (authors, categories), published, (trend_rank, tier, nulls))| Self {
            texts,
            authors,
            categories,
            published,
            trend_rank,
            tier,
            nulls,
        })
    }

    /// Returns the paper at a position of a report; ids are keys of the table, so that no two are equal.
    fn listed(&self, at: usize) -> Listed {
        let text = |field: usize| (self.nulls >> field & 1 == 0).then(|| self.texts[field].clone());
        let mut listed = ranked("2611.00001", at as i64 + 1, &self.texts[6]);
        let paper = &mut listed.paper;
        paper.paper_id = format!("{}{at}", self.texts[6]).into();
        [&mut paper.arxiv_id, &mut paper.doi, &mut paper.title, &mut paper.url]
            .into_iter()
            .enumerate()
            .for_each(|(field, own)| *own = text(field).map(Into::into));
        (paper.authors, paper.categories) = (Some(self.authors.clone().into()), Some(self.categories.clone().into()));
        paper.published = self.published;
        listed.tier = self.tier.map(|tier| Tier::ALL[tier]);
        listed.why = text(4);
        listed.links[0].sentence = text(5).map(Into::into);
        listed.ranking.as_mut().unwrap().trend_rank = self.trend_rank;
        if self.nulls.is_multiple_of(7) {
            listed.ranking = None;
        }
        listed
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn feeds_of_any_texts_keep_the_musts_of_rfc_4287(
        papers in proptest::collection::vec(Drawn::any(), 0..5),
        changes in proptest::collection::vec((0..5usize, 0..11usize, hostile(), hostile()), 0..6),
        pipeline in hostile(),
        base in proptest::option::of(prop_oneof![hostile(), Just(BASE.to_owned())]),
    ) {
        let mut report = report(papers.iter().enumerate().map(|(at, drawn)| drawn.listed(at)).collect());
        report.manifest = manifest(&pipeline);
        for (paper, kind, before, after) in changes.iter().filter(|(paper, ..)| *paper < papers.len()) {
            report = report.with_change(*paper, ChangeKind::ALL[*kind], before, after);
        }
        let mut names = BTreeSet::new();
        for file in feeds(&report, base.as_deref(), &[]) {
            let feed = Element::parse(&file.bytes);
            rfc4287::check(&feed);
            prop_assert!(names.insert(file.name));
            for entry in feed.all("entry") {
                let is_its = |listed: &&Listed| entry.only("id").ends_with(&tag(&[&listed.paper.paper_id])[TAG.len()..]);
                let listed = report.papers.iter().find(is_its).unwrap();
                if let Some(title) = listed.paper.title.as_deref().filter(|title| !title.trim().is_empty()) {
                    let title = words::shortened(title.trim(), 300);
                    prop_assert_eq!(entry.only("title"), starcite_ground::visible::line(&title));
                }
            }
        }
    }
}
