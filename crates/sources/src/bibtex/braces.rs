//! Braces as BibTeX counts them: a brace counts also after a backslash (`{\{O}}`), and a quote inside braces ends no value. The parser
//! counts differently, so it gets other letters in place of those backslashes and quotes.

/// Substitutes for a backslash before a brace, and for a quote in braces: neither letters nor in any text.
const BACKSLASH: char = '\u{fdd0}';
const QUOTE: char = '\u{fdd1}';

/// Returns an entry in the form that the parser gets.
pub(super) fn shielded(entry: &str) -> String {
    let (mut shielded, mut depth, mut is_quoted) = (String::with_capacity(entry.len()), 0_usize, false);
    let mut chars = entry.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('{' | '}')) => shielded.push(BACKSLASH),
            ('\\', Some('"')) if depth == 1 => shielded.extend(['\\'].into_iter().chain(chars.next())), // many write "M\"uller"
            ('"', _) if is_quoted && depth > 1 => shielded.push(QUOTE),
            _ => {
                is_quoted ^= c == '"' && depth == 1;
                depth = if c == '{' { depth + 1 } else { depth.saturating_sub(usize::from(c == '}')) };
                shielded.push(c);
            }
        }
    }
    shielded
}

/// Returns a value as it was.
pub(super) fn unshielded(value: &str) -> String {
    value.replace(BACKSLASH, "\\").replace(QUOTE, "\"")
}

/// Returns the length of an entry whose braces are balanced if those after a backslash do not count, as many write them.
pub(super) fn len_without_escaped(entry: &str) -> Option<usize> {
    let (mut depth, mut is_escaped) = (0_usize, false);
    for (at, c) in entry.char_indices() {
        match c {
            _ if std::mem::take(&mut is_escaped) => {}
            '\\' => is_escaped = true,
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at + 1),
            '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}
