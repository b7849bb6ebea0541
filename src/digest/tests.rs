use super::{Digest, Letter, Templates};
use crate::cli::plan::{DigestPlan, Person};
use crate::report::made::{hostile, paper, ranked, report};
use crate::report::model::{Listed, Report};
use chrono::DateTime;
use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;
use starcite_core::availability::Tier;
use starcite_core::{ChangeKind, RepoState};

/// Returns a paper of the week without a link.
fn without_link(arxiv_id: &str, tier: Option<Tier>, why: &str) -> Listed {
    let why = Some(why.to_owned());
    Listed { paper: Box::new(paper(arxiv_id)), has_text: true, ranking: None, tier, why, is_of_week: true, links: Vec::new(), changes: Vec::new() }
}

/// Returns a report of three ranked papers, of which the first has code since this week and the second lost it, and of two that are not ranked.
fn made() -> Report {
    let ranked = (1..=3).map(|rank| ranked(&format!("2611.0000{rank}"), rank, &format!("github.com/o/n{rank}")));
    let papers = ranked.chain([without_link("2611.00004", None, "not asked: github.com/o/n4"), without_link("2611.00005", Some(Tier::None), "no link")]);
    report(papers.collect())
        .with_repo("github.com/o/n1", RepoState::Live, None)
        .with_repo("github.com/o/n3", RepoState::Unknown, None)
        .with_change(0, ChangeKind::CodeAppeared, "none", "available")
        .with_change(1, ChangeKind::LinkBroken, "live", "not_found")
        .with_change(2, ChangeKind::Archived, "false", "true")
}

fn digest(report: &Report, keys: &str) -> Digest {
    let plan = DigestPlan::made(keys);
    Digest::of(report, &plan, plan.papers)
}

fn text(report: &Report, keys: &str) -> String {
    Templates::of(&DigestPlan::made(keys)).unwrap().text(&digest(report, keys)).unwrap()
}

fn titles(items: &[super::content::Item]) -> Vec<&str> {
    items.iter().map(|item| item.title.as_str()).collect()
}

#[test]
fn a_digest_tells_what_changed_what_trends_the_best_and_what_is_unknown_in_this_order() {
    insta::assert_snapshot!(text(&made(), ""));
    let report = made();
    insta::assert_snapshot!("markdown", Templates::markdown(&digest(&report, "")).unwrap());
}

#[test]
fn the_weeks_best_leaves_out_what_stands_above() {
    let mut report = made();
    report.papers.iter_mut().skip(2).filter_map(|listed| listed.ranking.as_mut()).for_each(|ranking| ranking.trend_rank = None);
    let digest = digest(&report, "");
    assert_eq!(titles(&digest.changed), ["On 2611.00001", "On 2611.00002"]);
    assert_eq!(titles(&digest.best), ["On 2611.00003"], "the week's other ranked papers");
}

#[test]
fn the_filter_takes_papers_of_which_one_of_each_list_holds() {
    for (keys, changed) in [
        ("categories = [\"cs.CV\", \"cs.CL\"]", 2),
        ("categories = [\"CS\"]", 2),
        ("categories = [\"cs.C\"]", 0),
        ("keywords = [\"2611 00002\"]", 1),
        ("keywords = [\"2611*\"]\nauthors = [\"Turing, Alan\"]", 2),
        ("keywords = [\"2611*\"]\nauthors = [\"Grace Hopper\"]", 0),
        ("changes = [\"code_appeared\"]", 1),
        ("changes = [\"archived\", \"link_broken\"]", 2),
        ("changes = []", 0),
    ] {
        assert_eq!(digest(&made(), keys).changed.len(), changed, "{keys}");
    }
    assert_eq!(digest(&made(), "tiers = [\"broken\"]\nchanges = []").best.len(), 0);
    assert!(digest(&made(), "tiers = [\"broken\"]\nchanges = []").is_empty(), "a digest without a change and a paper has nothing to tell");
    assert!(!digest(&made(), "tiers = [\"broken\"]").is_empty());
}

#[test]
fn a_paper_whose_categories_are_unknown_is_not_judged_and_counted() {
    let mut report = made();
    report.papers[0].paper.categories = None;
    assert_eq!(titles(&digest(&report, "categories = [\"cs.CV\"]").changed), ["On 2611.00002"]);
    assert!(text(&report, "categories = [\"cs.CV\"]").contains("1 papers of the week are left out because their categories or authors are unknown"));
}

#[test]
fn what_is_unknown_is_never_zero() {
    let told = text(&made(), "changes = [\"archived\"]");
    let of_third = &told[told.find("On 2611.00003").unwrap()..];
    assert!(of_third.contains("repository unknown, stars unknown"), "{of_third}");
}

