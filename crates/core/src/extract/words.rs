//! Distinguishes words of sentences from parts of names.

/// Function words of sentences, which are never the rest of a broken name.
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
/// Words that follow links in sentences, or begin the next one, but also occur in names.
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

/// Words that open sentences and never end a name.
const OPENERS: &[&str] =
    &["Additionally", "Experiments", "Extensive", "Finally", "Furthermore", "However", "It", "Moreover", "Our", "The", "These", "This", "We"];

/// True if a word opens sentences and never ends a name.
pub(super) fn opens_sentence(word: &str) -> bool {
    OPENERS.contains(&word)
}

/// Capitalised words that end names after a full stop.
const ENDINGS: &[&str] = &["Cpp", "Io", "Jax", "Jl", "Js", "Keras", "Net", "Py", "Pytorch", "Tensorflow", "Torch"];

/// True if names end with the word after a full stop.
pub(super) fn ends_names(word: &str) -> bool {
    ENDINGS.contains(&word)
}

/// True if a word belongs to a sentence.
pub(super) fn is_ordinary(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    is_function(word) || CONTENT.contains(&lower.as_str()) || (lower.len() > 4 && lower.ends_with("ly") && lower.bytes().all(|b| b.is_ascii_lowercase()))
}

/// True if the word is a function word.
pub(super) fn is_function(word: &str) -> bool {
    FUNCTION.iter().any(|function| word.eq_ignore_ascii_case(function))
}

/// True if a word has the form of words in sentences: letters only, no capital after the first.
pub(super) fn is_plain(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphabetic()) && word.bytes().skip(1).all(|b| b.is_ascii_lowercase())
}

/// Returns a text in lower case with single spaces, for comparison with phrases, because line breaks can occur anywhere.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    folded
}

/// Appends a text in the same form.
pub(super) fn fold_onto(folded: &mut String, text: &str) {
    if text.is_ascii() {
        return fold_ascii_onto(folded, text);
    }
    for c in text.chars() {
        match c {
            _ if c.is_whitespace() && folded.ends_with(' ') => {}
            _ if c.is_whitespace() => folded.push(' '),
            _ => folded.extend(c.to_lowercase()),
        }
    }
}

/// Appends an ASCII text, word by word; a fast path, because nearly every text is ASCII.
fn fold_ascii_onto(folded: &mut String, text: &str) {
    let begin = folded.len();
    let mut rest = text;
    while let Some(blank) = rest.find(|c: char| c.is_ascii_whitespace() || c == '\u{b}') {
        folded.push_str(&rest[..blank]);
        if !folded.ends_with(' ') {
            folded.push(' ');
        }
        rest = &rest[blank + 1..];
    }
    folded.push_str(rest);
    folded[begin..].make_ascii_lowercase();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_of_a_text_fold_as_the_whole(parts in prop::collection::vec("[ \t\n\r\u{b}\u{c}A-Cé\u{a0}]{0,6}", 0..5)) {
            let mut folded = String::new();
            parts.iter().for_each(|part| fold_onto(&mut folded, part));
            let whole: Vec<char> = parts.concat().chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
            let expected: String = whole.chunk_by(|a, b| *a == ' ' && *b == ' ').map(|run| if run[0] == ' ' { " ".to_owned() } else { run.iter().collect() }).collect();
            prop_assert_eq!(folded, expected.to_lowercase());
        }
    }
}
