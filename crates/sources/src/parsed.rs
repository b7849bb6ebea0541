//! The contents of a record.

use super::{BadValue, SourceKind};
use starcite_core::observation::Readme;
use starcite_core::paper::public_id;
use starcite_core::{Archive, Observation, Paper, TypedId};

/// A parsed record. Large fields are boxed because records are moved between threads.
#[derive(Debug, Default)]
pub struct ParsedRecord {
    /// The paper, if the record is of one.
    pub paper: Option<Box<Paper>>,
    /// True if the record is a part of a paper in other records: it is joined to it by its number, and is not a paper on its own.
    pub is_part: bool,
    /// The id of a paper that the source no longer has.
    pub deleted: Option<String>,
    /// The day of the event that brought the paper, in dated sources.
    pub event: Option<chrono::NaiveDate>,
    /// The repositories that it describes.
    pub observations: Vec<Observation>,
    /// The README of a repository.
    pub readme: Option<Readme>,
    /// The archive of software or data that it describes.
    pub archive: Option<Box<Archive>>,
    /// True if its figures are dated by its input, because the record has no date of its own.
    pub is_of_input: bool,
    /// Its unusable values.
    pub bad_values: Vec<BadValue>,
}

impl ParsedRecord {
    /// Makes a record with a paper, and no more.
    pub(super) fn of(paper: Paper) -> Self {
        Self { paper: Some(Box::new(paper)), ..Self::default() }
    }

    /// Returns the record with its source, and with title and names in the stored form, whatever the source.
    pub(super) fn normal(mut self, kind: SourceKind) -> Self {
        if let Some(paper) = &mut self.paper {
            if paper.sources.is_empty() {
                paper.sources = vec![kind.as_str().to_owned()];
            }
            paper.normalise();
            let public = public_id(paper.arxiv_id.as_deref(), paper.doi.as_deref());
            paper.source_key = paper.source_key.take().filter(|key| public.is_none() || TypedId::read(key).paper_id() != public);
        }
        self
    }
}
