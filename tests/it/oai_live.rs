//! Harvests OAI-PMH live, from a server that behaves like arXiv's: lists in pages, tokens that expire, waits, weeks.

use crate::hf_live::query;
use crate::oai_files::paper;
use crate::server::{Request, Response, Server, nobody, say};
use crate::starcite::{Ended, Starcite};
use crate::tables::{column, is_complete, row};
use std::sync::atomic::{AtomicBool, Ordering};

const WEEK: &str = "2026-W47";
/// The day on which these tests run.
const TODAY: &str = "2026-11-24";

/// Returns a page of records, answered on a day; a token if the list continues.
fn page(day: &str, records: &[String], token: Option<&str>) -> Response {
    let token = token.map(|token| format!("<resumptionToken>{token}</resumptionToken>")).unwrap_or_default();
    say(200, format!("<OAI-PMH><responseDate>{day}T10:00:00Z</responseDate><ListRecords>{}{token}</ListRecords></OAI-PMH>", records.concat()))
}

fn error(code: &str) -> Response {
    say(200, format!("<OAI-PMH><responseDate>{TODAY}T10:00:00Z</responseDate><error code=\"{code}\">No.</error></OAI-PMH>"))
}

/// Returns the record with a number, changed on a day.
fn changed(number: u32, day: &str) -> String {
    paper(&format!("2611.{number:05}"), day, &format!("As of {day}."))
}

/// Answers with three pages, a record each.
fn three_pages(request: &Request) -> Response {
    match token(request) {
        None => page(TODAY, &[changed(1, "2026-11-16")], Some("a|1")),
        Some("a%7C1") => page(TODAY, &[changed(2, "2026-11-18")], Some("a|2")),
        Some("a%7C2") => page(TODAY, &[changed(3, "2026-11-22")], None),
        Some(_) => error("badResumptionToken"),
    }
}

fn token(request: &Request) -> Option<&str> {
    request.path.split_once("resumptionToken=").map(|(_, token)| token)
}

fn live(more: &str) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("arxiv-oai", more);
    starcite
}

impl Starcite {
    fn harvest(&self, server: &Server) -> Ended {
        self.run(&["--week", WEEK, "--arxiv-oai-url", &server.url, "--source-pause-ms", "0", "--github-url", &nobody()])
    }

    fn papers(&self) -> Vec<String> {
        let mut papers = column(&self.week(WEEK), "papers", "arxiv_id");
        papers.sort();
        papers
    }
}

#[test]
fn a_week_is_harvested_page_by_page_and_asked_for_once() {
    let server = Server::start(|_, request| three_pages(request));
    let starcite = live("set = \"cs\"");
    starcite.harvest(&server).with_code(0);
    assert_eq!(starcite.papers(), ["2611.00001", "2611.00002", "2611.00003"]);
    let asked: Vec<String> = server.log().into_iter().map(|request| request.path).collect();
    assert_eq!(asked[0], "/?verb=ListRecords&metadataPrefix=arXivRaw&from=2026-11-16&until=2026-11-22&set=cs");
    assert_eq!(asked[1..], ["/?verb=ListRecords&resumptionToken=a%7C1", "/?verb=ListRecords&resumptionToken=a%7C2"]);
    server.forget();
    starcite.harvest(&server).with_code(0);
    assert!(server.log().is_empty(), "a complete week is asked for once");
    assert_eq!(starcite.papers().len(), 3);
}

#[test]
fn an_expired_token_begins_the_list_anew_from_the_last_day_and_doubles_nothing() {
    let expired = AtomicBool::new(false);
    let server = Server::start(move |_, request| match token(request) {
        Some("a%7C2") if !expired.swap(true, Ordering::SeqCst) => error("badResumptionToken"),
        None if request.path.contains("from=2026-11-18") => page(TODAY, &[changed(2, "2026-11-18"), changed(3, "2026-11-22")], None),
        _ => three_pages(request),
    });
    let starcite = live("");
    starcite.harvest(&server).with_code(0);
    assert_eq!(starcite.papers(), ["2611.00001", "2611.00002", "2611.00003"]);
    assert!(column(&starcite.week(WEEK), "rejects", "reason").is_empty());
}

