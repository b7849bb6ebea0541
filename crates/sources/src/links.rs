//! Papers with the links and citations that an engine found in their texts, by the Python package's `extract_batch`.

use super::spec::{SourceDocs, SourceSpec};
use super::table::Fields;
use super::{BadValues, Body, Framing, ParsedRecord, Takes, excerpt, jsonl, typed};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use starcite_core::extract::{Extracted, SpanText};
use starcite_core::paper::{arxiv_id, arxiv_id_of_address, doi, title_id};
use starcite_core::{Citation, Field, Link, ListClaim, Paper, SOURCE_NAMES, normal};

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "links",
    meaning: "Links that an engine found: Parquet of papers that the Python package's extract_batch made on Spark, Ray, Dask, polars and others",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: false,
    licences: &[&jsonl::LICENCE],
    live: None,
    counts: None,
    takes: Takes::Links,
    page: SourceDocs {
        data: "Parquet with a row a paper: the columns `links`, `citations` and `reject` of the Python package's `extract_batch`, and beside them columns of the \
               paper, named or mapped as those of the source [`table`](#table). The links and citations count in place of the texts, which are not searched. A run on \
               them gives the tables that a run on the texts gives. The texts may be left out: then a paper without a link is unknown, because nothing shows what was read.\n\
               \n\
               ```toml\n\
               [[source]]\n\
               kind = \"links\"\n\
               path = \"extracted/*.parquet\"\n\
               ```",
        get: "starcite extract --from links 'extracted/*.parquet'",
        fields: &[
            ("paper_id", "`paper_id` or `id`, unchanged"),
            ("sources", "`sources`: a list of names of sources, or one; else `links`"),
            ("source_key", "`source_key`, else the id"),
            ("arxiv_id", "`arxiv_id`, or the id, if it is one"),
            ("doi", "`doi`, or the id, if it is one"),
            ("title_original", "`title_original`, else as everywhere"),
            ("authors_original", "`authors_original`, else as everywhere"),
            ("other columns", "those of the source `table`"),
        ],
        notes: &[
            "A pipeline has no other source of papers beside it, because records without their texts cannot be merged; observations may be beside it.",
            "Nothing is searched again, so `kinds` of `[extract]` can leave out links, not add them: the rules are those of the package that found them.",
            "What the texts decide is checked: spans, order, names of rules and repairs, the address of a repository; and where a text is there, each mention in it. Spans \
             of a text with whitespace around it, which `papers` does not keep, are moved.",
            "Role, rule, confidence and sentence of a link are those that the package gave: they are not compared with the text.",
            "A text that is not UTF-8 is damage, behind which nothing of the file is read; the package makes a reject of its row, so leave the texts of that row out.",
            "Row groups have at most 1,048,576 rows, 2 GiB before compression and 128 million values in all; a large one is read in parts of 128 MiB.",
            "The place of a reject is the number of the row; `byte_offset` is where its row group begins.",
        ],
        rejects: &[
            "a row whose `reject` has a reason: that is the reason",
            "a row without a value of `links` or `citations`, which the engine has not read: unknown is not none",
            "a row with a link or a citation that this version cannot have found; the reason names it",
        ],
    },
};

fn framing(_: &[u8]) -> Framing {
    Framing::Rows
}

