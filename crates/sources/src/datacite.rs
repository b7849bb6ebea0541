//! Records of DataCite: replies of its REST API, and lines of its public data file (<https://support.datacite.org/docs/api>).

use super::deposit::Deposit;
use super::elements;
use super::loose::{Loose, Maybe, Number, Object, Objects, Text};
use super::record::Pages;
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, json, typed};
use serde::Deserialize;
use starcite_core::ArchiveKind;
use starcite_core::archive::Relation;
use starcite_core::paper::doi;
use std::mem::take;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "datacite",
    meaning: "Records of DataCite: replies of its API, or lines of its public data file",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: false,
    licences: &[&LICENCE],
    live: None,
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "What archives and universities register with DataCite, some 100 million DOIs: data, software, theses, preprints. A reply about one DOI (`{\"data\": {…}}`), pages \
               of them (`{\"data\": […], \"meta\": …}`), also several one after the other, or a record a line: such replies, what is in their `data`, or the bare `attributes` of \
               the public data file.",
        get: "curl -g -o page.json 'https://api.datacite.org/dois?client-id=cern.zenodo&resource-type-id=software&registered=2026&page[size]=1000&page[cursor]=1'\n\
              # the next page is at links.next; all of it, once a year: https://datafiles.datacite.org\n\
              starcite run datacite.toml     # with kind = \"datacite\" and path = \"page.json\"; `extract` reads papers alone",
        fields: &[
            ("doi", "`doi`, in lower case"),
            (
                "arxiv_id",
                "`doi`, if it is arXiv's; else an arXiv id in `alternateIdentifiers`, or one that it `IsIdenticalTo` or that is another version of it",
            ),
            ("title", "the first of `titles` that is no subtitle or translation, without markup"),
            ("abstract", "`descriptions[]` of type `Abstract`: HTML to text. Where a link's text does not have its address, that follows in brackets"),
            ("authors", "`creators[]`: `givenName` and `familyName`, else `name`"),
            ("published", "`dates[]` of type `Issued`, else `Available`, `Created`, `Submitted`: the first that is a whole date"),
            ("year", "`publicationYear`, else that of the first of these dates"),
            ("url", "`url`"),
            ("cited_by_count", "`citationCount`, of the file's last change; unless it is of a time after the week's observations had closed"),
        ],
        notes: &[
            "Papers are records whose `resourceTypeGeneral` is `Text`, `JournalArticle`, `ConferencePaper`, `Preprint`, `DataPaper`, `Report`, `Dissertation` or `BookChapter`. All \
             others are no papers but rows of `archives`, if they are tied to a repository or a paper:",
            "`archives.repo` and `archives.release` are the address in `relatedIdentifiers` that the record `IsSupplementTo`, `IsDerivedFrom`, `IsIdenticalTo`, `IsVersionOf` or \
             `IsVariantFormOf`, or one in `alternateIdentifiers`. An address with a release (`/tree/v1.2`, `/releases/tag/v1.2`) goes before one without; of several repositories \
             without a release none is meant. A branch or a commit is no release, and a record that `HasVersion`s is of none.",
            "`archives.papers` are those that the record `IsSupplementTo`, `IsDescribedBy`, `IsDocumentedBy` or `IsPublishedIn`; `archives.cited_by` those that it `IsCitedBy` or \
             `IsReferencedBy`; `archives.concept` is the DOI that it `IsVersionOf`.",
            "Of a paper, addresses that it `IsSupplementedBy` or that it has as a part are links of its own; repositories and archives that it `References` or `Cites` are links without \
             a role.",
        ],
        rejects: &["a record of software or data without a DOI", "a record with neither `titles` nor `types`", "a reply that is an error"],
    },
};

pub(super) static LICENCE: Licence = Licence {
    title: "DataCite",
    names: &[],
    in_short: "CC0 1.0.",
    url: Some("https://support.datacite.org/docs/datacite-data-file-use-policy"),
    terms: "Metadata of papers and of archives of software and data, and how often papers are cited. DataCite waives its rights in them under CC0 1.0 \
        (https://creativecommons.org/publicdomain/zero/1.0/) and asks to be named as their source. What is archived is under its own licence \
        (`archives.license_spdx`) and is not here.",
};

