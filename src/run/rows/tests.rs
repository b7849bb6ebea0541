//! Compares each table's row with what it is made of: the value of a column is the sample of that name.

use super::*;
use crate::weeks::verify::broken;
use chrono::Utc;
use starcite_core::conflict::{Disagreement, Disputed};
use starcite_core::paper::CitedBy;
use starcite_core::paper_mentions::MatchedBy;
use starcite_core::score::Score;
use starcite_core::{ArchiveKind, ChangeKind, Extractor, Field, ListClaim, RepoFacts, StateReason};
use starcite_rows::samples::Sample;
use starcite_rows::{ARCHIVES, CHANGES, CITATIONS, CONFLICTS, Cell, Column, LINKS, PAPERS, RANKINGS, REJECTS, REPOS, Row, STARS, Table};
use starcite_tables::{TableFile, TableWriter};

/// Checks that the value of each column is the sample's, except for those that are given.
fn check(row: &impl Row, sample: Sample, others: &[(&str, Cell<'_>)]) {
    for (column, cell) in sample.table.columns.iter().zip(row.cells().as_ref()) {
        let other = others.iter().find(|(name, _)| *name == column.name);
        assert_eq!(*cell, other.map_or_else(|| sample.cell(column), |(_, cell)| cell.clone()), "{}.{}", sample.table.name, column.name);
    }
}

fn text<'a>(text: impl Into<Text<'a>>) -> Cell<'a> {
    Cell::Text(Some(text.into()))
}

/// Writes rows with as few known values as possible, and checks their nulls.
fn check_bare<R: Row>(table: &'static Table, rows: &[R]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer = TableWriter::create(table, &path, &[]).unwrap();
    rows.iter().for_each(|row| writer.push(row).unwrap());
    writer.finish().unwrap();
    let frame = TableFile::open(&path).unwrap().portions().remove(0).read(table.names()).unwrap();
    for column in table.columns {
        assert_eq!(broken(column, &frame).unwrap(), [0; 0], "{}.{}: its null is {}", table.name, column.name, column.null);
    }
}

#[test]
fn a_paper_is_in_its_columns() {
    for s in Sample::all(&PAPERS) {
        let some = |column: &str| Some(s.text(column));
        let cited_by = CitedBy {
            count: s.int("cited_by_count"),
            influential: Some(s.int("cited_by_influential")),
            source: s.text("cited_by_source"),
            at: Some(s.time("cited_by_at")),
        };
        let made_of = Paper {
            paper_id: s.text("paper_id"),
            sources: vec![s.text("sources")],
            source_key: some("source_key"),
            arxiv_id: some("arxiv_id"),
            doi: some("doi"),
            title: some("title"),
            title_original: some("title_original"),
            abstract_text: some("abstract"),
            comment: some("comment"),
            authors: vec![s.text("authors")],
            authors_original: vec![s.text("authors_original")],
            categories: vec![s.text("categories")],
            published: Some(s.day("published")),
            year: i32::try_from(s.int("year")).ok(),
            updated: Some(s.day("updated")),
            url: some("url"),
            upvotes: Some(s.int("upvotes")),
            cited_by: Some(cited_by),
            ..Paper::default()
        };
        check(&paper(&made_of, s.week("iso_week")), s, &[]);
    }
}

/// Returns a link of which every field is known.
fn week_link(s: Sample) -> WeekLink {
    let listed = ListClaim {
        by: Field::parse(&s.text("listed_by")).unwrap(),
        official: Some(s.bool("listed_official")),
        in_paper: Some(s.bool("listed_in_paper")),
        in_github: Some(s.bool("listed_in_github")),
        framework: Some(s.text("listed_framework")),
        at: Some(s.day("listed_at")),
    };
    let link = Link {
        kind: LinkKind::parse(&s.text("kind")).unwrap(),
        target: Some(s.text("target")),
        repo: Some(s.repo("repo")),
        field: Field::parse(&s.text("field")).unwrap(),
        start: Some(s.position("start")),
        end: Some(s.position("end")),
        raw: s.text("raw"),
        sentence: Some(s.text("sentence")),
        mentions: s.places("mentions"),
        role: Role::parse(&s.text("role")),
        role_rule: Some(s.text("role_rule")),
        confidence: s.float("confidence"),
        repairs: vec![s.text("repairs")],
        candidates: s.candidates("candidates"),
        settled_by: starcite_core::extract::SettledBy::ALL.into_iter().find(|by| by.as_str() == s.text("settled_by")),
        subpath: Some(s.text("subpath")),
        listed: Some(listed),
    };
    WeekLink { link, first_week: s.week("first_week"), last_week: Some(s.week("last_week")) }
}

