//! Recognises placeholder links: `github.com/xxxx`, `github.com/TBD`, `github.com/open_upon_acceptance`.

/// The length of the longest word of a placeholder.
const LONGEST: usize = 12;

/// True if a path segment is a placeholder.
pub(super) fn is(segment: &str) -> bool {
    says_nothing(segment).unwrap_or(false)
}

/// True if the segment's words make it a placeholder; `None` if one of them belongs to a name.
fn says_nothing(segment: &str) -> Option<bool> {
    let mut told = false;
    for word in words(segment) {
        told |= telling(word)?;
    }
    Some(told || words(segment).next().is_none() || ["link", "url", "owner"].iter().any(|word| segment.eq_ignore_ascii_case(word)))
}

/// True if an owner before a repository's name is a placeholder: all words must be marks of one, because `anonymous-code/name` is an account.
pub(super) fn is_owner(segment: &str) -> bool {
    words(segment).all(|word| telling(word) == Some(true))
}

fn words(segment: &str) -> impl Iterator<Item = &[u8]> {
    segment.as_bytes().split(|b| matches!(b, b'-' | b'_' | b'.')).filter(|word| !word.is_empty())
}

/// Returns true for a word that marks a placeholder, false for a word that may accompany one; `None` for any other word.
fn telling(word: &[u8]) -> Option<bool> {
    if word.len() >= 2 && word.iter().all(|b| b.eq_ignore_ascii_case(&b'x')) {
        return Some(true);
    }
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    match &*lower {
        b"acceptance" | b"anon" | b"anonymised" | b"anonymized" | b"anonymous" | b"anonymously" | b"blind" | b"blinded" | b"coming" | b"hidden"
        | b"placeholder" | b"publication" | b"redacted" | b"soon" | b"tba" | b"tbd" | b"todo" | b"username" | b"your" | b"yourname" | b"yourusername" => {
            Some(true)
        }
        b"added" | b"after" | b"announced" | b"available" | b"be" | b"code" | b"determined" | b"for" | b"github" | b"here" | b"in" | b"insert" | b"is"
        | b"link" | b"made" | b"name" | b"of" | b"on" | b"open" | b"our" | b"owner" | b"paper" | b"project" | b"public" | b"release" | b"released"
        | b"repo" | b"repository" | b"review" | b"source" | b"the" | b"this" | b"to" | b"until" | b"upon" | b"url" | b"user" | b"will" => Some(false),
        _ => None,
    }
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
