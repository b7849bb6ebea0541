//! `[[digest]]`: what is mailed about a week, to whom.

use super::mail::{Line, Person};
use super::suppress::Author;
use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use starcite_core::ChangeKind;
use starcite_core::availability::Tier;
use starcite_core::normal::words;
use starcite_ground::interrupt::waiting;
use starcite_ground::url::Url;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Papers that a digest lists, unless the pipeline says how many.
const PAPERS: u16 = 25;

/// The changes that a digest tells, unless the pipeline names others.
const CHANGES: [ChangeKind; 2] = [ChangeKind::CodeAppeared, ChangeKind::LinkBroken];

/// The longest address of a page to leave a list at: its header stays on one line.
const LONGEST_URL: usize = 400;

/// Placeholder for the recipient's address in `unsubscribe_url`.
pub(crate) const RECIPIENT: &str = "{recipient}";

/// A digest, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DigestEntry {
    name: Name,
    #[serde(default)]
    categories: Vec<Line>,
    #[serde(default)]
    keywords: Vec<Keyword>,
    #[serde(default)]
    authors: Vec<Author>,
    tiers: Option<Vec<Tier>>,
    changes: Option<Vec<ChangeKind>>,
    papers: Option<u16>,
    from: Option<Person>,
    to: Option<To>,
    subject: Option<Line>,
    template: Option<PathBuf>,
    text_template: Option<PathBuf>,
    unsubscribe: Option<Person>,
    unsubscribe_url: Option<UnsubscribeUrl>,
}

/// A digest: which papers, to whom, in which form.
#[derive(Debug, Clone)]
pub(crate) struct DigestPlan {
    pub(crate) name: String,
    pub(crate) filter: Filter,
    /// The most papers of a section.
    pub(crate) papers: usize,
    pub(crate) from: Option<Person>,
    to: Option<To>,
    /// The template of the subject.
    pub(crate) subject: Option<String>,
    /// The template of the HTML part.
    pub(crate) template: Option<PathBuf>,
    /// The template of the plain text.
    pub(crate) text_template: Option<PathBuf>,
    /// The address that takes wishes to leave; else they go to `from`.
    pub(crate) unsubscribe: Option<Person>,
    /// The page that takes such wishes by a POST (RFC 8058).
    pub(crate) unsubscribe_url: Option<String>,
}

/// The papers that a digest is about: of each list that is not empty, one must be of the paper.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) categories: Vec<String>,
    pub(crate) keywords: Vec<Keyword>,
    /// Keys of names.
    pub(crate) authors: Vec<String>,
    pub(crate) tiers: Option<Vec<Tier>>,
    pub(crate) changes: Vec<ChangeKind>,
}

/// The name of a digest: part of file names and headers.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let is_right = (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if is_right && !name.starts_with('-') { Ok(Self(name)) } else { Err("a digest's name is of a-z, 0-9 and hyphens, at most 40".to_owned()) }
    }
}

/// Words that a title or an abstract must have in this order, without regard to case and accents.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Keyword {
    /// The words, with a space before them.
    words: String,
    /// True if the last word may go on.
    is_beginning: bool,
}

impl TryFrom<String> for Keyword {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (text, is_beginning) = text.strip_suffix('*').map_or((text.as_str(), false), |text| (text, true));
        let words = words(text);
        if words.is_empty() || text.contains('*') {
            return Err("a keyword is one word or more; a * at its end stands for the rest of the last word".to_owned());
        }
        Ok(Self { words: format!(" {words}"), is_beginning })
    }
}

impl Keyword {
    /// True if the words of a text, with a space before and behind them, hold the keyword.
    pub(crate) fn is_in(&self, words: &str) -> bool {
        let mut ends = words.match_indices(&self.words).map(|(at, found)| at + found.len());
        if self.is_beginning { ends.next().is_some() } else { ends.any(|end| words[end..].starts_with(' ')) }
    }
}

/// The recipients: a list, or a file with an address a line.
#[derive(Debug, Clone)]
enum To {
    List(Vec<Person>),
    File(PathBuf),
}

impl<'de> Deserialize<'de> for To {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = To;

            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("a list of addresses, or the path of a file with one a line")
            }

            fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<To, E> {
                if path.contains('@') && !path.contains('/') {
                    return Err(E::custom(format!("to is a list of addresses, or a file: write [{path:?}]")));
                }
                Ok(To::File(path.into()))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<To, A::Error> {
                let mut people = Vec::new();
                while let Some(person) = list.next_element()? {
                    people.push(person);
                }
                Ok(To::List(people))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// The address of a page that takes wishes to leave.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct UnsubscribeUrl(String);

impl TryFrom<String> for UnsubscribeUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_right = Url::parse(&text.replace(RECIPIENT, "a")).is_ok_and(|url| url.scheme() == "https" && url.has_host() && url.username().is_empty());
        let is_plain = text.len() <= LONGEST_URL && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,\"".contains(&byte));
        if is_right && is_plain {
            return Ok(Self(text));
        }
        Err(format!("unsubscribe_url is not an https address of at most {LONGEST_URL} characters; {RECIPIENT} in it stands for the address of the recipient"))
    }
}

