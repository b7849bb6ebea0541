//! Links and citations that another program found: checked before they count in place of the texts.

use super::address;
use super::candidate::SettledBy;
use super::kind::LinkKind;
use super::link::Link;
use super::repair::REPAIR_NAMES;
use super::role::ROLE_RULES;
use super::{Extracted, RepoName};
use crate::citation::Citation;
use crate::field::Field;
use crate::paper::{Paper, arxiv_id, doi};

/// A text in which spans count: as the program had it, and as the table `papers` has it.
#[derive(Debug, Clone, Copy)]
pub struct SpanText<'a> {
    /// The field.
    pub field: Field,
    /// The text in which the program searched.
    pub searched: &'a str,
    /// The text without whitespace around it, or the title in its normal form.
    pub stored: &'a str,
}

impl Extracted {
    /// Returns what another program found in a paper, if one did.
    pub(super) fn of(paper: &Paper) -> Option<Self> {
        let mut found: Self = serde_json::from_str(paper.found.as_deref()?).expect("the JSON that to_json wrote");
        found.links.iter_mut().for_each(|link| link.take_claims_of(paper));
        Some(found)
    }

    /// Returns it as JSON, for [`Paper::found`].
    ///
    /// # Errors
    /// When a number is none, which [`fit`](Self::fit) refuses.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// Checks what was found in a paper, and makes its spans those of the stored texts; of a text that is not there, spans stay.
    ///
    /// # Errors
    /// When this crate could not have found it: the reason names the link or the citation.
    pub fn fit(&mut self, paper_id: &str, texts: &[SpanText<'_>]) -> Result<(), String> {
        for link in &mut self.links {
            check_link(link, texts).map_err(|why| format!("the link {}: {why}", named(link)))?;
        }
        if let Some([_, later]) = self.links.array_windows().find(|[one, other]| one.key() >= other.key()) {
            return Err(format!("the link {}: it is out of order, or one target has two links", named(later)));
        }
        for citation in &mut self.citations {
            check_citation(citation, paper_id, texts).map_err(|why| format!("the citation of {:?}: {why}", citation.cited))?;
        }
        if let Some([_, later]) = self.citations.array_windows().find(|[one, other]| one.cited >= other.cited) {
            return Err(format!("the citation of {:?}: it is out of order, or one paper is cited twice", later.cited));
        }
        Ok(())
    }
}

/// Returns the name of a link, for the user.
fn named(link: &Link) -> String {
    format!("{} {:?}", link.kind.as_str(), link.target.as_deref().unwrap_or(&link.raw))
}

fn ensure(holds: bool, why: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.to_owned()) }
}

