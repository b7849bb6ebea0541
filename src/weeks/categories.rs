//! arXiv's categories of papers, as finished weeks have them: for papers of sources that do not name them, such as Hugging Face's daily papers.

use super::{FinishedWeek, folders};
use anyhow::Result;
use starcite_core::Week;
use starcite_core::paper::is_arxiv_category;
use starcite_rows::{PAPERS, Paper, Read, Text, Texts, view};
use starcite_state::paper_key;
use starcite_tables::read_rows;
use std::collections::HashMap;
use std::path::Path;
use tracing::warn;

view! {
    struct Categorised<'a> of Paper {
        arxiv_id: Option<Text<'a>>,
        categories: Option<Texts<'a>>,
    }
}

/// Categories by arXiv id. Few lists occur, and many papers have each: a paper takes 16 bytes.
#[derive(Debug, Default)]
pub(crate) struct Categories {
    lists: Vec<Vec<String>>,
    of_papers: HashMap<u64, usize>,
}

impl Categories {
    /// Reads the papers of all weeks before one; the newest week that has categories of a paper counts. A week that can't be read is left out, because
    /// a run does not need it: a damaged table with a warning, and a week without a usable manifest silently, because a run names those in any case.
    pub(crate) fn before(out: &Path, week: Week) -> Self {
        let mut categories = Self::default();
        let mut known = HashMap::new();
        let mut folders = folders(out).unwrap_or_default(); // a folder without weeks
        folders.sort();
        for folder in folders.into_iter().rev().filter(|folder| is_before(folder, week)) {
            let Ok(week) = FinishedWeek::open(folder) else { continue };
            if let Err(error) = categories.add(&week, &mut known) {
                warn!("papers get no categories from {}: {error:#}", week.week);
            }
        }
        categories
    }

    fn add(&mut self, week: &FinishedWeek, known: &mut HashMap<Vec<String>, usize>) -> Result<()> {
        if !week.has(&PAPERS) {
            return Ok(());
        }
        for portion in week.long_portions(&PAPERS)? {
            let frame = portion.read(Categorised::names())?;
            for row in read_rows::<Categorised<'_>>(&frame)? {
                let Categorised { arxiv_id: Some(id), categories: Some(list) } = row? else { continue };
                if !list.is_empty() && list.iter().all(|category| is_arxiv_category(category)) {
                    let list = *known.entry(list.to_vec()).or_insert_with_key(|list| {
                        self.lists.push(list.clone());
                        self.lists.len() - 1
                    });
                    self.of_papers.entry(paper_key(&id)).or_insert(list);
                }
            }
        }
        Ok(())
    }

    /// Returns the categories of a paper, if a week has them.
    pub(crate) fn of(&self, arxiv_id: &str) -> Option<&[String]> {
        self.of_papers.get(&paper_key(arxiv_id)).map(|list| self.lists[*list].as_slice())
    }
}

/// True for the folder of a finished week before another.
fn is_before(folder: &Path, week: Week) -> bool {
    let named = folder.file_name().and_then(|name| name.to_str()?.strip_prefix("week=")?.parse::<Week>().ok());
    named.is_some_and(|named| named < week) && folder.join(starcite_tables::manifest::MANIFEST).exists()
}
