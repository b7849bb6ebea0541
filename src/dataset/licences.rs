//! `LICENSES.md`: the owners of the data in the dataset, and their terms of use, taken from their own pages in November 2026.

use super::{Dataset, MARKER, words};
use starcite_ground::visible::line;
use std::collections::BTreeSet;

/// An owner of data in the tables.
pub(super) struct Source {
    pub(super) title: String,
    /// True if the title is the name of an observer of repositories, and not a title of ours.
    is_observer: bool,
    pub(super) url: Option<&'static str>,
    terms: String,
}

/// Terms of a source that starcite knows.
struct Known {
    /// Kinds of sources, and names in `observed_by` and `source`, that identify its data.
    ids: &'static [&'static str],
    title: &'static str,
    url: Option<&'static str>,
    terms: &'static str,
}

const KNOWN: [Known; 10] = [
    Known {
        ids: &["arxiv-snapshot", "arxiv-oai", "arxiv-atom", "hf-daily", "hf-page", "hf-search"],
        title: "arXiv",
        url: Some("https://info.arxiv.org/help/api/tou.html"),
        terms: "Titles, abstracts, authors, identifiers and categories of e-prints. arXiv's terms for its interfaces let everybody use \
            descriptive metadata under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/), and say that these include \"fields such \
            as title, abstract, authors, identifiers, and classification terms\". Authors' comments are metadata that this list does not name. \
            An abstract was written by the paper's authors; the papers themselves are under the licences that their authors chose and are not \
            here. arXiv does not endorse this dataset.",
    },
    Known {
        ids: &["hf-daily", "hf-page", "hf-search", "hf"],
        title: "Hugging Face",
        url: Some("https://huggingface.co/terms-of-service"),
        terms: "Which papers were daily papers and when, their upvotes, project pages, repositories and stars, from Hugging Face's pages or its \
            API. starcite knows of no licence that Hugging Face states for these lists; its terms of service apply. Titles and abstracts there are arXiv's.",
    },
    Known {
        ids: &["github.com", "stargazers/history"],
        title: "GitHub",
        url: Some("https://docs.github.com/en/site-policy/acceptable-use-policies/github-acceptable-use-policies"),
        terms: "States, counts, dates, languages, topics, descriptions and licences of repositories, from GitHub's API. starcite knows of no \
            licence for them. GitHub's terms of service (section H, API terms) and its acceptable use policies apply: section 7 lets researchers use public, \
            non-personal information if what they publish is open access, and archivists use public information for archiving; it forbids spam \
            and selling personal information; section 6 forbids to reproduce any portion of the service without permission. Who publishes this \
            dataset should read them first. Descriptions and names are their owners' words, and the code of a repository is under its own \
            licence (`repos.license_spdx`) and is not here.",
    },
    Known {
        ids: &["openalex"],
        title: "OpenAlex",
        url: Some("https://help.openalex.org/hc/en-us/articles/28926392245399-What-does-open-mean"),
        terms: "Metadata of works, and how often papers are cited. OpenAlex gives its data away under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/).",
    },
    Known {
        ids: &["semantic-scholar", "semantic_scholar"],
        title: "Semantic Scholar",
        url: Some("https://www.semanticscholar.org/product/api/license"),
        terms: "Metadata of papers, and how often they are cited, from the Semantic Scholar API or datasets of the Allen Institute for AI, under its API licence agreement; its \
            collections are under ODC-By 1.0 (https://opendatacommons.org/licenses/by/1-0/). Both want attribution: name Semantic Scholar with a link \
            to https://www.semanticscholar.org/ and cite \"The Semantic Scholar Open Data Platform\" (arXiv:2301.10140).",
    },
    Known {
        ids: &["crossref"],
        title: "Crossref",
        url: Some("https://www.crossref.org/documentation/retrieve-metadata/"),
        terms: "Metadata of works as their publishers registered them, and how often they are cited. Crossref asserts no claim of ownership in metadata, \
            most of which are facts; abstracts are their publishers' and authors', and may be protected.",
    },
    Known {
        ids: &["pwc"],
        title: "Papers with Code",
        url: Some("https://github.com/paperswithcode/paperswithcode-data"),
        terms: "Papers, and which repositories its dumps name for them (`links.listed_by` and the columns behind it), under CC BY-SA 4.0 \
            (https://creativecommons.org/licenses/by-sa/4.0/): name Papers with Code, and share what is made of its data under the same licence. \
            Abstracts were written by the papers' authors.",
    },
    Known {
        ids: &["datacite"],
        title: "DataCite",
        url: Some("https://support.datacite.org/docs/datacite-data-file-use-policy"),
        terms: "Metadata of papers and of archives of software and data, and how often papers are cited. DataCite waives its rights in them under CC0 1.0 \
            (https://creativecommons.org/publicdomain/zero/1.0/) and asks to be named as their source. What is archived is under its own licence \
            (`archives.license_spdx`) and is not here.",
    },
    Known {
        ids: &["zenodo"],
        title: "Zenodo",
        url: Some("https://help.zenodo.org/guides/nih/element5/"),
        terms: "Metadata of papers and of archives of software and data. Zenodo says that all metadata is under CC0 1.0 \
            (https://creativecommons.org/publicdomain/zero/1.0/). What is archived is under its own licence (`archives.license_spdx`) and is not here.",
    },
    Known {
        ids: &["jsonl", "bibtex", "table", "observations"],
        title: "Records of the publisher's own",
        url: None,
        terms: "Papers that the pipeline read from JSON Lines, a bibliography or a table, and observations of repositories that it read from a file. starcite \
            does not know under what licence they are: the publisher has to say.",
    },
];

/// Returns the sources of the data in the tables: those that starcite knows first, then other observers of repositories, by name.
pub(super) fn sources(dataset: &Dataset) -> Vec<Source> {
    let inputs = dataset.weeks().flat_map(|week| week.inputs.iter().map(|input| input.source.as_str()));
    let observers: BTreeSet<&str> = dataset.weeks().flat_map(|week| week.coverage.observed_by.iter().map(String::as_str)).collect();
    let ids: BTreeSet<&str> = inputs.chain(observers.iter().copied()).collect();
    let known = KNOWN.iter().filter(|known| known.ids.iter().any(|id| ids.contains(id)));
    let known = known.map(|known| Source { title: known.title.to_owned(), is_observer: false, url: known.url, terms: known.terms.to_owned() });
    let others = observers.into_iter().filter(|name| !KNOWN.iter().any(|known| known.ids.contains(name)));
    let others = others.map(|name| Source {
        title: line(name).into_owned(),
        is_observer: true,
        url: None,
        terms: "Figures of repositories that were observed under this name (`repos.observed_by`, `stars.source`). starcite does not know under \
            what licence they are: the publisher has to say."
            .to_owned(),
    });
    known.chain(others).collect()
}

impl Source {
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
    use starcite_core::SOURCE_NAMES;

    #[test]
    fn every_source_has_its_terms() {
        let without: Vec<&str> = SOURCE_NAMES.into_iter().filter(|name| !KNOWN.iter().any(|known| known.ids.contains(name))).collect();
        assert!(without.is_empty(), "LICENSES.md says nothing of {without:?}");
        assert!(KNOWN.iter().all(|known| !known.terms.is_empty()));
    }
}
