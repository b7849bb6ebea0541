//! Compares each table's row with the schema, by name, to find values in the wrong columns.

use super::*;
use crate::tables::schema::{self, Table, WEEK};
use crate::tables::{Row, TableFile, TableWriter};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use polars::prelude::DataFrame;
use starcite_core::availability::Flag;
use starcite_core::conflict::{Disagreement, Disputed};
use starcite_core::extract::Place as Mention;
use starcite_core::paper::CitedBy;
use starcite_core::score::{Component, Score};
use starcite_core::{ArchiveKind, Candidate, ChangeKind, Extractor, Field, ListClaim, RepoFacts};

/// Rows of a table, each with its values by the names of the columns. Booleans have only two values, so their columns differ only over several rows.
const ROWS: i64 = 4;

type NamedCells<'a> = Vec<(&'static str, Cell<'a>)>;

/// Returns a text, number, boolean, day or time that is unique for a column of a row.
#[derive(Clone, Copy)]
struct Values(i64);

impl Values {
    fn text(self, name: &str) -> String {
        format!("{name} of row {}", self.0)
    }

    fn repo(self, name: &str) -> RepoName {
        RepoName::parse(&format!("o/{name}-{}", self.0)).unwrap()
    }

    fn int(self, column: i64) -> i64 {
        1_000 * column + self.0
    }

    fn bool(self, column: usize) -> bool {
        (column + 1) >> self.0 & 1 == 1
    }

    fn day(self, column: i64) -> NaiveDate {
        NaiveDate::default() + TimeDelta::days(self.int(column))
    }

    fn time(self, column: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(self.int(column))
    }

    fn week(self, column: i64) -> Week {
        Week::of_date(self.day(10 * column))
    }
}

/// Compares rows with their values by name, as they are made and as they are read from a file: every column is named once, and no two columns of
/// one type have the same values.
fn compare(table: &'static Table, made: impl Fn(Values, &mut dyn FnMut(Vec<Cell<'_>>, NamedCells<'_>))) {
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); table.columns.len()];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer = TableWriter::create(table, &path, &[]).unwrap();
    (0..ROWS).map(Values).for_each(|values| made(values, &mut |row, _| writer.push(&row).unwrap()));
    writer.finish().unwrap();
    let frame = TableFile::open(&path).unwrap().portions().remove(0).read(table.names()).unwrap();
    check_nulls(table, &frame);
    let mut read = Row::all(&frame);
    for values in (0..ROWS).map(Values) {
        made(values, &mut |row, named| {
            assert_eq!(row.len(), table.columns.len(), "{}", table.name);
            let mut names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
            let mut known: Vec<&str> = table.names().collect();
            names.sort_unstable();
            known.sort_unstable();
            assert_eq!(names, known, "{}", table.name);
            let read = read.next().unwrap();
            for ((column, cell), seen) in table.columns.iter().zip(&row).zip(&mut columns) {
                let (_, wanted) = named.iter().find(|(name, _)| *name == column.name).unwrap();
                assert_eq!(cell, wanted, "{}.{}", table.name, column.name);
                assert!(reads(read, column.name, wanted), "{}.{} is read as something else than {wanted:?}", table.name, column.name);
                seen.push(format!("{cell:?}"));
            }
        });
    }
    for (at, values) in columns.iter().enumerate() {
        let same = columns[..at].iter().position(|others| others == values);
        assert_eq!(same.map(|same| table.columns[same].name), None, "{}.{} has the same values", table.name, table.columns[at].name);
    }
}

/// Checks the nulls and values of a table against each column's meaning of null.
fn check_nulls(table: &Table, frame: &DataFrame) {
    for column in table.columns {
        assert_eq!(column.null.broken(column.name, frame).unwrap(), [0; 0], "{}.{}: its null is {}", table.name, column.name, column.null);
    }
}

/// Writes rows with as few known values as possible, and checks their nulls.
fn check_bare(table: &'static Table, rows: &[Vec<Cell<'_>>]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer = TableWriter::create(table, &path, &[]).unwrap();
    rows.iter().for_each(|row| writer.push(row).unwrap());
    writer.finish().unwrap();
    check_nulls(table, &TableFile::open(&path).unwrap().portions().remove(0).read(table.names()).unwrap());
}

