//! Works of Crossref: lines, pages of its REST API, and files of its public data (<https://www.crossref.org/documentation/retrieve-metadata/rest-api/>).

use super::deposit::address;
use super::elements::RECORDS;
use super::loose::{List, Loose, Maybe, Number, Object, Objects, Text};
use super::record::Pages;
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, jats, typed};
use serde::Deserialize;
use starcite_core::paper::{arxiv_id_of_address, doi, paper_id};
use starcite_core::reject;
use starcite_core::{Field, Paper};
use std::borrow::Cow;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "crossref",
    meaning: "Works of Crossref: a line each, pages of its API, or its public data file",
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
        data: "What publishers register with Crossref, some 170 million works: a work a line, the API's pages (`{\"message\": {\"items\": […]}}`, or a single work) and the files of the \
               annual public data (`{\"items\": […]}`), also several one after the other. One work in four or so has an abstract.",
        get: "curl -o page.json 'https://api.crossref.org/works?filter=from-index-date:2026-11-16,has-abstract:true&rows=1000&cursor=*&mailto=you@example.org'\n\
              # all of it, once a year: https://www.crossref.org/learning/public-data-file/\n\
              starcite extract --from crossref page.json",
        fields: &[
            ("doi", "`DOI`, in lower case"),
            ("arxiv_id", "`DOI`, if it is arXiv's"),
            ("title", "`title[0]`, without markup"),
            ("abstract", "`abstract`: JATS to text. Paragraphs are lines; where a link's text does not have its address, that follows in brackets"),
            ("authors", "`author[]`: `given` and `family`, or `name`"),
            ("published", "`issued`, else `published`, `posted`: the first that is a whole date"),
            ("year", "the first of them that has one"),
            ("url", "`resource.primary.URL`, else `URL`"),
            ("cited_by_count", "`is-referenced-by-count`, unless it is of a time after the week's observations had closed"),
            ("cited_by_at", "`indexed.date-time`"),
        ],
        notes: &[
            "Relations are links of a whole field, named as Crossref names them: what a work `is-supplemented-by` is its own; of what it `references`, repositories and archives \
             are links without a role. What it `has-preprint` is a row of `citations`.",
            "Scripts, styles and comments in an abstract are left out. A heading that says \"Abstract\" is, too.",
        ],
        rejects: &["a reply that is an error"],
    },
};

pub(super) static LICENCE: Licence = Licence {
    title: "Crossref",
    names: &[],
    in_short: "Crossref asserts no rights in the metadata, which is mostly facts; abstracts are their publishers' and authors'.",
    url: Some("https://www.crossref.org/documentation/retrieve-metadata/"),
    terms: "Metadata of works as their publishers registered them, and how often they are cited. Crossref asserts no claim of ownership in metadata, \
        most of which are facts; abstracts are their publishers' and authors', and may be protected.",
};

static PAGES: Pages = Pages { keys: &["status", "message-type", "message-version", "message", "items"], path: &["message", "items"], needed_by: &["message"] };

/// The fields in use; the others are skipped and not stored.
#[derive(Deserialize)]
struct Work<'a> {
    /// The work, if this is a reply about a single one.
    #[serde(borrow, default)]
    message: Maybe<Box<Work<'a>>>,
    #[serde(borrow, default, rename = "DOI")]
    doi: Text<'a>,
    #[serde(borrow, default)]
    title: List<Cow<'a, str>>,
    #[serde(borrow, default, rename = "abstract")]
    abstract_text: Text<'a>,
    #[serde(borrow, default)]
    author: Objects<Author<'a>>,
    #[serde(default)]
    issued: Maybe<Date>,
    #[serde(default)]
    published: Maybe<Date>,
    #[serde(default)]
    posted: Maybe<Date>,
    #[serde(borrow, default)]
    resource: Maybe<Resource<'a>>,
    #[serde(borrow, default, rename = "URL")]
    url: Text<'a>,
    #[serde(default, rename = "is-referenced-by-count")]
    cited_by: Number,
    #[serde(borrow, default)]
    indexed: Maybe<Indexed<'a>>,
    #[serde(borrow, default)]
    relation: Maybe<Relations<'a>>,
}

#[derive(Deserialize)]
struct Author<'a> {
    #[serde(borrow, default)]
    given: Text<'a>,
    #[serde(borrow, default)]
    family: Text<'a>,
    #[serde(borrow, default)]
    suffix: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
}

/// Year, month and day, as many of them as are known.
#[derive(Deserialize)]
struct Date {
    #[serde(default, rename = "date-parts")]
    parts: List<Vec<Number>>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow, default)]
    primary: Maybe<Primary<'a>>,
}

