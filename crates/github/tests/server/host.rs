//! Queries and replies of a scripted GitHub, and clients of it.

pub(crate) use fake_github::scripted::{Request, Response, Server, say};

use serde_json::{Value, json};
use starcite_core::Part;
use starcite_core::RepoName;
use starcite_core::answer::{Answer, BatchOutcome, Report, Target};
use starcite_github::{Account, AskOptions, Asker, Client, Clock, Config, Delays};
use std::convert::Infallible;
use std::time::Duration;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const CLOCK: Clock = || chrono::DateTime::from_timestamp(NOW, 0).unwrap();

/// Returns the text of a GraphQL query.
pub(crate) fn query(request: &Request) -> String {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    body["query"].as_str().unwrap().to_owned()
}

/// Returns the alias and the name (`o/n`) of each repository that the query requests by name.
pub(crate) fn aliases(request: &Request) -> Vec<(String, String)> {
    let query = query(request);
    let calls = query.lines().filter_map(|line| line.trim().split_once(": repository(owner: \""));
    let named = calls.filter_map(|(alias, call)| {
        let (owner, rest) = call.split_once("\", name: \"")?;
        Some((alias.to_owned(), format!("{owner}/{}", rest.split_once('"')?.0)))
    });
    named.collect()
}

/// Returns a successful GraphQL reply for everything requested by name, changed by `change`.
pub(crate) fn all_found(request: &Request, change: impl FnOnce(&mut Value)) -> Response {
    let mut reply = json!({"data": {"rateLimit": {"cost": 1, "remaining": 4000}}});
    for (alias, name) in aliases(request) {
        reply["data"][alias] = repository(&name);
    }
    change(&mut reply);
    say(200, reply)
}

/// Returns the scalars of a live repository.
pub(crate) fn repository(name: &str) -> Value {
    json!({
        "nameWithOwner": name, "databaseId": 1, "id": format!("R_{name}"), "isArchived": false, "isDisabled": false, "isEmpty": false,
        "isFork": false, "isTemplate": false, "isMirror": false, "stargazerCount": 5, "forkCount": 0, "createdAt": "2020-01-01T00:00:00Z",
    })
}

pub(crate) fn asker(host: &Server, token: Option<&str>, options: AskOptions) -> Asker {
    Asker::new(client(&host.url, token), options)
}

pub(crate) fn client(url: &str, token: Option<&str>) -> Client {
    let account = token.map_or(Account::Nobody, |token| Account::Token(token.into()));
    made(Config { base_url: url.to_owned(), account, reply_timeout: Duration::from_secs(5), ..Config::default() })
}

#[expect(clippy::disallowed_methods, reason = "the caller makes it")]
pub(crate) fn made(config: Config) -> Client {
    Client::new(config, reqwest::Client::builder().no_proxy()).unwrap()
}

/// Returns options with queries of so many repositories, and waits of milliseconds.
pub(crate) fn at_a_time(size: usize) -> AskOptions {
    let sizes = json!({"scalars": {"size": size, "seconds": 0.1, "cost_ratio": 1.0}});
    AskOptions { sizes: serde_json::from_value(sizes).unwrap(), ..quick() }
}

/// Returns options with waits of milliseconds and a stopped clock.
pub(crate) fn quick() -> AskOptions {
    let short = Duration::from_millis(2);
    AskOptions { clock: CLOCK, delays: Delays { retry: short, connect: short, unsaid_limit: short, ..Delays::default() }, ..AskOptions::default() }
}

/// Returns `o/n0`, `o/n1`, …
pub(crate) fn names(len: usize) -> Vec<Target> {
    (0..len).map(|i| Target::by_name(RepoName::github("o", &format!("n{i}")).unwrap())).collect()
}

/// Requests all of it; each result is one line, such as `o/n0 live o/n0` or `o/n1 limit`.
pub(crate) async fn ask(asker: &mut Asker, wanted: Vec<Target>) -> (Vec<String>, Report) {
    let mut lines = Vec::new();
    let keep = |batch: BatchOutcome| {
        lines.extend(batch.answers.iter().map(|(wanted, answer)| line(wanted, answer)));
        Ok::<(), Infallible>(())
    };
    let Ok(report) = asker.ask(Part::Scalars, wanted, std::future::pending(), keep).await;
    (lines, report)
}

fn line(wanted: &Target, answer: &Answer) -> String {
    let asked = wanted.name.path();
    match answer {
        Answer::Failed { reason, .. } => format!("{asked} {}", reason.as_str()),
        Answer::Detailed(_) | Answer::Stars(_) | Answer::Unchanged => format!("{asked} {answer:?}"),
        Answer::NotPublic(_) => format!("{asked} not public"),
        Answer::Observed(seen) => match seen.state_reason {
            Some(reason) => format!("{asked} {} {}", seen.state.as_str(), reason.as_str()),
            None => format!("{asked} {} {}", seen.state.as_str(), seen.repo.path()),
        },
    }
}
