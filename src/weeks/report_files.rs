//! The files of a report by name: `starcite report` writes and replaces them, `starcite publish --report` sends and removes them, and both leave all others.

use starcite_core::paper::is_arxiv_category;

/// The folder of all pages, in the folder of all weeks.
pub(crate) const FOLDER: &str = "report";

/// The page of a folder, and the list of weeks; it has the marker.
pub(crate) const INDEX: &str = "index.html";
pub(crate) const STYLE: &str = "style.css";

/// The scripts that are the same for every page, in the order in which a page loads them.
pub(crate) const SCRIPTS: [&str; 8] = ["data.js", "dom.js", "search.js", "stars.js", "choose.js", "table.js", "paper.js", "page.js"];

/// The script with the dictionaries of a page.
pub(crate) const WEEK_SCRIPT: &str = "week.js";

/// The files for programs: the week, and a paper a line.
pub(crate) const WEEK: &str = "week.json";
pub(crate) const PAPERS: &str = "papers.ndjson";

/// The kinds of numbered scripts.
pub(crate) const ROWS: &str = "rows";
pub(crate) const DETAILS: &str = "papers";

/// The kinds of feeds: each is a file, and all but the last have files by category as well.
pub(crate) const FEEDS: [&str; 5] = ["ranking", "trending", "changes", "code", "weeks"];

/// The longest name of a category with feeds: arXiv's are shorter.
const LONGEST_CATEGORY: usize = 24;

/// The text in each page by which starcite knows it as its own, and the number of bytes at the start of the page in which it stands.
const MARKER: &str = "<meta name=\"generator\" content=\"starcite ";
pub(crate) const MARKED_WITHIN: u64 = 4_096;

/// True if a page has a file of that name.
pub(crate) fn is_of_page(name: &str) -> bool {
    let is_piece = || {
        let (kind, number) = name.strip_suffix(".js")?.split_once('-')?;
        Some([ROWS, DETAILS].contains(&kind) && number.bytes().all(|byte| byte.is_ascii_digit()) && number.parse::<u32>().is_ok())
    };
    [INDEX, STYLE, WEEK_SCRIPT, WEEK, PAPERS].contains(&name) || SCRIPTS.contains(&name) || is_piece() == Some(true)
}

/// True if all pages share a file of that name.
pub(crate) fn is_shared(name: &str) -> bool {
    let is_feed = || {
        let (kind, category) = name.strip_suffix(".atom").map(|name| name.split_once('.').map_or((name, None), |(kind, category)| (kind, Some(category))))?;
        Some(FEEDS.contains(&kind) && category.is_none_or(has_feeds))
    };
    [INDEX, STYLE].contains(&name) || is_feed() == Some(true)
}

/// True if a category has feeds: no name of a file comes from a text of others.
pub(crate) fn has_feeds(category: &str) -> bool {
    category.len() <= LONGEST_CATEGORY && is_arxiv_category(category)
}

/// True if starcite wrote a page, by the bytes at its start.
pub(crate) fn is_marked(page: &[u8]) -> bool {
    let end = page.len().min(MARKED_WITHIN as usize);
    String::from_utf8_lossy(&page[..end]).contains(MARKER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_left_alone() {
        for name in ["index.html", "style.css", "week.js", "week.json", "papers.ndjson", "rows-0.js", "papers-12.js", "page.js"] {
            assert!(is_of_page(name), "{name}");
        }
        for name in ["site.js", "rows-.js", "rows-+1.js", "rows-1.js#1", "rows-x.js", "papers.js", "a/rows-1.js", ".rows-1.js", "code.atom"] {
            assert!(!is_of_page(name), "{name}");
        }
        for name in ["index.html", "style.css", "weeks.atom", "code.atom", "code.cs.CV.atom", "changes.hep-th.atom"] {
            assert!(is_shared(name), "{name}");
        }
        for name in ["blog.atom", "code.x.atom", "code.cs.CV.atom#1", "code..atom", "rows-0.js", "code.../../x.atom"] {
            assert!(!is_shared(name), "{name}");
        }
    }
}
