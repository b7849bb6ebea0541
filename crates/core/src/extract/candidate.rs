//! Alternative readings of an ambiguous link.

use super::{address, host, repair};
use crate::RepoName;
use crate::named;
use serde::{Deserialize, Serialize};

/// Another repository that a link may mean.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Candidate {
    /// Its name, `host/path`.
    pub repo: RepoName,
    /// The assumption of this reading: a name in the list of docs/LINKS.md, such as `hyphen_for_space`.
    pub assumed: String,
}

named! {
    /// The reason for the choice among several readings of a link.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum SettledBy {
        /// Another mention in the same paper has this reading and no other.
        SamePaper = "same_paper",
        /// It is the likeliest among those that exist and name the paper.
        NamesPaper = "names_paper",
        /// It is the only one that exists.
        Exists = "exists",
        /// Several exist, and none is known to name the paper: the likeliest of them is chosen.
        SeveralExist = "several_exist",
        /// None exists: the likeliest is chosen.
        NoneExists = "none_exists",
        /// The host has not answered for all of them: the likeliest is chosen.
        Open = "open",
        /// The record of the linked archive names the repository of its code.
        ArchiveRecord = "archive_record",
    }
}

impl SettledBy {
    /// Returns the confidence of the link, given the confidence of its text alone.
    pub(super) fn confidence(self, of_text: f64) -> f64 {
        match self {
            Self::SamePaper | Self::NamesPaper => 0.99,
            Self::Exists => 0.97,
            Self::SeveralExist => of_text * 0.7,
            Self::NoneExists => of_text * 0.5,
            Self::Open | Self::ArchiveRecord => of_text,
        }
    }
}

/// The spelling of a link in the text.
pub(super) struct Spelling<'a> {
    /// Its text.
    pub(super) raw: &'a str,
    /// Its text before its end was cut.
    pub(super) uncut: &'a str,
}

/// The assumption for the source repository of a project page. The link is to the page itself, so this is not a reading of the link.
pub(super) const PAGES_SOURCE: &str = "pages_source";
/// The assumption of the likeliest reading of the text, if the link settled on another.
pub(super) const LIKELIEST: &str = "likeliest";

/// The assumption that the address continues after the end that was found.
const END_NOT_CUT: &str = "end_not_cut";

/// Returns another possible text; `None` if that reading does not apply.
type Other = fn(&Spelling) -> Option<String>;

/// The other readings, likeliest first, named after their assumptions.
const OTHERS: &[(&str, Other)] = &[
    ("hyphen_for_space", hyphen_for_space),
    ("hyphen_of_line_break", hyphen_of_line_break),
    ("link_ends_at_blank", link_ends_at_blank),
    (END_NOT_CUT, end_not_cut),
    ("no_trailing_hyphen", no_trailing_hyphen),
];

/// Returns the alternatives to `repo`, each once.
pub(super) fn others(spelling: &Spelling, repo: &RepoName) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (assumed, other) in OTHERS {
        let read = other(spelling).and_then(|text| {
            let (text, _) = repair::mend(&text);
            let address = address::read(&text)?;
            host::read(&address, host::find(&address.host))?.repo
        });
        if let Some(other) = read.filter(|other| other.key() != repo.key() && found.iter().all(|known| known.repo.key() != other.key())) {
            found.push(Candidate { repo: other, assumed: (*assumed).to_owned() });
        }
    }
    found
}

/// Returns the assumptions of the other readings, by name.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OTHERS.iter().map(|(assumed, _)| *assumed).chain([LIKELIEST, PAGES_SOURCE])
}

/// Returns the candidate that replaced the likeliest reading, with its original assumption, and its original index.
pub(super) fn put_back(raw: &str, likeliest: &RepoName, chosen: RepoName, remaining: &[Candidate]) -> (usize, Candidate) {
    let found = others(&Spelling { raw, uncut: raw }, likeliest).into_iter().find(|other| other.repo.key() == chosen.key());
    // Text that was cut off the end is not part of the link. Only `END_NOT_CUT` needs such text.
    let assumed = found.map_or_else(|| END_NOT_CUT.to_owned(), |found| found.assumed);
    let rank = |assumed: &str| OTHERS.iter().position(|(known, _)| *known == assumed);
    let at = remaining.iter().filter(|other| rank(&other.assumed) < rank(&assumed)).count();
    (at, Candidate { repo: chosen, assumed })
}

/// True for a space between two words of a name.
fn inside_name(left: &str, right: &str) -> bool {
    let word_before = left.ends_with(|c: char| c.is_ascii_alphanumeric());
    word_before && right.starts_with(|c: char| c.is_ascii_alphanumeric()) && left.contains('/')
}

/// Reads `lost underscore` as `lost-underscore`.
fn hyphen_for_space(spelling: &Spelling) -> Option<String> {
    repair::join(spelling.raw, inside_name, "-")
}

/// Reads `hy- phen` as `hyphen`, with the hyphen of a line break.
fn hyphen_of_line_break(spelling: &Spelling) -> Option<String> {
    let marked = repair::join(spelling.raw, |left, _| left.ends_with('-'), "\u{0}")?;
    Some(marked.replace("-\u{0}", ""))
}

/// Reads `name and more` as `name`.
fn link_ends_at_blank(spelling: &Spelling) -> Option<String> {
    let at = repair::join(spelling.raw, |left, right| inside_name(left, right) || left.ends_with(['-', '_']), "\u{0}")?.find('\u{0}')?;
    Some(spelling.raw[..at].trim_end_matches(['-', '_']).to_owned())
}

/// Reads `name.The` as one name.
fn end_not_cut(spelling: &Spelling) -> Option<String> {
    (spelling.uncut.len() > spelling.raw.len()).then(|| spelling.uncut.to_owned())
}

/// Reads `name-` as `name`.
fn no_trailing_hyphen(spelling: &Spelling) -> Option<String> {
    spelling.raw.ends_with('-').then(|| spelling.raw.trim_end_matches('-').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(raw: &str, uncut: &str, repo: &str) -> Vec<(String, String)> {
        let repo = RepoName::parse(repo).expect("a repository");
        others(&Spelling { raw, uncut }, &repo).into_iter().map(|c| (c.repo.to_string(), c.assumed)).collect()
    }

    fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
        wanted.iter().map(|(repo, assumed)| (format!("github.com/o/{repo}"), (*assumed).to_owned())).collect()
    }

    #[test]
    fn a_lost_sign_may_be_a_hyphen_or_the_end() {
        let raw = "github.com/o/a b c";
        assert_eq!(candidates(raw, raw, "o/a_b_c"), pairs(&[("a-b-c", "hyphen_for_space"), ("a", "link_ends_at_blank")]));
    }

    #[test]
    fn a_hyphen_at_a_break_may_not_belong_to_the_name() {
        let raw = "https://github.com/o/ab-\ncd";
        assert_eq!(candidates(raw, raw, "o/ab-cd"), pairs(&[("abcd", "hyphen_of_line_break"), ("ab", "link_ends_at_blank")]));
    }

    #[test]
    fn what_was_cut_may_belong_to_the_name() {
        assert_eq!(candidates("github.com/o/n", "github.com/o/n.The", "o/n"), pairs(&[("n.The", "end_not_cut")]));
        assert_eq!(candidates("github.com/o/n-", "github.com/o/n-", "o/n-"), pairs(&[("n", "no_trailing_hyphen")]));
    }

    #[test]
    fn a_plain_link_has_no_other_reading() {
        assert_eq!(candidates("https://github.com/o/n", "https://github.com/o/n", "o/n"), []);
    }
}
