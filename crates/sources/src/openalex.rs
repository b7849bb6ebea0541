//! Works of OpenAlex, in the forms of its snapshot and its API (<https://developers.openalex.org/api-reference/works>).

mod live;

use super::inverted_index::Index;
use super::loose::{Loose, Maybe, Number, Objects, Text};
use super::rates;
use super::record::Pages;
use super::service::Service;
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, typed};
use serde::Deserialize;
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id_of_address, doi, paper_id};
use starcite_core::reject;
use std::collections::BTreeSet;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "openalex",
    meaning: "Works of OpenAlex: its snapshot's lines, or pages of its API",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: false,
    licences: &[&LICENCE],
    live: Some(&live::LIVE),
    counts: Some(&SERVICE),
    takes: Takes::Text,
    page: SourceDocs {
        data: "The works of OpenAlex, some 300 million: a work a line, as in the files of the snapshot, or the replies of the API, `{\"meta\": …, \"results\": […]}`, \
               also several of them one after the other. Works are not papers alone: datasets, grants and front matter are among them. Without `path` and `url` the API is \
               asked for the works published in the run's week, with the key in `OPENALEX_API_KEY`; `filter = \"…\"` narrows them.",
        get: "aws s3 sync --no-sign-request 's3://openalex/data/jsonl/works' works     # the snapshot, 400 GB and more\n\
              starcite extract --from openalex works     # all parts, works/updated_date=…/part_….gz; the manifest beside them is not read\n\
              curl -o page.json \"https://api.openalex.org/works?filter=from_publication_date:2026-11-16&per_page=100&cursor=*&api_key=$OPENALEX_API_KEY\"\n\
              starcite extract --from openalex page.json\n\
              starcite run openalex.toml     # with kind = \"openalex\" and no path: asked for by starcite itself, 100 works a request",
        fields: &[
            (
                "arxiv_id",
                "`doi` if it is arXiv's; else the one that the addresses of `locations` name. Where they name several: that of `primary_location`, else none",
            ),
            ("doi", "`doi`, else `ids.doi`; where they differ the first one counts"),
            ("title", "`title`, else `display_name`"),
            ("abstract", "put together from `abstract_inverted_index`, a blank between two words"),
            ("authors", "`authorships[].author.display_name`, else `raw_author_name`"),
            ("published", "`publication_date`"),
            ("year", "`publication_year`, else that of `publication_date`"),
            ("url", "`primary_location.landing_page_url`"),
            ("cited_by_count", "`cited_by_count`, unless it is of a time after the week's observations had closed"),
            ("cited_by_at", "`updated_date`: OpenAlex sets it whenever a count changes"),
        ],
        notes: &[
            "`paper_id` of a work with neither an arXiv id nor a DOI is `openalex:W…`.",
            "Words that are missing in an inverted index are `…`. The abstract is unknown where a place is taken twice or negative, where more words are missing than \
             there are, and above 100,000 words or a mebibyte.",
        ],
        rejects: &["an entity of OpenAlex that is not a work", "a page without `results`, such as an error"],
    },
};

/// The service of works and of citation counts.
pub static SERVICE: Service =
    Service { title: "OpenAlex", name: "openalex", url: "https://api.openalex.org", rate: rates::OPENALEX, key_variable: Some("OPENALEX_API_KEY") };

pub(super) static LICENCE: Licence = Licence {
    title: "OpenAlex",
    names: &[],
    in_short: "CC0 1.0.",
    url: Some("https://help.openalex.org/hc/en-us/articles/28926392245399-What-does-open-mean"),
    terms: "Metadata of works, and how often papers are cited. OpenAlex gives its data away under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/).",
};

static PAGES: Pages = Pages { keys: &["meta", "results", "group_by", "error", "message"], path: &["results"], needed_by: &["meta", "error", "message"] };

