//! The page and the list of weeks, parsed as a browser does, for any texts.

use super::drawn::{RANKED, Shape, drawn, each_of};
use super::html::Element;
use crate::report::made::{CRAFTED, hostile, manifest, ranked, report};
use crate::report::model::{Listed, Report};
use crate::report::{filled, page, text, weeks};
use minijinja::context;
use minijinja::value::Serde;
use proptest::prelude::*;
use serde_json::{Value, json};
use starcite_core::availability::Tier;
use starcite_core::{ChangeKind, RepoState, StateReason, Week};
use starcite_ground::url::Url;
use starcite_tables::manifest::Manifest;
use std::collections::BTreeSet;

const SCRIPTS: [&str; 3] = ["page.js", "week.js", "rows-0.js"];

fn filled_page(report: &Report) -> String {
    filled("page.html", context! { page => Serde(page::page(report, SCRIPTS.map(str::to_owned).into())) }).unwrap()
}

fn filled_weeks(manifest: Manifest) -> String {
    let weeks: [(Week, Option<Manifest>); 2] = [(manifest.week, Some(manifest.clone())), (manifest.week.before(), None)];
    filled("weeks.html", Serde(weeks::list(&weeks))).unwrap()
}

/// The place of a text in a page whose texts are harmless.
fn token(number: usize) -> String {
    format!("~{number}~")
}

/// Returns a line with the tokens replaced by the texts as `shown` shows them.
fn told(line: &str, texts: &[String], shown: fn(&str) -> String) -> String {
    let mut parts = line.split('~');
    let mut told = parts.next().unwrap_or_default().to_owned();
    while let (Some(number), Some(rest)) = (parts.next(), parts.next()) {
        told += &shown(&texts[number.parse::<usize>().unwrap()]);
        told += rest;
    }
    told
}

/// Compares two pages of one shape, of which one has the texts and the other tokens.
fn check(hostile: &str, harmless: &str, texts: &[String]) -> Result<(), TestCaseError> {
    let (hostile, harmless) = (Element::parse(hostile), Element::parse(harmless));
    let (hostile, harmless) = (hostile.tree(), harmless.tree());
    let lines = |tree: &[(Vec<&str>, &Element)]| tree.iter().map(|(_, element)| element.line()).collect::<Vec<_>>();
    let harmless_lines = lines(&harmless);
    let wanted: Vec<&String> = harmless_lines.iter().filter(|line| told(line, texts, text::line) != "#text ").collect();
    for (found, wanted) in lines(&hostile).iter().zip(&wanted) {
        if *found != told(wanted, texts, text::short) {
            prop_assert_eq!(found, &told(wanted, texts, text::line), "{} texts", texts.len());
        }
    }
    prop_assert_eq!(hostile.len(), wanted.len());
    for (around, element) in &harmless {
        // Notes and the program's name are sentences of ours that begin with words of ours.
        let is_isolated = around.contains(&"bdi") || around.ends_with(&["header", "ul", "li"]) || around.ends_with(&["footer", "p"]);
        prop_assert!(element.name != "#text" || !element.text.contains('~') || is_isolated, "{:?} in {:?} is not isolated", element.text, around);
    }
    for (_, element) in &hostile {
        check_element(element)?;
    }
    Ok(())
}

/// Checks what no element of a page may have.
fn check_element(element: &Element) -> Result<(), TestCaseError> {
    prop_assert!(element.name != "script" || element.children.is_empty(), "a script with text: {}", element.texts());
    prop_assert!(!["style", "iframe", "object", "embed", "base", "form", "img"].contains(&element.name.as_str()), "{}", element.line());
    for (name, value) in &element.attributes {
        prop_assert!(name != "style" && !name.starts_with("on") && name != "srcdoc" && name != "action", "{}", element.line());
        if ["href", "src", "xlink:href", "data"].contains(&name.as_str()) {
            prop_assert!(is_harmless(value), "{}", element.line());
            prop_assert!(element.name != "script" || SCRIPTS.contains(&value.as_str()));
        }
    }
    if element.attributes.get("href").is_some_and(|href| href.starts_with("http")) {
        prop_assert_eq!(element.attributes["rel"].as_str(), "noopener noreferrer");
    }
    Ok(())
}

