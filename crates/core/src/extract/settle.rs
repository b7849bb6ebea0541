//! Chooses the reading of an ambiguous link, once it is known which repositories exist.

use super::candidate::SettledBy;
use super::link::Link;
use crate::RepoName;

/// The known facts of a repository that is a reading of a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// True if its host has it; `None` if the host has not answered.
    pub exists: Option<bool>,
    /// True if it names the paper; `None` if its files were not read.
    pub names_paper: Option<bool>,
}

impl Link {
    /// Chooses among the readings by the known facts of each; a link with one reading stays unchanged.
    pub fn settle(&mut self, standing: impl Fn(&RepoName) -> Standing) {
        let readings: Vec<Standing> = self.readings().map(standing).collect();
        if readings.len() < 2 || self.settled_by == Some(SettledBy::SamePaper) {
            return;
        }
        let (chosen, by) = choose(&readings);
        self.take_reading(chosen, by);
    }

    /// Restores the link to its state before [`settle`](Self::settle), and before an archive's record gave it a repository, as the paper alone gives it.
    /// Mentions that it took over from other links stay.
    pub fn unsettle(&mut self) {
        match self.settled_by {
            None | Some(SettledBy::SamePaper) => {}
            Some(SettledBy::ArchiveRecord) => (self.repo, self.settled_by) = (None, None),
            Some(_) => self.give_reading_back(),
        }
    }
}

fn choose(readings: &[Standing]) -> (usize, SettledBy) {
    let exists = |standing: &Standing| standing.exists == Some(true);
    let names = readings.iter().position(|standing| exists(standing) && standing.names_paper == Some(true));
    let first = readings.iter().position(exists);
    let several = readings.iter().filter(|standing| exists(standing)).count() > 1;
    let is_open = readings.iter().any(|standing| standing.exists.is_none());
    match (names, first) {
        (Some(at), _) => (at, SettledBy::NamesPaper),
        _ if is_open => (0, SettledBy::Open),
        (None, Some(at)) if several => (at, SettledBy::SeveralExist),
        (None, Some(at)) => (at, SettledBy::Exists),
        (None, None) => (0, SettledBy::NoneExists),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Extractor, Paper};

    /// Settles a link that may be `o/a_b`, `o/a-b` or `o/a`, by the given facts of each.
    fn settled(standing: impl Fn(&str) -> (Option<bool>, Option<bool>)) -> (String, Option<SettledBy>, bool) {
        let paper = Paper { abstract_text: Some("Code: https://github.com/o/a b.".into()), ..Paper::default() };
        let mut link = Extractor::default().links(&paper).remove(0);
        let before = link.confidence;
        link.settle(|repo| {
            let (exists, names_paper) = standing(repo.path());
            Standing { exists, names_paper }
        });
        let repo = link.repo.as_ref().map(|repo| repo.path().to_owned()).expect("a repository");
        assert_eq!(link.target.as_deref(), Some(format!("https://github.com/{repo}").as_str()));
        assert_eq!(link.readings().count(), 3);
        (repo, link.settled_by, link.confidence > before)
    }

    #[test]
    fn an_unsettled_link_is_as_it_was_whatever_it_settled_on() {
        let texts = ["a b.", "ab-\ncd.", "a b.The end", "name_", "a- b c"].map(|end| format!("Code: https://github.com/o/{end}"));
        let mut ambiguous = 0;
        for text in texts {
            let paper = Paper { abstract_text: Some(text), ..Paper::default() };
            for link in Extractor::default().links(&paper) {
                let readings: Vec<RepoName> = link.readings().cloned().collect();
                ambiguous += usize::from(readings.len() > 1);
                for exist in 0..1 << readings.len() {
                    for names in 0..=readings.len() {
                        let mut settled = link.clone();
                        settled.settle(|repo| {
                            let at = readings.iter().position(|reading| reading == repo).expect("a reading");
                            Standing { exists: Some(exist & (1 << at) != 0), names_paper: Some(at == names) }
                        });
                        settled.unsettle();
                        assert_eq!(settled, link);
                    }
                }
            }
        }
        assert!(ambiguous >= 4, "{ambiguous}");
    }

    #[test]
    fn the_only_one_that_exists_is_meant() {
        assert_eq!(settled(|path| (Some(path == "o/a-b"), None)), ("o/a-b".into(), Some(SettledBy::Exists), true));
    }

    #[test]
    fn of_several_the_one_that_names_the_paper_is_meant() {
        assert_eq!(settled(|path| (Some(true), Some(path == "o/a"))), ("o/a".into(), Some(SettledBy::NamesPaper), true));
    }

    #[test]
    fn of_several_that_are_silent_the_likeliest_stays_less_sure() {
        assert_eq!(settled(|path| (Some(path != "o/a_b"), None)), ("o/a-b".into(), Some(SettledBy::SeveralExist), false));
    }

    #[test]
    fn where_none_exists_the_likeliest_stays() {
        assert_eq!(settled(|_| (Some(false), None)), ("o/a_b".into(), Some(SettledBy::NoneExists), false));
    }

    #[test]
    fn silence_of_the_host_settles_nothing() {
        assert_eq!(settled(|path| (Some(true).filter(|_| path != "o/a_b"), None)), ("o/a_b".into(), Some(SettledBy::Open), false));
    }
}
