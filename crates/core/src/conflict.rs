//! Merges the records of one paper from several sources, and lists the conflicts between the sources.

use crate::named;
use crate::normal::Letters;
use crate::paper::Paper;
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

named! {
    /// A field that is compared.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    pub enum Disputed {
        /// The arXiv id.
        ArxivId = "arxiv_id",
        /// The DOI.
        Doi = "doi",
        /// The title.
        Title = "title",
        /// The day of the first version.
        Published = "published",
        /// The year, if one of the two records has no day.
        Year = "year",
    }
}

named! {
    /// The rule by which two values disagree.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Disagreement {
        /// Two arXiv ids, or two DOIs of which neither is an arXiv DOI.
        IdsDiffer = "ids_differ",
        /// Two titles that differ in letters and digits; case, accents and LaTeX do not count.
        TitlesDiffer = "titles_differ",
        /// One title is the beginning of the other; the rest is usually a subtitle.
        TitleContinues = "title_continues",
        /// Days that are a year or more apart, or different years.
        DatesAYearApart = "dates_a_year_apart",
    }
}

/// A disagreement between two sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The field.
    pub field: Disputed,
    /// The paper's value.
    pub kept: String,
    /// The source of the paper's value.
    pub kept_source: String,
    /// The other value.
    pub other: String,
    /// The source of the other value.
    pub other_source: String,
    /// The rule.
    pub reason: Disagreement,
}

/// The compared fields of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    source: String,
    paper_id: String,
    arxiv_id: Option<String>,
    doi: Option<String>,
    title: Option<String>,
    published: Option<NaiveDate>,
    year: Option<i32>,
}

/// Records of one paper while they are merged, the first source's first.
#[derive(Debug)]
pub struct Merged {
    paper: Paper,
    /// The compared fields of each record; equal records of one source count once.
    told: Vec<Told>,
}

/// The prefix of arXiv's own DOIs.
const ARXIV_DOI: &str = "10.48550/";

impl Merged {
    /// Starts with a record.
    pub fn new(first: Paper) -> Self {
        Self { told: vec![Told::by(&first)], paper: first }
    }

    /// Adds another record; it fills the fields that the earlier ones lack.
    pub fn add(&mut self, next: Paper) {
        let told = Told::by(&next);
        if !self.told.contains(&told) {
            self.told.push(told);
        }
        self.paper.fill_from(next);
    }

    /// Returns the paper, each field from the first source that has it, and the values of others that disagree.
    ///
    /// If one source has several ids, the smallest is the paper's, so that the order of its records makes no difference. The key of the paper is its
    /// arXiv id, else its DOI; an id that the first source gave it in spite of these stays.
    pub fn end(self) -> (Paper, Vec<Conflict>) {
        let Self { mut paper, told } = self;
        paper.arxiv_id = chosen(&told, |told| told.arxiv_id.as_ref());
        paper.doi = chosen(&told, |told| told.doi.as_ref());
        paper.paper_id = paper_id(&told, &paper);
        let conflicts = Disputed::ALL.into_iter().flat_map(|field| conflicts_about(field, &told, &paper)).collect();
        (paper, conflicts)
    }
}

impl Told {
    fn by(record: &Paper) -> Self {
        Self {
            source: record.sources.first().cloned().unwrap_or_default(),
            paper_id: record.paper_id.clone(),
            arxiv_id: record.arxiv_id.clone(),
            doi: record.doi.clone(),
            title: record.title.clone(),
            published: record.published,
            year: record.year,
        }
    }

    /// True if the record's key was not made from its arXiv id or DOI.
    fn has_given_id(&self) -> bool {
        let made = self.arxiv_id.as_ref().map(|id| format!("arxiv:{id}")).or_else(|| self.doi.as_ref().map(|doi| format!("doi:{doi}")));
        made.is_some_and(|made| made != self.paper_id)
    }

    /// True if the record has only an id of its source: two tables may each count from 1.
    fn is_by_own_id(&self) -> bool {
        self.arxiv_id.is_none() && self.doi.is_none()
    }

    fn value(&self, field: Disputed) -> Option<String> {
        match field {
            Disputed::ArxivId => self.arxiv_id.clone(),
            Disputed::Doi => self.doi.clone(),
            Disputed::Title => self.title.clone(),
            Disputed::Published => self.published.map(|day| day.to_string()),
            Disputed::Year => self.year.map(|year| year.to_string()),
        }
    }

    /// Returns the rule by which another record contradicts this one.
    fn disagrees(&self, other: &Self, field: Disputed) -> Option<Disagreement> {
        fn both<T>(one: Option<T>, other: Option<T>, disagree: impl FnOnce(T, T) -> Option<Disagreement>) -> Option<Disagreement> {
            one.zip(other).and_then(|(one, other)| disagree(one, other))
        }
        let is_of_several = self.source != other.source;
        match field {
            Disputed::ArxivId => both(self.arxiv_id.as_ref(), other.arxiv_id.as_ref(), |a, b| (a != b).then_some(Disagreement::IdsDiffer)),
            Disputed::Doi => both(self.doi.as_ref(), other.doi.as_ref(), dois),
            Disputed::Title if is_of_several || (self.is_by_own_id() && other.is_by_own_id()) => {
                both(self.title.as_ref(), other.title.as_ref(), |a, b| titles(a, b))
            }
            Disputed::Published if is_of_several => both(self.published, other.published, days),
            Disputed::Year if is_of_several && self.published.and(other.published).is_none() => {
                both(self.year, other.year, |a, b| (a != b).then_some(Disagreement::DatesAYearApart))
            }
            _ => None,
        }
    }
}