fn letter<'p>(plan: &'p DigestPlan, report: &Report) -> Letter<'p> {
    Letter::of(plan, Digest::of(report, plan, plan.papers), None, "weekly").unwrap()
}

fn formatted(letter: &Letter<'_>, to: &str) -> String {
    String::from_utf8(letter.to(&Person::read(to).unwrap(), DateTime::UNIX_EPOCH).unwrap().formatted()).unwrap()
}

#[test]
fn a_letter_has_an_id_of_its_own_that_never_changes_and_a_way_out_on_one_line() {
    let plan = DigestPlan::made("unsubscribe_url = \"https://example.org/leave?who={recipient}\"\nunsubscribe = \"leave+me@example.org\"");
    let report = made();
    let letter = letter(&plan, &report);
    let [one, again, other] = ["a@example.org", "Ada <A@example.org>", "b@example.org"].map(|to| formatted(&letter, to));
    let id = |message: &str| message.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned();
    assert_eq!(id(&one), id(&again));
    assert_ne!(id(&one), id(&other));
    let leave = "List-Unsubscribe: <https://example.org/leave?who=a%40example%2Eorg>, <mailto:leave%2Bme@example.org?subject=unsubscribe%20vision>\r\n";
    assert!(one.contains(leave), "{one}");
    assert!(one.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") && one.contains("List-Id: <vision.starcite.example.org>\r\n"));
}

#[test]
fn a_subject_of_ones_own_may_name_fields_and_break_no_line() {
    let report = made();
    let plan = DigestPlan::made("subject = \"{{ week }}, {{ changed|length }} changes\"");
    assert_eq!(letter(&plan, &report).subject, "2026-W48, 2 changes");
    for subject in ["{{ weak }}", "{{ week", "{{ 'a\\\\nb' }}", "{{ '' }}"] {
        let plan = DigestPlan::made(&format!("subject = \"{subject}\""));
        let error = Letter::of(&plan, Digest::of(&report, &plan, 1), None, "weekly").err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains("the subject of the digest vision")), "{subject}: {error:?}");
    }
}

/// Returns the elements of a page in their order, each with the names of its attributes.
fn elements(page: &str) -> Vec<String> {
    fn add(node: &Handle, found: &mut Vec<String>) {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attributes: Vec<String> = attrs.borrow().iter().map(|attribute| attribute.name.local.to_string()).collect();
            found.push(format!("{} {}", name.local, attributes.join(" ")));
        }
        node.children.borrow().iter().for_each(|child| add(child, found));
    }
    let page = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(page);
    let mut found = Vec::new();
    add(&page.document, &mut found);
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_texts_make_the_page_of_harmless_ones_and_a_message_of_plain_lines(title in hostile(), author in hostile(), why in hostile(), sentence in hostile()) {
        let with = |texts: [&str; 4]| {
            let mut report = made();
            let listed = &mut report.papers[0];
            listed.paper.title = Some(texts[0].to_owned().into());
            listed.paper.authors = Some(vec![texts[1].to_owned()].into());
            listed.why = Some(texts[2].to_owned());
            listed.links[0].sentence = Some(texts[3].to_owned().into());
            report
        };
        let plan = DigestPlan::made("");
        let (harmless, report) = (with(["a", "b", "c", "d"]), with([&title, &author, &why, &sentence]));
        let page = |report: &Report| Templates::of(&plan).unwrap().html(&Digest::of(report, &plan, 25)).unwrap();
        let only_text = |elements: Vec<String>| elements.into_iter().filter(|element| !matches!(element.trim(), "small" | "br" | "em")).collect::<Vec<_>>();
        prop_assert_eq!(only_text(elements(&page(&report))), only_text(elements(&page(&harmless))));
        let message = formatted(&letter(&plan, &report), "a@example.org");
        prop_assert!(message.is_ascii() && message.split("\r\n").all(|line| line.len() < 998 && !line.contains(['\r', '\n'])));
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        prop_assert_eq!(head.lines().filter(|line| !line.starts_with(' ')).count(), 10);
    }

    #[test]
    fn a_text_in_markdown_begins_nothing(text in "[-+=#>*_~`|!<&\\[\\]()0-9. a\\\\$]{0,12}") {
        let escaped = super::templates::markdown(&text);
        let plain: String = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").chars().filter(|char| *char != '\\').collect();
        prop_assert_eq!(plain, text.replace('\\', ""));
        prop_assert!(!escaped.starts_with(['-', '+', '=', '#', '>', '*', '|']));
    }
}
