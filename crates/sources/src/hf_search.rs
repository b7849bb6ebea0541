//! Papers of Hugging Face from its search and from its pages of single papers: <https://huggingface.co/docs/hub/api>.

use super::arxiv_snapshot;
use super::elements;
use super::hf_daily;
use super::spec::{SourceDocs, SourceSpec};
use super::{BadValues, Body, ParsedRecord, Takes, json};
use chrono::DateTime;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "hf-search",
    meaning: "Papers of Hugging Face: replies of its search, or single papers",
    framing: elements::array_or_lines,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&arxiv_snapshot::LICENCE, &hf_daily::LICENCE],
    live: None,
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "Papers that Hugging Face has a page of, whether they were daily papers or not: a reply of its search (an array), a single paper, or papers a line.",
        get: "curl -o found.json 'https://huggingface.co/api/papers/search?q=code+generation'\n\
              curl -o paper.json https://huggingface.co/api/papers/2004.11967\n\
              starcite extract --from hf-search found.json paper.json",
        fields: &[
            ("arxiv_id", "`paper.id`; of a single paper `id`, and so on"),
            ("title", "`paper.title`, else the entry's"),
            ("abstract", "`paper.summary`, else the entry's"),
            ("authors", "`paper.authors[].name`"),
            ("published", "`paper.publishedAt`"),
            ("url", "made from `paper.id`"),
            ("upvotes", "`paper.upvotes`, unless the file is of a time after the week's observations had closed"),
        ],
        notes: &[
            "`paper.githubRepo` and `paper.projectPage` are links of a whole field.",
            "`paper.githubStars` is an observation of that repository by `hf`, of the file's last change: the reply has no date.",
        ],
        rejects: &[],
    },
};

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let entry = json::object(body)?;
    let observations = hf_daily::stars(hf_daily::inner(&entry), DateTime::UNIX_EPOCH, bad).into_iter().collect();
    Ok(ParsedRecord { observations, is_of_input: true, ..ParsedRecord::of(hf_daily::paper(&entry, bad)?) })
}
