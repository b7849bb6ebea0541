//! The name of a repository on a code host.

use crate::named;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A repository's name, `host/path`: `github.com/salesforce/CodeGen2`.
///
/// The case is the host's; two spellings of one name have the same [`key`](Self::key).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoName(String);

/// A text that is not the name of a repository.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a repository: write owner/name, github.com/owner/name or its URL")]
pub struct RepoNameError(String);

/// The first path segments under github.com that are pages of GitHub's own and never an owner
/// (sorted; GitHub's reserved names, <https://github.com/Mottie/github-reserved-names>, and names seen in abstracts).
pub const GITHUB_RESERVED: &[&str] = &[
    "about",
    "apps",
    "assets",
    "blog",
    "collections",
    "contact",
    "copilot",
    "customer-stories",
    "dashboard",
    "discussions",
    "enterprise",
    "events",
    "explore",
    "features",
    "gist",
    "git-guides",
    "home",
    "issues",
    "join",
    "login",
    "logout",
    "marketplace",
    "new",
    "notifications",
    "organizations",
    "orgs",
    "pricing",
    "pulls",
    "readme",
    "search",
    "security",
    "sessions",
    "settings",
    "signup",
    "site",
    "solutions",
    "sponsors",
    "stars",
    "team",
    "topics",
    "trending",
    "user-attachments",
    "users",
    "watching",
];

named! {
    /// The kind of what a repository holds. Hosts of models and datasets give each a repository, too.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum RepoKind {
        /// Code: a program, or anything else in a repository of a code host.
        Code = "code",
        /// A model.
        Model = "model",
        /// A dataset.
        Dataset = "dataset",
        /// A demonstration that runs on the host.
        Space = "space",
    }
}

impl RepoName {
    /// Returns a repository on github.com; `None` if GitHub does not allow the owner or the name.
    ///
    /// An owner is 1 to 39 letters, digits and hyphens; a name 1 to 100 letters, digits, `-`, `_` and `.`
    /// (the limits of GitHub's forms).
    ///
    /// ```
    /// use starcite_core::RepoName;
    /// assert!(RepoName::github("salesforce", "CodeGen2").is_some());
    /// assert!(RepoName::github("features", "actions").is_none());
    /// ```
    pub fn github(owner: &str, name: &str) -> Option<Self> {
        let owner_ok =
            !owner.is_empty() && owner.len() <= 39 && owner.bytes().all(|b| is_name_byte(b) && b != b'.') && !owner.starts_with('-') && !is_reserved(owner);
        let name_ok = !name.is_empty() && name.len() <= 100 && name != "." && name != ".." && name.bytes().all(is_name_byte);
        (owner_ok && name_ok).then(|| {
            let mut path = String::with_capacity("github.com//".len() + owner.len() + name.len());
            for part in ["github.com/", owner, "/", name] {
                path.push_str(part);
            }
            Self(path)
        })
    }

    /// Returns what the repository holds: always code for now, because links to models and datasets name no repository yet.
    pub fn kind(&self) -> RepoKind {
        RepoKind::Code
    }

    /// Returns a repository on any other host. `path` must have two segments or more.
    pub fn on_host(host: &str, path: &[&str]) -> Option<Self> {
        // A tilde marks a user (`git.sr.ht/~user/name`): it stands nowhere else in a name.
        let segment_ok = |s: &&str| !s.is_empty() && s.strip_prefix('~').unwrap_or(s).bytes().all(|b| is_name_byte(b) || b == b'+');
        let host = host.to_ascii_lowercase();
        if host == "github.com" {
            return match path {
                [owner, name] => Self::github(owner, name),
                _ => None,
            };
        }
        (path.len() >= 2 && path.iter().all(segment_ok)).then(|| Self(format!("{host}/{}", path.join("/"))))
    }

