//! A server that replies as a test's script says and records its requests: one thread and one request for a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything here takes, so that a test that waits for a request in vain still ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// A received request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// Its headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
    /// The time at which it came.
    pub came: Instant,
}

impl Request {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads a request; `None` if the client has gone.
    pub fn read(reader: &mut impl BufRead) -> Option<Self> {
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
        let length = headers.iter().find(|(name, _)| name == "content-length").map_or(Ok(0), |(_, value)| value.parse()).ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { method, path, headers, body: String::from_utf8(body).ok()?, came: Instant::now() })
    }
}

/// A reply of the server, or the lack of one.
#[derive(Debug, Clone)]
pub enum Response {
    /// A reply, or its beginning.
    Says {
        /// The status.
        status: u16,
        /// The headers besides the length.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: Vec<u8>,
        /// Number of bytes of the body that are sent before the connection breaks, or goes silent.
        until: Option<(usize, End)>,
    },
    /// Sends nothing until the client has gone.
    Hangs,
    /// Closes the connection without a reply.
    Closes,
}

/// The event in the middle of a body.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// The connection breaks.
    Breaks,
    /// Nothing more comes.
    GoesSilent,
}

/// Returns a response with a text.
pub fn say(status: u16, body: impl ToString) -> Response {
    give(status, body.to_string().as_bytes())
}

/// Returns a response of bytes, unchanged.
pub fn give(status: u16, body: &[u8]) -> Response {
    Response::Says { status, headers: Vec::new(), body: body.to_vec(), until: None }
}

impl Response {
    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        if let Self::Says { headers, .. } = &mut self {
            headers.push((name, value.to_string()));
        }
        self
    }

    /// Sends only the beginning of the body.
    #[must_use]
    pub fn until(mut self, bytes: usize, end: End) -> Self {
        if let Self::Says { until, .. } = &mut self {
            *until = Some((bytes, end));
        }
        self
    }
}

#[derive(Debug, Default)]
struct Log {
    requests: Mutex<Vec<Request>>,
    came: Condvar,
}

impl Log {
    fn requests(&self) -> std::sync::MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A server that runs until the program ends.
#[derive(Debug)]
pub struct Server {
    /// Its address.
    pub url: String,
    log: Arc<Log>,
}

impl Server {
    /// Starts a server on a free port; `script` gets the number of the request, from 0, and the request.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn start(script: impl Fn(usize, &Request) -> Response + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", script)
    }

    /// Starts a server at an address.
    ///
    /// # Panics
    /// If the port is taken.
    pub fn start_at(address: &str, script: impl Fn(usize, &Request) -> Response + Send + Sync + 'static) -> Self {
        let (listener, url) = listen(address);
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
    pub fn log(&self) -> Vec<Request> {
        self.log.requests().clone()
    }

    /// Returns the time between two requests, by their numbers.
    pub fn pause(&self, before: usize, after: usize) -> Duration {
        let log = self.log();
        log[after].came - log[before].came
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.log.requests().clear();
    }

    /// Returns as soon as `count` requests have come.
    ///
    /// # Panics
    /// If they don't come.
    pub fn wait_for(&self, count: usize) {
        let wait = self.log.came.wait_timeout_while(self.log.requests(), PATIENCE, |requests| requests.len() < count);
        let came = wait.unwrap_or_else(std::sync::PoisonError::into_inner).0.len();
        assert!(came >= count, "{came} requests came, not {count}");
    }
}

/// Returns an address without a server.
///
/// # Panics
/// If there is no free port.
pub fn nobody() -> String {
    listen("127.0.0.1:0").1
}

#[expect(clippy::unwrap_used, reason = "without it the test that asks for it can't run")]
fn listen(address: &str) -> (TcpListener, String) {
    let listener = TcpListener::bind(address).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn serve(mut stream: TcpStream, script: &impl Fn(usize, &Request) -> Response, log: &Log) {
    let Some(request) = Request::read(&mut BufReader::new(&stream)) else { return };
    let number = {
        let mut requests = log.requests();
        requests.push(request.clone());
        log.came.notify_all();
        requests.len() - 1
    };
    match script(number, &request) {
        Response::Closes => {}
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
