//! Live requests to arXiv's API, from a server that behaves as it does: pages, faults, refusals; at one pace with OAI-PMH.

use crate::hf_live::query;
use crate::oai_files::{paper, reply};
use crate::server::{Request, Response, Server, nobody, say};
use crate::source_atom::{entry, error_entry, feed};
use crate::starcite::{Ended, Starcite, files};
use crate::tables::{column, manifest};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const WEEK: &str = "2026-W47";
/// The dates requested for that week: the week itself and the one before.
const SUBMITTED: &str = "submittedDate:[202611090000 TO 202611222359]";

fn asking(more: &str) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("arxiv-atom", more);
    starcite
}

impl Starcite {
    fn ask_arxiv(&self, url: &str) -> Ended {
        self.run(&["--arxiv-api-url", url, "--source-pause-ms", "0", "--github-url", &nobody()])
    }

    fn ids(&self) -> Vec<String> {
        column(&self.week(WEEK), "papers", "arxiv_id")
    }
}

fn start(request: &Request) -> usize {
    assert_eq!(query(request, "max_results"), "500");
    query(request, "start").parse().unwrap()
}

/// Answers as arXiv with `total` results, each a paper.
fn results(request: &Request, total: usize) -> Response {
    let first = start(request);
    let entries: Vec<String> = (first..total.min(first + 500)).map(|at| entry(&format!("2611.{at:05}"), "See https://example.org/a.")).collect();
    say(200, feed(total, &entries))
}

fn decoded(text: &str) -> String {
    [("%28", "("), ("%29", ")"), ("%3A", ":"), ("%5B", "["), ("%5D", "]"), ("%20", " "), ("%2C", ","), ("%2F", "/")]
        .iter()
        .fold(text.to_owned(), |text, (code, char)| text.replace(code, char))
}

#[test]
fn results_behind_those_that_arxiv_gives_are_owed() {
    let server = Server::start(|_, request| say(200, feed(30_001, &[entry(&format!("2611.{:05}", start(request)), "See https://example.org/a.")])));
    let starcite = asking("search = \"all:code\"");
    let ended = starcite.ask_arxiv(&server.url).with_code(75);
    assert!(ended.stderr.contains("30000 results of a search at most") && ended.stderr.contains("narrow it"), "{}", ended.stderr);
    assert_eq!((server.log().len(), starcite.ids().len()), (60, 60), "what came counts");
}

