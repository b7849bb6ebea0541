//! `LICENSES.md`: the owners of the data in the dataset, and their terms of use, taken from their own pages in November 2026.

use super::{Dataset, MARKER, words};
use starcite_ground::visible::line;
use starcite_sources::{Licence, SourceKind};
use std::collections::BTreeSet;

/// An owner of data in the tables.
pub(super) struct Source {
    pub(super) title: String,
    /// True if the title is the name of an observer of repositories, and not a title of ours.
    is_observer: bool,
    pub(super) url: Option<&'static str>,
    terms: String,
}

/// The licence of what GitHub answers.
static GITHUB: Licence = Licence {
    title: "GitHub",
    names: &["github.com", "stargazers/history"],
    in_short: "GitHub's terms of service.",
    url: Some("https://docs.github.com/en/site-policy/acceptable-use-policies/github-acceptable-use-policies"),
    terms: "States, counts, dates, languages, topics, descriptions and licences of repositories, from GitHub's API. starcite knows of no \
        licence for them. GitHub's terms of service (section H, API terms) and its acceptable use policies apply: section 7 lets researchers use public, \
        non-personal information if what they publish is open access, and archivists use public information for archiving; it forbids spam \
        and selling personal information; section 6 forbids to reproduce any portion of the service without permission. Who publishes this \
        dataset should read them first. Descriptions and names are their owners' words, and the code of a repository is under its own \
        licence (`repos.license_spdx`) and is not here.",
};

/// Returns every licence that starcite knows, each with the names of its data in the tables: those of the sources in their order, then that of GitHub.
fn known() -> Vec<(&'static Licence, BTreeSet<&'static str>)> {
    let mut known: Vec<(&Licence, BTreeSet<&str>)> = Vec::new();
    let of_sources = SourceKind::ALL.iter().flat_map(|kind| kind.licences.iter().map(|licence| (*licence, kind.as_str())));
    for (licence, source) in of_sources {
        match known.iter_mut().find(|(other, _)| other.title == licence.title) {
            Some((_, names)) => _ = names.insert(source),
            None => known.push((licence, licence.names.iter().copied().chain([source]).collect())),
        }
    }
    known.push((&GITHUB, GITHUB.names.iter().copied().collect()));
    known
}

/// Returns the sources of the data in the tables: those that starcite knows first, then other observers of repositories, by name.
pub(super) fn sources(dataset: &Dataset) -> Vec<Source> {
    let inputs = dataset.weeks().flat_map(|week| week.inputs.iter().map(|input| input.source.as_str()));
    let observers: BTreeSet<&str> = dataset.weeks().flat_map(|week| week.coverage.observed_by.iter().map(String::as_str)).collect();
    let ids: BTreeSet<&str> = inputs.chain(observers.iter().copied()).collect();
    let licences = known();
    let others = observers.into_iter().filter(|name| !licences.iter().any(|(_, names)| names.contains(name)));
    let others = others.map(|name| Source {
        title: line(name).into_owned(),
        is_observer: true,
        url: None,
        terms: "Figures of repositories that were observed under this name (`repos.observed_by`, `stars.source`). starcite does not know under \
            what licence they are: the publisher has to say."
            .to_owned(),
    });
    let known = licences.iter().filter(|(_, names)| !names.is_disjoint(&ids)).map(|(licence, _)| *licence);
    known.map(Source::of).chain(others).collect()
}

impl Source {
    fn of(licence: &'static Licence) -> Self {
        Self { title: licence.title.to_owned(), is_observer: false, url: licence.url, terms: licence.terms.to_owned() }
    }

    /// Returns the title in Markdown.
    pub(super) fn heading(&self) -> String {
        if self.is_observer { words::name(&self.title) } else { self.title.clone() }
    }
}

/// Returns the text of the file.
pub(super) fn text(dataset: &Dataset) -> String {
    let whole = match dataset.about().licence() {
        Some(licence) => format!(
            "{} offers the dataset as a whole under {} (https://spdx.org/licenses/{}). That gives nobody more than the sources allow.",
            words::markdown(&dataset.author()),
            licence.spdx,
            licence.spdx
        ),
        None => "No licence was chosen for the dataset as a whole: each part is under the terms of its source.".to_owned(),
    };
    let sections: String = sources(dataset).iter().map(section).collect();
    format!(
        "<!-- {MARKER} -->\n\n# {}\n\nWhose data this is. {whole} starcite's own licence is about the program, not about the tables that it writes.\n\n\
        This page says what the sources say themselves, as read in November 2026; it is no legal advice.\n{sections}",
        words::markdown(&dataset.title())
    )
}

fn section(source: &Source) -> String {
    let url = source.url.map_or_else(String::new, |url| format!("\n\nTerms: {url}"));
    format!("\n## {}\n\n{}{url}\n", source.heading(), source.terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_a_licence_with_its_terms() {
        let without: Vec<&str> = SourceKind::ALL.iter().filter(|kind| kind.licences.is_empty()).map(|kind| kind.as_str()).collect();
        assert!(without.is_empty(), "LICENSES.md says nothing of {without:?}");
        assert!(known().iter().all(|(licence, names)| !licence.terms.is_empty() && !licence.in_short.is_empty() && !names.is_empty()));
    }

    #[test]
    fn data_that_two_own_is_under_the_terms_of_both() {
        let of = |source: &str| known().into_iter().filter(|(_, names)| names.contains(source)).map(|(licence, _)| licence.title).collect::<Vec<_>>();
        assert_eq!(of("hf-daily"), ["arXiv", "Hugging Face"]);
        assert_eq!(of("table"), ["Records of the publisher's own"]);
    }
}
