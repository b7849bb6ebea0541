//! The citation of software in a repository's metadata files.

use chrono::NaiveDate;

/// The citation of software. A field that the file lacks, or that can't be read, is unknown.
///
/// ```
/// use starcite_core::paper_mentions::CitationFile;
/// let file = CitationFile::parse("CITATION.cff", "title: A tool\nversion: 1.0\nauthors:\n- {family-names: Doe, given-names: Jane}\n- name: The A Team");
/// assert_eq!((file.title.as_deref(), file.version.as_deref()), (Some("A tool"), Some("1.0")));
/// assert_eq!(file.authors.unwrap(), ["Doe, Jane", "The A Team"]);
/// let file = CitationFile::parse("codemeta.json", r#"{"name": "A tool", "license": "https://spdx.org/licenses/MIT"}"#);
/// assert_eq!((file.title.as_deref(), file.license.as_deref()), (Some("A tool"), Some("MIT")));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CitationFile {
    /// The software's title.
    pub title: Option<String>,
    /// Its authors in order: `Family, Given` with particle and suffix as in BibTeX (`von Last, Jr, First`); the name of an entity unchanged.
    pub authors: Option<Vec<String>>,
    /// The version, as written.
    pub version: Option<String>,
    /// The software's own DOI, bare and in lower case: never that of its paper or of any other work in the file.
    pub doi: Option<String>,
    /// The day of the release.
    pub date_released: Option<NaiveDate>,
    /// The SPDX id of the licence; alternatives are separated by ` OR `.
    pub license: Option<String>,
}

impl CitationFile {
    /// Returns this file's values, filled from the other where they are unknown.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            authors: self.authors.or(other.authors),
            version: self.version.or(other.version),
            doi: self.doi.or(other.doi),
            date_released: self.date_released.or(other.date_released),
            license: self.license.or(other.license),
        }
    }
}
