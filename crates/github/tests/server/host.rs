//! A server that replies according to a test's script and records its requests.

use serde_json::{Value, json};
use starcite_core::Part;
use starcite_core::RepoName;
use starcite_core::answer::{Answer, BatchOutcome, Report, Target};
use starcite_github::{Account, AskOptions, Asker, Client, Clock, Config, Delays};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The status of a server that never answers.
pub(crate) const HANGS: u16 = 0;
pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const CLOCK: Clock = || chrono::DateTime::from_timestamp(NOW, 0).unwrap();

/// A received request: the head in lower case, the body unchanged.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// Returns the text of a GraphQL query.
    pub(crate) fn query(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        body["query"].as_str().unwrap().to_owned()
    }

    /// Returns the alias and the name (`o/n`) of each repository that the query requests by name.
    pub(crate) fn aliases(&self) -> Vec<(String, String)> {
        let query = self.query();
        let calls = query.lines().filter_map(|line| line.trim().split_once(": repository(owner: \""));
        let named = calls.filter_map(|(alias, call)| {
            let (owner, rest) = call.split_once("\", name: \"")?;
            Some((alias.to_owned(), format!("{owner}/{}", rest.split_once('"')?.0)))
        });
        named.collect()
    }
}

/// A reply of the server: status, header lines, body. `None` as the body closes the connection instead.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<String>,
}

pub(crate) fn say(status: u16, body: impl ToString) -> Said {
    Said { status, headers: Vec::new(), body: Some(body.to_string()) }
}

impl Said {
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

/// Returns a successful GraphQL reply for everything requested by name, changed by `change`.
pub(crate) fn all_found(request: &Request, change: impl FnOnce(&mut Value)) -> Said {
    let mut reply = json!({"data": {"rateLimit": {"cost": 1, "remaining": 4000}}});
    for (alias, name) in request.aliases() {
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

pub(crate) struct Host {
    pub(crate) port: u16,
    log: Arc<Mutex<Vec<Request>>>,
}

impl Host {
    /// Starts a server on a free port; `script` receives the number of the request and the request.
    pub(crate) async fn start(script: impl Fn(usize, &Request) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (script, seen) = (Arc::new(script), Arc::clone(&log));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&seen)));
            }
        });
        Self { port, log }
    }

    pub(crate) fn log(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn asker(&self, token: Option<&str>, options: AskOptions) -> Asker {
        Asker::new(client(&self.url(), token), options)
    }
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

async fn serve(mut stream: TcpStream, script: Arc<impl Fn(usize, &Request) -> Said>, log: Arc<Mutex<Vec<Request>>>) {
    while let Some(request) = read(&mut stream).await {
        let number = {
            let mut log = log.lock().unwrap();
            log.push(request.clone());
            log.len() - 1
        };
        let said = script(number, &request);
        if said.status == HANGS {
            std::future::pending::<()>().await;
        }
        let Some(body) = said.body else { return };
        let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", said.status, body.len());
        for (name, value) in said.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(Request { head: head.to_owned(), body: body.to_owned() });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
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
