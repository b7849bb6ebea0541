//! Detects a repository's machine-learning framework from its dependency files.

use std::cmp::Reverse;

/// A framework and its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// `pytorch`, `tensorflow`, `jax`, …
    pub name: &'static str,
    /// The file and the line that name it, or the language.
    pub evidence: String,
}

/// Frameworks with their own packages and the packages that need them. On a tie the first one wins. Names are compared whole, in lower
/// case, with `_` and `.` as `-` (<https://packaging.python.org/en/latest/specifications/name-normalization/>).
const PACKAGES: &[(&str, &[&str])] = &[
    (
        "pytorch",
        &[
            "torch",
            "pytorch",
            "torchvision",
            "torchaudio",
            "torchtext",
            "pytorch-lightning",
            "torch-geometric",
            "torch-scatter",
            "torch-sparse",
            "torchmetrics",
            "pytorch-cuda",
            "fairscale",
            "deepspeed",
            "timm",
        ],
    ),
    (
        "tensorflow",
        &["tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tf-nightly", "tensorflow-probability", "tensorflow-hub", "tf-slim", "@tensorflow/tfjs"],
    ),
    ("jax", &["jax", "jaxlib", "flax", "dm-haiku", "optax", "equinox"]),
    ("paddle", &["paddlepaddle", "paddlepaddle-gpu", "paddlenlp", "paddle"]),
    ("mindspore", &["mindspore", "mindspore-gpu", "mindspore-ascend"]),
    ("mxnet", &["mxnet", "mxnet-cu101", "mxnet-cu102", "mxnet-cu110", "gluoncv", "gluonnlp"]),
    ("keras", &["keras"]),
    ("chainer", &["chainer", "chainerrl"]),
    ("theano", &["theano", "lasagne"]),
    ("caffe", &["caffe", "pycaffe"]),
];

/// The same for packages whose names are everyday words in other languages; the file that must name them comes first.
const PACKAGES_OF_FILES: &[(&str, &str, &[&str])] =
    &[("Project.toml", "flux", &["flux"]), ("Cargo.toml", "burn", &["burn"]), ("Cargo.toml", "candle", &["candle-core", "candle-nn"])];

/// Languages that count as a framework.
const LANGUAGES: &[(&str, &str)] = &[("MATLAB", "matlab")];

/// Dependency files, the most informative first; in a name, `*` stands for one or more characters.
const FILES: &[&str] = &[
    "requirements.txt",
    "environment.yml",
    "environment.yaml",
    "pyproject.toml",
    "setup.py",
    "requirements*.txt",
    "conda*.yml",
    "conda*.yaml",
    "env*.yml",
    "setup.cfg",
    "Pipfile",
    "Project.toml",
    "Cargo.toml",
    "package.json",
];

/// The most files to read.
const MOST_FILES: usize = 3;

/// Returns the dependency files of a root folder to read, the most informative first, three at most.
///
/// ```
/// use starcite_core::framework::dependency_files;
/// assert_eq!(dependency_files(["setup.py", "main.py", "requirements.txt"].into_iter()), ["requirements.txt", "setup.py"]);
/// ```
pub fn dependency_files<'a>(entries: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let rank = |name: &str| FILES.iter().position(|pattern| matches(pattern, name));
    let mut files: Vec<(usize, &str)> = entries.filter_map(|name| Some((rank(name)?, name))).collect();
    files.sort_unstable();
    files.into_iter().take(MOST_FILES).map(|(_, name)| name).collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((begin, end)) => name.len() >= pattern.len() && name.starts_with(begin) && name.ends_with(end),
        None => name == pattern,
    }
}

