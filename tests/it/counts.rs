//! Citation counts from OpenAlex or Semantic Scholar: each paper is requested once, within the limits of the service.

use crate::hf_live::query;
use crate::server::{End, Request, Response, Server, nobody, say};
use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, ended, files};
use crate::tables::{is_complete, manifest, rows};
use serde_json::{Value, json};

const WEEK: &str = "2026-W47";
pub(crate) const KEY: &str = "k3y-m4de-up";
const OPENALEX: &str = "openalex";
const SCHOLAR: &str = "semantic-scholar";

/// Creates a pipeline that counts, and papers that cite `cited` others.
fn counting(source: &str, cited: usize) -> Starcite {
    let starcite = Starcite::new();
    let paper = |at: usize| json!({"id": format!("t:{at:04}"), "title": "On things", "abstract": format!("As in {}.", name(at))}).to_string();
    starcite.write("papers.jsonl", (0..cited).map(paper).collect::<Vec<_>>().join("\n"));
    starcite.write("pipeline.toml", format!("name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[citations]\ncounts = \"{source}\"\n"));
    starcite
}

/// Returns the id of the paper with a number: every third by a DOI.
fn name(at: usize) -> String {
    if at.is_multiple_of(3) { format!("doi:10.1000/p{at}") } else { format!("arXiv:2101.{at:05}") }
}

/// Returns a service's count of the paper with a number; one in five is unknown, one in five has no citations.
fn truth(at: usize) -> Option<u64> {
    match at % 5 {
        0 => None,
        1 => Some(0),
        _ => Some(at as u64 * 7),
    }
}

fn number(id: &str) -> usize {
    id.rsplit(['.', 'p']).next().unwrap().parse().unwrap()
}

impl Starcite {
    fn count(&self, url: &str, args: &[&str]) -> Ended {
        self.count_with(Some(KEY), url, args)
    }

    fn count_with(&self, key: Option<&str>, url: &str, args: &[&str]) -> Ended {
        let own = ["run", "pipeline.toml", "--openalex-url", url, "--semantic-scholar-url", url, "--source-pause-ms", "0"];
        let mut command = self.command(&[&own, args].concat());
        for variable in ["OPENALEX_API_KEY", "SEMANTIC_SCHOLAR_API_KEY"] {
            command.envs(key.map(|key| (variable, key)));
        }
        ended(command.spawn().unwrap())
    }
}

fn openalex_dois(request: &Request) -> Vec<String> {
    let filter = query(request, "filter").replace("%3A", ":").replace("%7C", "|").replace("%2F", "/");
    filter.strip_prefix("doi:").unwrap().split('|').map(str::to_owned).collect()
}

/// Answers as OpenAlex, which returns works in another order than requested.
pub(crate) fn openalex(request: &Request) -> Response {
    assert_eq!((query(request, "api_key"), query(request, "per_page")), (KEY, "100"));
    let dois = openalex_dois(request);
    if dois.len() > 100 {
        return say(400, json!({"error": "Invalid query parameters error.", "message": "Maximum number of values exceeded for doi."}));
    }
    let work = |doi: &String| Some(json!({"doi": format!("https://doi.org/{doi}"), "ids": {}, "cited_by_count": truth(number(doi))?}));
    let works: Vec<Value> = dois.iter().rev().filter_map(work).collect();
    say(200, json!({"meta": {"count": works.len(), "page": 1, "per_page": 100}, "results": works}))
}

fn scholar_ids(request: &Request) -> Vec<String> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    body["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn scholar_paper(id: &str) -> Value {
    let (kind, name) = id.split_once(':').unwrap();
    let ids = if kind == "DOI" { json!({"DOI": name.to_uppercase()}) } else { json!({"ArXiv": name, "DOI": format!("10.48550/arXiv.{name}")}) };
    truth(number(id)).map_or(Value::Null, |count| json!({"paperId": "x", "externalIds": ids, "citationCount": count}))
}

fn scholar(request: &Request) -> Response {
    assert_eq!((request.method.as_str(), request.header("x-api-key")), ("POST", Some(KEY)));
    assert_eq!(request.path, "/graph/v1/paper/batch?fields=citationCount,externalIds");
    let ids = scholar_ids(request);
    if ids.len() > 500 {
        return say(400, json!({"error": "Too many ids"}));
    }
    say(200, Value::from(ids.iter().map(|id| scholar_paper(id)).collect::<Vec<_>>()))
}

