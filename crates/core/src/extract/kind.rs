//! The kinds of link targets.

use serde::{Deserialize, Serialize};

/// The kind of a link's target. The names are those of the tables; `starcite schema` describes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is described in `meaning`")]
pub enum LinkKind {
    Repo,
    Owner,
    Gist,
    ProjectPage,
    AnonymousRepo,
    Model,
    Dataset,
    Space,
    Collection,
    Notebook,
    Archive,
    Video,
    ShortLink,
    Placeholder,
    Promise,
    Website,
}

impl LinkKind {
    /// All kinds, in the order in which summaries list them.
    pub const ALL: [Self; 16] = [
        Self::Repo,
        Self::Owner,
        Self::Gist,
        Self::ProjectPage,
        Self::AnonymousRepo,
        Self::Model,
        Self::Dataset,
        Self::Space,
        Self::Collection,
        Self::Notebook,
        Self::Archive,
        Self::Video,
        Self::ShortLink,
        Self::Placeholder,
        Self::Promise,
        Self::Website,
    ];

    /// Returns the name used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repo => "repo",
            Self::Owner => "owner",
            Self::Gist => "gist",
            Self::ProjectPage => "project_page",
            Self::AnonymousRepo => "anonymous_repo",
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Space => "space",
            Self::Collection => "collection",
            Self::Notebook => "notebook",
            Self::Archive => "archive",
            Self::Video => "video",
            Self::ShortLink => "short_link",
            Self::Placeholder => "placeholder",
            Self::Promise => "promise",
            Self::Website => "website",
        }
    }

    /// Returns the kind with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Returns the meaning of the kind, for docs and `starcite schema`.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Repo => "a repository on a code host",
            Self::Owner => "a user or an organisation on a code host or on Hugging Face, no repository named",
            Self::Gist => "a gist",
            Self::ProjectPage => "a page about the paper's project, such as one on github.io",
            Self::AnonymousRepo => "a repository made anonymous for review; it expires",
            Self::Model => "a model on Hugging Face or ModelScope",
            Self::Dataset => "a dataset on Hugging Face, ModelScope or Kaggle",
            Self::Space => "a demo on Hugging Face or ModelScope",
            Self::Collection => "a collection on Hugging Face",
            Self::Notebook => "a notebook on Colab, Kaggle, Binder or nbviewer",
            Self::Archive => "a record in an archive: Zenodo, figshare, OSF, Software Heritage, Dataverse, Dryad, Mendeley Data",
            Self::Video => "a video",
            Self::ShortLink => "a shortened link; where it leads is not known",
            Self::Placeholder => "the place of a link that was never filled in",
            Self::Promise => "a sentence that announces code without a link",
            Self::Website => "any other page",
        }
    }

    /// True if such a link can contain code.
    pub fn holds_code(self) -> bool {
        matches!(self, Self::Repo | Self::Gist | Self::AnonymousRepo | Self::Notebook | Self::Archive)
    }
}
