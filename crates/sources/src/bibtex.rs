//! BibTeX and BibLaTeX: an entry is a paper. The entries are split here, so that a broken one costs no other, and the crate biblatex parses them.

mod braces;
mod entries;
mod names;
mod strings;

use super::jsonl;
use super::loose::{Loose, Text};
use super::spec::{SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes};
use biblatex::{Bibliography, Chunks, ChunksExt, Pair, ParseError, RawBibliography, RawChunk, RawEntry, Spanned};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use serde_json::{Map, Value};
use starcite_core::date::month_named;
use starcite_core::paper::{arxiv_id, arxiv_id_of_address, doi, paper_id};
use starcite_core::{Date, Field, Paper};
use std::borrow::Cow;
use strings::TooLong;

/// The parts of a record: the entry's text, and the macros that it names.
const ENTRY: &str = "entry";
const STRINGS: &str = "strings";

/// LaTeX is decoded only in fields with up to this many groups and bytes, because the parser takes much longer for groups by the ten thousand.
const MAX_GROUPS: usize = 2_000;
const MAX_DECODED_BYTES: usize = 1024 * 1024;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "bibtex",
    meaning: "Entries of BibTeX and BibLaTeX: .bib files",
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
    takes: Takes::Text,
    page: SourceDocs {
        data: "A bibliography, as reference managers export it. An entry begins with its `@` at a line's start; one whose brace is missing ends where the next begins. Keys, which \
               are a file's own, are not looked at and may be missing: a paper without arXiv id and DOI is known by its title.",
        get: "# Zotero: File > Export Library > BibTeX; Google Scholar, DBLP, arXiv: \"BibTeX\" beside a paper\n\
              starcite extract --from bibtex library.bib",
        fields: &[
            (
                "arxiv_id",
                "`eprint`, unless `archiveprefix` or `eprinttype` names another archive; else a `doi` of arXiv's; else `journal`, `number`, `volume`, `eid`, `pages` where they speak of arXiv; else `url`",
            ),
            ("doi", "`doi`, also as an address or in `\\url{…}`; else that of a `url` at doi.org"),
            ("title", "`title`, LaTeX decoded"),
            ("abstract", "`abstract`, LaTeX decoded"),
            ("comment", "`howpublished` and `note`, as they stand"),
            (
                "authors",
                "`author`, at each `and`: \"Last, First\" turned round, `others` left out; names with nothing but commas between them are taken apart at these",
            ),
            ("categories", "`primaryclass`"),
            ("published", "`date`, or `year`, `month` and `day`, if it is a whole date"),
            ("year", "that of `date`, else `year`"),
            ("url", "`url`"),
        ],
        notes: &[
            "Braces count as in BibTeX, also behind a backslash (`{\\{O}}`); only an entry that does not end so is read without those.",
            "Macros (`@string`) count for the entries after them; one that is not known stands for nothing. `@preamble` and `@comment` are passed over.",
            "Facts of a bibliography have no owner; abstracts are their authors' and publishers'.",
            "A `url` that leads to code or to an archive is a link of the whole field.",
        ],
        rejects: &[
            "an entry whose closing brace is missing, or that is no BibTeX for another reason",
            "an entry that is not UTF-8",
            "a file without an entry, unless it is empty or has comments alone",
            "a `@string` of more than 64 KiB, an entry that names more than 128 KiB of them",
            "braces in more than 64 braces",
        ],
    },
};

/// Returns the DOI in an address of the resolver.
fn doi_of_address(address: &str) -> Option<String> {
    let address = Url::parse(address).ok()?;
    let is_resolver = matches!(address.host_str()?, "doi.org" | "dx.doi.org" | "www.doi.org");
    doi(&percent_decode_str(address.path().trim_start_matches('/')).decode_utf8().ok().filter(|_| is_resolver)?)
}

