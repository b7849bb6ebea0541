//! How a repository's metadata files want the software to be cited.

use chrono::NaiveDate;

/// How software wants to be cited. What the file does not say, or says in a way that can't be read, is unknown.
///
/// ```
/// use starcite_core::naming::CitationFile;
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
    /// Its authors in order: `Family, Given` with particle and suffix as in BibTeX (`von Last, Jr, First`); the name of an entity as it stands.
    pub authors: Option<Vec<String>>,
    /// The version, as written.
    pub version: Option<String>,
    /// The software's own DOI, bare and in lower case: never that of its paper or of anything else that the file names.
    pub doi: Option<String>,
    /// The day of the release.
    pub date_released: Option<NaiveDate>,
    /// The SPDX id of the licence; several, of which one may choose, with ` OR ` between them.
    pub license: Option<String>,
}

impl CitationFile {
    /// What this file says, and where it is silent what the other one does.
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
