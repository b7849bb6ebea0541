//! The entries of Papers with Code's files, field by field in the dumps' order.

use chrono::NaiveDate;
use serde::Serialize;
use starcite_core::extract::first_sentence;
use starcite_core::{Field, LinkKind, Week, paper};
use starcite_rows::{Link, Paper, Places, Text, view};
use starcite_state::paper_key;

/// Address prefix of the papers' pages. The site is gone: an address is only a name that joins the two files.
const PAGES: &str = "https://paperswithcode.com/paper/";

/// Number of characters of the title in a page's name in the dumps, whole words only.
const SLUG_CHARS: usize = 45;

/// The value for unknown in fields that were never null in the dumps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Unknown {
    /// `false`, `"none"` and `[]`, as in the dumps, where false meant "not known to be"
    False,
    /// null, in those fields too
    Null,
}

impl Unknown {
    fn or<T>(self, known: Option<T>, dumps: T) -> Option<T> {
        match self {
            Self::False => known.or(Some(dumps)),
            Self::Null => known,
        }
    }
}

view! {
    /// The columns of a link that its repository's entry is made of.
    pub(super) struct CodeLink<'a> of Link {
        pub(super) paper_id: Text<'a>,
        kind: LinkKind,
        repo: Option<Text<'a>>,
        mentions: Places<'a>,
        last_week: Option<Week>,
        paper_named_by_repo: Option<bool>,
        official: Option<bool>,
    }
}

/// A repository, as a paper's links describe it.
pub(super) struct LinkedRepo {
    pub(super) repo: String,
    pub(super) is_official: Option<bool>,
    /// True if title, abstract or comment link it.
    pub(super) in_texts: bool,
    pub(super) names_paper: Option<bool>,
}

impl LinkedRepo {
    /// Reads one row; `None` if it is not a link to a repository, or if the paper's newest version lacks it.
    pub(super) fn of(link: &CodeLink<'_>) -> Option<Self> {
        if link.kind != LinkKind::Repo || link.last_week.is_some() {
            return None;
        }
        Some(Self {
            repo: link.repo.as_deref()?.to_owned(),
            is_official: link.official,
            in_texts: link.mentions.iter().any(|mention| matches!(mention.field, Field::Title | Field::Abstract | Field::Comment)),
            names_paper: link.paper_named_by_repo,
        })
    }

    /// Merges another link of the paper to the same repository.
    pub(super) fn add(&mut self, other: &Self) {
        self.is_official = either(self.is_official, other.is_official);
        self.in_texts |= other.in_texts;
        self.names_paper = either(self.names_paper, other.names_paper);
    }
}

/// Returns true if one is true, false if both are false, else unknown.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// A null, for a field that starcite has no data for.
type Never = Option<()>;

/// The fields of a paper that both files have.
pub(super) struct PaperHead {
    paper_url: String,
    title: Option<String>,
    arxiv_id: Option<String>,
    url_abs: Option<String>,
    url_pdf: Option<String>,
}

impl PaperHead {
    pub(super) fn of(row: &Paper<'_>) -> Self {
        let (title, arxiv_id, doi) = (row.title.as_deref(), row.arxiv_id.as_deref(), row.doi.as_deref());
        let page = arxiv_id.map(|id| format!("https://arxiv.org/abs/{id}"));
        Self {
            paper_url: paper_url(&row.paper_id, title, arxiv_id),
            title: title.map(str::to_owned),
            url_abs: page.or_else(|| row.url.as_deref().map(str::to_owned)).or_else(|| doi.map(|doi| format!("https://doi.org/{doi}"))),
            url_pdf: arxiv_id.map(|id| format!("https://arxiv.org/pdf/{id}.pdf")),
            arxiv_id: arxiv_id.map(str::to_owned),
        }
    }

    /// Returns the fields of a paper that no table has any more, derived from its id.
    pub(super) fn of_id(paper_id: &str) -> Self {
        let arxiv_id = paper::arxiv_id(paper_id);
        Self {
            paper_url: paper_url(paper_id, None, arxiv_id.as_deref()),
            title: None,
            url_abs: arxiv_id.as_ref().map(|id| format!("https://arxiv.org/abs/{id}")),
            url_pdf: arxiv_id.as_ref().map(|id| format!("https://arxiv.org/pdf/{id}.pdf")),
            arxiv_id,
        }
    }
}

/// Returns the page's address: the title as in the dumps' addresses, and a unique part, which is the arXiv id or a hash of the id. So an address is never
/// another paper's, and the same in every export.
fn paper_url(paper_id: &str, title: Option<&str>, arxiv_id: Option<&str>) -> String {
    let own = arxiv_id.map_or_else(|| format!("{:016x}", paper_key(paper_id)), |id| slug(id, usize::MAX));
    let title = slug(title.unwrap_or_default(), SLUG_CHARS);
    if title.is_empty() { format!("{PAGES}{own}") } else { format!("{PAGES}{title}-{own}") }
}