/// True if a row that was read has the value in the column of that name.
fn reads(row: Row<'_>, name: &str, wanted: &Cell<'_>) -> bool {
    match wanted {
        Cell::Text(text) => row.text(name) == text.as_deref(),
        Cell::Int(int) => row.int(name) == *int,
        Cell::Float(float) => row.float(name) == *float,
        Cell::Bool(bool) => row.bool(name) == *bool,
        Cell::Date(day) => row.day(name) == *day,
        Cell::Time(time) => row.time(name) == *time,
        Cell::TextList(texts) => row.texts(name).as_deref() == texts.as_deref(),
        Cell::IntList(ints) => row.ints(name).as_deref() == *ints,
        Cell::Places(places) => row.places(name) == **places,
        Cell::Candidates(candidates) => row.candidates(name) == **candidates,
    }
}

#[test]
fn a_paper_is_in_its_columns() {
    compare(&schema::PAPERS, |v, check| {
        let (sources, authors, original, categories) =
            (vec![v.text("source")], vec![v.text("author")], vec![v.text("author_original")], vec![v.text("category")]);
        let paper = Paper {
            paper_id: v.text("paper_id"),
            sources: sources.clone(),
            arxiv_id: Some(v.text("arxiv_id")),
            doi: Some(v.text("doi")),
            corpus_id: Some(v.int(90)),
            title: Some(v.text("title")),
            title_original: Some(v.text("title_original")),
            abstract_text: Some(v.text("abstract")),
            comment: Some(v.text("comment")),
            authors: authors.clone(),
            authors_original: original.clone(),
            categories: categories.clone(),
            published: Some(v.day(1)),
            year: i32::try_from(v.int(2)).ok(),
            updated: Some(v.day(3)),
            url: Some(v.text("url")),
            upvotes: Some(v.int(4)),
            cited_by: Some(CitedBy { count: v.int(5), influential: Some(v.int(6)), source: v.text("cited_by_source"), at: Some(v.time(7)) }),
            ..Paper::default()
        };
        let named = vec![
            ("paper_id", Cell::text(v.text("paper_id"))),
            ("sources", Cell::texts(&sources)),
            ("arxiv_id", Cell::text(v.text("arxiv_id"))),
            ("doi", Cell::text(v.text("doi"))),
            ("title", Cell::text(v.text("title"))),
            ("title_original", Cell::text(v.text("title_original"))),
            ("abstract", Cell::text(v.text("abstract"))),
            ("comment", Cell::text(v.text("comment"))),
            ("authors", Cell::texts(&authors)),
            ("authors_original", Cell::texts(&original)),
            ("categories", Cell::texts(&categories)),
            ("published", Cell::Date(Some(v.day(1)))),
            ("year", Cell::Int(Some(v.int(2)))),
            ("updated", Cell::Date(Some(v.day(3)))),
            ("url", Cell::text(v.text("url"))),
            ("upvotes", Cell::Int(Some(v.int(4)))),
            ("cited_by_count", Cell::Int(Some(v.int(5)))),
            ("cited_by_influential", Cell::Int(Some(v.int(6)))),
            ("cited_by_source", Cell::text(v.text("cited_by_source"))),
            ("cited_by_at", Cell::Time(Some(v.time(7)))),
            (WEEK, week_cell(v.week(8))),
        ];
        check(super::paper(&paper, v.week(8)), named);
    });
}

