//! A bad value does not cost the paper: it becomes null and is counted, for every source. Unreadable records change the exit code, unless the pipeline
//! allows them.

use crate::starcite::{MONDAY_OF_W49, Starcite};
use crate::tables::{column, manifest, rows, shown};
use serde_json::{Value, json};

const WEEK: &str = "2026-W47";

fn of(kind: &str, file: &str, bytes: &str, more: &str) -> Starcite {
    let starcite = Starcite::new();
    starcite.write(file, bytes);
    starcite.write_pipeline(kind, &format!("path = {file:?}\n{more}"));
    starcite
}

/// A record whose optional values are all bad: the kind of source, its file, and the counted columns. The title stays.
type Spoilt = (&'static str, &'static str, String, Vec<&'static str>);

fn line(record: Value) -> String {
    format!("{record}\n")
}

fn abstracted(columns: &[&'static str]) -> Vec<&'static str> {
    [&["abstract", "authors"], columns].concat()
}

fn of_lists() -> Vec<Spoilt> {
    let (list, object) = (json!(["x"]), json!({"x": 1}));
    vec![
        (
            "jsonl",
            "a.jsonl",
            line(json!({"id": object, "title": "T", "abstract": list, "comment": true, "authors": {"x": 1}, "categories": 7.5e300, "date": "soon", "doi": "n/a",
                "url": list, "upvotes": -1, "githubRepo": [1], "projectPage": {}})),
            abstracted(&["categories", "comment", "doi", "githubRepo", "paper_id", "projectPage", "published", "upvotes", "url"]),
        ),
        (
            "hf-daily",
            "a.json",
            json!([{"starciteFetchedAt": "2026-11-20T00:00:00Z", "title": "T", "paper": {"id": object, "summary": list, "authors": [{"name": [1]}, 7], "publishedAt": 7, "submittedOnDailyAt": [1], "upvotes": "many",
                "githubRepo": list, "githubStars": -5, "projectPage": object}}])
            .to_string(),
            abstracted(&["githubRepo", "iso_week", "paper_id", "projectPage", "published", "stars", "upvotes"]),
        ),
        (
            "hf-search",
            "a.json",
            json!([{"title": "T", "paper": {"id": object, "summary": list, "authors": "none", "publishedAt": "n.d.", "upvotes": -1, "githubStars": "x"}}]).to_string(),
            abstracted(&["paper_id", "published", "stars", "upvotes"]),
        ),
        (
            "pwc",
            "a.json",
            json!([{"paper_url": "https://paperswithcode.com/paper/t", "title": "T", "arxiv_id": "x", "abstract": list, "authors": [{"x": 1}], "date": "soon", "url_abs": list,
                "repo_url": "https://github.com/o/n", "is_official": "yes", "mentioned_in_paper": 1, "mentioned_in_github": [], "framework": {}}])
            .to_string(),
            abstracted(&["arxiv_id", "listed_framework", "listed_in_github", "listed_in_paper", "listed_official", "published", "url"]),
        ),
    ]
}

fn of_arxiv() -> Vec<Spoilt> {
    let (list, object) = (json!(["x"]), json!({"x": 1}));
    vec![
        (
            "arxiv-snapshot",
            "a.json",
            line(json!({"id": list, "title": "T", "authors_parsed": [[["x"]], 7], "authors": {}, "abstract": object, "comments": list, "doi": "none", "categories": object,
                "versions": [{"created": "soon"}], "update_date": "2026-13-01"})),
            abstracted(&["categories", "comment", "doi", "paper_id", "published", "updated"]),
        ),
        (
            "arxiv-oai",
            "a.xml",
            "<OAI-PMH><record><header><datestamp>soon</datestamp></header><metadata><title>T</title><id>x</id><created>n.d.</created><updated>later</updated><doi>none</doi>\
             <abstract>&x;</abstract><authors>&x;</authors><comments>&x;</comments><categories>&x;</categories></metadata></record></OAI-PMH>"
                .to_owned(),
            abstracted(&["arxiv_id", "categories", "comment", "doi", "iso_week", "published", "updated"]),
        ),
        (
            "arxiv-atom",
            "a.xml",
            "<feed><entry><id>x</id><title>T</title><published>n.d.</published><updated>later</updated><doi>none</doi><summary>&x;</summary>\
             <author><name>&x;</name></author><comment>&x;</comment></entry></feed>"
                .to_owned(),
            abstracted(&["arxiv_id", "comment", "doi", "published", "updated"]),
        ),
    ]
}

fn of_indexes() -> Vec<Spoilt> {
    let (list, object) = (json!(["x"]), json!({"x": 1}));
    vec![
        (
            "openalex",
            "a.jsonl",
            line(
                json!({"id": "https://openalex.org/W7", "title": list, "display_name": "T", "doi": 7, "ids": [], "abstract_inverted_index": {"a": [0], "b": [0]},
                "authorships": [{"author": "x", "raw_author_name": []}], "publication_date": "soon", "publication_year": 20_260, "primary_location": "x",
                "locations": 7, "cited_by_count": -1, "updated_date": {}}),
            ),
            abstracted(&["arxiv_id", "cited_by_at", "cited_by_count", "doi", "published", "url", "year"]),
        ),
        (
            "semantic-scholar",
            "a.jsonl",
            line(
                json!({"paperId": "0a", "corpusId": "x", "title": "T", "externalIds": {"DOI": "none", "ArXiv": "x"}, "abstract": list, "authors": [{"name": {}}], "year": "MMXXVI",
                "publicationDate": "2026-02-30", "url": true, "citationCount": 1.5, "influentialCitationCount": "x", "updated": "once"}),
            ),
            abstracted(&["arxiv_id", "cited_by_at", "cited_by_count", "cited_by_influential", "doi", "paper_id", "published", "url", "year"]),
        ),
        (
            "crossref",
            "a.jsonl",
            line(
                json!({"DOI": "none", "title": [{}, "T"], "abstract": object, "author": [{"name": []}], "issued": {"date-parts": [[2026, 13, 45]]}, "resource": [],
                "URL": object, "is-referenced-by-count": "x", "indexed": {"date-time": "once"}, "relation": {"references": 7}}),
            ),
            abstracted(&["cited_by_at", "cited_by_count", "doi", "published", "references", "title", "url"]),
        ),
    ]
}

fn of_archives() -> Vec<Spoilt> {
    let (list, object) = (json!(["x"]), json!({"x": 1}));
    vec![
        (
            "datacite",
            "a.jsonl",
            line(
                json!({"doi": "none", "titles": [{"title": "T"}], "types": {"resourceTypeGeneral": "Text"}, "descriptions": [{"description": list, "descriptionType": "Abstract"}],
                "creators": [{"name": {}}], "dates": [{"date": "soon", "dateType": "Issued"}], "publicationYear": 0, "url": list, "version": {}, "citationCount": -1,
                "updated": "once", "relatedIdentifiers": 7, "alternateIdentifiers": "x", "rightsList": 7}),
            ),
            abstracted(&[
                "alternateIdentifiers",
                "cited_by_count",
                "doi",
                "license_spdx",
                "published",
                "relatedIdentifiers",
                "said_at",
                "url",
                "version",
                "year",
            ]),
        ),
        (
            "zenodo",
            "a.jsonl",
            line(
                json!({"id": [], "doi": "none", "conceptdoi": {}, "updated": "once", "links": 7, "metadata": {"title": "T", "upload_type": "publication", "description": list,
                "notes": object, "creators": [7], "publication_date": "2024-2025", "version": [], "rights": 7, "related_identifiers": "x", "identifiers": 7}}),
            ),
            abstracted(&[
                "comment",
                "concept",
                "doi",
                "identifiers",
                "license_spdx",
                "paper_id",
                "published",
                "related_identifiers",
                "said_at",
                "url",
                "version",
            ]),
        ),
    ]
}

fn of_libraries() -> Vec<Spoilt> {
    let (list, object) = (json!(["x"]), json!({"x": 1}));
    vec![
        (
            "bibtex",
            "a.bib",
            "@article{k, title = {T}, doi = {none}, eprint = {x}, archiveprefix = {arXiv}, date = {2024/2025}, year = {in press}}\n".to_owned(),
            vec!["arxiv_id", "doi", "published"],
        ),
        (
            "table",
            "a.jsonl",
            line(
                json!({"id": list, "arxiv_id": "x", "doi": "none", "title": "T", "abstract": object, "comment": true, "authors": 7, "categories": {}, "published": "n.d.",
                "year": 0, "updated": 20_260_101, "url": [1], "upvotes": "many", "githubRepo": list, "projectPage": false}),
            ),
            abstracted(&[
                "arxiv_id",
                "categories",
                "comment",
                "doi",
                "githubRepo",
                "paper_id",
                "projectPage",
                "published",
                "updated",
                "upvotes",
                "url",
                "year",
            ]),
        ),
    ]
}

#[test]
fn whatever_is_bad_in_a_record_is_null_and_counted_and_the_paper_stays() {
    for (kind, file, bytes, mut columns) in [of_lists(), of_arxiv(), of_indexes(), of_archives(), of_libraries()].concat() {
        let starcite = of(kind, file, &bytes, "");
        let ended = starcite.run(&["--offline"]).with_code(0);
        let week = starcite.week(WEEK);
        assert_eq!(column(&week, "papers", "title"), ["T"], "{kind}: {}", ended.stderr);
        columns.sort_unstable();
        let counted = manifest(&week)["bad_values"].as_object().unwrap().clone();
        assert_eq!(counted.keys().collect::<Vec<_>>(), columns, "{kind}");
        assert!(counted.values().all(|count| count == 1), "{kind}: {counted:?}");
        let paper = &rows(&week, "papers")[0];
        for name in columns.iter().filter(|name| !["paper_id", "title", "iso_week"].contains(name)) {
            let value = paper.get(*name).unwrap_or(&Value::Null);
            assert!(value.is_null() || value.as_array().is_some_and(Vec::is_empty), "{kind}: {name} is {value}");
        }
        starcite.end(&["verify", "out"]).with_code(0);
        let extracted = starcite.end(&["extract", "--from", kind, file]).with_code(0);
        assert!(extracted.stderr.contains(&format!("{} value", columns.len())) && extracted.stderr.contains("record 1: "), "{kind}: {}", extracted.stderr);
    }
}

#[test]
fn dates_are_read_as_people_write_them() {
    let dates = [
        ("05/2026", "null", "2026"),
        ("March 2024", "null", "2024"),
        ("12.05.2026", "2026-05-12", "2026"),
        ("31/12/2025", "2025-12-31", "2025"),
        ("05/06/2026", "null", "2026"),
        ("May 12, 2026", "2026-05-12", "2026"),
        ("n.d.", "null", "null"),
    ];
    let lines: String = dates.iter().map(|(date, ..)| format!("{date},On {date}\n").replacen("May 12, 2026", "\"May 12, 2026\"", 1)).collect();
    let lines = lines.replace("On May 12, 2026", "On May 12");
    let starcite = of("table", "library.csv", &format!("Date,Title\n{lines}"), "[source.columns]\ntitle = \"Title\"\npublished = \"Date\"");
    let ended = starcite.run(&["--offline"]).with_code(0);
    let week = starcite.week(WEEK);
    let read: Vec<_> = rows(&week, "papers").iter().map(|row| (shown(&row["published"]), shown(&row["year"]))).collect();
    assert_eq!(read, dates.map(|(_, day, year)| (day.to_owned(), year.to_owned())));
    assert!(ended.line().contains("1 value can't be used and is unknown (1 published): library.csv, record 7: published \"n.d.\";"), "{}", ended.stderr);
    assert!(ended.stdout.contains("  bad values         1   1 published\n"), "{}", ended.stdout);
}

#[test]
fn a_row_of_a_csv_in_another_encoding_is_rejected_with_what_to_do() {
    let starcite = Starcite::new();
    starcite.write("t.csv", b"title,comment\nOne,caf\xe9\nTwo,x\n");
    starcite.write_pipeline("table", "path = \"t.csv\"");
    let ended = starcite.run(&["--offline"]).with_code(3);
    assert_eq!(column(&starcite.week(WEEK), "papers", "comment"), ["x"]);
    assert!(ended.stderr.contains("invalid UTF-8: save the file as UTF-8"), "{}", ended.stderr);
}

/// Returns records of which every third has a bad date, and every hundredth can't be read.
fn many(records: usize) -> String {
    let record = |at: usize| match at {
        at if at % 100 == 99 => "{\"id\": \n".to_owned(),
        at => {
            format!("{}\n", json!({"id": format!("t:{at}"), "date": if at.is_multiple_of(3) { "soon" } else { "2026-05-12" }, "abstract": "x".repeat(1_000)}))
        }
    };
    (0..records).map(record).collect()
}

#[test]
fn what_is_told_is_the_same_with_any_number_of_threads_and_again() {
    let starcite = of("jsonl", "papers.jsonl", &many(20_000), "");
    let run = |threads: &str| starcite.run(&["--offline", "--threads", threads, "--out", threads]).with_code(3);
    let told = [run("1"), run("8")].map(|ended| ended.stderr.clone());
    assert_eq!(told[0], told[1]);
    let first = "papers.jsonl, record 1: published \"soon\"; papers.jsonl, record 4: published \"soon\"; papers.jsonl, record 7: published \"soon\"; …";
    assert!(told[0].contains("6600 values can't be used and are unknown (6600 published)") && told[0].contains(first), "{}", told[0]);
    let manifest = |out: &str| std::fs::read(starcite.path(out).join("week=2026-W47/manifest.json")).unwrap();
    assert_eq!(manifest("1"), manifest("8"));
    let again = run("8");
    assert_eq!((again.stderr, manifest("8")), (told[0].clone(), manifest("1")));
}

#[test]
fn values_count_for_the_week_of_their_paper() {
    let mut starcite = of("jsonl", "papers.jsonl", "{\"id\": \"t:1\", \"date\": \"soon\"}\n", "");
    starcite.run(&["--offline"]).with_code(0);
    starcite.write("papers.jsonl", "{\"id\": \"t:1\", \"date\": \"soon\"}\n{\"id\": \"t:2\", \"upvotes\": \"x\"}\n{\"id\": \"t:2\", \"url\": []}\n");
    starcite.at(MONDAY_OF_W49);
    let ended = starcite.run(&["--offline"]).with_code(3);
    assert_eq!(manifest(&starcite.week("2026-W48"))["bad_values"], json!({"upvotes": 1}), "{}", ended.stderr);
    assert_eq!(manifest(&starcite.week(WEEK))["bad_values"], json!({"published": 1}));
}

#[test]
fn values_of_papers_of_several_sources_are_told_by_their_own_files() {
    let starcite = Starcite::new();
    starcite.write("a.jsonl", "{\"id\": \"2601.00001\", \"title\": \"T\"}\n{\"id\": \"2601.00002\", \"date\": \"soon\"}\n");
    starcite.write("b.jsonl", format!("{}\n", json!({"id": "2601.00001", "title": "T", "doi": "none", "update_date": "x"})));
    let source = |kind: &str, path: &str| format!("[[source]]\nkind = {kind:?}\npath = {path:?}\n");
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}{}", source("jsonl", "a.jsonl"), source("arxiv-snapshot", "b.jsonl")));
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert_eq!(manifest(&starcite.week(WEEK))["bad_values"], json!({"doi": 1, "published": 1, "updated": 1}));
    let told = "b.jsonl, record 1: doi \"none\"; b.jsonl, record 1: updated \"x\"; a.jsonl, record 2: published \"soon\";";
    assert!(ended.line().contains(told), "{}", ended.stderr);
}

#[test]
fn values_of_abstracts_go_with_their_papers() {
    let starcite = Starcite::new();
    starcite.write("s2/papers.jsonl", format!("{}\n", json!({"corpusid": 7, "title": "T", "year": "x", "authors": []})));
    starcite.write("s2/abstracts.jsonl", format!("{}\n", json!({"corpusid": 7, "abstract": ["A."], "openaccessinfo": {"externalids": {"DOI": "none"}}})));
    starcite.write_pipeline("semantic-scholar", "path = \"s2\"");
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert_eq!(manifest(&starcite.week(WEEK))["bad_values"], json!({"abstract": 1, "doi": 1, "year": 1}));
    assert!(ended.stderr.contains("papers.jsonl, record 1: year \"x\"") && ended.stderr.contains("abstracts.jsonl, record 1: "), "{}", ended.stderr);
}

#[test]
fn a_run_is_complete_up_to_as_many_rejects_as_the_pipeline_allows() {
    let bad = |records: usize| of("jsonl", "papers.jsonl", &many(records), "[input]\nmax_rejects = 2");
    for (records, code, told) in [(200, 0, "2 input records were rejected, the first in papers.jsonl, record 100"), (300, 3, "3 input records were rejected")] {
        let ended = bad(records).run(&["--offline"]).with_code(code);
        let limit = if code == 0 { "all are in rejects.parquet; max_rejects = 2 allows that" } else { "max_rejects = 2 does not allow that" };
        assert!(ended.stderr.contains(told) && ended.stderr.contains(limit), "{}", ended.stderr);
    }
    for (share, code) in [("1%", 0), ("0.9%", 3)] {
        let starcite = of("jsonl", "papers.jsonl", &many(300), &format!("[input]\nmax_rejects = {share:?}"));
        starcite.run(&["--offline"]).with_code(code);
        assert_eq!(rows(&starcite.week(WEEK), "rejects").len(), 3);
    }
}

#[test]
fn what_is_cut_off_is_never_allowed() {
    let starcite = of("jsonl", "papers.json", "[{\"id\": \"t:1\"}, {\"id\": \"t:", "[input]\nmax_rejects = \"100%\"");
    let ended = starcite.run(&["--offline"]).with_code(3);
    assert!(ended.line().contains("does not allow that"), "{}", ended.stderr);
}

#[test]
fn a_bad_limit_is_refused_with_its_line_and_what_is_allowed() {
    for limit in ["-1", "\"150%\"", "\"1.5\"", "1.5"] {
        let starcite = of("jsonl", "papers.jsonl", "", &format!("[input]\nmax_rejects = {limit}"));
        let ended = starcite.run(&["--offline"]).with_code(1);
        let line = ended.line();
        assert!(line.contains("pipeline.toml, line 6: ") && line.contains("max_rejects is a number") && line.contains("\"0.5%\""), "{limit}: {line}");
    }
}

#[test]
fn a_count_below_zero_is_a_bad_value_and_a_licence_is_read_in_any_case() {
    let starcite = of("observations", "observed.csv", "repo,date,stars,license\no/n,2026-11-18,-5,mit\n", "");
    let ended = starcite.run(&["--offline"]).with_code(0);
    let repo = &rows(&starcite.week(WEEK), "repos")[0];
    assert_eq!((shown(&repo["stars"]), shown(&repo["license_spdx"])), ("null".to_owned(), "MIT".to_owned()));
    assert!(ended.stderr.contains("stars \"-5\""), "{}", ended.stderr);
    starcite.end(&["verify", "out"]).with_code(0);
}