/// True for a fragment, a file of ours by a relative address, and an address on the web without credentials.
fn is_harmless(address: &str) -> bool {
    let is_ours = |part: &str| part == ".." || part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".=-_".contains(&byte)) && !part.starts_with('.');
    match Url::parse(address) {
        Ok(url) => ["http", "https"].contains(&url.scheme()) && url.username().is_empty() && url.password().is_none() && url.host_str().is_some(),
        Err(_) => address.strip_prefix('#').map_or_else(|| address.split('/').all(is_ours), is_ours),
    }
}

/// Returns a report of these shapes and texts, one of the same shapes with tokens, and the texts in the order of the tokens.
fn pair(shapes: &[Shape], texts: &[String]) -> (Report, Report, Vec<String>) {
    let (mut next, mut given) = (each_of(texts), Vec::new());
    let hostile = drawn(shapes, &mut || {
        given.push(next());
        given.last().cloned().unwrap()
    });
    let mut number = 0;
    let harmless = drawn(shapes, &mut || {
        number += 1;
        token(number - 1)
    });
    (hostile, harmless, given)
}

/// Returns a manifest with a title, an author and a program; the first two are on one line.
fn named(title: &str, author: &str, program: &str) -> Manifest {
    let line = |text: &str| Some(text::line(text).trim().to_owned()).filter(|line| !line.is_empty());
    let mut manifest = manifest("weekly");
    manifest.program = program.to_owned();
    manifest.dataset = serde_json::from_value(json!({"title": line(title), "author": line(author)})).unwrap();
    manifest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_page_of_any_texts_has_these_texts_and_no_element_that_its_template_does_not_have(
        shapes in proptest::collection::vec(Shape::any(), 0..6),
        texts in proptest::collection::vec(hostile(), 1..40),
    ) {
        let (hostile, harmless, texts) = pair(&shapes, &texts);
        check(&filled_page(&hostile), &filled_page(&harmless), &texts)?;
    }

    #[test]
    fn names_of_a_dataset_are_texts_on_the_page_and_in_the_list_of_weeks(title in hostile(), author in hostile(), program in hostile()) {
        let texts = [title, author].map(|text| text::line(&text).trim().to_owned()).map(|text| if text.is_empty() { "none".to_owned() } else { text });
        let texts = [texts.as_slice(), &[program]].concat();
        let (one, other) = (named(&texts[0], &texts[1], &texts[2]), named(&token(0), &token(1), &token(2)));
        check(&filled_weeks(one.clone()), &filled_weeks(other.clone()), &texts)?;
        let [mut hostile, mut harmless] = [report(Vec::new()), report(Vec::new())];
        (hostile.manifest, harmless.manifest) = (one, other);
        check(&filled_page(&hostile), &filled_page(&harmless), &texts)?;
    }
}

#[test]
fn each_crafted_text_is_shown_wherever_a_page_shows_a_text() {
    let shapes =
        [Shape::of_all(0), Shape { tier: Some(1), address: 2, ..Shape::of_all(0) }, Shape { tier: Some(2), address: 3, change: 5, ..Shape::of_all(0) }];
    for crafted in CRAFTED {
        let (hostile, harmless, texts) = pair(&shapes, &[crafted.to_owned()]);
        check(&filled_page(&hostile), &filled_page(&harmless), &texts).unwrap();
    }
}

#[test]
fn a_long_title_is_whole_and_many_authors_are_counted() {
    let title = format!("{}<b>", "x".repeat(5_000));
    let mut report = drawn(&[Shape { authors: 3_000, ..Shape::of_all(0) }], &mut || "a".to_owned());
    report.papers[0].paper.title = Some(title.clone().into());
    let page = Element::parse(&filled_page(&report));
    let of_class = |class: &str| page.tree().into_iter().find(|(_, element)| element.attributes.get("class").is_some_and(|c| c == class)).unwrap().1.texts();
    assert_eq!((of_class("title"), of_class("authors")), (title, "a, a, a and 2997 more".to_owned()));
}