/// Returns the smallest value of the first source that has one.
fn chosen<'t>(told: &'t [Told], value: impl Fn(&'t Told) -> Option<&'t String>) -> Option<String> {
    let source = &told.iter().find(|told| value(told).is_some())?.source;
    told.iter().filter(|told| told.source == *source).filter_map(value).min().cloned()
}

fn paper_id(told: &[Told], paper: &Paper) -> String {
    let first = told.iter().filter(|record| record.source == told[0].source);
    let given = first.clone().filter(|record| record.has_given_id()).map(|record| &record.paper_id).min().cloned();
    let made = || paper.arxiv_id.as_ref().map(|id| format!("arxiv:{id}")).or_else(|| paper.doi.as_ref().map(|doi| format!("doi:{doi}")));
    given.or_else(made).or_else(|| first.map(|record| &record.paper_id).min().cloned()).unwrap_or_default()
}

/// Returns the values of one field that disagree with the paper's: each value of a source once.
fn conflicts_about(field: Disputed, told: &[Told], paper: &Paper) -> Vec<Conflict> {
    let is_kept = |record: &&Told| match field {
        Disputed::ArxivId => record.arxiv_id.is_some() && record.arxiv_id == paper.arxiv_id,
        Disputed::Doi => record.doi.is_some() && record.doi == paper.doi,
        _ => record.value(field).is_some(),
    };
    let Some(kept) = told.iter().find(is_kept) else { return Vec::new() };
    let mut conflicts: Vec<Conflict> = Vec::new();
    for record in told {
        let Some((reason, other)) = kept.disagrees(record, field).zip(record.value(field)) else { continue };
        if conflicts.iter().any(|known| known.other == other && known.other_source == record.source) {
            continue;
        }
        let kept_value = kept.value(field).unwrap_or_default();
        conflicts.push(Conflict { field, kept: kept_value, kept_source: kept.source.clone(), other, other_source: record.source.clone(), reason });
    }
    conflicts
}

fn dois(one: &String, other: &String) -> Option<Disagreement> {
    let is_arxivs = [one, other].iter().any(|doi| doi.starts_with(ARXIV_DOI));
    (one != other && !is_arxivs).then_some(Disagreement::IdsDiffer)
}

fn days(one: NaiveDate, other: NaiveDate) -> Option<Disagreement> {
    let next_year = one.min(other).checked_add_months(Months::new(12))?;
    (one.max(other) >= next_year).then_some(Disagreement::DatesAYearApart)
}

