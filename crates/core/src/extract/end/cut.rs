//! Finds text that is glued to the end of a link.

use crate::extract::words;

/// A kind of glued text: returns how many bytes of the last segment do not belong to the link. `after` is the text after the link.
type Cut = fn(segment: &str, after: &str) -> Option<usize>;
const CUTS: &[(&str, Cut)] =
    &[("trailing_underscore", trailing_underscore), ("glued_sentence", glued_sentence), ("glued_word", glued_word), ("glued_number", glued_number)];

/// Returns the kind of text that is glued to the path of a link, and its length in bytes.
pub(super) fn of(path: &str, after: &str) -> Option<(&'static str, usize)> {
    let goes_on = after.is_empty() || after.starts_with([' ', '\n', ':']);
    if !goes_on && !path.ends_with(['_', '\\']) {
        return None;
    }
    let segment = &path[path.bytes().rposition(|b| b == b'/')? + 1..];
    CUTS.iter().find_map(|(name, cut)| cut(segment, after).map(|bytes| (*name, bytes)))
}

/// True if the segment ends with the beginning of the sentence that continues after it.
pub(super) fn begins_next_sentence(segment: &str, after: &str) -> bool {
    glued_sentence(segment, after).or_else(|| glued_word(segment, after)).is_some()
}

/// Splits a segment at its last full stop.
fn last_dot(segment: &str) -> Option<(&str, &str)> {
    let at = segment.bytes().rposition(|b| b == b'.')?;
    Some((&segment[..at], &segment[at + 1..]))
}

/// Finds `…/name_`: emphasis, or part of a macro.
fn trailing_underscore(segment: &str, _: &str) -> Option<usize> {
    let kept = segment.trim_end_matches(['_', '\\']);
    (kept.len() < segment.len()).then_some(segment.len() - kept.len())
}

/// Finds `…/name.The next sentence`: a capitalised word after a full stop that begins the next sentence.
fn glued_sentence(segment: &str, after: &str) -> Option<usize> {
    let goes_on = after.strip_prefix([' ', '\n', ':']).map(str::trim_start)?;
    let (name, word) = last_dot(segment)?;
    let opens = words::is_ordinary(word) || goes_on.starts_with(|c: char| c.is_ascii_lowercase());
    let capitalised = words::is_plain(word) && word.starts_with(|c: char| c.is_ascii_uppercase());
    (!name.is_empty() && capitalised && opens && !words::ends_names(word)).then_some(word.len() + 1)
}

/// Finds `…/nameThe next sentence`: a word that opens sentences and never ends a name, after a small letter or a digit.
fn glued_word(segment: &str, after: &str) -> Option<usize> {
    let goes_on = after.strip_prefix([' ', '\n']).filter(|after| after.trim_start().starts_with(|c: char| c.is_ascii_lowercase()));
    let (name, word) = goes_on.and_then(|_| Some(segment.split_at(segment.bytes().rposition(|b| b.is_ascii_uppercase())?)))?;
    let behind_a_name = name.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    (behind_a_name && words::opens_sentence(word)).then_some(word.len())
}

/// Finds `…/name.1`: the number of a footnote.
fn glued_number(segment: &str, after: &str) -> Option<usize> {
    let (name, number) = last_dot(segment)?;
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let behind_a_word = name.ends_with(|c: char| c.is_ascii_alphabetic());
    (is_number && behind_a_word && after.starts_with([' ', '\n'])).then_some(number.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::repair;

    #[test]
    fn each_cut_takes_off_its_own_and_nothing_else() {
        for (path, after, name, glued) in [
            ("/o/n_", ".", "trailing_underscore", "_"),
            ("/o/n.The", " code is", "glued_sentence", ".The"),
            ("/o/n.Warning", ": this", "glued_sentence", ".Warning"),
            ("/o/nOur", "\ncode", "glued_word", "Our"),
            ("/o/n.1", " We", "glued_number", ".1"),
        ] {
            assert_eq!(of(path, after), Some((name, glued.len())), "{path}");
            assert!(repair::confidence(name) < 1.0, "{name} has a confidence of its own");
        }
    }

    #[test]
    fn what_belongs_to_a_name_stays() {
        for (path, after) in [
            ("/o/n.The", "."),
            ("/o/H.Feature", ""),
            ("/o/CatCode", " is"),
            ("/o/n.Pytorch", " code"),
            ("/o/n2.5", " and"),
            ("/o/n.1", "."),
            ("/o/n", " The"),
            ("", " The"),
        ] {
            assert_eq!(of(path, after), None, "{path}");
        }
    }
}
