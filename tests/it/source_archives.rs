//! Records of software and data: they tie archives to repositories, releases and papers, and papers that link an archive to its repository.

use crate::github::{all_live, all_names};
use crate::server::Server;
use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, files};
use crate::tables::{column, row, rows, shown};
use needs::shared;
use serde_json::{Map, Value, json};

const WEEK: &str = "2026-W47";

/// Returns a release of `o/n` at Zenodo: record 2, with 1 for all versions.
fn software(updated: &str, related: &Value) -> Value {
    json!({
        "id": 2, "doi": "10.5281/zenodo.2", "conceptdoi": "10.5281/zenodo.1", "updated": updated,
        "metadata": {"title": "o/n: First", "version": "v1", "resource_type": {"type": "software"}, "license": {"id": "MIT"}, "publication_date": "2026-05-01",
            "related_identifiers": related},
    })
}

fn tree() -> Value {
    json!([{"identifier": "https://github.com/o/n/tree/v1", "relation": "isSupplementTo"}, {"identifier": "arXiv:2601.00001", "relation": "isDocumentedBy"}])
}

fn release() -> Value {
    software("2026-05-02T00:00:00+00:00", &tree())
}

/// Returns the same release as DataCite's record.
fn registered() -> Value {
    json!({"id": "10.5281/zenodo.2", "type": "dois", "attributes": {
        "doi": "10.5281/zenodo.2", "types": {"resourceTypeGeneral": "Software"}, "titles": [{"title": "o/n: First"}], "version": "v1", "updated": "2026-05-02T00:00:00Z",
        "rightsList": [{"rightsIdentifier": "mit"}], "dates": [{"date": "2026-05-01", "dateType": "Issued"}],
        "relatedIdentifiers": [
            {"relationType": "IsSupplementTo", "relatedIdentifier": "https://github.com/o/n/tree/v1"},
            {"relationType": "IsVersionOf", "relatedIdentifier": "10.5281/zenodo.1"},
            {"relationType": "IsDocumentedBy", "relatedIdentifier": "arXiv:2601.00001"}],
    }})
}

fn article() -> Value {
    json!({"id": 9, "doi": "10.5281/zenodo.9", "metadata": {"title": "On n", "resource_type": {"type": "publication"}}})
}

/// Returns data of a project that is not a copy of its repository.
fn dataset() -> Value {
    json!({"id": 5, "doi": "10.5281/zenodo.5", "metadata": {"title": "Data", "resource_type": {"type": "dataset"},
        "alternate_identifiers": [{"identifier": "https://github.com/o/data"}]}})
}

/// Runs the program over one input, offline.
fn run(kind: &str, input: &str) -> (Starcite, Ended) {
    let starcite = Starcite::new();
    starcite.write("input", input);
    starcite.write_pipeline(kind, "path = \"input\"");
    let ended = starcite.run(&["--offline"]);
    (starcite, ended)
}

fn archives(kind: &str, input: &str) -> Vec<Map<String, Value>> {
    let (starcite, ended) = run(kind, input);
    ended.with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    rows(&starcite.week(WEEK), "archives")
}

/// Runs papers that link archives, next to records of these.
fn linking(starcite: &Starcite, records: &[Value]) {
    let paper = |id: &str, address: &str| json!({"id": id, "title": id, "abstract": format!("Our code is available at {address}.")});
    let papers =
        [paper("t:all", "https://doi.org/10.5281/zenodo.1"), paper("t:data", "https://zenodo.org/records/5"), paper("t:one", "https://zenodo.org/record/2")];
    let lines = |values: &[Value]| values.iter().map(|value| format!("{value}\n")).collect::<String>();
    starcite.write("papers.jsonl", lines(&papers));
    starcite.write("records.jsonl", lines(records));
    starcite.write_pipeline("jsonl", "path = \"papers.jsonl\"\n[[source]]\nkind = \"zenodo\"\npath = \"records.jsonl\"");
}