/// Returns lowercase letters and digits with hyphens between the words, as many words as fit.
fn slug(text: &str, chars: usize) -> String {
    let mut slug = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let hyphen = usize::from(!slug.is_empty());
        if slug.len() + hyphen + word.len() > chars {
            break;
        }
        slug.push_str(&"-"[..hyphen]);
        slug.push_str(&word.to_ascii_lowercase());
    }
    slug
}

/// An entry of `papers-with-abstracts`.
#[derive(Serialize)]
pub(super) struct PaperEntry<'a> {
    paper_url: &'a str,
    arxiv_id: Option<&'a str>,
    nips_id: Never,
    openreview_id: Never,
    title: Option<&'a str>,
    #[serde(rename = "abstract")]
    abstract_text: Option<&'a str>,
    short_abstract: Option<&'a str>,
    url_abs: Option<&'a str>,
    url_pdf: Option<&'a str>,
    proceeding: Never,
    authors: Option<&'a [String]>,
    tasks: [(); 0],
    date: Option<NaiveDate>,
    conference_url_abs: Never,
    conference_url_pdf: Never,
    conference: Never,
    reproduces_paper: Never,
    methods: [(); 0],
}

impl<'a> PaperEntry<'a> {
    pub(super) fn of(head: &'a PaperHead, row: &'a Paper<'_>, unknown: Unknown) -> Self {
        let abstract_text = row.r#abstract.as_deref();
        Self {
            paper_url: &head.paper_url,
            arxiv_id: head.arxiv_id.as_deref(),
            nips_id: None,
            openreview_id: None,
            title: head.title.as_deref(),
            abstract_text,
            short_abstract: abstract_text.map(first_sentence),
            url_abs: head.url_abs.as_deref(),
            url_pdf: head.url_pdf.as_deref(),
            proceeding: None,
            authors: unknown.or(row.authors.as_deref(), &[]),
            tasks: [],
            date: row.published,
            conference_url_abs: None,
            conference_url_pdf: None,
            conference: None,
            reproduces_paper: None,
            methods: [],
        }
    }
}

/// An entry of `links-between-papers-and-code`.
#[derive(Serialize)]
pub(super) struct LinkEntry<'a> {
    paper_url: &'a str,
    paper_title: Option<&'a str>,
    paper_arxiv_id: Option<&'a str>,
    paper_url_abs: Option<&'a str>,
    paper_url_pdf: Option<&'a str>,
    repo_url: String,
    is_official: Option<bool>,
    mentioned_in_paper: Option<bool>,
    mentioned_in_github: Option<bool>,
    framework: Option<&'a str>,
}

impl<'a> LinkEntry<'a> {
    pub(super) fn of(paper: &'a PaperHead, linked: &LinkedRepo, framework: Option<&'a str>, unknown: Unknown) -> Self {
        Self {
            paper_url: &paper.paper_url,
            paper_title: paper.title.as_deref(),
            paper_arxiv_id: paper.arxiv_id.as_deref(),
            paper_url_abs: paper.url_abs.as_deref(),
            paper_url_pdf: paper.url_pdf.as_deref(),
            repo_url: format!("https://{}", linked.repo),
            is_official: unknown.or(linked.is_official, false),
            // starcite did not read the body of the paper, so a repository that is not in title, abstract or comment may be mentioned there.
            mentioned_in_paper: unknown.or(linked.in_texts.then_some(true), false),
            mentioned_in_github: unknown.or(linked.names_paper, false),
            framework: unknown.or(framework.map(dumps_name), NO_FRAMEWORK),
        }
    }
}

/// The dumps' value for no known framework.
const NO_FRAMEWORK: &str = "none";

/// Returns the dumps' name of a framework.
fn dumps_name(framework: &str) -> &str {
    match framework {
        "tensorflow" | "keras" => "tf",
        "pytorch" | "jax" | "mxnet" | "paddle" | "mindspore" => framework,
        _ => NO_FRAMEWORK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_titles_first_words_and_what_no_other_paper_has() {
        let title = Some("Odyssey: A Public GPU-Based Code for General-Relativistic Radiative Transfer");
        assert_eq!(paper_url("arxiv:1601.02063", title, Some("1601.02063")), format!("{PAGES}odyssey-a-public-gpu-based-code-for-general-1601-02063"));
        assert_eq!(paper_url("arxiv:hep-th/9901001", None, Some("hep-th/9901001")), format!("{PAGES}hep-th-9901001"));
        assert_ne!(paper_url("doi:10.1000/a-b", title, None), paper_url("doi:10.1000/a_b", title, None));
        assert_eq!(slug("$k$-means — на русском", SLUG_CHARS), "k-means");
    }

    #[test]
    fn a_framework_has_the_dumps_name() {
        assert_eq!(["tensorflow", "pytorch", "burn"].map(dumps_name), ["tf", "pytorch", "none"]);
    }
}
