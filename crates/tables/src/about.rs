//! The section `[dataset]` of a pipeline file, which describes the dataset that its weeks make up.

use serde::{Deserialize, Serialize};
use starcite_ground::url;
use starcite_ground::visible::line;

/// Title, author, addresses and licence, each optional; stored in the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_url: Option<Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<Licence>,
}

impl About {
    /// True if it describes nothing.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// Returns the title.
    pub fn title(&self) -> Option<&str> {
        self.title.as_ref().map(|line| line.0.as_str())
    }

    /// Returns the author, or the name of a group.
    pub fn author(&self) -> Option<&str> {
        self.author.as_ref().map(|line| line.0.as_str())
    }

    /// Returns the address where it is published.
    pub fn url(&self) -> Option<&str> {
        self.url.as_ref().map(|url| url.0.as_str())
    }

    /// Returns the address at which the folder `report` is served.
    pub fn report_url(&self) -> Option<&str> {
        self.report_url.as_ref().map(|url| url.0.as_str())
    }

    /// Returns the licence of the dataset as a whole.
    pub fn licence(&self) -> Option<&Licence> {
        self.license.as_ref()
    }
}

/// A text on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Line(String);

impl TryFrom<String> for Line {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let line = text.trim();
        if line.is_empty() || line.contains(char::is_control) {
            return Err(format!("{text:?} is no text on one line"));
        }
        Ok(Self(line.to_owned()))
    }
}

impl From<Line> for String {
    fn from(line: Line) -> Self {
        line.0
    }
}

/// The address of a page. An error does not repeat an invalid one, because it may contain a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Url(String);

impl TryFrom<String> for Url {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        // Characters that no address has (RFC 3986), though browsers accept them.
        let is_plain = line(&text) == text && !text.contains(|c: char| c.is_whitespace() || "\"<>\\^`{|}".contains(c));
        let has_user = |url: &url::Url| !url.username().is_empty() || url.password().is_some();
        let is_web = url::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && !has_user(&url));
        if is_plain && is_web { Ok(Self(text)) } else { Err("url is not an address such as https://huggingface.co/datasets/me/papers-and-code") }
    }
}

impl From<Url> for String {
    fn from(url: Url) -> Self {
        url.0
    }
}

/// The licences that a dataset may have: their names at SPDX and at Hugging Face.
const LICENCES: [(&str, &str); 10] = [
    ("CC0-1.0", "cc0-1.0"),
    ("CC-BY-4.0", "cc-by-4.0"),
    ("CC-BY-SA-4.0", "cc-by-sa-4.0"),
    ("CC-BY-NC-4.0", "cc-by-nc-4.0"),
    ("CC-BY-NC-SA-4.0", "cc-by-nc-sa-4.0"),
    ("ODC-By-1.0", "odc-by"),
    ("ODbL-1.0", "odbl"),
    ("PDDL-1.0", "pddl"),
    ("MIT", "mit"),
    ("Apache-2.0", "apache-2.0"),
];

/// A licence that SPDX, Hugging Face and CFF know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Licence {
    /// Its SPDX id.
    pub spdx: String,
    /// Its name at Hugging Face.
    pub hf: String,
}

impl TryFrom<String> for Licence {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = LICENCES.iter().find(|(spdx, _)| spdx.eq_ignore_ascii_case(&name));
        let allowed = || LICENCES.map(|(spdx, _)| spdx).join(", ");
        known
            .map(|(spdx, hf)| Self { spdx: (*spdx).to_owned(), hf: (*hf).to_owned() })
            .ok_or_else(|| format!("unknown license {name:?}, expected one of {}", allowed()))
    }
}

impl From<Licence> for String {
    fn from(licence: Licence) -> Self {
        licence.spdx
    }
}