#[test]
fn a_record_is_read_from_every_form_of_a_reply() {
    let (record, doi) = (release(), registered());
    let of_lines = archives("zenodo", &format!("{record}\n"));
    let told = |name: &str| shown(&of_lines[0][name]);
    assert_eq!(["archive", "concept", "repo", "release"].map(told), ["doi:10.5281/zenodo.2", "doi:10.5281/zenodo.1", "github.com/o/n", "v1"]);
    assert_eq!(["kind", "version", "license_spdx", "published"].map(told), ["software", "v1", "MIT", "2026-05-01"]);
    assert_eq!((&of_lines[0]["papers"], &of_lines[0]["cited_by"]), (&json!(["arxiv:2601.00001"]), &json!([])));
    let indented = format!("{record:#}");
    for form in [json!({"hits": {"hits": [record], "total": 1}, "links": {}}).to_string(), format!("[{record}]"), indented] {
        assert_eq!(archives("zenodo", &form), of_lines, "{form}");
    }
    let mut of_datacite = of_lines;
    of_datacite[0]["source"] = "datacite".into();
    let single = json!({"data": doi, "included": []});
    let page = json!({"data": [doi], "meta": {"total": 1}, "links": {}}).to_string();
    for form in [format!("{single}\n"), format!("{single:#}"), page.clone(), format!("{page}\n{page}\n"), format!("{doi}\n"), doi["attributes"].to_string()] {
        assert_eq!(archives("datacite", &form), of_datacite, "{form}");
    }
}

#[test]
fn software_and_data_are_no_papers_and_no_rejects() {
    let untied = json!({"id": 3, "doi": "10.5281/zenodo.3", "metadata": {"title": "T", "resource_type": {"type": "software"}}});
    let (starcite, ended) = run("zenodo", &format!("{}\n{}\n{untied}\n", release(), article()));
    let ended = ended.with_code(0);
    assert!(ended.stdout.contains("2 records of software and data"), "{}", ended.stdout);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "papers", "paper_id"), ["doi:10.5281/zenodo.9"]);
    assert_eq!(column(&week, "archives", "archive"), ["doi:10.5281/zenodo.2"], "what is tied to nothing is no row");
    assert!(rows(&week, "repos").is_empty(), "no paper links it");
}

#[test]
fn extract_reads_the_papers_and_says_what_it_leaves_out() {
    let starcite = Starcite::new();
    let mut paper = article();
    paper["metadata"]["description"] = "<p>Code: <a href=\"https://github.com/o/n\">here</a></p>".into();
    let ended = starcite.filter(&["extract", "--from", "zenodo", "-"], &format!("{paper}\n{}\n", release())).with_code(0);
    assert_eq!(shown(&ended.rows()[0]["repo"]), "github.com/o/n");
    assert!(ended.line().contains("1 records of software and data are not papers: `starcite run`"), "{}", ended.stderr);
}

