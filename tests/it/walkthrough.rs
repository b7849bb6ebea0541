//! Runs the walkthroughs of the docs unchanged: each command in the consoles of a page prints the output that the page shows. `scripts/check_readme.py` runs
//! their Python.

use crate::server::nobody;
use crate::starcite::Starcite;
use ::needs::{Need, lacks};
use std::fs;
use std::path::{Path, PathBuf};

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// Creates a folder with the files that the pages name, no network, and `starcite` in PATH, with a `duckdb` that messages name.
fn scene() -> Starcite {
    let starcite = Starcite::new();
    for (from, to) in [("docs/walkthrough/files", ""), ("pipelines", "pipelines/"), ("scripts", "scripts/")] {
        for entry in fs::read_dir(Path::new(PROJECT).join(from)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            starcite.write(&format!("{to}{}", path.file_name().unwrap().to_str().unwrap()), fs::read(&path).unwrap());
        }
    }
    starcite.write("bin/duckdb", "");
    starcite
}

/// Runs a line of the page in a shell; returns the output, and the exit code if it is not 0.
fn run(starcite: &Starcite, line: &str, nobody: &str) -> String {
    let mut command = starcite.command(&[]);
    let program = Path::new(env!("CARGO_BIN_EXE_starcite")).parent().unwrap();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("({line}) 2>&1")]).current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.env_remove("STARCITE_OUT").get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.env("PATH", format!("{}:{}:{}", program.display(), starcite.path("bin").display(), std::env::var("PATH").unwrap()));
    shell.envs([("STARCITE_HF_URL", nobody), ("STARCITE_GITHUB_URL", nobody), ("STARCITE_SOURCE_PAUSE_MS", "0")]);
    let output = shell.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap().replace(nobody, "https://example.org").replace("127.0.0.1", "example.org");
    let printed = printed.replace(" (os error 111)", "").replace(" (os error 61)", ""); // Linux, macOS
    let printed = ["INFO", "WARN", "ERROR"].iter().fold(printed, |printed, level| printed.replace(&format!("2026-11-23T12:00:00.000Z {level} "), "")); // as on a terminal
    match output.status.code() {
        Some(0) => printed,
        code => format!("{printed}(exit code {})\n", code.unwrap()),
    }
}

fn pages() -> Vec<PathBuf> {
    let files = fs::read_dir(Path::new(PROJECT).join("docs/walkthrough")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// Returns the page with what its commands print.
fn rendered(page: &str, nobody: &str) -> String {
    let starcite = scene();
    let (mut rendered, mut in_console, mut commands) = (String::new(), false, 0);
    for line in page.lines() {
        in_console = if in_console { line != "```" } else { line == "```console" };
        if !in_console || line == "```console" || line.starts_with("$ ") {
            rendered += &format!("{line}\n");
        }
        if let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) {
            rendered += &run(&starcite, command, nobody);
            commands += 1;
        }
    }
    assert!(commands > 0);
    rendered
}

/// `STARCITE_WALKTHROUGH=write` writes what the program prints into the pages.
#[test]
fn every_command_of_the_walkthroughs_prints_what_the_page_says() {
    let nobody = nobody();
    let has_python = std::process::Command::new("python3").arg("-V").output().is_ok();
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        if page.contains("\n$ python3 ") && !has_python {
            lacks(Need::Python, "python3 is not there");
            continue;
        }
        let rendered = rendered(&page, &nobody);
        if std::env::var("STARCITE_WALKTHROUGH").is_ok_and(|wanted| wanted == "write") {
            fs::write(&path, &rendered).unwrap();
        } else {
            assert_eq!(rendered, page, "{}: STARCITE_WALKTHROUGH=write writes the page again", path.display());
        }
    }
}
