//! Handles a request: limit, answer, time, fault, log.

use crate::faults::{Fault, lose_one};
use crate::limits::{Api, Gauge, Refusal};
use crate::log::Log;
use crate::{Config, Summary, World, graphql, rest};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// The longest time of a query; a longer one is ended.
const LONGEST: Duration = Duration::from_secs(10);

/// The state that all requests share.
struct Shared {
    config: Config,
    world: World,
    gauge: Gauge,
    log: Log,
    base: String,
}

/// A server on its own runtime, which ends when this is dropped.
pub struct FakeGithub {
    shared: Arc<Shared>,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl FakeGithub {
    /// Starts a server.
    ///
    /// # Errors
    /// If the port is taken.
    pub fn start(config: Config) -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", config.port))?;
        let address = listener.local_addr()?;
        let (world, gauge) = (World::new(config.seed), Gauge::new(config.limits.clone()));
        let shared = Arc::new(Shared { config, world, gauge, log: Log::default(), base: format!("http://{address}") });
        let mut server = Self { shared, address, runtime: None };
        server.serve(listener)?;
        Ok(server)
    }

    fn serve(&mut self, listener: std::net::TcpListener) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let app = axum::Router::new().fallback(answer).with_state(Arc::clone(&self.shared));
        listener.set_nonblocking(true)?;
        let _inside = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        runtime.spawn(async move { axum::serve(listener, app).await });
        self.runtime = Some(runtime);
        Ok(())
    }

    /// Returns the server's URL.
    pub fn url(&self) -> &str {
        &self.shared.base
    }

    /// Returns its repositories.
    pub fn world(&self) -> &World {
        &self.shared.world
    }

    /// Returns the figures so far.
    pub fn summary(&self) -> Summary {
        self.shared.log.summary()
    }

    /// Clears the figures, not the limits.
    pub fn forget(&self) {
        self.shared.log.reset();
    }

    /// Breaks every connection and refuses new ones for a while; returns when the server is up again.
    ///
    /// # Errors
    /// If the port was taken meanwhile.
    pub fn refuse(&mut self, pause: Duration) -> std::io::Result<()> {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
        std::thread::sleep(pause);
        let listener = std::net::TcpListener::bind(self.address)?;
        self.serve(listener)
    }
}

