//! The program in its own folder: without tokens, settings or proxies of the machine that it runs on, and with a fixed clock.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than any command here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Monday noon: the last week that has ended is 2026-W47, and its observations close in seven days less twelve hours.
pub(crate) const MONDAY_OF_W48: &str = "2026-11-23T12:00:00Z";
/// The Monday after that.
pub(crate) const MONDAY_OF_W49: &str = "2026-11-30T12:00:00Z";
pub(crate) const TOKEN: &str = "ghp_madeUpForTests0123456789";

/// A folder with a pipeline in it, and the settings of the program there.
pub(crate) struct Starcite {
    folder: TempDir,
    now: Option<&'static str>,
    token: Option<&'static str>,
    github_url: Option<String>,
}

/// Returns a wrapper program that starts the program, whose name and arguments come last.
pub(crate) fn under(mut wrapper: Command, program: &Command) -> Command {
    wrapper.arg(program.get_program()).args(program.get_args()).current_dir(program.get_current_dir().unwrap());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => wrapper.env(name, value),
            None => wrapper.env_remove(name),
        };
    }
    wrapper.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    wrapper
}

/// The exit code and the output.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Starcite {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), now: Some(MONDAY_OF_W48), token: None, github_url: None }
    }

    /// Creates a folder with papers, and GitHub at `url` with a token.
    pub(crate) fn asking(url: &str, papers: &[Value]) -> Self {
        let starcite = Self { token: Some(TOKEN), github_url: Some(url.to_owned()), ..Self::new() };
        starcite.write_papers(papers);
        starcite
    }

    pub(crate) fn with_token(self, token: &'static str) -> Self {
        Self { token: Some(token), ..self }
    }

    pub(crate) fn on_the_real_clock(self) -> Self {
        Self { now: None, ..self }
    }

    pub(crate) fn without_token(self) -> Self {
        Self { token: None, ..self }
    }

    /// Sets the clock.
    pub(crate) fn at(&mut self, now: &'static str) -> &mut Self {
        self.now = Some(now);
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the folder of a week.
    pub(crate) fn week(&self, week: &str) -> PathBuf {
        self.path("out").join(format!("week={week}"))
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes `pipeline.toml` and the papers that it reads.
    pub(crate) fn write_papers(&self, papers: &[Value]) {
        let lines: String = papers.iter().map(|paper| format!("{paper}\n")).collect();
        self.write("papers.jsonl", lines);
        self.write_pipeline("jsonl", "path = \"papers.jsonl\"");
    }

    pub(crate) fn write_pipeline(&self, kind: &str, place: &str) {
        self.write("pipeline.toml", format!("name = \"test\"\n[[source]]\nkind = \"{kind}\"\n{place}\n"));
    }

    /// Returns the program with these arguments, ready to start in the folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_starcite"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("STARCITE_")
                || name.starts_with("AWS_")
                || name.ends_with("_TOKEN")
                || name.ends_with("_API_KEY")
                || name.to_lowercase().ends_with("_proxy")
                || name == "RUST_LOG"
            {
                command.env_remove(name);
            }
        }
        command.args(args).current_dir(self.folder.path()).env("COLUMNS", "100").env("RUST_BACKTRACE", "0");
        // Messages without the lines of progress, which the tests of the log check.
        command.env("STARCITE_LOG", "starcite::progress=warn").env("STARCITE_OUT", "out").envs(self.now.map(|now| ("STARCITE_NOW", now)));
        command.envs(self.token.map(|token| ("GITHUB_TOKEN", token)));
        command.envs(self.github_url.as_ref().map(|url| ("STARCITE_GITHUB_URL", url)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().unwrap()
    }

    pub(crate) fn end(&self, args: &[&str]) -> Ended {
        ended(self.start(args))
    }

    /// Runs a command that could wait for ever, and fails in that case.
    #[track_caller]
    pub(crate) fn end_soon(&self, args: &[&str]) -> Ended {
        let mut child = self.start(args);
        let streams = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let [stdout, stderr] = [reading(streams.0), reading(streams.1)];
        let begun = Instant::now();
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
                None => {
                    child.kill().unwrap();
                    panic!("{args:?} does not end");
                }
            }
        };
        Ended { code: status.code(), stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
    }

    /// Runs the program with a text on standard input.
    pub(crate) fn filter(&self, args: &[&str], input: &str) -> Ended {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ended(child)
    }

    /// Runs `starcite run pipeline.toml`, with more arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        self.end(&[&["run", "pipeline.toml"], args].concat())
    }
}

impl Ended {
    /// Asserts the exit code, and shows the output if it differs.
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Returns the rows of JSONL output.
    pub(crate) fn rows(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Returns the only line on standard error.
    #[track_caller]
    pub(crate) fn line(&self) -> &str {
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        self.stderr.trim_end()
    }
}

pub(crate) fn ended(child: Child) -> Ended {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Reads a stream to its end.
fn reading(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    })
}

/// Returns a paper whose abstract links to repositories.
pub(crate) fn paper(id: &str, repos: &[&str]) -> Value {
    let links: Vec<String> = repos.iter().map(|repo| format!("Code: https://github.com/{repo} is ours.")).collect();
    json!({"id": id, "title": format!("On {id}"), "abstract": links.join(" ")})
}

/// Returns `count` papers, each with its own repository: `o/n0`, `o/n1`, …
pub(crate) fn papers(count: usize) -> Vec<Value> {
    (0..count).map(|at| paper(&format!("t:{at}"), &[&format!("o/n{at}")])).collect()
}

/// Returns every file in a folder and its subfolders, by its relative path, with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
            }
        }
    }
    found
}