static PAGES: Pages = Pages { keys: &["data", "meta", "links", "errors"], path: &["data"], needed_by: &["data", "errors"] };

/// Kinds of resources that are papers.
const PAPERS: &[&str] = &["Text", "JournalArticle", "ConferencePaper", "Preprint", "DataPaper", "Report", "Dissertation", "BookChapter"];
/// Those of schema.org, for records without a kind of DataCite's.
const PAPERS_OF_SCHEMA_ORG: &[&str] = &["ScholarlyArticle", "Article"];
const SOFTWARE: &[&str] = &["Software", "ComputationalNotebook", "Workflow"];
/// Types of dates of publication, the best first.
const DATES: &[&str] = &["Issued", "Available", "Created", "Submitted"];

/// The fields in use; the others are skipped and not stored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    /// The record in a reply about one DOI.
    #[serde(borrow, default)]
    data: Maybe<Box<Record<'a>>>,
    /// The record, if it is nested in this one.
    #[serde(borrow, default)]
    attributes: Maybe<Box<Record<'a>>>,
    #[serde(borrow, default)]
    doi: Text<'a>,
    #[serde(borrow, default)]
    titles: Objects<Title<'a>>,
    #[serde(borrow, default)]
    descriptions: Objects<Description<'a>>,
    #[serde(borrow, default)]
    creators: Objects<Creator<'a>>,
    #[serde(borrow, default)]
    dates: Objects<Date<'a>>,
    #[serde(default)]
    publication_year: Number,
    #[serde(borrow, default)]
    types: Maybe<Types<'a>>,
    #[serde(borrow, default)]
    url: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    rights_list: Objects<Rights<'a>>,
    #[serde(borrow, default)]
    related_identifiers: Objects<Related<'a>>,
    #[serde(borrow, default)]
    alternate_identifiers: Objects<Alternate<'a>>,
    #[serde(default)]
    citation_count: Number,
    #[serde(borrow, default)]
    updated: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Title<'a> {
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default)]
    title_type: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description<'a> {
    #[serde(borrow, default)]
    description: Text<'a>,
    #[serde(borrow, default)]
    description_type: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Creator<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    given_name: Text<'a>,
    #[serde(borrow, default)]
    family_name: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Date<'a> {
    #[serde(borrow, default)]
    date: Text<'a>,
    #[serde(borrow, default)]
    date_type: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Types<'a> {
    #[serde(borrow, default)]
    resource_type_general: Text<'a>,
    #[serde(borrow, default)]
    schema_org: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rights<'a> {
    #[serde(borrow, default)]
    rights_identifier: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Related<'a> {
    #[serde(borrow, default)]
    relation_type: Text<'a>,
    #[serde(borrow, default)]
    related_identifier: Text<'a>,
    #[serde(borrow, default)]
    resource_type_general: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alternate<'a> {
    #[serde(borrow, default)]
    alternate_identifier: Text<'a>,
}

fn framing(start: &[u8]) -> Framing {
    if PAGES.is_cut(start) && !is_single(start) {
        return Framing::Pages(&PAGES);
    }
    elements::array_or_lines(start)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let mut record: Record<'_> = typed::record(body)?;
    while let Some(Object(inner)) = take(&mut record.data).into_good().or_else(|| take(&mut record.attributes).into_good()) {
        record = *inner;
    }
    if record.titles.objects().next().is_none() && record.types.fields().is_none() {
        return Err("neither titles nor types: this is not a record of DataCite".to_owned());
    }
    record.deposit(bad).said()
}

/// True if it begins with a reply about one DOI.
fn is_single(start: &[u8]) -> bool {
    let solid: Vec<u8> = start.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(9).collect();
    solid.starts_with(b"{\"data\":{")
}

