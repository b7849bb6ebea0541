//! A record of paper metadata and its identifier.

use crate::field::Field;
use crate::listed::ListClaim;
use crate::normal;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// One record of metadata. `None` in a field is unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paper {
    /// The key; see [`paper_id`].
    pub paper_id: String,
    /// The sources that have the paper, the first one first.
    pub sources: Vec<String>,
    /// The key of the record in its source, as written; `None` if the source's key is the arXiv id or the DOI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_key: Option<String>,
    /// The arXiv id without a version.
    pub arxiv_id: Option<String>,
    /// The DOI in lower case.
    pub doi: Option<String>,
    /// Semantic Scholar's corpus id, which joins the rows of its datasets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpus_id: Option<i64>,
    /// The title.
    pub title: Option<String>,
    /// The title as its source writes it, if that differs from `title`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_original: Option<String>,
    /// The abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    /// The authors' comment.
    pub comment: Option<String>,
    /// The authors' names, in order.
    pub authors: Vec<String>,
    /// All authors' names as the source writes them, if at least one differs from `authors`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors_original: Vec<String>,
    /// The subject codes of the source, or else of an earlier week, such as `cs.CV`.
    pub categories: Vec<String>,
    /// The day of the first version.
    pub published: Option<NaiveDate>,
    /// The year of publication, if the source has no exact day.
    pub year: Option<i32>,
    /// The day of the newest version.
    pub updated: Option<NaiveDate>,
    /// A page about the paper.
    pub url: Option<String>,
    /// Hugging Face's upvotes.
    pub upvotes: Option<i64>,
    /// The citation count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cited_by: Option<CitedBy>,
    /// A repository in a field of the source's own.
    #[serde(rename = "githubRepo")]
    pub github_repo: Option<String>,
    /// A project page in a field of the source's own.
    #[serde(rename = "projectPage")]
    pub project_page: Option<String>,
    /// Addresses of works that the source relates to the paper, with their relation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<(Field, String)>,
    /// Addresses that a list of papers and code has for the paper, each once, and the list's claims about them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<(String, ListClaim)>,
    /// Links and citations that another program found in its texts, which are not searched then: [`Extracted`](crate::extract::Extracted) as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// A citation count: the figure of one service at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedBy {
    /// Works that cite it.
    pub count: i64,
    /// Works that cite it and build on it, by Semantic Scholar's estimate.
    pub influential: Option<i64>,
    /// The service that counted.
    pub source: String,
    /// The time of the count; `None` if the record has none.
    pub at: Option<DateTime<Utc>>,
}

impl Paper {
    /// Returns the fields that hold one address, with their contents.
    pub fn addresses(&self) -> impl Iterator<Item = (Field, &str)> {
        let named = [(Field::GithubRepo, &self.github_repo), (Field::ProjectPage, &self.project_page)];
        let related = self.related.iter().map(|(field, address)| (*field, address.as_str()));
        let listed = self.listed.iter().map(|(address, listed)| (listed.by, address.as_str()));
        named.into_iter().filter_map(|(field, address)| Some((field, address.as_deref()?))).chain(related).chain(listed)
    }