/// Returns a link of a row: the rules of `official` give a value for each row by its role.
fn week_link(v: Values) -> WeekLink {
    let place = |name: &str| Mention { field: Field::Comment, start: None, end: None, raw: v.text(name) };
    let listed = ListClaim {
        by: Field::Pwc,
        official: Some(v.bool(1)),
        in_paper: Some(v.bool(2)),
        in_github: Some(v.bool(3)),
        framework: Some(v.text("framework")),
        at: Some(v.day(1)),
    };
    let link = Link {
        kind: LinkKind::Repo,
        target: Some(v.text("target")),
        repo: None,
        field: Field::Abstract,
        start: usize::try_from(v.int(2)).ok(),
        end: usize::try_from(v.int(3)).ok(),
        raw: v.text("raw"),
        sentence: Some(v.text("sentence")),
        mentions: vec![place("mention")],
        role: [Some(Role::Own), Some(Role::Own), Some(Role::Other), None][usize::try_from(v.0).unwrap()],
        role_rule: (v.0 < 3).then(|| v.text("role_rule")),
        confidence: 0.25,
        repairs: vec![v.text("repair")],
        candidates: vec![Candidate { repo: v.repo("candidate"), assumed: v.text("assumed") }],
        settled_by: Some(SettledBy::SamePaper),
        subpath: Some(v.text("subpath")),
        listed: Some(listed),
    };
    WeekLink { link, first_week: v.week(4), last_week: Some(v.week(5)) }
}

#[test]
fn a_link_is_in_its_columns() {
    compare(&schema::LINKS, |v, check| {
        let link = week_link(v);
        let repo = RepoRow { repo_id: Some(v.int(6)), state: RepoState::Blocked, ..RepoRow::unasked(v.repo("repo")) };
        let naming = v.bool(0).then(|| Named { file: v.text("file"), how: v.text("how"), text: v.text("named_text") });
        let (official, rule) = [(Some(true), "both_say"), (Some(true), "paper_says"), (Some(false), "paper_says"), (None, "")][usize::try_from(v.0).unwrap()];
        let name = |text: &str| naming.is_some().then(|| v.text(text));
        let named = vec![
            ("paper_id", Cell::text("the paper")),
            ("kind", Cell::text("repo")),
            ("target", Cell::text(v.text("target"))),
            ("repo", Cell::text(v.repo("repo").to_string())),
            ("field", Cell::text("abstract")),
            ("start", Cell::Int(Some(v.int(2)))),
            ("end", Cell::Int(Some(v.int(3)))),
            ("raw", Cell::text(v.text("raw"))),
            ("sentence", Cell::text(v.text("sentence"))),
            ("mentions", Cell::Places(&link.link.mentions)),
            ("role", Cell::maybe(link.link.role.map(Role::as_str))),
            ("role_rule", Cell::maybe(link.link.role_rule.clone())),
            ("confidence", Cell::Float(Some(0.25))),
            ("repairs", Cell::texts(&link.link.repairs)),
            ("candidates", Cell::Candidates(&link.link.candidates)),
            ("settled_by", Cell::text("same_paper")),
            ("subpath", Cell::text(v.text("subpath"))),
            ("first_week", week_cell(v.week(4))),
            ("last_week", week_cell(v.week(5))),
            ("repo_id", Cell::Int(Some(v.int(6)))),
            ("state", Cell::text("blocked")),
            ("paper_named_by_repo", Cell::Bool(Some(v.bool(0)))),
            ("paper_named_where", Cell::maybe(name("file"))),
            ("paper_named_by", Cell::maybe(name("how"))),
            ("paper_named_text", Cell::maybe(name("named_text"))),
            ("official", Cell::Bool(official)),
            ("official_rule", Cell::maybe(Some(rule).filter(|rule| !rule.is_empty()))),
            ("listed_by", Cell::text("pwc")),
            ("listed_official", Cell::Bool(Some(v.bool(1)))),
            ("listed_in_paper", Cell::Bool(Some(v.bool(2)))),
            ("listed_in_github", Cell::Bool(Some(v.bool(3)))),
            ("listed_framework", Cell::text(v.text("framework"))),
            ("listed_at", Cell::Date(Some(v.day(1)))),
            (WEEK, week_cell(v.week(7))),
        ];
        check(super::link("the paper", &link, Some(&repo), Some(&naming), v.week(7)), named);
    });
}

