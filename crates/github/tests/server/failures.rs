use crate::host::{Response, Server, aliases, all_found, ask, asker, at_a_time, client, made, names, query, quick, say};
use serde_json::{Value, json};
use starcite_core::Part;
use starcite_core::answer::{BatchOutcome, Stop};
use starcite_github::{Account, Asker, Config};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

#[tokio::test]
async fn a_query_that_was_too_much_is_halved_and_never_repeated() {
    let host = Server::start(|_, request| match aliases(request).len() {
        4.. => say(502, "<html>"),
        _ => all_found(request, |_| ()),
    });
    let (mut lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(8)).await;
    lines.sort();
    let expected: Vec<String> = (0..8).map(|i| format!("o/n{i} live o/n{i}")).collect();
    assert_eq!((lines, report.stop), (expected, None));
    let mut sizes: Vec<usize> = host.log().iter().map(|request| aliases(request).len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 2, 2, 2, 4, 4, 8]);
}

#[tokio::test]
async fn one_that_is_left_of_many_for_want_of_resources_is_asked_about_alone() {
    let host = Server::start(|_, request| {
        let many = aliases(request).len() > 1;
        all_found(request, |reply| {
            if many {
                reply["data"]["r2"] = Value::Null;
                reply["errors"] = json!([{"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["r2"], "message": "Resource limits for this query exceeded"}]);
            }
        })
    });
    let (mut lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(3)).await;
    lines.sort();
    assert_eq!((lines, report.requests), (vec!["o/n0 live o/n0".to_owned(), "o/n1 live o/n1".to_owned(), "o/n2 live o/n2".to_owned()], 2));
    assert!(query(&host.log()[1]).contains("defaultBranchRef"), "with all its fields");
}

#[tokio::test]
async fn a_host_out_of_order_is_left_alone_before_long() {
    let host = Server::start(|_, _| say(502, "<html>"));
    let (lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(300)).await;
    assert!(matches!(report.stop, Some(Stop::Unreachable { .. })), "{report:?}");
    assert!(lines.iter().all(|line| line.ends_with(" error") || line.ends_with(" unreachable")), "{lines:?}");
    let queries: Vec<String> = host.log().iter().map(|request| request.body.clone()).collect();
    // Fifteen useless replies end the run; three more requests may be under way by then.
    assert!(queries.len() <= 15 + 3, "{}", queries.len());
    assert_eq!(queries.iter().collect::<HashSet<_>>().len(), queries.len(), "a query was repeated as it was");
}

#[tokio::test]
async fn a_broken_reply_is_asked_for_again() {
    let broken = |number: usize| match number {
        0 => say(200, "<html>a proxy</html>"),
        1 => say(200, r#"{"data":{"r0":{"#),
        2 => say(500, ""),
        _ => Response::Closes,
    };
    let host = Server::start(move |number, request| if number < 4 { broken(number) } else { all_found(request, |_| ()) });
    let (lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(1)).await;
    assert_eq!((lines, report.requests), (vec!["o/n0 live o/n0".to_owned()], 5));
}

#[tokio::test]
async fn five_tries_are_enough() {
    let host = Server::start(|_, _| say(500, ""));
    let (lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(2)).await;
    assert_eq!(lines, ["o/n0 error", "o/n1 error"]);
    assert_eq!((report.stop, report.requests), (None, 5));
}

#[tokio::test]
async fn no_connection_ends_the_run() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut asker = Asker::new(client(&format!("http://{unused}"), Some("geheim")), quick());
    let (lines, report) = ask(&mut asker, names(2)).await;
    assert_eq!(lines, ["o/n0 unreachable", "o/n1 unreachable"]);
    let Some(Stop::Unreachable { error }) = report.stop else { panic!("{report:?}") };
    assert!(error.starts_with("no connection") && !error.contains("geheim"), "{error}");
    assert_eq!(report.requests, 3);
}

#[tokio::test]
async fn a_host_that_does_not_exist_ends_the_run() {
    let mut asker = Asker::new(client("https://no-such-host.invalid", None), quick());
    let (_, report) = ask(&mut asker, names(2)).await;
    assert!(matches!(report.stop, Some(Stop::Unreachable { .. })), "{report:?}");
}

#[tokio::test]
async fn a_host_that_does_not_speak_tls_ends_the_run() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let (_, report) = ask(&mut Asker::new(client(&url, Some("geheim")), quick()), names(2)).await;
    assert!(matches!(report.stop, Some(Stop::Unreachable { .. })), "{report:?}");
    assert_eq!(report.requests, 3);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let elsewhere = Server::start(|_, _| say(200, r#"{"id":1,"full_name":"evil/twin"}"#));
    let there = format!("{}/repos/evil/twin", elsewhere.url);
    let host = Server::start(move |_, _| say(301, r#"{"message":"Moved Permanently"}"#).with("location", &there));
    let (lines, report) = ask(&mut asker(&host, None, quick()), names(1)).await;
    assert_eq!((lines, report.requests), (vec!["o/n0 error".to_owned()], 5));
    let with_token = client(&host.url, Some("geheim"));
    let reply = with_token.rest_path("/repos/o/n0", None).await.unwrap();
    assert_eq!((reply.status, with_token.redirect_path(&reply)), (301, None));
    let (lines, _) = ask(&mut asker(&host, Some("geheim"), quick()), names(1)).await;
    assert_eq!(lines, ["o/n0 error"]);
    assert!(elsewhere.log().is_empty(), "neither request nor token went there");
}

#[tokio::test]
async fn a_renamed_repository_is_found_where_the_same_host_points() {
    let host = Server::start(|_, request| match request.path.as_str() {
        "/repositories/7" => say(200, r#"{"id":7,"full_name":"Fresh/home"}"#),
        _ => say(301, r#"{"message":"Moved Permanently"}"#).with("location", "/repositories/7"),
    });
    let (lines, _) = ask(&mut asker(&host, None, quick()), names(1)).await;
    assert_eq!(lines, ["o/n0 live Fresh/home"]);
}

#[tokio::test]
async fn a_renamed_repository_is_found_behind_a_proxy_that_passes_on_what_github_says() {
    let host = Server::start(|_, request| match request.path.as_str() {
        "/repositories/7" => say(200, r#"{"id":7,"full_name":"Fresh/home"}"#),
        _ => say(301, r#"{"message":"Moved Permanently"}"#).with("location", "https://api.github.com/repositories/7"),
    });
    let (lines, report) = ask(&mut asker(&host, None, quick()), names(1)).await;
    assert_eq!((lines, report.requests), (vec!["o/n0 live Fresh/home".to_owned()], 2));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let host = Server::start(|_, request| say(302, "").with("location", request.path.as_str()));
    let (lines, report) = ask(&mut asker(&host, None, quick()), names(1)).await;
    assert_eq!((lines, report.requests), (vec!["o/n0 error".to_owned()], 4));
}

#[tokio::test]
async fn a_shutdown_ends_the_run_after_what_is_under_way() {
    let stop = Arc::new(Notify::new());
    let pulled = Arc::clone(&stop);
    let host = Server::start(move |_, request| {
        pulled.notify_one();
        all_found(request, |_| ())
    });
    let mut asker = asker(&host, Some("t"), at_a_time(2));
    let kept = AtomicUsize::new(0);
    let count = |batch: BatchOutcome| {
        kept.fetch_add(batch.answers.len(), Ordering::Relaxed);
        Ok::<(), std::convert::Infallible>(())
    };
    let Ok(report) = asker.ask(Part::Scalars, names(9), async { stop.notified().await }, count).await;
    assert_eq!((report.stop, kept.into_inner()), (Some(Stop::Interrupted), 2));
    assert_eq!(host.log().len(), 1);
}

#[tokio::test]
async fn a_database_that_fails_ends_it_all() {
    let host = Server::start(|_, request| all_found(request, |_| ()));
    let mut asker = asker(&host, Some("t"), at_a_time(2));
    let ended = asker.ask(Part::Scalars, names(9), std::future::pending(), |_| Err("disk full")).await;
    assert_eq!(ended.unwrap_err(), "disk full");
    assert_eq!(host.log().len(), 1);
}

#[tokio::test]
async fn a_body_without_end_is_not_kept_in_memory() {
    let host = Server::start(|_, _| say(200, "x".repeat((16 << 20) + 1)));
    let reply = client(&host.url, None).rest_path("/", None).await;
    assert_eq!(reply.unwrap_err(), starcite_github::Unreachable::TooLarge);
}

#[tokio::test]
async fn a_query_without_a_reply_is_not_repeated_as_it_was() {
    let host = Server::start(|_, _| Response::Hangs);
    let config = Config { base_url: host.url.clone(), account: Account::Token("t".into()), reply_timeout: Duration::from_millis(50), ..Config::default() };
    let mut asker = Asker::new(made(config), quick());
    let (mut lines, _) = ask(&mut asker, names(2)).await;
    lines.sort();
    assert_eq!(lines, ["o/n0 error", "o/n1 error"]);
    let queries: HashSet<String> = host.log().into_iter().map(|request| request.body).collect();
    assert_eq!((queries.len(), host.log().len()), (5, 5), "both, each, and each with fewer fields");
}

#[tokio::test]
async fn a_run_can_move_to_another_thread() {
    let host = Server::start(|_, request| all_found(request, |_| ()));
    let mut asker = asker(&host, Some("t"), quick());
    let run = tokio::spawn(async move {
        let keep = |_| Ok::<(), std::convert::Infallible>(());
        asker.ask(Part::Scalars, names(1), std::future::pending(), keep).await
    });
    let Ok(report) = run.await.unwrap();
    assert_eq!(report.stop, None);
}
