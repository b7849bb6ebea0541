//! Hugging Face's daily papers: the API's JSON, an array of entries. `githubRepo` and `projectPage` are links of a whole
//! field, `githubStars` an observation by `hf`: of the moment at which the list was fetched, where that is known, else of the list's day.
//! Upvotes have no date of their own: those that were fetched after the week's observations had closed are left out.

use super::spec::{Page, Row, Service};
use super::{Body, Cut, Said, Source, elements, json};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};
use starcite_core::paper::{arxiv_id, paper_id};
use starcite_core::{Observation, Paper, RepoFacts, RepoName, RepoState, Week};

/// Where an entry of a list that was fetched live says when that was.
pub(super) const FETCHED_AT: &str = "starciteFetchedAt";

pub(super) struct HfDaily;

pub(super) static ROW: Row = Row {
    name: "hf-daily",
    meaning: "The JSON of Hugging Face's daily papers",
    source: &HfDaily,
    has_papers: true,
    is_dated: true,
    is_harvest: false,
    has_parts: false,
    is_verbatim: true,
    live: Some(Service::HfDaily),
    page: Page {
        data: "The papers that people put on Hugging Face's daily list, as its API gives them: an array of entries, or an entry a line. Without `path` and \
               `url` the API is asked for the days of the run's week, or for `dates` (a day, a week, a month, a range).",
        get: "curl -o 2026-06-01.json 'https://huggingface.co/api/daily_papers?date=2026-06-01&limit=100'\n\
              starcite extract --from hf-daily --dates 2026-06     # or asked for by starcite itself",
        licence: "No licence is stated for the lists; Hugging Face's terms of service apply. Titles and abstracts are arXiv's (CC0 for titles and abstracts \
                  as metadata).",
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
        ],
        rejects: &[],
    },
};

impl Source for HfDaily {
    fn cut(&self, start: &[u8]) -> Cut {
        elements::array_or_lines(start)
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
        let entry = json::object(body)?;
        let inner = inner(&entry);
        let event = ["submittedOnDailyAt", "publishedAt"].iter().find_map(|name| json::text(inner, name)).as_deref().and_then(json::day);
        let fetched_at = json::text(&entry, FETCHED_AT).and_then(|moment| moment.parse().ok());
        let observed_at = fetched_at.or(event.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc()));
        let mut paper = paper(&entry, ROW.name)?;
        paper.upvotes = paper.upvotes.filter(|_| !is_late(event, fetched_at));
        Ok(Said { observations: observed_at.and_then(|moment| stars(inner, moment)).into_iter().collect(), event, ..Said::of(paper) })
    }
}

/// The paper in an entry of a list, or the entry itself where that is a paper.
pub(super) fn inner(entry: &Map<String, Value>) -> &Map<String, Value> {
    entry.get("paper").and_then(Value::as_object).unwrap_or(entry)
}

/// The paper that an entry is about.
pub(super) fn paper(entry: &Map<String, Value>, source: &str) -> Result<Paper, String> {
    let paper = inner(entry);
    let own_id = json::text(paper, "id");
    let title = json::text(paper, "title").or_else(|| json::text(entry, "title"));
    let arxiv = own_id.as_deref().and_then(arxiv_id);
    let id = paper_id("hf", own_id.as_deref(), arxiv.as_deref(), None, title.as_deref()).ok_or("neither an id nor a title")?;
    let published = json::text(paper, "publishedAt").as_deref().and_then(json::day);
    Ok(Paper {
        paper_id: id,
        sources: vec![source.to_owned()],
        url: own_id.map(|id| format!("https://huggingface.co/papers/{id}")),
        arxiv_id: arxiv,
        title,
        abstract_text: json::text(paper, "summary").or_else(|| json::text(entry, "summary")),
        authors: authors(paper),
        published,
        year: published.map(|day| chrono::Datelike::year(&day)),
        upvotes: json::integer(paper, "upvotes"),
        github_repo: json::text(paper, "githubRepo"),
        project_page: json::text(paper, "projectPage"),
        ..Paper::default()
    })
}

fn authors(paper: &Map<String, Value>) -> Vec<String> {
    let names = paper.get("authors").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|author| author.get("name").and_then(Value::as_str)).map(str::to_owned).collect()
}

/// Whether figures came too late for the week of the list.
fn is_late(event: Option<NaiveDate>, fetched_at: Option<DateTime<Utc>>) -> bool {
    event.zip(fetched_at).is_some_and(|(day, fetched_at)| fetched_at >= Week::of_date(day).observations_close())
}

/// The stars that an entry tells of its paper's repository, as of a moment.
pub(super) fn stars(paper: &Map<String, Value>, observed_at: DateTime<Utc>) -> Option<Observation> {
    Some(Observation {
        repo: RepoName::parse(&json::text(paper, "githubRepo")?).ok()?,
        repo_id: None,
        node_id: None,
        observed_by: "hf".to_owned(),
        observed_at,
        state: RepoState::Live,
        state_reason: None,
        facts: RepoFacts { stars: Some(json::integer(paper, "githubStars")?), ..RepoFacts::default() },
    })
}