#[test]
fn a_link_is_in_its_columns() {
    for s in Sample::all(&LINKS) {
        let made_of = week_link(s);
        let row = RepoRow { repo_id: Some(s.int("repo_id")), state: RepoState::parse(&s.text("state")).unwrap(), ..RepoRow::unasked(s.repo("repo")) };
        let how = MatchedBy::parse(&s.text("paper_named_by")).unwrap();
        let is_named = s.bool("paper_named_by_repo");
        let naming = is_named.then(|| Named { file: s.text("paper_named_where"), how, text: s.text("paper_named_text") });
        let (official, rule) = official(&made_of.link, Some(&row), is_named);
        let not_named = ["paper_named_where", "paper_named_by", "paper_named_text"].map(|column| (column, Cell::Text(None)));
        let mut others =
            vec![("repo", text(s.repo("repo").to_string())), ("official", Cell::Bool(official)), ("official_rule", Cell::Text(rule.map(Into::into)))];
        others.extend(not_named.into_iter().filter(|_| !is_named));
        check(&link(&s.text("paper_id"), &made_of, Some(&row), Some(&naming), s.week("iso_week")), s, &others);
    }
}

#[test]
fn a_link_is_the_papers_own_as_paper_and_repository_say() {
    let s = Sample { table: &LINKS, row: 0 };
    let link = |role| Link { kind: LinkKind::Repo, role, ..week_link(s).link };
    let (now, former) = (RepoRow::unasked(s.repo("repo")), RepoRow { is_former: true, ..RepoRow::unasked(s.repo("repo")) });
    let says = |role, is_named| official(&link(role), Some(&now), is_named);
    assert_eq!((says(Some(Role::Own), true), says(Some(Role::Own), false)), ((Some(true), Some("both_say")), (Some(true), Some("paper_says"))));
    assert_eq!((says(Some(Role::Other), true), says(Some(Role::List), false)), ((None, Some("conflict")), (Some(false), Some("paper_says"))));
    assert_eq!((says(None, true), says(None, false)), ((Some(true), Some("repository_says")), (None, None)));
    assert_eq!(official(&link(Some(Role::Own)), Some(&former), true), (None, Some(REASSIGNED)));
}

/// Returns facts with a value for each column of which they are a field.
fn facts(s: Sample) -> RepoFacts {
    let is_fact = |column: &&Column| serde_json::from_value::<RepoFacts>(serde_json::json!({ column.name: s.cell(column) })).is_ok();
    let values: serde_json::Map<_, _> =
        REPOS.columns.iter().filter(is_fact).map(|column| (column.name.to_owned(), serde_json::json!(s.cell(column)))).collect();
    serde_json::from_value(values.into()).unwrap()
}

#[test]
fn a_repository_is_in_its_columns() {
    for s in Sample::all(&REPOS) {
        let some = |column: &str| Some(s.text(column));
        let made_of = RepoRow {
            repo_id: Some(s.int("repo_id")),
            node_id: some("node_id"),
            aliases: vec![s.repo("aliases")],
            state: RepoState::Live,
            state_reason: StateReason::parse(&s.text("state_reason")),
            stars_7d: Some(s.int("stars_7d")),
            stars_28d: Some(s.int("stars_28d")),
            stars_source: some("stars_source"),
            observed_at: Some(s.time("observed_at")),
            observed_by: some("observed_by"),
            asked_at: Some(s.time("asked_at")),
            last_error: some("last_error"),
            details_at: Some(s.time("details_at")),
            reassigned: Some((s.time("reassigned_at"), Some(s.int("former_repo_id")))),
            archived_copy: some("archived_copy"),
            facts: Some(Box::new(facts(s))),
            ..RepoRow::unasked(s.repo("repo"))
        };
        let aliases = Cell::TextList(Some(vec![s.repo("aliases").to_string()].into()));
        let others = [("repo", text(s.repo("repo").to_string())), ("aliases", aliases), ("repo_kind", text("code")), ("state", text("live"))];
        check(&repo(&made_of, &["github.com"], s.week("iso_week")), s, &others);
    }
}

#[test]
fn stars_are_in_their_columns() {
    for s in Sample::all(&STARS) {
        let made_of = StarsRow {
            repo: s.repo("repo"),
            repo_id: Some(s.int("repo_id")),
            start: s.day("week_start"),
            days: Some(vec![s.int("days")]),
            added: Some(s.int("added")),
            total: Some(s.int("total")),
            source: s.text("source"),
        };
        check(&stars(&made_of, s.week("iso_week")), s, &[("repo", text(s.repo("repo").to_string()))]);
    }
}

