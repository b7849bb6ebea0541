//! The fields of a paper that contain links and citations.

use crate::named;
use serde::{Deserialize, Serialize};

named! {
    /// A field of a paper that can contain a link or a citation.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum Field {
        /// The abstract: the field with the most links.
        #[serde(rename = "abstract")]
        Abstract = "abstract",
        /// The authors' comment (arXiv): often the only field with a link.
        #[serde(rename = "comment")]
        Comment = "comment",
        /// The title.
        #[serde(rename = "title")]
        Title = "title",
        /// A repository in a field of the source's own (Hugging Face's `githubRepo`).
        #[serde(rename = "githubRepo")]
        GithubRepo = "githubRepo",
        /// A project page in a field of the source's own (Hugging Face's `projectPage`).
        #[serde(rename = "projectPage")]
        ProjectPage = "projectPage",
        /// A supplement in the publisher's metadata (Crossref, DataCite): data and code of its own.
        #[serde(rename = "is-supplemented-by")]
        IsSupplementedBy = "is-supplemented-by",
        /// A reference in the publisher's metadata (Crossref, DataCite): data and code, its own or others'.
        #[serde(rename = "references")]
        References = "references",
        /// Its preprint in the publisher's metadata (Crossref).
        #[serde(rename = "has-preprint")]
        HasPreprint = "has-preprint",
        /// An address in a row of Papers with Code's list: a claim of the list, not of the paper or its publisher.
        #[serde(rename = "pwc")]
        Pwc = "pwc",
        /// An address in a field of the source's own (BibTeX): of the paper, or of its code.
        #[serde(rename = "url")]
        Url = "url",
    }
}

impl Field {
    /// True if it is a third party's list: the paper may not contain its links.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Pwc)
    }
}
