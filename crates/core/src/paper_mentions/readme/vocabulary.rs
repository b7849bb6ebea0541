//! Reads lines of which every word is one that any paper's links and news have, or the name of the repository.
//!
//! A line that names another work, a method or a data set has a further word, and is not one of them.

use super::links;
use super::papers::{are_one, papers};
use super::words::{self, ANOTHER, has, words};

/// Words beside the link of a paper.
const LINK: &str = "paper arxiv preprint pdf publication technical report doi link links version project page code demo video our the it is at on to by of and available \
    now out online here accepted";
/// Words around the statement that a paper is released, besides those.
const STATEMENT: &str = "we are was been has have can you check click see for that details more happy announce news updated published release released \
    camera-ready second draft data jan january feb february mar march apr april may jun june jul july aug august sep september oct october nov november \
    dec december";
/// Words of venues. They may end with a year: `icml2024`.
const VENUES: &str = "aaai acl corl cvpr eccv emnlp iccv iclr icml icra ieee ijcai interspeech kdd miccai naacl neurips nips siggraph wacv oral spotlight \
    highlight";
/// Words for a paper, and words for its release: news of a paper has both.
const PAPER: &[&str] = &["paper", "preprint", "report"];
const RELEASE: &[&str] = &["out", "available", "online", "release", "released", "published", "accepted", "on arxiv"];
/// Words for the works of others, or for several papers.
const OF_OTHERS: &str = "attempt based builds built course described extends fine-tuned fork homework implemented inspired introduced notes original papers \
    presented proposed re-creating replicates reproducing scratch thanks tutorial version wrapper";

/// True if words are about the works of others, or about several papers.
pub(super) fn is_about_others(words: &str) -> bool {
    words.split_whitespace().any(|word| OF_OTHERS.split_whitespace().any(|other| other == word))
}

/// The name of a repository and its paper in lower case, as a title has it (`Sheep: Counting at Night`); empty if it has none.
#[derive(Debug)]
pub(super) struct Name(String);

/// The most words of a name.
const MOST_WORDS: usize = 3;
/// The most mentions of the paper in a line.
const MOST_MENTIONS: usize = 8;

impl Name {
    /// Reads the name in a title.
    pub(super) fn of(title: &str) -> Self {
        let name = words(title.split([':', '|', '(', '—', '–']).next().unwrap_or_default());
        Self(if name.split_whitespace().count() <= MOST_WORDS { name.trim().to_owned() } else { String::new() })
    }

    /// True if a line has a paper, and beside it only words of links, or the statement that it is released.
    pub(super) fn is_of_paper(&self, line: &str) -> bool {
        self.beside(line).is_some_and(|beside| self.knows(&beside, &[LINK, VENUES]) || self.is_released(&beside))
    }

    /// True if a line has a paper, and is the news of its release.
    pub(super) fn is_in_news(&self, line: &str) -> bool {
        self.beside(line).is_some_and(|beside| self.is_released(&beside))
    }

    /// True if a paragraph ends with a colon, and the links after it need not be those of the own paper.
    pub(super) fn leads_elsewhere(&self, paragraph: &str) -> bool {
        let is_led = paragraph.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_')).ends_with(':');
        is_led && !self.knows(&words(paragraph), &[LINK])
    }

    fn is_released(&self, said: &str) -> bool {
        (has(said, PAPER) || has(said, &[&self.0])) && has(said, RELEASE) && self.knows(said, &[LINK, STATEMENT, VENUES])
    }

    /// Returns the words beside the identifiers of a line, if it has one paper.
    fn beside(&self, line: &str) -> Option<String> {
        if line.len() > links::MAX_BYTES {
            return None;
        }
        let places: Vec<_> = papers(line, &(0..line.len())).into_iter().map(|(_, place)| place).collect();
        let has_one = (1..=MOST_MENTIONS).contains(&places.len()) && are_one(line, &places);
        let is_title = |label: &str| !self.0.is_empty() && words(label.split(':').next().unwrap_or_default()).trim() == self.0;
        has_one.then(|| links::beside(line, &places, is_title))
    }

    /// True if all words are of these lists, numbers or the name. A name with a version is another work.
    fn knows(&self, said: &str, lists: &[&str]) -> bool {
        let said = said.replace(&format!(" {} ", self.0), " it ");
        let words: Vec<&str> = said.split_whitespace().collect();
        let is_version = |word: &str| word.len() <= 2 && is_number(word);
        words.iter().all(|word| is_known(word, lists)) && !words.windows(2).any(|pair| pair[0] == "it" && is_version(pair[1]))
    }
}

/// Words for code, and words between them and their paper.
const CODE: &[&str] = &["code", "codebase"];
const OF: &[&str] = &["for", "of", "accompanying"];
/// Words before "code for our paper" in a sentence about this repository, and words that place the code in another.
const THIS: &str = "this is the a repo repository contains has we provide release source training and evaluation python pytorch data";
const ELSEWHERE: &[&str] = &["here", "there", "found", "available"];
/// Words of [`ANOTHER`] for a paper that may be that of this code.
const NEW: &[&str] = &["new", "recent", "latest"];
/// The most words between "code for" and "paper".
const LONG_REACH: usize = 10;

/// True if words state that this is the code for our paper, with any words before "paper", or for the paper, with a venue before it.
pub(super) fn says_code_of_paper(said: &str) -> bool {
    let said: Vec<&str> = said.split_whitespace().collect();
    let Some(code) = said.windows(2).position(|pair| CODE.contains(&pair[0]) && OF.contains(&pair[1])) else { return false };
    let (before, after) = (&said[..code], &said[code + 2..]);
    let Some(paper) = after.iter().take(LONG_REACH).position(|word| words::PAPER.contains(word)) else { return false };
    let is_this = before.iter().all(|word| THIS.split(' ').any(|this| this == *word)) && !after.iter().any(|word| ELSEWHERE.contains(word));
    let is_ours = after[0] == "our" && !after[..paper].iter().any(|word| ANOTHER.contains(word) && !NEW.contains(word));
    is_this && (is_ours || after[..paper].iter().all(|word| *word == "the" || is_known(word, &[VENUES])))
}

fn is_known(word: &str, lists: &[&str]) -> bool {
    let without_year = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    is_number(word) || lists.iter().flat_map(|list| list.split_whitespace()).any(|known| known == word || known == without_year)
}

/// True for numbers, dates and ordinals: `2024-05-31`, `1st`.
fn is_number(word: &str) -> bool {
    let word = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
