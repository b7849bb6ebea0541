//! The inputs that a path names: files, globs, folders, standard input and objects at URLs.

use super::hosts::Hosts;
use super::input::Input;
use super::remote::Remote;
use anyhow::{Context, Result, bail, ensure};
use glob::{MatchOptions, Pattern};
use starcite_ground::url::is_url;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Returns the inputs that a path names: a file, `-`, an object at a URL, the files in a folder and in its subfolders, or the matches of a
/// glob; sorted by name.
///
/// # Errors
/// When there are none, or a folder can't be read.
pub fn locate(path: &str, base: &Path, hosts: &Hosts) -> Result<Vec<Input>> {
    if path == "-" {
        return Ok(vec![Input::Stdin]);
    }
    if is_url(path) {
        return Ok(vec![Input::Remote(Remote::parse(path)?, hosts.clone())]);
    }
    let full = base.join(path);
    let found = if full.exists() {
        vec![full]
    } else if path.contains(['*', '?', '[']) {
        matches(&full)?
    } else {
        let from = if base.as_os_str().is_empty() { "" } else { " (it is relative to the file that names it)" };
        bail!("{} does not exist: check the path{from}", full.display());
    };
    let mut files = Files::default();
    found.into_iter().try_for_each(|path| files.add(path))?;
    let files = files.of_partitions();
    ensure!(!files.is_empty(), "{path} names no files: check the path");
    Ok(files.into_iter().map(Input::File).collect())
}

/// Returns the matches of a glob. Folders that exist are taken literally, whatever characters are in their names.
fn matches(path: &Path) -> Result<Vec<PathBuf>> {
    let there = path.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new(""));
    let pattern = Path::new(&Pattern::escape(&there.to_string_lossy())).join(path.strip_prefix(there)?);
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::default() };
    let found = glob::glob_with(&pattern.to_string_lossy(), options).with_context(|| format!("{} is not a glob", path.display()))?;
    found.map(|entry| entry.context("cannot read a folder of the glob")).collect()
}

/// Files that were found.
#[derive(Default)]
struct Files {
    paths: Vec<PathBuf>,
    /// Folders with partitions in them.
    partitioned: HashSet<PathBuf>,
}

impl Files {
    /// Adds a file, or those in a folder, without hidden ones.
    fn add(&mut self, path: PathBuf) -> Result<()> {
        if !path.is_dir() {
            self.paths.push(path);
            return Ok(());
        }
        let is_seen = |entry: &DirEntry| entry.depth() == 0 || !(is_hidden(entry.path()) || is_of_engines(entry.path()));
        for entry in WalkDir::new(&path).follow_links(true).sort_by_file_name().into_iter().filter_entry(is_seen) {
            let entry = match entry {
                Err(error) if error.path().is_some_and(is_hidden) => continue, // a link of an editor's that leads nowhere
                entry => entry.with_context(|| format!("cannot list {}", path.display()))?,
            };
            if entry.file_type().is_dir() {
                self.partitioned.extend(entry.path().parent().filter(|_| is_partition(entry.path())).map(Path::to_owned));
            } else if entry.file_type().is_file() {
                self.paths.push(entry.into_path());
            }
        }
        Ok(())
    }

    /// Returns the files, each once, without those that are next to partitions and describe them.
    fn of_partitions(self) -> Vec<PathBuf> {
        let Self { mut paths, partitioned } = self;
        let mut seen = HashSet::new(); // a glob may match a folder and its contents
        let is_beside = |path: &Path| path.parent().is_some_and(|folder| partitioned.contains(folder));
        paths.retain(|path| seen.insert(path.clone()) && !path.ancestors().any(|path| is_beside(path) && is_about(path)));
        paths
    }
}

