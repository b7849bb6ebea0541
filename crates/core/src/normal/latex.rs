//! Decodes LaTeX in texts: accents and letters, fonts, ties, and braces that protect a capital letter from a style.

use std::borrow::Cow;
use unicode_normalization::char::compose;

/// A decoded sequence: its length in the text, and its replacement.
type Undone = Option<(usize, Cow<'static, str>)>;

/// Accents by their signs.
const SIGNS: &[(char, char)] = &[('"', '\u{308}'), ('\'', '\u{301}'), ('`', '\u{300}'), ('^', '\u{302}'), ('~', '\u{303}'), ('=', '\u{304}'), ('.', '\u{307}')];
/// Accents by their letters.
const NAMED: &[(&str, char)] =
    &[("c", '\u{327}'), ("v", '\u{30c}'), ("u", '\u{306}'), ("H", '\u{30b}'), ("k", '\u{328}'), ("r", '\u{30a}'), ("b", '\u{331}'), ("d", '\u{323}')];
/// Letters and signs that have a command.
const LETTERS: &[(&str, &str)] = &[
    ("ss", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("aa", "å"),
    ("AA", "Å"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("dh", "ð"),
    ("DH", "Ð"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("dj", "đ"),
    ("DJ", "Đ"),
    ("ng", "ŋ"),
    ("NG", "Ŋ"),
    ("S", "§"),
    ("dots", "…"),
    ("ldots", "…"),
    ("textellipsis", "…"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textquoteright", "’"),
    ("textquoteleft", "‘"),
    ("textregistered", "®"),
    ("texttrademark", "™"),
    ("textdegree", "°"),
    ("textasciitilde", "~"),
    ("textunderscore", "_"),
];
/// Commands whose argument is plain text.
const FONTS: &[&str] =
    &["emph", "textbf", "textit", "textsc", "textsl", "texttt", "textsf", "textrm", "textup", "textmd", "textnormal", "text", "mbox", "hbox", "underline"];
/// Declarations at the start of a group that change its font.
const DECLARATIONS: &[&str] = &["it", "bf", "em", "sc", "rm", "tt", "sf", "sl", "itshape", "bfseries", "scshape"];
const SUPERSCRIPTS: [&str; 10] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/// Decodes a command at the start of a text.
pub(super) fn command(text: &str) -> Undone {
    let after = text.strip_prefix('\\')?;
    let first = after.chars().next()?;
    if let Some((_, mark)) = SIGNS.iter().find(|(sign, _)| *sign == first) {
        let (taken, letter) = letter(after[1..].trim_start_matches(' '))?;
        return Some((text.len() - after[1..].trim_start_matches(' ').len() + taken, accented(letter, *mark)));
    }
    match first {
        '&' | '%' | '$' | '#' | '_' => Some((2, first.to_string().into())),
        ' ' | ',' | ';' | ':' | '\\' => Some((2, " ".into())),
        '-' | '/' | '!' => Some((2, "".into())),
        '{' | '}' => Some((2, text[..2].to_owned().into())),
        _ => named(text, &after[..letters(after)]),
    }
}

fn named(text: &str, name: &str) -> Undone {
    let end = 1 + name.len();
    let behind = text[end..].trim_start_matches(' ');
    let argument = if behind.starts_with('{') { argument(behind) } else { None };
    if let Some((_, mark)) = NAMED.iter().find(|(known, _)| *known == name) {
        let (taken, letter) = letter(behind).filter(|_| text[end..].starts_with([' ', '{', '\\']))?;
        return Some((text.len() - behind.len() + taken, accented(letter, *mark)));
    }
    if let Some((_, put)) = LETTERS.iter().find(|(known, _)| *known == name) {
        let taken = text.len() - behind.strip_prefix("{}").unwrap_or(behind).len();
        return Some((taken, (*put).into()));
    }
    let inner = argument?;
    let taken = text.len() - behind.len() + inner.len() + 2;
    match name {
        "textsuperscript" => Some((taken, superscript(inner, &text[taken..]))),
        _ if FONTS.contains(&name) => Some((taken, opened(inner, &text[taken..]))),
        _ => Some((taken, text[..taken].to_owned().into())), // unknown: unchanged, with its argument
    }
}

/// Decodes a group in braces at the start of a text.
pub(super) fn group(text: &str, before: Option<char>) -> Undone {
    let inner = argument(text)?;
    let taken = inner.len() + 2;
    if matches!(before, Some('^' | '_')) {
        return None;
    }
    let is_whole = before.is_none() && taken == text.len() && !inner.trim().is_empty();
    let is_empty = inner.is_empty() && before.is_some_and(|c| !c.is_whitespace());
    if is_whole || is_empty || protects(inner) {
        return Some((taken, opened(inner, &text[taken..])));
    }
    let command = inner.strip_prefix('\\')?;
    let (name, styled) = command.split_at(letters(command));
    (DECLARATIONS.contains(&name) && styled.starts_with(' ')).then(|| (taken, opened(styled.trim_start(), &text[taken..])))
}

/// Returns the contents of braces without them. If they end with a command, `{}` keeps the space after it, which the command would otherwise take.
fn opened(inner: &str, behind: &str) -> Cow<'static, str> {
    let ends_with_command = inner.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with('\\');
    if ends_with_command && behind.starts_with(' ') { format!("{inner}{{}}").into() } else { inner.to_owned().into() }
}

/// True if braces protect a capital letter or a formula; a set such as `{0,1}` keeps its braces.
fn protects(inner: &str) -> bool {
    let is_formula = inner.len() > 2 && inner.starts_with('$') && inner[1..].find('$') == Some(inner.len() - 2);
    is_formula || inner.contains(char::is_alphabetic) && !inner.contains(['\\', '{', '}', ',', ';', '|', '=', '<', '>', '_', '^', '$', '"'])
}

/// Decodes a tie between two words as a space. A tie next to a number (`z~2`), in a range (`10~20`) or in an address (`/~me`) stays.
pub(super) fn tie(text: &str, before: &str) -> Undone {
    let behind = text[1..].chars().next()?;
    let word = before.rsplit(' ').next().unwrap_or_default();
    let ends_word = word.ends_with(|c: char| c.is_alphanumeric() || ".,:;)]}$?!’”".contains(c));
    let is_number = behind.is_ascii_digit() && (word.chars().count() < 2 || !word.ends_with(|c: char| c.is_alphabetic() || c == '.'));
    let begins_word = behind.is_alphanumeric() || "([{\\$“‘&".contains(behind);
    (ends_word && begins_word && !is_number).then_some((1, " ".into()))
}

/// Returns the text between a brace at the start of a text and its closing brace.
fn argument(text: &str) -> Option<&str> {
    let mut open = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'{' => open += 1,
            b'}' if open == 1 => return Some(&text[1..at]),
            b'}' => open -= 1,
            _ => {}
        }
    }
    None
}

/// Returns the letter under an accent, in braces or bare, with its length in the text.
fn letter(text: &str) -> Option<(usize, char)> {
    if text.starts_with('{') {
        let inner = argument(text)?;
        let (taken, letter) = letter(inner)?;
        return (taken == inner.len()).then_some((taken + 2, letter));
    }
    let dotless = text.strip_prefix('\\').and_then(|name| Some((1 + letters(name), name[..letters(name)].parse().ok()?)));
    match dotless {
        Some((taken, letter @ ('i' | 'j'))) => Some((taken, letter)),
        _ => text.chars().next().filter(|c| c.is_alphabetic()).map(|c| (c.len_utf8(), c)),
    }
}

fn accented(letter: char, mark: char) -> Cow<'static, str> {
    compose(letter, mark).map_or_else(|| String::from_iter([letter, mark]), String::from).into()
}

fn superscript(inner: &str, behind: &str) -> Cow<'static, str> {
    let digits: Option<String> = inner.chars().map(|c| Some(SUPERSCRIPTS[c.to_digit(10)? as usize])).collect();
    digits.map_or_else(|| opened(inner, behind), Cow::Owned)
}

fn letters(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}
