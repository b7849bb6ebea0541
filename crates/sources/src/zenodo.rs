//! Records of Zenodo, of its old API and of InvenioRDM's (<https://developers.zenodo.org/#records>, <https://inveniordm.docs.cern.ch/reference/metadata/>).

use super::deposit::Deposit;
use super::loose::{Id, Loose, Maybe, Objects, Text};
use super::record::Pages;
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, json, typed};
use serde::Deserialize;
use starcite_core::ArchiveKind;
use starcite_core::archive::Relation;
use starcite_core::paper::doi;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "zenodo",
    meaning: "Records of Zenodo: single ones, search hits, or a record a line",
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
        data: "What people deposit at Zenodo: software, mostly releases of repositories on GitHub, data, papers. A single record, the hits of a search \
               (`{\"hits\": {\"hits\": […]}}`, or the old API's list), also several one after the other, or a record a line; as the API writes them, as its old one did, and as \
               InvenioRDM does (`application/vnd.inveniordm.v1+json`), of which other archives are made, too.",
        get: "curl -o hits.json 'https://zenodo.org/api/records?type=software&sort=mostrecent&size=25&page=1'\n\
              curl -o record.json https://zenodo.org/api/records/7752775\n\
              starcite run zenodo.toml     # with kind = \"zenodo\" and path = \"hits.json\"; `extract` reads papers alone",
        fields: &[
            ("doi", "`doi`, else `metadata.doi`, `pids.doi.identifier`; in lower case"),
            (
                "arxiv_id",
                "`doi`, if it is arXiv's; else an arXiv id among its other identifiers, or one that it `isIdenticalTo` or that is another version of it",
            ),
            ("title", "`metadata.title`, without markup"),
            ("abstract", "`metadata.description`: HTML to text. Where a link's text does not have its address, that follows in brackets"),
            ("comment", "`metadata.notes`, the same way"),
            ("authors", "`metadata.creators[].name`, or `person_or_org.name`"),
            ("published", "`metadata.publication_date`, if it is a whole date"),
            ("year", "that of `metadata.publication_date`"),
            ("url", "`links.self_html`, else `links.html`"),
        ],
        notes: &[
            "Papers are records of the type `publication`, whatever their subtype. `paper_id` of one without an arXiv id and a DOI is `zenodo:<id>`. All others are no papers but rows of \
             `archives`, if they are tied to a repository or a paper, by the same relations as those of `datacite`; `code:codeRepository` counts as well.",
            "`archives.concept` is `conceptdoi`, else the parent's DOI, else the one that the record `isVersionOf`.",
        ],
        rejects: &["a record of software or data without a DOI", "a record without `metadata`", "a reply that is an error"],
    },
};

pub(super) static LICENCE: Licence = Licence {
    title: "Zenodo",
    names: &[],
    in_short: "CC0 1.0 for the metadata.",
    url: Some("https://help.zenodo.org/guides/nih/element5/"),
    terms: "Metadata of papers and of archives of software and data. Zenodo says that all metadata is under CC0 1.0 \
        (https://creativecommons.org/publicdomain/zero/1.0/). What is archived is under its own licence (`archives.license_spdx`) and is not here.",
};

static PAGES: Pages = Pages { keys: &["hits", "aggregations", "status", "message"], path: &["hits"], needed_by: &["status", "message"] };

/// The fields in use; the others are skipped and not stored.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    doi: Text<'a>,
    #[serde(borrow, default)]
    conceptdoi: Text<'a>,
    #[serde(borrow, default)]
    pids: Maybe<Pids<'a>>,
    #[serde(borrow, default)]
    parent: Maybe<Parent<'a>>,
    #[serde(borrow, default)]
    metadata: Maybe<Metadata<'a>>,
    #[serde(borrow, default)]
    custom_fields: Maybe<Custom<'a>>,
    #[serde(borrow, default)]
    links: Maybe<Links<'a>>,
    #[serde(borrow, default)]
    updated: Text<'a>,
}

#[derive(Deserialize)]
struct Parent<'a> {
    #[serde(borrow, default)]
    pids: Maybe<Pids<'a>>,
}

#[derive(Deserialize)]
struct Pids<'a> {
    #[serde(borrow, default)]
    doi: Maybe<Identifier<'a>>,
}

#[derive(Deserialize)]
struct Identifier<'a> {
    #[serde(borrow, default)]
    identifier: Text<'a>,
}

#[derive(Deserialize)]
struct Links<'a> {
    #[serde(borrow, default)]
    self_html: Text<'a>,
    #[serde(borrow, default)]
    html: Text<'a>,
}