/// A row.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(flatten, borrow)]
    fields: Fields<'a>,
    links: Option<Vec<Value>>,
    citations: Option<Vec<Value>>,
    #[serde(default)]
    sources: Sources,
    source_key: Option<String>,
    title_original: Option<String>,
    #[serde(default)]
    authors_original: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Sources {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

/// A link, with the claims of a list about it.
#[derive(Deserialize)]
struct LinkRow {
    #[serde(flatten)]
    link: Link,
    listed_by: Option<Field>,
    listed_official: Option<bool>,
    listed_in_paper: Option<bool>,
    listed_in_github: Option<bool>,
    listed_framework: Option<String>,
    listed_at: Option<NaiveDate>,
}

/// A citation; one of a whole field has no span.
#[derive(Deserialize)]
struct CitationRow {
    cited: String,
    field: Field,
    start: Option<usize>,
    end: Option<usize>,
    raw: String,
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let Row { fields, links, citations, sources, source_key, title_original, authors_original } = typed::record(body)?;
    let unread = |column| format!("it has no value of {column}: the engine has not read it");
    let (links, citations) = (links.ok_or_else(|| unread("links"))?, citations.ok_or_else(|| unread("citations"))?);
    fields.note_bad(bad);
    let id = fields.id.ok_or("it has no paper_id")?;
    let doi = bad.read("doi", &fields.doi.into(), doi).or_else(|| doi(id));
    let any_arxiv_id = |text: &str| arxiv_id(text).or_else(|| arxiv_id_of_address(text));
    let arxiv_id = bad.read("arxiv_id", &fields.arxiv_id.into(), any_arxiv_id).or_else(|| arxiv_id(id));
    let mut paper = fields.paper(id.to_owned(), arxiv_id, doi, bad);
    // An engine knows a paper without an id by its title.
    let key = || paper.source_key.take().filter(|key| paper.title.as_deref().map(|title| title_id(title.trim())).as_ref() != Some(key));
    paper.source_key = source_key.or_else(key);
    (paper.title_original, paper.authors_original, paper.sources) = (title_original, authors_original, sources.known(bad));
    let mut found = Extracted {
        links: links.into_iter().map(|link| read_link(link, &mut paper)).collect::<Result<_, _>>()?,
        citations: citations.into_iter().map(read_citation).collect::<Result<_, _>>()?,
    };
    fit(&mut found, &mut paper)?;
    paper.found = Some(found.to_json().map_err(|error| format!("bug: {error}"))?);
    Ok(ParsedRecord::of(paper))
}

impl Sources {
    /// Returns those that are sources.
    fn known(self, bad: &mut BadValues) -> Vec<String> {
        let mut names = match self {
            Self::None => Vec::new(),
            Self::One(name) => vec![name],
            Self::Several(names) => names,
        };
        names.retain(|name| {
            let is_known = SOURCE_NAMES.contains(&name.as_str());
            if !is_known {
                bad.note("sources", name);
            }
            is_known
        });
        names
    }
}

/// Reads a link; adds a list's claims about it to the paper, as a source with such a list does.
fn read_link(value: Value, paper: &mut Paper) -> Result<Link, String> {
    let name = [&value["target"], &value["raw"]].into_iter().find_map(Value::as_str).map_or_else(String::new, |name| excerpt(name.as_bytes()));
    let refused = |why: String| format!("the link {name:?}: {why}");
    let LinkRow { link, listed_by, listed_official, listed_in_paper, listed_in_github, listed_framework, listed_at } =
        serde_json::from_value(value).map_err(|error| refused(error.to_string()))?;
    if let Some(by) = listed_by {
        let listed = link.mentions.iter().find(|place| place.field == by && by.is_list());
        let address = listed.ok_or_else(|| refused(format!("it is listed by {}, of which it has no mention", by.as_str())))?.raw.clone();
        let claim =
            ListClaim { by, official: listed_official, in_paper: listed_in_paper, in_github: listed_in_github, framework: listed_framework, at: listed_at };
        paper.listed.push((address, claim));
    }
    Ok(link)
}

fn read_citation(value: Value) -> Result<Citation, String> {
    let name = value["cited"].as_str().map_or_else(String::new, |name| excerpt(name.as_bytes()));
    let CitationRow { cited, field, start, end, raw } = serde_json::from_value(value).map_err(|error| format!("the citation of {name:?}: {error}"))?;
    let (start, end) = match (start, end) {
        (Some(start), Some(end)) => (start, end),
        (None, None) => (0, 0), // a whole field, as the core has it
        _ => return Err(format!("the citation of {name:?}: its span lacks an end")),
    };
    Ok(Citation { cited, field, start, end, raw })
}

/// Checks what was found, and trims the texts in which its spans count.
fn fit(found: &mut Extracted, paper: &mut Paper) -> Result<(), String> {
    let title = paper.title.as_deref().map(|title| normal::title(title.trim()));
    let texts: Vec<SpanText<'_>> = paper
        .texts()
        .map(|(field, searched)| {
            let stored = title.as_deref().filter(|_| field == Field::Title).unwrap_or(searched.trim());
            SpanText { field, searched, stored }
        })
        .collect();
    found.fit(&paper.paper_id, &texts)?;
    let texts = [&mut paper.title, &mut paper.abstract_text, &mut paper.comment];
    texts.into_iter().flatten().for_each(|text| *text = text.trim().to_owned());
    Ok(())
}