#[test]
fn what_cannot_be_used_is_rejected_and_the_rest_is_read() {
    let no_doi = json!({"id": 3, "metadata": {"resource_type": {"type": "software"}}});
    let (starcite, ended) = run("zenodo", &format!("{no_doi}\n{{\"id\": 4}}\nx\n{}\n", release()));
    ended.with_code(3);
    let reasons = column(&starcite.week(WEEK), "rejects", "reason");
    assert!(reasons[0].contains("no DOI") && reasons[1].contains("no metadata") && reasons[2].contains("invalid JSON"), "{reasons:?}");
    assert_eq!(rows(&starcite.week(WEEK), "archives").len(), 1);
    for (kind, reply) in [("zenodo", r#"{"status": 404, "message": "not found"}"#), ("datacite", r#"{"errors": [{"status": "404"}]}"#)] {
        let (starcite, ended) = run(kind, reply);
        ended.with_code(3);
        assert!(column(&starcite.week(WEEK), "rejects", "reason")[0].contains("a page without"), "{reply}");
    }
}

#[test]
fn a_paper_that_links_an_archive_links_the_repository_whose_code_is_in_it() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &[]);
    linking(&starcite, &[release(), dataset()]);
    starcite.run(&[]).with_code(0);
    assert_eq!(all_names(&server.log()), ["o/n"], "data that belongs to a repository is no copy of it");
    let week = starcite.week(WEEK);
    for paper in ["t:all", "t:one"] {
        let link = row(&week, "links", "paper_id", paper);
        let told = ["kind", "repo", "settled_by", "state", "official"].map(|name| shown(&link[name]));
        assert_eq!(told, ["archive", "github.com/o/n", "archive_record", "live", "true"], "{paper}");
        let ranking = row(&week, "rankings", "paper_id", paper);
        assert_eq!((&ranking["repo"], &ranking["answers"], &ranking["is_citable"]), (&json!("github.com/o/n"), &json!(true), &json!(true)));
        assert!(ranking["reasons"].to_string().contains("of which the paper links an archive"), "{}", ranking["reasons"]);
    }
    let data = row(&week, "links", "paper_id", "t:data");
    assert_eq!((&data["repo"], &data["state"], &data["settled_by"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(row(&week, "repos", "repo", "github.com/o/n")["archived_copy"], "doi:10.5281/zenodo.2");
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn two_archives_of_one_repository_stay_two_links() {
    let starcite = Starcite::new();
    linking(&starcite, &[release()]);
    let text = "Code: https://doi.org/10.5281/zenodo.1, https://doi.org/10.5281/zenodo.2, and https://github.com/o/my tool.";
    starcite.write("papers.jsonl", json!({"id": "t:1", "title": "T", "abstract": text}).to_string());
    starcite.run(&["--offline"]).with_code(0);
    let links = rows(&starcite.week(WEEK), "links");
    let archives: Vec<_> = links.iter().filter(|link| link["repo"] == "github.com/o/n").map(|link| shown(&link["target"])).collect();
    assert_eq!(archives, ["https://doi.org/10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.2"]);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_repository_of_which_there_is_an_archive_is_citable() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &[]);
    linking(&starcite, &[release()]);
    starcite.write("papers.jsonl", json!({"id": "t:1", "title": "T", "abstract": "Code: https://github.com/O/n"}).to_string());
    starcite.run(&[]).with_code(0);
    let ranking = row(&starcite.week(WEEK), "rankings", "paper_id", "t:1");
    assert_eq!(ranking["is_citable"], true);
    assert!(ranking["reasons"].to_string().contains("is_citable: doi:10.5281/zenodo.2 is an archive of it"), "{}", ranking["reasons"]);
    starcite.end(&["rank", "--output", "ranked.parquet", "--format", "parquet"]).with_code(0);
    std::fs::create_dir(starcite.path("anew")).unwrap();
    std::fs::rename(starcite.path("ranked.parquet"), starcite.path("anew/rankings.parquet")).unwrap();
    assert_eq!(rows(&starcite.path("anew"), "rankings"), rows(&starcite.week(WEEK), "rankings"));
}

#[test]
fn an_earlier_week_does_not_know_what_a_record_says_later() {
    let mut starcite = Starcite::new();
    linking(&starcite, &[release()]);
    starcite.run(&["--offline"]).with_code(0);
    let before = files(&starcite.week(WEEK));
    let newer = software("2026-12-01T00:00:00+00:00", &json!([{"identifier": "https://github.com/o/moved/tree/v2", "relation": "isSupplementTo"}]));
    linking(&starcite, &[newer]);
    starcite.at("2026-12-07T12:00:00Z").run(&["--offline"]).with_code(0);
    assert_eq!(column(&starcite.week("2026-W49"), "archives", "repo"), ["github.com/o/moved"]);
    assert_eq!(row(&starcite.week("2026-W49"), "links", "paper_id", "t:one")["repo"], "github.com/o/moved");
    linking(&starcite, &[release()]);
    starcite.run(&["--offline", "--week", WEEK]).with_code(0);
    assert!(before == files(&starcite.week(WEEK)));
}

#[test]
fn a_record_that_ties_an_archive_to_nothing_any_more_ends_what_it_said() {
    let mut starcite = Starcite::new();
    linking(&starcite, &[release()]);
    starcite.run(&["--offline"]).with_code(0);
    linking(&starcite, &[software("2026-11-24T00:00:00+00:00", &json!(null))]);
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    let week = starcite.week("2026-W48");
    assert!(rows(&week, "archives").is_empty());
    assert_eq!(row(&week, "links", "paper_id", "t:one")["repo"], Value::Null);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn of_two_sources_the_one_that_names_a_repository_counts() {
    let mut registered = registered();
    registered["attributes"]["relatedIdentifiers"] = json!([{"relationType": "IsCitedBy", "relatedIdentifier": "10.1000/a"}]);
    registered["attributes"]["updated"] = "2026-06-01T00:00:00Z".into();
    let starcite = Starcite::new();
    starcite.write("datacite", registered.to_string());
    starcite.write("zenodo", release().to_string());
    starcite.write_pipeline("datacite", "path = \"datacite\"\n[[source]]\nkind = \"zenodo\"\npath = \"zenodo\"");
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(["source", "repo"].map(|name| column(&starcite.week(WEEK), "archives", name).join(" ")), ["zenodo", "github.com/o/n"]);
}

#[test]
fn real_hits_of_a_search_tie_four_archives_to_their_releases() {
    let Some(hits) = shared("data/sources/zenodo_search_hits.json") else { return };
    let found = archives("zenodo", &std::fs::read_to_string(hits).unwrap());
    let told: Vec<_> = found.iter().map(|archive| ["archive", "concept", "repo", "release"].map(|name| shown(&archive[name]))).collect();
    let expected = [
        ["doi:10.5281/zenodo.3530884", "doi:10.5281/zenodo.3530883", "github.com/kratzert/ealstm_regional_modeling", "v1.0"],
        ["doi:10.5281/zenodo.3662113", "doi:10.5281/zenodo.3662112", "github.com/opium-sh/prl", "v0.1.0"],
        ["doi:10.5281/zenodo.4738770", "doi:10.5281/zenodo.4738769", "github.com/kratzert/multiple_forcing", "v1.0"],
        ["doi:10.5281/zenodo.824572", "doi:10.5281/zenodo.591889", "github.com/CCS-Lab/easyml", "v0.1.0"],
    ];
    assert_eq!(told, expected);
}

#[test]
fn real_records_become_papers_and_archives() {
    let Some(sources) = shared("data/sources") else { return };
    for (kind, file, papers, repos) in [
        ("zenodo", "zenodo_record.json", 1, [].as_slice()),
        ("zenodo", "zenodo_records.json", 0, &["github.com/thepanacealab/covid19_twitter"]),
        ("zenodo", "zenodo_record_software_legacy.json", 0, &["github.com/front-matter/commonmeta-ruby"]),
        (
            "zenodo",
            "zenodo_search_hits.json",
            4,
            &["github.com/kratzert/ealstm_regional_modeling", "github.com/opium-sh/prl", "github.com/kratzert/multiple_forcing", "github.com/CCS-Lab/easyml"],
        ),
        ("datacite", "datacite_dois.jsonl", 1, &["null", "github.com/kjgarza/frame_experiment_analysis"]),
    ] {
        let file = sources.join(file);
        let (starcite, ended) = run(kind, &std::fs::read_to_string(&file).unwrap());
        ended.with_code(0);
        let week = starcite.week(WEEK);
        assert_eq!((rows(&week, "papers").len(), column(&week, "archives", "repo")), (papers, repos.iter().map(ToString::to_string).collect()), "{file:?}");
    }
}