#[derive(Deserialize)]
struct Custom<'a> {
    #[serde(borrow, default, rename = "code:codeRepository")]
    code_repository: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata<'a> {
    #[serde(borrow)]
    doi: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    notes: Text<'a>,
    #[serde(borrow)]
    creators: Objects<Creator<'a>>,
    #[serde(borrow)]
    publication_date: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
    #[serde(borrow)]
    resource_type: Maybe<ResourceType<'a>>,
    #[serde(borrow)]
    upload_type: Text<'a>,
    /// `{"id": …}`, or the id.
    #[serde(borrow)]
    license: Loose<Id<'a>>,
    #[serde(borrow)]
    rights: Objects<Right<'a>>,
    #[serde(borrow)]
    related_identifiers: Objects<Related<'a>>,
    #[serde(borrow)]
    alternate_identifiers: Objects<Identifier<'a>>,
    #[serde(borrow)]
    identifiers: Objects<Identifier<'a>>,
    #[serde(borrow)]
    custom: Maybe<Custom<'a>>,
}

#[derive(Deserialize)]
struct Creator<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    person_or_org: Maybe<Named<'a>>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
}

#[derive(Deserialize)]
struct ResourceType<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    id: Text<'a>,
}

#[derive(Deserialize)]
struct Right<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
}

#[derive(Deserialize)]
struct Related<'a> {
    #[serde(borrow, default)]
    identifier: Text<'a>,
    #[serde(borrow, default)]
    relation: Text<'a>,
    /// `{"id": …}`.
    #[serde(borrow, default)]
    relation_type: Loose<Id<'a>>,
    /// `{"id": …}`, or the id.
    #[serde(borrow, default)]
    resource_type: Loose<Id<'a>>,
}

fn framing(start: &[u8]) -> Framing {
    PAGES.or_lines(start)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let record: Record<'_> = typed::record(body)?;
    let metadata = record.metadata.fields().ok_or("no metadata: this is not a record of Zenodo")?;
    record.deposit(metadata, bad).said()
}

impl Record<'_> {
    fn deposit<'r>(&'r self, metadata: &'r Metadata<'_>, bad: &mut BadValues) -> Deposit<'r> {
        let parent = self.parent.fields().and_then(|parent| registered(&parent.pids));
        let (published, year) = bad.date("published", [metadata.publication_date.date()]);
        let code = [&self.custom_fields, &metadata.custom].into_iter().filter_map(|custom| custom.fields()?.code_repository.get());
        let others = [&metadata.alternate_identifiers, &metadata.identifiers];
        let others = others.into_iter().flat_map(|others| bad.list("identifiers", others)).filter_map(|one| one.0.identifier.get()).collect::<Vec<_>>();
        let url = self.links.fields().and_then(|links| bad.text("url", &links.self_html).or_else(|| bad.text("url", &links.html)));
        bad.check("url", &self.links);
        let registered = self.pids.fields().map_or(Loose::Absent, |pids| pids.doi.text(|doi| &doi.identifier));
        Deposit {
            source: ROW.name,
            kind: metadata.kind(),
            own_id: bad.text("paper_id", &self.id),
            doi: bad.first("doi", [self.doi.view(), metadata.doi.view(), registered], doi),
            concept: bad.text("concept", &self.conceptdoi).or(parent),
            title: bad.text("title", &metadata.title),
            description: bad.text("abstract", &metadata.description),
            notes: bad.text("comment", &metadata.notes),
            authors: bad.list("authors", &metadata.creators).filter_map(|creator| creator.0.full_name(bad)).collect(),
            published,
            year,
            url,
            version: bad.text("version", &metadata.version),
            licences: metadata.license.get().into_iter().chain(bad.list("license_spdx", &metadata.rights).filter_map(|right| right.0.id.get())).collect(),
            relations: bad.list("related_identifiers", &metadata.related_identifiers).filter_map(|related| related.0.relation()).collect(),
            same: code.chain(others).collect(),
            changed: bad.read("said_at", &self.updated, json::moment),
            ..Deposit::default()
        }
    }
}

fn registered<'p>(pids: &'p Maybe<Pids<'_>>) -> Option<&'p str> {
    pids.fields()?.doi.fields()?.identifier.get()
}

impl Metadata<'_> {
    /// Returns the kind of the archive; `None` for a paper. A type may have a subtype after a hyphen.
    fn kind(&self) -> Option<ArchiveKind> {
        let of_type = self.resource_type.fields().and_then(|one| one.kind.get().or(one.id.get()));
        let kind = of_type.or(self.upload_type.get()).unwrap_or_default();
        match kind.split('-').next() {
            Some("publication") => None,
            Some("software" | "workflow") => Some(ArchiveKind::Software),
            Some("dataset") => Some(ArchiveKind::Dataset),
            _ => Some(ArchiveKind::Other),
        }
    }
}

impl Creator<'_> {
    fn full_name(&self, bad: &mut BadValues) -> Option<String> {
        bad.first("authors", [self.name.view(), self.person_or_org.text(|person| &person.name)], |name| Some(name.to_owned()))
    }
}

