//! Texts in CSV cells that a spreadsheet would run as formulas: a leading apostrophe makes them text
//! (OWASP, <https://owasp.org/www-community/attacks/CSV_Injection>).

use std::borrow::Cow;

/// Puts an apostrophe before a text that would be a formula.
pub fn defused(text: &str) -> Cow<'_, str> {
    if is_formula(text) { format!("'{text}").into() } else { text.into() }
}

/// Removes the apostrophe that [`defused`] has put before a text.
pub fn restored(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_formula(text)).unwrap_or(cell)
}

/// True if a text begins a formula, also after apostrophes, whitespace and invisible characters, because some programs drop these.
fn is_formula(text: &str) -> bool {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n');
    let is_dropped = |c: char| c == '\'' || c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}');
    text.chars().find(|c| begins(*c) || !is_dropped(*c)).is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_becomes_text_and_other_texts_stay() {
        for formula in ["=1", "+1", "-1", "@a", "\ta", "\ra", "\n=1", "＝1", " =1", "'=1", "''-1", "\u{a0}=1", "\u{feff}=1", "' \0+"] {
            assert_eq!((defused(formula), restored(&format!("'{formula}"))), (format!("'{formula}").into(), formula));
        }
        for text in ["", "'", "a=1", "'quoted'", "1-2", " a", "''", "[\"=1\"]", "–1"] {
            assert_eq!((defused(text), restored(text)), (text.into(), text));
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_formula_once_defused_and_each_comes_back(text in "['=+@ \t\r\n\u{feff}a-]{0,6}|\\PC*") {
            let cell = defused(&text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', ' ', '＝', '＋', '－', '＠']) || *cell == text && !is_formula(&text));
            prop_assert_eq!(restored(&cell), &text);
        }
    }
}
