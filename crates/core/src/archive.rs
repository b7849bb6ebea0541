//! Archives of code and data: the repository, release and papers in a record of software or a dataset.

mod relation;

pub(crate) use relation::OF_ITS_PAPER;
pub use relation::{Relation, papers, repository};

use crate::RepoName;
use crate::named;
use crate::paper::doi;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

named! {
    /// The kind of contents of an archive.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ArchiveKind {
        /// Code: software, notebooks, workflows.
        Software = "software",
        /// Data.
        Dataset = "dataset",
        /// Anything else that is not a paper: pictures, slides, videos.
        #[default]
        Other = "other",
    }
}

/// One source's record of one archive. `None` is unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is a column of `archives`; `starcite schema` gives its meaning")]
pub struct Archive {
    pub archive: String,
    pub concept: Option<String>,
    pub repo: Option<RepoName>,
    pub release: Option<String>,
    pub kind: ArchiveKind,
    pub title: Option<String>,
    pub version: Option<String>,
    pub license_spdx: Option<String>,
    pub published: Option<NaiveDate>,
    pub papers: Vec<String>,
    pub cited_by: Vec<String>,
    pub source: String,
    /// The time of the record's last change; `None` if the record has none.
    pub said_at: Option<DateTime<Utc>>,
}

impl Archive {
    /// True if the record links the archive to a repository or a paper.
    pub fn ties(&self) -> bool {
        self.repo.is_some() || !self.papers.is_empty() || !self.cited_by.is_empty()
    }

    /// Returns the repository whose code the archive holds, for a record of software or of a release. A repository's data is not a copy of it.
    pub fn copy_of(&self) -> Option<&RepoName> {
        self.repo.as_ref().filter(|_| self.kind == ArchiveKind::Software || self.release.is_some())
    }
}

/// Returns the id of the archive with a DOI: `doi:10.5281/zenodo.123`.
pub fn archive_id(text: &str) -> Option<String> {
    doi(text).map(|doi| format!("doi:{doi}"))
}

/// Returns the archive of a link of kind `archive`, if the target contains its DOI or Zenodo number.
///
/// ```
/// use starcite_core::archive::linked_archive;
/// let linked = |target| linked_archive(target);
/// assert_eq!(linked("https://doi.org/10.5281/Zenodo.123").as_deref(), Some("doi:10.5281/zenodo.123"));
/// assert_eq!(linked("https://zenodo.org/record/123/files/a.zip"), linked("https://zenodo.org/doi/10.5281/zenodo.123"));
/// assert_eq!(linked("https://figshare.com/articles/123"), None);
/// ```
pub fn linked_archive(target: &str) -> Option<String> {
    let path = target.strip_prefix("https://")?;
    let path = path.strip_prefix("www.").unwrap_or(path);
    if path.starts_with("doi.org/") {
        return archive_id(path);
    }
    let (page, id) = path.strip_prefix("zenodo.org/")?.split_once('/')?;
    let digits = id.bytes().take_while(u8::is_ascii_digit).count();
    match page {
        "doi" => archive_id(id),
        "record" | "records" if digits > 0 => Some(format!("doi:10.5281/zenodo.{}", &id[..digits])),
        _ => None,
    }
}