fn framing(_: &[u8]) -> Framing {
    Framing::Pieces(entries::entries)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let Body::Fields(record) = body else { return Err("no BibTeX entry".to_owned()) };
    let text = record.get(ENTRY).and_then(Value::as_str).ok_or("no BibTeX entry")?;
    let text = with_key(text);
    let shielded = braces::shielded(&text);
    let raw = RawBibliography::parse(&shielded).or_else(|_| RawBibliography::parse(&text)).map_err(|error| no_bibtex(&error))?;
    let entry = Entry { raw: &raw.entries.first().ok_or("no BibTeX entry")?.v, strings: record.get(STRINGS).and_then(Value::as_object) };
    entry.check(bad);
    let (arxiv, title, url) = (entry.arxiv_id(bad), entry.decoded("title"), entry.address("url"));
    let doi = bad.read("doi", &entry.address("doi").as_deref().into(), doi).or_else(|| doi_of_address(url.as_deref()?));
    let (published, year) = bad.date("published", entry.dates());
    let paper = Paper {
        paper_id: paper_id(ROW.name, None, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or("neither an arXiv id, a DOI nor a title")?,
        source_key: Some(entry.raw.key.v.to_owned()).filter(|key| !key.is_empty()),
        arxiv_id: arxiv,
        doi,
        title,
        abstract_text: entry.decoded("abstract"),
        comment: entry.comment(),
        authors: entry.authors(),
        categories: entry.text("primaryclass").into_iter().collect(),
        published,
        year,
        related: url.clone().map(|url| (Field::Url, url)).into_iter().collect(),
        url,
        ..Paper::default()
    };
    Ok(ParsedRecord::of(paper))
}

fn no_bibtex(error: &ParseError) -> String {
    format!("no BibTeX: {} at byte {} of the record", error.kind, error.span.start)
}

/// Adds an empty key to an entry without one, because `@misc{ title = …` occurs in many a README.
fn with_key(entry: &str) -> Cow<'_, str> {
    let Some((kind, fields)) = entry.split_once('{') else { return entry.into() };
    let is_field = fields.split_once('=').is_some_and(|(name, _)| !name.trim().is_empty() && name.trim().bytes().all(|byte| byte.is_ascii_alphabetic()));
    if is_field { format!("{kind}{{,{fields}").into() } else { entry.into() }
}

struct Entry<'a> {
    raw: &'a RawEntry<'a>,
    strings: Option<&'a Map<String, Value>>,
}

