//! Pages of `GET /repos/{owner}/{repo}/stargazers/history`.

use super::ShapeError;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use http::header::{ETAG, LINK};
use serde::Deserialize;
use starcite_core::answer::{StarPage, StarWeek};

#[derive(Deserialize)]
struct Week {
    week: i64,
    total: Option<i64>,
    #[serde(default)]
    days: Vec<i64>,
}

/// Returns the weeks of a page, and the numbers of the next and the last page (`Link`, GitHub's pagination:
/// <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api>).
///
/// `total` is the number of stars added in that week. Without it, the sum of the days counts.
///
/// # Errors
/// If the body is not a list of weeks.
pub fn page(body: &[u8], headers: &HeaderMap, at: DateTime<Utc>) -> Result<StarPage, ShapeError> {
    let weeks: Vec<Week> = serde_json::from_slice(body)?;
    let week = |week: Week| {
        let start = DateTime::from_timestamp(week.week, 0)?;
        let added = week.total.unwrap_or_else(|| week.days.iter().sum());
        Some(StarWeek { start, added, days: week.days })
    };
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let link = text(LINK).unwrap_or_default();
    Ok(StarPage {
        observed_at: at,
        weeks: weeks.into_iter().filter_map(week).collect(),
        etag: text(ETAG).map(str::to_owned),
        next: page_of(link, "next"),
        last: page_of(link, "last"),
    })
}

/// Returns the page of a relation in a `Link` header.
fn page_of(link: &str, relation: &str) -> Option<u32> {
    let wanted = format!("rel=\"{relation}\"");
    let entry = link.split(',').find(|entry| entry.contains(&wanted))?;
    let query = entry.split_once('?')?.1.split('>').next()?;
    query.split('&').find_map(|pair| pair.strip_prefix("page="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_come_as_they_are_and_the_link_says_where_the_others_are() {
        let body = br#"[{"week":1700352000,"total":3,"days":[0,1,0,2,0,0,0]},{"week":1699747200,"total":null,"days":[1,1]}]"#;
        let link = r#"<https://api.github.com/repositories/1/stargazers/history?per_page=30&page=2>; rel="next", <https://x/y?page=9&per_page=30>; rel="last""#;
        let headers = HeaderMap::from_iter([(ETAG, "W/\"1\"".parse().unwrap()), (LINK, link.parse().unwrap())]);
        let page = page(body, &headers, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(page.weeks.iter().map(|week| week.added).collect::<Vec<_>>(), [3, 2]);
        assert_eq!(page.weeks[0].days, [0, 1, 0, 2, 0, 0, 0]);
        assert_eq!((page.next, page.last, page.etag.as_deref()), (Some(2), Some(9), Some("W/\"1\"")));
    }

    #[test]
    fn what_is_no_list_of_weeks_is_an_error() {
        for body in ["", "{}", "[1]", r#"[{"week":"x"}]"#, r#"{"message":"Not Found"}"#] {
            assert!(page(body.as_bytes(), &HeaderMap::new(), DateTime::UNIX_EPOCH).is_err(), "{body}");
        }
        let last = page(b"[]", &HeaderMap::new(), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!((last.weeks.len(), last.next, last.last), (0, None, None));
    }
}
