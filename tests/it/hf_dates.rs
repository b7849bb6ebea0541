//! Hugging Face's daily papers by date: a day, a week, a month or a range, within the limits that it reports.

use crate::hf_live::{entry, query};
use crate::server::{Request, Response, Server, say};
use crate::starcite::{Ended, Starcite, files};
use crate::tables::{column, rows};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const WEEK: &str = "2026-W47";
const DAYS_OF_WEEK: [&str; 7] = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"];

/// Returns the queries to the API, without the page and its size.
fn asked(server: &Server) -> Vec<String> {
    server.log().iter().map(|request| request.path.trim_start_matches("/api/daily_papers?").split('&').next().unwrap().to_owned()).collect()
}

/// Returns the days of a list.
fn days(request: &Request) -> Vec<String> {
    match request.path.trim_start_matches("/api/daily_papers?").split(['=', '&']).next().unwrap() {
        "date" => vec![query(request, "date").to_owned()],
        "week" => DAYS_OF_WEEK.map(str::to_owned).to_vec(),
        "month" => (1..=30).map(|day| format!("{}-{day:02}", query(request, "month"))).collect(),
        other => panic!("{other}"),
    }
}

/// Answers with a paper a day.
fn lists(request: &Request) -> Response {
    say(200, days(request).iter().map(|day| entry(day, 0)).collect::<Value>())
}

fn with_dates(dates: &str) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", &format!("dates = {dates:?}"));
    starcite
}

