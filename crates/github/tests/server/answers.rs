use crate::host::{Server, aliases, all_found, ask, asker, at_a_time, names, query, quick, repository, say};
use serde_json::{Value, json};
use starcite_core::Part;
use starcite_core::RepoName;
use starcite_core::answer::{Answer, BatchOutcome, Target};
use std::convert::Infallible;

#[tokio::test]
async fn a_batch_is_one_request_with_the_token_and_our_name() {
    let host = Server::start(|_, request| all_found(request, |_| ()));
    let (lines, report) = ask(&mut asker(&host, Some("geheim"), quick()), names(3)).await;
    assert_eq!(lines, ["o/n0 live o/n0", "o/n1 live o/n1", "o/n2 live o/n2"]);
    assert_eq!((report.stop, report.requests, report.points, report.remaining), (None, 1, 1, Some(4000)));
    let log = host.log();
    let [request] = &log[..] else { panic!("{log:?}") };
    assert_eq!((request.method.as_str(), request.path.as_str(), request.header("authorization")), ("POST", "/graphql", Some("Bearer geheim")));
    let agents: Vec<_> = request.headers.iter().filter(|(name, _)| name == "user-agent").collect();
    assert!(agents.len() == 1 && agents[0].1.starts_with("starcite/"), "{agents:?}");
}

#[tokio::test]
async fn an_unexplained_null_is_asked_again_and_nothing_else_is() {
    let host = Server::start(|number, request| {
        all_found(request, |reply| {
            if number == 0 {
                reply["data"]["r1"] = Value::Null;
                reply["data"]["r2"] = Value::Null;
                reply["errors"] = json!([{"type": "NOT_FOUND", "path": ["r2"], "message": "Could not resolve"}]);
            }
        })
    });
    let (lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(3)).await;
    assert_eq!(lines, ["o/n0 live o/n0", "o/n2 not_found deleted_or_private", "o/n1 live o/n1"]);
    assert_eq!(report.stop, None);
    let asked: Vec<_> = host.log().iter().map(|request| aliases(request).len()).collect();
    assert_eq!(asked, [3, 1]);
}

#[tokio::test]
async fn a_null_that_stays_unexplained_is_given_up_and_never_gone() {
    let host = Server::start(|_, request| all_found(request, |reply| reply["data"]["r0"] = Value::Null));
    let (lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(1)).await;
    assert_eq!((lines, report.requests), (vec!["o/n0 error".to_owned()], 5));
}

#[tokio::test]
async fn a_rename_and_a_block_are_told() {
    let host = Server::start(|_, request| {
        all_found(request, |reply| {
            reply["data"]["r0"]["nameWithOwner"] = json!("Fresh/Home");
            reply["data"]["r1"] = Value::Null;
            reply["errors"] = json!([{"type": "FORBIDDEN", "path": ["r1"], "message": "Repository access blocked"}]);
        })
    });
    let (lines, _) = ask(&mut asker(&host, Some("t"), quick()), names(2)).await;
    assert_eq!(lines, ["o/n0 live Fresh/Home", "o/n1 blocked unspecified"]);
}

