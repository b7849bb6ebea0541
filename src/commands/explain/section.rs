//! A part of an explanation.

use starcite_ground::visible;

/// A heading with lines under it. Texts of strangers become visible in it.
pub(super) struct Section {
    text: String,
    lines: usize,
}

impl Section {
    pub(super) fn of(heading: &str) -> Self {
        Self { text: format!("{}\n", visible::line(heading)), lines: 0 }
    }

    /// Takes a text that is ready to print.
    pub(super) fn ready(text: String) -> Self {
        Self { lines: text.lines().count(), text }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text += &format!("  {}\n", visible::line(text.trim_end()));
        self.lines += 1;
    }

    /// Adds a named value, if it is known.
    pub(super) fn value(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.line(&format!("{name:<24} {}", value.to_string()));
        }
    }

    /// Adds a line for each of the first `most` items, and the number of the others.
    pub(super) fn list<T>(&mut self, items: &[T], most: usize, line: impl Fn(&T) -> String) {
        items.iter().take(most).for_each(|item| self.line(&line(item)));
        if items.len() > most {
            self.line(&format!("and {} more", items.len() - most));
        }
    }

    /// Returns the text, if there is a line under the heading.
    pub(super) fn text(self) -> Option<String> {
        (self.lines > 0).then_some(self.text)
    }
}
