//! Hugging Face's daily papers: the API's JSON, an array of entries. `githubRepo` and `projectPage` are links of a whole
//! field, `githubStars` an observation by `hf` on the day of the list.

use super::{Body, Cut, Said, Source, json, split};
use serde_json::{Map, Value};
use starcite_core::paper::{arxiv_id, paper_id};
use starcite_core::{Observation, Paper, RepoFacts, RepoName, RepoState};

pub(super) struct HfDaily;

impl Source for HfDaily {
    fn cut(&self, start: &[u8]) -> Cut {
        split::array_or_lines(start)
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
        let entry = json::object(body)?;
        let paper = entry.get("paper").and_then(Value::as_object).unwrap_or(&entry);
        let own_id = json::text(paper, "id");
        let title = json::text(paper, "title").or_else(|| json::text(&entry, "title"));
        let arxiv = own_id.as_deref().and_then(arxiv_id);
        let id = paper_id("hf", own_id.as_deref(), arxiv.as_deref(), None, title.as_deref()).ok_or("neither an id nor a title")?;
        let published = json::text(paper, "publishedAt").as_deref().and_then(json::day);
        let event = ["submittedOnDailyAt", "publishedAt"].iter().find_map(|name| json::text(paper, name)).as_deref().and_then(json::day);
        let said = Paper {
            paper_id: id,
            sources: vec!["hf-daily".to_owned()],
            url: own_id.map(|id| format!("https://huggingface.co/papers/{id}")),
            arxiv_id: arxiv,
            title,
            abstract_text: json::text(paper, "summary").or_else(|| json::text(&entry, "summary")),
            authors: authors(paper),
            published,
            year: published.map(|day| chrono::Datelike::year(&day)),
            upvotes: json::integer(paper, "upvotes"),
            github_repo: json::text(paper, "githubRepo"),
            project_page: json::text(paper, "projectPage"),
            ..Paper::default()
        };
        Ok(Said { observations: event.and_then(|day| stars(paper, day)).into_iter().collect(), event, paper: Some(said), ..Said::default() })
    }
}

fn authors(paper: &Map<String, Value>) -> Vec<String> {
    let names = paper.get("authors").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|author| author.get("name").and_then(Value::as_str)).map(str::to_owned).collect()
}

/// The list is a day's: the figure is dated to that day's first moment.
fn stars(paper: &Map<String, Value>, day: chrono::NaiveDate) -> Option<Observation> {
    Some(Observation {
        repo: RepoName::parse(&json::text(paper, "githubRepo")?).ok()?,
        repo_id: None,
        node_id: None,
        observed_by: "hf".to_owned(),
        observed_at: day.and_time(chrono::NaiveTime::MIN).and_utc(),
        state: RepoState::Live,
        state_reason: None,
        facts: RepoFacts { stars: Some(json::integer(paper, "githubStars")?), ..RepoFacts::default() },
    })
}