impl Drop for FakeGithub {
    fn drop(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

/// A reply before it is sent.
struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn say(status: u16, body: &Value) -> Reply {
    Reply { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 4 << 20).await.unwrap_or_default();
    let path = head.uri.path();
    if path.starts_with("/_") {
        return control(&shared, path);
    }
    let started = Instant::now();
    let under_way = shared.log.came();
    let api = if path.ends_with("/graphql") { Api::Graphql } else { Api::Rest };
    let fault = shared.config.faults.of(under_way.number, shared.config.seed);
    let (reply, pause) = shared.reply(api, path, head.uri.query().unwrap_or_default(), &head.headers, &body, under_way.at_once, fault);
    tokio::time::sleep(pause).await;
    if api == Api::Graphql {
        shared.gauge.worked(started.elapsed());
        shared.log.worked(started.elapsed());
    }
    response(reply, fault, &shared)
}

impl Shared {
    /// Returns the reply to a request, and its response time.
    #[expect(clippy::too_many_arguments, reason = "the parts of one request")]
    fn reply(&self, api: Api, path: &str, query: &str, headers: &HeaderMap, body: &Bytes, at_once: u64, fault: Option<Fault>) -> (Reply, Duration) {
        let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()?.split_once(' ')).map(|(_, token)| token);
        if path.ends_with("/access_tokens") {
            return (self.app_token(bearer), Duration::ZERO);
        }
        if bearer.is_some_and(|token| token != self.config.token) || (api == Api::Graphql && bearer.is_none()) {
            return (say(401, &json!({"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"})), Duration::ZERO);
        }
        let most = match (api, bearer) {
            (Api::Graphql, _) => self.config.limits.points,
            (Api::Rest, Some(_)) => self.config.limits.rest,
            (Api::Rest, None) => self.config.limits.rest_anonymous,
        };
        if let (Some(refusal), known) = self.gauge.check(api, most, at_once) {
            self.log.note(|summary| {
                summary.refused += 1;
                summary.sent_while_forbidden += u64::from(known);
            });
            return (self.refused(api, refusal, most), Duration::ZERO);
        }
        let (mut reply, pause) = match self.spoil(fault) {
            Some(spoilt) => spoilt,
            None if api == Api::Graphql => self.graphql(body, most, fault),
            None => (self.rest(path, query, headers, fault), Duration::from_micros(self.config.latency.base_us)),
        };
        self.add_rate(&mut reply, api, most, fault);
        (reply, pause)
    }

    fn graphql(&self, body: &Bytes, most: u64, fault: Option<Fault>) -> (Reply, Duration) {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = request["query"].as_str().unwrap_or_default();
        let (left, reset) = self.gauge.left(Api::Graphql, most);
        let rate_limit = |cost: u64| {
            let remaining = left.saturating_sub(cost);
            json!({"cost": cost, "limit": most, "remaining": remaining, "used": most - remaining, "resetAt": reset.to_rfc3339()})
        };
        let answer = match graphql::execute(text, &self.world, rate_limit, self.config.faults.most_fields) {
            Ok(answer) => answer,
            Err(message) => return (say(200, &json!({"errors": [{"message": message}]})), Duration::ZERO),
        };
        let latency = self.config.latency;
        let pause = latency.base_us + latency.repository_us * answer.repositories + latency.connection_us * answer.connections;
        let pause = Duration::from_micros(pause);
        if pause > LONGEST {
            self.spend(Api::Graphql, answer.points * 2);
            return (Reply { status: 502, headers: Vec::new(), body: b"<html>502 Bad Gateway</html>".to_vec() }, LONGEST);
        }
        self.spend(Api::Graphql, answer.points);
        let mut reply = json!({ "data": answer.data });
        if !answer.errors.is_empty() {
            reply["errors"] = answer.errors.into();
        }
        match fault {
            Some(Fault::LostAlias) => lose_one(&mut reply),
            Some(Fault::Reset | Fault::Truncated) => {}
            _ => self.log.answered(answer.answered, answer.selection),
        }
        (say(200, &reply), pause)
    }

    fn rest(&self, path: &str, query: &str, headers: &HeaderMap, fault: Option<Fault>) -> Reply {
        let if_none_match = headers.get("if-none-match").and_then(|value| value.to_str().ok());
        let (status, headers, body) = rest::get(path, query, if_none_match, &self.world, &self.base, chrono::Utc::now().timestamp());
        if status != 304 {
            self.spend(Api::Rest, 1);
            if !matches!(fault, Some(Fault::Reset | Fault::Truncated)) {
                self.log.answered(vec![format!("{path}?{query}")], 0);
            }
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        Reply { status, headers, body }
    }

    fn spend(&self, api: Api, cost: u64) {
        self.gauge.spend(api, cost);
        self.log.note(|summary| if api == Api::Graphql { summary.points += cost } else { summary.rest_requests += cost });
    }

    fn app_token(&self, bearer: Option<&str>) -> Reply {
        if bearer.is_none_or(|jwt| jwt.split('.').count() != 3) {
            return say(401, &json!({"message": "A JSON web token could not be decoded"}));
        }
        let expires_at = (chrono::Utc::now() + chrono::TimeDelta::hours(1)).to_rfc3339();
        say(201, &json!({"token": self.config.token, "expires_at": expires_at, "permissions": {"metadata": "read"}}))
    }

    fn refused(&self, api: Api, refusal: Refusal, most: u64) -> Reply {
        let secondary = json!({"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", "status": "403"});
        let mut reply = match (refusal, api) {
            (Refusal::Primary, Api::Graphql) => say(200, &json!({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}]})),
            (Refusal::Primary, Api::Rest) => say(403, &json!({"message": "API rate limit exceeded for user ID 1.", "status": "403"})),
            (Refusal::Secondary, _) => say(403, &secondary),
        };
        if refusal == Refusal::Secondary {
            reply.headers.push(("retry-after", self.config.limits.retry_after_seconds.to_string()));
        }
        self.add_rate(&mut reply, api, most, None);
        reply
    }