#[test]
fn after_a_failure_the_next_run_goes_on_with_the_token() {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let server = Server::start(|_, request| match token(request) {
        Some("a%7C2") if !mended.load(Ordering::SeqCst) => say(503, ""),
        _ => three_pages(request),
    });
    let starcite = live("");
    let ended = starcite.harvest(&server).with_code(75);
    assert!(ended.line().contains("did not answer") && ended.line().contains("run the same command again"), "{}", ended.stderr);
    assert_eq!(starcite.papers().len(), 2, "the pages that came count");
    assert!(!is_complete(&starcite.week(WEEK)));
    server.forget();
    mended.store(true, Ordering::SeqCst);
    starcite.harvest(&server).with_code(0);
    let asked: Vec<Option<String>> = server.log().iter().map(|request| token(request).map(str::to_owned)).collect();
    assert_eq!((asked, starcite.papers().len()), (vec![Some("a%7C2".to_owned())], 3));
}

#[test]
fn a_server_that_says_when_to_come_back_is_obeyed() {
    let server = Server::start(|number, request| if number == 1 { say(503, "").with("Retry-After", 0) } else { three_pages(request) });
    let starcite = live("");
    starcite.harvest(&server).with_code(0);
    assert_eq!((starcite.papers().len(), server.log().len()), (3, 4));
}

#[test]
fn a_week_that_is_not_over_is_asked_about_again_from_the_day_of_the_last_answer() {
    let server = Server::start(|_, request| {
        if request.path.contains("from=2026-11-18") {
            page("2026-11-24", &[changed(1, "2026-11-19"), changed(2, "2026-11-20")], None)
        } else {
            page("2026-11-18", &[changed(1, "2026-11-16")], None)
        }
    });
    let mut starcite = live("");
    starcite.at("2026-11-18T12:00:00Z");
    starcite.harvest(&server).with_code(0);
    starcite.at("2026-11-24T12:00:00Z");
    starcite.harvest(&server).with_code(0);
    assert_eq!(starcite.papers(), ["2611.00001", "2611.00002"]);
    assert_eq!(row(&starcite.week(WEEK), "papers", "arxiv_id", "2611.00001")["abstract"], "As of 2026-11-19.", "the newest record counts");
    assert!(column(&starcite.week(WEEK), "rejects", "reason").is_empty());
}

/// Harvests from a server whose list never ends: a few requests, the received records count, and the next run starts again.
fn leads_to_no_end(most: usize, papers: &[&str], said: &str, script: impl Fn(usize, &Request) -> Response + Send + Sync + 'static) {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let server = Server::start(move |at, request| if mended.load(Ordering::SeqCst) { three_pages(request) } else { script(at, request) });
    let starcite = live("");
    let ended = starcite.harvest(&server).with_code(75);
    assert!(
        ended.stderr.contains("can't be read to its end") && ended.stderr.contains(said) && ended.stderr.contains("tell who keeps the server"),
        "{}",
        ended.stderr
    );
    assert!(server.log().len() <= most, "{} requests", server.log().len());
    if !papers.is_empty() {
        assert_eq!(starcite.papers(), papers, "what came counts");
        assert!(!is_complete(&starcite.week(WEEK)));
    }
    mended.store(true, Ordering::SeqCst);
    starcite.harvest(&server).with_code(0);
    assert_eq!(starcite.papers(), ["2611.00001", "2611.00002", "2611.00003"]);
}

#[test]
fn a_token_that_was_given_before_ends_the_list() {
    let papers = ["2611.00001"];
    leads_to_no_end(2, &papers, "a token that it gave before", |_, _| page(TODAY, &[changed(1, "2026-11-16")], Some("again")));
    let by_turns = |at: usize, _: &Request| page(TODAY, &[changed(1, "2026-11-16")], Some(["a", "b", "c"][at % 3]));
    leads_to_no_end(4, &papers, "a token that it gave before", by_turns);
}

#[test]
fn empty_pages_with_ever_new_tokens_end_the_list() {
    leads_to_no_end(20, &[], "pages without records", |at, _| page(TODAY, &[], Some(&format!("t{at}"))));
    let one_paper = |at: usize, _: &Request| page(TODAY, if at == 0 { vec![changed(1, "2026-11-16")] } else { Vec::new() }.as_slice(), Some(&format!("t{at}")));
    leads_to_no_end(20, &["2611.00001"], "pages without records", one_paper);
    let no_match = |at: usize, _: &Request| {
        say(200, format!("<OAI-PMH><error code=\"noRecordsMatch\"/><ListRecords><resumptionToken>t{at}</resumptionToken></ListRecords></OAI-PMH>"))
    };
    leads_to_no_end(20, &[], "pages without records", no_match);
}

