//! A record of DataCite or Zenodo, in either form: a paper, or an archive of software or data.

use super::{ParsedRecord, jats};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::archive::{self, Relation, archive_id};
use starcite_core::observation::UNNAMED_LICENCE;
use starcite_core::paper::{CitedBy, arxiv_id, arxiv_id_of_address, doi, paper_id};
use starcite_core::paper_mentions::spdx_id;
use starcite_core::reject;
use starcite_core::{Archive, ArchiveKind, Field, Paper};

/// Relations by which a record of a paper names the same paper elsewhere.
const SAME: &[&str] = &["isIdenticalTo", "isVersionOf", "isNewVersionOf", "isPreviousVersionOf", "isVariantFormOf", "hasVersion"];
/// Relations to the supplements of a paper, and to resources that it uses.
const SUPPLEMENTS: &[&str] = &["isSupplementedBy", "hasPart"];
const REFERENCES: &[&str] = &["references", "cites", "isSupplementTo", "isDerivedFrom", "isDocumentedBy"];

/// The facts of a record, in a form common to both sources.
#[derive(Default)]
pub(super) struct Deposit<'a> {
    pub(super) source: &'static str,
    /// `None` for a paper.
    pub(super) kind: Option<ArchiveKind>,
    pub(super) own_id: Option<&'a str>,
    pub(super) doi: Option<String>,
    /// The DOI of all its versions.
    pub(super) concept: Option<&'a str>,
    pub(super) title: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) notes: Option<&'a str>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<NaiveDate>,
    pub(super) year: Option<i32>,
    pub(super) url: Option<&'a str>,
    pub(super) version: Option<&'a str>,
    pub(super) licences: Vec<&'a str>,
    pub(super) relations: Vec<Relation<'a>>,
    /// Other identifiers and addresses of the same thing.
    pub(super) same: Vec<&'a str>,
    pub(super) cited_by: Option<CitedBy>,
    pub(super) changed: Option<DateTime<Utc>>,
}

impl Deposit<'_> {
    /// Returns the parsed record.
    pub(super) fn said(self) -> Result<ParsedRecord, String> {
        match self.kind {
            None => Ok(ParsedRecord::of(self.paper()?)),
            Some(kind) => Ok(ParsedRecord { archive: Some(Box::new(self.archive(kind)?)), ..ParsedRecord::default() }),
        }
    }

    fn paper(self) -> Result<Paper, String> {
        let title = self.title.and_then(jats::text);
        let arxiv = self.arxiv_id();
        let id = paper_id(self.source, self.own_id, arxiv.as_deref(), self.doi.as_deref(), title.as_deref());
        Ok(Paper {
            paper_id: id.ok_or(reject::NO_KEY)?,
            source_key: self.own_id.map(str::to_owned),
            related: self.related(),
            arxiv_id: arxiv,
            doi: self.doi,
            title,
            abstract_text: self.description.and_then(jats::text),
            comment: self.notes.and_then(jats::text),
            authors: self.authors,
            published: self.published,
            year: self.year,
            url: self.url.map(str::to_owned),
            cited_by: self.cited_by,
            ..Paper::default()
        })
    }

    /// Returns the arXiv id in its DOI, else the one in an identifier of the same paper.
    fn arxiv_id(&self) -> Option<String> {
        let related = self.relations.iter().filter(|relation| relation.is_one_of(SAME)).map(|relation| relation.identifier);
        let is_said = |text: &str| text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("arxiv:"));
        let read = |text: &str| arxiv_id_of_address(text).or_else(|| is_said(text).then(|| arxiv_id(text)).flatten());
        self.doi.as_deref().and_then(arxiv_id_of_address).or_else(|| self.same.iter().copied().chain(related).find_map(read))
    }

    fn related(&self) -> Vec<(Field, String)> {
        let field = |relation: &Relation<'_>| {
            let fields = [(Field::IsSupplementedBy, SUPPLEMENTS), (Field::References, REFERENCES)];
            fields.into_iter().find_map(|(field, names)| relation.is_one_of(names).then_some(field))
        };
        let same = self.same.iter().map(|address| (Field::References, *address));
        let related = self.relations.iter().filter_map(|relation| Some((field(relation)?, relation.identifier)));
        related.chain(same).filter_map(|(field, identifier)| Some((field, address(identifier.strip_prefix("git+").unwrap_or(identifier))?))).collect()
    }

    fn archive(self, kind: ArchiveKind) -> Result<Archive, String> {
        let archive = self.doi.as_deref().and_then(archive_id).ok_or("no DOI: an archive is known by it")?;
        let version_of = self.relations.iter().filter(|relation| relation.is_one_of(&["isVersionOf"])).map(|relation| relation.identifier);
        let concept = self.concept.into_iter().chain(version_of).find_map(archive_id).filter(|concept| *concept != archive);
        let (repo, release) = archive::repository(&self.relations, &self.same).unzip();
        let is_of_all_versions = concept.is_none() && self.relations.iter().any(|relation| relation.is_one_of(&["hasVersion"]));
        let (papers, cited_by) = archive::papers(&self.relations);
        Ok(Archive {
            archive,
            concept,
            repo,
            release: release.flatten().filter(|_| !is_of_all_versions),
            kind,
            title: self.title.and_then(jats::text),
            version: self.version.map(str::to_owned),
            license_spdx: self.licences.iter().find_map(|licence| spdx_id(licence)).or_else(|| self.licences.first().map(|_| UNNAMED_LICENCE.to_owned())),
            published: self.published,
            papers,
            cited_by,
            source: self.source.to_owned(),
            said_at: self.changed,
        })
    }
}

/// Returns the address of a related work or resource: that of its DOI, or the given one.
pub(super) fn address(identifier: &str) -> Option<String> {
    doi(identifier).map(|doi| format!("https://doi.org/{doi}")).or_else(|| identifier.starts_with("http").then(|| identifier.to_owned()))
}
