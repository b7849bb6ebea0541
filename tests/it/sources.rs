//! Sources of papers: the results of their records, and the pages that document them. The records are made up.

use crate::starcite::Starcite;
use crate::tables::{column, rows, shown};
use needs::shared;
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

const WEEK: &str = "2026-W47";

type Row = Map<String, Value>;

#[test]
fn the_pages_of_the_sources_are_those_of_the_rows() {
    let printed = Starcite::new().end(&["schema", "--sources"]).with_code(0).stdout;
    let kept = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SOURCES.md")).unwrap_or_default();
    assert!(printed == kept, "docs/SOURCES.md is not what the rows say: cargo run --locked -- schema --sources > docs/SOURCES.md");
}

/// Runs one input offline, and asserts that its week's papers are sound.
fn run(kind: &str, input: impl AsRef<[u8]>, code: i32) -> Starcite {
    let starcite = Starcite::new();
    starcite.write("input", input);
    starcite.write_pipeline(kind, "path = \"input\"");
    starcite.run(&["--offline"]).with_code(code);
    starcite.end(&["verify", "out"]).with_code(0);
    starcite
}

fn papers(starcite: &Starcite) -> Vec<Row> {
    rows(&starcite.week(WEEK), "papers")
}

fn rejects(starcite: &Starcite) -> Vec<String> {
    column(&starcite.week(WEEK), "rejects", "reason")
}

/// Runs real records, if they exist; returns the papers, and the number of rejected records.
fn real(kind: &str, file: &str) -> Option<(Vec<Row>, usize)> {
    let file = shared(&format!("data/sources/{file}"))?;
    let starcite = Starcite::new();
    starcite.write_pipeline(kind, &format!("path = {file:?}"));
    let ended = starcite.run(&["--offline"]);
    let rejected = rejects(&starcite).len();
    ended.with_code(if rejected == 0 { 0 } else { 3 });
    starcite.end(&["verify", "out"]).with_code(0);
    Some((papers(&starcite), rejected))
}

const WORKS: [&str; 2] = [
    r#"{"id": "https://openalex.org/W1", "doi": "https://doi.org/10.48550/arxiv.2601.00001", "title": "One", "cited_by_count": 5,
        "updated_date": "2026-11-20T01:02:03.000004", "abstract_inverted_index": {"Code:": [0], "https://github.com/o/n": [1]}}"#,
    r#"{"id": "https://openalex.org/W2", "title": "Two", "cited_by_count": 0, "updated_date": "2026-12-24T00:00:00"}"#,
];

fn lines(records: &[&str]) -> String {
    records.iter().map(|record| format!("{}\n", record.replace('\n', " "))).collect()
}

#[test]
fn works_are_the_same_papers_as_lines_and_as_pages() {
    let of_lines = run("openalex", lines(&WORKS), 0);
    let page = |works: &[&str]| format!("{{\"meta\": {{\"count\": 2, \"next_cursor\": \"x\"}}, \"results\": [{}], \"group_by\": []}}\n", works.join(", "));
    let of_pages = run("openalex", page(&WORKS[..1]) + &page(&WORKS[1..]) + &page(&[]), 0);
    assert_eq!(papers(&of_lines), papers(&of_pages));
    assert_eq!(column(&of_pages.week(WEEK), "papers", "paper_id"), ["arxiv:2601.00001", "openalex:W2"]);
    assert_eq!(column(&of_pages.week(WEEK), "links", "repo"), ["github.com/o/n"]);
}

#[test]
fn a_count_of_citations_is_dated_and_one_that_came_too_late_is_unknown() {
    let papers = papers(&run("openalex", lines(&WORKS), 0));
    let told = |paper: &Row| ["cited_by_count", "cited_by_source", "cited_by_at"].map(|name| shown(&paper[name]));
    assert_eq!(told(&papers[0])[..2], ["5", "openalex"]);
    assert!(told(&papers[0])[2].starts_with("2026-11-20"), "{papers:?}");
    assert_eq!(told(&papers[1]), ["null", "null", "null"], "it was counted after the week's observations had closed");
}

#[test]
fn a_reply_that_is_an_error_is_one_reject() {
    let error = "{\n \"error\": \"Invalid query parameters error.\",\n \"message\": \"no such field\"\n}";
    let found = rejects(&run("openalex", error, 3));
    assert_eq!(found, ["a page without \"results\""]);
}

