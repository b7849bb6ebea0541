//! Words of others in what is published: mere words, whatever stands in them. They are visible, and on one line, already.

use starcite_core::observation::is_in_observers_name;

/// The longest name of an observer that is written out, in characters.
const NAME_CHARS: usize = 100;

/// Words in Markdown, and in the HTML that it becomes: no link, no tag, no cell, no formula, no template.
pub(super) fn markdown(words: &str) -> String {
    let word = |c| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '$' | '%' => format!("\\{c}"),
        _ => c.to_string(),
    };
    words.chars().map(word).collect()
}

/// The name of an observer in Markdown, as code: an address in it is no link. What no such name has is a question mark.
pub(super) fn name(words: &str) -> String {
    let name = words.chars().take(NAME_CHARS).map(|c| if is_in_observers_name(c) { c } else { '?' });
    format!("`{}`", name.collect::<String>())
}

/// Words in YAML's double quotes, which JSON's are.
pub(super) fn yaml(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

/// A letter as TeX prints it; a reader of .bib files counts the brace of `\{`.
pub(crate) fn tex(c: char) -> String {
    match c {
        '\\' => "\\textbackslash{}".to_owned(),
        '{' => "\\textbraceleft{}".to_owned(),
        '}' => "\\textbraceright{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '$' | '&' | '#' | '%' | '_' => format!("\\{c}"),
        _ => c.to_string(),
    }
}
