//! Ids of papers as people type them: the one reader of these, for commands, pipelines and exports.

use crate::citation;
use crate::field::Field;
use crate::paper::{arxiv_id, arxiv_id_of_address, doi, is_scheme, public_id};

/// An id of a paper as a person types it: an arXiv id or a DOI, bare, with its scheme or in an address, or an id as in `papers.paper_id`.
///
/// ```
/// use starcite_core::TypedId;
/// let id = |typed| TypedId::read(typed).paper_id();
/// assert_eq!(id("arXiv:2401.00001v2").as_deref(), Some("arxiv:2401.00001"));
/// assert_eq!(id("https://huggingface.co/papers/2401.00001").as_deref(), Some("arxiv:2401.00001"));
/// assert_eq!(id("https://doi.org/10.1000/A").as_deref(), Some("doi:10.1000/a"));
/// assert_eq!(id("openalex:W1").as_deref(), Some("openalex:W1"));
/// assert_eq!(id("Attention is all you need"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedId {
    /// The text, without whitespace around it.
    pub typed: String,
    /// The arXiv id in it, without a version.
    pub arxiv_id: Option<String>,
    /// The DOI in it, in lower case.
    pub doi: Option<String>,
}

impl TypedId {
    /// Reads what a person typed.
    pub fn read(typed: &str) -> Self {
        let typed = typed.trim();
        let read = if typed.starts_with("http") { typed.split(['?', '#']).next().unwrap_or(typed) } else { typed };
        let (mut arxiv_id, mut doi) = (arxiv_id(read).or_else(|| arxiv_id_of_address(read)), doi(read));
        if arxiv_id.is_none() && read.contains('/') && !read.contains(char::is_whitespace) {
            let cited = citation::in_text(Field::Url, read).into_iter().map(|citation| citation.cited).next();
            let cited = cited.as_deref().and_then(|cited| cited.split_once(':'));
            arxiv_id = cited.filter(|(scheme, _)| *scheme == "arxiv").map(|(_, id)| id.to_owned());
            doi = doi.or(cited.filter(|(scheme, _)| *scheme == "doi").map(|(_, id)| id.to_owned()));
        }
        Self { typed: typed.to_owned(), arxiv_id, doi }
    }

    /// Returns the id in the form of `papers.paper_id`; `None` for a text that has not the form of an id.
    pub fn paper_id(&self) -> Option<String> {
        let own = || {
            let (scheme, id) = self.typed.split_once(':')?;
            let is_id = is_scheme(scheme) && !id.is_empty() && !id.starts_with("//") && !id.contains(char::is_whitespace);
            // A scheme of ids that are checked must have one that is right.
            let is_checked = ["arxiv", "doi"].iter().any(|checked| scheme.eq_ignore_ascii_case(checked));
            (is_id && !is_checked).then(|| self.typed.clone())
        };
        public_id(self.arxiv_id.as_deref(), self.doi.as_deref()).or_else(own)
    }

    /// True if it is an id of the paper with these ids.
    pub fn is(&self, paper_id: &str, arxiv_id: Option<&str>, doi: Option<&str>, source_key: Option<&str>) -> bool {
        let is_that = |known: Option<&str>, id: &Option<String>| id.is_some() && known == id.as_deref();
        let is_key = |key: &str| key == self.typed || key.starts_with("http") && key.rsplit('/').next() == Some(&self.typed);
        paper_id == self.typed || source_key.is_some_and(is_key) || is_that(arxiv_id, &self.arxiv_id) || is_that(doi, &self.doi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_is_found_by_each_of_its_ids() {
        let is = |typed| TypedId::read(typed).is("arxiv:math/0309136", Some("math/0309136"), Some("10.1000/a<b>"), Some("KEY7"));
        for typed in [
            "math.GT/0309136v1",
            " arXiv:math/0309136 ",
            "http://arxiv.org/pdf/math.GT/0309136v1.pdf",
            "doi:10.1000/A<B>",
            "10.1000/a<b>",
            "arxiv:math/0309136",
            "KEY7",
            "https://doi.org/10.1000/A<b>?utm_source=x#part",
            "https://doi.org/10.1000/a<b>#abstract",
        ] {
            assert!(is(typed), "{typed}");
        }
        for typed in ["", "KEY", "math/0309137", "10.1000/a", "0309136", "arxiv:"] {
            assert!(!is(typed), "{typed}");
        }
    }

    #[test]
    fn what_has_not_the_form_of_an_id_is_none() {
        for typed in ["", "x", "arxiv:x", "doi:x", "https://example.org", "a: b", ":x", "x:"] {
            assert_eq!(TypedId::read(typed).paper_id(), None, "{typed}");
        }
        assert_eq!(TypedId::read("t:1").paper_id().as_deref(), Some("t:1"));
        assert_eq!(TypedId::read("https://www.alphaxiv.org/abs/2506.16406v1").paper_id().as_deref(), Some("arxiv:2506.16406"));
    }
}