impl Entry<'_> {
    /// Finds a field and expands its macros; of several with one name the first, as in BibTeX. `Err` if the macros expand to too much.
    fn expanded(&self, name: &str) -> Option<Result<String, TooLong>> {
        let field = self.raw.fields.iter().find(|field| field.key.v.eq_ignore_ascii_case(name))?;
        let string = |name: &str| self.strings?.get(&name.to_lowercase())?.as_str();
        Some(strings::expanded(&field.value.v, string))
    }

    /// Returns a field as written.
    fn text(&self, name: &str) -> Option<String> {
        Some(self.expanded(name)?.ok()?.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Records the fields whose macros expand to too much.
    fn check(&self, bad: &mut BadValues) {
        const COLUMNS: [(&str, &str); 10] = [
            ("title", "title"),
            ("abstract", "abstract"),
            ("author", "authors"),
            ("howpublished", "comment"),
            ("note", "comment"),
            ("primaryclass", "categories"),
            ("date", "published"),
            ("year", "published"),
            ("doi", "doi"),
            ("url", "url"),
        ];
        let is_too_long =
            |(name, _): &&(&str, &str)| self.strings.is_some_and(|strings| !strings.is_empty()) && matches!(self.expanded(name), Some(Err(TooLong)));
        COLUMNS.iter().filter(is_too_long).for_each(|(_, column)| bad.note(*column, "macros that stand for more than 64 KiB"));
    }

    /// Returns a text with its LaTeX decoded, or as written if the parser can't decode it.
    fn decoded(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let decoded = chunks(&text).map(|chunks| chunks.format_verbatim().trim().to_owned());
        Some(decoded.unwrap_or(text)).filter(|text| !text.is_empty())
    }

    /// Returns a field that is an address or an identifier, without `\url{…}` and escapes.
    fn address(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let inside = text.strip_prefix("\\url{").and_then(|rest| rest.strip_suffix('}')).unwrap_or(&text);
        let address: String = inside.chars().filter(|c| !matches!(c, '\\' | '{' | '}')).collect();
        Some(address.trim().to_owned()).filter(|address| !address.is_empty())
    }

    fn arxiv_id(&self, bad: &mut BadValues) -> Option<String> {
        let archive = self.text("archiveprefix").or_else(|| self.text("eprinttype"));
        let is_arxiv = archive.as_ref().map(|archive| archive.eq_ignore_ascii_case("arxiv"));
        let of_address = |name| self.address(name).and_then(|address| arxiv_id_of_address(&address));
        let eprint = self.address("eprint").filter(|_| is_arxiv != Some(false));
        let stated = || eprint.as_deref().and_then(|eprint| arxiv_id(eprint).or_else(|| arxiv_id_of_address(eprint)));
        // `eprint = {9901001}`, of the archive that another field names
        let of_archive = |name| arxiv_id(&format!("{}/{}", self.text(name)?, self.text("eprint")?));
        let found = stated()
            .or_else(|| ["archiveprefix", "eprinttype", "primaryclass", "eprintclass"].into_iter().find_map(of_archive))
            .or_else(|| of_address("doi"))
            .or_else(|| self.arxiv_id_of_journal())
            .or_else(|| of_address("url"));
        if let (None, Some(true), Some(eprint)) = (&found, is_arxiv, &eprint) {
            bad.note("arxiv_id", eprint);
        }
        found
    }

    /// Reads the id in `arXiv preprint arXiv:1512.03385`, or in DBLP's `CoRR` with the volume `abs/1512.03385`.
    fn arxiv_id_of_journal(&self) -> Option<String> {
        let parts = ["journal", "journaltitle", "number", "volume", "eid", "pages"].map(|name| self.text(name).unwrap_or_default());
        let place = parts.join(" ");
        let lower = place.to_lowercase();
        if !lower.contains("arxiv") && !lower.contains("corr") {
            return None;
        }
        let words = place.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | ',' | ';'));
        words.map(|word| word.strip_prefix("abs/").unwrap_or(word)).find_map(arxiv_id)
    }

    /// Returns `howpublished` and `note`, which contain links that have no field of their own.
    fn comment(&self) -> Option<String> {
        let texts: Vec<String> = ["howpublished", "note"].into_iter().filter_map(|name| self.text(name)).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    fn authors(&self) -> Vec<String> {
        let text = self.text("author").unwrap_or_default();
        names::names(&text, chunks(&text).as_deref())
    }

    /// Reads `date`, and `year`, `month` and `day`.
    fn dates(&self) -> [Loose<Date>; 2] {
        let [date, year] = ["date", "year"].map(|name| {
            let text = self.text(name);
            Text::from(text.as_deref().map(|text| text.trim_matches(['{', '}']))).date()
        });
        let day = |year| Date::of(year, self.month()?, self.text("day")?.parse().ok()?);
        let year = match year {
            Loose::Good(date) => Loose::Good(day(date.year).unwrap_or(date)),
            year => year,
        };
        [date, year]
    }

    /// Reads the month as a number or as a name: the names are macros of every style.
    fn month(&self) -> Option<u32> {
        let field = self.raw.fields.iter().find(|field| field.key.v.eq_ignore_ascii_case("month"))?;
        let (RawChunk::Normal(text) | RawChunk::Abbreviation(text)) = field.value.v.first()?.v;
        text.parse().ok().or_else(|| month_named(text.trim_matches(['{', '}']).get(..3)?))
    }
}

/// Returns a text with its LaTeX decoded; `None` if the parser can't decode it.
fn chunks(text: &str) -> Option<Chunks> {
    const NAME: &str = "text";
    if text.len() > MAX_DECODED_BYTES || text.bytes().filter(|byte| matches!(byte, b'{' | b'$')).count() > MAX_GROUPS {
        return None;
    }
    let named = |name: &'static str| Spanned::new(name, 0..0);
    let value = vec![Spanned::new(RawChunk::Normal(text), 0..text.len())];
    let field = Pair::new(named(NAME), Spanned::new(value, 0..text.len()));
    let entry = RawEntry { key: named("key"), kind: named("misc"), fields: vec![field] };
    let raw = RawBibliography { preamble: String::new(), entries: vec![Spanned::new(entry, 0..text.len())], abbreviations: Vec::new() };
    Bibliography::from_raw(raw).ok()?.into_iter().next()?.remove(NAME)
}
