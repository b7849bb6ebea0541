//! The fields of a paper that contain links and citations.

use serde::{Deserialize, Serialize};

/// A field of a paper that can contain a link or a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The abstract: the field with the most links.
    #[serde(rename = "abstract")]
    Abstract,
    /// The authors' comment (arXiv): often the only field with a link.
    #[serde(rename = "comment")]
    Comment,
    /// The title.
    #[serde(rename = "title")]
    Title,
    /// A repository in a field of the source's own (Hugging Face's `githubRepo`).
    #[serde(rename = "githubRepo")]
    GithubRepo,
    /// A project page in a field of the source's own (Hugging Face's `projectPage`).
    #[serde(rename = "projectPage")]
    ProjectPage,
    /// A supplement in the publisher's metadata (Crossref, DataCite): data and code of its own.
    #[serde(rename = "is-supplemented-by")]
    IsSupplementedBy,
    /// A reference in the publisher's metadata (Crossref, DataCite): data and code, its own or others'.
    #[serde(rename = "references")]
    References,
    /// Its preprint in the publisher's metadata (Crossref).
    #[serde(rename = "has-preprint")]
    HasPreprint,
    /// An address in a row of Papers with Code's list: a claim of the list, not of the paper or its publisher.
    #[serde(rename = "pwc")]
    Pwc,
    /// An address in a field of the source's own (BibTeX): of the paper, or of its code.
    #[serde(rename = "url")]
    Url,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 10] = [
        Self::Abstract,
        Self::Comment,
        Self::Title,
        Self::GithubRepo,
        Self::ProjectPage,
        Self::IsSupplementedBy,
        Self::References,
        Self::HasPreprint,
        Self::Pwc,
        Self::Url,
    ];

    /// Returns the field with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }

    /// Returns the name used in tables; for a text field also its column in `papers`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abstract => "abstract",
            Self::Comment => "comment",
            Self::Title => "title",
            Self::GithubRepo => "githubRepo",
            Self::ProjectPage => "projectPage",
            Self::IsSupplementedBy => "is-supplemented-by",
            Self::References => "references",
            Self::HasPreprint => "has-preprint",
            Self::Pwc => "pwc",
            Self::Url => "url",
        }
    }

    /// True if it is a third party's list: the paper may not contain its links.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Pwc)
    }
}