/// True for files that describe others: `manifest`, `_SUCCESS`, README and the like.
fn is_about(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    ["_", "manifest", "readme", "license", "licence", "release_notes"].iter().any(|begin| name.starts_with(begin))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// True for what Spark and other engines write beside their files: marks, logs, and what a task has not finished.
fn is_of_engines(path: &Path) -> bool {
    const NAMES: [&str; 8] = ["_temporary", "_success", "_metadata", "_common_metadata", "_delta_log", "_spark_metadata", "_committed_", "_started_"];
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    NAMES.iter().any(|begin| name.starts_with(begin))
}

/// True for a folder that is named `column=value`, as those of OpenAlex, Spark and Hive are.
fn is_partition(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.as_encoded_bytes().contains(&b'='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn found(folder: &Path, path: &str) -> Vec<String> {
        let inputs = locate(path, folder, &Hosts::new(Duration::ZERO, |_| ()));
        inputs.map_or_else(|error| vec![error.to_string()], |inputs| inputs.iter().map(|input| input.name().replace(folder.to_str().unwrap(), "")).collect())
    }

    fn write(folder: &Path, files: &[&str]) {
        for file in files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
    }

    #[test]
    fn signs_of_globs_in_the_names_of_folders_that_are_there_mean_themselves() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["Papers [2026]", "what?", "all*of[it", "[a-z]", "[!x]{y}", "a"] {
            let base = folder.path().join(name);
            write(&base, &["in/one.jsonl", "in/two.jsonl", "in/.three.jsonl", "in/four.csv", "in [b]/five.jsonl"]);
            assert_eq!(found(&base, "in/*.jsonl"), ["/in/one.jsonl", "/in/two.jsonl"], "{name}");
            assert_eq!(found(&base, "in [b]/?ive.*"), ["/in [b]/five.jsonl"], "{name}");
            assert_eq!(found(folder.path(), &format!("{name}/in/[o-z]*")), [format!("/{name}/in/one.jsonl"), format!("/{name}/in/two.jsonl")]);
            assert_eq!(found(&base, "*/f*"), ["/in/four.csv", "/in [b]/five.jsonl"], "{name}");
        }
    }

    #[test]
    fn a_folder_is_its_files_and_those_of_its_folders_and_what_describes_partitions_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        write(base, &["flat/b.jsonl", "flat/a.jsonl", "flat/.hidden", "years/2025/a.jsonl", "years/2026/x/b.jsonl", "years/readme", "years/.git/config"]);
        assert_eq!(found(base, "flat"), ["/flat/a.jsonl", "/flat/b.jsonl"]);
        assert_eq!(found(base, "years"), ["/years/2025/a.jsonl", "/years/2026/x/b.jsonl", "/years/readme"]);
        write(
            base,
            &["works/manifest", "works/_log/0.json", "works/day=1/part_0.gz", "works/day=1/manifest", "works/day=2/part_0.gz", "works/day=2/part_1.gz"],
        );
        let works = ["/works/day=1/manifest", "/works/day=1/part_0.gz", "/works/day=2/part_0.gz", "/works/day=2/part_1.gz"];
        for path in ["works", "works/", "wor*", "works/*", "works/day=*"] {
            assert_eq!(found(base, path), works, "{path}");
        }
        assert_eq!(found(base, "works/day=*/part_*.gz"), works[1..]);
        assert_eq!(found(base, "works/**/*.gz"), works[1..]);
        assert_eq!(found(base, "works/manifest"), ["/works/manifest"]);
        write(base, &["mixed/papers.jsonl", "mixed/lr=1/more.jsonl"]);
        assert_eq!(found(base, "mixed"), ["/mixed/lr=1/more.jsonl", "/mixed/papers.jsonl"]);
        assert_eq!(found(base, "mixed/**/*"), ["/mixed/lr=1/more.jsonl", "/mixed/papers.jsonl"], "each once");
    }

    #[test]
    fn what_names_no_files_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["hidden/.a", "works/day=1/part_0.gz"]);
        for path in ["hidden", "hid*", "works/*.gz", "*.jsonl"] {
            assert_eq!(found(folder.path(), path), [format!("{path} names no files: check the path")]);
        }
        assert!(found(folder.path(), "missing")[0].contains("does not exist"));
        assert!(found(folder.path(), "[a")[0].contains("is not a glob"));
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_and_one_that_leads_back_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["in/a"]);
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
        link(Path::new("nowhere"), "in/.#a");
        link(&folder.path().join("in/a"), "in/b");
        assert_eq!(found(folder.path(), "in"), ["/in/a", "/in/b"]);
        link(folder.path(), "in/back");
        assert!(found(folder.path(), "in")[0].contains("cannot list"));
    }
}
