//! Papers of Semantic Scholar: replies of its Academic Graph (<https://api.semanticscholar.org/api-docs/graph>), and its datasets `papers` and
//! `abstracts`, whose rows belong together by `corpusid`.

use super::loose::{Maybe, Number, Objects, Text};
use super::rates;
use super::record::Pages;
use super::service::Service;
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, typed};
use serde::Deserialize;
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, arxiv_id_of_address, doi, paper_id};
use starcite_core::reject;
use std::borrow::Cow;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "semantic-scholar",
    meaning: "Papers of Semantic Scholar: replies of its API, or its datasets papers and abstracts",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: true,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&LICENCE],
    live: None,
    counts: Some(&SERVICE),
    takes: Takes::Text,
    page: SourceDocs {
        data: "Papers as the Academic Graph API tells them (a batch's array, a search's `{\"total\": …, \"data\": […]}`, a paper, or papers a line), and the rows of the \
               datasets `papers` and `abstracts`, some 200 million. Abstracts are joined to their papers by `corpusid`, in whatever order the files come.",
        get: "curl -o batch.json -H 'content-type: application/json' -d '{\"ids\": [\"ARXIV:2004.11967\"]}' \\\n    \
              'https://api.semanticscholar.org/graph/v1/paper/batch?fields=corpusId,externalIds,title,abstract,authors,year,publicationDate,url,citationCount,influentialCitationCount'\n\
              # datasets: the links of https://api.semanticscholar.org/datasets/v1/release/latest/dataset/papers (and abstracts), with a key\n\
              starcite extract --from semantic-scholar batch.json",
        fields: &[
            ("arxiv_id", "`externalIds.ArXiv`, else `externalIds.DOI` if it is arXiv's"),
            ("doi", "`externalIds.DOI`"),
            ("title", "`title`"),
            ("abstract", "`abstract`; of the dataset `papers`: that of the row of `abstracts` with the same `corpusid`"),
            ("authors", "`authors[].name`"),
            ("published", "`publicationDate`"),
            ("year", "`year`, else that of `publicationDate`"),
            ("url", "`url`"),
            ("cited_by_count", "`citationCount`, unless it is of a time after the week's observations had closed"),
            ("cited_by_influential", "`influentialCitationCount`"),
            ("cited_by_at", "`updated`, which old releases have; else the file's last change"),
        ],
        notes: &[
            "The datasets' keys are the same in lower case.",
            "`paper_id` of a paper with neither an arXiv id nor a DOI is `semantic-scholar:<corpusid>`, else `semantic-scholar:<paperId>`.",
            "`null` in a batch's reply is a paper that is not known, and nothing here.",
            "A path that names papers and abstracts, or two sources, joins them in a run. `extract` reads abstracts on their own: nothing is joined there.",
        ],
        rejects: &[
            "an abstract whose `corpusid` no row of `papers` has, or has for another DOI or arXiv id: the files are of different releases",
            "an abstract that is the second of one `corpusid`, or where no paper is read",
            "a paper whose `corpusid` an earlier row of the run has",
            "a page without `data` that tells an error",
        ],
    },
};

/// The service of citation counts.
pub static SERVICE: Service = Service {
    title: "Semantic Scholar",
    name: "semantic-scholar",
    url: "https://api.semanticscholar.org",
    rate: rates::SEMANTIC_SCHOLAR,
    key_variable: Some("SEMANTIC_SCHOLAR_API_KEY"),
};

pub(super) static LICENCE: Licence = Licence {
    title: "Semantic Scholar",
    names: &["semantic_scholar"],
    in_short: "ODC-BY 1.0 for the datasets, the API's licence agreement for its replies; both want Semantic Scholar named. Abstracts may be under their publishers' terms.",
    url: Some("https://www.semanticscholar.org/product/api/license"),
    terms: "Metadata of papers, and how often they are cited, from the Semantic Scholar API or datasets of the Allen Institute for AI, under its API licence agreement; its \
        collections are under ODC-By 1.0 (https://opendatacommons.org/licenses/by/1-0/). Both want attribution: name Semantic Scholar with a link \
        to https://www.semanticscholar.org/ and cite \"The Semantic Scholar Open Data Platform\" (arXiv:2301.10140).",
};

static PAGES: Pages = Pages {
    keys: &["total", "offset", "next", "token", "data", "recommendedPapers", "error", "message", "code"],
    path: &["data", "recommendedPapers"],
    needed_by: &["error", "message", "code"],
};

/// The fields in use, by their names in the API and the datasets.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default, rename = "paperId")]
    paper_id: Text<'a>,
    #[serde(default, rename = "corpusId", alias = "corpusid")]
    corpus_id: Number,
    #[serde(borrow, default, rename = "externalIds", alias = "externalids")]
    external_ids: Maybe<ExternalIds<'a>>,
    #[serde(borrow, default, rename = "openaccessinfo")]
    open_access: Maybe<OpenAccess<'a>>,
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default, rename = "abstract")]
    abstract_text: Text<'a>,
    #[serde(borrow, default)]
    authors: Objects<Author<'a>>,
    #[serde(default)]
    year: Number,
    #[serde(borrow, default, rename = "publicationDate", alias = "publicationdate")]
    publication_date: Text<'a>,
    #[serde(borrow, default)]
    url: Text<'a>,
    #[serde(default, rename = "citationCount", alias = "citationcount")]
    citation_count: Number,
    #[serde(default, rename = "influentialCitationCount", alias = "influentialcitationcount")]
    influential: Number,
    #[serde(borrow, default)]
    updated: Text<'a>,
}

