//! Machines that reach the network only through a proxy: all requests use it, it learns no secret, and its failures are reported as the proxy's.

use crate::github::{names, reply};
use crate::server::{Request, Server, nobody, say, self_signed};
use crate::starcite::{Ended, Starcite, TOKEN, ended, paper};
use rustls::{ServerConnection, StreamOwned};
use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A name that does not resolve: only requests through a proxy reach it.
const HOST: &str = "github-api.invalid";

/// A proxy that answers `CONNECT` with a status, and with 200 forwards data to one server. It records the data that clients send to it.
struct Proxy {
    port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Proxy {
    fn start(status: u16, target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&heard);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let heard = Arc::clone(&all);
                thread::spawn(move || {
                    let head = head_of(&mut &client);
                    heard.lock().unwrap().extend_from_slice(head.as_bytes());
                    (&client).write_all(format!("HTTP/1.1 {status} X\r\n\r\n").as_bytes()).unwrap();
                    if status == 200 {
                        let server = TcpStream::connect(("127.0.0.1", target)).unwrap();
                        let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                        thread::spawn(move || std::io::copy(&mut from_server, &mut to_client));
                        pass_on(client, server, &heard);
                    }
                });
            }
        });
        Self { port, heard }
    }

    fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}

/// Reads a head byte by byte, so that no byte after it is lost.
fn head_of(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn pass_on(mut client: TcpStream, mut server: TcpStream, heard: &Mutex<Vec<u8>>) {
    let mut piece = [0; 4_096];
    while let Ok(length @ 1..) = client.read(&mut piece) {
        heard.lock().unwrap().extend_from_slice(&piece[..length]);
        if server.write_all(&piece[..length]).is_err() {
            return;
        }
    }
}

/// Starts a GitHub with TLS, under [`HOST`]; returns its port, the file with the certificate that signs it, and its queries.
fn github(starcite: &Starcite) -> (u16, String, Arc<Mutex<Vec<Request>>>) {
    let (config, pem) = self_signed(&[HOST]);
    let authority = starcite.write("ca.pem", pem).display().to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&log);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream));
            while let Some(request) = Request::read(&mut reader) {
                let body = reply(&request, |_| crate::github::Fate::Live).to_string();
                seen.lock().unwrap().push(request);
                write!(reader.get_mut(), "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
            }
        }
    });
    (port, authority, log)
}

fn starcite() -> Starcite {
    let starcite = Starcite::asking(&format!("https://{HOST}"), &[]);
    starcite.write("names.txt", "o/n1\n");
    starcite
}

fn enrich(starcite: &Starcite, variables: &[(&str, &str)]) -> Ended {
    ended(starcite.command(&["enrich", "names.txt"]).envs(variables.iter().copied()).spawn().unwrap())
}

#[test]
fn github_is_asked_through_the_proxy_which_learns_no_token() {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let starcite = starcite();
        let (port, authority, log) = github(&starcite);
        let proxy = Proxy::start(200, port);
        let address = format!("http://us%65r:w%40rd@127.0.0.1:{}", proxy.port);
        let ended = enrich(&starcite, &[(variable, &address), ("SSL_CERT_FILE", &authority)]).with_code(0);
        assert_eq!(ended.rows()[0]["state"], "live");
        let log = log.lock().unwrap();
        assert_eq!((names(&log[0]), log[0].header("authorization")), (vec!["o/n1".to_owned()], Some(&*format!("Bearer {TOKEN}"))));
        assert_eq!(log[0].header("proxy-authorization"), None, "the proxy's password is the proxy's");
        let heard = proxy.heard();
        assert!(heard.starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")), "{variable}: {heard}");
        assert!(heard.contains("Proxy-Authorization: Basic dXNlcjp3QHJk\r\n") || heard.contains("proxy-authorization: Basic dXNlcjp3QHJk\r\n"), "{heard}");
        assert!(!heard.contains(TOKEN) && !heard.contains("graphql"), "what is in the tunnel is encrypted");
    }
}

#[test]
fn a_proxy_that_lets_nothing_through_is_named_with_what_to_do() {
    let nobody = nobody();
    for (status, what) in
        [(Some(407), "wants a user and a password"), (Some(403), "lets nothing through"), (Some(502), "lets nothing through"), (None, "can't be reached")]
    {
        let proxy = status.map(|status| Proxy::start(status, 0));
        let address = proxy.as_ref().map_or_else(|| nobody.clone(), |proxy| format!("http://user:hush@127.0.0.1:{}", proxy.port));
        let starcite = starcite();
        let variables = [("HTTPS_PROXY", &*address)];
        let data = format!("https://{HOST}/papers.jsonl");
        let file = ended(starcite.command(&["extract", &data, "--source-pause-ms", "0"]).envs(variables).spawn().unwrap());
        for ended in [enrich(&starcite, &variables).with_code(75), file.with_code(75)] {
            let told = ended.stderr.lines().last().unwrap();
            assert!(told.contains(&format!("the proxy {} of HTTPS_PROXY {what}", address.rsplit(['/', '@']).next().unwrap())), "{status:?}: {}", ended.stderr);
            assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
        }
    }
}

#[test]
fn what_no_proxy_excepts_and_what_is_on_this_machine_is_asked_directly() {
    let proxy = Proxy::start(502, 0);
    let address = format!("http://127.0.0.1:{}", proxy.port);
    for list in [HOST, "*", "*.invalid", "github-api.invalid:443"] {
        let ended = enrich(&starcite(), &[("HTTPS_PROXY", &address), ("NO_PROXY", list)]).with_code(75);
        assert!(!ended.stderr.contains("proxy"), "{}", ended.stderr);
    }
    let server = Server::start(|_, request| crate::github::all_live(request));
    let here = Starcite::asking(&server.url, &[]);
    here.write("names.txt", "o/n1\n");
    enrich(&here, &[("HTTP_PROXY", &address), ("http_proxy", &address), ("ALL_PROXY", &address)]).with_code(0);
    assert_eq!((server.log().len(), proxy.heard().len()), (1, 0), "a token goes to no proxy in the clear");
}

#[test]
fn files_behind_http_come_through_the_proxy_of_http() {
    let papers = format!("{}\n", paper("t:1", &["o/n1"]));
    let server = Server::start(move |_, request| if request.path == "http://data.invalid/papers.jsonl" { say(200, &papers) } else { say(404, "") });
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let starcite = Starcite::new();
        let command = &mut starcite.command(&["extract", "http://data.invalid/papers.jsonl", "--source-pause-ms", "0"]);
        let proxy = server.url.replace("http://", "http://user:word@");
        let ended = ended(command.env(variable, proxy).spawn().unwrap()).with_code(0);
        assert!(ended.stdout.contains("o/n1"), "{variable}: {}", ended.stdout);
        assert_eq!(server.log().last().unwrap().header("proxy-authorization"), Some("Basic dXNlcjp3b3Jk"));
    }
}

#[test]
fn a_variable_that_names_no_proxy_ends_the_run_before_anything_is_asked() {
    let starcite = starcite();
    for (name, value) in [("HTTPS_PROXY", "ftp://user:hush@proxy:1"), ("all_proxy", "http://user:hush@")] {
        let ended = enrich(&starcite, &[(name, value)]).with_code(1);
        assert!(ended.line().contains(&format!("{name} is not the address of a proxy: write HOST:PORT")), "{}", ended.stderr);
        assert!(!ended.stderr.contains("hush"));
    }
}