/// Asserts that every row has the true count and its source, except the owed ones.
#[track_caller]
fn assert_true(starcite: &Starcite, source: &str, owed: impl Fn(usize) -> bool) {
    for row in rows(&starcite.week(WEEK), "citations") {
        let at = number(row["cited"].as_str().unwrap());
        let expected = if owed(at) { [Value::Null, Value::Null, Value::Null] } else { [json!(truth(at)), json!(source), json!("2026-11-23T12:00:00+00:00")] };
        assert_eq!(["cited_by_count", "cited_by_source", "cited_by_at"].map(|name| row[name].clone()), expected, "{at}");
    }
}

#[test]
fn openalex_is_asked_for_a_hundred_papers_at_a_time_and_its_order_does_not_matter() {
    let server = Server::start(|_, request| openalex(request));
    let starcite = counting(OPENALEX, 250);
    assert_eq!(starcite.count(&server.url, &[]).with_code(0).stderr, "");
    assert_eq!(server.log().iter().map(|request| openalex_dois(request).len()).collect::<Vec<_>>(), [100, 100, 50]);
    assert!(server.log()[0].path.contains("10.48550%2Farxiv.2101.00001"), "{}", server.log()[0].path);
    assert_true(&starcite, "openalex", |_| false);
    let counts = &manifest(&starcite.week(WEEK))["coverage"]["counts"];
    assert_eq!(counts, &json!({"citations": 250, "counted": 200, "unknown_to_source": 50, "not_asked": 0}));
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn semantic_scholar_is_asked_for_five_hundred_papers_at_a_time() {
    let server = Server::start(|_, request| scholar(request));
    let starcite = counting(SCHOLAR, 700);
    starcite.count(&server.url, &[]).with_code(0);
    assert_eq!(server.log().iter().map(|request| scholar_ids(request).len()).collect::<Vec<_>>(), [500, 200]);
    assert_true(&starcite, "semantic_scholar", |_| false);
}

#[test]
fn what_was_answered_is_not_asked_again_before_its_time_and_not_for_a_week_that_has_closed() {
    let server = Server::start(|_, request| openalex(request));
    let mut starcite = counting(OPENALEX, 20);
    starcite.count(&server.url, &[]).with_code(0);
    let before = files(&starcite.week(WEEK));
    server.forget();
    starcite.count(&server.url, &[]).with_code(0);
    starcite.at(MONDAY_OF_W49).count(&server.url, &[]).with_code(0);
    assert!(server.log().is_empty(), "28 days are not over, also where a paper was not known");
    starcite.at("2026-12-28T12:00:00Z").count(&server.url, &[]).with_code(0);
    assert_eq!(server.log().len(), 1, "now they are");
    server.forget();
    starcite.count(&server.url, &["--week", WEEK]).with_code(0);
    assert!(server.log().is_empty() && files(&starcite.week(WEEK)) == before, "an old week keeps its counts");
}

#[test]
fn a_count_that_is_not_older_than_max_age_counts_for_a_later_week() {
    let server = Server::start(|_, request| openalex(request));
    let mut starcite = counting(OPENALEX, 20);
    starcite.count(&server.url, &[]).with_code(0);
    starcite.at(MONDAY_OF_W49).count(&server.url, &[]).with_code(0);
    let counted = |week: &str| rows(&starcite.week(week), "citations").into_iter().map(|row| row["cited_by_count"].clone()).collect::<Vec<_>>();
    assert_eq!(counted("2026-W48"), counted(WEEK));
}

#[test]
fn without_a_key_the_run_is_complete_and_says_once_what_is_missing() {
    let server = Server::start(|_, _| panic!("nobody is asked"));
    for key in [None, Some("  ")] {
        let starcite = counting(OPENALEX, 20);
        let ended = starcite.count_with(key, &server.url, &[]).with_code(0);
        assert!(ended.line().contains("set OPENALEX_API_KEY, or name a key_file"), "{}", ended.stderr);
        assert_true(&starcite, "openalex", |_| true);
        assert!(is_complete(&starcite.week(WEEK)));
    }
}

#[test]
fn offline_nobody_is_asked() {
    let server = Server::start(|_, _| panic!("nobody is asked"));
    let starcite = counting(OPENALEX, 20);
    assert_eq!(starcite.count(&server.url, &["--offline"]).with_code(0).stderr, "");
    assert_true(&starcite, "openalex", |_| true);
}

#[test]
fn a_key_may_stand_in_a_file_beside_the_pipeline() {
    let server = Server::start(|_, request| openalex(request));
    let starcite = counting(OPENALEX, 20);
    let pipeline = std::fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("{pipeline}key_file = \"key.txt\"\n"));
    let missing = starcite.count_with(None, &server.url, &[]).with_code(1);
    assert!(missing.line().contains("key.txt") && missing.line().contains("key_file"), "{}", missing.stderr);
    starcite.write("key.txt", format!("{KEY}\n"));
    starcite.count_with(None, &server.url, &[]).with_code(0);
    assert_true(&starcite, "openalex", |_| false);
}

