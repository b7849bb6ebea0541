//! Makes third-party text visible: titles, names of files, messages of hosts. Terminals and readers obey some characters in them;
//! these are shown as escapes in the form of a string literal: `\u{1b}`.

use std::borrow::Cow;

/// Returns a text as one line, without characters that are obeyed.
pub fn line(text: &str) -> Cow<'_, str> {
    shown(text, |_| false)
}

/// Returns a text with its line breaks and tabs, without other characters that are obeyed.
pub fn lines(text: &str) -> Cow<'_, str> {
    shown(text, |c| matches!(c, '\n' | '\t'))
}

/// Returns lines of JSON with the same values, without characters that are obeyed: those are written as JSON's own escapes.
pub fn json(lines: &str) -> Cow<'_, str> {
    let is_shown = |c: char| c != '\n' && is_obeyed(c);
    if lines.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) || !lines.contains(is_shown) {
        return lines.into();
    }
    let mut safe = String::new();
    for c in lines.chars() {
        if is_shown(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| safe.push_str(&format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe.into()
}

fn shown(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Most texts are plain ASCII, which is faster to see byte by byte.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.into();
    }
    let is_shown = |c: char| is_obeyed(c) && !stays(c);
    if !text.contains(is_shown) {
        return text.into();
    }
    let mut safe = String::new();
    for c in text.chars() {
        if is_shown(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    safe.into()
}

/// True for characters that affect the text around them or are invisible: control characters, marks of right-to-left order (UAX #9), line and paragraph
/// separators, invisible letters, tags, and noncharacters. The joiners that scripts need (U+200C, U+200D) are not
/// among them.
fn is_obeyed(c: char) -> bool {
    if matches!(c, ' '..='~') {
        return false; // most characters of most texts
    }
    c.is_control()
        || u32::from(c) & 0xfffe == 0xfffe
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}')
        || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_obeys_is_shown_and_scripts_stay_as_they_are() {
        let scripts = "Ångström – 深度学习, שלום, کتاب‌ها, नमस्ते, 👩‍🔬 ❤\u{fe0f} e\u{301}";
        assert!(matches!(line(scripts), Cow::Borrowed(text) if text == scripts));
        assert_eq!(line("\u{1b}[2J\u{9b}1m\r\na\tb\u{202e}\u{e0041}\u{7f}"), "\\u{1b}[2J\\u{9b}1m\\r\\na\\tb\\u{202e}\\u{e0041}\\u{7f}");
        assert_eq!(line("a\u{ad}\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{3164}\u{ffa0}"), r"a\u{ad}\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{3164}\u{ffa0}");
        assert_eq!(lines("\u{1b}a\r\n\tb\n"), "\\u{1b}a\\r\n\tb\n");
    }

    proptest! {
        #[test]
        fn nothing_that_is_obeyed_is_left_in_any_text(text in "\\PC*|.*|[\u{0}-\u{ff}\u{2000}-\u{2070}\u{e0000}-\u{e00ff}]*") {
            prop_assert!(!line(&text).contains(is_obeyed));
            prop_assert!(!lines(&text).contains(|c: char| is_obeyed(c) && c != '\n' && c != '\t'));
            let value = serde_json::json!([text]);
            let shown = json(&value.to_string()).into_owned();
            prop_assert!(!shown.contains(is_obeyed));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }
}
