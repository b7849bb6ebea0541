//! The macros of a .bib file (`@string{nips = "…"}`), known to the entries after them. They are expanded where they are defined, within
//! bounds, so that none can contain itself or more text than a person would write.

use super::braces::{shielded, unshielded};
use biblatex::{RawBibliography, RawChunk, Spanned};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The most bytes of one macro's text, of all that one entry names, and of all of a file together.
const MAX_STRING_BYTES: usize = 64 * 1024;
const MAX_NAMED_BYTES: usize = 128 * 1024;
const MAX_STRINGS_BYTES: usize = 4 * 1024 * 1024;

/// Macros by name, in lower case.
#[derive(Default)]
pub(super) struct Strings {
    texts: HashMap<String, String>,
    bytes: usize,
}

impl Strings {
    /// Stores the macros of a `@string`.
    ///
    /// # Errors
    /// When it is not one; the error says why.
    pub(super) fn define(&mut self, entry: &str) -> Result<(), String> {
        let shielded = shielded(entry);
        let raw = RawBibliography::parse(&shielded).or_else(|_| RawBibliography::parse(entry)).map_err(|error| super::no_bibtex(&error))?;
        for string in &raw.abbreviations {
            let name = string.key.v.to_lowercase();
            let text = expanded(&string.value.v, |name| self.texts.get(&name.to_lowercase()).map(String::as_str));
            let text = text.ok().filter(|text| text.len() <= MAX_STRING_BYTES && self.bytes + name.len() + text.len() <= MAX_STRINGS_BYTES);
            let text = text.ok_or_else(|| format!("the macro {name} stands for more text than is kept: it stays unknown"))?;
            self.bytes += name.len() + text.len();
            self.texts.insert(name, text);
        }
        Ok(())
    }

    /// Returns the macros that an entry names.
    ///
    /// # Errors
    /// When they expand to too much, because each entry carries its own.
    pub(super) fn named_by(&self, entry: &str) -> Result<Map<String, Value>, String> {
        if self.texts.is_empty() {
            return Ok(Map::new());
        }
        let shielded = shielded(entry);
        let raw = RawBibliography::parse(&shielded).or_else(|_| RawBibliography::parse(entry));
        let fields = raw.iter().flat_map(|raw| &raw.entries).flat_map(|entry| &entry.v.fields);
        let names = fields.flat_map(|field| &field.value.v).filter_map(|chunk| match chunk.v {
            RawChunk::Abbreviation(name) => Some(name.to_lowercase()),
            RawChunk::Normal(_) => None,
        });
        let (mut named, mut left) = (Map::new(), MAX_NAMED_BYTES);
        for name in names {
            if let Some(text) = self.texts.get(&name).filter(|_| !named.contains_key(&name)) {
                left = left.checked_sub(text.len()).ok_or_else(|| format!("macros that stand for more than {} KiB", MAX_NAMED_BYTES / 1024))?;
                named.insert(name, text.as_str().into());
            }
        }
        Ok(named)
    }
}

/// The macros of a field expand to more than they may.
pub(super) struct TooLong;

/// Expands the text of a field; an unknown macro is empty, as in BibTeX.
pub(super) fn expanded<'a>(field: &[Spanned<RawChunk<'a>>], string: impl Fn(&'a str) -> Option<&'a str>) -> Result<String, TooLong> {
    let (mut text, mut left) = (String::new(), MAX_STRING_BYTES);
    for chunk in field {
        match chunk.v {
            RawChunk::Normal(value) => text.push_str(&unshielded(value)),
            RawChunk::Abbreviation(name) => {
                let string = string(name).unwrap_or_default();
                left = left.checked_sub(string.len()).ok_or(TooLong)?;
                text.push_str(string);
            }
        }
    }
    Ok(text)
}
