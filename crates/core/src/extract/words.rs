//! Words of sentences, as against parts of names.

/// Words that stand behind a link in a sentence, or begin the next one: never the rest of a broken name.
const ORDINARY: &[&str] = &[
    "a",
    "abstract",
    "accessed",
    "additionally",
    "after",
    "all",
    "along",
    "also",
    "an",
    "and",
    "anonymous",
    "any",
    "are",
    "as",
    "at",
    "available",
    "be",
    "before",
    "below",
    "benchmark",
    "but",
    "by",
    "can",
    "code",
    "codes",
    "contains",
    "data",
    "dataset",
    "datasets",
    "demo",
    "during",
    "each",
    "experiments",
    "extensive",
    "finally",
    "following",
    "for",
    "found",
    "free",
    "from",
    "further",
    "furthermore",
    "github",
    "given",
    "has",
    "have",
    "here",
    "homepage",
    "however",
    "https",
    "http",
    "if",
    "in",
    "includes",
    "including",
    "index",
    "into",
    "is",
    "it",
    "its",
    "keywords",
    "later",
    "license",
    "like",
    "link",
    "live",
    "may",
    "model",
    "models",
    "moreover",
    "more",
    "no",
    "not",
    "now",
    "of",
    "on",
    "once",
    "online",
    "only",
    "open",
    "or",
    "our",
    "over",
    "page",
    "paper",
    "please",
    "project",
    "provided",
    "provides",
    "public",
    "repo",
    "repository",
    "respectively",
    "results",
    "see",
    "since",
    "site",
    "so",
    "soon",
    "source",
    "such",
    "supplementary",
    "that",
    "the",
    "their",
    "there",
    "therefore",
    "these",
    "they",
    "this",
    "those",
    "through",
    "to",
    "together",
    "under",
    "until",
    "url",
    "urls",
    "upon",
    "us",
    "use",
    "using",
    "version",
    "via",
    "video",
    "videos",
    "visit",
    "warning",
    "was",
    "we",
    "webpage",
    "website",
    "well",
    "were",
    "when",
    "where",
    "which",
    "while",
    "who",
    "will",
    "with",
    "within",
    "without",
    "you",
    "your",
];

/// Words that open sentences and that no name ends with.
const OPENERS: &[&str] =
    &["Additionally", "Experiments", "Extensive", "Finally", "Furthermore", "However", "It", "Moreover", "Our", "The", "These", "This", "We"];

/// Whether a word opens sentences, and ends no name.
pub(super) fn opens_sentence(word: &str) -> bool {
    OPENERS.contains(&word)
}

/// Whether a word belongs to a sentence.
pub(super) fn is_ordinary(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    ORDINARY.contains(&lower.as_str()) || (lower.len() > 4 && lower.ends_with("ly") && lower.bytes().all(|b| b.is_ascii_lowercase()))
}

/// Whether a word is written as words of sentences are: letters only, no capital behind the first.
pub(super) fn is_plain(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphabetic()) && word.bytes().skip(1).all(|b| b.is_ascii_lowercase())
}

/// A text in lower case with single spaces, as phrases are compared: line breaks stand anywhere.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut blank_before = false;
    for c in text.chars() {
        let is_blank = c.is_whitespace();
        match c {
            _ if is_blank && blank_before => {}
            _ if is_blank => folded.push(' '),
            _ if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            _ => folded.extend(c.to_lowercase()),
        }
        blank_before = is_blank;
    }
    folded
}
