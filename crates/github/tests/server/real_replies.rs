//! Tests real replies of GitHub's REST API, in `../shared` next to the project. Without it these tests report that they are skipped.

use crate::host::CLOCK;
use serde_json::Value;
use starcite_core::Part;
use starcite_core::RepoName;
use starcite_core::answer::Target;
use starcite_github::Reply;
use starcite_github::verdict::{self, Next, Outcome, Verdict};

fn recorded(file: &str) -> Vec<Value> {
    let Some(path) = needs::shared("data/github") else { return Vec::new() };
    let text = std::fs::read_to_string(path.join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns a recorded reply; its headers are a list of pairs in Python's notation.
fn reply(status: u16, headers: &Value, body: &Value) -> Reply {
    let pairs = headers.as_str().unwrap().split("('").filter_map(|pair| pair.split_once("', '"));
    let header = |(name, rest): (&str, &str)| Some((name.parse().ok()?, rest.split_once("')")?.0.parse().ok()?));
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    Reply { status, headers: pairs.filter_map(header).collect(), body: body.into_bytes() }
}

fn judged(reply: &Reply, name: &str, part: Part) -> Verdict {
    let wanted = Target { etag: Some("\"seen before\"".to_owned()), ..Target::by_name(RepoName::parse(name).unwrap()) };
    verdict::rest(reply, &wanted, part, CLOCK())
}

#[test]
fn every_recorded_repository_is_read_with_its_figures() {
    for recorded in recorded("rest_repository_replies.jsonl") {
        let payload = match &recorded["payload"] {
            Value::String(text) => serde_json::from_str(text).unwrap(),
            payload => payload.clone(),
        };
        let name = payload["full_name"].as_str().unwrap();
        let verdict = judged(&reply(200, &recorded["response_headers"], &payload), name, Part::Scalars);
        if payload["private"] == true {
            assert_eq!(verdict.outcomes, [(0, Outcome::NotPublic)], "{name}");
            continue;
        }
        let [(0, Outcome::Found(seen))] = verdict.outcomes.as_slice() else { panic!("{name}: {verdict:?}") };
        assert_eq!(seen.repo_id, payload["id"].as_i64(), "{name}");
        assert_eq!(seen.facts.stars.map(Value::from), payload.get("stargazers_count").cloned(), "{name}");
        assert_eq!(seen.facts.is_archived.map(Value::from), payload.get("archived").cloned(), "{name}");
        assert_eq!(seen.facts.is_fork.map(Value::from), payload.get("fork").cloned(), "{name}");
        assert!(verdict.rate.remaining.is_some(), "{name}: {:?}", recorded["response_headers"]);
    }
}

#[test]
fn every_recorded_refusal_means_what_it_says_and_none_is_a_repository() {
    for recorded in recorded("rest_error_replies.jsonl") {
        let status = recorded["status"].as_u64().unwrap();
        let reply = reply(u16::try_from(status).unwrap(), &recorded["headers"], &recorded["body"]);
        let text = String::from_utf8_lossy(&reply.body).to_lowercase();
        let verdict = judged(&reply, "o/n", Part::Scalars);
        let outcome = verdict.outcomes.first().map(|(_, outcome)| outcome);
        let as_expected = match status {
            301 | 302 => verdict.next == Next::Redirected,
            401 => matches!(verdict.next, Next::BadToken(_)),
            // A 404 without a message, such as a proxy's, is not believed.
            404 => (outcome == Some(&Outcome::NotFound)) == text.contains("\"message\""),
            403 if text.contains("abuse") || text.contains("rate limit exceeded") => matches!(verdict.next, Next::Limited(_)),
            500.. => matches!(verdict.next, Next::Retry(_)),
            304 => judged(&reply, "o/n", Part::Stars).outcomes == [(0, Outcome::Unchanged)],
            // Replies to other requests: useless here, and never an answer.
            _ => !matches!(outcome, Some(Outcome::Found(_) | Outcome::NotFound)),
        };
        assert!(as_expected, "HTTP {status} {}: {text} {verdict:?}", recorded["path"]);
    }
}
