//! OAI-PMH records of arXiv: the formats arXiv, arXivRaw and oai_dc (<https://info.arxiv.org/help/oa/index.html>). A record belongs to the
//! week of its datestamp; a deleted record ends the paper's links.

mod live;

use super::arxiv_snapshot;
use super::loose::Loose;
use super::spec::{SourceDocs, SourceSpec};
use super::xml::{Fields, first, list, text, texts};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, oai};
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, paper_id};
use starcite_core::reject;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "arxiv-oai",
    meaning: "OAI-PMH replies of arXiv: arXiv, arXivRaw or oai_dc",
    framing,
    parse,
    has_papers: true,
    is_dated: true,
    is_harvest: true,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&arxiv_snapshot::LICENCE],
    live: Some(&live::LIVE),
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "What arXiv changed, day by day, as its OAI-PMH server tells it in one of three formats: arXivRaw (with every version), arXiv or oai_dc. \
               Without `path` and `url` the server is asked for the run's week, for no day that is still to come, one request every three seconds; `set` and `format` choose.",
        get: "curl -o page.xml 'https://oaipmh.arxiv.org/oai?verb=ListRecords&metadataPrefix=arXivRaw&from=2026-11-16&until=2026-11-22&set=cs'\n\
              starcite run arxiv.toml     # with kind = \"arxiv-oai\" and no path: asked for by starcite itself",
        fields: &[
            ("arxiv_id", "`id`, else the header's identifier"),
            ("doi", "the first of `doi`; oai_dc: of `identifier`"),
            ("title", "`title`"),
            ("abstract", "`abstract`; oai_dc: the first `description`"),
            ("comment", "`comments`; oai_dc: the description that begins with `Comment:`"),
            ("authors", "`author`; arXivRaw: the names in `authors`; oai_dc: `creator`, turned round"),
            ("categories", "`categories`; oai_dc: `subject`"),
            ("published", "`created`; arXivRaw: the first version's date; oai_dc: the first `date`"),
            ("updated", "`updated`; the last version's date; the last `date`"),
            ("url", "made from `id`"),
        ],
        notes: &[
            "A paper belongs to the week of its datestamp. Of two records of one paper the newer counts.",
            "A deleted record ends the links of its paper.",
        ],
        rejects: &["an error of the server, unless it is `noRecordsMatch`"],
    },
};

fn framing(_: &[u8]) -> Framing {
    Framing::Pieces(oai::records)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let Body::Fields(fields) = body else { return Err("no OAI-PMH record".to_owned()) };
    if let Some(code) = first(fields, "error@code") {
        return error(code, fields);
    }
    let event = bad.day("iso_week", &text(fields, "datestamp"));
    let identifier = first(fields, "identifier");
    let of_header = identifier.and_then(|identifier| identifier.strip_prefix("oai:arXiv.org:"));
    let arxiv = bad.first("arxiv_id", [text(fields, "id"), of_header.into()], arxiv_id);
    let title = bad.owned("title", &text(fields, "title"));
    let doi = doi_of(fields, bad);
    let id = paper_id(ROW.name, identifier, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or(reject::NO_KEY)?;
    if first(fields, "header@status") == Some("deleted") {
        return Ok(ParsedRecord { event, deleted: Some(id), ..ParsedRecord::default() });
    }
    let dates = || list(fields, "date").into_iter().map(|date| date.date());
    let (published, year) = bad.date("published", [text(fields, "created").date()].into_iter().chain(dates()));
    let (updated, _) = bad.date("updated", [text(fields, "updated").date()].into_iter().chain(dates().rev()));
    let paper = Paper {
        url: arxiv.as_ref().map(|id| format!("https://arxiv.org/abs/{id}")),
        paper_id: id,
        arxiv_id: arxiv,
        doi,
        title,
        abstract_text: bad.first("abstract", [text(fields, "abstract"), text(fields, "description")], |text| Some(text.to_owned())),
        comment: bad.first("comment", [text(fields, "comments"), dc_comment(fields).into()], |text| Some(text.to_owned())),
        authors: authors(fields, bad),
        categories: categories(fields, bad),
        published,
        year,
        updated: updated.or(published),
        ..Paper::default()
    };
    Ok(ParsedRecord { event, ..ParsedRecord::of(paper) })
}

/// Returns a server's error. `noRecordsMatch` is not one: in a quiet week nothing matches.
fn error(code: &str, fields: &Fields) -> Result<ParsedRecord, String> {
    if code == "noRecordsMatch" {
        return Ok(ParsedRecord::default());
    }
    Err(format!("the server's error {code}: {}", first(fields, "error").unwrap_or_default()))
}

/// Returns the DOI of the published paper: from `doi`, which may contain several, or from one of oai_dc's identifiers.
fn doi_of(fields: &Fields, bad: &mut BadValues) -> Option<String> {
    let identifiers = texts(fields, "identifier").filter(|text| text.starts_with("doi:") || text.contains("doi.org/"));
    let stated = [text(fields, "doi")].into_iter().chain(identifiers.map(|identifier| Some(identifier).into()));
    bad.first("doi", stated, |dois| dois.split_whitespace().find_map(doi))
}

/// Splits `categories` at whitespace; of oai_dc returns each `subject`.
fn categories(fields: &Fields, bad: &mut BadValues) -> Vec<String> {
    let named = bad.owned("categories", &text(fields, "categories"));
    named.map_or_else(|| all("categories", "subject", fields, bad), |names| names.split_whitespace().map(str::to_owned).collect())
}

/// Returns the comment of oai_dc, which is a second description.
fn dc_comment(fields: &Fields) -> Option<&str> {
    texts(fields, "description").skip(1).find_map(|text| text.strip_prefix("Comment:").map(str::trim))
}

/// Returns the authors: of arXiv each `author`; of oai_dc each `creator`, `Last, First`; of arXivRaw the names in one text.
fn authors(fields: &Fields, bad: &mut BadValues) -> Vec<String> {
    let turned = |name: String| name.split_once(", ").map(|(last, first)| format!("{first} {last}")).unwrap_or(name);
    let creators = all("authors", "creator", fields, bad).into_iter().map(turned);
    let named: Vec<String> = all("authors", "author", fields, bad).into_iter().chain(creators).collect();
    if named.is_empty() { bad.text("authors", &text(fields, "authors")).map(names_in).unwrap_or_default() } else { named }
}

/// Returns the names in `A. One, B. Two (MIT, Cambridge) and C. Three`, without text in brackets.
fn names_in(text: &str) -> Vec<String> {
    let mut depth = 0u32;
    let outside: String = text
        .chars()
        .filter(|c| {
            depth += u32::from(*c == '(');
            let is_outside = depth == 0;
            depth = depth.saturating_sub(u32::from(*c == ')'));
            is_outside
        })
        .collect();
    let words = outside.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace(", and ", ", ").replace(" and ", ", ").split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn all(column: &'static str, name: &str, fields: &Fields, bad: &mut BadValues) -> Vec<String> {
    bad.texts(column, &Loose::Good(list(fields, name)))
}
