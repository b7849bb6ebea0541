//! Works of Crossref: lines, pages of its REST API, and files of its public data (<https://www.crossref.org/documentation/retrieve-metadata/rest-api/>).

use super::elements::{self, Pages};
use super::input::Limits;
use super::spec::{Page, Row};
use super::{Body, Cut, Reader, Said, Source, Splitter, jats, json, typed};
use chrono::NaiveDate;
use serde::Deserialize;
use starcite_core::paper::{CitedBy, arxiv_id_of_address, doi, paper_id};
use starcite_core::{Field, Paper};

pub(super) struct Crossref;

pub(super) static ROW: Row = Row {
    name: "crossref",
    meaning: "Works of Crossref: a line each, pages of its API, or its public data file",
    source: &Crossref,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    is_verbatim: false,
    live: None,
    page: Page {
        data: "What publishers register with Crossref, some 170 million works: a work a line, the API's pages (`{\"message\": {\"items\": […]}}`, or a single work) and the files of the \
               annual public data (`{\"items\": […]}`), also several one after the other. One work in four or so has an abstract.",
        get: "curl -o page.json 'https://api.crossref.org/works?filter=from-index-date:2026-11-16,has-abstract:true&rows=1000&cursor=*&mailto=you@example.org'\n\
              # all of it, once a year: https://www.crossref.org/learning/public-data-file/\n\
              starcite extract --from crossref page.json",
        licence: "Crossref asserts no rights in the metadata, which is mostly facts; abstracts are their publishers' and authors'.",
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
        rejects: &["a reply that is an error", "a field of another type than Crossref's"],
    },
};

static PAGES: Pages = Pages { keys: &["status", "message-type", "message-version", "message", "items"], path: &["message", "items"], needed_by: &["message"] };

/// The fields that are used; the rest is skipped without being kept.
#[derive(Deserialize)]
struct Work<'a> {
    /// The work, where this is a reply about a single one.
    #[serde(borrow, default)]
    message: Option<Box<Work<'a>>>,
    #[serde(borrow, default, rename = "DOI")]
    doi: Option<&'a str>,
    #[serde(borrow, default)]
    title: Option<Vec<&'a str>>,
    #[serde(borrow, default, rename = "abstract")]
    abstract_text: Option<&'a str>,
    #[serde(borrow, default)]
    author: Option<Vec<Author<'a>>>,
    #[serde(default)]
    issued: Option<Date>,
    #[serde(default)]
    published: Option<Date>,
    #[serde(default)]
    posted: Option<Date>,
    #[serde(borrow, default)]
    resource: Option<Resource<'a>>,
    #[serde(borrow, default, rename = "URL")]
    url: Option<&'a str>,
    #[serde(default, rename = "is-referenced-by-count")]
    cited_by: Option<i64>,
    #[serde(borrow, default)]
    indexed: Option<Indexed<'a>>,
    #[serde(borrow, default)]
    relation: Option<Relations<'a>>,
}

#[derive(Deserialize)]
struct Author<'a> {
    #[serde(borrow, default)]
    given: Option<&'a str>,
    #[serde(borrow, default)]
    family: Option<&'a str>,
    #[serde(borrow, default)]
    suffix: Option<&'a str>,
    #[serde(borrow, default)]
    name: Option<&'a str>,
}

/// Year, month and day, as many of them as are known.
#[derive(Deserialize)]
struct Date {
    #[serde(default, rename = "date-parts")]
    parts: Option<Vec<Vec<Option<i32>>>>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow, default)]
    primary: Option<Primary<'a>>,
}

#[derive(Deserialize)]
struct Primary<'a> {
    #[serde(borrow, default, rename = "URL")]
    url: Option<&'a str>,
}

#[derive(Deserialize)]
struct Indexed<'a> {
    #[serde(borrow, default, rename = "date-time")]
    moment: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Relations<'a> {
    #[serde(borrow, default)]
    has_preprint: Vec<Related<'a>>,
    #[serde(borrow, default)]
    is_supplemented_by: Vec<Related<'a>>,
    #[serde(borrow, default)]
    references: Vec<Related<'a>>,
}

#[derive(Deserialize)]
struct Related<'a> {
    #[serde(borrow, default)]
    id: Option<&'a str>,
}

