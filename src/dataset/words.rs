//! Words of others in what is published: mere words, whatever stands in them. They are visible, and on one line, already.

use starcite_core::observation::{OBSERVER_CHARS, is_in_observers_name};

/// Words in Markdown, and in the HTML that it becomes: no link, no tag, no cell, no formula, no template. GitHub and Hugging Face make
/// links of bare addresses too. GitHub finds those of e-mail behind entities as well: a comment parts them.
pub(super) fn markdown(words: &str) -> String {
    let word = |(at, c)| match c {
        ':' if words[at..].starts_with("://") => "&#58;".to_owned(),
        '.' if words[..at].to_ascii_lowercase().ends_with("www") => "&#46;".to_owned(),
        '@' => "@<!-- -->".to_owned(),
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '$' | '%' => format!("\\{c}"),
        _ => c.to_string(),
    };
    words.char_indices().map(word).collect()
}

/// The name of an observer in Markdown, as code: an address in it is not a link. What no such name has is a question mark.
pub(super) fn name(words: &str) -> String {
    let name = words.chars().take(OBSERVER_CHARS).map(|c| if is_in_observers_name(c) { c } else { '?' });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_left_of_which_a_page_makes_a_link() {
        assert_eq!(markdown("https://e.org ftp://e www.e.org"), "https&#58;//e.org ftp&#58;//e www&#46;e.org");
        assert_eq!(markdown("WWW.e.org a@e.org mailto:a@e.org"), "WWW&#46;e.org a@<!-- -->e.org mailto:a@<!-- -->e.org");
        assert_eq!(markdown("On A: B. 3.5 vs. c/d"), "On A: B. 3.5 vs. c/d");
    }
}