impl Related<'_> {
    fn relation(&self) -> Option<Relation<'_>> {
        let name = self.relation.get().or(self.relation_type.get())?;
        Some(Relation { name, identifier: self.identifier.get()?, kind: self.resource_type.get() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_core::Archive;

    fn said(text: &str) -> Result<ParsedRecord, String> {
        parse(&mut Body::Json(&mut text.replace('\n', " ").into_bytes()), &mut BadValues::default())
    }

    fn archive(text: &str) -> Archive {
        *said(text).unwrap().archive.unwrap()
    }

    #[test]
    fn both_forms_of_a_record_say_the_same() {
        let old = r#"{"id": 2, "doi": "10.5281/zenodo.2", "conceptdoi": "10.5281/zenodo.1", "updated": "2023-04-25T22:26:51+00:00", "metadata": {"title": "T", "version": "v1",
            "publication_date": "2023-04-25", "license": {"id": "MIT"}, "resource_type": {"title": "Software", "type": "software"},
            "related_identifiers": [{"identifier": "https://github.com/o/n/tree/v1", "relation": "isSupplementTo", "scheme": "url"},
              {"identifier": "2004.03688", "relation": "isDocumentedBy", "scheme": "arxiv", "resource_type": "publication-preprint"}]}}"#;
        let new = r#"{"id": "2", "pids": {"doi": {"identifier": "10.5281/zenodo.2"}}, "parent": {"id": "1", "pids": {"doi": {"identifier": "10.5281/zenodo.1"}}},
            "updated": "2023-04-25T22:26:51+00:00", "metadata": {"title": "T", "version": "v1", "publication_date": "2023-04-25", "rights": [{"id": "mit"}],
            "resource_type": {"id": "software", "title": {"en": "Software"}},
            "related_identifiers": [{"identifier": "https://github.com/o/n/tree/v1", "relation_type": {"id": "issupplementto"}, "scheme": "url"},
              {"identifier": "arXiv:2004.03688", "relation_type": {"id": "isdocumentedby"}, "resource_type": {"id": "publication-preprint"}}]}}"#;
        let found = archive(old);
        assert_eq!(
            (found.archive.as_str(), found.concept.as_deref(), found.release.as_deref()),
            ("doi:10.5281/zenodo.2", Some("doi:10.5281/zenodo.1"), Some("v1"))
        );
        assert_eq!((found.papers.clone(), found.license_spdx.as_deref()), (vec!["arxiv:2004.03688".to_owned()], Some("MIT")));
        assert_eq!(archive(new), found);
    }

    #[test]
    fn a_repository_may_stand_outside_the_relations() {
        let record = |metadata: &str, more: &str| format!(r#"{{"doi": "10.5281/zenodo.2", "metadata": {{"upload_type": "software", {metadata}}}{more}}}"#);
        for text in [
            record(r#""custom": {"code:codeRepository": "https://github.com/o/n"}"#, ""),
            record(r#""title": "T""#, r#", "custom_fields": {"code:codeRepository": "https://github.com/o/n.git"}"#),
            record(r#""alternate_identifiers": [{"identifier": "https://github.com/o/n"}, {"identifier": "10.1000/a"}]"#, ""),
        ] {
            assert_eq!(archive(&text).repo.as_ref().map(|repo| repo.as_str()), Some("github.com/o/n"), "{text}");
        }
        assert_eq!(archive(&record(r#""related_identifiers": "https://github.com/o/n", "custom": []"#, "")).repo, None);
    }

    #[test]
    fn a_publication_is_a_paper() {
        let paper = said(
            r#"{"id": 7, "metadata": {"resource_type": {"type": "publication", "subtype": "article"}, "title": "On <i>x</i>", "publication_date": "2023-04", "notes": "See<script>x</script> this",
            "creators": [{"name": "L., Ada"}, {"affiliation": "x"}, {"person_or_org": {"name": "B., Bob"}}, null]}, "links": {"self_html": "https://zenodo.org/records/7"}}"#,
        );
        let paper = paper.unwrap().paper.unwrap();
        assert_eq!((paper.paper_id.as_str(), paper.title.as_deref(), paper.comment.as_deref()), ("zenodo:7", Some("On x"), Some("See this")));
        assert_eq!((paper.authors.join("; "), paper.published, paper.year), ("L., Ada; B., Bob".to_owned(), None, Some(2023)));
    }

    #[test]
    fn what_is_no_record_is_rejected() {
        assert_eq!(said(r#"{"id": 7}"#).unwrap_err(), "no metadata: this is not a record of Zenodo");
        assert_eq!(said(r#"{"id": 7, "metadata": {"upload_type": "software"}}"#).unwrap_err(), "no DOI: an archive is known by it");
        assert!(said("[]").is_err());
    }
}