#[derive(Deserialize)]
struct Primary<'a> {
    #[serde(borrow, default, rename = "URL")]
    url: Text<'a>,
}

#[derive(Deserialize)]
struct Indexed<'a> {
    #[serde(borrow, default, rename = "date-time")]
    moment: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Relations<'a> {
    #[serde(borrow, default)]
    has_preprint: Objects<Related<'a>>,
    #[serde(borrow, default)]
    is_supplemented_by: Objects<Related<'a>>,
    #[serde(borrow, default)]
    references: Objects<Related<'a>>,
}

#[derive(Deserialize)]
struct Related<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
}

fn framing(start: &[u8]) -> Framing {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match PAGES.is_cut(start) {
        true if is_single(line) => Framing::Lines,
        true if is_single(start) => Framing::Pages(&RECORDS), // printed over several lines
        true => Framing::Pages(&PAGES),
        false => Framing::Lines,
    }
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let mut work: Work<'_> = typed::record(body)?;
    if let Loose::Good(Object(single)) = std::mem::take(&mut work.message) {
        work = *single;
    }
    let title = bad.list("title", &work.title).find_map(|title| jats::text(title));
    let doi = bad.read("doi", &work.doi, doi);
    let arxiv = doi.as_deref().and_then(arxiv_id_of_address);
    let own_id = work.doi.get().filter(|_| title.is_none()); // a value that is not a DOI may occur in many works
    let paper_id = paper_id(ROW.name, own_id, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or(reject::NO_KEY)?;
    let (published, year) = bad.date("published", [&work.issued, &work.published, &work.posted].map(Date::told));
    let primary = match work.resource.fields() {
        Some(resource) => resource.primary.text(|primary| &primary.url),
        None => Loose::Absent,
    };
    let paper = Paper {
        paper_id,
        arxiv_id: arxiv,
        doi,
        title,
        abstract_text: bad.text("abstract", &work.abstract_text).and_then(jats::text),
        authors: bad.list("authors", &work.author).filter_map(|author| author.0.full_name(bad)).collect(),
        published,
        year,
        url: bad.first("url", [primary, work.url.view()], |url| Some(url.to_owned())),
        cited_by: bad.cited_by("crossref", &work.cited_by, &Loose::Absent, &work.indexed.text(|indexed| &indexed.moment)),
        related: work.relation.fields().map(|relations| relations.addresses(bad)).unwrap_or_default(),
        ..Paper::default()
    };
    Ok(ParsedRecord::of(paper))
}

/// True if it begins with a reply about one work.
fn is_single(start: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&start[..start.len().min(200)]).replace(char::is_whitespace, "");
    head.contains("\"message-type\":\"work\"")
}

impl Date {
    /// Reads the date from the first parts.
    fn told(date: &Maybe<Self>) -> Loose<starcite_core::Date> {
        let bad = |value: &str| Loose::Bad(value.into());
        let Some(date) = date.fields() else { return date.bad().map_or(Loose::Absent, bad) };
        let Some(first) = date.parts.good().and_then(|parts| parts.first()) else { return date.parts.bad().map_or(Loose::Absent, bad) };
        let Some(parts) = first.good() else { return first.bad().map_or(Loose::Absent, bad) };
        let part = |at: usize| parts.get(at).and_then(Loose::good).copied().unwrap_or_default();
        let [year, month, day] = [0, 1, 2].map(part);
        if parts.iter().all(Loose::is_absent) {
            return Loose::Absent;
        }
        let told = year.try_into().ok().zip(month.try_into().ok()).zip(day.try_into().ok());
        let date = told.and_then(|((year, month), day)| starcite_core::Date::of(year, month, day));
        date.map_or_else(|| Loose::Bad(format!("{year}-{month}-{day}").into()), Loose::Good)
    }
}

impl Author<'_> {
    fn full_name(&self, bad: &mut BadValues) -> Option<String> {
        let parts: Vec<&str> = [&self.given, &self.family, &self.suffix].into_iter().filter_map(|part| bad.text("authors", part)).collect();
        if parts.is_empty() { bad.owned("authors", &self.name) } else { Some(parts.join(" ")) }
    }
}

impl Relations<'_> {
    fn addresses(&self, bad: &mut BadValues) -> Vec<(Field, String)> {
        let fields = [(Field::HasPreprint, &self.has_preprint), (Field::IsSupplementedBy, &self.is_supplemented_by), (Field::References, &self.references)];
        let mut addresses = Vec::new();
        for (field, related) in fields {
            let ids = bad.list(field.as_str(), related).filter_map(|related| bad.text(field.as_str(), &related.0.id));
            addresses.extend(ids.filter_map(|id| Some((field, address(id.trim())?))));
        }
        addresses
    }
}

