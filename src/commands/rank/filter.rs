//! The papers that `starcite rank` prints, by what the user asks for. Ranks stay those among all papers.

use crate::cli::FilterArgs;
use crate::rank::{LinkedPaper, Ranked, Sought};
use starcite_core::availability::Flag;
use starcite_core::{RepoName, TypedId, Week};

/// True if a paper is one that the user asks for, or may be one whose day is not known; `sought` has the fields that filters compare and a ranked paper lacks.
pub(super) fn is_chosen(filter: &FilterArgs, paper: &Ranked, linked: &LinkedPaper, sought: Option<&Sought>, week: Week) -> bool {
    let any = |wanted: &[String], is: &dyn Fn(&str) -> bool| wanted.is_empty() || wanted.iter().any(|wanted| is(wanted));
    let repo = paper.repo.as_deref().unwrap_or_default();
    let host = repo.split('/').next().unwrap_or_default();
    (filter.tier.is_empty() || filter.tier.iter().any(|tier| tier.0 == paper.tier))
        && any(&filter.licence, &|wanted| has_licence(paper, wanted))
        && any(&filter.host, &|wanted| host.eq_ignore_ascii_case(wanted))
        && any(&filter.category, &|wanted| sought.is_some_and(|sought| sought.categories.iter().any(|category| is_in(category, wanted))))
        && filter.since.is_none_or(|since| paper.published.is_none_or(|day| day >= since))
        && (!filter.new || linked.has_new_link(repo, week))
        && filter.search.as_deref().is_none_or(|words| holds_all(&[repo, &paper.paper_id, sought.map_or("", |sought| &sought.text)], &bare(words)))
}

/// The word for every licence that the Open Source Initiative approved.
const OSI: &str = "osi";

fn has_licence(paper: &Ranked, wanted: &str) -> bool {
    match wanted.eq_ignore_ascii_case(OSI) {
        true => paper.flags[Flag::LicenceIsOsiApproved as usize] == Some(true),
        false => paper.license_spdx.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(wanted)),
    }
}

/// True if a category is the wanted one, or in the wanted archive: `cs.CV` is in `cs`.
fn is_in(category: &str, wanted: &str) -> bool {
    let start = category.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted));
    start && matches!(category.as_bytes().get(wanted.len()), None | Some(b'.'))
}

/// Returns an id or a repository in an address as the tables have it, and any other words as they are.
fn bare(words: &str) -> String {
    let typed = TypedId::read(words);
    let repo = || RepoName::parse(words).ok().filter(|_| words.contains("://")).map(|name| name.to_string());
    typed.arxiv_id.or(typed.doi).or_else(repo).unwrap_or_else(|| words.to_owned())
}

/// True if each word is in one of the texts, in capitals or not.
fn holds_all(texts: &[&str], words: &str) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    words.to_lowercase().split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_holds_its_classes_and_no_other_archive() {
        let found = |category| (is_in(category, "cs"), is_in(category, "CS.cv"));
        assert_eq!(["cs", "cs.CV", "cs.CVX", "csx.CV", "math.CS"].map(found), [(true, false), (true, true), (true, false), (false, false), (false, false)]);
    }

    #[test]
    fn an_address_is_the_id_or_the_repository_in_it() {
        let found = ["https://arxiv.org/abs/2401.00001v2", "DOI:10.1000/A", "https://github.com/o/n/tree/main", "graphs of trees", "o/n"].map(bare);
        assert_eq!(found, ["2401.00001", "10.1000/a", "github.com/o/n", "graphs of trees", "o/n"]);
    }

    #[test]
    fn all_words_are_found_in_whichever_text_and_case() {
        assert!(holds_all(&["github.com/O/Repo", "Ünïcode of ours"], "REPO ünï"));
        assert!(!holds_all(&["github.com/O/Repo", "Ünïcode of ours"], "repo theirs"));
    }
}