#[tokio::test]
async fn what_the_token_may_not_read_over_graphql_is_asked_for_over_rest() {
    let host = Server::start(|_, request| match request.path.as_str() {
        "/repos/o/n0" => say(200, r#"{"id":1,"full_name":"o/n0","license":{"spdx_id":"MIT"},"topics":[]}"#),
        "/repos/o/n1" => say(403, r#"{"message":"Resource not accessible by personal access token"}"#),
        _ => all_found(request, |reply| {
            let forbidden =
                |alias: &str| json!({"type": "FORBIDDEN", "path": [alias, "licenseInfo"], "message": "Resource not accessible by personal access token"});
            reply["errors"] = json!([forbidden("r0"), forbidden("r1")]);
        }),
    });
    let mut licences = Vec::new();
    let keep = |batch: BatchOutcome| {
        licences.extend(batch.answers.into_iter().map(|(wanted, answer)| match answer {
            Answer::Observed(seen) => format!("{} {:?}", wanted.name.path(), seen.facts.license_spdx),
            answer => format!("{} {answer:?}", wanted.name.path()),
        }));
        Ok::<(), Infallible>(())
    };
    let Ok(report) = asker(&host, Some("t"), quick()).ask(Part::Scalars, names(3), std::future::pending(), keep).await;
    licences.sort();
    assert_eq!(licences[0], "o/n0 Some(\"MIT\")");
    assert!(licences[1].contains("Failed") && licences[1].contains("not accessible"), "{licences:?}");
    assert_eq!((&licences[2], report.requests), (&"o/n2 None".to_owned(), 3), "no licence, and it says so");
}

#[tokio::test]
async fn a_part_that_the_token_may_not_read_is_asked_for_once() {
    let host = Server::start(|_, _| {
        let error = json!({"type": "FORBIDDEN", "path": ["nodes", 0, "issues"], "message": "Resource not accessible by personal access token"});
        say(200, json!({"data": {"nodes": [null]}, "errors": [error]}))
    });
    let known = Target { node_id: Some("R_7".to_owned()), ..Target::by_name(RepoName::github("o", "n").unwrap()) };
    let mut told = Vec::new();
    let keep = |batch: BatchOutcome| {
        told.extend(batch.answers.into_iter().map(|(_, answer)| answer));
        Ok::<(), Infallible>(())
    };
    let Ok(report) = asker(&host, Some("t"), quick()).ask(Part::Activity, vec![known], std::future::pending(), keep).await;
    assert!(matches!(&told[..], [Answer::Failed { error, .. }] if error.contains("not accessible")), "{told:?}");
    assert_eq!(report.requests, 1);
}

#[tokio::test]
async fn a_known_repository_is_asked_by_its_id() {
    let host = Server::start(|_, request| {
        assert!(query(request).contains(r#"nodes(ids: ["R_7", "R_8"])"#));
        let moved = repository("moved/on");
        let gone = json!([{"type": "NOT_FOUND", "path": ["nodes", 1], "message": "Could not resolve to a node"}]);
        say(200, json!({"data": {"nodes": [moved, null]}, "errors": gone}))
    });
    let known = |name, id: &str| Target { node_id: Some(id.to_owned()), ..Target::by_name(RepoName::github("o", name).unwrap()) };
    let (lines, _) = ask(&mut asker(&host, Some("t"), quick()), vec![known("a", "R_7"), known("b", "R_8")]).await;
    assert_eq!(lines, ["o/a live moved/on", "o/b not_found deleted_or_private"]);
}

#[tokio::test]
async fn without_a_token_rest_is_asked_one_by_one() {
    let host = Server::start(|_, request| match request.path.as_str() {
        "/repos/o/n0" => say(200, r#"{"id":1,"full_name":"o/n0","stargazers_count":3}"#).with("x-ratelimit-remaining", 59),
        "/repos/o/n1" => say(451, r#"{"message":"Repository access blocked","block":{"reason":"dmca"}}"#),
        _ => say(404, r#"{"message":"Not Found"}"#),
    });
    let (mut lines, report) = ask(&mut asker(&host, None, quick()), names(3)).await;
    lines.sort(); // requests run side by side
    assert_eq!(lines, ["o/n0 live o/n0", "o/n1 blocked dmca", "o/n2 not_found deleted_or_private"]);
    assert_eq!((report.requests, report.points, report.remaining), (3, 0, Some(59)));
    assert!(host.log().iter().all(|request| request.header("authorization").is_none()));
}

#[tokio::test]
async fn what_not_everybody_may_see_is_told_apart_over_graphql() {
    let host = Server::start(|_, request| {
        all_found(request, |reply| {
            for (alias, visibility) in [("r0", json!("PUBLIC")), ("r1", json!("PRIVATE")), ("r2", json!("INTERNAL")), ("r3", json!("SECRET"))] {
                reply["data"][alias]["visibility"] = visibility;
            }
        })
    });
    let (lines, report) = ask(&mut asker(&host, Some("t"), quick()), names(4)).await;
    assert_eq!((lines, report.requests), (["o/n0 live o/n0", "o/n1 not public", "o/n2 not public", "o/n3 not public"].map(str::to_owned).to_vec(), 1));
}

#[tokio::test]
async fn what_not_everybody_may_see_is_told_apart_over_rest() {
    let host = Server::start(|_, request| match request.path.as_str() {
        "/repos/o/n0" => say(200, r#"{"id":1,"full_name":"o/n0","private":false,"visibility":"public"}"#),
        "/repos/o/n1" => say(200, r#"{"id":1,"full_name":"o/n1","private":true}"#),
        "/repos/o/n2" => say(200, r#"{"id":1,"full_name":"o/n2","private":false,"visibility":"internal"}"#),
        _ => say(200, r#"{"id":1,"full_name":"o/n3","private":true,"visibility":"private"}"#),
    });
    let (mut lines, report) = ask(&mut asker(&host, None, quick()), names(4)).await;
    lines.sort(); // requests run side by side
    assert_eq!((lines, report.requests), (["o/n0 live o/n0", "o/n1 not public", "o/n2 not public", "o/n3 not public"].map(str::to_owned).to_vec(), 4));
}

#[tokio::test]
async fn batches_are_as_large_as_was_wished() {
    let host = Server::start(|_, request| all_found(request, |_| ()));
    let options = at_a_time(4);
    let (lines, report) = ask(&mut asker(&host, Some("t"), options), names(10)).await;
    assert_eq!((lines.len(), report.requests), (10, 3));
}

#[tokio::test]
async fn a_name_that_github_cannot_have_is_not_asked() {
    let host = Server::start(|_, request| all_found(request, |_| ()));
    let deep = Target::by_name(RepoName::on_host("git.example.org", &["a", "b", "c"]).unwrap());
    let (lines, report) = ask(&mut asker(&host, Some("t"), quick()), vec![deep]).await;
    assert_eq!((lines, report.requests), (vec!["a/b/c error".to_owned()], 0));
}
