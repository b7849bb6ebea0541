//! A BibTeX entry: its type, its key, its fields.

use super::tex;
use std::fmt;

/// An entry of a bibliography.
pub(super) struct Entry {
    kind: &'static str,
    key: String,
    fields: Vec<(&'static str, String)>,
}

impl Entry {
    /// Creates an entry of a paper or a repository. The key encodes the id: letters, digits and `:./_-` unchanged, any other byte as
    /// `+` and two hexadecimal digits. So different ids have different keys, and keys stay the same.
    pub(super) fn of(kind: &'static str, id: &str) -> Self {
        let key = id.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'.' | b'/' | b'_' | b'-' => char::from(byte).to_string(),
            other => format!("+{other:02x}"),
        });
        Self { kind, key: key.collect(), fields: Vec::new() }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Adds a field whose value is TeX already.
    pub(super) fn raw(&mut self, name: &'static str, value: Option<String>) {
        self.fields.extend(value.filter(|value| !value.is_empty()).map(|value| (name, value)));
    }

    /// Adds a text.
    pub(super) fn text(&mut self, name: &'static str, value: Option<&str>) {
        self.raw(name, value.map(tex::text));
    }

    /// Adds a title whose capitals no style changes.
    pub(super) fn title(&mut self, value: Option<&str>) {
        let title = value.map(tex::text).filter(|title| !title.is_empty());
        self.raw("title", title.map(|title| format!("{{{title}}}")));
    }

    /// Adds an address or an id, which TeX reads verbatim.
    pub(super) fn verbatim(&mut self, name: &'static str, value: Option<&str>) {
        self.raw(name, value.map(tex::verbatim));
    }

    /// True if the entry has a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| *known == name)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "@{}{{{},", self.kind, self.key)?;
        self.fields.iter().try_for_each(|(name, value)| writeln!(f, "  {name} = {{{value}}},"))?;
        writeln!(f, "}}")
    }
}