#[derive(Deserialize)]
struct ExternalIds<'a> {
    #[serde(borrow, default, rename = "ArXiv")]
    arxiv: Text<'a>,
    #[serde(borrow, default, rename = "DOI")]
    doi: Text<'a>,
}

/// The identifiers in rows of `abstracts`.
#[derive(Deserialize)]
struct OpenAccess<'a> {
    #[serde(borrow, default)]
    externalids: Maybe<ExternalIds<'a>>,
}

#[derive(Deserialize)]
struct Author<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
}

fn framing(start: &[u8]) -> Framing {
    PAGES.or_lines(start)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let Some(record) = typed::record::<Option<Record<'_>>>(body)? else { return Ok(ParsedRecord::default()) };
    let is_part = record.corpus_id.good().is_some() && record.paper_id.is_absent() && record.title.is_absent() && record.authors.is_absent();
    let ids = match record.open_access.fields() {
        Some(open_access) if record.external_ids.is_absent() => &open_access.externalids,
        _ => &record.external_ids,
    };
    let title = bad.owned("title", &record.title);
    let doi = bad.read("doi", &ids.text(|ids| &ids.doi), doi);
    let arxiv = bad.read("arxiv_id", &ids.text(|ids| &ids.arxiv), arxiv_id).or_else(|| doi.as_deref().and_then(arxiv_id_of_address));
    bad.check("paper_id", &record.corpus_id);
    let corpus_id = record.corpus_id.good().copied();
    let own_id = corpus_id.map(|id| id.to_string().into()).or(bad.text("paper_id", &record.paper_id).map(Cow::from));
    let id = paper_id(ROW.name, own_id.as_deref(), arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or(reject::NO_KEY)?;
    let (published, year) = bad.date("published", [record.publication_date.date()]);
    let paper = Paper {
        paper_id: id,
        source_key: own_id.map(Cow::into_owned),
        arxiv_id: arxiv,
        doi,
        corpus_id,
        title,
        abstract_text: bad.owned("abstract", &record.abstract_text),
        authors: bad.list("authors", &record.authors).filter_map(|author| bad.owned("authors", &author.0.name)).collect(),
        published,
        year: bad.year("year", &record.year).or(year),
        url: bad.owned("url", &record.url),
        cited_by: bad.cited_by("semantic_scholar", &record.citation_count, &record.influential, &record.updated),
        ..Paper::default()
    };
    Ok(ParsedRecord { is_part, ..ParsedRecord::of(paper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Result<ParsedRecord, String> {
        parse(&mut Body::Json(&mut text.replace('\n', " ").into_bytes()), &mut BadValues::default())
    }

    #[test]
    fn a_paper_of_the_api_and_of_the_dataset_is_the_same() {
        let api = r#"{"paperId": "0a", "corpusId": 7, "externalIds": {"ArXiv": "2601.00001", "DOI": "10.1000/A", "CorpusId": 7}, "title": "T", "year": 2026,
            "authors": [{"authorId": "1", "name": "Ada L."}], "publicationDate": "2026-01-02", "citationCount": 3, "influentialCitationCount": 1, "url": "https://s2/7"}"#;
        let row = r#"{"corpusid": 7, "externalids": {"ArXiv": "2601.00001", "DOI": "10.1000/A", "CorpusId": "7", "ACL": null}, "title": "T", "year": 2026,
            "authors": [{"authorId": "1", "name": "Ada L."}], "publicationdate": "2026-01-02", "citationcount": 3, "influentialcitationcount": 1, "url": "https://s2/7"}"#;
        let (api, row) = (said(api).unwrap(), said(row).unwrap());
        assert_eq!(api.paper, row.paper);
        assert!(!api.is_part && !row.is_part);
        let paper = api.paper.unwrap();
        assert_eq!((paper.paper_id.as_str(), paper.doi.as_deref(), paper.corpus_id), ("arxiv:2601.00001", Some("10.1000/a"), Some(7)));
        assert_eq!(paper.cited_by.map(|cited_by| (cited_by.count, cited_by.influential)), Some((3, Some(1))));
    }

    #[test]
    fn an_abstract_is_a_part_of_a_paper() {
        let part =
            said(r#"{"corpusid": 7, "openaccessinfo": {"externalids": {"DOI": "10.1000/A", "ArXiv": null}, "status": null}, "abstract": "A."}"#).unwrap();
        let paper = part.paper.unwrap();
        assert!(part.is_part && paper.corpus_id == Some(7) && paper.doi.as_deref() == Some("10.1000/a"));
    }

    #[test]
    fn what_is_not_known_is_nothing_and_what_is_no_paper_is_rejected() {
        assert!(said("null").unwrap().paper.is_none());
        assert!(said(r#"{"citationid": 1, "citingcorpusid": 2, "citedcorpusid": 3}"#).is_err());
        assert!(said(r#"{"authorId": "1", "name": "Ada"}"#).is_err() && said("7").is_err());
        assert_eq!(said(r#"{"paperId": "0a", "title": null}"#).unwrap().paper.unwrap().paper_id, "semantic-scholar:0a");
        assert_eq!(said(r#"{"title": "T", "externalIds": {"DOI": "10.48550/arXiv.2601.00001"}}"#).unwrap().paper.unwrap().paper_id, "arxiv:2601.00001");
    }
}
