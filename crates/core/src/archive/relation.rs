//! The relations of an archive in its record.

use crate::RepoName;
use crate::extract::{self, ARCHIVE_REGISTRANTS};
use crate::paper::{arxiv_id, arxiv_id_of_address, doi};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Relations to the paper of this code or data. `cites`, `references` and the like refer to other papers.
pub(crate) const OF_ITS_PAPER: &[&str] = &["isSupplementTo", "isDescribedBy", "isDocumentedBy", "isPublishedIn"];
/// Relations to papers that use it, by any authors.
const OF_CITING: &[&str] = &["isCitedBy", "isReferencedBy"];
/// Relations to its source repository.
const OF_ITS_REPOSITORY: &[&str] = &["isSupplementTo", "isDerivedFrom", "isIdenticalTo", "isVersionOf", "isVariantFormOf"];
/// Names of branches, which are not releases: `tree/main`.
const BRANCHES: &[&str] = &["main", "master", "develop", "dev", "trunk", "HEAD", "gh-pages"];
/// The path segments before the name of a release in a repository's URL, on GitHub, GitLab and Gitea.
const BEFORE_RELEASE: &[&str] =
    &["releases/tag/", "releases/download/", "archive/refs/tags/", "tree/", "-/tree/", "-/tags/", "-/releases/", "src/tag/", "archive/"];
/// The endings after it in the address of a file.
const FILE_ENDINGS: &[&str] = &[".zip", ".tar.gz", ".tgz"];
/// The number of digits in a commit id.
const COMMIT_DIGITS: usize = 40;

/// One relation of a record, with DataCite's names (<https://datacite-metadata-schema.readthedocs.io/en/4.6/appendices/appendix-1/relationType/>).
#[derive(Debug, Clone, PartialEq)]
pub struct Relation<'a> {
    /// `isSupplementTo`, in any case.
    pub name: &'a str,
    /// A DOI, an arXiv id or an address.
    pub identifier: &'a str,
    /// The kind of resource, if the record gives it: `publication-preprint`, `JournalArticle`.
    pub kind: Option<&'a str>,
}

impl Relation<'_> {
    /// True if the relation has one of these names.
    pub fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }

    /// Returns the related paper: `arxiv:…` or `doi:…`.
    fn paper(&self) -> Option<String> {
        let is_publication = self.kind.map(is_publication);
        if is_publication == Some(false) {
            return None;
        }
        if let Some(id) = arxiv_id(self.identifier).or_else(|| arxiv_id_of_address(self.identifier)) {
            return Some(format!("arxiv:{id}"));
        }
        let doi = doi(self.identifier)?;
        let is_archive = ARCHIVE_REGISTRANTS.iter().any(|registrant| doi.split('/').next() == Some(registrant));
        (!is_archive || is_publication == Some(true)).then(|| format!("doi:{doi}"))
    }
}

/// True if a kind of resource, in DataCite's or Zenodo's terms, is a paper.
fn is_publication(kind: &str) -> bool {
    const PAPERS: &[&str] = &["journalarticle", "conferencepaper", "preprint", "text", "datapaper", "report", "dissertation", "bookchapter", "book"];
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("publication") || PAPERS.contains(&kind.as_str())
}