/// The fields in use; the others are skipped and not stored.
#[derive(Deserialize)]
struct Work<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    doi: Text<'a>,
    #[serde(borrow, default)]
    ids: Maybe<Ids<'a>>,
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default)]
    display_name: Text<'a>,
    #[serde(borrow, default)]
    abstract_inverted_index: Loose<Index<'a>>,
    #[serde(borrow, default)]
    authorships: Objects<Authorship<'a>>,
    #[serde(borrow, default)]
    publication_date: Text<'a>,
    #[serde(default)]
    publication_year: Number,
    #[serde(borrow, default)]
    primary_location: Maybe<Location<'a>>,
    #[serde(borrow, default)]
    locations: Objects<Location<'a>>,
    #[serde(default)]
    cited_by_count: Number,
    #[serde(borrow, default)]
    updated_date: Text<'a>,
}

#[derive(Deserialize)]
struct Ids<'a> {
    #[serde(borrow, default)]
    doi: Text<'a>,
}

#[derive(Deserialize)]
struct Authorship<'a> {
    #[serde(borrow, default)]
    author: Maybe<Author<'a>>,
    #[serde(borrow, default)]
    raw_author_name: Text<'a>,
}

#[derive(Deserialize)]
struct Author<'a> {
    #[serde(borrow, default)]
    display_name: Text<'a>,
}

#[derive(Deserialize)]
struct Location<'a> {
    #[serde(borrow, default)]
    landing_page_url: Text<'a>,
    #[serde(borrow, default)]
    pdf_url: Text<'a>,
}

fn framing(start: &[u8]) -> Framing {
    PAGES.or_lines(start)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let work: Work<'_> = typed::record(body)?;
    let own_id = bad.text("paper_id", &work.id).map(|id| id.rsplit('/').next().unwrap_or(id));
    if let Some(other) = own_id.filter(|id| !id.starts_with('W')) {
        return Err(format!("{other:?} is not a work"));
    }
    let title = bad.first("title", [work.title.view(), work.display_name.view()], |title| Some(title.to_owned()));
    let doi = bad.first("doi", [work.doi.view(), work.ids.text(|ids| &ids.doi)], doi);
    let arxiv = doi.as_deref().and_then(arxiv_id_of_address).or_else(|| located_arxiv_id(&work, bad));
    let paper_id = paper_id(ROW.name, own_id, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or(reject::NO_KEY)?;
    let authors = bad.list("authors", &work.authorships).filter_map(|authorship| authorship.0.name(bad)).collect();
    let abstract_text = abstract_text(work.abstract_inverted_index, bad);
    let (published, year) = bad.date("published", [work.publication_date.date()]);
    let paper = Paper {
        paper_id,
        source_key: own_id.map(str::to_owned),
        arxiv_id: arxiv,
        doi,
        title,
        abstract_text,
        authors,
        published,
        year: bad.year("year", &work.publication_year).or(year),
        url: bad.owned("url", &work.primary_location.text(|location| &location.landing_page_url)),
        cited_by: bad.cited_by("openalex", &work.cited_by_count, &Loose::Absent, &work.updated_date),
        ..Paper::default()
    };
    Ok(ParsedRecord::of(paper))
}

/// Returns the arXiv id that the locations of a work name, if it is one; otherwise that of the primary location.
fn located_arxiv_id(work: &Work<'_>, bad: &mut BadValues) -> Option<String> {
    let ids: BTreeSet<String> = bad.list("arxiv_id", &work.locations).filter_map(|location| location.0.arxiv_id()).collect();
    if ids.len() == 1 { ids.into_iter().next() } else { work.primary_location.fields().and_then(Location::arxiv_id) }
}

fn abstract_text(index: Loose<Index<'_>>, bad: &mut BadValues) -> Option<String> {
    bad.check("abstract", &index);
    let index = index.into_good().filter(|index| !index.is_empty())?;
    let text = index.text();
    if text.is_none() {
        bad.note("abstract", "an index that contradicts itself, or is too long");
    }
    text
}

impl Location<'_> {
    fn arxiv_id(&self) -> Option<String> {
        [&self.landing_page_url, &self.pdf_url].into_iter().filter_map(Text::get).find_map(arxiv_id_of_address)
    }
}