    /// Returns the texts that are searched for links, best evidence first.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &str)> {
        [(Field::Abstract, &self.abstract_text), (Field::Comment, &self.comment), (Field::Title, &self.title)]
            .into_iter()
            .filter_map(|(field, text)| Some((field, text.as_deref()?)))
    }

    /// Normalises the title and the authors' names; the `_original` fields hold the old text if it differs.
    pub fn normalise(&mut self) {
        if let Some(title) = &mut self.title
            && let Cow::Owned(normal) = normal::title(title)
        {
            self.title_original = Some(std::mem::replace(title, normal));
        }
        if self.authors.iter().all(|name| matches!(normal::name(name), Cow::Borrowed(_))) {
            return; // the usual case: nothing is copied
        }
        let normal = self.authors.iter().map(|name| normal::name(name).into_owned()).collect();
        self.authors_original = std::mem::replace(&mut self.authors, normal);
    }

    /// Returns a hash of all fields (xxh3 of the record's JSON) except the source's key and the time of the citation count.
    pub fn content_hash(&self) -> u64 {
        let undated = || self.cited_by.clone().map(|cited_by| CitedBy { at: None, ..cited_by });
        let is_bare = self.cited_by.is_none() && self.source_key.is_none();
        let json = if is_bare { serde_json::to_string(self) } else { serde_json::to_string(&Self { source_key: None, cited_by: undated(), ..self.clone() }) };
        xxh3_64(json.unwrap_or_default().as_bytes())
    }

    /// Fills the fields that are empty here from another record of the same paper, and adds its sources.
    pub fn fill_from(&mut self, other: Self) {
        fn fill<T>(own: &mut Option<T>, other: Option<T>) {
            if own.is_none() {
                *own = other;
            }
        }
        for source in other.sources {
            if !self.sources.contains(&source) {
                self.sources.push(source);
            }
        }
        fill(&mut self.source_key, other.source_key);
        fill(&mut self.arxiv_id, other.arxiv_id);
        fill(&mut self.doi, other.doi);
        fill(&mut self.corpus_id, other.corpus_id);
        if self.title.is_none() {
            (self.title, self.title_original) = (other.title, other.title_original);
        }
        fill(&mut self.abstract_text, other.abstract_text);
        fill(&mut self.comment, other.comment);
        fill(&mut self.published, other.published);
        fill(&mut self.year, other.year);
        fill(&mut self.updated, other.updated);
        fill(&mut self.url, other.url);
        fill(&mut self.upvotes, other.upvotes);
        fill(&mut self.cited_by, other.cited_by);
        fill(&mut self.github_repo, other.github_repo);
        fill(&mut self.project_page, other.project_page);
        fill(&mut self.found, other.found);
        if self.authors.is_empty() {
            (self.authors, self.authors_original) = (other.authors, other.authors_original);
        }
        if self.categories.is_empty() {
            self.categories = other.categories;
        }
        for related in other.related {
            if !self.related.contains(&related) {
                self.related.push(related);
            }
        }
        for (address, listed) in other.listed {
            match self.listed.iter_mut().find(|(known, of)| *known == address && of.by == listed.by) {
                Some((_, known)) => known.add(listed),
                None => self.listed.push((address, listed)),
            }
        }
    }
}

/// Returns the key of a paper: `arxiv:<id>`, else `doi:<doi>`, else the record's own id unchanged if it has a
/// `scheme:` prefix, else `<source>:<id>`, else `title:<hash of the normalised title>`.
///
/// `None` if there is neither an id nor a title: such a record is rejected.
pub fn paper_id(source: &str, own_id: Option<&str>, arxiv_id: Option<&str>, doi: Option<&str>, title: Option<&str>) -> Option<String> {
    let own_id = own_id.filter(|id| !id.is_empty());
    if let Some(id) = arxiv_id {
        return Some(["arxiv:", id].concat());
    }
    if let Some(doi) = doi {
        return Some(["doi:", doi].concat());
    }
    match own_id {
        Some(id) if has_scheme(id) => Some(id.to_owned()),
        Some(id) => Some([source, ":", id].concat()),
        None => title.filter(|title| !title.is_empty()).map(title_id),
    }
}

/// Returns the id by which services and citations know a paper: `arxiv:<id>`, else `doi:<doi>`; `None` if it has neither.
pub fn public_id(arxiv_id: Option<&str>, doi: Option<&str>) -> Option<String> {
    arxiv_id.map(|id| format!("arxiv:{id}")).or_else(|| doi.map(|doi| format!("doi:{doi}")))
}