/// Returns a value for each field of [`RepoFacts`] by its name in the schema, as JSON and as a cell.
fn facts(v: Values) -> (RepoFacts, Vec<(&'static str, Cell<'static>)>) {
    let mut json = serde_json::Map::new();
    let mut cells = Vec::new();
    for (at, column) in schema::REPOS.columns.iter().enumerate() {
        let number = i64::try_from(at).unwrap();
        let (value, cell) = match column.kind {
            schema::Type::Bool => (v.bool(at).into(), Cell::Bool(Some(v.bool(at)))),
            schema::Type::Int => (v.int(number).into(), Cell::Int(Some(v.int(number)))),
            schema::Type::Date => (v.day(number).to_string().into(), Cell::Date(Some(v.day(number)))),
            schema::Type::Time => (v.time(number).to_rfc3339().into(), Cell::Time(Some(v.time(number)))),
            schema::Type::TextList => (vec![v.text(column.name)].into(), Cell::TextList(Some(vec![v.text(column.name)].into()))),
            _ => (v.text(column.name).into(), Cell::text(v.text(column.name))),
        };
        let mut one: serde_json::Map<String, serde_json::Value> = [(column.name.to_owned(), value)].into_iter().collect();
        if serde_json::from_value::<RepoFacts>(one.clone().into()).is_ok() {
            json.append(&mut one);
            cells.push((column.name, cell));
        }
    }
    (serde_json::from_value(json.into()).unwrap(), cells)
}

#[test]
fn a_repository_is_in_its_columns() {
    compare(&schema::REPOS, |v, check| {
        let (facts, cells) = facts(v);
        let row = RepoRow {
            repo_id: Some(v.int(101)),
            node_id: Some(v.text("node_id")),
            aliases: vec![v.repo("alias")],
            state: RepoState::Live,
            state_reason: StateReason::ALL.get(usize::try_from(v.0).unwrap()).copied(),
            stars_7d: Some(v.int(102)),
            stars_28d: Some(v.int(103)),
            stars_source: Some(v.text("stars_source")),
            observed_at: Some(v.time(104)),
            observed_by: Some(v.text("observed_by")),
            asked_at: Some(v.time(105)),
            last_error: Some(v.text("last_error")),
            details_at: Some(v.time(106)),
            reassigned: Some((v.time(107), Some(v.int(108)))),
            archived_copy: Some(v.text("archived_copy")),
            facts: Some(Box::new(facts)),
            ..RepoRow::unasked(v.repo("repo"))
        };
        let mut named = vec![
            ("repo", Cell::text(v.repo("repo").to_string())),
            ("repo_id", Cell::Int(Some(v.int(101)))),
            ("node_id", Cell::text(v.text("node_id"))),
            ("aliases", Cell::TextList(Some(vec![v.repo("alias").to_string()].into()))),
            ("state", Cell::text("live")),
            ("state_reason", Cell::maybe(row.state_reason.map(StateReason::as_str))),
            ("archived_copy", Cell::text(v.text("archived_copy"))),
            ("stars_7d", Cell::Int(Some(v.int(102)))),
            ("stars_28d", Cell::Int(Some(v.int(103)))),
            ("stars_source", Cell::text(v.text("stars_source"))),
            ("details_at", Cell::Time(Some(v.time(106)))),
            ("reassigned_at", Cell::Time(Some(v.time(107)))),
            ("former_repo_id", Cell::Int(Some(v.int(108)))),
            ("observed_at", Cell::Time(Some(v.time(104)))),
            ("observed_by", Cell::text(v.text("observed_by"))),
            ("asked_at", Cell::Time(Some(v.time(105)))),
            ("last_error", Cell::text(v.text("last_error"))),
            (WEEK, week_cell(v.week(1))),
        ];
        named.extend(cells);
        check(repo(&row, "github.com", v.week(1)), named);
    });
}