/// Returns the papers that an archive belongs to, and those that cite it, each once, sorted.
pub fn papers(relations: &[Relation<'_>]) -> (Vec<String>, Vec<String>) {
    let of = |names| {
        let mut papers: Vec<String> = relations.iter().filter(|relation| relation.is_one_of(names)).filter_map(Relation::paper).collect();
        papers.sort();
        papers.dedup();
        papers
    };
    (of(OF_ITS_PAPER), of(OF_CITING))
}

/// Returns the repository that an archive was made from, and the release; `more` are addresses in the record outside its relations.
/// A release has priority over a repository alone. `None` if the remaining candidates are different repositories.
///
/// ```
/// use starcite_core::archive::{Relation, repository};
/// let tree = Relation { name: "IsSupplementTo", identifier: "https://github.com/o/n/tree/v1.2", kind: None };
/// let (repo, release) = repository(&[tree], &[]).unwrap();
/// assert_eq!((repo.as_str(), release.as_deref()), ("github.com/o/n", Some("v1.2")));
/// ```
pub fn repository(relations: &[Relation<'_>], more: &[&str]) -> Option<(RepoName, Option<String>)> {
    let related = relations.iter().filter(|relation| relation.is_one_of(OF_ITS_REPOSITORY)).map(|relation| relation.identifier);
    let mut found: Vec<(RepoName, Option<String>)> = related.chain(more.iter().copied()).filter_map(read).collect();
    if found.iter().any(|(_, release)| release.is_some()) {
        found.retain(|(_, release)| release.is_some());
    }
    let first = found.first()?;
    let is_clear = found.iter().all(|(repo, _)| repo.key() == first.0.key());
    is_clear.then(|| first.clone())
}

/// Returns the repository and the release in an address.
fn read(address: &str) -> Option<(RepoName, Option<String>)> {
    let (repo, subpath) = extract::repository(address)?;
    Some((repo, subpath.as_deref().and_then(release)))
}

/// Returns the tag in the path after a repository. A branch or a commit is not a tag.
fn release(subpath: &str) -> Option<String> {
    let (before, rest) = BEFORE_RELEASE.iter().find_map(|before| Some((*before, subpath.strip_prefix(before)?)))?;
    let rest = if before == "releases/download/" { rest.split('/').next()? } else { rest };
    let is_file = before.starts_with("archive/");
    let name = FILE_ENDINGS.iter().find_map(|ending| rest.strip_suffix(ending).filter(|_| is_file)).unwrap_or(rest);
    let name = name.trim_end_matches('/');
    let name = percent_decode_str(name).decode_utf8().map_or_else(|_| name.to_owned(), Cow::into_owned);
    let is_branch = BRANCHES.contains(&name.split('/').next().unwrap_or_default()) || name.starts_with("refs/heads/");
    let is_commit = name.len() == COMMIT_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!name.is_empty() && !is_branch && !is_commit).then(|| name.strip_prefix("refs/tags/").map(str::to_owned).unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation<'a>(name: &'a str, identifier: &'a str) -> Relation<'a> {
        Relation { name, identifier, kind: None }
    }

    fn tie(address: &str) -> (String, Option<String>) {
        let (repo, release) = repository(&[relation("isSupplementTo", address)], &[]).expect(address);
        (repo.path().to_owned(), release)
    }

    #[test]
    fn a_release_is_read_from_every_form_of_its_address() {
        for address in [
            "https://github.com/o/n/tree/v1.2",
            "http://www.github.com/o/n/tree/v1.2/",
            "git+https://github.com/o/n.git/tree/v1.2",
            "github.com/o/n/releases/tag/v1.2",
            "https://github.com/o/n/releases/download/v1.2/n.whl",
            "https://github.com/o/n/archive/v1.2.zip",
            "https://github.com/o/n/archive/refs/tags/v1.2.tar.gz",
            "https://gitlab.com/o/n/-/tags/v1.2",
            "https://codeberg.org/o/n/src/tag/v1.2",
        ] {
            assert_eq!(tie(address), ("o/n".to_owned(), Some("v1.2".to_owned())), "{address}");
        }
        assert_eq!(tie("https://github.com/o/n/tree/release/1.0").1.as_deref(), Some("release/1.0"));
        assert_eq!(tie("https://github.com/o/n/tree/release%2F1.0%2Bfix").1.as_deref(), Some("release/1.0+fix"));
        assert_eq!(tie("https://github.com/o/n/tree/v%C3%A9%").1.as_deref(), Some("v\u{e9}%"));
    }

    #[test]
    fn a_branch_and_a_commit_are_no_release() {
        let commit = format!("https://github.com/o/n/tree/{}", "0a".repeat(20));
        for address in [
            "https://github.com/o/n",
            "git+https://github.com/o/n.git",
            "https://github.com/o/n/tree/main/src",
            "https://github.com/o/n/commit/0a1b2c3",
            &commit,
        ] {
            assert_eq!(tie(address), ("o/n".to_owned(), None), "{address}");
        }
    }

    #[test]
    fn of_several_repositories_the_one_with_a_release_is_meant_and_else_none() {
        let two = [relation("isDerivedFrom", "https://github.com/o/other"), relation("isSupplementTo", "https://github.com/o/n/tree/v1")];
        assert_eq!(repository(&two, &[]).map(|(repo, _)| repo.path().to_owned()).as_deref(), Some("o/n"));
        assert_eq!(repository(&two[..1], &["https://github.com/o/n"]), None);
        assert!(repository(&two[..1], &["https://GitHub.com/O/other"]).is_some());
        assert_eq!(repository(&[relation("cites", "https://github.com/o/n")], &[]), None);
        assert_eq!(repository(&[relation("isSupplementTo", "https://github.com/features/actions"), relation("isSupplementTo", "no address")], &[]), None);
    }

    #[test]
    fn papers_are_those_it_belongs_to_and_those_that_cite_it() {
        let relations = [
            relation("IsSupplementTo", "https://arxiv.org/abs/2004.03688v2"),
            relation("isSupplementTo", "arXiv:2004.03688"),
            relation("isSupplementTo", "10.5281/zenodo.1"),
            Relation { kind: Some("publication-article"), ..relation("isDescribedBy", "10.5281/zenodo.2") },
            Relation { kind: Some("Dataset"), ..relation("isSupplementTo", "10.1000/data") },
            relation("isCitedBy", "https://doi.org/10.1371/JOURNAL.PPAT.1"),
            relation("cites", "10.1000/other"),
        ];
        let (own, citing) = papers(&relations);
        assert_eq!(own, ["arxiv:2004.03688", "doi:10.5281/zenodo.2"]);
        assert_eq!(citing, ["doi:10.1371/journal.ppat.1"]);
    }
}
