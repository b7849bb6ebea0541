//! Tests whether raw JSON can contain a link to a repository, before it is parsed, at the speed of memory.
//!
//! A link to a repository lies in one JSON string, contains a slash, and near it one of a few words: a part of the name of a code host, or
//! of the path on a self-hosted forge. The strings around slashes are few and short; therefore only they are searched for the words. JSON can
//! write any letter as `\u0067`, the slash too; a text with such an escape of an ASCII letter passes without a search.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};
use memchr::{memchr, memmem, memrchr};

/// The words of which a string with a link to a repository contains one, in any case. [`super::host`] has the hosts, `path::self_hosted` the rest.
const WORDS: &[&str] = &[
    // github, gitlab, gitee, gitcode, gitea, framagit, git.example.org, name.git, /git/
    "git", //
    "bitbucket",
    "codeberg",
    "debian",
    "pcl",
    "forge",
    "gogs",
    // /-/tree, /src/branch
    "/-",
    "src",
    // sr.ht, also with a space or an escape in it
    "sr.",
    "sr ",
    "sr\\",
    // LaTeX that breaks a word, or encodes a slash or a hyphen (`latex`); JSON escapes its backslash as two.
    "\\\\-",
    "\\\\allowbreak",
    "\\\\slash",
    "{-}",
    // Invisible characters and typographic hyphens may occur in any word, unescaped or escaped.
    "\u{200b}",
    "\u{200c}",
    "\u{200d}",
    "\u{ad}",
    "\u{2060}",
    "\u{feff}",
    "\u{2010}",
    "\u{2011}", //
    "\\u200b",
    "\\u200c",
    "\\u200d",
    "\\u00ad",
    "\\u2060",
    "\\ufeff",
    "\\u2010",
    "\\u2011",
];

/// The most bytes of a link before its first slash: two parts of a broken host, each of at most 253 bytes (RFC 1035), a scheme, spaces.
const MAX_BEFORE_BYTES: usize = 600;

/// Finds the positions where raw JSON can contain a link to a repository. Built once and shared.
#[derive(Debug, Clone)]
pub struct RepositoryFilter {
    words: AhoCorasick,
    escape: memmem::Finder<'static>,
}

impl Default for RepositoryFilter {
    fn default() -> Self {
        let mut words = AhoCorasick::builder();
        words.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA));
        Self { words: words.build(WORDS).expect("a fixed list of short words builds"), escape: memmem::Finder::new("\\u00") }
    }
}

impl RepositoryFilter {
    /// Returns the first position at or after `from`, a byte offset, at which JSON text may contain a link to a repository. A record without such a position
    /// has no such link. The text may contain several records, each on its own line. `None` if `from` is past the end.
    ///
    /// ```
    /// use starcite_core::extract::RepositoryFilter;
    /// let filter = RepositoryFilter::default();
    /// assert_eq!(filter.find(br#"{"abstract": "Code: https:\/\/github.com\/o\/n"}"#, 0), Some(27));
    /// assert_eq!(filter.find(br#"{"license": "http://creativecommons.org/", "title": "Digits"}"#, 0), None);
    /// ```
    pub fn find(&self, json: &[u8], from: usize) -> Option<usize> {
        let from = from.min(json.len());
        let slash = self.slash(json, from);
        self.escape(&json[from..slash.unwrap_or(json.len())]).map(|at| from + at).or(slash)
    }

    /// Returns the first slash in a string with one of the words.
    fn slash(&self, json: &[u8], mut from: usize) -> Option<usize> {
        loop {
            let slash = from + memchr(b'/', &json[from..])?;
            let before = slash.saturating_sub(MAX_BEFORE_BYTES);
            let begin = memrchr(b'"', &json[before..slash]).map_or(before, |quote| before + quote + 1);
            let end = memchr(b'"', &json[slash..]).map_or(json.len(), |quote| slash + quote);
            if self.words.is_match(Input::new(json).range(begin..end)) {
                return Some(slash);
            }
            from = end;
        }
    }

