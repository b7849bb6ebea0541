//! The arXiv snapshot: one JSON record a line, as published on Kaggle.

use super::loose::{List, Loose, Objects, OfJson, Text};
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, ParsedRecord, Takes, elements, typed};
use serde::Deserialize;
use serde::de::{IgnoredAny, SeqAccess};
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, doi, paper_id};
use starcite_core::reject;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "arxiv-snapshot",
    meaning: "The arXiv snapshot, one JSON record a line",
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
        data: "All of arXiv's metadata in one file, which Cornell University publishes on Kaggle every week: about 2.9 million records, 4.9 GB.",
        get: "kaggle datasets download --unzip Cornell-University/arxiv\n\
              starcite extract --from arxiv-snapshot --kinds repo arxiv-metadata-oai-snapshot.json",
        fields: &[
            ("arxiv_id", "`id`"),
            ("doi", "`doi`, the first one"),
            ("title", "`title`"),
            ("abstract", "`abstract`, without the blanks around it"),
            ("comment", "`comments`"),
            ("authors", "`authors_parsed`, else `authors` as one text"),
            ("categories", "`categories`, at its blanks"),
            ("published", "`versions[0].created`"),
            ("updated", "`update_date`"),
            ("url", "made from `id`"),
        ],
        notes: &[],
        rejects: &[],
    },
};

pub(super) static LICENCE: Licence = Licence {
    title: "arXiv",
    names: &[],
    in_short: "CC0 1.0 for arXiv's metadata; the papers are under the licences that their authors chose.",
    url: Some("https://info.arxiv.org/help/api/tou.html"),
    terms: "Titles, abstracts, authors, identifiers and categories of e-prints. arXiv's terms for its interfaces let everybody use \
        descriptive metadata under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/), and say that these include \"fields such \
        as title, abstract, authors, identifiers, and classification terms\". Authors' comments are metadata that this list does not name. \
        An abstract was written by the paper's authors; the papers themselves are under the licences that their authors chose and are not \
        here. arXiv does not endorse this dataset.",
};

/// The fields in use; the others are skipped and not stored.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    authors: Text<'a>,
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default)]
    comments: Text<'a>,
    #[serde(borrow, default)]
    doi: Text<'a>,
    #[serde(borrow, default)]
    categories: Text<'a>,
    #[serde(borrow, default, rename = "abstract")]
    abstract_text: Text<'a>,
    #[serde(borrow, default)]
    versions: Objects<Version<'a>>,
    #[serde(borrow, default)]
    update_date: Text<'a>,
    #[serde(default)]
    authors_parsed: List<Name>,
}

#[derive(Deserialize)]
struct Version<'a> {
    #[serde(borrow, default)]
    created: Text<'a>,
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let record: Record<'_> = typed::record(body)?;
    let title = bad.owned("title", &record.title);
    let own_id = bad.text("paper_id", &record.id);
    let arxiv = own_id.and_then(arxiv_id);
    let doi = bad.read("doi", &record.doi, |dois| dois.split_whitespace().find_map(doi));
    let paper_id = paper_id(ROW.name, own_id, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or(reject::NO_KEY)?;
    let created = bad.list("published", &record.versions).next().map(|version| version.0.created.date());
    let (published, year) = bad.date("published", created);
    let paper = Paper {
        url: arxiv.as_ref().map(|id| ["https://arxiv.org/abs/", id].concat()),
        paper_id,
        arxiv_id: arxiv,
        doi,
        title,
        abstract_text: bad.owned("abstract", &record.abstract_text),
        comment: bad.owned("comment", &record.comments),
        authors: authors(record.authors_parsed, &record.authors, bad),
        categories: bad.read("categories", &record.categories, |names| Some(names.split_whitespace().map(str::to_owned).collect())).unwrap_or_default(),
        published,
        year,
        updated: bad.day("updated", &record.update_date),
        ..Paper::default()
    };
    Ok(ParsedRecord::of(paper))
}

/// Returns the parsed authors; if there are none, the authors as one text.
fn authors(parsed: List<Name>, text: &Text<'_>, bad: &mut BadValues) -> Vec<String> {
    let _ = bad.list("authors", &parsed);
    match parsed {
        Loose::Good(names) if !names.is_empty() => names.into_iter().filter_map(Loose::into_good).map(|Name(name)| name).collect(),
        _ => bad.owned("authors", text).into_iter().collect(),
    }
}

/// An author of `authors_parsed`: `["Yang", "Wu", ""]` is `Wu Yang`. Anything after the three is an affiliation.
struct Name(String);

impl<'de> OfJson<'de> for Name {
    fn list<A: SeqAccess<'de>>(mut parts: A) -> Result<Option<Self>, A::Error> {
        let mut next = || parts.next_element::<Text<'_>>().map(Option::unwrap_or_default);
        let names = [next()?, next()?, next()?];
        while parts.next_element::<IgnoredAny>()?.is_some() {}
        if names.iter().any(|part| part.bad().is_some()) {
            return Ok(None);
        }
        let [family, given, suffix] = names.each_ref().map(|part| part.good().map_or("", |part| part));
        let mut name = String::with_capacity(family.len() + given.len() + suffix.len() + 2);
        for part in [given, family, suffix].into_iter().filter(|part| !part.is_empty()) {
            name.extend((!name.is_empty()).then_some(' '));
            name.push_str(part);
        }
        Ok(Some(Self(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_has_a_given_name_a_family_name_and_a_suffix() {
        let record = r#"{"id": "0704.0001", "authors_parsed": [["Yang", "Wu", ""], ["Doe", "J.", "Jr.", "MIT"], ["ATLAS"], []]}"#;
        let said = parse(&mut Body::Json(&mut record.as_bytes().to_vec()), &mut BadValues::default()).unwrap();
        assert_eq!(said.paper.unwrap().authors, ["Wu Yang", "J. Doe Jr.", "ATLAS", ""]);
    }

    #[test]
    fn of_several_dois_the_first_counts() {
        let record = r#"{"id": "0704.0001", "doi": "10.1000/A 10.1000/b"}"#;
        let said = parse(&mut Body::Json(&mut record.as_bytes().to_vec()), &mut BadValues::default()).unwrap();
        assert_eq!(said.paper.unwrap().doi.as_deref(), Some("10.1000/a"));
    }
}
