//! The list of repairs: each repairs one kind of damage in the text of a link.

use super::{latex, scheme};
use std::borrow::Cow;

/// One kind of repair.
struct Repair {
    name: &'static str,
    /// Returns the repaired text; `None` if there is nothing to repair.
    mend: fn(&str) -> Option<String>,
    /// The share of repaired links that are right, measured on hand-read abstracts (docs/LINKS.md).
    confidence: f64,
}

const fn repair(name: &'static str, mend: fn(&str) -> Option<String>, confidence: f64) -> Repair {
    Repair { name, mend, confidence }
}

/// The repairs, in the order in which they are made.
const REPAIRS: &[Repair] = &[
    repair("html_entity", html_entity, 1.0),
    repair("invisible_character", invisible_character, 0.99),
    repair("typographic_hyphen", typographic_hyphen, 0.98),
    repair("latex_escape", latex_escape, 1.0),
    repair("space_at_slash", space_at_slash, 0.99),
    repair("space_at_dot", space_at_dot, 0.99),
    repair("break_at_hyphen", break_at_hyphen, 0.96),
    repair("lost_underscore", lost_underscore, 0.75),
    repair("bare_doi", bare_doi, 1.0),
    repair("ssh_address", ssh_address, 1.0),
    repair("broken_scheme", broken_scheme, 0.99),
    repair("doubled_slash", doubled_slash, 0.99),
];

/// Returns the text of a link with all repairs, and the names of the repairs made.
pub(super) fn mend(raw: &str) -> (Cow<'_, str>, Vec<&'static str>) {
    let mut text = Cow::Borrowed(raw);
    let mut made = Vec::new();
    for repair in REPAIRS {
        if let Some(mended) = (repair.mend)(&text) {
            text = mended.into();
            made.push(repair.name);
        }
    }
    (text, made)
}

/// The kinds of cuts at a link's end (`end/cut.rs`, and `end/walk.rs` for a copy of the link), and the share of the cut links that are right.
const CUTS: &[(&str, f64)] = &[("glued_copy", 0.98), ("glued_sentence", 0.9), ("glued_word", 0.9), ("glued_number", 0.8), ("trailing_underscore", 0.9)];

/// Returns the share of links with this repair or cut that are right.
pub(super) fn confidence(name: &str) -> f64 {
    let made = REPAIRS.iter().map(|repair| (repair.name, repair.confidence));
    made.chain(CUTS.iter().copied()).find(|(known, _)| *known == name).map_or(1.0, |(_, confidence)| confidence)
}

/// The names of all repairs and cuts, for `starcite schema`.
pub const REPAIR_NAMES: [&str; REPAIRS.len() + CUTS.len()] = {
    let mut names = [""; REPAIRS.len() + CUTS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = if at < REPAIRS.len() { REPAIRS[at].name } else { CUTS[at - REPAIRS.len()].0 };
        at += 1;
    }
    names
};

/// True for characters that nobody sees: soft hyphen, zero-width space, joiners, marks of direction, word joiner, byte-order mark (Unicode's
/// `Default_Ignorable_Code_Point`, without what text in Latin letters never has).
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// True for the typographic forms of `-`, which no name has: hyphens, figure dash, en dash, minus, small and full-width hyphen. An em dash separates
/// parts of a sentence.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2013}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// Replaces `&amp;` by `&`.
fn html_entity(text: &str) -> Option<String> {
    (text.contains('&') && text.contains("&amp;")).then(|| text.replace("&amp;", "&"))
}

fn invisible_character(text: &str) -> Option<String> {
    (!text.is_ascii() && text.contains(is_invisible)).then(|| text.replace(is_invisible, ""))
}

fn typographic_hyphen(text: &str) -> Option<String> {
    (!text.is_ascii() && text.contains(is_hyphen)).then(|| text.replace(is_hyphen, "-"))
}

/// Replaces `\_` by `_` and `$\sim$` by `~`: the other characters are LaTeX syntax.
fn latex_escape(text: &str) -> Option<String> {
    latex::undone(text)
}

/// Joins `https: //github.com/ owner` to `https://github.com/owner`.
fn space_at_slash(text: &str) -> Option<String> {
    join(text, |left, right| left.ends_with('/') || right.starts_with('/') || left.ends_with(':') || right.starts_with(':'), "")
}

/// Joins `github. com` to `github.com`.
fn space_at_dot(text: &str) -> Option<String> {
    join(text, |left, right| left.ends_with('.') || right.starts_with('.'), "")
}

