//! What the names in a root folder tell.

use super::{Flag, Flags};
use crate::RepoFacts;

/// Beginnings, endings and whole names, in lower case; `*` stands for anything at one end.
type Patterns = &'static [&'static str];

/// Files that say what the code needs.
const DEPENDENCIES: Patterns = &[
    "requirements*",
    "environment*.yml",
    "environment*.yaml",
    "env*.yml",
    "env*.yaml",
    "conda*.yml",
    "conda*.yaml",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "pipfile",
    "poetry.lock",
    "uv.lock",
    "pixi.toml",
    "package.json",
    "cargo.toml",
    "go.mod",
    "pom.xml",
    "build.gradle*",
    "build.sbt",
    "project.toml",
    "manifest.toml",
    "description",
    "renv.lock",
    "gemfile",
    "composer.json",
    "cmakelists.txt",
    "conanfile*",
    "vcpkg.json",
    "package.swift",
    "mix.exs",
    "dune-project",
    "lakefile*",
    "stack.yaml",
    "*.cabal",
    "*.csproj",
    "flake.nix",
];
/// Recipes for containers.
const CONTAINERS: Patterns = &[
    "dockerfile*",
    "*.dockerfile",
    "docker",
    "docker-compose*",
    "compose.yml",
    "compose.yaml",
    "containerfile*",
    ".devcontainer",
    "singularity*",
    "apptainer*",
];
const NOTEBOOKS: Patterns = &["*.ipynb", "notebooks", "notebook"];
const TESTS: Patterns =
    &["test", "tests", "testing", "unittests", "test_*", "tests_*", "*_test.py", "*_tests.py", "pytest.ini", "conftest.py", "tox.ini", "noxfile.py", "spec"];
/// Continuous integration other than GitHub's own, which lies below `.github`.
const CI: Patterns = &[
    ".github/workflows",
    ".travis.yml",
    ".gitlab-ci.yml",
    ".circleci",
    "azure-pipelines.yml",
    ".azure-pipelines",
    "jenkinsfile",
    "appveyor.yml",
    ".appveyor.yml",
    ".cirrus.yml",
    ".drone.yml",
    ".buildkite",
    "bitbucket-pipelines.yml",
    ".woodpecker*",
];
const LICENCES: Patterns = &["license*", "licence*", "copying*", "unlicense*"];
/// What a repository without code holds too.
const NO_CODE: Patterns = &[
    "readme*",
    "license*",
    "licence*",
    "copying*",
    "unlicense*",
    "citation*",
    "notice*",
    "authors*",
    "contributing*",
    "contributors*",
    "code_of_conduct*",
    "changelog*",
    "security*",
    ".git*",
    "assets",
    "images",
    "image",
    "imgs",
    "img",
    "figures",
    "figure",
    "figs",
    "fig",
    "pics",
    "media",
    "docs",
    "doc",
    "paper",
    "static",
    "index.html",
    "cname",
    ".nojekyll",
    "*.md",
    "*.pdf",
    "*.png",
    "*.jpg",
    "*.jpeg",
    "*.gif",
    "*.svg",
    "*.webp",
    "*.mp4",
    "*.bib",
    "*.txt",
    ".ds_store",
];

/// Adds the flags that say whether the code can be run, from the names in the root folder.
pub(super) fn add_signs(facts: &RepoFacts, flags: &mut Flags) {
    let signs =
        [(Flag::HasDependencies, DEPENDENCIES), (Flag::HasContainer, CONTAINERS), (Flag::HasNotebook, NOTEBOOKS), (Flag::HasTests, TESTS), (Flag::HasCi, CI)];
    let Some(entries) = facts.root_entries.as_deref() else {
        return flags.set(Flag::HasDependencies, None, "the root folder is not known, nor what it would tell: container, notebook, tests, CI");
    };
    for (flag, patterns) in signs {
        match find(entries, patterns) {
            Some(entry) => flags.set(flag, Some(true), entry.to_owned()),
            None if flag == Flag::HasCi && entries.iter().any(|entry| entry == ".github") => flags.set(flag, None, "what is in .github is not known"),
            None => flags.set(flag, Some(false), "none in the root folder"),
        }
    }
}

/// The first entry that is not one of those that a repository without code holds too.
pub(super) fn code_entry(entries: &[String]) -> Option<&str> {
    entries.iter().find(|entry| !matches_any(entry, NO_CODE) || matches_any(entry, DEPENDENCIES)).map(String::as_str)
}

/// The first file that holds a licence.
pub(super) fn licence_file(entries: &[String]) -> Option<&str> {
    find(entries, LICENCES)
}

fn find(entries: &[String], patterns: Patterns) -> Option<&str> {
    entries.iter().find(|entry| matches_any(entry, patterns)).map(String::as_str)
}

fn matches_any(entry: &str, patterns: Patterns) -> bool {
    let entry = entry.to_ascii_lowercase();
    patterns.iter().any(|pattern| match pattern.split_once('*') {
        Some((begin, end)) => entry.len() >= begin.len() + end.len() && entry.starts_with(begin) && entry.ends_with(end),
        None => entry == *pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_readme_and_pictures_are_no_code() {
        for names in ["README.md", "readme.rst LICENSE assets teaser.png", "README.md docs index.html .gitignore CITATION.cff"] {
            assert_eq!(code_entry(&entries(names)), None, "{names}");
        }
        for (names, found) in [("README.md train.py", "train.py"), ("LICENSE src", "src"), ("README.md requirements.txt", "requirements.txt")] {
            assert_eq!(code_entry(&entries(names)), Some(found), "{names}");
        }
    }

    #[test]
    fn each_sign_is_told_by_a_name_in_the_root_folder() {
        let signs = |names: &str| {
            let mut flags = Flags::default();
            add_signs(&RepoFacts { root_entries: Some(entries(names)), ..RepoFacts::default() }, &mut flags);
            [Flag::HasDependencies, Flag::HasContainer, Flag::HasNotebook, Flag::HasTests, Flag::HasCi].map(|flag| flags.get(flag))
        };
        let none = Some(false);
        assert_eq!(signs("README.md main.py"), [none; 5]);
        assert_eq!(signs("Requirements-dev.txt Dockerfile.gpu Demo.ipynb tests .travis.yml"), [Some(true); 5]);
        assert_eq!(signs("environment_cpu.yaml .github"), [Some(true), none, none, none, None], "what lies in .github is not known");
    }

    #[test]
    fn a_folder_that_nobody_read_tells_nothing() {
        let mut flags = Flags::default();
        add_signs(&RepoFacts::default(), &mut flags);
        assert!(Flag::ALL.iter().all(|flag| flags.get(*flag).is_none()));
    }
}