#[test]
fn a_refused_key_is_an_error_that_names_the_variable_and_never_the_key() {
    for (source, status, variable) in [(OPENALEX, 401, "OPENALEX_API_KEY"), (OPENALEX, 403, "OPENALEX_API_KEY"), (SCHOLAR, 403, "SEMANTIC_SCHOLAR_API_KEY")] {
        let server = Server::start(move |_, _| say(status, json!({"message": format!("Forbidden: {KEY}")})));
        let ended = counting(source, 5).count(&server.url, &[]).with_code(1);
        assert!(ended.line().contains(&format!("refused the key: check {variable}")), "{}", ended.stderr);
        assert!(!ended.stderr.contains(KEY), "{}", ended.stderr);
        assert_eq!(server.log().len(), 1);
    }
}

/// Runs the program against a service that fails in the second batch, and then again without the fault.
fn cut_off(fault: impl Fn() -> Response + Send + Sync + 'static, says: &str) {
    let server = Server::start(move |number, request| if (1..6).contains(&number) { fault() } else { openalex(request) });
    let starcite = counting(OPENALEX, 250);
    let ended = starcite.count(&server.url, &[]).with_code(75);
    assert!(ended.line().contains(says) && ended.line().contains("150 cited papers are not counted"), "{}", ended.stderr);
    assert!(!ended.stderr.contains(KEY), "{}", ended.stderr);
    assert!(!is_complete(&starcite.week(WEEK)));
    let first = openalex_dois(&server.log()[0]);
    let is_owed = |at: usize| first.iter().all(|doi| number(doi) != at);
    assert_true(&starcite, "openalex", is_owed);

    let server = Server::start(|_, request| openalex(request));
    starcite.count(&server.url, &[]).with_code(0);
    assert_eq!(server.log().iter().map(|request| openalex_dois(request).len()).collect::<Vec<_>>(), [100, 50], "what was answered is not asked again");
    assert_true(&starcite, "openalex", |_| false);
}

#[test]
fn an_outage_leaves_the_rest_owed_and_the_next_run_goes_on() {
    cut_off(|| say(500, "oops"), "HTTP 500");
}

#[test]
fn a_body_that_is_cut_every_time_leaves_the_rest_owed() {
    cut_off(|| say(200, json!({"meta": {"count": 0}, "results": []})).until(10, End::Breaks), "OpenAlex did not answer");
}

#[test]
fn a_limit_of_a_day_is_not_waited_for() {
    cut_off(|| say(429, json!({"error": "Rate limit exceeded"})).with("retry-after", 40_000), "wants no request for 667 minutes");
}

#[test]
fn a_limit_that_openalex_calls_forbidden_is_a_limit() {
    cut_off(|| say(403, json!({"error": "Rate limit exceeded", "message": "slow down"})), "HTTP 403: Rate limit exceeded: slow down");
}

#[test]
fn what_is_no_json_leaves_the_rest_owed() {
    cut_off(|| say(200, format!("<html>{KEY}</html>")), "its reply is not JSON");
}

#[test]
fn what_passes_is_asked_for_again_within_the_run() {
    let server = Server::start(|number, request| match number {
        0 => say(429, "").with("retry-after", 1),
        1 => say(500, ""),
        2 => scholar(request).until(20, End::Breaks),
        _ => scholar(request),
    });
    let starcite = counting(SCHOLAR, 20);
    assert_eq!(starcite.count(&server.url, &[]).with_code(0).stderr, "");
    assert_eq!(server.log().len(), 4);
    assert_true(&starcite, "semantic_scholar", |_| false);
}