/// Returns the framework with the most packages in the files; on a tie the first of the table. If the files name none, a language that counts
/// as a framework. `files` are names and texts; `languages` come most used first.
///
/// ```
/// use starcite_core::framework::of_repository;
/// let files = [("requirements.txt", "numpy\n# jax\ntorch[cuda]>=2.1  # for training\n")];
/// let framework = of_repository(&files, &[]).unwrap();
/// assert_eq!((framework.name, framework.evidence.as_str()), ("pytorch", "requirements.txt: torch[cuda]>=2.1  # for training"));
/// ```
pub fn of_repository(files: &[(&str, &str)], languages: &[String]) -> Option<Framework> {
    let mut found: Vec<(usize, Framework)> = Vec::new();
    for (file, text) in files {
        for line in text.lines() {
            for name in packages(line).filter_map(|package| framework_of(file, &package)) {
                match found.iter_mut().find(|(_, known)| known.name == name) {
                    Some((count, _)) => *count += 1,
                    None => found.push((1, Framework { name, evidence: format!("{file}: {}", shortened(line.trim())) })),
                }
            }
        }
    }
    let place = |name: &str| PACKAGES.iter().position(|(known, _)| *known == name).unwrap_or(PACKAGES.len());
    let best = found.into_iter().max_by_key(|(count, framework)| (*count, Reverse(place(framework.name))));
    best.map(|(_, framework)| framework).or_else(|| of_language(languages.first()?))
}

fn framework_of(file: &str, package: &str) -> Option<&'static str> {
    let of_file = PACKAGES_OF_FILES.iter().find(|(own, _, packages)| *own == file && packages.contains(&package));
    of_file.map(|(_, name, _)| *name).or_else(|| PACKAGES.iter().find(|(_, packages)| packages.contains(&package)).map(|(name, _)| *name))
}

fn of_language(language: &str) -> Option<Framework> {
    let (_, name) = LANGUAGES.iter().find(|(known, _)| *known == language)?;
    Some(Framework { name, evidence: format!("language: {language}") })
}

/// Returns the words of a line that may be names of packages, normalised; `#` begins a comment.
fn packages(line: &str) -> impl Iterator<Item = String> {
    let code = line.split('#').next().unwrap_or_default();
    let words = code.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/')));
    words.filter(|word| (3..40).contains(&word.len())).map(|word| {
        let name = if word.starts_with('@') { word } else { word.rsplit('/').next().unwrap_or(word) };
        let name = name.rfind('@').filter(|at| *at > 0).map_or(name, |at| &name[..at]);
        name.trim_end_matches(".git").to_ascii_lowercase().replace(['_', '.'], "-")
    })
}

fn shortened(line: &str) -> String {
    line.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(file: &str, text: &str) -> Option<&'static str> {
        of_repository(&[(file, text)], &[]).map(|framework| framework.name)
    }

    #[test]
    fn every_way_of_writing_a_dependency_is_understood() {
        for (file, text, expected) in [
            ("environment.yml", "dependencies:\n  - pytorch::pytorch=2.0\n  - python=3.10", Some("pytorch")),
            ("setup.py", "install_requires=['numpy', 'tensorflow_gpu>=1.15'],", Some("tensorflow")),
            ("pyproject.toml", "dependencies = [\"jax[cuda12]\", \"flax\"]", Some("jax")),
            ("requirements.txt", "git+https://github.com/google/flax.git@main", Some("jax")),
            ("package.json", "\"@tensorflow/tfjs\": \"^4\"", Some("tensorflow")),
            ("requirements.txt", "# torch\nnumpy", None),
            ("requirements.txt", "torch-unheard-of\nmytorch\n", None),
        ] {
            assert_eq!(name(file, text), expected, "{file}: {text}");
        }
    }

    #[test]
    fn the_framework_with_most_packages_wins_and_a_tie_goes_to_the_first() {
        assert_eq!(name("requirements.txt", "jax\njaxlib\ntorch"), Some("jax"));
        assert_eq!(name("requirements.txt", "tensorflow\ntorch"), Some("pytorch"));
    }

    #[test]
    fn a_language_tells_only_where_it_is_the_framework_and_no_file_does() {
        let of = |language: &str| of_repository(&[("requirements.txt", "numpy")], &[language.to_owned()]);
        assert_eq!(of("MATLAB").map(|framework| framework.evidence), Some("language: MATLAB".to_owned()));
        assert_eq!(of("Python"), None, "unknown, and no guess");
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "\\PC{0,200}") {
            let _ = of_repository(&[("setup.py", &text)], std::slice::from_ref(&text));
            prop_assert!(dependency_files(text.split(' ')).len() <= MOST_FILES);
        }
    }
}
