//! The kinds of link targets.

use crate::named;
use serde::{Deserialize, Serialize};

named! {
    /// The kind of a link's target. The names are those of the tables; `starcite schema` describes them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(missing_docs, reason = "each is described in `meaning`")]
    pub enum LinkKind {
        Repo = "repo",
        Owner = "owner",
        Gist = "gist",
        ProjectPage = "project_page",
        AnonymousRepo = "anonymous_repo",
        Model = "model",
        Dataset = "dataset",
        Space = "space",
        Collection = "collection",
        Notebook = "notebook",
        Archive = "archive",
        Video = "video",
        ShortLink = "short_link",
        Placeholder = "placeholder",
        Promise = "promise",
        Website = "website",
    }
}

impl LinkKind {
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
