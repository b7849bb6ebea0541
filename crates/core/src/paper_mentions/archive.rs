//! Archives of a repository's code in its files: Zenodo and Software Heritage.

use memchr::memmem;

/// The end of a Zenodo DOI before its number.
const ZENODO: &str = "zenodo.";
/// The text before that, also inside a URL or a badge.
const ZENODO_PREFIXES: &[&str] = &["10.5281/", "10.5281%2f"];
/// The prefix of every Software Heritage identifier (<https://www.swhid.org/specification/v1.1/>).
const SWH: &str = "swh:1:";
/// The kinds of objects with an identifier.
const SWH_KINDS: &[&str] = &["cnt", "dir", "rev", "rel", "snp"];
const SWH_DIGITS: usize = 40;

/// Returns the archived versions that a text names, each once, sorted: Zenodo DOIs as `doi:10.5281/zenodo.123`, Software Heritage identifiers as
/// `swh:1:rev:…` without qualifiers. The address of a badge counts.
///
/// ```
/// use starcite_core::paper_mentions::archive_ids;
/// assert_eq!(archive_ids("[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.123.svg)](https://doi.org/10.5281/Zenodo.123)"), ["doi:10.5281/zenodo.123"]);
/// ```
pub fn archive_ids(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let places = |needle: &'static str| memmem::find_iter(lower.as_bytes(), needle.as_bytes());
    let zenodo = places(ZENODO).filter_map(|at| zenodo_at(&lower, at));
    let mut ids: Vec<String> = zenodo.chain(places(SWH).filter_map(|at| swh_at(&lower, at))).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn zenodo_at(lower: &str, at: usize) -> Option<String> {
    ZENODO_PREFIXES.iter().find(|prefix| lower[..at].ends_with(*prefix))?;
    let number = &lower[at + ZENODO.len()..];
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (1..=12).contains(&digits).then(|| format!("doi:10.5281/zenodo.{}", &number[..digits]))
}

fn swh_at(lower: &str, at: usize) -> Option<String> {
    let (kind, hash) = lower[at + SWH.len()..].split_once(':')?;
    let digits = hash.bytes().take_while(u8::is_ascii_hexdigit).count();
    (SWH_KINDS.contains(&kind) && digits == SWH_DIGITS).then(|| format!("{SWH}{kind}:{}", &hash[..digits]))
}