fn check_link(link: &mut Link, texts: &[SpanText<'_>]) -> Result<(), String> {
    check_target(link)?;
    let best = link.mentions.first().ok_or("it has no mention")?;
    let is_best = (best.field, best.start, best.end, &best.raw) == (link.field, link.start, link.end, &link.raw);
    ensure(is_best, "its first mention is not the one that its field, start, end and raw describe")?;
    ensure((0.0..=1.0).contains(&link.confidence), "its confidence is not from 0 to 1")?;
    ensure(link.role.is_some() == link.role_rule.is_some(), "it has a role without a rule, or a rule without a role")?;
    if let Some(rule) = link.role_rule.as_deref().filter(|rule| !ROLE_RULES.contains(rule)) {
        return Err(format!("no rule of roles is called {rule:?}: another version of starcite found it"));
    }
    if let Some(repair) = link.repairs.iter().find(|repair| !REPAIR_NAMES.contains(&repair.as_str())) {
        return Err(format!("no repair is called {repair:?}: another version of starcite found it"));
    }
    ensure(matches!(link.settled_by, None | Some(SettledBy::SamePaper)), "it was settled by a run: only links that the texts alone decide are taken")?;
    ensure(link.sentence.is_some() == link.start.is_some(), "it has a span without a sentence, or a sentence without a span")?;
    for place in &mut link.mentions {
        place.start = fitted(place.field, (place.start, place.end), &place.raw, texts)?;
        place.end = place.start.map(|start| start + place.raw.len());
    }
    (link.start, link.end) = link.mentions.first().map_or((None, None), |best| (best.start, best.end));
    Ok(())
}

fn check_target(link: &Link) -> Result<(), String> {
    ensure(link.repo.is_some() == (link.kind == LinkKind::Repo), "a repository is what a link of the kind repo has, and no other")?;
    match (&link.target, &link.repo) {
        (Some(target), Some(repo)) => ensure(*target == RepoName::url(repo), "its target is not the address of its repo"),
        (Some(target), None) if link.kind != LinkKind::Promise => {
            ensure(target.starts_with("https://") && address::read(target).is_some(), "its target is not an address")
        }
        (None, None) => ensure(link.kind == LinkKind::Promise, "it has no target"),
        _ => Err("a promise has no target, and any other link has one".to_owned()),
    }
}

fn check_citation(citation: &mut Citation, paper_id: &str, texts: &[SpanText<'_>]) -> Result<(), String> {
    let id = citation.cited.split_once(':');
    let is_normal = id.is_some_and(|(scheme, id)| match scheme {
        "arxiv" => arxiv_id(id).as_deref() == Some(id),
        "doi" => doi(id).as_deref() == Some(id),
        _ => false,
    });
    ensure(is_normal, "it is neither arxiv: and an arXiv id nor doi: and a DOI")?;
    ensure(citation.cited != paper_id, "the paper cites itself")?;
    let span = Some((citation.start, citation.end)).filter(|_| citation.end > 0).unzip();
    citation.start = fitted(citation.field, span, &citation.raw, texts)?.unwrap_or_default();
    citation.end = if span.1.is_some() { citation.start + citation.raw.len() } else { 0 };
    Ok(())
}

/// Returns the start of a mention in the stored text; `None` for a whole field.
fn fitted(field: Field, span: (Option<usize>, Option<usize>), raw: &str, texts: &[SpanText<'_>]) -> Result<Option<usize>, String> {
    let is_text = matches!(field, Field::Abstract | Field::Comment | Field::Title);
    let name = field.as_str();
    ensure(!raw.is_empty(), "a mention has no text")?;
    let (start, end) = match span {
        (None, None) if !is_text => return Ok(None),
        (Some(start), Some(end)) if is_text => (start, end),
        _ => return Err(format!("a mention in {name} {} a span", if is_text { "lacks" } else { "is the whole field, and has" })),
    };
    let off = || format!("{name}[{start}:{end}] is not {raw:?}");
    if end.checked_sub(start) != Some(raw.len()) {
        return Err(off());
    }
    let text = texts.iter().find(|text| text.field == field);
    text.map_or(Ok(Some(start)), |text| text.stored_start(start, raw).map(Some).ok_or_else(off))
}

impl SpanText<'_> {
    /// Returns the start of a mention in the stored text, given its start in the text in which the program searched.
    fn stored_start(&self, start: usize, raw: &str) -> Option<usize> {
        let is_at = |text: &str| text.get(start..).is_some_and(|rest| rest.starts_with(raw));
        if self.searched == self.stored || !is_at(self.searched) {
            return is_at(self.stored).then_some(start);
        }
        let nth = occurrences(self.searched, raw).take_while(|at| *at < start).count();
        occurrences(self.stored, raw).nth(nth)
    }
}

fn occurrences<'t>(text: &'t str, raw: &'t str) -> impl Iterator<Item = usize> + 't {
    text.char_indices().map(|(at, _)| at).filter(move |at| text[*at..].starts_with(raw))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Extractor;
    use crate::extract::{Place, Role};

    const ABSTRACT: &str =
        "Code: https://github.com/o/a b. More in arXiv:2401.00001 and at https://example.org/x. Code will be released at https://github.com/o/c.";

    fn paper() -> Paper {
        Paper {
            paper_id: "t:1".into(),
            title: Some("On https://github.com/o/a".into()),
            abstract_text: Some(ABSTRACT.into()),
            project_page: Some("https://o.github.io/a".into()),
            ..Paper::default()
        }
    }

    fn texts(paper: &Paper) -> Vec<SpanText<'_>> {
        paper.texts().map(|(field, text)| SpanText { field, searched: text, stored: text }).collect()
    }

    #[test]
    fn what_this_crate_finds_passes_as_it_is() {
        let paper = paper();
        let found = Extractor::default().paper(&paper);
        let mut fitted = found.clone();
        assert_eq!(fitted.fit("t:1", &texts(&paper)), Ok(()));
        assert!(fitted == found && found.links.len() == 4 && found.citations.len() == 1, "{found:?}");
        assert_eq!(fitted.fit("t:1", &[]), Ok(()), "without the texts");
    }

    #[test]
    fn spans_of_a_text_with_whitespace_around_it_become_those_of_the_stored_one() {
        let stored = paper();
        let untrimmed = format!(" \n {ABSTRACT} ");
        let searched = Paper { abstract_text: Some(untrimmed.clone()), title: Some("On  https://github.com/o/a".into()), ..stored.clone() };
        let mut found = Extractor::default().paper(&searched);
        let pairs: Vec<_> = searched.texts().zip(stored.texts()).map(|((field, searched), (_, stored))| SpanText { field, searched, stored }).collect();
        assert_eq!(found.fit("t:1", &pairs), Ok(()));
        found.links[0].sentence = stored.title.clone(); // only the sentence stays as it was found
        assert_eq!(found, Extractor::default().paper(&stored));
    }

    #[test]
    fn what_no_text_can_have_given_is_named() {
        let paper = paper();
        let change = |change: fn(&mut Extracted)| {
            let mut found = Extractor::default().paper(&paper);
            change(&mut found);
            found.fit("t:1", &texts(&paper)).expect_err("a reason")
        };
        type Case = (fn(&mut Extracted), &'static str);
        let cases: [Case; 20] = [
            (|found| found.links[0].mentions.clear(), "no mention"),
            (|found| found.links[0].start = Some(1), "first mention is not"),
            (|found| found.links[0].confidence = f64::NAN, "confidence"),
            (|found| found.links[0].confidence = 1.5, "confidence"),
            (|found| found.links[0].role = None, "a rule without a role"),
            (|found| (found.links[0].role, found.links[0].role_rule) = (Some(Role::Own), Some("a_guess".into())), "\"a_guess\""),
            (|found| found.links[0].repairs.push("magic".into()), "\"magic\""),
            (|found| found.links[0].settled_by = Some(SettledBy::Exists), "settled by a run"),
            (|found| found.links[0].sentence = None, "without a sentence"),
            (|found| found.links[0].repo = None, "kind repo"),
            (|found| found.links[0].target = Some("https://github.com/o/other".into()), "not the address of its repo"),
            (|found| found.links[0].target = None, "has no target, and any other"),
            (|found| found.links.last_mut().unwrap().target = Some("javascript:alert(1)".into()), "not an address"),
            (|found| found.links[0].mentions.push(Place { field: Field::Abstract, start: None, end: None, raw: "x".into() }), "lacks a span"),
            (|found| found.links[0].mentions.push(Place { field: Field::Url, start: Some(0), end: Some(1), raw: "x".into() }), "is the whole field"),
            (|found| found.links[0].mentions.push(Place { field: Field::Abstract, start: Some(9), end: Some(2), raw: "x".into() }), "abstract[9:2]"),
            (|found| found.links[0].mentions.push(Place { field: Field::Abstract, start: Some(9), end: Some(10), raw: "~".into() }), "is not \"~\""),
            (|found| found.links.swap(0, 1), "out of order"),
            (|found| found.citations[0].cited = "arxiv:2401.00001v2".into(), "neither arxiv:"),
            (|found| found.citations.push(found.citations[0].clone()), "cited twice"),
        ];
        for (case, reason) in cases {
            let said = change(case);
            assert!(said.contains(reason) && (said.starts_with("the link ") || said.starts_with("the citation of ")), "{reason}: {said}");
        }
    }
}