impl DigestEntry {
    /// Returns the plan; paths are relative to `base`.
    pub(super) fn plan(self, base: &Path) -> DigestPlan {
        let within = |path: PathBuf| base.join(path);
        let lines = |lines: Vec<Line>| lines.into_iter().map(|line| line.0).collect();
        DigestPlan {
            name: self.name.0,
            filter: Filter {
                categories: lines(self.categories),
                keywords: self.keywords,
                authors: self.authors.into_iter().map(|author| author.0).collect(),
                tiers: self.tiers,
                changes: self.changes.unwrap_or_else(|| CHANGES.to_vec()),
            },
            papers: usize::from(self.papers.unwrap_or(PAPERS)),
            from: self.from,
            to: self.to.map(|to| if let To::File(path) = to { To::File(within(path)) } else { to }),
            subject: self.subject.map(|subject| subject.0),
            template: self.template.map(within),
            text_template: self.text_template.map(within),
            unsubscribe: self.unsubscribe,
            unsubscribe_url: self.unsubscribe_url.map(|url| url.0),
        }
    }
}

impl DigestPlan {
    /// Returns the recipients, each once, in their order.
    ///
    /// # Errors
    /// When there is none, or a line of their file is not an address.
    pub(crate) fn recipients(&self) -> Result<Vec<Person>> {
        let mut people = match &self.to {
            None => bail!("the digest {} has no recipients: name them in to, as a list or as a file", self.name),
            Some(To::List(people)) => people.clone(),
            Some(To::File(path)) => in_file(path)?,
        };
        let mut seen = HashSet::new();
        people.retain(|person| seen.insert(person.key()));
        if people.is_empty() {
            bail!("the digest {} has no recipients: its list is empty", self.name);
        }
        Ok(people)
    }
}

/// Reads a file with an address a line; empty lines and those that begin with # do not count.
fn in_file(path: &Path) -> Result<Vec<Person>> {
    let bytes = waiting(|| std::fs::read(path)).with_context(|| format!("cannot read the recipients from {}: check to", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        anyhow!("{}, line {line}: it is not UTF-8: save the file as UTF-8", path.display())
    })?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
    let addresses = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    addresses.map(|(at, line)| Person::read(line).map_err(|why| anyhow!("{}, line {}: {why}", path.display(), at + 1))).collect()
}

#[cfg(test)]
impl DigestPlan {
    /// Returns the plan of a section's keys.
    pub(crate) fn made(keys: &str) -> Self {
        toml::from_str::<DigestEntry>(&format!("name = \"vision\"\nfrom = \"Starcite <me@example.org>\"\n{keys}")).unwrap().plan(Path::new(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(keyword: &str, text: &str) -> bool {
        Keyword::try_from(keyword.to_owned()).unwrap().is_in(&format!(" {} ", words(text)))
    }

    #[test]
    fn a_keyword_is_whole_words_or_their_beginning() {
        assert!(is_in("LLM", "An LLM, of course") && is_in("graph neural", "A Graph-Neural thing") && is_in("m\u{fc}ller", "Muller"));
        assert!(!is_in("art", "artificial") && !is_in("graph neural", "graph of neural"));
        assert!(is_in("diffus*", "Diffusion") && !is_in("diffus*", "a rediffusion"));
        for wrong in ["", "*", " ", "a*b"] {
            assert!(Keyword::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_of_recipients_is_read_line_by_line_and_each_counts_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "\u{feff}# readers\r\n\r\na@example.org\r\nAda <A@Example.org>\nb@example.org\n").unwrap();
        let people = in_file(file.path()).unwrap();
        assert_eq!(people.iter().map(Person::key).collect::<Vec<_>>(), ["a@example.org", "a@example.org", "b@example.org"]);
        std::fs::write(file.path(), "a@example.org\n\nnobody\n").unwrap();
        assert!(in_file(file.path()).unwrap_err().to_string().contains("line 3: it is not an address"));
        std::fs::write(file.path(), b"a@example.org\nJ\xf6rg <j@example.org>\n").unwrap();
        assert!(in_file(file.path()).unwrap_err().to_string().contains("line 2: it is not UTF-8"));
    }
}