#[test]
fn citations_of_papers_and_of_repositories_are_in_their_columns() {
    for s in Sample::all(&CITATIONS) {
        let counted = Some((Count { cited_by: Some(s.int("cited_by_count")), at: s.time("cited_by_at") }, "openalex"));
        let (start, end, by) = (s.position("start"), s.position("end"), ("cited_by_source", text("openalex")));
        let by_paper = Citation { cited: s.text("cited"), field: Field::Title, start, end, raw: s.text("raw") };
        let others = [("direction", text("paper")), ("repo", Cell::Text(None)), ("field", text("title")), by.clone()];
        check(&citation(&s.text("paper_id"), &by_paper, counted, s.week("iso_week")), s, &others);
        let by_repo = NamedPaper { cited: s.text("cited"), file: s.text("field"), start, end, raw: s.text("raw") };
        let others = [("direction", text("repository")), ("paper_id", Cell::Text(None)), ("repo", text(s.repo("repo").to_string())), by];
        check(&repo_citation(&s.repo("repo"), &by_repo, counted, s.week("iso_week")), s, &others);
    }
}

#[test]
fn an_archive_is_in_its_columns() {
    for s in Sample::all(&ARCHIVES) {
        let some = |column: &str| Some(s.text(column));
        let made_of = Archive {
            archive: s.text("archive"),
            concept: some("concept"),
            repo: Some(s.repo("repo")),
            release: some("release"),
            kind: ArchiveKind::ALL[s.row % ArchiveKind::ALL.len()],
            title: some("title"),
            version: some("version"),
            license_spdx: some("license_spdx"),
            published: Some(s.day("published")),
            papers: vec![s.text("papers")],
            cited_by: vec![s.text("cited_by")],
            source: s.text("source"),
            said_at: Some(s.time("said_at")),
        };
        check(&archive(&made_of, None, s.week("iso_week")), s, &[("repo", text(s.repo("repo").to_string()))]);
    }
}

#[test]
fn a_ranking_is_in_its_columns() {
    for s in Sample::all(&RANKINGS) {
        let points = Component::ALL.map(|component| Some(s.float(&format!("score_{}", component.as_str()))));
        let made_of = Ranked {
            paper_id: s.text("paper_id"),
            title: Some(s.text("title")),
            published: Some(s.day("published")),
            repo: Some(s.text("repo")),
            tier: starcite_core::availability::Tier::parse(&s.text("tier")),
            why: Some(s.text("why")),
            score: Score { score: s.float("score"), low: s.float("score_low"), high: s.float("score_high"), points },
            flags: Flag::ALL.map(|flag| Some(s.bool(flag.as_str()))),
            license_spdx: None,
            stars: Some(s.int("stars")),
            stars_1w: Some(s.int("stars_1w")),
            stars_4w: Some(s.int("stars_4w")),
            trend: Some(s.float("trend")),
            reasons: s.text("reasons"),
        };
        let place = Place {
            rank: s.int("rank"),
            tied_with: s.int("tied_with"),
            trend_rank: Some(s.int("trend_rank")),
            trend_rank_recent: Some(s.int("trend_rank_recent")),
        };
        check(&ranking(&made_of, place, s.week("iso_week")), s, &[]);
    }
}

#[test]
fn a_change_is_in_its_columns() {
    for s in Sample::all(&CHANGES) {
        let made_of = Change {
            kind: ChangeKind::ALL[s.row % ChangeKind::ALL.len()],
            paper_id: Some(s.text("paper_id")),
            repo: Some(s.text("repo")),
            repo_id: Some(s.int("repo_id")),
            before: s.text("before"),
            after: s.text("after"),
        };
        check(&change(&made_of, s.week("since_week"), s.week("iso_week")), s, &[]);
    }
}

#[test]
fn a_conflict_is_in_its_columns() {
    for s in Sample::all(&CONFLICTS) {
        let made_of = Conflict {
            field: Disputed::ALL[s.row % Disputed::ALL.len()],
            kept: s.text("kept"),
            kept_source: s.text("kept_source"),
            other: s.text("other"),
            other_source: s.text("other_source"),
            reason: Disagreement::ALL[s.row % Disagreement::ALL.len()],
        };
        check(&conflict(&s.text("paper_id"), &made_of, s.week("iso_week")), s, &[]);
    }
}

#[test]
fn a_reject_is_in_its_columns() {
    for s in Sample::all(&REJECTS) {
        let made_of = Reject {
            source: "jsonl",
            file: s.text("file"),
            record: s.int("record").unsigned_abs(),
            byte_offset: s.int("byte_offset").unsigned_abs(),
            reason: s.text("reason"),
            excerpt: s.text("excerpt"),
        };
        check(&reject(&made_of, s.week("iso_week")), s, &[("source", text("jsonl"))]);
    }
}

