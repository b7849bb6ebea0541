//! Names of authors, as biblatex reads them: `Family, Given` where that is safe, a group in braces, other names unchanged.

use super::tex;
use starcite_core::normal::{is_group, is_suffix};

/// Joins names into a list; `None` if the list has no name.
pub(super) fn list(names: &[String], form: fn(&str) -> String) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| tex::one_line(name)).filter(|name| !name.is_empty()).map(|name| form(&name)).collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

/// Formats the name of a person as a source writes it.
pub(super) fn of_person(name: &str) -> String {
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    if is_group(name) || is_cut(name) || parts.iter().any(|part| part.is_empty()) {
        return of_group(name);
    }
    match parts[..] {
        [name] if !name.contains(' ') => of_group(name),
        [name] => in_order(name),
        [name, suffix] if is_suffix(suffix) => in_order(&format!("{name} {suffix}")),
        [family, given] => inverted(family, None, given),
        [family, suffix, given] if is_suffix(suffix) => inverted(family, Some(suffix), given),
        [family, given, suffix] if is_suffix(suffix) => inverted(family, Some(suffix), given),
        _ => of_group(name),
    }
}

/// Formats a name from a CITATION.cff: a person is `Family, Given` there, so anything else is a group.
pub(super) fn of_citation_file(name: &str) -> String {
    if name.contains(',') { of_person(name) } else { of_group(name) }
}

/// Formats a name that is not split.
pub(super) fn of_group(name: &str) -> String {
    format!("{{{}}}", tex::text(name))
}

fn inverted(family: &str, suffix: Option<&str>, given: &str) -> String {
    let [family, given] = [family, given].map(tex::text);
    suffix.map_or_else(|| format!("{family}, {given}"), |suffix| format!("{family}, {}, {given}", tex::text(suffix)))
}

/// Formats `Given Family`: inverted if there are only initials or a particle between the two.
fn in_order(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let (words, suffix) = match words[..] {
        [ref rest @ .., last] if rest.len() > 1 && is_suffix(last) => (rest, Some(last)),
        _ => (&words[..], None),
    };
    let last = words.len() - 1;
    let family_at = (1..last).find(|at| is_particle(words[*at])).unwrap_or(last);
    let is_safe = family_at > 0 && (1..family_at).all(|at| is_initial(words[at]));
    if is_safe { inverted(&words[family_at..].join(" "), suffix, &words[..family_at].join(" ")) } else { tex::text(name) }
}

fn is_particle(word: &str) -> bool {
    const PARTICLES: &[&str] = &["af", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "la", "le", "ten", "ter", "van", "von", "zu"];
    PARTICLES.contains(&word)
}

/// True for `J.`, `J`, `J.-P.`
fn is_initial(word: &str) -> bool {
    word.split(['.', '-']).all(|part| part.chars().count() <= 1)
}

/// True if TeX's braces or accents span several words: `{van der} X`, `Ale\v s`.
fn is_cut(name: &str) -> bool {
    name.split([' ', ',']).any(|word| !tex::is_balanced(word) || word.chars().rev().nth(1) == Some('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_only_where_that_is_safe() {
        let cases = [
            ("Jonas Gehring", "Gehring, Jonas"),
            ("Yann N. Dauphin", "Dauphin, Yann N."),
            ("Laurens van der Maaten", "van der Maaten, Laurens"),
            ("Gabriel García Márquez", "Gabriel García Márquez"),
            ("Gehring, Jonas", "Gehring, Jonas"),
            ("Gehring,Jonas", "Gehring, Jonas"),
            ("Ale\\v s Nov\\'ak", "{Ale{\\v s} Nov{\\'a}k}"),
            ("J\\\"urgen M\\\"uller", "M{\\\"u}ller, J{\\\"u}rgen"),
            ("Ai Weiwei", "Weiwei, Ai"),
            ("Sammy Davis Jr.", "Davis, Jr., Sammy"),
            ("Sammy Davis, Jr.", "Davis, Jr., Sammy"),
            ("Davis, Sammy, III", "Davis, III, Sammy"),
            ("OpenAI", "{OpenAI}"),
            ("The ATLAS Collaboration", "{The ATLAS Collaboration}"),
            ("Bell and Howell", "{Bell and Howell}"),
            ("王 小明", "{王 小明}"),
            (", x", "{, x}"),
        ];
        for (name, wanted) in cases {
            assert_eq!(of_person(name), wanted);
        }
        assert_eq!(of_citation_file("Hugging Face"), "{Hugging Face}");
        assert_eq!(list(&[" \n".into()], of_person), None);
    }
}