/// Returns every id of a record's paper, sorted: its key, its arXiv id and its DOI. An arXiv DOI also adds the arXiv id that it contains.
///
/// ```
/// use starcite_core::paper::ids;
/// assert_eq!(ids("openalex:W1", None, Some("10.48550/arxiv.2004.11967")), ["arxiv:2004.11967", "doi:10.48550/arxiv.2004.11967", "openalex:W1"]);
/// ```
pub fn ids(paper_id: &str, arxiv_id: Option<&str>, doi: Option<&str>) -> Vec<String> {
    let of_doi = doi.filter(|doi| doi.starts_with("10.48550/")).and_then(arxiv_id_of_address);
    let arxiv = [arxiv_id, of_doi.as_deref()].into_iter().flatten().map(|id| format!("arxiv:{id}"));
    let mut ids: Vec<String> = arxiv.chain(doi.map(|doi| format!("doi:{doi}"))).collect();
    ids.push(paper_id.to_owned());
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Returns `title:` and a hash of the normalised title's letters and digits in lower case (xxh3, 128 bits, hexadecimal).
pub fn title_id(title: &str) -> String {
    let normal: String = normal::title(title).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    format!("title:{:032x}", xxh3_128(normal.as_bytes()))
}

fn has_scheme(id: &str) -> bool {
    id.split_once(':').is_some_and(|(scheme, rest)| !rest.is_empty() && is_scheme(scheme))
}

/// True if a text has the form of a URL's scheme (RFC 3986, 3.1).
pub fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// Reads an arXiv id, new style (`2004.11967`) or old (`hep-th/9901001`), and returns it without its version and without the subject class that
/// ids had until 2007 (`math.GT/0309136`). `None` for any other text.
///
/// Rules: <https://info.arxiv.org/help/arxiv_identifier.html> and <https://info.arxiv.org/help/arxiv_identifier_for_services.html>. New ids have a month
/// from 01 to 12, four digits after the full stop before 2015 and five since.
///
/// ```
/// use starcite_core::paper::arxiv_id;
/// assert_eq!(arxiv_id("arXiv:2004.11967v2").as_deref(), Some("2004.11967"));
/// assert_eq!(arxiv_id("hep-th/9901001").as_deref(), Some("hep-th/9901001"));
/// assert_eq!(arxiv_id("math.GT/0309136v1").as_deref(), Some("math/0309136"));
/// assert_eq!(arxiv_id("3991.36448"), None);
/// ```
pub fn arxiv_id(text: &str) -> Option<String> {
    let text = text.trim();
    let id = match text.get(..6) {
        Some(prefix) if prefix.eq_ignore_ascii_case("arxiv:") => text[6..].trim_start(),
        _ => text,
    };
    let id = without_version(id);
    if is_new_arxiv_id(id) { Some(id.to_owned()) } else { old_arxiv_id(id) }
}

/// Returns the arXiv id in an address of arXiv or of its DOI; `None` for any other address.
///
/// ```
/// use starcite_core::paper::arxiv_id_of_address;
/// assert_eq!(arxiv_id_of_address("http://arxiv.org/pdf/math.GT/0309136v1.pdf").as_deref(), Some("math/0309136"));
/// assert_eq!(arxiv_id_of_address("arxiv.org/abs/2004.11967").as_deref(), Some("2004.11967"));
/// assert_eq!(arxiv_id_of_address("https://doi.org/10.48550/arXiv.2004.11967").as_deref(), Some("2004.11967"));
/// assert_eq!(arxiv_id_of_address("https://example.org/abs/2004.11967"), None);
/// ```
pub fn arxiv_id_of_address(address: &str) -> Option<String> {
    if let Some(id) = doi(address).as_deref().and_then(|doi| doi.strip_prefix("10.48550/arxiv.")) {
        return arxiv_id(id);
    }
    let address = address.trim();
    let (host, path) = address.split_once("://").map_or(address, |(_, rest)| rest).split_once('/')?;
    if !["arxiv.org", "www.arxiv.org", "export.arxiv.org"].iter().any(|known| host.eq_ignore_ascii_case(known)) {
        return None;
    }
    let (_, id) = path.split_once('/').filter(|(page, _)| matches!(*page, "abs" | "pdf" | "html"))?;
    let id = id.split(['?', '#']).next()?;
    arxiv_id(id.strip_suffix(".pdf").unwrap_or(id))
}

fn without_version(id: &str) -> &str {
    match id.rsplit_once(['v', 'V']) {
        Some((base, version)) if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => base,
        _ => id,
    }
}

fn is_new_arxiv_id(id: &str) -> bool {
    let Some((date, number)) = id.split_once('.') else { return false };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if date.len() != 4 || !digits(date) || !digits(number) {
        return false;
    }
    let month_ok = matches!(&date[2..], "01" | "02" | "03" | "04" | "05" | "06" | "07" | "08" | "09" | "10" | "11" | "12");
    let wanted_len = if ("1501".."9000").contains(&date) { 5 } else { 4 };
    month_ok && date >= "0704" && number.len() == wanted_len
}

/// The archives of old ids, which are the first parts of categories as well.
const ARCHIVES: &[&str] = &[
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph", "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga",
    "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics",
    "plasm-ph", "q-alg", "q-bio", "quant-ph", "solv-int", "supr-con",
];
/// The archives that began after the old ids had ended.
const NEW_ARCHIVES: &[&str] = &["econ", "eess", "q-fin", "stat"];

/// True if a text has the form of one of arXiv's categories: an archive, or an archive and a class.
///
/// ```
/// use starcite_core::paper::is_arxiv_category;
/// assert!(["cs.CL", "hep-th", "cond-mat.mes-hall", "q-fin.TR"].into_iter().all(is_arxiv_category));
/// assert!(!["cs.", "CS.CL", "Computer Science", "v1.CL", "68T50"].into_iter().any(is_arxiv_category));
/// ```
pub fn is_arxiv_category(text: &str) -> bool {
    let (archive, class) = text.split_once('.').map_or((text, None), |(archive, class)| (archive, Some(class)));
    ARCHIVES.iter().chain(NEW_ARCHIVES).any(|known| *known == archive) && class.is_none_or(is_class)
}

fn is_class(text: &str) -> bool {
    text.len() >= 2 && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
}

/// Returns an old id without its class, with the archive in lower case. DOIs write the class in lower case.
fn old_arxiv_id(id: &str) -> Option<String> {
    let (archive, number) = id.split_once('/')?;
    let (archive, class) = archive.split_once('.').map_or((archive, None), |(a, c)| (a, Some(c)));
    let class_ok = class.is_none_or(is_class);
    let archive = ARCHIVES.iter().find(|known| archive.eq_ignore_ascii_case(known)).filter(|_| class_ok)?;
    (number.len() == 7 && number.bytes().all(|b| b.is_ascii_digit())).then(|| format!("{archive}/{number}"))
}

/// Returns a DOI in lower case without its resolver, such as `10.1145/3643991.3644876`; `None` if the text is not a DOI.
///
/// A DOI is `10.`, a registrant of four to nine digits, a slash and a suffix (DOI Handbook, 2.2).
pub fn doi(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let bare = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower)
        .trim_start();
    let (registrant, suffix) = bare.strip_prefix("10.")?.split_once('/')?;
    let registrant_ok = (4..=9).contains(&registrant.split('.').next()?.len()) && registrant.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (registrant_ok && !suffix.is_empty() && !suffix.contains(char::is_whitespace)).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_from_the_surest_identifier() {
        let id = |own: Option<&str>, arxiv: Option<&str>, doi: Option<&str>, title: Option<&str>| paper_id("src", own, arxiv, doi, title);
        assert_eq!(id(Some("x:1"), Some("2004.11967"), None, None).as_deref(), Some("arxiv:2004.11967"));
        assert_eq!(id(Some("x:1"), None, Some("10.1000/a"), None).as_deref(), Some("doi:10.1000/a"));
        assert_eq!(id(Some("x:1"), None, None, None).as_deref(), Some("x:1"));
        assert_eq!(id(Some("1"), None, None, None).as_deref(), Some("src:1"));
        assert_eq!(id(None, None, None, Some("A  Title!")), id(None, None, None, Some("a title")));
        assert_eq!(id(None, None, None, Some("Erd\\H{o}s &amp; R\\'enyi")), id(None, None, None, Some("Erdős & Rényi")));
        assert_eq!(id(Some(""), None, None, Some("")), None);
    }

    #[test]
    fn what_only_looks_like_an_arxiv_id_is_none() {
        for text in ["3991.36448", "2013.12345", "1213.1234", "2004.119", "1412.69801", "10.1145/3643991.3644876", "2020-04-11", "abc/9901001"] {
            assert_eq!(arxiv_id(text), None, "{text}");
        }
        for text in ["math./0309136", "math.G/0309136", "math.G1/0309136", ".GT/0309136", "math.GT/030913", "math.GT.QA/0309136", "math/GT/0309136"] {
            assert_eq!(arxiv_id(text), None, "{text}");
        }
        assert_eq!(arxiv_id("1412.6980").as_deref(), Some("1412.6980"));
    }

    #[test]
    fn an_old_id_is_one_with_its_class_and_without() {
        for text in ["math/0309136", "math.GT/0309136", "math.gt/0309136", "arXiv:math.GT/0309136v12", "MATH/0309136", "ARXIV: math.GT/0309136V1"] {
            assert_eq!(arxiv_id(text).as_deref(), Some("math/0309136"), "{text}");
        }
        assert_eq!(arxiv_id("cond-mat.supr-con/0309136").as_deref(), Some("cond-mat/0309136"));
        for address in ["https://doi.org/10.48550/arXiv.math.GT/0309136", "http://arXiv.org/abs/math.GT/0309136v1", "arxiv.org/pdf/math/0309136"] {
            assert_eq!(arxiv_id_of_address(address).as_deref(), Some("math/0309136"), "{address}");
        }
        assert_eq!(ids("x:1", None, Some("10.48550/arxiv.math.gt/0309136")), ["arxiv:math/0309136", "doi:10.48550/arxiv.math.gt/0309136", "x:1"]);
    }

    #[test]
    fn a_merged_paper_keeps_what_the_first_source_said() {
        let mut first = Paper { title: Some("A".into()), sources: vec!["one".into()], ..Paper::default() };
        first.fill_from(Paper { title: Some("B".into()), comment: Some("c".into()), sources: vec!["two".into()], ..Paper::default() });
        assert_eq!((first.title.as_deref(), first.comment.as_deref()), (Some("A"), Some("c")));
        assert_eq!(first.sources, ["one", "two"]);
    }

    #[test]
    fn originals_are_kept_where_they_differ_and_travel_with_what_they_are_of() {
        let written = |title: &str, authors: &[&str]| {
            let mut paper = Paper { title: Some(title.into()), authors: authors.iter().map(|name| (*name).to_owned()).collect(), ..Paper::default() };
            paper.normalise();
            paper
        };
        let plain = written("Plain", &["Ada L."]);
        assert_eq!((plain.title_original, plain.authors_original), (None, vec![]));
        let other = written("{BERT}", &["Ada L.", "M\\\"uller, J."]);
        assert_eq!((other.title.as_deref(), other.title_original.as_deref()), (Some("BERT"), Some("{BERT}")));
        assert_eq!((other.authors.join("; "), other.authors_original.join("; ")), ("Ada L.; J. Müller".into(), "Ada L.; M\\\"uller, J.".into()));
        let mut filled = Paper { title: Some("Own".into()), ..Paper::default() };
        filled.fill_from(other);
        assert_eq!((filled.title_original, filled.authors_original.len()), (None, 2));
    }

    #[test]
    fn a_doi_is_lower_case_and_bare() {
        assert_eq!(doi("https://doi.org/10.5281/ZENODO.123").as_deref(), Some("10.5281/zenodo.123"));
        assert_eq!(doi("10.12/x"), None);
        assert_eq!(doi("11.1234/x"), None);
    }
}
