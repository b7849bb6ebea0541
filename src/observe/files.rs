//! Which files of a repository are read, and what they say: whose code it is, and what it is made with.

use crate::state::{Named, State};
use anyhow::Result;
use starcite_core::naming::{self, PaperKey, Searchable};
use starcite_core::{RepoName, framework};
use starcite_github::{Detail, FileText};

/// The longest text that is kept as evidence, in characters.
const EVIDENCE_CHARS: usize = 200;

/// The files worth reading, as the tree seen last has them: README, CITATION.cff, dependency files.
pub(super) fn worth_reading(state: &State, name: &RepoName) -> Result<Vec<String>> {
    let entries = state.root_entries(name)?;
    let entries = || entries.iter().map(String::as_str);
    let say_whose = naming::readme_of(entries()).into_iter().chain(naming::citation_of(entries()));
    Ok(say_whose.chain(framework::dependency_files(entries())).map(str::to_owned).collect())
}

/// Keeps what a repository's files say.
pub(super) fn keep(state: &State, name: &RepoName, mut detail: Detail) -> Result<()> {
    let texts: Vec<(&str, &str)> = detail.files.iter().filter_map(|file| Some((file.name.as_str(), file.text.as_deref()?))).collect();
    let framework = framework::of_repository(&texts, &state.languages(name)?);
    (detail.facts.framework, detail.facts.framework_evidence) = framework.map(|found| (found.name.to_owned(), found.evidence)).unzip();
    name_papers(state, name, &detail)?;
    state.add_detail(name, starcite_github::Selection::Files, &detail)
}

/// Searches README and CITATION.cff for the papers that link the repository.
fn name_papers(state: &State, name: &RepoName, detail: &Detail) -> Result<()> {
    let names = || detail.files.iter().map(|file| file.name.as_str());
    let say_whose = [naming::readme_of(names()), naming::citation_of(names())];
    let says_whose = |file: &&FileText| say_whose.contains(&Some(file.name.as_str()));
    let texts: Vec<(&str, Searchable<'_>)> =
        detail.files.iter().filter(says_whose).filter_map(|file| Some((file.name.as_str(), Searchable::new(file.text.as_deref()?)))).collect();
    for paper in state.papers_linking(name)? {
        let key = PaperKey { arxiv_id: paper.arxiv_id.as_deref(), doi: paper.doi.as_deref(), title: paper.title.as_deref() };
        let named = texts.iter().find_map(|(file, text)| {
            let naming = text.names(&key)?;
            let matched = text.matched(&naming).chars().take(EVIDENCE_CHARS).collect();
            Some(Named { file: (*file).to_owned(), how: naming.how.as_str().to_owned(), text: matched })
        });
        state.add_naming(name, &paper.paper_id, detail.observed_at, named.as_ref())?;
    }
    Ok(())
}
