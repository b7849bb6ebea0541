//! Links that were never filled in: `github.com/xxxx`, `github.com/TBD`, `github.com/open_upon_acceptance`.

/// Words of which a placeholder is made; one of them is enough only if it is in [`TELLING`].
const FILLING: &[&str] = &[
    "acceptance",
    "added",
    "after",
    "announced",
    "available",
    "be",
    "code",
    "determined",
    "for",
    "github",
    "here",
    "in",
    "insert",
    "is",
    "link",
    "made",
    "name",
    "of",
    "on",
    "open",
    "our",
    "owner",
    "paper",
    "project",
    "public",
    "publication",
    "release",
    "released",
    "repo",
    "repository",
    "review",
    "source",
    "the",
    "this",
    "to",
    "until",
    "upon",
    "url",
    "user",
    "will",
    "your",
];
const TELLING: &[&str] = &[
    "acceptance",
    "anon",
    "anonymised",
    "anonymized",
    "anonymous",
    "anonymously",
    "blind",
    "blinded",
    "coming",
    "hidden",
    "placeholder",
    "publication",
    "redacted",
    "soon",
    "tba",
    "tbd",
    "todo",
    "username",
    "your",
    "yourname",
    "yourusername",
];

/// Whether an owner's name before a repository's is made of nothing but words for what is not known: `xxxx`, `your-username`.
/// With a name behind it `anonymous-code` is an account.
pub(super) fn is_owner(segment: &str) -> bool {
    is(segment) && segment.to_ascii_lowercase().split(['-', '_']).all(|word| is_cross(word) || TELLING.contains(&word))
}

fn is_cross(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|b| b == b'x')
}

/// Whether a path segment stands for one that is not known yet.
pub(super) fn is(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    let mut words = lower.split(['-', '_', '.', ' ']).filter(|word| !word.is_empty()).peekable();
    if words.peek().is_none() {
        return true; // nothing but signs
    }
    let mut told = ["link", "url", "owner"].contains(&lower.as_str());
    for word in words {
        let telling = is_cross(word) || TELLING.contains(&word);
        if !telling && !FILLING.contains(&word) {
            return false;
        }
        told |= telling;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_filled_in_is_told_from_names() {
        for segment in
            ["xxxx", "XX", "TBD", "...", "open_upon_acceptance", "anonymized-link", "your-username", "coming-soon", "to-be-released-upon-publication"]
        {
            assert!(is(segment), "{segment}");
        }
        for segment in ["x", "code", "paper-code", "open-source", "anonymous-walk-embeddings", "todo-list", "xxhash", "user", "release", "project"] {
            assert!(!is(segment), "{segment}");
        }
    }
}