/// Joins `name-with- hyphens` to `name-with-hyphens`.
fn break_at_hyphen(text: &str) -> Option<String> {
    join(text, |left, _| left.ends_with(['-', '_']), "")
}

/// Joins `lost underscore` to `lost_underscore`.
fn lost_underscore(text: &str) -> Option<String> {
    join(text, |_, _| true, "_")
}

/// Replaces by `glue` each run of whitespace at which `here` is true; `None` if there is none.
pub(super) fn join(text: &str, here: fn(&str, &str) -> bool, glue: &str) -> Option<String> {
    if !text.bytes().any(|b| b.is_ascii_whitespace()) {
        return None;
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = rest.find(|c: char| c.is_ascii_whitespace()) {
        let (left, behind) = rest.split_at(at);
        let right = behind.trim_ascii_start();
        joined.push_str(left);
        let joins = here(&joined, right);
        joined.push_str(if joins { glue } else { &behind[..behind.len() - right.len()] });
        changed |= joins;
        rest = right;
    }
    joined.push_str(rest);
    changed.then_some(joined)
}

/// Completes `10.5281/zenodo.1` to `https://doi.org/10.5281/zenodo.1`.
fn bare_doi(text: &str) -> Option<String> {
    text.starts_with("10.").then(|| format!("https://doi.org/{text}"))
}

/// Converts `git@host:owner/name` to `ssh://host/owner/name`.
fn ssh_address(text: &str) -> Option<String> {
    let rest = text.strip_prefix("git@").or_else(|| text.strip_prefix("ssh://git@"))?;
    Some(format!("ssh://{}", rest.replacen(':', "/", 1)))
}

/// Converts `https//host`, `https:/host`, `htps://host` and `//host` to `https://host`.
fn broken_scheme(text: &str) -> Option<String> {
    match scheme::strip(text) {
        Some((address, false)) => Some(format!("https://{address}")),
        _ => None,
    }
}

/// Converts `github.com//owner` to `github.com/owner`.
fn doubled_slash(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(s, r)| (s, r));
    let doubled = rest.split(['?', '#']).next()?.contains("//");
    let separator = if scheme.is_empty() { "" } else { "://" };
    doubled.then(|| format!("{scheme}{separator}{}", rest.split('/').filter(|s| !s.is_empty()).collect::<Vec<_>>().join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_repair_mends_its_own_damage_and_nothing_else() {
        for (name, damaged, mended) in [
            ("html_entity", "https://a.org/?b=1&amp;c=2", "https://a.org/?b=1&c=2"),
            ("invisible_character", "https://a.org/b\u{200b}c", "https://a.org/bc"),
            ("invisible_character", "https://a.org/b\u{200e}c\u{fe0f}", "https://a.org/bc"),
            ("typographic_hyphen", "https://a.org/b\u{2011}c", "https://a.org/b-c"),
            ("typographic_hyphen", "https://a.org/b\u{2013}c\u{2212}d\u{ff0d}e", "https://a.org/b-c-d-e"),
            ("latex_escape", r"https://a.org/b\_c{\_}d", "https://a.org/b_c_d"),
            ("latex_escape", r"https://a.org/$\sim$b", "https://a.org/~b"),
            ("space_at_slash", "https: //github.com/ o /n", "https://github.com/o/n"),
            ("space_at_dot", "https://github. com/o/n", "https://github.com/o/n"),
            ("break_at_hyphen", "https://github.com/o/a- b_\nc", "https://github.com/o/a-b_c"),
            ("lost_underscore", "https://github.com/o/a b", "https://github.com/o/a_b"),
            ("bare_doi", "10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1"),
            ("ssh_address", "git@github.com:o/n", "ssh://github.com/o/n"),
            ("broken_scheme", "htps:/a.org", "https://a.org"),
            ("doubled_slash", "https://github.com//o/n", "https://github.com/o/n"),
        ] {
            assert_eq!(mend(damaged), (mended.into(), vec![name]), "{damaged}");
            assert_eq!(mend(mended).0, mended);
        }
    }

    #[test]
    fn what_is_whole_is_left_alone() {
        for whole in ["https://a.org/b_c-d?x=1#y", "github.com/o/n", "ssh://github.com/o/n", "http://a.org:8080/~u"] {
            assert_eq!(mend(whole), (whole.into(), vec![]));
        }
    }
}