#[test]
fn real_works_become_papers() {
    let Some((papers, rejected)) = real("openalex", "openalex_works.jsonl") else { return };
    assert_eq!((papers.len(), rejected), (60, 0));
    let arxiv = papers.iter().filter(|paper| !paper["arxiv_id"].is_null()).count();
    let unknown = papers.iter().filter(|paper| paper["abstract"].is_null()).count();
    assert_eq!((arxiv, unknown), (7, 24));
    let (papers, rejected) = real("openalex", "openalex_page.json").unwrap();
    assert_eq!((papers.len(), rejected), (5, 0));
}

#[test]
fn replies_of_semantic_scholar_are_read_in_every_form() {
    let papers = r#"{"paperId": "0a", "corpusId": 1, "title": "One", "citationCount": 2, "influentialCitationCount": 1}, null, {"paperId": "0b", "corpusId": 2, "title": "Two"}"#;
    let forms = [format!("[{papers}]"), format!("{{\"total\": 9, \"offset\": 0, \"data\": [{papers}]}}"), lines(&papers.split(", null, ").collect::<Vec<_>>())];
    for form in forms {
        let starcite = run("semantic-scholar", &form, 0);
        assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["semantic-scholar:1", "semantic-scholar:2"], "{form}");
    }
    assert!(self::papers(&run("semantic-scholar", "{\"total\": 0, \"offset\": 0}", 0)).is_empty());
    assert_eq!(rejects(&run("semantic-scholar", "{\"message\": \"Forbidden\"}", 3)).len(), 1);
}

#[test]
fn a_count_without_a_date_is_dated_by_its_file() {
    let counted = |at: &str| {
        let starcite = Starcite::new();
        let path = starcite.write("input", "{\"paperId\": \"0a\", \"corpusId\": 1, \"title\": \"One\", \"citationCount\": 2}");
        let moment: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
        fs::File::options().append(true).open(path).unwrap().set_modified(moment.into()).unwrap();
        starcite.write_pipeline("semantic-scholar", "path = \"input\"");
        starcite.run(&["--offline"]).with_code(0);
        let papers = papers(&starcite);
        ["cited_by_count", "cited_by_at"].map(|name| shown(&papers[0][name]))
    };
    assert_eq!(counted("2026-11-22T06:07:08Z"), ["2", "2026-11-22T06:07:08+00:00"]);
    assert_eq!(counted("2099-01-01T00:00:00Z"), ["2", "2026-11-23T12:00:00+00:00"], "nothing was told later than now");
}

/// Runs a folder of datasets; returns the papers, and the rejects by file.
fn datasets(files: &[(&str, &[&str])]) -> (Vec<Row>, Vec<(String, String)>) {
    let starcite = Starcite::new();
    for (name, rows) in files {
        starcite.write(&format!("sets/{name}"), lines(rows));
    }
    starcite.write_pipeline("semantic-scholar", "path = \"sets\"");
    let ended = starcite.run(&["--offline"]);
    starcite.end(&["verify", "out"]).with_code(0);
    let rejects: Vec<_> = rows(&starcite.week(WEEK), "rejects").iter().map(|row| (shown(&row["file"]), shown(&row["reason"]))).collect();
    assert_eq!(ended.code, Some(if rejects.is_empty() { 0 } else { 3 }));
    (papers(&starcite), rejects)
}

const PAPERS: &[&str] = &[
    r#"{"corpusid": 1, "externalids": {"DOI": null, "ArXiv": "2601.00001"}, "title": "One", "authors": [], "citationcount": 4}"#,
    r#"{"corpusid": 2, "externalids": {"DOI": "10.1000/b", "ArXiv": null}, "title": "Two", "authors": []}"#,
];

#[test]
fn abstracts_are_joined_to_their_papers_by_corpusid_in_any_order() {
    let abstracts = &[
        r#"{"corpusid": 2, "openaccessinfo": {"externalids": {"DOI": "10.1000/B"}}, "abstract": "Code: https://github.com/o/two"}"#,
        r#"{"corpusid": 1, "openaccessinfo": {"externalids": {"DOI": null}}, "abstract": "Of one."}"#,
    ];
    for names in [["a", "b"], ["b", "a"]] {
        let (papers, rejects) = datasets(&[(names[0], PAPERS), (names[1], abstracts)]);
        assert_eq!(rejects, []);
        let told: Vec<_> = papers.iter().map(|paper| ["paper_id", "title", "abstract"].map(|name| shown(&paper[name]))).collect();
        assert_eq!(told, [["arxiv:2601.00001", "One", "Of one."], ["doi:10.1000/b", "Two", "Code: https://github.com/o/two"]]);
    }
}