#[test]
fn stars_are_in_their_columns() {
    compare(&schema::STARS, |v, check| {
        let days = vec![v.int(1)];
        let row = StarsRow {
            repo: v.repo("repo"),
            repo_id: Some(v.int(2)),
            start: v.day(3),
            days: Some(days.clone()),
            added: Some(v.int(4)),
            total: Some(v.int(5)),
            source: v.text("source"),
        };
        let named = vec![
            ("repo", Cell::text(v.repo("repo").to_string())),
            ("repo_id", Cell::Int(Some(v.int(2)))),
            ("week_start", Cell::Date(Some(v.day(3)))),
            ("days", Cell::IntList(Some(&days))),
            ("added", Cell::Int(Some(v.int(4)))),
            ("total", Cell::Int(Some(v.int(5)))),
            ("source", Cell::text(v.text("source"))),
            (WEEK, week_cell(v.week(6))),
        ];
        check(stars(&row, v.week(6)), named);
    });
}

#[test]
fn citations_of_papers_and_of_repositories_are_in_their_columns() {
    let at = |number| usize::try_from(number).unwrap();
    compare(&schema::CITATIONS, |v, check| {
        let counted = Some((Count { cited_by: Some(v.int(1)), at: v.time(2) }, "openalex"));
        let by_paper = v.0 % 2 == 0;
        let repo = v.repo("repo");
        let mut named = vec![
            ("cited", Cell::text(v.text("cited"))),
            ("start", Cell::Int(Some(v.int(3)))),
            ("end", Cell::Int(Some(v.int(4)))),
            ("raw", Cell::text(v.text("raw"))),
            ("cited_by_count", Cell::Int(Some(v.int(1)))),
            ("cited_by_source", Cell::text("openalex")),
            ("cited_by_at", Cell::Time(Some(v.time(2)))),
            (WEEK, week_cell(v.week(5))),
        ];
        if by_paper {
            let citation = Citation { cited: v.text("cited"), field: Field::Title, start: at(v.int(3)), end: at(v.int(4)), raw: v.text("raw") };
            named.extend([
                ("direction", Cell::text("paper")),
                ("paper_id", Cell::text("the paper")),
                ("repo", Cell::Text(None)),
                ("field", Cell::text("title")),
            ]);
            check(super::citation("the paper", &citation, counted, v.week(5)), named);
        } else {
            let paper = NamedPaper { cited: v.text("cited"), file: v.text("file"), start: at(v.int(3)), end: at(v.int(4)), raw: v.text("raw") };
            named.extend([("direction", Cell::text("repository")), ("paper_id", Cell::Text(None)), ("repo", Cell::text(repo.to_string()))]);
            named.push(("field", Cell::text(v.text("file"))));
            check(repo_citation(&repo, &paper, counted, v.week(5)), named);
        }
    });
}

#[test]
fn an_archive_is_in_its_columns() {
    compare(&schema::ARCHIVES, |v, check| {
        let (papers, cited_by) = (vec![v.text("paper")], vec![v.text("citing")]);
        let row = Archive {
            archive: v.text("archive"),
            concept: Some(v.text("concept")),
            repo: Some(v.repo("repo")),
            release: Some(v.text("release")),
            kind: ArchiveKind::Software,
            title: Some(v.text("title")),
            version: Some(v.text("version")),
            license_spdx: Some(v.text("license")),
            published: Some(v.day(1)),
            papers: papers.clone(),
            cited_by: cited_by.clone(),
            source: v.text("source"),
            said_at: Some(v.time(2)),
        };
        let named = vec![
            ("archive", Cell::text(v.text("archive"))),
            ("concept", Cell::text(v.text("concept"))),
            ("kind", Cell::text("software")),
            ("repo", Cell::text(v.repo("repo").to_string())),
            ("release", Cell::text(v.text("release"))),
            ("papers", Cell::texts(&papers)),
            ("cited_by", Cell::texts(&cited_by)),
            ("title", Cell::text(v.text("title"))),
            ("version", Cell::text(v.text("version"))),
            ("license_spdx", Cell::text(v.text("license"))),
            ("published", Cell::Date(Some(v.day(1)))),
            ("source", Cell::text(v.text("source"))),
            ("said_at", Cell::Time(Some(v.time(2)))),
            (WEEK, week_cell(v.week(3))),
        ];
        check(archive(&row, None, v.week(3)), named);
    });
}

