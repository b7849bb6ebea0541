//! Escapes third-party text in published files, so that it is plain text whatever it contains. The text is visible, and on one line, already.

use starcite_core::observation::{OBSERVER_CHARS, is_in_observers_name};

/// Escapes text for Markdown, and for the HTML made of it: no link, no tag, no cell, no formula, no template. GitHub and Hugging Face also make
/// links of bare addresses. GitHub recognizes e-mail addresses even with entities in them, so a comment splits them.
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

/// Returns the name of an observer in Markdown, as code, so that an address is not a link. A question mark replaces characters that such names can't have.
pub(super) fn name(words: &str) -> String {
    let name = words.chars().take(OBSERVER_CHARS).map(|c| if is_in_observers_name(c) { c } else { '?' });
    format!("`{}`", name.collect::<String>())
}

/// Returns text in YAML's double quotes, which are the same as JSON's.
pub(super) fn yaml(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

/// Returns a character as TeX prints it; braces are commands because a reader of .bib files counts the brace of `\{`.
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