#[test]
fn files_of_different_releases_are_told() {
    let abstracts: &[&str] = &[
        r#"{"corpusid": 1, "openaccessinfo": {"externalids": {"ArXiv": "2601.00009"}}, "abstract": "Of another."}"#,
        r#"{"corpusid": 3, "openaccessinfo": {}, "abstract": "Of none."}"#,
        r#"{"corpusid": 2, "openaccessinfo": null, "abstract": "Of two."}"#,
        r#"{"corpusid": 2, "openaccessinfo": null, "abstract": "Of two, changed."}"#,
    ];
    let (papers, rejects) = datasets(&[("abstracts", abstracts), ("papers", PAPERS), ("papers-again", &PAPERS[..1])]);
    assert_eq!(papers.iter().map(|paper| shown(&paper["abstract"])).collect::<Vec<_>>(), ["null", "Of two."]);
    let told = |file: &str, what: &str| rejects.iter().any(|(named, reason)| named.ends_with(file) && reason.contains(what));
    assert!(rejects.len() == 4 && rejects.iter().filter(|(_, reason)| reason.contains("different releases")).count() == 3, "{rejects:?}");
    assert!(told("abstracts", "corpusid 1 is arxiv:2601.00001") && told("abstracts", "no row of `papers` has the corpusid 3"), "{rejects:?}");
    assert!(told("abstracts", "corpusid 2 has another abstract") && told("papers-again", "the same corpusid as an earlier record"), "{rejects:?}");
}

#[test]
fn abstracts_alone_are_no_papers() {
    let starcite = run("semantic-scholar", "{\"corpusid\": 1, \"openaccessinfo\": null, \"abstract\": \"Code: https://github.com/o/n\"}", 3);
    assert!(papers(&starcite).is_empty() && rejects(&starcite)[0].contains("name the files of `papers` too"));
    let links = starcite.end(&["extract", "--from", "semantic-scholar", "input"]).with_code(0).rows();
    assert_eq!(shown(&links[0]["paper_id"]), "semantic-scholar:1");
}

#[test]
fn real_papers_of_semantic_scholar_become_papers() {
    let Some((papers, rejected)) = real("semantic-scholar", "semantic_scholar_papers.jsonl") else { return };
    assert_eq!(papers.len() + rejected, 57);
    assert_eq!(papers.iter().filter(|paper| !paper["arxiv_id"].is_null()).count(), 30);
    for (file, count) in [("semantic_scholar_batch.json", 3), ("semantic_scholar_search.json", 15), ("semantic_scholar_dataset_papers.jsonl", 2)] {
        assert_eq!(real("semantic-scholar", file).unwrap().0.len(), count, "{file}");
    }
}

const REGISTERED: &str = r#"{"DOI": "10.1000/A", "title": ["One"], "abstract": "<jats:p>See <jats:ext-link xlink:href=\"https://github.com/o/seen\">here</jats:ext-link>.</jats:p>",
    "is-referenced-by-count": 2, "indexed": {"date-time": "2026-11-20T00:00:00Z"}, "relation": {"has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.2601.00001"}],
    "is-supplemented-by": [{"id-type": "uri", "id": "https://github.com/o/own"}], "references": [{"id-type": "doi", "id": "10.5281/zenodo.5"}, {"id": "10.1000/b"}],
    "has-review": [{"id": "https://github.com/o/reviews/issues/1"}]}}"#;

#[test]
fn works_of_crossref_are_the_same_papers_in_every_form() {
    let of_lines = run("crossref", lines(&[REGISTERED]), 0);
    let forms = [
        format!(
            "{{\"status\": \"ok\", \"message-type\": \"work-list\", \"message\": {{\"facets\": {{}}, \"items\": [{REGISTERED}], \"items-per-page\": 20}}}}"
        ),
        lines(&[&format!("{{\"status\":\"ok\",\"message-type\":\"work\",\"message\":{REGISTERED}}}")]),
        format!("{{\"items\": [{REGISTERED}]}}"),
    ];
    for form in forms {
        assert_eq!(papers(&run("crossref", &form, 0)), papers(&of_lines), "{form}");
    }
}

