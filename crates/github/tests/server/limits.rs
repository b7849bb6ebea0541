use crate::host::{CLOCK, NOW, Server, all_found, ask, asker, at_a_time, names, quick, say};
use chrono::TimeDelta;
use serde_json::{Value, json};
use starcite_core::answer::Stop;
use starcite_github::AskOptions;
use std::sync::mpsc;

#[tokio::test]
async fn a_limit_with_status_200_keeps_the_data_and_ends_the_sending() {
    let host = Server::start(|_, request| {
        let limited = all_found(request, |reply| {
            reply["data"]["r1"] = Value::Null;
            reply["errors"] = json!([{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]);
        });
        limited.with("x-ratelimit-remaining", 0).with("x-ratelimit-reset", NOW + 900)
    });
    let (lines, report) = ask(&mut asker(&host, Some("t"), at_a_time(2)), names(6)).await;
    assert_eq!(lines, ["o/n0 live o/n0", "o/n1 limit"], "those never asked are not reported");
    let until = CLOCK() + TimeDelta::seconds(900);
    assert_eq!((report.stop, report.reset_at), (Some(Stop::Limited { until }), Some(until)));
    assert_eq!(host.log().len(), 1);
}

#[tokio::test]
async fn the_last_request_of_the_hour_is_not_followed_by_another() {
    let host = Server::start(|_, request| all_found(request, |_| ()).with("x-ratelimit-remaining", 0).with("x-ratelimit-reset", NOW + 60));
    let (lines, report) = ask(&mut asker(&host, Some("t"), at_a_time(2)), names(6)).await;
    assert_eq!(lines, ["o/n0 live o/n0", "o/n1 live o/n1"]);
    assert!(matches!(report.stop, Some(Stop::Limited { .. })));
    assert_eq!(host.log().len(), 1);
}

#[tokio::test]
async fn a_secondary_limit_is_a_limit_for_as_long_as_it_says() {
    let host = Server::start(|_, _| say(403, r#"{"message":"You have exceeded a secondary rate limit"}"#).with("retry-after", 30));
    let mut asker = asker(&host, Some("t"), quick());
    let (lines, report) = ask(&mut asker, names(2)).await;
    assert_eq!(lines, ["o/n0 limit", "o/n1 limit"]);
    assert_eq!(report.stop, Some(Stop::Limited { until: CLOCK() + TimeDelta::seconds(30) }));
    let (lines, _) = ask(&mut asker, names(2)).await;
    assert!(lines.is_empty(), "the gate stays closed: {lines:?}");
    assert_eq!(host.log().len(), 1);
}

#[tokio::test]
async fn a_limit_is_waited_out_if_that_is_wished() {
    let host = Server::start(|number, request| match number {
        0 => say(429, ""),
        _ => all_found(request, |_| ()),
    });
    let mut asker = asker(&host, Some("t"), AskOptions { wait: true, ..quick() });
    let (sender, told) = mpsc::channel();
    asker.on_wait(Box::new(move |until| sender.send(until).unwrap()));
    let (lines, report) = ask(&mut asker, names(1)).await;
    assert_eq!((lines, report.stop), (vec!["o/n0 live o/n0".to_owned()], None));
    assert!(told.try_recv().unwrap() > CLOCK());
}

#[tokio::test]
async fn a_limit_that_never_ends_is_not_waited_for_for_ever() {
    let host = Server::start(|_, _| say(429, ""));
    let (_, report) = ask(&mut asker(&host, Some("t"), AskOptions { wait: true, ..quick() }), names(1)).await;
    assert!(matches!(report.stop, Some(Stop::Limited { .. })));
    assert_eq!(host.log().len(), 5);
}

#[tokio::test]
async fn a_bad_token_is_tried_once() {
    let host = Server::start(|_, _| say(401, r#"{"message":"Bad credentials"}"#));
    let (lines, report) = ask(&mut asker(&host, Some("geheim"), at_a_time(2)), names(9)).await;
    assert_eq!((lines.len(), &report.stop), (0, &Some(Stop::BadToken)));
    assert!(!format!("{report:?}").contains("geheim"));
    assert_eq!(host.log().len(), 1);
}

#[tokio::test]
async fn one_refusal_of_a_token_that_was_good_is_not_believed() {
    let host = Server::start(|number, request| match number {
        1 | 2 => say(401, r#"{"message":"Bad credentials"}"#),
        _ => all_found(request, |_| ()),
    });
    let (lines, report) = ask(&mut asker(&host, Some("geheim"), at_a_time(1)), names(6)).await;
    assert_eq!((lines.len(), report.stop), (6, None));
}

#[tokio::test]
async fn a_token_that_is_revoked_ends_the_run_after_few_tries() {
    let host = Server::start(|number, request| if number == 0 { all_found(request, |_| ()) } else { say(401, r#"{"message":"Bad credentials"}"#) });
    let (lines, report) = ask(&mut asker(&host, Some("geheim"), at_a_time(1)), names(90)).await;
    assert_eq!((lines.len(), report.stop), (1, Some(Stop::BadToken)));
    assert!(host.log().len() <= 1 + 3 * 4, "{}", host.log().len());
}

#[tokio::test]
async fn a_limit_that_no_host_would_name_is_not_believed() {
    let host = Server::start(|_, request| all_found(request, |_| ()));
    for (days, stop) in [(-1, None), (0, Some(TimeDelta::minutes(5))), (2, None), (1_500, None)] {
        let until = CLOCK() + TimeDelta::days(days) + TimeDelta::minutes(5);
        let (_, report) = ask(&mut asker(&host, Some("t"), AskOptions { closed_until: Some(until), ..quick() }), names(1)).await;
        assert_eq!(report.stop, stop.map(|wait| Stop::Limited { until: CLOCK() + wait }), "{days}");
    }
}

#[tokio::test]
async fn the_budget_is_kept() {
    let host = Server::start(|_, request| all_found(request, |_| ()));
    let options = AskOptions { budget: Some(2), ..at_a_time(2) };
    let (lines, report) = ask(&mut asker(&host, Some("t"), options), names(9)).await;
    assert_eq!((lines.len(), report.stop), (5, Some(Stop::BudgetSpent)), "two, then three");
    assert_eq!(host.log().len(), 2);
}