impl Record<'_> {
    fn deposit(&self, bad: &mut BadValues) -> Deposit<'_> {
        let title = bad.list("title", &self.titles).min_by_key(|title| title.0.title_type.get().is_some());
        let described = bad.list("abstract", &self.descriptions).find(|one| one.0.description_type.get() == Some("Abstract"));
        let dates: Vec<&Object<Date<'_>>> = bad.list("published", &self.dates).collect();
        let of_kind = |kind: &'static str| dates.iter().filter(move |date| date.0.date_type.get() == Some(kind)).map(|date| date.0.date.date());
        let (published, year) = bad.date("published", DATES.iter().flat_map(|kind| of_kind(kind)));
        Deposit {
            source: ROW.name,
            kind: self.kind(),
            doi: bad.read("doi", &self.doi, doi),
            title: title.and_then(|title| bad.text("title", &title.0.title)),
            description: described.and_then(|one| bad.text("abstract", &one.0.description)),
            authors: bad.list("authors", &self.creators).filter_map(|creator| creator.0.full_name(bad)).collect(),
            published,
            year: bad.year("year", &self.publication_year).or(year),
            url: bad.text("url", &self.url),
            version: bad.text("version", &self.version),
            licences: bad.list("license_spdx", &self.rights_list).filter_map(|rights| rights.0.rights_identifier.get()).collect(),
            relations: bad.list("relatedIdentifiers", &self.related_identifiers).filter_map(|related| related.0.relation()).collect(),
            same: bad.list("alternateIdentifiers", &self.alternate_identifiers).filter_map(|one| one.0.alternate_identifier.get()).collect(),
            cited_by: bad.cited_by(ROW.name, &self.citation_count, &Loose::Absent, &Loose::Absent),
            changed: bad.read("said_at", &self.updated, json::moment),
            ..Deposit::default()
        }
    }

    /// Returns the kind of the archive; `None` for a paper.
    fn kind(&self) -> Option<ArchiveKind> {
        let types = self.types.fields();
        match types.and_then(|types| types.resource_type_general.get()) {
            Some(kind) if PAPERS.contains(&kind) => None,
            Some(kind) if SOFTWARE.contains(&kind) => Some(ArchiveKind::Software),
            Some("Dataset") => Some(ArchiveKind::Dataset),
            None if types.and_then(|types| types.schema_org.get()).is_some_and(|kind| PAPERS_OF_SCHEMA_ORG.contains(&kind)) => None,
            _ => Some(ArchiveKind::Other),
        }
    }
}

impl Creator<'_> {
    fn full_name(&self, bad: &mut BadValues) -> Option<String> {
        match (self.given_name.get(), self.family_name.get()) {
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            _ => bad.owned("authors", &self.name),
        }
    }
}