#[test]
fn a_ranking_is_in_its_columns() {
    // By name, because the test must not assume the order of flags and components.
    let score_column = |component: Component| schema::RANKINGS.names().find(|name| *name == format!("score_{}", component.as_str())).unwrap();
    let points = |v: Values, component: Component| v.int(20 + component as i64) as f64;
    compare(&schema::RANKINGS, |v, check| {
        let ranked = Ranked {
            paper_id: v.text("paper_id"),
            title: Some(v.text("title")),
            published: Some(v.day(1)),
            repo: Some(v.text("repo")),
            tier: Some(Tier::Licensed),
            score: Score { score: v.int(2) as f64, low: v.int(3) as f64, high: v.int(4) as f64, points: Component::ALL.map(|c| Some(points(v, c))) },
            flags: Flag::ALL.map(|flag| Some(v.bool(flag as usize))),
            stars: Some(v.int(5)),
            stars_1w: Some(v.int(6)),
            stars_4w: Some(v.int(7)),
            trend: Some(v.int(8) as f64),
            reasons: v.text("reason"),
        };
        let reasons = vec![v.text("reason")];
        let place = Place { rank: v.int(9), trend_rank: Some(v.int(10)), trend_rank_recent: Some(v.int(11)) };
        let float = |column| Cell::Float(Some(v.int(column) as f64));
        let mut named = vec![
            ("rank", Cell::Int(Some(v.int(9)))),
            ("paper_id", Cell::text(v.text("paper_id"))),
            ("title", Cell::text(v.text("title"))),
            ("published", Cell::Date(Some(v.day(1)))),
            ("repo", Cell::text(v.text("repo"))),
            ("tier", Cell::text("licensed")),
            ("score", float(2)),
            ("score_low", float(3)),
            ("score_high", float(4)),
            ("stars", Cell::Int(Some(v.int(5)))),
            ("stars_1w", Cell::Int(Some(v.int(6)))),
            ("stars_4w", Cell::Int(Some(v.int(7)))),
            ("trend", float(8)),
            ("trend_rank", Cell::Int(Some(v.int(10)))),
            ("trend_rank_recent", Cell::Int(Some(v.int(11)))),
            ("reasons", Cell::texts(&reasons)),
            (WEEK, week_cell(v.week(12))),
        ];
        named.extend(Flag::ALL.map(|flag| (flag.as_str(), Cell::Bool(Some(v.bool(flag as usize))))));
        named.extend(Component::ALL.map(|component| (score_column(component), Cell::Float(Some(points(v, component))))));
        check(ranking(&ranked, place, v.week(12)), named);
    });
}

#[test]
fn a_change_is_in_its_columns() {
    compare(&schema::CHANGES, |v, check| {
        let row = Change {
            kind: ChangeKind::PaperNamed,
            paper_id: Some(v.text("paper_id")),
            repo: Some(v.text("repo")),
            repo_id: Some(v.int(1)),
            before: v.text("before"),
            after: v.text("after"),
        };
        let named = vec![
            ("kind", Cell::text("paper_named")),
            ("paper_id", Cell::text(v.text("paper_id"))),
            ("repo", Cell::text(v.text("repo"))),
            ("repo_id", Cell::Int(Some(v.int(1)))),
            ("before", Cell::text(v.text("before"))),
            ("after", Cell::text(v.text("after"))),
            ("since_week", week_cell(v.week(2))),
            (WEEK, week_cell(v.week(3))),
        ];
        check(change(&row, v.week(2), v.week(3)), named);
    });
}

#[test]
fn a_conflict_is_in_its_columns() {
    compare(&schema::CONFLICTS, |v, check| {
        let row = Conflict {
            field: Disputed::Title,
            kept: v.text("kept"),
            kept_source: v.text("kept_source"),
            other: v.text("other"),
            other_source: v.text("other_source"),
            reason: Disagreement::TitlesDiffer,
        };
        let named = vec![
            ("paper_id", Cell::text("the paper")),
            ("field", Cell::text("title")),
            ("kept", Cell::text(v.text("kept"))),
            ("kept_source", Cell::text(v.text("kept_source"))),
            ("other", Cell::text(v.text("other"))),
            ("other_source", Cell::text(v.text("other_source"))),
            ("reason", Cell::text("titles_differ")),
            (WEEK, week_cell(v.week(1))),
        ];
        check(conflict("the paper", &row, v.week(1)), named);
    });
}

