//! A paper's entry.

use super::entry::Entry;
use super::names;
use starcite_core::paper::is_arxiv_category;
use starcite_rows::Paper;

/// Returns the entry of a paper: an `@article` if it is known to be on arXiv, else `@misc`, because no journal is known.
pub(super) fn entry(row: &Paper<'_>) -> Entry {
    let arxiv_id = row.arxiv_id.as_deref();
    let authors = row.authors.as_ref().and_then(|authors| names::list(authors, names::of_person));
    let is_article = arxiv_id.is_some() && authors.is_some() && row.title.is_some();
    let mut entry = Entry::of(if is_article { "article" } else { "misc" }, &row.paper_id);
    entry.raw("author", authors);
    entry.title(row.title.as_deref());
    entry.raw("journaltitle", is_article.then(|| "arXiv".to_owned()));
    entry.raw("date", date(row));
    if let Some(id) = arxiv_id {
        entry.verbatim("eprint", Some(id));
        entry.raw("eprinttype", Some("arxiv".to_owned()));
        entry.text("eprintclass", row.categories.iter().flat_map(|all| all.iter()).map(String::as_str).find(|category| is_arxiv_category(category)));
    }
    entry.verbatim("doi", row.doi.as_deref());
    let page = arxiv_id.map(|id| format!("https://arxiv.org/abs/{id}"));
    entry.verbatim("url", page.as_deref().or(row.url.as_deref()));
    entry
}

/// Returns the day of publication, else the month in the arXiv id, else the year.
fn date(row: &Paper<'_>) -> Option<String> {
    let day = row.published.map(|day| day.to_string());
    let month = || row.arxiv_id.as_deref().and_then(month_of_arxiv_id);
    day.or_else(month).or_else(|| row.year.map(|year| format!("{year:04}")))
}

/// Returns the month of an arXiv id. Both kinds of id begin their number with year and month: `1705.03122`, `hep-th/9901001`.
fn month_of_arxiv_id(id: &str) -> Option<String> {
    let number = id.rsplit('/').next()?;
    let (year, month) = (number.get(..2)?.parse::<u32>().ok()?, number.get(2..4)?.parse::<u32>().ok()?);
    let century = if year > 90 { 1900 } else { 2000 };
    (1..=12).contains(&month).then(|| format!("{}-{month:02}", century + year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_core::TypedId;

    #[test]
    fn an_arxiv_id_tells_the_month() {
        let months = ["1705.03122", "0704.0001", "hep-th/9901001", "math.GT/0309136"].map(month_of_arxiv_id);
        assert_eq!(months.map(Option::unwrap), ["2017-05", "2007-04", "1999-01", "2003-09"]);
    }

    #[test]
    fn a_paper_may_be_typed_in_many_ways() {
        for typed in ["1705.03122", "arxiv:1705.03122", "arXiv:1705.03122v2", "https://arxiv.org/abs/1705.03122v1", "10.48550/arXiv.1705.03122"] {
            assert_eq!(TypedId::read(typed).arxiv_id.as_deref(), Some("1705.03122"), "{typed}");
        }
        assert_eq!(TypedId::read("https://doi.org/10.1145/X.1").doi.as_deref(), Some("10.1145/x.1"));
    }
}
