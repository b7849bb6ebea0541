//! Replies of arXiv's API: Atom (<https://info.arxiv.org/help/api/user-manual.html>). An entry is a paper. An error of arXiv is an entry,
//! too, and is rejected with its text.

mod live;

use super::arxiv_snapshot;
use super::input::Limits;
use super::loose::Loose;
use super::spec::{SourceDocs, SourceSpec};
use super::xml::{self, Fields, Format, first, list, text};
use super::{BadValues, Body, Framer, Framing, ParsedRecord, Reader, Takes, Text};
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id_of_address, doi, paper_id};
use starcite_core::reject;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "arxiv-atom",
    meaning: "Replies of arXiv's API (Atom)",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&arxiv_snapshot::LICENCE],
    live: Some(&live::LIVE),
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "What arXiv's API answers to a search or to a list of ids, as Atom; several replies may follow each other in a file. Without `path` and `url` the API is asked, one request \
               every three seconds, those to `arxiv-oai` included: for the papers that match `search` and were submitted in the run's week or in the one before, of which arXiv announces \
               some later; or for `ids`.",
        get: "curl -o page.xml 'https://export.arxiv.org/api/query?search_query=cat:cs.SE+AND+abs:github&max_results=100'\n\
              starcite extract --from arxiv-atom page.xml\n\
              starcite extract --from arxiv-atom --search 'cat:cs.SE AND abs:github' --dates 2026-11     # or asked for by starcite itself",
        fields: &[
            ("arxiv_id", "`id`, without its version"),
            ("doi", "the first of `arxiv:doi`"),
            ("title", "`title`"),
            ("abstract", "`summary`"),
            ("comment", "`arxiv:comment`"),
            ("authors", "`author/name`"),
            ("categories", "`category/@term`"),
            ("published", "`published`"),
            ("updated", "`updated`"),
            ("url", "made from `id`"),
        ],
        notes: &["A page without entries is no error: nothing matched, or arXiv does not have the ids that were asked for."],
        rejects: &["an error of arXiv, which comes as an entry"],
    },
};

static FEED: Format = Format { root: "feed", records: &["entry"], attributes: &[("category", "term")] };

fn framing(_: &[u8]) -> Framing {
    Framing::Pieces(entries)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let Body::Fields(fields) = body else { return Err("no Atom entry".to_owned()) };
    if let Some(words) = error(fields) {
        return Err(format!("arXiv's error: {words}"));
    }
    let title = bad.owned("title", &text(fields, "title"));
    let arxiv = bad.read("arxiv_id", &text(fields, "id"), arxiv_id_of_address);
    let doi = bad.first("doi", list(fields, "doi"), |dois| dois.split_whitespace().find_map(doi));
    let (published, year) = bad.date("published", [text(fields, "published").date()]);
    let paper = Paper {
        paper_id: paper_id(ROW.name, None, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or(reject::NO_KEY)?,
        doi,
        title,
        abstract_text: bad.owned("abstract", &text(fields, "summary")),
        comment: bad.owned("comment", &text(fields, "comment")),
        authors: bad.texts("authors", &Loose::Good(list(fields, "author"))),
        categories: bad.texts("categories", &Loose::Good(list(fields, "category@term"))),
        published,
        year,
        updated: bad.day("updated", &text(fields, "updated")),
        url: arxiv.as_ref().map(|id| format!("https://arxiv.org/abs/{id}")),
        arxiv_id: arxiv,
        ..Paper::default()
    };
    Ok(ParsedRecord::of(paper))
}

fn entries<'a>(input: Reader<'a>, limits: Limits) -> Framer<'a> {
    xml::records(input, limits, &FEED)
}

/// Summary of a reply.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Feed {
    /// Number of results on all pages.
    pub(super) total: usize,
    /// The papers of this page, by arXiv id.
    pub(super) ids: Vec<String>,
    /// arXiv's error message.
    pub(super) error: Option<String>,
}

/// Reads a whole reply.
///
/// # Errors
/// When it is not Atom, is cut off, or lacks the number of results.
pub(super) fn feed(body: &[u8]) -> Result<Feed, String> {
    static WHOLE: Format = Format { root: "feed", records: &["totalResults", "entry"], attributes: &[] };
    let (mut feed, mut total) = (Feed::default(), None);
    let mut cut = xml::records(Box::new(body), Limits::default(), &WHOLE);
    while let Some(piece) = cut(&mut Vec::new()) {
        let Text::Fields(fields) = piece.text.map_err(|unreadable| unreadable.reason)? else { continue };
        match first(&fields, "totalResults") {
            Some(number) => total = number.parse().ok(),
            None => feed.error = error(&fields).map(str::to_owned).or(feed.error),
        }
        feed.ids.extend(first(&fields, "id").and_then(arxiv_id_of_address));
    }
    feed.total = total.ok_or("it does not say how many results there are")?;
    Ok(feed)
}

/// Returns arXiv's error message: the id of an error is an address of the API in place of a paper's.
fn error(entry: &Fields) -> Option<&str> {
    let is_error = first(entry, "id").is_some_and(|id| id.contains("/api/errors")) || entry.get("id").is_none() && first(entry, "title") == Some("Error");
    is_error.then(|| first(entry, "summary").unwrap_or("without words"))
}