#[test]
fn relations_are_links_and_citations_of_a_whole_field() {
    let starcite = run("crossref", lines(&[REGISTERED]), 0);
    let links = rows(&starcite.week(WEEK), "links");
    let told: Vec<_> = links.iter().map(|link| ["target", "field", "start", "role"].map(|name| shown(&link[name]))).collect();
    let expected = [
        ["https://doi.org/10.5281/zenodo.5", "references", "null", "null"],
        ["https://github.com/o/own", "is-supplemented-by", "null", "own"],
        ["https://github.com/o/seen", "abstract", "10", "own"],
    ];
    assert_eq!(told, expected);
    let cited = &rows(&starcite.week(WEEK), "citations")[0];
    assert_eq!(
        ["cited", "field", "start", "raw"].map(|name| shown(&cited[name])),
        ["arxiv:2601.00001", "has-preprint", "null", "https://doi.org/10.48550/arxiv.2601.00001"]
    );
}

#[test]
fn a_link_that_markup_hides_is_found_when_repositories_alone_are_wanted() {
    let starcite = Starcite::new();
    starcite.write("input", lines(&[r#"{"DOI": "10.1000/a", "abstract": "<p>https:&#47;&#47;git<b>hub</b>.com&#47;o&#47;n</p>"}"#]));
    let links = starcite.end(&["extract", "--from", "crossref", "--kinds", "repo", "input"]).with_code(0).rows();
    assert_eq!(shown(&links[0]["repo"]), "github.com/o/n");
}

#[test]
fn real_works_of_crossref_become_papers() {
    let Some((papers, rejected)) = real("crossref", "crossref_works.jsonl") else { return };
    assert_eq!(papers.len() + rejected, 60);
    let abstracts: Vec<_> = papers.iter().filter(|paper| !paper["abstract"].is_null()).map(|paper| shown(&paper["abstract"])).collect();
    assert!(abstracts.len() > 25 && abstracts.iter().all(|text| !text.contains("</") && !text.contains("jats:")), "{abstracts:?}");
    for file in ["crossref_page.json", "crossref_public_data_file.json"] {
        assert_eq!(real("crossref", file).unwrap().0.len(), 20, "{file}");
    }
}

#[test]
fn papers_of_hugging_face_are_read_from_searches_and_single_papers() {
    let paper = r#"{"id": "2601.00001", "title": "One", "upvotes": 3, "githubRepo": "https://github.com/o/n", "githubStars": 7, "publishedAt": "2026-01-01T00:00:00.000Z"}"#;
    for form in [format!("[{{\"paper\": {paper}, \"numComments\": 1}}]"), paper.to_owned(), paper.replace("{\"id\"", "{\n \"id\"")] {
        let starcite = run("hf-search", &form, 0);
        let papers = papers(&starcite);
        assert_eq!(["paper_id", "upvotes", "published"].map(|name| shown(&papers[0][name])), ["arxiv:2601.00001", "3", "2026-01-01"], "{form}");
        let repos = rows(&starcite.week(WEEK), "repos");
        assert_eq!(
            ["repo", "stars", "observed_by", "observed_at"].map(|name| shown(&repos[0][name])),
            ["github.com/o/n", "7", "hf", "2026-11-23T12:00:00+00:00"]
        );
    }
    assert_eq!(rejects(&run("hf-search", "{\"error\": \"Paper not found\"}", 3)), ["neither an id nor a title"]);
}

#[test]
fn figures_of_a_search_do_not_count_for_a_week_that_had_closed() {
    let starcite = Starcite::new();
    starcite.write("input", r#"{"id": "2601.00001", "title": "One", "upvotes": 3, "githubRepo": "https://github.com/o/n", "githubStars": 7}"#);
    starcite.write_pipeline("hf-search", "path = \"input\"");
    starcite.run(&["--offline", "--week", "2026-W40"]).with_code(0);
    let week = starcite.week("2026-W40");
    assert_eq!((column(&week, "papers", "upvotes"), column(&week, "repos", "stars")), (vec!["null".to_owned()], vec!["null".to_owned()]));
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn real_searches_become_papers() {
    let Some((papers, rejected)) = real("hf-search", "hf_paper_search.json") else { return };
    assert_eq!((papers.len(), rejected), (9, 0));
    let (papers, _) = real("hf-search", "hf_paper_search_manyauthors.json").unwrap();
    assert_eq!((papers.len(), papers[0]["authors"].as_array().unwrap().len() > 500), (11, true));
}