    /// Returns the first escaped ASCII character (RFC 8259, 7).
    fn escape(&self, json: &[u8]) -> Option<usize> {
        self.escape.find_iter(json).find(|at| matches!(json.get(at + 4), Some(b'0'..=b'7')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Paper;
    use crate::extract::{Extractor, LinkKind, REPAIR_NAMES, host};
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::of(Some(BTreeSet::from([LinkKind::Repo]))));
    static FILTER: LazyLock<RepositoryFilter> = LazyLock::new(RepositoryFilter::default);

    fn has_repository(abstract_text: &str) -> bool {
        let paper = Paper { abstract_text: Some(abstract_text.to_owned()), ..Paper::default() };
        !EXTRACTOR.links(&paper).is_empty()
    }

    fn passes(json: &str) -> bool {
        FILTER.find(json.as_bytes(), 0).is_some()
    }

    #[test]
    fn every_host_that_has_repositories_holds_one_of_the_words() {
        let mut hosts = 0;
        for name in host::names() {
            for path in ["o/n", "projects/n", "p/n", "repos/o/n", "g/o/n"] {
                let text = format!("https://{name}/{path}");
                if has_repository(&text) {
                    hosts += 1;
                    assert!(passes(&format!("{{\"abstract\": \"{text}\"}}")), "{text}");
                }
            }
        }
        assert!(hosts > 30, "{hosts}");
    }

    #[test]
    fn most_of_what_is_no_link_is_passed_over() {
        for json in [
            r#"{"license": "http://creativecommons.org/licenses/by/4.0/", "abstract": "We show that and/or holds."}"#,
            r#"{"title": "git and digits", "abstract": "either/or"}"#,
            r#"{"authors": "Jos\u00e9", "abstract": "see https://example.org/a/b"}"#,
        ] {
            assert!(!passes(json), "{json}");
        }
    }

    /// The parts of a link to a repository, and the text before and after it.
    const BEFORE: &[&str] = &["", "Code: ", "see\n", "\\url{", "(", "\"", "and/or digital ", "é"];
    const SCHEMES: &[&str] = &["", "https://", "http://", "HTTPS://", "https: //", "https:/", "//", "git@", "ssh://git@", "www."];
    const HOSTS: &[&str] = &[
        "github.com",
        "GitHub.com",
        "github. com",
        "github .com",
        "gitlab.com",
        "git.example.org:8080",
        "bitbucket.org",
        "Codeberg.org",
        "sr.ht",
        "SR. ht",
        "sr .ht",
        "sr\n.ht",
        "sr.\nht",
        "git.sr.ht",
        "salsa.debian.org",
        "openi.pcl. ac.cn",
        "sourceforge.net",
        "forgejo.example.org",
        "gogs.a.org",
        "host.org",
    ];
    const PATHS: &[&str] = &[
        "/owner/name",
        ":owner/name",
        " /owner/name",
        "/ owner/name",
        "/~u/name",
        "/projects/name",
        "/p/name",
        "/owner/name/-/tree/main",
        "/owner/name/{-}/tree",
        "/owner/name\\slash{}-\\slash{}tree",
        "/owner/name\\/-\\/tree",
        "/owner/name/src/branch/main",
        "/git/owner/name",
        "/gitlab/owner/name",
        "/owner/name.git",
        "//owner/name",
        "\\/owner\\/name",
    ];
    const BEHIND: &[&str] = &["", ".", "}", ")", "\"", " and/or more.", "\nNext"];
    /// Damage that may occur anywhere in it.
    const DAMAGE: &[&str] = &[
        "",
        "",
        "\u{200b}",
        "\u{200c}",
        "\u{200d}",
        "\u{ad}",
        "\u{2060}",
        "\u{feff}",
        "\u{2010}",
        "\u{2011}",
        " ",
        "\n",
        "\\_",
        "\\-",
        "\\allowbreak{}",
        "{-}",
    ];

    /// Generates a text with a possible link, damaged at one position.
    fn text() -> impl Strategy<Value = String> {
        let parts = [BEFORE, SCHEMES, HOSTS, PATHS, BEHIND].map(prop::sample::select);
        (parts, prop::sample::select(DAMAGE), any::<prop::sample::Index>()).prop_map(|(parts, damage, at)| {
            let letters: Vec<char> = parts.concat().chars().collect();
            let (left, right) = letters.split_at(at.index(letters.len() + 1));
            left.iter().copied().chain(damage.chars()).chain(right.iter().copied()).collect()
        })
    }

    /// Writes a text as JSON, in one of the ways that JSON allows; `choices` selects the way.
    fn json(text: &str, choices: &[u8]) -> String {
        let letter = |(c, choice): (char, &u8)| match (c, choice % 16) {
            ('/', 0..4) => "\\/".to_owned(),
            (c, 15) => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect(),
            (c, 14) if !c.is_ascii() => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
            (c, _) => {
                let quoted = serde_json::to_string(&c).unwrap();
                quoted[1..quoted.len() - 1].to_owned()
            }
        };
        format!("{{\"id\": \"a\", \"abstract\": \"{}\"}}", text.chars().zip(choices.iter().cycle()).map(letter).collect::<String>())
    }

    /// Generates choices: all plain, slashes escaped, non-ASCII characters escaped, or any mixture.
    fn choices() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![Just(vec![4]), Just(vec![1]), Just(vec![14]), prop::collection::vec(any::<u8>(), 1..40)]
    }

    /// A link to a repository for each repair and cut that gives one; `bare_doi` gives links to archives.
    const REPAIRED: &[(&str, &str)] = &[
        ("html_entity", "https://github.com/o/n/tree/a&amp;b"),
        ("invisible_character", "https://github.com/o/a\u{200b}b"),
        ("typographic_hyphen", "https://github.com/o/a\u{2011}b"),
        ("latex_escape", "https://github.com/o/a\\_b"),
        ("space_at_slash", "https: //github.com/ o /n"),
        ("space_at_dot", "https://github. com/o/n"),
        ("break_at_hyphen", "https://github.com/o/my- repo."),
        ("lost_underscore", "https://github.com/o/my tool."),
        ("ssh_address", "git@github.com:o/n"),
        ("broken_scheme", "https:/github.com/o/n"),
        ("doubled_slash", "https://github.com//o/n"),
        ("glued_copy", "https://github.com/o/nhttps://o.github.io/n"),
        ("glued_sentence", "https://github.com/o/n.The next one is here."),
        ("glued_word", "https://github.com/o/nOur next one is here."),
        ("glued_number", "https://github.com/o/n.1 We go on."),
        ("trailing_underscore", "https://github.com/o/n_."),
    ];

    #[test]
    fn a_link_that_any_repair_makes_is_not_passed_over() {
        let named: Vec<&str> = REPAIRED.iter().map(|(name, _)| *name).chain(["bare_doi"]).collect();
        let without: Vec<&str> = REPAIR_NAMES.into_iter().filter(|name| !named.contains(name)).collect();
        assert!(without.is_empty(), "no example of {without:?}");
        for (name, text) in REPAIRED {
            let paper = Paper { abstract_text: Some((*text).to_owned()), ..Paper::default() };
            let links = EXTRACTOR.links(&paper);
            assert!(links.iter().any(|link| link.repairs.iter().any(|made| made == name)), "{name}: {links:?}");
            assert!(passes(&json(text, &[4])), "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, max_global_rejects: 40_000, ..ProptestConfig::default() })]

        #[test]
        fn no_record_with_a_repository_is_passed_over(text in text(), choices in choices()) {
            prop_assume!(has_repository(&text));
            let json = json(&text, &choices);
            let read: serde_json::Value = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&read["abstract"], &text);
            prop_assert!(passes(&json), "{}", json);
        }
    }
}
