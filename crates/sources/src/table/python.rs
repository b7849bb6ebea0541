//! Lists as Python prints them and pandas writes them into a CSV: `['Ada', "O'Brien"]`; NumPy's have no commas.

/// Returns the texts of such a list; `None` if it is not one.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim_start();
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let after = if let Some(after) = ["None", "nan"].iter().find_map(|null| rest.strip_prefix(null)) {
            after
        } else {
            let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
            let (text, after) = quoted(&rest[1..], quote)?;
            texts.push(text);
            after
        };
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    Some(texts)
}

/// Returns the text up to the quote that closes it, and the rest; a quote and a backslash in it follow a backslash.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut said = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => match chars.next()?.1 {
                escaped @ ('\'' | '"' | '\\') => said.push(escaped),
                other => said.extend(['\\', other]),
            },
            _ if char == quote => return Some((said, &text[at + 1..])),
            _ => said.push(char),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_python_and_numpy_print_it() {
        assert_eq!(list(r#"['Ada L.', "O'Brien", 'a \'b\' "c"', 'ü']"#).unwrap(), ["Ada L.", "O'Brien", "a 'b' \"c\"", "ü"]);
        assert_eq!(list("['Ada' 'Alan'\n 'Grace']").unwrap(), ["Ada", "Alan", "Grace"]);
        assert_eq!(list(r"['a\\', 'b\x41']").unwrap(), ["a\\", r"b\x41"]);
        assert_eq!(list("['Ada', None, 'Alan', nan]").unwrap(), ["Ada", "Alan"]);
        for other in ["['Ada', Alan]", "['Ada'", "[Ada; Alan]", "Ada", "['Ada]", "['a\\"] {
            assert_eq!(list(other), None, "{other}");
        }
    }
}