#[cfg(test)]
mod tests {
    use super::super::elements;
    use super::super::input::Limits;
    use super::*;
    use chrono::NaiveDate;

    fn parsed(text: &str) -> Result<Paper, String> {
        parse(&mut Body::Json(&mut text.replace('\n', " ").into_bytes()), &mut BadValues::default()).map(|said| *said.paper.unwrap())
    }

    #[test]
    fn a_work_becomes_a_paper() {
        let work = r#"{"DOI": "10.1000/A", "title": ["On <i>x</i>"], "abstract": "<jats:p>Code: <jats:ext-link xlink:href=\"https://github.com/o/n\">here</jats:ext-link></jats:p>",
            "author": [{"given": "Ada", "family": "L."}, {"name": "A Group"}, {"ORCID": "x"}], "issued": {"date-parts": [[2026, 2]]}, "posted": {"date-parts": [[2026, 2, 3]]},
            "resource": {"primary": {"URL": "https://example.org/a"}}, "is-referenced-by-count": 4, "indexed": {"date-time": "2026-11-20T01:02:03Z"}}"#;
        let paper = parsed(work).unwrap();
        assert_eq!((paper.paper_id.as_str(), paper.title.as_deref(), paper.year), ("doi:10.1000/a", Some("On x"), Some(2026)));
        assert_eq!((paper.abstract_text.as_deref(), paper.authors.join("; ")), (Some("Code: here (https://github.com/o/n)"), "Ada L.; A Group".to_owned()));
        assert_eq!(paper.published, NaiveDate::from_ymd_opt(2026, 2, 3));
        assert_eq!(paper.cited_by.map(|cited_by| (cited_by.count, cited_by.at.unwrap().to_rfc3339())), Some((4, "2026-11-20T01:02:03+00:00".to_owned())));
    }

    #[test]
    fn dates_that_are_not_known_are_null() {
        for issued in ["{\"date-parts\": [[null]]}", "{\"date-parts\": []}", "{}", "null", "{\"date-parts\": [[]]}"] {
            let paper = parsed(&format!("{{\"DOI\": \"10.1000/a\", \"title\": [], \"issued\": {issued}}}")).unwrap();
            assert_eq!((paper.published, paper.year, paper.title), (None, None, None), "{issued}");
        }
        assert_eq!(parsed(r#"{"DOI": "10.1000/a", "issued": {"date-parts": [[2026, 13, 45]]}}"#).unwrap().published, None);
    }

    #[test]
    fn relations_become_addresses() {
        let related = parsed(
            r#"{"DOI": "10.1000/a", "relation": {"has-preprint": [{"id-type": "doi", "id": "10.1101/1"}], "has-review": [{"id": "https://github.com/o/reviews"}],
            "is-supplemented-by": [{"id-type": "uri", "id": "https://github.com/o/n"}, {"id-type": "issn", "id": "1234-5678"}]}}"#,
        );
        let expected = [(Field::HasPreprint, "https://doi.org/10.1101/1"), (Field::IsSupplementedBy, "https://github.com/o/n")];
        assert_eq!(related.unwrap().related, expected.map(|(field, address)| (field, address.to_owned())));
    }

    #[test]
    fn a_reply_about_one_work_is_that_work() {
        let reply = r#"{"status":"ok","message-type":"work","message-version":"1.0.0","message":{"DOI":"10.1000/a","title":["T"]}}"#;
        assert!(matches!(framing(reply.as_bytes()), Framing::Lines));
        assert!(matches!(framing(reply.replace("\"work\"", "\"work-list\"").as_bytes()), Framing::Pages(_)));
        let printed = reply.replace("{", "{\n  ").replace(":", ": ").replace(",", ",\n  ");
        let Framing::Pages(singles) = framing(printed.as_bytes()) else { panic!("cut into lines") };
        let two = format!("{printed}\n{printed}\n");
        let (mut text, mut cut) = (Vec::new(), elements::pages(Box::new(two.as_bytes()), Limits::default(), singles));
        let pieces: Vec<_> = std::iter::from_fn(|| cut(&mut text)).map(|piece| piece.text.is_ok()).collect();
        assert_eq!(pieces, [true, true]);
        assert_eq!(parsed(&printed).unwrap().paper_id, "doi:10.1000/a");
        assert_eq!(parsed(reply).unwrap().paper_id, "doi:10.1000/a");
        assert!(parsed("{}").is_err());
    }
}