#[test]
fn a_token_that_no_request_can_hold_ends_the_list() {
    leads_to_no_end(1, &["2611.00001"], "a token of 70000 bytes", |_, _| page(TODAY, &[changed(1, "2026-11-16")], Some(&"t".repeat(70_000))));
}

#[test]
fn tokens_that_are_refused_again_and_again_end_the_list() {
    let new_each_time = |at: usize, request: &Request| match token(request) {
        None => page(TODAY, &[changed(1, "2026-11-16")], Some(&format!("t{at}"))),
        Some(_) => error("badResumptionToken"),
    };
    leads_to_no_end(30, &["2611.00001"], "its own tokens", new_each_time);
    let the_same = |_: usize, request: &Request| match token(request) {
        None => page(TODAY, &[changed(1, "2026-11-16")], Some("t")),
        Some(_) => error("badResumptionToken"),
    };
    leads_to_no_end(30, &["2611.00001"], "its own tokens", the_same);
}

#[test]
fn a_datestamp_of_another_time_does_not_end_the_list() {
    let server = Server::start(move |at, request| match (at, token(request)) {
        (0, _) => page(TODAY, &[changed(1, "2026-11-16"), changed(9, "9999-01-01")], Some("a")),
        (1, _) => error("badResumptionToken"),
        _ => three_pages(request),
    });
    let starcite = live("");
    starcite.harvest(&server).with_code(0);
    assert!(server.log()[2].path.contains("from=2026-11-16"), "{:?}", server.log()[2]);
    assert_eq!(starcite.papers(), ["2611.00001", "2611.00002", "2611.00003"]);
}

#[test]
fn a_reply_that_is_no_list_is_owed() {
    let server = Server::start(|number, request| if number == 1 { say(200, "<html>Busy</html>") } else { three_pages(request) });
    let starcite = live("");
    let ended = starcite.harvest(&server).with_code(75);
    assert!(ended.line().contains("no OAI-PMH"), "{}", ended.stderr);
    starcite.harvest(&server).with_code(0);
    assert_eq!(starcite.papers().len(), 3);
}

#[test]
fn a_list_that_an_earlier_run_began_is_read_to_its_end_and_then_what_changed_since() {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let server = Server::start(|_, request| match token(request) {
        None if request.path.contains("from=2026-11-16") => page("2026-11-18", &[changed(1, "2026-11-16")], Some("a")),
        None => page(TODAY, &[changed(3, "2026-11-22")], None),
        Some(_) if mended.load(Ordering::SeqCst) => page(TODAY, &[changed(2, "2026-11-17")], None),
        Some(_) => say(503, ""),
    });
    let mut starcite = live("");
    starcite.at("2026-11-18T12:00:00Z");
    starcite.harvest(&server).with_code(75);
    mended.store(true, Ordering::SeqCst);
    starcite.at("2026-11-24T12:00:00Z");
    server.forget();
    starcite.harvest(&server).with_code(0);
    assert_eq!(starcite.papers(), ["2611.00001", "2611.00002", "2611.00003"]);
    assert!(server.log()[1].path.contains("from=2026-11-18&until=2026-11-22"), "{:?}", server.log());
    assert!(is_complete(&starcite.week(WEEK)));
}

/// Starts a server that has records of these days, by its own clock, and rejects requests for others.
fn of_days(earliest: &'static str, today: &'static str) -> Server {
    Server::start(move |_, request| {
        if request.path.contains("verb=Identify") {
            return say(
                200,
                format!(
                    "<OAI-PMH><responseDate>{today}T10:00:00Z</responseDate><Identify><earliestDatestamp>{earliest}</earliestDatestamp></Identify></OAI-PMH>"
                ),
            );
        }
        let refuse =
            |words: &str| say(200, format!("<OAI-PMH><responseDate>{today}T10:00:00Z</responseDate><error code=\"badArgument\">{words}</error></OAI-PMH>"));
        let (from, until) = (query(request, "from"), query(request, "until"));
        match () {
            () if from > until => refuse("until date must be greater than or equal to from date"),
            () if from < earliest => refuse("start date too early"),
            () if until > today => refuse("until date too late"),
            () if query(request, "set") == "nonsense" => refuse("Set does not exist"),
            () => page(today, &[changed(1, until)], None),
        }
    })
}

