//! Papers with Code: the rows of both of its dumps (<https://github.com/paperswithcode/paperswithcode-data>), distinguished by their keys,
//! and pages of its API.

use super::loose::{List, Loose, Text};
use super::record::Pages;
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, typed};
use chrono::NaiveDate;
use serde::Deserialize;
use starcite_core::extract::is_link;
use starcite_core::paper::{arxiv_id, arxiv_id_of_address, doi, paper_id};
use starcite_core::reject;
use starcite_core::{Field, ListClaim, Paper};
use std::borrow::Cow;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "pwc",
    meaning: "The dumps of Papers with Code: papers with abstracts, and links between papers and code",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: true,
    repeats_papers: true,
    is_verbatim: true,
    licences: &[&LICENCE],
    live: None,
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "What Papers with Code knew when it ended in July 2025: 576,000 papers (`papers-with-abstracts`) and 300,000 links to their code (`links-between-papers-and-code`), each dump one JSON \
               array; rows a line, pages of its API (`{\"count\": …, \"results\": […]}`) and what `starcite export pwc` writes are read as well. Which dump a row is of is told by its keys; older \
               dumps, with fewer of them, are read too.",
        get: "# the site is gone; its last dumps are kept by https://huggingface.co/pwc-archive\n\
              curl -LO https://huggingface.co/datasets/pwc-archive/files/resolve/main/jul-28-links-between-papers-and-code.json.gz\n\
              curl -LO https://huggingface.co/datasets/pwc-archive/files/resolve/main/jul-29-papers-with-abstracts.json.gz\n\
              starcite extract --from pwc jul-28-links-between-papers-and-code.json.gz",
        fields: &[
            ("paper_id", "where there is neither an arXiv id nor a DOI: `pwc:` and the last part of `paper_url`, or the API's `id`"),
            ("arxiv_id", "`arxiv_id`, `paper_arxiv_id`, else `url_abs` or `paper_url_abs`, if that is arXiv's"),
            ("doi", "`url_abs` or `paper_url_abs`, if it is a DOI's"),
            ("title", "`title`, `paper_title`"),
            ("abstract", "`abstract`"),
            ("authors", "`authors[]`"),
            ("published", "`date`; the API's `published`"),
            ("year", "that of `published`"),
            ("url", "`url_abs`, `paper_url_abs`"),
        ],
        notes: &[
            "`repo_url` is a link of a whole field, `pwc`, beside those that the paper itself has: what the paper's text says of the same repository stays the best evidence, and neither `role` nor \
             `official` is taken from the dump. What the dump says stands beside it: `is_official`, `mentioned_in_paper`, `mentioned_in_github` and `framework` in `listed_official`, \
             `listed_in_paper`, `listed_in_github` and `listed_framework`. The framework `none` is the empty text; a key that is missing is null.",
            "`listed_at` is 2025-07-28, the day of the last links, whatever the dump: rows have no date, so that those of an older dump said so before.",
            "Rows of one paper become one, in whatever order and files they come: name both dumps in one path, or in two sources. `extract` reads rows one by one: nothing is joined there.",
            "A row of links whose `repo_url` is missing, or no address, tells of its paper alone.",
            "`tasks` and `methods` hold what anybody wrote there, and are not read.",
        ],
        rejects: &["a reply of the API that is an error"],
    },
};

pub(super) static LICENCE: Licence = Licence {
    title: "Papers with Code",
    names: &[],
    in_short: "CC BY-SA 4.0. Abstracts may be under their publishers' terms.",
    url: Some("https://github.com/paperswithcode/paperswithcode-data"),
    terms: "Papers, and which repositories its dumps name for them (`links.listed_by` and the columns behind it), under CC BY-SA 4.0 \
        (https://creativecommons.org/licenses/by-sa/4.0/): name Papers with Code, and share what is made of its data under the same licence. \
        Abstracts were written by the papers' authors.",
};

static PAGES: Pages = Pages { keys: &["count", "next", "previous", "results", "detail"], path: &["results"], needed_by: &["detail"] };

/// The day of the last links.
const LAST_STATE: Option<NaiveDate> = NaiveDate::from_ymd_opt(2025, 7, 28);

/// The fields in use, by their names in the dumps and the API.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default, rename = "paper_url", alias = "id")]
    page: Text<'a>,
    #[serde(borrow, default, alias = "paper_arxiv_id")]
    arxiv_id: Text<'a>,
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default, rename = "abstract")]
    abstract_text: Text<'a>,
    #[serde(borrow, default)]
    authors: List<Cow<'a, str>>,
    #[serde(borrow, default, alias = "published")]
    date: Text<'a>,
    #[serde(borrow, default, alias = "paper_url_abs")]
    url_abs: Text<'a>,
    /// In rows of links, as all that follow.
    #[serde(borrow, default)]
    paper_title: Text<'a>,
    #[serde(borrow, default)]
    repo_url: Text<'a>,
    #[serde(default)]
    is_official: Loose<bool>,
    #[serde(default)]
    mentioned_in_paper: Loose<bool>,
    #[serde(default)]
    mentioned_in_github: Loose<bool>,
    #[serde(borrow, default)]
    framework: Text<'a>,
}