#[test]
fn a_search_is_read_page_by_page_and_asked_once() {
    let server = Server::start(|_, request| results(request, 1100));
    let starcite = asking("search = \"cat:cs.SE AND abs:github\"");
    starcite.ask_arxiv(&server.url).with_code(0);
    assert_eq!(starcite.ids(), (0..1100).map(|at| format!("2611.{at:05}")).collect::<Vec<_>>());
    let asked = server.log();
    assert_eq!(asked.iter().map(start).collect::<Vec<_>>(), [0, 500, 1000]);
    assert_eq!(decoded(query(&asked[0], "search_query")), format!("(cat:cs.SE AND abs:github) AND {SUBMITTED}"));
    assert_eq!((query(&asked[0], "sortBy"), query(&asked[0], "sortOrder")), ("submittedDate", "ascending"));
    let before = files(&starcite.week(WEEK));
    server.forget();
    starcite.ask_arxiv(&server.url).with_code(0);
    assert!(server.log().is_empty(), "a week that is over is asked about once");
    let differing: Vec<_> = files(&starcite.week(WEEK)).into_iter().filter(|(name, bytes)| before.get(name) != Some(bytes)).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn a_week_that_is_not_over_is_asked_about_again() {
    let server = Server::start(|at, request| results(request, at + 1));
    let mut starcite = asking("");
    starcite.at("2026-11-18T12:00:00Z");
    let run = |starcite: &Starcite| starcite.run(&["--week", WEEK, "--arxiv-api-url", &server.url, "--source-pause-ms", "0", "--github-url", &nobody()]);
    run(&starcite).with_code(0);
    run(&starcite).with_code(0);
    assert_eq!((starcite.ids().len(), decoded(query(&server.log()[1], "search_query"))), (2, SUBMITTED.to_owned()));
}

#[test]
fn an_empty_page_among_results_is_asked_for_again() {
    let server = Server::start(|at, request| if at == 1 { say(200, feed(1100, &[])) } else { results(request, 1100) });
    let starcite = asking("");
    starcite.ask_arxiv(&server.url).with_code(0);
    assert_eq!((starcite.ids().len(), server.log().len()), (1100, 4));
}

#[test]
fn pages_that_stay_empty_are_owed_and_the_next_run_goes_on() {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let server =
        Server::start(|_, request| if start(request) == 500 && !mended.load(Ordering::SeqCst) { say(200, feed(1100, &[])) } else { results(request, 1100) });
    let starcite = asking("");
    let ended = starcite.ask_arxiv(&server.url).with_code(75);
    assert!(ended.line().contains("an empty page from result 500 of 1100 on") && ended.line().contains("run the same command again"), "{}", ended.stderr);
    assert_eq!((starcite.ids().len(), &manifest(&starcite.week(WEEK))["papers_complete"]), (500, &false.into()), "the pages that came count");
    mended.store(true, Ordering::SeqCst);
    server.forget();
    starcite.ask_arxiv(&server.url).with_code(0);
    assert_eq!((starcite.ids().len(), server.log().iter().map(start).collect::<Vec<_>>()), (1100, vec![500, 1000]));
}

#[test]
fn a_page_that_lacks_results_is_told() {
    let server = Server::start(|_, request| match start(request) {
        0 => say(200, feed(501, &[entry("2611.00001", "")])),
        _ => say(200, feed(501, &[entry("2611.00501", "")])),
    });
    let ended = asking("").ask_arxiv(&server.url).with_code(0);
    assert!(ended.stderr.contains("arXiv left out 499 of 501 results"), "{}", ended.stderr);
}

#[test]
fn nothing_that_matches_is_no_error() {
    let server = Server::start(|_, request| results(request, 0));
    let starcite = asking("search = \"all:nonsense\"");
    let ended = starcite.ask_arxiv(&server.url).with_code(0);
    assert!(ended.line().contains("arXiv has no papers that match") && starcite.ids().is_empty(), "{}", ended.stderr);
}

#[test]
fn a_refusal_is_told_in_arxivs_words() {
    let server = Server::start(|_, _| say(400, feed(1, &[error_entry("Invalid field: nonsense")])));
    let ended = asking("search = \"nonsense:x\"").ask_arxiv(&server.url).with_code(1);
    assert!(ended.line().contains("arXiv refused the query (Invalid field: nonsense): check search or ids"), "{}", ended.stderr);
    assert_eq!(server.log().len(), 1);
}

#[test]
fn ids_are_asked_for_by_the_hundred_and_what_arxiv_lacks_is_told() {
    let server = Server::start(|_, request| {
        let ids = decoded(query(request, "id_list"));
        let entries: Vec<String> = ids.split(',').filter(|id| *id != "0808.0539").map(|id| entry(id, "")).collect();
        say(200, feed(entries.len(), &entries))
    });
    let ids: Vec<String> = (0..100).map(|at| format!("2611.{at:05}v2")).chain(["hep-th/9901001".to_owned(), "0808.0539".to_owned()]).collect();
    let starcite = asking(&format!("ids = {ids:?}"));
    let ended = starcite.ask_arxiv(&server.url).with_code(0);
    assert!(ended.line().contains("arXiv does not have 0808.0539"), "{}", ended.stderr);
    assert_eq!((starcite.ids().len(), server.log().len()), (101, 2));
    assert_eq!(decoded(query(&server.log()[1], "id_list")), "hep-th/9901001,0808.0539");
}

#[test]
fn a_server_that_says_when_to_come_back_is_obeyed() {
    let server = Server::start(|at, request| if at == 1 { say(503, "Rate exceeded.").with("Retry-After", 1) } else { results(request, 501) });
    let starcite = asking("");
    starcite.ask_arxiv(&server.url).with_code(0);
    assert_eq!((starcite.ids().len(), server.log().len()), (501, 3));
    assert!(server.pause(1, 2) >= Duration::from_secs(1), "{:?}", server.pause(1, 2));
}

#[test]
fn both_services_of_arxiv_are_asked_at_one_pace() {
    const PAUSE: Duration = Duration::from_millis(300);
    let moments: &'static Mutex<Vec<Instant>> = Box::leak(Box::default());
    let server = Server::start(|_, request| {
        moments.lock().unwrap().push(Instant::now());
        if request.path.contains("verb=ListRecords") {
            say(200, reply(&[paper("2611.00001", "2026-11-18", "")]).replace("1|2", ""))
        } else {
            results(request, 1)
        }
    });
    let starcite = Starcite::new();
    starcite.write(
        "pipeline.toml",
        "name = \"test\"\n[[source]]\nkind = \"arxiv-atom\"\n[[source]]\nkind = \"arxiv-oai\"\n[[source]]\nkind = \"arxiv-atom\"\nids = [\"2611.00001\"]\n",
    );
    let pause = PAUSE.as_millis().to_string();
    let urls = ["--arxiv-api-url", &server.url, "--arxiv-oai-url", &server.url, "--github-url", &nobody()];
    starcite.run(&[&urls[..], &["--source-pause-ms", &pause]].concat());
    let moments = moments.lock().unwrap();
    assert_eq!(moments.len(), 3, "{:?}", server.log());
    // A request may take longer to arrive than the next one.
    assert!(moments.windows(2).all(|pair| pair[1] - pair[0] >= PAUSE.mul_f64(0.8)), "{moments:?}");
}

#[test]
fn a_server_that_sheds_load_is_asked_again_and_nobody_blames_the_question() {
    let server = Server::start(|number, request| if number < 2 { say(406, "") } else { results(request, 1) });
    let starcite = asking("search = \"abs:github\"");
    starcite.ask_arxiv(&server.url).with_code(0);
    assert_eq!((starcite.ids().len(), server.log().len()), (1, 3));
    let shedding = Server::start(|_, _| say(406, "<html>Not acceptable</html>"));
    let ended = asking("search = \"abs:github\"").ask_arxiv(&shedding.url).with_code(75);
    assert!(ended.line().contains("HTTP 406") && !ended.stderr.contains("check search"), "{}", ended.stderr);
    let extract = ["extract", "--from", "arxiv-atom", "--ids", "2611.00001", "--source-pause-ms", "0", "--arxiv-api-url", &shedding.url];
    assert!(Starcite::new().end(&extract).with_code(75).stderr.contains("HTTP 406"));
}

#[test]
fn what_can_not_be_asked_is_refused_before_anybody_is() {
    let told = |more: &str| asking(more).run(&["--arxiv-api-url", &nobody()]).with_code(1).line().to_owned();
    assert!(told("search = \"a\"\nids = [\"2611.00001\"]").contains("search and ids are two queries"));
    assert!(told("ids = [\"2611\"]").contains("\"2611\" is not an arXiv id"));
    assert!(told("search = \"a\"\npath = \"x.xml\"").contains("search is for the source arxiv-atom without a path"));
}

#[test]
fn extract_asks_for_a_search_of_some_days_and_for_ids() {
    let server = Server::start(|_, _| say(200, feed(1, &[entry("2611.00001", "Code: https://github.com/o/n")])));
    let extract = |args: &[&str]| Starcite::new().end(&[&["extract", "--source-pause-ms", "0", "--arxiv-api-url", &server.url], args].concat());
    for args in
        [&["--search", "abs:github", "--dates", "2026-11"][..], &["--search", "abs:github"], &["--dates", "2026-W47"], &["--ids", "2611.00001,2611.00002"]]
    {
        let ended = extract(&[&["--from", "arxiv-atom"], args].concat()).with_code(0);
        assert_eq!(ended.rows()[0]["repo"], "github.com/o/n", "{args:?}");
    }
    let asked: Vec<String> = server.log().iter().map(|request| decoded(request.path.split('&').next().unwrap())).collect();
    let november = "submittedDate:[202611010000 TO 202611302359]";
    let week = "submittedDate:[202611160000 TO 202611222359]";
    assert_eq!(
        asked,
        [
            format!("/?search_query=(abs:github) AND {november}"),
            "/?search_query=abs:github".into(),
            format!("/?search_query={week}"),
            "/?id_list=2611.00001,2611.00002".into()
        ]
    );
    assert!(extract(&["--from", "jsonl", "--search", "x"]).with_code(2).stderr.contains("--search is for --from arxiv-atom"));
    assert!(extract(&["--from", "arxiv-atom", "--filter", "x"]).with_code(2).stderr.contains("--filter is for --from openalex"));
}