#[test]
fn nobody_there_leaves_all_owed() {
    let starcite = counting(SCHOLAR, 20);
    let ended = starcite.count(&nobody(), &[]).with_code(75);
    let told = ended.stderr.lines().last().unwrap();
    assert!(told.contains("Semantic Scholar did not answer") && told.contains("20 cited papers"), "{}", ended.stderr);
    assert_true(&starcite, "semantic_scholar", |_| true);
}

#[test]
fn a_batch_of_which_semantic_scholar_knows_no_paper_is_answered() {
    let server = Server::start(|_, _| say(400, json!({"error": "No valid paper ids given"})));
    let starcite = counting(SCHOLAR, 20);
    starcite.count(&server.url, &[]).with_code(0);
    let rows = rows(&starcite.week(WEEK), "citations");
    assert!(rows.iter().all(|row| row["cited_by_count"].is_null() && row["cited_by_source"] == "semantic_scholar"), "{rows:?}");
    starcite.count(&server.url, &[]).with_code(0);
    assert_eq!(server.log().len(), 1);
}

#[test]
fn papers_in_another_order_are_told_apart_by_their_ids() {
    let server = Server::start(|_, request| say(200, Value::from(scholar_ids(request).iter().rev().map(|id| scholar_paper(id)).collect::<Vec<_>>())));
    let starcite = counting(SCHOLAR, 20);
    // A null does not identify its paper.
    let ended = starcite.count(&server.url, &[]).with_code(75);
    assert!(ended.line().contains("4 cited papers are not counted"), "{}", ended.stderr);
    assert_true(&starcite, "semantic_scholar", |at| truth(at).is_none());
}

#[test]
fn a_list_with_places_missing_counts_where_it_has_the_ids_asked_for() {
    let server = Server::start(|_, request| say(200, Value::from(scholar_ids(request).iter().skip(3).map(|id| scholar_paper(id)).collect::<Vec<_>>())));
    let starcite = counting(SCHOLAR, 20);
    starcite.count(&server.url, &[]).with_code(75);
    let missing: Vec<usize> = scholar_ids(&server.log()[0]).iter().take(3).map(|id| number(id)).collect();
    assert_true(&starcite, "semantic_scholar", |at| truth(at).is_none() || missing.contains(&at));
}

#[test]
fn a_paper_that_was_merged_has_another_id_and_its_place() {
    let server = Server::start(|_, request| {
        let merged = |id: &String| json!({"externalIds": {"DOI": format!("10.9999/{}", number(id))}, "citationCount": truth(number(id)).unwrap_or(1)});
        say(200, Value::from(scholar_ids(request).iter().map(merged).collect::<Vec<_>>()))
    });
    let starcite = counting(SCHOLAR, 2);
    starcite.count(&server.url, &[]).with_code(0);
    let counts: Vec<Value> = rows(&starcite.week(WEEK), "citations").iter().map(|row| row["cited_by_count"].clone()).collect();
    assert_eq!(counts, [json!(1), json!(0)]);
}

#[test]
fn counts_that_are_none_are_not_believed() {
    let server = Server::start(|_, request| {
        let counts = [json!(-1), json!("7"), json!(1.5), json!({}), json!(3)];
        let work = |(at, doi): (usize, &String)| json!({"doi": doi, "cited_by_count": counts[at % 5].clone()});
        let works: Vec<Value> = openalex_dois(request).iter().enumerate().map(work).collect();
        say(200, json!({"meta": {"count": works.len()}, "results": works}))
    });
    let starcite = counting(OPENALEX, 10);
    let ended = starcite.count(&server.url, &[]).with_code(75);
    assert!(ended.line().contains("8 cited papers are not counted"), "{}", ended.stderr);
    let counted = rows(&starcite.week(WEEK), "citations").iter().filter(|row| row["cited_by_count"] == 3).count();
    assert_eq!(counted, 2);
}

