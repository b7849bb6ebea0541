//! Decodes LaTeX's dashes.

use std::borrow::Cow;

/// Decodes `--` or `---` at the start of a text, but not in a program's option (` --help`), an arrow or an HTML comment.
pub(super) fn at(text: &str, before: Option<char>) -> Option<(usize, Cow<'static, str>)> {
    let count = text.bytes().take_while(|byte| *byte == b'-').count();
    let dash = match count {
        2 => "–",
        3 => "—",
        _ => return None,
    };
    let behind = text[count..].chars().next();
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_option = is_blank(before) && !is_blank(behind);
    let is_arrow = behind == Some('>') || matches!(before, Some('<' | '!' | '-'));
    (!is_option && !is_arrow).then_some((count, dash.into()))
}