impl Related<'_> {
    fn relation(&self) -> Option<Relation<'_>> {
        Some(Relation { name: self.relation_type.get()?, identifier: self.related_identifier.get()?, kind: self.resource_type_general.get() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use starcite_core::{Archive, Field, Paper};

    fn said(text: &str) -> Result<ParsedRecord, String> {
        parse(&mut Body::Json(&mut text.replace('\n', " ").into_bytes()), &mut BadValues::default())
    }

    fn archive(fields: &str) -> Archive {
        let record = format!(r#"{{"doi": "10.5281/ZENODO.2", "types": {{"resourceTypeGeneral": "Software"}}, {fields}}}"#);
        *said(&record).unwrap().archive.unwrap()
    }

    fn paper(fields: &str) -> Paper {
        *said(&format!(r#"{{"doi": "10.1000/A", "types": {{"resourceTypeGeneral": "Preprint"}}, {fields}}}"#)).unwrap().paper.unwrap()
    }

    #[test]
    fn software_ties_its_doi_to_a_repository_and_a_release() {
        let found = archive(
            r#""titles": [{"title": "Sub", "titleType": "Subtitle"}, {"title": "o/n: <b>One</b>"}], "version": "v1.2", "updated": "2023-04-25T22:26:51.000Z",
            "rightsList": [{"rightsIdentifier": "mit"}], "dates": [{"date": "2016-03", "dateType": "Issued"}, {"date": "2016-03-27T01:02:03Z", "dateType": "Available"}],
            "relatedIdentifiers": [{"relationType": "IsSupplementTo", "relatedIdentifier": "https://github.com/o/n/tree/v1.2"},
              {"relationType": "IsVersionOf", "relatedIdentifier": "10.5281/zenodo.1", "relatedIdentifierType": "DOI"}, {"relationType": null}, null, "odd"]"#,
        );
        assert_eq!((found.archive.as_str(), found.concept.as_deref()), ("doi:10.5281/zenodo.2", Some("doi:10.5281/zenodo.1")));
        assert_eq!((found.repo.unwrap().as_str(), found.release.as_deref()), ("github.com/o/n", Some("v1.2")));
        assert_eq!((found.title.as_deref(), found.version.as_deref(), found.license_spdx.as_deref()), (Some("o/n: One"), Some("v1.2"), Some("MIT")));
        assert_eq!((found.published, found.said_at.unwrap().timestamp()), (NaiveDate::from_ymd_opt(2016, 3, 27), 1_682_461_611));
    }

    #[test]
    fn a_record_of_all_versions_is_of_no_release() {
        let found = archive(
            r#""relatedIdentifiers": [{"relationType": "IsSupplementTo", "relatedIdentifier": "https://github.com/o/n/tree/v2"},
              {"relationType": "HasVersion", "relatedIdentifier": "10.5281/zenodo.3"}]"#,
        );
        assert_eq!((found.repo.unwrap().as_str(), found.release, found.concept), ("github.com/o/n", None, None));
    }

    #[test]
    fn a_record_may_stand_in_a_reply_or_alone() {
        let attributes = r#"{"doi": "10.5281/zenodo.2", "types": {"resourceTypeGeneral": "Dataset"}}"#;
        for record in [
            attributes.to_owned(),
            format!(r#"{{"id": "x", "type": "dois", "attributes": {attributes}}}"#),
            format!(r#"{{"data": {{"id": "x", "attributes": {attributes}}}, "included": []}}"#),
        ] {
            assert_eq!(said(&record).unwrap().archive.unwrap().kind, ArchiveKind::Dataset, "{record}");
        }
        assert!(matches!(framing(br#"{"data": [{"id": "x"}]}"#), Framing::Pages(_)));
        assert!(matches!(framing(br#"{"data": {"id": "x"}}"#), Framing::Lines));
        assert!(matches!(framing(b"{\n  \"data\": {\n"), Framing::Pages(_)));
    }

    #[test]
    fn a_preprint_is_a_paper_and_its_supplements_are_links() {
        let found = paper(
            r#""titles": {"title": "T"}, "publicationYear": "2026", "citationCount": 3, "creators": [{"name": "L., Ada", "givenName": "Ada", "familyName": "L."}, {"name": "A Group"}, {}],
            "descriptions": [{"description": "no", "descriptionType": "Other"}, {"description": "<p>See <a href='https://example.org'>x</a></p>", "descriptionType": "Abstract"}],
            "alternateIdentifiers": [{"alternateIdentifier": "arXiv:2004.03688v1"}, {"alternateIdentifier": 7}],
            "relatedIdentifiers": [{"relationType": "IsSupplementedBy", "relatedIdentifier": "https://github.com/o/n"}, {"relationType": "Cites", "relatedIdentifier": "10.5281/zenodo.1"}]"#,
        );
        assert_eq!((found.paper_id.as_str(), found.title.as_deref(), found.year), ("arxiv:2004.03688", Some("T"), Some(2026)));
        assert_eq!((found.abstract_text.as_deref(), found.authors.join("; ")), (Some("See x (https://example.org)"), "Ada L.; A Group".to_owned()));
        let related = [(Field::IsSupplementedBy, "https://github.com/o/n"), (Field::References, "https://doi.org/10.5281/zenodo.1")];
        assert_eq!(found.related, related.map(|(field, address)| (field, address.to_owned())));
        assert_eq!(found.cited_by.map(|cited_by| (cited_by.count, cited_by.at)), Some((3, None)));
        assert_eq!(paper(r#""titles": null, "citationCount": null, "creators": "Ada""#).cited_by, None);
    }

    #[test]
    fn what_is_neither_a_paper_nor_has_a_doi_is_rejected() {
        for record in ["{}", r#"{"doi": "10.1000/a", "metadata": {"title": "T"}}"#] {
            assert_eq!(said(record).unwrap_err(), "neither titles nor types: this is not a record of DataCite", "{record}");
        }
        for record in [r#"{"types": {"resourceTypeGeneral": "Software"}}"#, r#"{"doi": "no doi", "types": 3, "titles": [{"title": "T"}]}"#] {
            assert_eq!(said(record).unwrap_err(), "no DOI: an archive is known by it", "{record}");
        }
        assert_eq!(said(r#"{"types": {"schemaOrg": "ScholarlyArticle"}}"#).unwrap_err(), "neither an id nor a title");
    }
}