#[test]
fn a_page_stays_small_beside_texts_of_a_megabyte() {
    let mut report =
        drawn(&[Shape::of_all(0), Shape { tier: Some(1), ..Shape::of_all(0) }, Shape { tier: Some(2), ..Shape::of_all(0) }], &mut || "a".to_owned());
    let long = "\u{202e}".repeat(350_000);
    for listed in &mut report.papers {
        listed.why = Some(long.clone());
    }
    for change in &mut report.changes {
        (change.before, change.after) = (long.clone().into(), long.clone().into());
    }
    for repo in report.repos.values_mut() {
        repo.observed_by = Some(long.clone().into());
        let facts = repo.facts.to_mut();
        (facts.license_spdx, facts.description, facts.framework) = (Some(long.clone()), Some(long.clone()), Some(long.clone()));
    }
    let length = filled_page(&report).len();
    assert!(length < 500_000, "{length}");
}

/// Returns the fields of a page that are null, besides those of its files.
fn nulls(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().filter(|(name, _)| *name != "data").for_each(|(name, value)| match value {
            Value::Null => drop(found.insert(name.clone())),
            value => nulls(value, found),
        }),
        Value::Array(values) => values.iter().for_each(|value| nulls(value, found)),
        _ => {}
    }
}

/// Makes each field of these names null.
fn without(mut value: Value, names: &BTreeSet<String>) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(name, value)| *value = if names.contains(name) { Value::Null } else { without(value.take(), names) })
        }
        Value::Array(values) => values.iter_mut().for_each(|value| *value = without(value.take(), names)),
        _ => {}
    }
    value
}

#[test]
fn each_template_has_words_for_every_value_that_can_be_unknown() {
    let of = |nulls: u32, other: Option<usize>| {
        let shapes: Vec<Shape> =
            [None, Some(0), Some(1), Some(2), Some(7)].map(|tier| Shape { tier: tier.or(other), count: 13, ..Shape::of_all(nulls) }).into();
        let mut report = drawn(&shapes, &mut || "text".to_owned());
        report.manifest.compared_with = report.manifest.compared_with.filter(|_| nulls == 0);
        report.manifest.dataset = if nulls == 0 { report.manifest.dataset } else { Default::default() };
        serde_json::to_value(page::page(&report, SCRIPTS.map(str::to_owned).into())).unwrap()
    };
    let is_filled = |page: &Value| drop(Element::parse(&filled("page.html", context! { page => Serde(page) }).unwrap()));
    let known = of(0, Some(7));
    let (mut none, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    nulls(&known, &mut none);
    assert!(none.is_empty(), "unknown where everything is known: {none:?}");
    let poor = [of(u32::MAX, None), of(RANKED, None)];
    for page in poor.iter().chain([&known]) {
        is_filled(page);
        nulls(page, &mut unknown);
    }
    assert!(unknown.len() > 20, "{unknown:?}");
    for name in &unknown {
        is_filled(&without(known.clone(), &[name.clone()].into()));
    }
    is_filled(&without(known, &unknown));
    let no_weeks: [(Week, Option<Manifest>); 0] = [];
    for weeks in [&no_weeks[..], &[(manifest("").week, None)], &[(manifest("").week, Some(named("t", "a", "p")))]] {
        Element::parse(&filled("weeks.html", Serde(weeks::list(weeks))).unwrap());
    }
}

#[test]
fn a_page_reads_as_people_read_it() {
    let found = ranked("2611.00001", 1, "github.com/o/live");
    let gone = Listed { tier: Some(Tier::Broken), why: Some("broken: not found on 2026-11-30".to_owned()), ..ranked("2611.00002", 2, "github.com/o/gone") };
    let week = report(vec![found, gone])
        .with_repo("github.com/o/live", RepoState::Live, None)
        .with_repo("github.com/o/gone", RepoState::NotFound, Some(StateReason::DeletedOrPrivate))
        .with_change(1, ChangeKind::LinkBroken, "live", "not_found");
    let page = Element::parse(&filled_page(&week));
    let lines: Vec<String> = page.tree().iter().filter(|(_, element)| element.name == "#text").map(|(_, element)| element.text.trim().to_owned()).collect();
    insta::assert_snapshot!(lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"));
}
