//! Redirects: no possible secret goes to another origin with one, and none leads from the internet into a private network.

use crate::counts::KEY;
use crate::hf_live::query;
use crate::remote::{ETAG, WEEK, lines, part_of, reading};
use crate::server::{Request, Response, Server, give, nobody, say};
use crate::starcite::{Ended, Starcite, ended};
use crate::tables::rows;

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

fn to(status: u16, location: impl ToString) -> Response {
    say(status, "").with("location", location)
}

/// Starts a server that redirects every request to another one, under the same path.
fn leading_to(status: u16, elsewhere: &str) -> Server {
    let elsewhere = elsewhere.to_owned();
    Server::start(move |_, request| to(status, format!("{elsewhere}{}", request.path)))
}

/// Starts a server that no request may reach; it would answer like a good one.
fn elsewhere() -> Server {
    Server::start(|_, request| part_of(&lines(3), ETAG, request))
}

/// Asserts that a redirect was refused at once, and that no secret was printed.
#[track_caller]
fn refused(ended: Ended, server: &Server, elsewhere: &Server) {
    let ended = ended.with_code(1);
    assert!(ended.stderr.contains(&format!("it redirects to {}", elsewhere.url)), "{}", ended.stderr);
    assert!(ended.stderr.contains("name the address"), "{}", ended.stderr);
    assert!(!ended.stderr.contains(KEY) && !ended.stderr.contains("trying again"), "{}", ended.stderr);
    assert!(elsewhere.log().is_empty(), "{:?}", elsewhere.log());
    assert_eq!(server.log().len(), 1, "it is not tried again");
}

/// Creates a pipeline of a live source, or of one that requests citation counts.
pub(crate) fn service(name: &str) -> Starcite {
    let starcite = Starcite::new();
    match name {
        "semantic-scholar counts" | "openalex counts" => {
            starcite.write("papers.jsonl", "{\"id\": \"t:1\", \"title\": \"T\", \"abstract\": \"As in arXiv:2101.00001.\"}\n");
            let counts = name.trim_end_matches(" counts");
            starcite.write_pipeline("jsonl", &format!("path = \"papers.jsonl\"\n[citations]\ncounts = \"{counts}\""));
        }
        source => starcite.write_pipeline(source, ""),
    }
    starcite
}

pub(crate) const SERVICES: [&str; 6] = ["semantic-scholar counts", "openalex counts", "openalex", "arxiv-oai", "arxiv-atom", "hf-daily"];

impl Starcite {
    /// Runs the program with all services at one address, each with a key.
    pub(crate) fn served_by(&self, url: &str) -> Ended {
        let urls = ["--openalex-url", "--semantic-scholar-url", "--arxiv-oai-url", "--arxiv-api-url", "--hf-url"].map(|flag| [flag, url]);
        let github = nobody();
        let args = [&["run", "pipeline.toml", "--week", WEEK, "--source-pause-ms", "0", "--github-url", &github], urls.as_flattened()].concat();
        let mut command = self.command(&args);
        command.env("OPENALEX_API_KEY", KEY).env("SEMANTIC_SCHOLAR_API_KEY", KEY);
        ended(command.spawn().unwrap())
    }
}

#[test]
fn no_service_sends_a_request_on_to_another_origin() {
    for name in SERVICES {
        for status in STATUSES {
            let elsewhere = elsewhere();
            let server = leading_to(status, &elsewhere.url);
            refused(service(name).served_by(&server.url), &server, &elsewhere);
        }
    }
}

#[test]
fn another_name_of_the_same_host_is_another_origin() {
    let server =
        Server::start(|_, request| to(307, format!("http://127.0.0.1:{}{}", request.header("host").unwrap().rsplit(':').next().unwrap(), request.path)));
    let ended = service("semantic-scholar counts").served_by(&server.url.replace("127.0.0.1", "localhost")).with_code(1);
    assert!(ended.stderr.contains(&format!("it redirects to {}", server.url)), "{}", ended.stderr);
    assert_eq!(server.log().len(), 1);
}

#[test]
fn a_redirect_within_the_origin_is_followed_with_the_key_and_without_a_referer() {
    let moved = |request: &Request| to(308, request.path.replacen("/graph/", "/new/graph/", 1));
    let answers = |request: &Request| say(200, serde_json::json!([{"externalIds": {"ArXiv": "2101.00001"}, "citationCount": request.body.len()}]));
    let server = Server::start(move |_, request| if request.path.starts_with("/new/") { answers(request) } else { moved(request) });
    service("semantic-scholar counts").served_by(&server.url).with_code(0);
    let log = server.log();
    assert_eq!((log.len(), log[1].header("x-api-key"), log[1].header("referer")), (2, Some(KEY), None));
    assert_eq!((&log[1].method, &log[1].body), (&log[0].method, &log[0].body));

    let server = Server::start(|_, request| match request.path.strip_prefix("/new") {
        Some(_) => say(200, "{\"meta\": {\"count\": 0}, \"results\": []}"),
        None => to(302, format!("/new{}", request.path)),
    });
    service("openalex").served_by(&server.url).with_code(0);
    let log = server.log();
    assert_eq!((log.len(), query(&log[1], "api_key"), log[1].header("referer")), (2, KEY, None));
}