impl Source for Crossref {
    fn cut(&self, start: &[u8]) -> Cut {
        let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        match PAGES.is_cut(start) {
            true if is_single(line) => Cut::Lines,
            true if is_single(start) => Cut::Pieces(elements::array), // printed over several lines
            true => Cut::Pieces(pages),
            false => Cut::Lines,
        }
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
        let mut work: Work<'_> = typed::record(body)?;
        if let Some(single) = work.message.take() {
            work = *single;
        }
        let title = work.title.as_ref().and_then(|titles| titles.iter().find_map(|title| jats::text(title)));
        let doi = work.doi.and_then(doi);
        let arxiv = doi.as_deref().and_then(arxiv_id_of_address);
        let paper_id = paper_id("crossref", work.doi, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or("neither an id nor a title")?;
        let paper = Paper {
            paper_id,
            sources: vec!["crossref".to_owned()],
            arxiv_id: arxiv,
            doi,
            title,
            abstract_text: work.abstract_text.and_then(jats::text),
            authors: work.author.iter().flatten().filter_map(Author::full_name).collect(),
            published: work.dates().find_map(Date::day),
            year: work.dates().find_map(|date| date.part(0)),
            url: typed::trimmed(work.resource.as_ref().and_then(|resource| resource.primary.as_ref()?.url)).or_else(|| typed::trimmed(work.url)),
            cited_by: work.cited_by.filter(|count| *count >= 0).map(|count| CitedBy {
                count,
                influential: None,
                source: "crossref".to_owned(),
                at: work.indexed.as_ref().and_then(|indexed| indexed.moment).and_then(json::moment),
            }),
            related: work.relation.iter().flat_map(Relations::addresses).collect(),
            ..Paper::default()
        };
        Ok(Said::of(paper))
    }
}

fn pages<'a>(input: Reader<'a>, limits: Limits) -> Splitter<'a> {
    elements::pages(input, limits, &PAGES)
}

/// Whether it begins with a reply about one work.
fn is_single(start: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&start[..start.len().min(200)]).replace(char::is_whitespace, "");
    head.contains("\"message-type\":\"work\"")
}

impl Work<'_> {
    fn dates(&self) -> impl Iterator<Item = &Date> {
        [&self.issued, &self.published, &self.posted].into_iter().flatten()
    }
}

impl Date {
    fn part(&self, at: usize) -> Option<i32> {
        *self.parts.as_ref()?.first()?.get(at)?
    }

    fn day(&self) -> Option<NaiveDate> {
        let number = |at| self.part(at).and_then(|part| u32::try_from(part).ok());
        NaiveDate::from_ymd_opt(self.part(0)?, number(1)?, number(2)?)
    }
}

impl Author<'_> {
    fn full_name(&self) -> Option<String> {
        let parts: Vec<String> = [self.given, self.family, self.suffix].into_iter().filter_map(typed::trimmed).collect();
        if parts.is_empty() { typed::trimmed(self.name) } else { Some(parts.join(" ")) }
    }
}

impl Relations<'_> {
    fn addresses(&self) -> impl Iterator<Item = (Field, String)> {
        let of = |field, related: &[Related<'_>]| related.iter().filter_map(move |related| Some((field, address(related.id?)?))).collect::<Vec<_>>();
        let fields = [(Field::HasPreprint, &self.has_preprint), (Field::IsSupplementedBy, &self.is_supplemented_by), (Field::References, &self.references)];
        fields.into_iter().flat_map(move |(field, related)| of(field, related))
    }
}

/// The address of what is related: a DOI's, or the one that is given.
fn address(id: &str) -> Option<String> {
    let id = id.trim();
    doi(id).map(|doi| format!("https://doi.org/{doi}")).or_else(|| id.starts_with("http").then(|| id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Paper, String> {
        Crossref.parse(&mut Body::Json(&mut text.replace('\n', " ").into_bytes())).map(|said| *said.paper.unwrap())
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
        assert!(matches!(Crossref.cut(reply.as_bytes()), Cut::Lines));
        assert!(matches!(Crossref.cut(reply.replace("\"work\"", "\"work-list\"").as_bytes()), Cut::Pieces(_)));
        let printed = reply.replace("{", "{\n  ").replace(":", ": ").replace(",", ",\n  ");
        let Cut::Pieces(singles) = Crossref.cut(printed.as_bytes()) else { panic!("cut into lines") };
        let two = format!("{printed}\n{printed}\n");
        let (mut text, mut cut) = (Vec::new(), singles(Box::new(two.as_bytes()), Limits::default()));
        let pieces: Vec<_> = std::iter::from_fn(|| cut(&mut text)).map(|piece| piece.text.is_ok()).collect();
        assert_eq!(pieces, [true, true]);
        assert_eq!(parsed(&printed).unwrap().paper_id, "doi:10.1000/a");
        assert_eq!(parsed(reply).unwrap().paper_id, "doi:10.1000/a");
        assert!(parsed("{}").is_err());
    }
}