impl Authorship<'_> {
    fn name(&self, bad: &mut BadValues) -> Option<String> {
        let names = [self.author.text(|author| &author.display_name), self.raw_author_name.view()];
        bad.first("authors", names, |name| Some(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Paper, String> {
        parse(&mut Body::Json(&mut text.as_bytes().to_vec()), &mut BadValues::default()).map(|said| *said.paper.unwrap())
    }

    fn ids(fields: &str) -> (String, Option<String>) {
        let paper = parsed(&format!("{{\"id\": \"https://openalex.org/W7\", {fields}}}")).unwrap();
        (paper.paper_id, paper.doi)
    }

    #[test]
    fn a_work_becomes_a_paper() {
        let work = r#"{"id": "https://openalex.org/W7", "doi": "https://doi.org/10.1000/A", "title": null, "display_name": " T ", "language": "en",
            "abstract_inverted_index": {"Code": [0], "here.": [2], "is": [1]}, "publication_date": "2026-02-03", "publication_year": 2026,
            "authorships": [{"author": {"display_name": "Ada L."}, "raw_author_name": "L., A."}, {"author": {"display_name": null}, "raw_author_name": "B"}],
            "primary_location": {"landing_page_url": "https://doi.org/10.1000/a", "pdf_url": null}, "cited_by_count": 3, "updated_date": "2026-05-06T07:08:09.123456"}"#;
        let paper = parsed(&work.replace('\n', " ")).unwrap();
        assert_eq!((paper.paper_id.as_str(), paper.title.as_deref(), paper.abstract_text.as_deref()), ("doi:10.1000/a", Some("T"), Some("Code is here.")));
        assert_eq!((paper.authors, paper.year), (vec!["Ada L.".to_owned(), "B".to_owned()], Some(2026)));
        let cited_by = paper.cited_by.unwrap();
        assert_eq!((cited_by.count, cited_by.at.unwrap().to_rfc3339()), (3, "2026-05-06T07:08:09.123456+00:00".to_owned()));
    }

    #[test]
    fn an_arxiv_id_is_that_of_the_doi_else_of_the_places() {
        assert_eq!(ids(r#""doi": "https://doi.org/10.48550/arxiv.2007.14454""#).0, "arxiv:2007.14454");
        let places = |second: &str| {
            format!(
                r#""doi": "https://doi.org/10.57702/x", "locations": [{{"landing_page_url": "http://arxiv.org/abs/1310.4546", "pdf_url": null}}, {second}]"#
            )
        };
        assert_eq!(ids(&places(r#"{"pdf_url": "https://arxiv.org/pdf/1310.4546v2.pdf"}"#)), ("arxiv:1310.4546".to_owned(), Some("10.57702/x".to_owned())));
        assert_eq!(ids(&places(r#"{"pdf_url": "https://arxiv.org/pdf/1411.1784"}"#)).0, "doi:10.57702/x", "two papers are none");
        assert_eq!(ids(r#""primary_location": {"landing_page_url": "https://example.org/abs/1310.4546"}"#).0, "openalex:W7");
    }

    #[test]
    fn of_two_dois_the_works_own_counts_and_a_false_one_never() {
        assert_eq!(ids(r#""doi": "https://doi.org/10.1007/a", "ids": {"doi": "https://doi.org/10.5281/b"}"#).1.as_deref(), Some("10.1007/a"));
        assert_eq!(ids(r#""doi": "https://doi.org/nonsense", "ids": {"doi": "https://doi.org/10.5281/b"}"#).1.as_deref(), Some("10.5281/b"));
        assert_eq!(ids(r#""doi": "https://doi.org/nonsense""#), ("openalex:W7".to_owned(), None));
    }

    #[test]
    fn what_is_no_work_is_rejected() {
        assert_eq!(parsed(r#"{"id": "https://openalex.org/A1", "display_name": "Ada"}"#).unwrap_err(), "\"A1\" is not a work");
        assert_eq!(parsed("{}").unwrap_err(), "neither an id nor a title");
    }
}