#[test]
fn an_object_without_a_credential_is_followed_to_other_hosts_and_leaves_no_referer() {
    for status in STATUSES {
        let holder = elsewhere();
        let between = leading_to(status, &holder.url);
        let server = leading_to(status, &between.url.replace("127.0.0.1", "localhost"));
        let starcite = reading(&format!("{}/papers.jsonl?version=2", server.url));
        starcite.run_remote().with_code(0);
        assert_eq!(rows(&starcite.week(WEEK), "papers").len(), 3);
        let log = [between.log(), holder.log()].concat();
        assert!(log.len() == 2 && log.iter().all(|request| request.header("referer").is_none() && request.path.ends_with("?version=2")), "{log:?}");
    }
}

/// Returns URLs of an object with a credential, on the server at `url`.
fn with_credentials(url: &str) -> Vec<String> {
    let queries = ["api_key", "token", "access_token", "key", "sig", "X-Amz-Signature", "auth", "password", "client_secret"];
    let users = ["me", "me:word", ":word"].map(|user| url.replacen("://", &format!("://{user}@"), 1) + "/papers.jsonl");
    queries.iter().map(|name| format!("{url}/papers.jsonl?version=2&{name}={KEY}")).chain(users).collect()
}

#[test]
fn an_object_with_a_credential_stays_within_its_origin() {
    let count = with_credentials("http://h").len();
    for (at, status) in (0..count).zip(STATUSES.into_iter().cycle()) {
        let elsewhere = elsewhere();
        let server = leading_to(status, &elsewhere.url);
        refused(reading(&with_credentials(&server.url)[at]).run_remote(), &server, &elsewhere);
    }
    let server = Server::start(|_, request| if request.path.starts_with("/new") { part_of(&lines(3), ETAG, request) } else { to(307, "/new") });
    let starcite = reading(&with_credentials(&server.url)[count - 2]);
    starcite.run_remote().with_code(0);
    let log = server.log();
    assert_eq!((log.len(), rows(&starcite.week(WEEK), "papers").len()), (2, 3));
    assert!(log[1].header("authorization").is_some() && log[1].header("referer").is_none(), "{log:?}");
}

#[test]
fn a_detour_within_the_origin_leads_no_further_out_of_it() {
    let elsewhere = elsewhere();
    let place = elsewhere.url.clone();
    let server = Server::start(move |at, _| if at == 0 { to(302, "/second") } else { to(302, &place) });
    let ended = reading(&format!("{}/papers.jsonl?token={KEY}", server.url)).run_remote().with_code(1);
    assert!(ended.stderr.contains("it redirects to") && elsewhere.log().is_empty(), "{}", ended.stderr);
    assert_eq!(server.log().len(), 2);
}

#[test]
fn redirects_that_never_end_are_refused_at_once() {
    let server = Server::start(|at, _| to(302, format!("/{at}")));
    let ended = reading(&format!("{}/papers.jsonl", server.url)).run_remote().with_code(1);
    assert!(ended.stderr.contains("it redirects more than 10 times"), "{}", ended.stderr);
    assert_eq!(server.log().len(), 11);
}

/// The proxy acts as the internet: requested hosts have a public address, or one that only the proxy knows.
#[test]
fn no_redirect_leads_from_the_internet_into_a_private_network() {
    for public in ["203.0.113.7", "papers.example"] {
        for private in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
            let inside = elsewhere();
            let port = inside.url.rsplit(':').next().unwrap().to_owned();
            let proxy = Server::start(move |_, _| to(302, format!("http://{private}:{port}/papers.jsonl")));
            let starcite = reading(&format!("http://{public}/papers.jsonl"));
            let mut command = starcite.command(&["run", "pipeline.toml", "--week", WEEK, "--source-pause-ms", "0"]);
            command.env("http_proxy", &proxy.url).env("no_proxy", "localhost,127.0.0.0/8,::ffff:7f00:1");
            let ended = ended(command.spawn().unwrap()).with_code(1);
            assert!(ended.stderr.contains("a private network"), "{private}: {}", ended.stderr);
            assert!(inside.log().is_empty(), "{private}");
            assert_eq!(proxy.log().len(), 1, "{private}");
        }
    }
}

/// The program's variables with a bucket's keys.
const AWS: [(&str, &str); 4] =
    [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "hush"), ("AWS_SESSION_TOKEN", "t0k3n-of-a-session"), ("AWS_ALLOW_HTTP", "true")];

#[test]
fn a_signed_request_is_sent_on_to_nobody() {
    for status in [301, 302, 307, 308] {
        for same_host in [false, true] {
            let elsewhere = Server::start(|_, _| give(200, &lines(3)));
            let place = if same_host { String::new() } else { elsewhere.url.clone() };
            let server = Server::start(move |_, request| to(status, format!("{place}/new{}", request.path)));
            let published = Starcite::new();
            published.write_papers(&crate::starcite::papers(1));
            published.run(&["--offline"]).with_code(0);
            let fetched = reading("s3://bucket/papers.jsonl");
            let commands = [(&fetched, vec!["run", "pipeline.toml", "--week", WEEK]), (&published, vec!["publish", "s3://bucket/prefix"])];
            for (starcite, args) in commands {
                server.forget();
                let mut command = starcite.command(&args);
                command.envs(AWS).env("AWS_ENDPOINT_URL", &server.url);
                let ended = ended(command.spawn().unwrap()).with_code(1);
                assert!(ended.stderr.contains(&format!("HTTP {status}")) && ended.stderr.contains("set AWS_REGION"), "{}", ended.stderr);
                assert!(elsewhere.log().is_empty() && server.log().len() == 1, "{:?}", server.log());
                assert_eq!(server.log()[0].header("x-amz-security-token"), Some(AWS[2].1), "the bucket itself gets it");
            }
        }
    }
}