#[test]
fn nothing_is_asked_for_that_is_still_to_come() {
    let mut starcite = live("set = \"cs\"");
    starcite.at("2026-11-18T12:00:00Z");
    let server = of_days("2005-09-16", "2026-11-18");
    starcite.harvest(&server).with_code(0);
    assert_eq!(server.log().len(), 1, "{:?}", server.log());
    assert_eq!(row(&starcite.week(WEEK), "papers", "arxiv_id", "2611.00001")["abstract"], "As of 2026-11-18.");
}

#[test]
fn a_server_whose_day_is_another_is_asked_for_its_own() {
    let mut starcite = live("set = \"cs\"");
    starcite.at("2026-11-19T00:30:00Z");
    let server = of_days("2005-09-16", "2026-11-18");
    starcite.harvest(&server).with_code(0);
    assert_eq!(row(&starcite.week(WEEK), "papers", "arxiv_id", "2611.00001")["abstract"], "As of 2026-11-18.");
    let mut monday = live("set = \"cs\"");
    monday.at("2026-11-16T00:30:00Z");
    let ended = monday.harvest(&of_days("2005-09-16", "2026-11-15")).with_code(75);
    assert!(ended.stderr.contains("it is 2026-11-15, and 2026-W47 has not begun"), "{}", ended.stderr);
}

#[test]
fn a_clock_that_is_behind_the_servers_leaves_no_day_out() {
    let mut starcite = live("set = \"cs\"");
    starcite.at("2026-11-18T12:00:00Z");
    let server = of_days("2005-09-16", "2026-11-30");
    starcite.harvest(&server).with_code(0);
    server.forget();
    starcite.at("2026-11-30T12:00:00Z");
    starcite.harvest(&server).with_code(0);
    assert!(server.log()[0].path.contains("from=2026-11-19&until=2026-11-22"), "{:?}", server.log());
    server.forget();
    starcite.harvest(&server).with_code(0);
    assert!(server.log().is_empty(), "the week is complete now");
}

#[test]
fn days_before_the_server_began_are_not_asked_for() {
    let starcite = live("set = \"cs\"");
    let server = of_days("2026-11-18", TODAY);
    starcite.harvest(&server).with_code(0);
    assert_eq!(starcite.papers(), ["2611.00001"]);
    assert!(server.log().last().unwrap().path.contains("from=2026-11-18&until=2026-11-22"), "{:?}", server.log());
    let starcite = live("set = \"cs\"");
    starcite.harvest(&of_days("2026-11-23", TODAY)).with_code(0);
    assert!(starcite.papers().is_empty() && is_complete(&starcite.week(WEEK)));
}

#[test]
fn what_else_a_server_has_against_a_question_is_told_in_its_words() {
    let ended = live("set = \"nonsense\"").harvest(&of_days("2005-09-16", TODAY)).with_code(1);
    assert!(ended.line().contains("badArgument: Set does not exist): check set or format"), "{}", ended.stderr);
}

#[test]
fn a_server_that_sheds_load_is_asked_again_and_its_papers_are_owed() {
    let server = Server::start(|number, request| if number < 2 { say(406, "") } else { three_pages(request) });
    let starcite = live("");
    starcite.harvest(&server).with_code(0);
    assert_eq!((starcite.papers().len(), server.log().len()), (3, 5));
    let ended = live("set = \"cs\"").harvest(&Server::start(|_, _| say(406, "<html>Not acceptable</html>"))).with_code(75);
    assert!(ended.line().contains("HTTP 406") && !ended.stderr.contains("check set"), "{}", ended.stderr);
}

#[test]
fn a_quiet_week_is_complete_and_empty() {
    let server = Server::start(|_, _| error("noRecordsMatch"));
    let starcite = live("");
    starcite.harvest(&server).with_code(0);
    assert!(starcite.papers().is_empty());
    assert!(is_complete(&starcite.week(WEEK)));
}

#[test]
fn a_set_that_does_not_exist_is_said() {
    let server = Server::start(|_, _| error("badArgument"));
    let ended = live("set = \"nonsense\"").harvest(&server).with_code(1);
    assert!(ended.line().contains("badArgument") && ended.line().contains("check set or format"), "{}", ended.stderr);
}
