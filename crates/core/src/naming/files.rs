//! Which files of a root folder say what a repository is.

/// The README that GitHub shows: `README.md` before other forms, the plain name before those of a language; any case.
///
/// ```
/// use starcite_core::naming::readme_of;
/// assert_eq!(readme_of(["docs", "readme_zh.md", "Readme.rst", "setup.py"].into_iter()), Some("Readme.rst"));
/// assert_eq!(readme_of(["readme_zh.md", "main.c"].into_iter()), Some("readme_zh.md"));
/// assert_eq!(readme_of(["READMEFIRST.png"].into_iter()), None);
/// ```
pub fn readme_of<'a>(entries: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    entries.filter_map(|name| Some((rank(name)?, name))).min().map(|(_, name)| name)
}

/// The file that says how to cite the repository, `CITATION.cff` (<https://citation-file-format.github.io>).
pub fn citation_of<'a>(mut entries: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    entries.find(|name| name.eq_ignore_ascii_case("CITATION.cff"))
}

/// Forms of text in the order in which one is preferred.
const FORMS: &[&str] = &["md", "markdown", "mdown", "mkdn", "rst", "org", "adoc", "asciidoc", "textile", "rdoc", "pod", "wiki", "html", "txt", ""];

/// How good a README a name is, less is better; `None` for another file.
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