#[test]
fn works_that_do_not_fit_on_a_page_are_read_from_the_next_and_a_short_list_is_no_answer() {
    // Every work appears twice, the second time with fewer citations.
    let paged = |request: &Request, last: usize| {
        let page: usize = query(request, "page").parse().unwrap();
        let dois = openalex_dois(request);
        let works: Vec<Value> = dois.iter().map(|doi| json!({"doi": doi, "cited_by_count": if page == 1 { 7 } else { 2 }})).collect();
        say(200, json!({"meta": {"count": 2 * dois.len()}, "results": if page > last { Vec::new() } else { works }}))
    };
    let server = Server::start(move |_, request| paged(request, 2));
    let starcite = counting(OPENALEX, 10);
    starcite.count(&server.url, &[]).with_code(0);
    assert_eq!(server.log().len(), 2);
    assert!(rows(&starcite.week(WEEK), "citations").iter().all(|row| row["cited_by_count"] == 7));

    let server = Server::start(|_, _| say(200, json!({"meta": {"count": 5}, "results": []})));
    let starcite = counting(OPENALEX, 10);
    starcite.count(&server.url, &[]).with_code(75);
    assert_true(&starcite, "openalex", |_| true);
}

#[test]
fn one_paper_that_a_service_will_not_be_asked_about_holds_no_other_up() {
    let is_odd = |doi: &String| doi.ends_with("2101.00007");
    let server =
        Server::start(move |_, request| if openalex_dois(request).iter().any(is_odd) { say(400, json!({"error": "Invalid"})) } else { openalex(request) });
    let starcite = counting(OPENALEX, 40);
    starcite.count(&server.url, &[]).with_code(0);
    let rows = rows(&starcite.week(WEEK), "citations");
    let row = rows.iter().find(|row| row["cited"] == "arxiv:2101.00007").unwrap();
    assert_eq!((&row["cited_by_count"], &row["cited_by_source"]), (&Value::Null, &json!("openalex")));
    assert_eq!(rows.iter().filter(|row| row["cited_by_count"].is_number()).count(), 31);
}

#[test]
fn a_service_that_refuses_every_question_is_not_asked_many() {
    let server = Server::start(|_, _| say(400, json!({"error": "Invalid query parameters error.", "message": "nothing is valid"})));
    let ended = counting(OPENALEX, 100).count(&server.url, &[]).with_code(75);
    assert!(ended.line().contains("HTTP 400: Invalid query parameters error.: nothing is valid"), "{}", ended.stderr);
    assert!(server.log().len() < 10, "{}", server.log().len());
}

#[test]
fn a_run_killed_while_it_counts_goes_on_where_it_was() {
    let server = Server::start(|number, request| if number == 1 { Response::Hangs } else { openalex(request) });
    let starcite = counting(OPENALEX, 250);
    let args = ["run", "pipeline.toml", "--openalex-url", &server.url, "--source-pause-ms", "0"];
    let mut child = starcite.command(&args).env("OPENALEX_API_KEY", KEY).spawn().unwrap();
    server.wait_for(2);
    child.kill().unwrap();
    child.wait().unwrap();
    starcite.count(&server.url, &[]).with_code(0);
    assert_eq!(server.log().iter().map(|request| openalex_dois(request).len()).collect::<Vec<_>>(), [100, 100, 100, 50]);
    assert_true(&starcite, "openalex", |_| false);
}

#[test]
fn a_wrong_section_is_told_with_what_is_allowed() {
    for (section, says) in [
        ("counts = \"scopus\"", "`openalex` or `semantic-scholar`"),
        ("max_age = \"28d\"", "there is no key `counts`"),
        ("counts = \"openalex\"\nmax_age = \"28\"", "no age such as"),
        ("counts = \"openalex\"\nkey = \"x\"", "unknown key `key`"),
    ] {
        let starcite = counting(OPENALEX, 1);
        let pipeline = std::fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
        starcite.write("pipeline.toml", pipeline.split("counts").next().unwrap().to_owned() + section);
        let ended = starcite.run(&[]).with_code(1);
        assert!(ended.line().contains(says) && ended.line().contains("line "), "{}", ended.stderr);
    }
}

#[test]
fn the_price_is_told_before() {
    let starcite = counting(OPENALEX, 250);
    let told = starcite.end(&["plan", "pipeline.toml"]).with_code(0).stdout;
    assert!(told.contains("how often 250 papers are cited: 3 requests to OpenAlex"), "{told}");
}