    fn add_rate(&self, reply: &mut Reply, api: Api, most: u64, fault: Option<Fault>) {
        let (left, reset) = self.gauge.left(api, most);
        let garbage = fault == Some(Fault::GarbageHeaders);
        let or_garbage = |value: String, garbage_value: &str| if garbage { garbage_value.to_owned() } else { value };
        reply.headers.extend([
            ("x-ratelimit-limit", or_garbage(most.to_string(), "-5")),
            ("x-ratelimit-remaining", or_garbage(left.to_string(), "many")),
            ("x-ratelimit-used", or_garbage((most - left.min(most)).to_string(), "")),
            ("x-ratelimit-reset", or_garbage(reset.timestamp().to_string(), "99999999999999999999")),
            ("x-ratelimit-resource", if api == Api::Graphql { "graphql" } else { "core" }.to_owned()),
        ]);
    }

    /// Returns the reply of a fault that does not depend on the world, if this is one.
    fn spoil(&self, fault: Option<Fault>) -> Option<(Reply, Duration)> {
        let plain = |status: u16, body: &[u8]| Reply { status, headers: Vec::new(), body: body.to_vec() };
        let secondary = |status: u16| {
            self.gauge.refuse();
            let mut reply = say(status, &json!({"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}));
            reply.headers.push(("retry-after", self.config.limits.retry_after_seconds.to_string()));
            reply
        };
        let fault = fault?;
        self.log.note(|summary| summary.faults += 1);
        let reply = match fault {
            Fault::Error500 => plain(500, b""),
            Fault::Error503 => plain(503, b"<html>Unicorn!</html>"),
            Fault::Malformed => plain(200, br#"{"data":{"r0":{"id":"#),
            Fault::Html => plain(200, b"<!DOCTYPE html><html>Sign in to the network</html>"),
            Fault::SecondaryOn200 => secondary(200),
            Fault::SecondaryOn403 => secondary(403),
            Fault::SecondaryOn429 => secondary(429),
            Fault::Large => plain(200, &vec![b' '; self.config.faults.large_bytes]),
            Fault::Redirect => Reply { status: 302, headers: vec![("location", self.config.faults.elsewhere.clone())], body: Vec::new() },
            Fault::Deep => plain(200, format!("{{\"data\":{}", "[".repeat(200_000)).as_bytes()),
            Fault::Late => return None,
            Fault::Reset | Fault::Truncated | Fault::GarbageHeaders | Fault::LostAlias => return None,
        };
        Some((reply, Duration::ZERO))
    }
}

/// Builds the response; with some faults the body breaks off.
fn response(reply: Reply, fault: Option<Fault>, shared: &Shared) -> Response<Body> {
    let mut builder = Response::builder().status(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    let is_page = reply.body.starts_with(b"<");
    builder = builder.header("content-type", if is_page { "text/html" } else { "application/json; charset=utf-8" });
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    let cut = match fault {
        Some(Fault::Reset) => Some(0),
        Some(Fault::Truncated) => Some(reply.body.len() / 2),
        _ => None,
    };
    let late = (fault == Some(Fault::Late)).then(|| Duration::from_millis(shared.config.faults.delay_ms));
    let body = match (cut, late) {
        (Some(cut), _) => {
            let begun = Ok(Bytes::copy_from_slice(&reply.body[..cut]));
            Body::from_stream(futures_util::stream::iter([begun, Err(std::io::Error::other("cut off"))]))
        }
        (None, Some(delay)) => Body::from_stream(futures_util::stream::once(async move {
            tokio::time::sleep(delay).await;
            Ok::<_, std::io::Error>(Bytes::from(reply.body))
        })),
        (None, None) => Body::from(reply.body),
    };
    builder.body(body).unwrap_or_default()
}

fn control(shared: &Shared, path: &str) -> Response<Body> {
    if path == "/_reset" {
        shared.log.reset();
    }
    let summary = serde_json::to_string(&shared.log.summary()).unwrap_or_default();
    Response::new(Body::from(summary))
}