    /// Reads a name as people write it: `owner/name` (on github.com), `host/path`, a URL, an ssh address.
    ///
    /// # Errors
    /// If the text is not the name of a repository; the message contains the text.
    ///
    /// ```
    /// use starcite_core::RepoName;
    /// for text in ["rust-lang/cargo", "github.com/rust-lang/cargo", "https://github.com/rust-lang/cargo.git",
    ///              "git@github.com:rust-lang/cargo", "https://github.com/rust-lang/cargo/tree/master/src"] {
    ///     assert_eq!(RepoName::parse(text)?.to_string(), "github.com/rust-lang/cargo");
    /// }
    /// # Ok::<(), starcite_core::repo::RepoNameError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, RepoNameError> {
        Self::read(text.trim()).ok_or_else(|| RepoNameError(text.trim().to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let text = ["https://", "http://", "ssh://", "git://", "git+https://"].iter().find_map(|s| text.strip_prefix(s)).unwrap_or(text);
        let text = text.strip_prefix("git@").map_or_else(|| text.to_owned(), |t| t.replacen(':', "/", 1));
        let text = text.strip_prefix("www.").unwrap_or(&text);
        let text = text.split(['?', '#']).next()?.trim_end_matches('/');
        let text = text.strip_suffix(".git").unwrap_or(text);
        let segments: Vec<&str> = text.split('/').collect();
        match segments.as_slice() {
            [host, owner, name, ..] if host.eq_ignore_ascii_case("github.com") => Self::github(owner, name.strip_suffix(".git").unwrap_or(name)),
            [owner, name] => Self::github(owner, name),
            [host, path @ ..] if host.contains('.') => Self::on_host(host, path),
            _ => None,
        }
    }

    /// Returns the name as written: `github.com/salesforce/CodeGen2`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the host, in lower case: `github.com`.
    pub fn host(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// Returns the path after the host: `salesforce/CodeGen2`.
    pub fn path(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, path)| path)
    }

    /// Returns owner and name, if the path has exactly two segments.
    pub fn owner_and_name(&self) -> Option<(&str, &str)> {
        self.path().split_once('/').filter(|(_, name)| !name.contains('/'))
    }

    /// Returns the form in which two spellings of the same repository are equal: lower case.
    ///
    /// GitHub, GitLab, Bitbucket, Codeberg, Gitee and Hugging Face ignore case in names;
    /// for other hosts the case stays.
    pub fn key(&self) -> String {
        const CASE_BLIND: &[&str] = &["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "huggingface.co"];
        if CASE_BLIND.contains(&self.host()) { self.0.to_ascii_lowercase() } else { self.0.clone() }
    }

    /// Returns the `https` URL.
    pub fn url(&self) -> String {
        ["https://", &self.0].concat()
    }
}

/// Letters, digits, `-`, `.` and `_`, by byte. A table, because the bytes of every link are tested several times.
static NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'.' | b'_');
        byte += 1;
    }
    table
};

/// True if names of repositories and hosts may contain the byte: letters, digits, `-`, `.` and `_`.
pub(crate) fn is_name_byte(byte: u8) -> bool {
    NAME_BYTES[usize::from(byte)]
}

/// True if a first path segment is a page of GitHub's own, in any case.
fn is_reserved(owner: &str) -> bool {
    let owner = || owner.bytes().map(|b| b.to_ascii_lowercase());
    GITHUB_RESERVED.binary_search_by(|word| word.bytes().cmp(owner())).is_ok()
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RepoName {
    type Error = RepoNameError;

    fn try_from(text: String) -> Result<Self, RepoNameError> {
        Self::parse(&text)
    }
}

impl From<RepoName> for String {
    fn from(name: RepoName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_sorted_as_they_are_searched() {
        assert!(GITHUB_RESERVED.is_sorted());
        assert!(GITHUB_RESERVED.iter().all(|word| is_reserved(&word.to_uppercase())));
    }

    #[test]
    fn pages_of_github_itself_are_no_repositories() {
        for text in ["github.com/features/actions", "github.com/orgs/google", "github.com/google", "github.com/a/..", "just words", "a/b/c"] {
            assert!(RepoName::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn two_spellings_share_a_key_where_the_host_ignores_case() {
        let key = |text: &str| RepoName::parse(text).expect("a name").key();
        assert_eq!(key("Salesforce/CODEGEN2"), key("salesforce/CodeGen2"));
        assert_ne!(key("git.example.org/A/b"), key("git.example.org/a/b"));
    }
}
