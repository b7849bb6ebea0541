//! The files of a repository that are read, and their contents: whose code it is, how to cite it, which papers it names, and its framework.

use anyhow::Result;
use chrono::{DateTime, Utc};
use starcite_core::answer::{Detail, FileText};
use starcite_core::observation::Readme;
use starcite_core::paper_mentions::{self, CitationFile, NamedPaper, PaperKey, Searchable};
use starcite_core::{RepoFacts, RepoName, Week, framework};
use starcite_state::{Named, Scope, State};
use std::collections::BTreeSet;

/// The name of a README whose reader tells no name.
const README: &str = "README.md";

/// Maximum length of a text that is stored as evidence, in characters.
const EVIDENCE_CHARS: usize = 200;

/// Returns the files worth reading in the tree seen last: those that state whose code it is, and dependency files.
pub(super) fn worth_reading(state: &State, name: &RepoName) -> Result<Vec<String>> {
    let entries = state.root_entries(name)?.unwrap_or_default();
    let entries = || entries.iter().map(String::as_str);
    let say_whose = paper_mentions::statements_of(entries());
    Ok(say_whose.into_iter().chain(framework::dependency_files(entries())).map(str::to_owned).collect())
}

/// Stores the contents of a repository's files.
pub(super) fn keep(state: &State, name: &RepoName, mut detail: Detail) -> Result<()> {
    let texts: Vec<(&str, &str)> = detail.files.iter().filter_map(|file| Some((file.name.as_str(), file.text.as_deref()?))).collect();
    let framework = framework::of_repository(&texts, &state.languages(name)?);
    (detail.facts.framework, detail.facts.framework_evidence) = framework.map(|found| (found.name.to_owned(), found.evidence)).unzip();
    let say_whose = SayWhose::of(&detail.files);
    name_papers(state, name, detail.observed_at, &say_whose)?;
    // If the tree is not known, a lack of files is not an answer.
    if state.root_entries(name)?.is_some() {
        say_whose.add_facts(&mut detail.facts);
        if !say_whose.has_unread() {
            state.add_named_papers(name, detail.observed_at, &say_whose.papers())?;
        }
    }
    state.add_detail(name, starcite_core::Part::Files, &detail)
}

/// Searches the READMEs that a source had for the papers that link their repositories.
pub(crate) fn search_held_readmes(week: Week, state: &mut State) -> Result<()> {
    let readmes = state.held_readmes()?;
    if readmes.is_empty() {
        return Ok(());
    }
    state.want(Scope::Week(week))?;
    for key in readmes {
        let Readme { repo, read_at, text } = state.take_readme(&key)?;
        let files = [FileText { name: README.to_owned(), text: Some(text) }];
        name_papers(state, &repo, read_at, &SayWhose::of(&files))?;
    }
    Ok(())
}

/// Searches the files that state whose code it is for the papers that link the repository.
fn name_papers(state: &State, name: &RepoName, at: DateTime<Utc>, files: &SayWhose<'_>) -> Result<()> {
    let texts: Vec<(&str, Searchable<'_>)> = files.texts().map(|(file, text)| (file, Searchable::new(file, text))).collect();
    for paper in state.papers_linking(name)? {
        let key = PaperKey { arxiv_id: paper.arxiv_id.as_deref(), doi: paper.doi.as_deref(), title: paper.title.as_deref() };
        let named = texts.iter().find_map(|(file, text)| {
            let naming = text.names(&key)?;
            let matched = text.matched(&naming).chars().take(EVIDENCE_CHARS).collect();
            Some(Named { file: (*file).to_owned(), how: naming.how, text: matched })
        });
        state.add_naming(name, &paper.paper_id, at, named.as_ref())?;
    }
    Ok(())
}

/// The files that state whose code it is, the most trusted first.
struct SayWhose<'a>(Vec<&'a FileText>);

impl<'a> SayWhose<'a> {
    fn of(files: &'a [FileText]) -> Self {
        let names = paper_mentions::statements_of(files.iter().map(|file| file.name.as_str()));
        Self(names.into_iter().filter_map(|name| files.iter().find(|file| file.name == name)).collect())
    }

    /// Returns names and texts of the files.
    fn texts(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(|file| Some((file.name.as_str(), file.text.as_deref()?)))
    }

    /// True if one of them exists and could not be read.
    fn has_unread(&self) -> bool {
        self.0.iter().any(|file| file.text.is_none())
    }

    /// Returns the papers that the files name.
    fn papers(&self) -> Vec<NamedPaper> {
        paper_mentions::papers_in(self.texts())
    }

    /// Adds the citation data of the software, and its archives. A file that could not be read makes an empty list of archives unknown.
    fn add_facts(&self, facts: &mut RepoFacts) {
        let file = self.texts().fold(CitationFile::default(), |before, (name, text)| before.or(CitationFile::parse(name, text)));
        (facts.citation_title, facts.citation_authors, facts.citation_version) = (file.title, file.authors, file.version);
        (facts.citation_doi, facts.citation_date, facts.citation_license) = (file.doi, file.date_released, file.license);
        let ids: BTreeSet<String> = self.texts().flat_map(|(_, text)| paper_mentions::archive_ids(text)).collect();
        facts.archive_ids = Some(ids.into_iter().collect()).filter(|ids: &Vec<_>| !ids.is_empty() || !self.has_unread());
    }
}
