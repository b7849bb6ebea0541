//! Hugging Face's daily papers: the API's JSON, an array of entries. `githubRepo` and `projectPage` are links of a whole field.
//! `githubStars` is an observation by `hf`, dated by the time at which the list was fetched, if that is known, else by the list's day.
//! Upvotes have no date of their own: those that were fetched after the week's observations had closed are left out.

mod live;

use super::arxiv_snapshot;
use super::loose::{Objects, Text};
use super::spec::{Licence, SourceDocs, SourceSpec};
use super::{BadValues, Body, ParsedRecord, Takes, elements, json};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use starcite_core::paper::{arxiv_id, paper_id};
use starcite_core::reject;
use starcite_core::{Observation, Paper, RepoFacts, RepoName, RepoState, Week};
use std::borrow::Cow;

/// Key of the fetch time in an entry of a list that was fetched live.
pub(super) const FETCHED_AT: &str = "starciteFetchedAt";

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "hf-daily",
    meaning: "The JSON of Hugging Face's daily papers",
    framing: elements::array_or_lines,
    parse,
    has_papers: true,
    is_dated: true,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&arxiv_snapshot::LICENCE, &LICENCE],
    live: Some(&live::LIVE),
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "The papers that people put on Hugging Face's daily list, as its API gives them: an array of entries, or an entry a line. Without `path` and \
               `url` the API is asked for the days of the run's week, or for `dates` (a day, a week, a month, a range).",
        get: "curl -o 2026-06-01.json 'https://huggingface.co/api/daily_papers?date=2026-06-01&limit=100'\n\
              starcite extract --from hf-daily --dates 2026-06     # or asked for by starcite itself",
        fields: &[
            ("arxiv_id", "`paper.id`"),
            ("title", "`paper.title`, else the entry's"),
            ("abstract", "`paper.summary`, else the entry's"),
            ("authors", "`paper.authors[].name`"),
            ("published", "`paper.publishedAt`"),
            ("url", "made from `paper.id`"),
            ("upvotes", "`paper.upvotes`, unless it was asked for after the week's observations had closed"),
        ],
        notes: &[
            "A paper belongs to the week of `paper.submittedOnDailyAt`, else of `paper.publishedAt`.",
            "`paper.githubRepo` and `paper.projectPage` are links of a whole field.",
            "`paper.githubStars` is an observation of that repository by `hf`.",
            "The list has no categories: `categories` are those of another source of the run that has the paper, else arXiv's in the newest earlier week of the folder that has them.",
        ],
        rejects: &[],
    },
};

pub(super) static LICENCE: Licence = Licence {
    title: "Hugging Face",
    names: &["hf"],
    in_short: "No licence is stated for Hugging Face's lists; its terms of service apply.",
    url: Some("https://huggingface.co/terms-of-service"),
    terms: "Which papers were daily papers and when, their upvotes, project pages, repositories and stars, from Hugging Face's pages or its \
        API. starcite knows of no licence that Hugging Face states for these lists; its terms of service apply. Titles and abstracts there are arXiv's.",
};

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let entry = json::object(body)?;
    let inner = inner(&entry);
    let (event, _) = bad.date("iso_week", ["submittedOnDailyAt", "publishedAt"].map(|name| json::field::<Cow<'_, str>>(inner, name).date()));
    let fetched_at = bad.read(FETCHED_AT, &json::field(&entry, FETCHED_AT), json::moment);
    let observed_at = fetched_at.or(event.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc()));
    let mut paper = paper(&entry, bad)?;
    paper.upvotes = paper.upvotes.filter(|_| !is_late(event, fetched_at));
    Ok(ParsedRecord { observations: observed_at.and_then(|moment| stars(inner, moment, bad)).into_iter().collect(), event, ..ParsedRecord::of(paper) })
}

/// Returns the paper in an entry of a list, or the entry itself if it is a paper.
pub(super) fn inner(entry: &Map<String, Value>) -> &Map<String, Value> {
    entry.get("paper").and_then(Value::as_object).unwrap_or(entry)
}

/// Returns the paper that an entry is about.
pub(super) fn paper(entry: &Map<String, Value>, bad: &mut BadValues) -> Result<Paper, String> {
    let paper = inner(entry);
    let own_id = bad.owned("paper_id", &json::field(paper, "id"));
    let mut either = |column, name| bad.first(column, [json::field(paper, name), json::field(entry, name)], |text| Some(text.to_owned()));
    let (title, abstract_text) = (either("title", "title"), either("abstract", "summary"));
    let arxiv = own_id.as_deref().and_then(arxiv_id);
    let id = paper_id("hf", own_id.as_deref(), arxiv.as_deref(), None, title.as_deref()).ok_or(reject::NO_KEY)?;
    let (published, year) = bad.date("published", [json::field::<Cow<'_, str>>(paper, "publishedAt").date()]);
    Ok(Paper {
        paper_id: id,
        url: own_id.map(|id| format!("https://huggingface.co/papers/{id}")),
        arxiv_id: arxiv,
        title,
        abstract_text,
        authors: authors(paper, bad),
        published,
        year,
        upvotes: bad.count("upvotes", &json::field(paper, "upvotes")),
        github_repo: bad.owned("githubRepo", &json::field(paper, "githubRepo")),
        project_page: bad.owned("projectPage", &json::field(paper, "projectPage")),
        ..Paper::default()
    })
}

fn authors(paper: &Map<String, Value>, bad: &mut BadValues) -> Vec<String> {
    #[derive(Deserialize)]
    struct Author<'a> {
        #[serde(borrow, default)]
        name: Text<'a>,
    }
    let authors: Objects<Author<'_>> = json::field(paper, "authors");
    bad.list("authors", &authors).filter_map(|author| bad.owned("authors", &author.0.name)).collect()
}

/// True if figures came too late for the week of the list.
fn is_late(event: Option<NaiveDate>, fetched_at: Option<DateTime<Utc>>) -> bool {
    event.zip(fetched_at).is_some_and(|(day, fetched_at)| fetched_at >= Week::of_date(day).observations_close())
}

/// Returns the stars of the paper's repository in an entry, as of a time.
pub(super) fn stars(paper: &Map<String, Value>, observed_at: DateTime<Utc>, bad: &mut BadValues) -> Option<Observation> {
    let stars = bad.count("stars", &json::field(paper, "githubStars"))?;
    Some(Observation {
        repo: RepoName::parse(json::field::<Cow<'_, str>>(paper, "githubRepo").get()?).ok()?,
        repo_id: None,
        node_id: None,
        observed_by: "hf".to_owned(),
        observed_at,
        state: RepoState::Live,
        state_reason: None,
        facts: RepoFacts { stars: Some(stars), ..RepoFacts::default() },
    })
}
