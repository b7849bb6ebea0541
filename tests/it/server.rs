//! An HTTP server that answers as a test defines and records its requests. One thread for a connection, one request for a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything here takes, so that a test that waits for a request in vain still ends.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) came: Instant,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) enum Response {
    Says {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        /// Number of bytes of the body that are sent before the connection breaks, or goes silent.
        until: Option<(usize, End)>,
    },
    /// Sends nothing until the client has gone.
    Hangs,
}

/// The event in the middle of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    Breaks,
    GoesSilent,
}

pub(crate) fn say(status: u16, body: impl ToString) -> Response {
    Response::Says { status, headers: Vec::new(), body: body.to_string().into_bytes(), until: None }
}

/// Returns a response of bytes, unchanged.
pub(crate) fn give(status: u16, body: &[u8]) -> Response {
    Response::Says { status, headers: Vec::new(), body: body.to_vec(), until: None }
}

impl Response {
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        if let Self::Says { headers, .. } = &mut self {
            headers.push((name, value.to_string()));
        }
        self
    }

    /// Sends only the beginning of the body.
    pub(crate) fn until(mut self, bytes: usize, end: End) -> Self {
        if let Self::Says { until, .. } = &mut self {
            *until = Some((bytes, end));
        }
        self
    }
}

#[derive(Default)]
struct Log {
    requests: Mutex<Vec<Request>>,
    came: Condvar,
}

pub(crate) struct Server {
    pub(crate) url: String,
    log: Arc<Log>,
}

impl Server {
    /// Starts a server on a free port; `script` gets the number of the request, from 0, and the request.
    pub(crate) fn start(script: impl Fn(usize, &Request) -> Response + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", script)
    }

    /// Starts a server at an address.
    pub(crate) fn start_at(address: &str, script: impl Fn(usize, &Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Log::default());
        let (script, seen) = (Arc::new(script), Arc::clone(&log));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (script, seen) = (Arc::clone(&script), Arc::clone(&seen));
                thread::spawn(move || serve(stream, &*script, &seen));
            }
        });
        Self { url, log }
    }

    /// Returns the requests so far.
    pub(crate) fn log(&self) -> Vec<Request> {
        self.log.requests.lock().unwrap().clone()
    }

    /// Returns the time between two requests, by their numbers.
    pub(crate) fn pause(&self, before: usize, after: usize) -> Duration {
        let log = self.log();
        log[after].came - log[before].came
    }

    pub(crate) fn forget(&self) {
        self.log.requests.lock().unwrap().clear();
    }

    /// Returns as soon as `count` requests have come.
    pub(crate) fn wait_for(&self, count: usize) {
        let requests = self.log.requests.lock().unwrap();
        let (requests, _) = self.log.came.wait_timeout_while(requests, PATIENCE, |requests| requests.len() < count).unwrap();
        assert!(requests.len() >= count, "{} requests came, not {count}", requests.len());
    }
}

/// Returns an address without a server.
pub(crate) fn nobody() -> String {
    format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

fn serve(mut stream: TcpStream, script: &impl Fn(usize, &Request) -> Response, log: &Log) {
    let Some(request) = read(&stream) else { return };
    let number = {
        let mut requests = log.requests.lock().unwrap();
        requests.push(request.clone());
        log.came.notify_all();
        requests.len() - 1
    };
    match script(number, &request) {
        Response::Hangs => drop(stream.read(&mut [0])),
        Response::Says { status, headers, body, until } => {
            let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            // A killed client does not read this, as the test expects.
            let sent = until.map_or(&body[..], |(bytes, _)| &body[..bytes.min(body.len())]);
            let _ = stream.write_all(format!("{head}\r\n").as_bytes()).and_then(|()| stream.write_all(sent));
            if let Some((_, End::GoesSilent)) = until {
                drop(stream.read(&mut [0]));
            }
        }
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, headers, body: String::from_utf8(body).ok()?, came: Instant::now() })
}
