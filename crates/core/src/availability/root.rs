//! Derives flags from the names in a root folder.

use super::CodeFacts;
use super::{Flag, Flags};

use Pattern::{Around, Begins, Ends, Is};

/// A pattern for a name in lower case: the whole name, its beginning, its end, or both.
enum Pattern {
    Is(&'static str),
    Begins(&'static str),
    Ends(&'static str),
    Around(&'static str, &'static str),
}

type Patterns = &'static [Pattern];

/// Files that list the code's dependencies.
const DEPENDENCIES: Patterns = &[
    Begins("requirements"),
    Around("environment", ".yml"),
    Around("environment", ".yaml"),
    Around("env", ".yml"),
    Around("env", ".yaml"),
    Around("conda", ".yml"),
    Around("conda", ".yaml"),
    Is("pyproject.toml"),
    Is("setup.py"),
    Is("setup.cfg"),
    Is("pipfile"),
    Is("poetry.lock"),
    Is("uv.lock"),
    Is("pixi.toml"),
    Is("package.json"),
    Is("cargo.toml"),
    Is("go.mod"),
    Is("pom.xml"),
    Begins("build.gradle"),
    Is("build.sbt"),
    Is("project.toml"),
    Is("manifest.toml"),
    Is("description"),
    Is("renv.lock"),
    Is("gemfile"),
    Is("composer.json"),
    Is("cmakelists.txt"),
    Begins("conanfile"),
    Is("vcpkg.json"),
    Is("package.swift"),
    Is("mix.exs"),
    Is("dune-project"),
    Begins("lakefile"),
    Is("stack.yaml"),
    Ends(".cabal"),
    Ends(".csproj"),
    Is("flake.nix"),
];
/// Recipes for containers.
const CONTAINERS: Patterns = &[
    Begins("dockerfile"),
    Ends(".dockerfile"),
    Is("docker"),
    Begins("docker-compose"),
    Is("compose.yml"),
    Is("compose.yaml"),
    Begins("containerfile"),
    Is(".devcontainer"),
    Begins("singularity"),
    Begins("apptainer"),
];
const NOTEBOOKS: Patterns = &[Ends(".ipynb"), Is("notebooks"), Is("notebook")];
const TESTS: Patterns = &[
    Is("test"),
    Is("tests"),
    Is("testing"),
    Is("unittests"),
    Begins("test_"),
    Begins("tests_"),
    Ends("_test.py"),
    Ends("_tests.py"),
    Is("pytest.ini"),
    Is("conftest.py"),
    Is("tox.ini"),
    Is("noxfile.py"),
    Is("spec"),
];
/// Continuous integration other than GitHub's own, which is under `.github`.
const CI: Patterns = &[
    Is(".github/workflows"),
    Is(".travis.yml"),
    Is(".gitlab-ci.yml"),
    Is(".circleci"),
    Is("azure-pipelines.yml"),
    Is(".azure-pipelines"),
    Is("jenkinsfile"),
    Is("appveyor.yml"),
    Is(".appveyor.yml"),
    Is(".cirrus.yml"),
    Is(".drone.yml"),
    Is(".buildkite"),
    Is("bitbucket-pipelines.yml"),
    Begins(".woodpecker"),
];
const LICENCES: Patterns = &[Begins("license"), Begins("licence"), Begins("copying"), Begins("unlicense")];
/// Files that a repository without code may have.
const NO_CODE: Patterns = &[
    Begins("readme"),
    Begins("license"),
    Begins("licence"),
    Begins("copying"),
    Begins("unlicense"),
    Begins("citation"),
    Is("codemeta.json"),
    Is(".zenodo.json"),
    Begins("notice"),
    Begins("authors"),
    Begins("contributing"),
    Begins("contributors"),
    Begins("code_of_conduct"),
    Begins("changelog"),
    Begins("security"),
    Begins(".git"),
    Is("assets"),
    Is("images"),
    Is("image"),
    Is("imgs"),
    Is("img"),
    Is("figures"),
    Is("figure"),
    Is("figs"),
    Is("fig"),
    Is("pics"),
    Is("media"),
    Is("docs"),
    Is("doc"),
    Is("paper"),
    Is("static"),
    Is("index.html"),
    Is("cname"),
    Is(".nojekyll"),
    Ends(".md"),
    Ends(".pdf"),
    Ends(".png"),
    Ends(".jpg"),
    Ends(".jpeg"),
    Ends(".gif"),
    Ends(".svg"),
    Ends(".webp"),
    Ends(".mp4"),
    Ends(".bib"),
    Ends(".txt"),
    Is(".ds_store"),
];

/// Adds the flags about whether the code can be run, from the names in the root folder.
pub(super) fn add_signs(facts: CodeFacts<'_>, flags: &mut Flags) {
    let signs =
        [(Flag::HasDependencies, DEPENDENCIES), (Flag::HasContainer, CONTAINERS), (Flag::HasNotebook, NOTEBOOKS), (Flag::HasTests, TESTS), (Flag::HasCi, CI)];
    let Some(entries) = facts.root_entries else {
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

/// Returns the first entry that shows code: one that a repository without code would not have.
pub(super) fn code_entry(entries: &[String]) -> Option<&str> {
    entries.iter().find(|entry| !matches_any(entry, NO_CODE) || matches_any(entry, DEPENDENCIES)).map(String::as_str)
}

/// Returns the first file with a licence.
pub(super) fn licence_file(entries: &[String]) -> Option<&str> {
    find(entries, LICENCES)
}

fn find(entries: &[String], patterns: Patterns) -> Option<&str> {
    entries.iter().find(|entry| matches_any(entry, patterns)).map(String::as_str)
}

/// True if a pattern matches, in any case. It compares bytes because it runs for every link of every paper, with most patterns of this file.
fn matches_any(entry: &str, patterns: Patterns) -> bool {
    let entry = entry.as_bytes();
    let begins = |begin: &str| entry.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin.as_bytes()));
    let ends = |end: &str| entry.len().checked_sub(end.len()).is_some_and(|from| entry[from..].eq_ignore_ascii_case(end.as_bytes()));
    patterns.iter().any(|pattern| match pattern {
        Is(name) => entry.eq_ignore_ascii_case(name.as_bytes()),
        Begins(begin) => begins(begin),
        Ends(end) => ends(end),
        Around(begin, end) => entry.len() >= begin.len() + end.len() && begins(begin) && ends(end),
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
        for names in ["README.md", "readme.rst LICENSE assets teaser.png", "README.md docs index.html .gitignore CITATION.cff codemeta.json .zenodo.json"] {
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
            let root_entries = entries(names);
            add_signs(CodeFacts { root_entries: Some(&root_entries), ..CodeFacts::default() }, &mut flags);
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
        add_signs(CodeFacts::default(), &mut flags);
        assert!(Flag::ALL.iter().all(|flag| flags.get(*flag).is_none()));
    }
}
