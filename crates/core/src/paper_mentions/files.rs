//! Files of a root folder that name the paper of the code, and their formats.

/// The format of such a file, the most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Cff,
    Codemeta,
    Zenodo,
    Readme,
}

impl Form {
    /// Returns the format of a file by its name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let known = [("CITATION.cff", Self::Cff), ("codemeta.json", Self::Codemeta), (".zenodo.json", Self::Zenodo)];
        let form = known.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, form)| form);
        form.or_else(|| rank(name).map(|_| Self::Readme))
    }
}

/// Returns the files of a root folder that may name the paper of the code, those made for this purpose first: `CITATION.cff`, `codemeta.json`, `.zenodo.json`,
/// the README.
///
/// ```
/// use starcite_core::paper_mentions::statements_of;
/// assert_eq!(statements_of(["README.md", "setup.py", ".zenodo.json", "README_zh.md"].into_iter()), [".zenodo.json", "README.md"]);
/// ```
pub fn statements_of<'a>(entries: impl Iterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    let first = |form| entries.clone().find(|name| Form::of(name) == Some(form));
    let written = [Form::Cff, Form::Codemeta, Form::Zenodo].into_iter().filter_map(first);
    written.chain(readme_of(entries.clone())).collect()
}

/// Returns the README that GitHub shows: `README.md` before other forms, the plain name before those of a language; any case.
///
/// ```
/// use starcite_core::paper_mentions::readme_of;
/// assert_eq!(readme_of(["docs", "readme_zh.md", "Readme.rst", "setup.py"].into_iter()), Some("Readme.rst"));
/// assert_eq!(readme_of(["readme_zh.md", "main.c"].into_iter()), Some("readme_zh.md"));
/// assert_eq!(readme_of(["READMEFIRST.png"].into_iter()), None);
/// ```
pub fn readme_of<'a>(entries: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    entries.filter_map(|name| Some((rank(name)?, name))).min().map(|(_, name)| name)
}

/// Returns the file with the citation of the repository, `CITATION.cff` (<https://citation-file-format.github.io>).
pub fn citation_of<'a>(mut entries: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    entries.find(|name| name.eq_ignore_ascii_case("CITATION.cff"))
}

/// File endings of a README, the preferred first.
const FORMS: &[&str] = &["md", "markdown", "mdown", "mkdn", "rst", "org", "adoc", "asciidoc", "textile", "rdoc", "pod", "wiki", "html", "txt", ""];

/// Returns the rank of a README's name, the best first; `None` for another file.
fn rank(name: &str) -> Option<usize> {
    let lower = name.to_ascii_lowercase();
    let rest = lower.strip_prefix("readme")?;
    let (middle, form) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let form = FORMS.iter().position(|known| *known == form)?;
    match middle.as_bytes().first() {
        None => Some(form),
        Some(b'.' | b'_' | b'-') => Some(FORMS.len() + form),
        Some(_) => None,
    }
}