impl Starcite {
    fn ask(&self, hf: &Server, args: &[&str]) -> Ended {
        let github = Server::start(|_, _| say(404, r#"{"message": "Not Found"}"#));
        self.run(&[&["--hf-url", &hf.url, "--github-url", &github.url, "--source-pause-ms", "0"], args].concat())
    }
}

#[test]
fn a_week_and_a_month_are_asked_for_by_their_own_lists_a_range_day_by_day() {
    let cases: [(&str, Vec<&str>, usize); 5] = [
        ("2026-11-18", vec!["date=2026-11-18"], 1),
        ("2026-W47", vec!["week=2026-W47"], 7),
        ("2026-10", vec!["month=2026-10"], 0),
        ("2026-11-15..2026-11-17", vec!["date=2026-11-15", "date=2026-11-16", "date=2026-11-17"], 2),
        ("2026-W47..2026-W47", DAYS_OF_WEEK.iter().map(|day| &*format!("date={day}").leak()).collect(), 7),
    ];
    for (dates, expected, papers) in cases {
        let server = Server::start(|_, request| lists(request));
        let starcite = with_dates(dates);
        let ended = starcite.ask(&server, &[]).with_code(0);
        assert_eq!((asked(&server), rows(&starcite.week(WEEK), "papers").len()), (expected.into_iter().map(str::to_owned).collect(), papers), "{dates}");
        assert_eq!(ended.stderr.contains("belong to other weeks"), papers == 0, "{dates}: {}", ended.stderr);
    }
}

#[test]
fn a_list_that_is_over_is_asked_for_once_and_serves_every_week_of_it() {
    let server = Server::start(|_, request| lists(request));
    let starcite = with_dates("2026-10");
    starcite.ask(&server, &["--since", "2026-W41", "--week", "2026-W43"]).with_code(0);
    assert_eq!(asked(&server), ["month=2026-10"]);
    assert!(["2026-W41", "2026-W42", "2026-W43"].iter().all(|week| rows(&starcite.week(week), "papers").len() == 7));
    let before = files(&starcite.week("2026-W42"));
    starcite.ask(&server, &["--week", "2026-W42"]).with_code(0);
    assert_eq!(server.log().len(), 1);
    assert!(files(&starcite.week("2026-W42")) == before);
}

#[test]
fn a_month_that_is_not_over_is_asked_for_again() {
    let server = Server::start(|_, request| lists(request));
    let mut starcite = with_dates("2026-11");
    for now in ["2026-11-23T12:00:00Z", "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"] {
        starcite.at(now).ask(&server, &["--week", WEEK]).with_code(0);
    }
    assert_eq!(server.log().len(), 3, "the last one reads what was kept when the month was over");
}

#[test]
fn a_month_has_pages() {
    let server = Server::start(|_, request| {
        let page: usize = query(request, "p").parse().unwrap();
        let one = |at: usize| json!({"paper": {"id": format!("2610.{at:05}"), "title": "T", "submittedOnDailyAt": format!("2026-10-{:02}", 5 + at % 7)}});
        say(200, (page * 100..(page * 100 + 100).min(1_234)).map(one).collect::<Value>())
    });
    let starcite = with_dates("2026-10");
    starcite.ask(&server, &["--week", "2026-W41"]).with_code(0);
    let pages: Vec<String> = server.log().iter().map(|request| query(request, "p").to_owned()).collect();
    assert_eq!(pages, (0..13).map(|page| page.to_string()).collect::<Vec<_>>());
    assert_eq!(rows(&starcite.week("2026-W41"), "papers").len(), 1_234);
}

#[test]
fn what_has_not_begun_is_not_asked_for() {
    let server = Server::start(|_, request| lists(request));
    let starcite = with_dates("2027-01");
    let ended = starcite.ask(&server, &[]).with_code(75);
    assert!(ended.line().contains("2027-01") && ended.line().contains("not begun"), "{}", ended.stderr);
    assert!(server.log().is_empty());
}

#[test]
fn extract_asks_for_dates_and_leaves_nothing_behind() {
    let server = Server::start(|_, request| lists(request));
    let starcite = Starcite::new();
    let extract = |more: &[&str]| starcite.end(&[&["extract", "--hf-url", &server.url, "--source-pause-ms", "0"], more].concat());
    let ended = extract(&["--from", "hf-daily", "--dates", "2026-10", "--kinds", "repo"]).with_code(0);
    assert_eq!((ended.rows().len(), asked(&server)), (30, vec!["month=2026-10".to_owned()]));
    assert_eq!(ended.rows()[0]["repo"], "github.com/o/n1001");
    assert!(files(&starcite.path("")).is_empty());
    for wrong in [&["--dates", "2026-10"][..], &["--from", "hf-daily", "--dates", "2026-10", "x.json"], &["--from", "hf-daily", "--dates", "yesterday"]] {
        let ended = extract(wrong).with_code(2);
        assert!(ended.stderr.starts_with("error:") && ended.stderr.contains("--dates"), "{}", ended.stderr);
    }
}

#[test]
fn extract_says_what_it_could_not_get_and_prints_the_rest() {
    let server = Server::start(|number, request| if number > 1 { say(503, "") } else { lists(request) });
    let starcite = Starcite::new();
    let dates = "2026-10-01..2026-10-05";
    let ended =
        starcite.end(&["extract", "--from", "hf-daily", "--dates", dates, "--hf-url", &server.url, "--source-pause-ms", "0", "--kinds", "repo"]).with_code(75);
    assert_eq!(ended.rows().len(), 2);
    assert!(ended.line().contains("did not answer") && ended.line().contains("again"), "{}", ended.stderr);
}

/// A limit of requests in each window; it counts those beyond.
struct Window {
    begun: Instant,
    used: usize,
}

const WINDOW: Duration = Duration::from_secs(1);
const ALLOWED: usize = 8;

fn limited(request: &Request, window: &Mutex<Window>, violations: &AtomicUsize) -> Response {
    let mut window = window.lock().unwrap();
    if window.begun.elapsed() >= WINDOW {
        *window = Window { begun: Instant::now(), used: 0 };
    }
    window.used += 1;
    let seconds = WINDOW.saturating_sub(window.begun.elapsed()).as_secs_f64().ceil();
    let left = ALLOWED.saturating_sub(window.used);
    let reply = if window.used > ALLOWED {
        violations.fetch_add(1, Ordering::SeqCst);
        say(429, "")
    } else {
        lists(request)
    };
    let reply = reply.with("RateLimit-Policy", format!("\"fixed window\";\"api\";q={ALLOWED};w={}", WINDOW.as_secs()));
    reply.with("RateLimit", format!("\"api\";r={left};t={seconds}"))
}

#[test]
fn a_month_day_by_day_never_asks_beyond_the_limit_that_the_replies_tell() {
    let violations = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&violations);
    let window = Mutex::new(Window { begun: Instant::now(), used: 0 });
    let server = Server::start(move |_, request| limited(request, &window, &counted));
    let starcite = with_dates("2026-10-01..2026-10-31");
    starcite.ask(&server, &["--week", "2026-W42"]).with_code(0);
    assert_eq!((server.log().len(), violations.load(Ordering::SeqCst)), (31, 0));
    assert_eq!(rows(&starcite.week("2026-W42"), "papers").len(), 7);
}

#[test]
fn a_good_reply_that_was_the_last_one_allowed_is_waited_upon() {
    let asked_at = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked_at);
    let server = Server::start(move |number, request| {
        seen.lock().unwrap().push(Instant::now());
        let reply = lists(request);
        if number == 1 { reply.with("RateLimit", "\"burst\";r=0;t=1, \"day\";r=900;t=40000") } else { reply }
    });
    with_dates("2026-11-16..2026-11-18").ask(&server, &[]).with_code(0);
    let asked_at = asked_at.lock().unwrap();
    assert_eq!(asked_at.len(), 3);
    assert!(asked_at[2] - asked_at[1] >= Duration::from_secs(1), "{:?}", asked_at[2] - asked_at[1]);
}

#[test]
fn a_wait_that_is_too_long_is_owed_at_once() {
    let server = Server::start(|number, request| if number == 1 { say(429, "").with("RateLimit", "\"api\";r=0;t=4000") } else { lists(request) });
    let starcite = with_dates("2026-11-16..2026-11-18");
    let ended = starcite.ask(&server, &[]).with_code(75);
    assert!(ended.line().contains("67 minutes") && ended.line().contains("run the same command again"), "{}", ended.stderr);
    assert_eq!((server.log().len(), column(&starcite.week(WEEK), "papers", "paper_id").len()), (2, 1), "what came is kept");
}
