//! Words of sentences, as against parts of names.

/// Words that hold sentences together: never the rest of a broken name.
const FUNCTION: &[&str] = &[
    "a",
    "additionally",
    "after",
    "all",
    "along",
    "also",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "before",
    "below",
    "but",
    "by",
    "can",
    "during",
    "each",
    "finally",
    "for",
    "from",
    "furthermore",
    "has",
    "have",
    "here",
    "however",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "like",
    "may",
    "more",
    "moreover",
    "no",
    "not",
    "now",
    "of",
    "on",
    "once",
    "only",
    "or",
    "our",
    "over",
    "please",
    "since",
    "so",
    "soon",
    "such",
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
    "upon",
    "us",
    "via",
    "was",
    "we",
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
/// Words that stand behind links in sentences, or begin the next one, but names hold them too.
const CONTENT: &[&str] = &[
    "abstract",
    "accessed",
    "anonymous",
    "available",
    "benchmark",
    "code",
    "codes",
    "contains",
    "data",
    "dataset",
    "datasets",
    "demo",
    "experiments",
    "extensive",
    "following",
    "found",
    "free",
    "further",
    "github",
    "given",
    "homepage",
    "http",
    "https",
    "includes",
    "including",
    "index",
    "keywords",
    "later",
    "license",
    "link",
    "links",
    "live",
    "model",
    "models",
    "online",
    "open",
    "page",
    "pages",
    "paper",
    "project",
    "provided",
    "provides",
    "public",
    "repo",
    "repositories",
    "repository",
    "respectively",
    "results",
    "see",
    "site",
    "source",
    "supplementary",
    "url",
    "urls",
    "use",
    "using",
    "version",
    "video",
    "videos",
    "visit",
    "warning",
    "webpage",
    "website",
    "websites",
];

/// Words that open sentences and that no name ends with.
const OPENERS: &[&str] =
    &["Additionally", "Experiments", "Extensive", "Finally", "Furthermore", "However", "It", "Moreover", "Our", "The", "These", "This", "We"];

/// Whether a word opens sentences, and ends no name.
pub(super) fn opens_sentence(word: &str) -> bool {
    OPENERS.contains(&word)
}

/// Capitalised words that names end with behind a full stop.
const ENDINGS: &[&str] = &["Cpp", "Io", "Jax", "Jl", "Js", "Keras", "Net", "Py", "Pytorch", "Tensorflow", "Torch"];

/// Whether names end with the word behind a full stop.
pub(super) fn ends_names(word: &str) -> bool {
    ENDINGS.contains(&word)
}

/// Whether a word belongs to a sentence.
pub(super) fn is_ordinary(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    is_function(word) || CONTENT.contains(&lower.as_str()) || (lower.len() > 4 && lower.ends_with("ly") && lower.bytes().all(|b| b.is_ascii_lowercase()))
}

/// Whether a word holds sentences together.
pub(super) fn is_function(word: &str) -> bool {
    FUNCTION.iter().any(|function| word.eq_ignore_ascii_case(function))
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