#[test]
fn a_reject_is_in_its_columns() {
    compare(&schema::REJECTS, |v, check| {
        let row = Reject {
            source: "jsonl",
            file: v.text("file"),
            record: v.int(1).unsigned_abs(),
            byte_offset: v.int(2).unsigned_abs(),
            reason: v.text("reason"),
            excerpt: v.text("excerpt"),
        };
        let named = vec![
            ("source", Cell::text("jsonl")),
            ("file", Cell::text(v.text("file"))),
            ("record", Cell::Int(Some(v.int(1)))),
            ("byte_offset", Cell::Int(Some(v.int(2)))),
            ("reason", Cell::text(v.text("reason"))),
            ("excerpt", Cell::text(v.text("excerpt"))),
            (WEEK, week_cell(v.week(3))),
        ];
        check(reject(&row, v.week(3)), named);
    });
}

#[test]
fn a_row_of_which_little_is_known_has_no_null_that_its_column_denies() {
    let week = Values(1).week(1);
    let (paper, cited) = (
        Paper { paper_id: "p".into(), ..Paper::default() },
        Paper { cited_by: Some(CitedBy { count: 1, influential: None, source: "crossref".into(), at: None }), ..Paper::default() },
    );
    check_bare(&schema::PAPERS, &[super::paper(&paper, week), super::paper(&cited, week)]);

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
    check_bare(&schema::LINKS, &links.iter().map(|link| super::link("p", link, named(link), None, week)).collect::<Vec<_>>());
    check_bare(&schema::LINKS, &links.iter().map(|link| super::link("p", link, named(link), Some(&None), week)).collect::<Vec<_>>());

    let observed = RepoRow { state: RepoState::Live, observed_at: Some(Utc::now()), observed_by: Some("github.com".into()), ..unasked.clone() };
    check_bare(&schema::REPOS, &[super::repo(&unasked, "github.com", week), super::repo(&observed, "github.com", week)]);
    let stars =
        StarsRow { repo: unasked.name.clone(), repo_id: None, start: week.start().date_naive(), days: None, added: None, total: None, source: "s".into() };
    check_bare(&schema::STARS, &[super::stars(&stars, week)]);

    let citation = Citation { cited: "doi:1".into(), field: Field::Abstract, start: 0, end: 0, raw: "r".into() };
    let named = NamedPaper { cited: "doi:1".into(), file: "f".into(), start: 0, end: 1, raw: "r".into() };
    let unknown = Count { cited_by: None, at: Utc::now() };
    let by_repo = super::repo_citation(&unasked.name, &named, Some((unknown, "openalex")), week);
    check_bare(&schema::CITATIONS, &[super::citation("p", &citation, None, week), by_repo]);

    let ranked = Ranked::default();
    check_bare(&schema::RANKINGS, &[super::ranking(&ranked, Place { rank: 1, trend_rank: None, trend_rank_recent: None }, week)]);
    let change =
        |kind, paper_id: Option<&str>| Change { kind, paper_id: paper_id.map(str::to_owned), repo: None, repo_id: None, before: "b".into(), after: "a".into() };
    let (appeared, renamed) = (change(ChangeKind::CodeAppeared, Some("p")), change(ChangeKind::Renamed, None));
    check_bare(&schema::CHANGES, &[super::change(&appeared, week, week), super::change(&renamed, week, week)]);
}

#[test]
fn a_repository_on_another_host_says_that_nobody_asks_there() {
    let reason = |name: &str, asked_host: &str| {
        let row = RepoRow::unasked(RepoName::parse(name).unwrap());
        let cells = super::repo(&row, asked_host, Values(1).week(1));
        cells[schema::REPOS.names().position(|name| name == "state_reason").unwrap()] == Cell::text("host_not_asked")
    };
    assert!(reason("gitlab.com/o/n", "github.com") && reason("github.com/o/n", "git.example.org"));
    assert!(!reason("github.com/o/n", "github.com"));
}
