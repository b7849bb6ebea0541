//! Records of the user's own: `id`, `title`, `abstract` and optionally `comment`, `date`, `url`, `doi`, `authors`,
//! `categories`, `upvotes`, `githubRepo`, `projectPage`. The id stays as written.

use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, ParsedRecord, Takes, elements, json};
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, title_id};
use starcite_core::reject;
use std::borrow::Cow;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "jsonl",
    meaning: "Records of your own: id, title, abstract and optionally comment, date, url",
    framing: elements::array_or_lines,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&LICENCE],
    live: None,
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "JSON objects, one a line or of several lines each, or an array of them. The id is kept as it stands.",
        get: "starcite extract papers.jsonl",
        fields: &[
            ("paper_id", "`id`, else made from the title"),
            ("arxiv_id", "`id`, if it is one"),
            ("doi", "`doi`, or `id`, if it is one"),
            ("title", "`title`"),
            ("abstract", "`abstract`"),
            ("comment", "`comment`"),
            ("authors", "`authors`: a list, or one text"),
            ("categories", "`categories`: a list, or one text"),
            ("published", "`date`"),
            ("year", "that of `date`"),
            ("url", "`url`"),
            ("upvotes", "`upvotes`"),
        ],
        notes: &["`githubRepo` and `projectPage` are links of a whole field."],
        rejects: &[],
    },
};

pub(super) static LICENCE: Licence = Licence {
    title: "Records of the publisher's own",
    names: &[],
    in_short: "That of your records.",
    url: None,
    terms: "Papers that the pipeline read from JSON Lines, a bibliography or a table, and observations of repositories that it read from a file. starcite \
        does not know under what licence they are: the publisher has to say.",
};

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let fields = json::object(body)?;
    let title = bad.owned("title", &json::field(&fields, "title"));
    let source_key = bad.owned("paper_id", &json::field(&fields, "id"));
    let id = source_key.clone().or_else(|| title.as_deref().map(title_id)).ok_or(reject::NO_KEY)?;
    let (published, year) = bad.date("published", [json::field::<Cow<'_, str>>(&fields, "date").date()]);
    let paper = Paper {
        arxiv_id: arxiv_id(&id),
        doi: bad.read("doi", &json::field(&fields, "doi"), doi).or_else(|| doi(&id)),
        paper_id: id,
        source_key,
        title,
        abstract_text: bad.owned("abstract", &json::field(&fields, "abstract")),
        comment: bad.owned("comment", &json::field(&fields, "comment")),
        authors: bad.texts("authors", &json::field(&fields, "authors")),
        categories: bad.texts("categories", &json::field(&fields, "categories")),
        published,
        year,
        url: bad.owned("url", &json::field(&fields, "url")),
        upvotes: bad.count("upvotes", &json::field(&fields, "upvotes")),
        github_repo: bad.owned("githubRepo", &json::field(&fields, "githubRepo")),
        project_page: bad.owned("projectPage", &json::field(&fields, "projectPage")),
        ..Paper::default()
    };
    Ok(ParsedRecord::of(paper))
}