fn titles(one: &str, other: &str) -> Option<Disagreement> {
    if one == other {
        return None;
    }
    let [one, other] = [one, other].map(Letters::of);
    let (short, long) = if one.as_bytes().len() <= other.as_bytes().len() { (one, other) } else { (other, one) };
    if short.as_bytes().is_empty() || short.as_bytes() == long.as_bytes() {
        return None;
    }
    let continues = long.as_bytes().starts_with(short.as_bytes()) && long.begins_word(short.as_bytes().len());
    Some(if continues { Disagreement::TitleContinues } else { Disagreement::TitlesDiffer })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Strategy, any, proptest};

    fn record(source: &str, arxiv: Option<&str>, doi: Option<&str>) -> Paper {
        let paper_id = crate::paper::paper_id(source, Some("1"), arxiv, doi, None).unwrap();
        Paper { paper_id, sources: vec![source.into()], arxiv_id: arxiv.map(str::to_owned), doi: doi.map(str::to_owned), ..Paper::default() }
    }

    fn merged(records: Vec<Paper>) -> (Paper, Vec<(Disputed, String, String, Disagreement)>) {
        let mut records = records.into_iter();
        let mut merged = Merged::new(records.next().unwrap());
        records.for_each(|record| merged.add(record));
        let (paper, conflicts) = merged.end();
        let told = |c: Conflict| (c.field, format!("{}: {}", c.kept_source, c.kept), format!("{}: {}", c.other_source, c.other), c.reason);
        (paper, conflicts.into_iter().map(told).collect())
    }

    #[test]
    fn titles_disagree_by_their_letters_alone() {
        let same = [
            ("Attention is all you need", "Attention Is All You Need."),
            ("On $\\alpha$-decay of H$_2$O", "On α-decay of H<sub>2</sub>O"),
            ("Schrödinger — and cats", "Schrodinger and Cats"),
            ("$O(\\log n)$ time in \\textbf{P}", "O(log n) time in P"),
            ("The ﬁrst", "The First"),
            ("…", "A title"),
        ];
        for (one, other) in same {
            assert_eq!(titles(one, other), None, "{one}");
        }
        assert_eq!(titles("BERT", "BERT: Pre-training of deep transformers"), Some(Disagreement::TitleContinues));
        assert_eq!(titles("Learning to learn", "Learning to learns"), Some(Disagreement::TitlesDiffer));
        assert_eq!(titles("Langauge models", "Language models"), Some(Disagreement::TitlesDiffer));
    }

    #[test]
    fn dates_disagree_from_a_year_on() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(days(day("2019-03-01"), day("2020-02-29")), None);
        assert_eq!(days(day("2021-03-01"), day("2020-03-01")), Some(Disagreement::DatesAYearApart));
        let dated = |source: &str, published: Option<&str>, year| Paper { published: published.map(day), year: Some(year), ..record(source, Some("1"), None) };
        let (_, found) = merged(vec![dated("a", Some("2019-12-31"), 2019), dated("b", Some("2020-01-01"), 2020), dated("c", None, 2021)]);
        assert_eq!(found, [(Disputed::Year, "a: 2019".into(), "c: 2021".into(), Disagreement::DatesAYearApart)]);
    }

    #[test]
    fn titles_under_one_own_id_disagree_within_a_kind_of_source() {
        let titled = |arxiv, title: &str| Paper { title: Some(title.to_owned()), ..record("table", arxiv, None) };
        let (_, found) = merged(vec![titled(None, "Steel"), titled(None, "Steel."), titled(None, "Cats")]);
        assert_eq!(found, [(Disputed::Title, "table: Steel".into(), "table: Cats".into(), Disagreement::TitlesDiffer)]);
        let (_, found) = merged(vec![titled(Some("2601.00001"), "Steel"), titled(Some("2601.00001"), "Steel, second version")]);
        assert_eq!(found, [], "versions of a paper");
    }

    #[test]
    fn ids_disagree_unless_one_is_arxivs_own() {
        let (paper, found) = merged(vec![
            record("a", Some("2601.00001"), Some("10.48550/arxiv.2601.00001")),
            record("b", Some("2601.00001"), Some("10.1000/b")),
            record("c", Some("2601.00002"), Some("10.1000/b")),
        ]);
        assert_eq!((paper.paper_id.as_str(), paper.doi.as_deref()), ("arxiv:2601.00001", Some("10.48550/arxiv.2601.00001")));
        assert_eq!(found, [(Disputed::ArxivId, "a: 2601.00001".into(), "c: 2601.00002".into(), Disagreement::IdsDiffer)]);
    }

    #[test]
    fn a_conflict_names_whose_value_was_kept() {
        let titled = |source: &str, title: Option<&str>| Paper { title: title.map(str::to_owned), ..record(source, Some("1"), None) };
        let (paper, found) =
            merged(vec![titled("a", None), titled("b", Some("One")), titled("c", Some("Two")), titled("c", Some("Two")), titled("b", Some("Three"))]);
        assert_eq!(paper.title.as_deref(), Some("One"));
        assert_eq!(found, [(Disputed::Title, "b: One".into(), "c: Two".into(), Disagreement::TitlesDiffer)], "a source does not disagree with itself");
    }

    #[test]
    fn a_paper_goes_by_its_surest_id_unless_it_was_given_another() {
        let (paper, _) = merged(vec![record("a", None, Some("10.1000/a")), record("b", Some("2601.00001"), Some("10.1000/a"))]);
        assert_eq!(paper.paper_id, "arxiv:2601.00001");
        let own = Paper { paper_id: "2601.00001".into(), ..record("jsonl", Some("2601.00001"), None) };
        let (paper, _) = merged(vec![own, record("b", Some("2601.00001"), Some("10.1000/a"))]);
        assert_eq!(paper.paper_id, "2601.00001");
    }

    proptest! {
        #[test]
        fn the_order_of_a_sources_records_makes_no_difference_to_the_ids(
            records in proptest::collection::vec((0..3_u8, any::<Option<bool>>(), any::<Option<bool>>()), 1..8),
            shuffled in proptest::collection::vec(any::<u32>(), 8).prop_map(|keys| keys)
        ) {
            let of = |(source, arxiv, doi): (u8, Option<bool>, Option<bool>)| {
                record(["a", "b", "c"][usize::from(source)], arxiv.map(|one| if one { "1" } else { "2" }), doi.map(|one| if one { "10.1/a" } else { "10.1/b" }))
            };
            let mut keyed: Vec<_> = records.into_iter().zip(shuffled).collect();
            keyed.sort_by_key(|((source, ..), _)| *source);
            let in_order = merged(keyed.iter().map(|(record, _)| of(*record)).collect()).0;
            keyed.sort_by_key(|((source, ..), key)| (*source, *key));
            let shuffled = merged(keyed.iter().map(|(record, _)| of(*record)).collect()).0;
            assert_eq!((in_order.paper_id, in_order.arxiv_id, in_order.doi), (shuffled.paper_id, shuffled.arxiv_id, shuffled.doi));
        }
    }
}
