//! The names in an `author` field.

use biblatex::{Chunk, ChunksExt, Person, Spanned};

/// Returns names in their natural order; `decoded` is the text with its LaTeX decoded, if that is possible.
pub(super) fn names(text: &str, decoded: Option<&[Spanned<Chunk>]>) -> Vec<String> {
    let plain = decoded.map_or_else(|| text.to_owned(), ChunksExt::format_verbatim);
    if let Some(names) = between_commas(&plain) {
        return names;
    }
    let persons = decoded.and_then(|chunks| chunks.parse::<Vec<Person>>().ok());
    let names: Vec<String> = match persons {
        Some(persons) => persons.iter().map(name).collect(),
        None => plain.split(" and ").map(|name| name.trim().to_owned()).collect(),
    };
    names.into_iter().filter(|name| !name.is_empty() && name != "others").collect()
}

fn name(person: &Person) -> String {
    let parts = [&person.given_name, &person.prefix, &person.name, &person.suffix].map(|part| part.trim());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Splits `Ann One, Bob Two, Cem Three`, which is not BibTeX but common: three names or more, each of two words at least, and no `and`.
fn between_commas(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let are_whole = names.iter().all(|name| name.contains(' '));
    (names.len() > 2 && are_whole && !text.contains(" and ")).then_some(names)
}
