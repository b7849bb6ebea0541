//! LaTeX's encoding of characters in an address.

/// Signs of addresses that LaTeX takes for its own, as they stand.
const SIGNS: &[&str] = &["_", "-", "~", "%", "#", "&", "$", ".", "/"];
/// Macros that stand for a sign, or for nothing.
const MACROS: &[(&str, &str)] = &[("textunderscore", "_"), ("textasciitilde", "~"), ("sim", "~"), ("slash", "/"), ("allowbreak", "")];
/// Macros before a sign, which they let stand for itself.
const PREFIXES: &[&str] = &[r"\protect", r"\string", r"\char`"];
/// The most braces, math and macros around a sign.
const MAX_DEPTH: u8 = 4;

/// Returns the length of the LaTeX at the start of `text` that stands for one sign, and the sign: `\_`, `{\_}`, `$\_$`, `\protect _`, `\char`_`.
pub(super) fn starts(text: &str) -> Option<(usize, &'static str)> {
    written(text, MAX_DEPTH)
}

fn written(text: &str, depth: u8) -> Option<(usize, &'static str)> {
    match text.as_bytes().first()? {
        b'{' => enclosed(&text[1..], '}', depth),
        b'$' => enclosed(&text[1..], '$', depth),
        b'\\' => PREFIXES.iter().find_map(|prefix| behind(text, prefix, depth)).or_else(|| named(text)).or_else(|| escaped(text)),
        _ => None,
    }
}

/// Returns a sign within braces, math or a macro.
fn within(text: &str, depth: u8) -> Option<(usize, &'static str)> {
    depth.checked_sub(1).and_then(|depth| written(text, depth)).or_else(|| plain(text))
}

/// Returns a sign that stands for itself.
fn plain(text: &str) -> Option<(usize, &'static str)> {
    SIGNS.iter().find(|sign| text.starts_with(**sign)).map(|sign| (sign.len(), *sign))
}

/// Returns the sign in braces or in math, `text` being behind the opening.
fn enclosed(text: &str, close: char, depth: u8) -> Option<(usize, &'static str)> {
    let (length, sign) = within(text, depth)?;
    let rest = &text[length..];
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    rest[blanks..].starts_with(close).then_some((1 + length + blanks + 1, sign))
}

/// Returns the sign behind a prefix, and behind the space that ends it.
fn behind(text: &str, prefix: &str, depth: u8) -> Option<(usize, &'static str)> {
    let rest = text.strip_prefix(prefix)?;
    let blanks = usize::from(rest.starts_with(' '));
    within(&rest[blanks..], depth).map(|(length, sign)| (prefix.len() + blanks + length, sign))
}

/// Returns the sign of a macro, with the space or the braces that end it.
fn named(text: &str) -> Option<(usize, &'static str)> {
    let (name, sign) = MACROS.iter().find(|(name, _)| text[1..].starts_with(name))?;
    let rest = Some(&text[1 + name.len()..]).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let end = if rest.starts_with("{}") { 2 } else { usize::from(rest.starts_with(' ')) };
    Some((1 + name.len() + end, sign))
}

/// Returns the sign behind a backslash: `\-` is a place for a hyphen, which is not there.
fn escaped(text: &str) -> Option<(usize, &'static str)> {
    let (length, sign) = plain(&text[1..])?;
    let braces = if sign == "~" && text[2..].starts_with("{}") { 2 } else { 0 };
    Some((1 + length + braces, if sign == "-" { "" } else { sign }))
}

/// Returns the text with every macro replaced and the rest of the LaTeX syntax removed; `None` if there is none.
pub(super) fn undone(text: &str) -> Option<String> {
    if !text.contains(['\\', '$', '{', '}']) {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, put) = starts(rest).map_or((c.len_utf8(), None), |(length, sign)| (length, Some(sign)));
        match put {
            Some(sign) => plain.push_str(sign),
            None if "\\${}".contains(c) => {}
            None => plain.push(c),
        }
        rest = &rest[taken..];
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_sign_is_that_sign() {
        for (written, sign) in [
            (r"\_", "_"),
            (r"{\_}", "_"),
            (r"{_}", "_"),
            (r"$\_$", "_"),
            (r"$_$", "_"),
            (r"\textunderscore{}", "_"),
            (r"\textunderscore ", "_"),
            (r"{\textunderscore}", "_"),
            (r"\protect _", "_"),
            (r"\protect\_", "_"),
            (r"\string_", "_"),
            (r"\char`_", "_"),
            (r"\char`\_", "_"),
            ("{-}", "-"),
            ("$-$", "-"),
            (r"\-", ""),
            (r"\allowbreak ", ""),
            (r"\slash{}", "/"),
            (r"\/", "/"),
            (r"$\sim$", "~"),
            (r"{$\sim $}", "~"),
            (r"\~{}", "~"),
            (r"{\~{}}", "~"),
            (r"\textasciitilde", "~"),
            (r"\%", "%"),
            (r"\#", "#"),
            (r"\&", "&"),
            (r"\$", "$"),
            (r"\.", "."),
        ] {
            assert_eq!(starts(written), Some((written.len(), sign)), "{written}");
            assert_eq!(undone(&format!("a{written}1")), Some(format!("a{sign}1")), "{written}");
        }
        for other in ["{name}", r"\textbf{x}", r"\simple", "$x$", "{", r"\", "{{{{{{_}}}}}}", ""] {
            assert_eq!(starts(other), None, "{other}");
        }
    }
}