fn framing(start: &[u8]) -> Framing {
    PAGES.or_lines(start)
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let record: Record<'_> = typed::record(body)?;
    let title = bad.first("title", [record.title.view(), record.paper_title.view()], |title| Some(title.to_owned()));
    let url = bad.owned("url", &record.url_abs);
    let arxiv = bad.read("arxiv_id", &record.arxiv_id, arxiv_id).or_else(|| arxiv_id_of_address(url.as_deref()?));
    let doi = url.as_deref().and_then(doi);
    let own_id = bad.text("paper_id", &record.page).map(slug);
    let paper_id = paper_id(ROW.name, own_id, arxiv.as_deref(), doi.as_deref(), title.as_deref()).ok_or(reject::NO_KEY)?;
    let (published, year) = bad.date("published", [record.date.date()]);
    let paper = Paper {
        paper_id,
        source_key: own_id.map(str::to_owned),
        arxiv_id: arxiv,
        doi,
        title,
        abstract_text: bad.owned("abstract", &record.abstract_text),
        authors: bad.texts("authors", &record.authors),
        published,
        year,
        url,
        listed: record.listed(bad).into_iter().collect(),
        ..Paper::default()
    };
    Ok(ParsedRecord::of(paper))
}

impl Record<'_> {
    /// Reads the address of the code in a row of links, and the facts about it.
    fn listed(&self, bad: &mut BadValues) -> Option<(String, ListClaim)> {
        let address = bad.read("repo_url", &self.repo_url, |address| is_link(address).then(|| address.to_owned()))?;
        let mut truth = |field, truth: &Loose<bool>| {
            bad.check(field, truth);
            truth.good().copied()
        };
        let listed = ListClaim {
            by: Field::Pwc,
            official: truth("listed_official", &self.is_official),
            in_paper: truth("listed_in_paper", &self.mentioned_in_paper),
            in_github: truth("listed_in_github", &self.mentioned_in_github),
            framework: bad.owned("listed_framework", &self.framework).map(|name| if name == NO_FRAMEWORK { String::new() } else { name }),
            at: LAST_STATE,
        };
        Some((address, listed))
    }
}

/// The list's word for no framework.
const NO_FRAMEWORK: &str = "none";

/// Returns the name of a paper's page, which is its id in both dumps and the API.
fn slug(page: &str) -> &str {
    page.rsplit_once("/paper/").map_or(page, |(_, slug)| slug).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Paper, String> {
        parse(&mut Body::Json(&mut text.replace('\n', " ").into_bytes()), &mut BadValues::default()).map(|said| *said.paper.unwrap())
    }

    #[test]
    fn a_row_of_links_is_a_paper_with_what_is_said_of_its_code() {
        let row = r#"{"paper_url": "https://paperswithcode.com/paper/on-x", "paper_title": "On X", "paper_arxiv_id": "1601.00001", "paper_url_abs": "https://arxiv.org/abs/1601.00001v2",
            "repo_url": " https://github.com/o/n ", "is_official": false, "mentioned_in_paper": true, "framework": "none"}"#;
        let paper = parsed(row).unwrap();
        let said = ListClaim { by: Field::Pwc, official: Some(false), in_paper: Some(true), in_github: None, framework: Some(String::new()), at: LAST_STATE };
        assert_eq!((paper.paper_id.as_str(), paper.title.as_deref()), ("arxiv:1601.00001", Some("On X")));
        assert_eq!(paper.listed, [("https://github.com/o/n".to_owned(), said)]);
    }

    #[test]
    fn a_paper_is_known_by_its_page_where_it_is_not_on_arxiv() {
        let id = |row: &str| parsed(row).unwrap().paper_id;
        assert_eq!(
            id(
                r#"{"paper_url": "https://paperswithcode.com/paper/on-x", "paper_title": "On X", "paper_arxiv_id": null, "repo_url": "https://github.com/o/n"}"#
            ),
            "pwc:on-x"
        );
        assert_eq!(
            id(r#"{"paper_url": "https://paperswithcode.com/paper/on-x", "arxiv_id": null, "title": "On X", "abstract": null, "authors": [null, "A B"]}"#),
            "pwc:on-x"
        );
        assert_eq!(id(r#"{"id": "on-x", "title": "On X"}"#), "pwc:on-x");
        assert_eq!(id(r#"{"paper_url": "x", "title": "On X", "url_abs": "https://doi.org/10.1000/A"}"#), "doi:10.1000/a");
        assert_eq!(
            id(r#"{"paper_title": "On X", "paper_url_abs": "http://arxiv.org/abs/cs/0601001v1", "repo_url": "https://github.com/o/n"}"#),
            "arxiv:cs/0601001"
        );
        assert!(parsed("{}").is_err());
    }

    #[test]
    fn a_row_of_links_without_an_address_tells_of_its_paper_alone() {
        for repo_url in ["null", "\"\"", "\"n/a\"", "\"https://arxiv.org/abs/1601.00001\""] {
            let paper = parsed(&format!(r#"{{"paper_title": "On X", "repo_url": {repo_url}, "is_official": true}}"#)).unwrap();
            assert_eq!((paper.title.as_deref(), paper.listed), (Some("On X"), vec![]), "{repo_url}");
        }
    }
}