#[test]
fn a_row_of_which_little_is_known_has_no_null_that_its_column_denies() {
    let week = "2026-W47".parse().unwrap();
    let (paper, cited) = (
        Paper { paper_id: "p".into(), ..Paper::default() },
        Paper { cited_by: Some(CitedBy { count: 1, influential: None, source: "crossref".into(), at: None }), ..Paper::default() },
    );
    check_bare(&PAPERS, &[super::paper(&paper, week), super::paper(&cited, week)]);

    let extracted = |abstract_text: &str, listed: Option<ListClaim>| {
        let listed = listed.map(|listed| ("https://github.com/o/listed".to_owned(), listed)).into_iter().collect();
        let paper = Paper { abstract_text: Some(abstract_text.into()), listed, ..Paper::default() };
        let links = Extractor::default().links(&paper).into_iter();
        links.map(|link| WeekLink { link, first_week: week, last_week: None }).collect::<Vec<_>>()
    };
    let listed = ListClaim { by: Field::Pwc, official: None, in_paper: None, in_github: None, framework: None, at: None };
    let texts = "Code will be released. See https://github.com/o/n, https://example.org/data/x, https://doi.org/10.5281/zenodo.12 and https://o.github.io/n.";
    let links = extracted(texts, Some(listed));
    let kinds: Vec<LinkKind> = links.iter().map(|link| link.link.kind).collect();
    assert!([LinkKind::Repo, LinkKind::Archive, LinkKind::Promise, LinkKind::ProjectPage].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    let unasked = RepoRow::unasked(RepoName::parse("o/n").unwrap());
    let named = |link: &WeekLink| link.link.repo.is_some().then_some(&unasked);
    check_bare(&LINKS, &links.iter().map(|link| super::link("p", link, named(link), None, week)).collect::<Vec<_>>());
    check_bare(&LINKS, &links.iter().map(|link| super::link("p", link, named(link), Some(&None), week)).collect::<Vec<_>>());

    let observed = RepoRow { state: RepoState::Live, observed_at: Some(Utc::now()), observed_by: Some("github.com".into()), ..unasked.clone() };
    check_bare(&REPOS, &[super::repo(&unasked, &["github.com"], week), super::repo(&observed, &["github.com"], week)]);
    let stars =
        StarsRow { repo: unasked.name.clone(), repo_id: None, start: week.start().date_naive(), days: None, added: None, total: None, source: "s".into() };
    check_bare(&STARS, &[super::stars(&stars, week)]);

    let citation = Citation { cited: "doi:1".into(), field: Field::Abstract, start: 0, end: 0, raw: "r".into() };
    let named = NamedPaper { cited: "doi:1".into(), file: "f".into(), start: 0, end: 1, raw: "r".into() };
    let unknown = Count { cited_by: None, at: Utc::now() };
    let by_repo = super::repo_citation(&unasked.name, &named, Some((unknown, "openalex")), week);
    check_bare(&CITATIONS, &[super::citation("p", &citation, None, week), by_repo]);

    let ranked = Ranked { why: Some("host not asked".to_owned()), ..Ranked::default() };
    check_bare(&RANKINGS, &[super::ranking(&ranked, Place { rank: 1, tied_with: 0, trend_rank: None, trend_rank_recent: None }, week)]);
    let change =
        |kind, paper_id: Option<&str>| Change { kind, paper_id: paper_id.map(str::to_owned), repo: None, repo_id: None, before: "b".into(), after: "a".into() };
    let (appeared, renamed) = (change(ChangeKind::CodeAppeared, Some("p")), change(ChangeKind::Renamed, None));
    check_bare(&CHANGES, &[super::change(&appeared, week, week), super::change(&renamed, week, week)]);
}

#[test]
fn a_repository_on_another_host_says_that_nobody_asks_there() {
    let reason = |name: &str, asked: &[&str]| {
        let row = RepoRow::unasked(RepoName::parse(name).unwrap());
        repo(&row, asked, "2026-W47".parse().unwrap()).state_reason
    };
    let both = ["github.com", "git.example.org"];
    let others = [reason("gitlab.com/o/n", &["github.com"]), reason("gitlab.com/o/n", &both), reason("github.com/o/n", &[])];
    assert_eq!(others, [Some(StateReason::HostNotAsked); 3]);
    assert_eq!(both.map(|host| reason(&format!("{host}/o/n"), &both)), [Some(StateReason::NotAsked); 2]);
}
