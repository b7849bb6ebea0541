//! A substitute for the hash of a record's content, for papers of which only rows in the tables are known: a hash of the paper's row of
//! `papers`, and of the mentions in its rows of `links` that are not in its text but in a field of the source.

use starcite_core::{Link, ListClaim, Paper};
use xxhash_rust::xxh3::xxh3_64;

/// Returns the hash of a paper's row in `papers`.
pub fn fields_hash(paper: &Paper) -> u64 {
    let in_row = Paper { corpus_id: None, github_repo: None, project_page: None, related: Vec::new(), listed: Vec::new(), found: None, ..paper.clone() };
    in_row.content_hash()
}

/// Returns the hash of a paper's rows, from that of its fields and the links of its newest version.
pub fn row_hash(fields: u64, links: &[Link]) -> u64 {
    let mentions = links.iter().flat_map(|link| &link.mentions).filter(|place| place.start.is_none());
    let mut mentions: Vec<_> = mentions.map(|place| (place.field.as_str(), place.raw.as_str())).collect();
    mentions.sort_unstable();
    mentions.dedup();
    // A list entry has the date of its file: a later date alone changes nothing.
    let mut listed: Vec<String> = links.iter().filter_map(|link| Some(format!("{:?}", ListClaim { at: None, ..link.listed.clone()? }))).collect();
    listed.sort_unstable();
    xxh3_64(format!("{fields} {mentions:?} {listed:?}").as_bytes())
}

/// Lists the hashes that a paper's rows may have. A figure that is dated by its input is missing in the row of a week that had closed by then.
pub fn row_hashes(paper: &Paper, links: &[Link]) -> Vec<u64> {
    let mut papers = vec![paper.clone()];
    if paper.upvotes.is_some() {
        papers.push(Paper { upvotes: None, ..paper.clone() });
    }
    if paper.cited_by.is_some() {
        papers.extend(papers.clone().into_iter().map(|paper| Paper { cited_by: None, ..paper }));
    }
    papers.iter().map(|paper| row_hash(fields_hash(paper), links)).collect()
}
