//! Any text as TeX prints it: escapes special characters, but leaves formulas and accents that are TeX already.
//!
//! The output has balanced braces and only the commands named here, so that a title can't run anything in the reader's document.

use crate::weeks::dataset::words::tex as escaped;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Returns a text without line breaks, other control characters and repeated whitespace.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Returns a text for a field that TeX reads as text.
pub(super) fn text(text: &str) -> String {
    let line = one_line(text);
    let mut tex = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(first) = rest.chars().next() {
        let (taken, written) = formula(rest).or_else(|| accent(rest)).unwrap_or_else(|| (first.len_utf8(), escaped(first)));
        tex.push_str(&written);
        rest = &rest[taken..];
    }
    tex
}

/// The characters that an address can't have, and that TeX would read.
const NOT_IN_ADDRESSES: &AsciiSet = &CONTROLS.add(b' ').add(b'{').add(b'}').add(b'\\').add(b'"').add(b'^').add(b'`');

/// Returns a text for a field that TeX reads verbatim, such as an address: percent-encodes characters that an address can't have.
pub(super) fn verbatim(text: &str) -> String {
    utf8_percent_encode(text.trim(), NOT_IN_ADDRESSES).to_string()
}

/// Commands that a formula may have; a formula with any other is printed as it was typed.
const COMMANDS: &[&str] = &[
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "varepsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "varphi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Phi",
    "Psi",
    "Omega",
    "ell",
    "hbar",
    "infty",
    "partial",
    "nabla",
    "times",
    "cdot",
    "pm",
    "mp",
    "to",
    "rightarrow",
    "leftarrow",
    "leq",
    "le",
    "geq",
    "ge",
    "neq",
    "ne",
    "sim",
    "simeq",
    "approx",
    "equiv",
    "ll",
    "gg",
    "in",
    "star",
    "ast",
    "circ",
    "prime",
    "dagger",
    "perp",
    "oplus",
    "otimes",
    "sqrt",
    "frac",
    "bar",
    "hat",
    "tilde",
    "vec",
    "dot",
    "mathcal",
    "mathrm",
    "mathbf",
    "mathit",
    "mathsf",
    "odot",
    "langle",
    "rangle",
    "ldots",
    "cdots",
    "sum",
    "int",
    "prod",
    "log",
    "exp",
    "sin",
    "cos",
    "min",
    "max",
];

/// Returns `$…$` at the beginning of a text, if it is a formula that can be left alone: its length, and the formula.
fn formula(text: &str) -> Option<(usize, String)> {
    let (inner, after) = text.strip_prefix('$')?.split_once('$')?;
    let is_price = inner.starts_with(' ') || inner.ends_with(' ') || after.starts_with(|c: char| c.is_ascii_digit());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ^_{}\\+-*/=()[]<>|,.;:'!".contains(c);
    // An empty exponent or index is an error in TeX, and `^^5c` would be another spelling of a backslash.
    let is_raised = |after: &str| after.starts_with(|c: char| c.is_ascii_alphanumeric() || "{\\".contains(c));
    let is_formula = !inner.is_empty()
        && !is_price
        && inner.chars().all(is_plain)
        && is_balanced(inner)
        && inner.split('\\').skip(1).all(is_known)
        && inner.split(['^', '_']).skip(1).all(is_raised);
    is_formula.then(|| (inner.len() + 2, format!("${inner}$")))
}

/// True if the braces of a text are balanced.
pub(super) fn is_balanced(text: &str) -> bool {
    let mut open = 0_u32;
    text.chars().all(|c| match c {
        '{' => {
            open += 1;
            true
        }
        '}' if open == 0 => false,
        '}' => {
            open -= 1;
            true
        }
        _ => true,
    }) && open == 0
}

/// True if the text after a backslash begins with a known command, or with a space of some width.
fn is_known(after: &str) -> bool {
    let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
    if letters == 0 { after.starts_with([',', ';', ':', '!']) } else { COMMANDS.contains(&&after[..letters]) }
}

/// Letters that TeX has a command for.
const LETTERS: &[&str] = &["ss", "ae", "AE", "oe", "OE", "aa", "AA", "o", "O", "l", "L", "i", "j"];

/// Returns an accent or a letter in TeX's notation, or an escaped character, at the beginning of a text: its length in the text,
/// and the same in its own braces.
fn accent(text: &str) -> Option<(usize, String)> {
    if let Some(inner) = text.strip_prefix('{') {
        let (taken, written) = accent(inner)?;
        return inner[taken..].starts_with('}').then_some((taken + 2, written));
    }
    let after = text.strip_prefix('\\')?;
    let first = after.chars().next()?;
    let rest = &after[first.len_utf8()..];
    match first {
        '&' | '%' | '$' | '#' | '_' => Some((2, escaped(first))),
        '"' | '\'' | '`' | '^' | '~' | '=' | '.' => {
            let (taken, letter) = letter(rest)?;
            Some((2 + taken, format!("{{\\{first}{letter}}}")))
        }
        'c' | 'v' | 'u' | 'H' | 'k' | 'r' if rest.starts_with(['{', ' ']) => {
            let blank = usize::from(rest.starts_with(' '));
            let (taken, letter) = letter(&rest[blank..])?;
            Some((2 + blank + taken, format!("{{\\{first} {letter}}}")))
        }
        _ => letter_command(after),
    }
}

/// Returns the letter under an accent, in braces or bare.
fn letter(text: &str) -> Option<(usize, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        let (taken, letter) = letter(inner)?;
        return inner[taken..].starts_with('}').then_some((taken + 2, letter));
    }
    let dotless = ["\\i", "\\j"].into_iter().find(|dotless| text.starts_with(dotless));
    let letter = dotless.or_else(|| text.get(..1).filter(|letter| letter.bytes().all(|byte| byte.is_ascii_alphabetic())))?;
    Some((letter.len(), letter))
}

fn letter_command(after: &str) -> Option<(usize, String)> {
    let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
    let command = LETTERS.iter().find(|command| **command == &after[..letters])?;
    let blank = ["{}", " "].into_iter().find(|blank| after[letters..].starts_with(blank)).unwrap_or_default();
    Some((1 + letters + blank.len(), format!("{{\\{command}}}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::proptest;

    #[test]
    fn special_characters_are_printed_and_formulas_and_accents_stay() {
        let cases = [
            (
                "50% of R&D #1, a_b {x} C:\\d ~ ^",
                "50\\% of R\\&D \\#1, a\\_b \\textbraceleft{}x\\textbraceright{} C:\\textbackslash{}d \\textasciitilde{} \\textasciicircum{}",
            ),
            ("$k$-means and $\\alpha_{ij}^2$", "$k$-means and $\\alpha_{ij}^2$"),
            ("from $5 to $10", "from \\$5 to \\$10"),
            (
                "$\\input{x}$ $a^^5cb$ $a_$",
                "\\$\\textbackslash{}input\\textbraceleft{}x\\textbraceright{}\\$ \\$a\\textasciicircum{}\\textasciicircum{}5cb\\$ \\$a\\_\\$",
            ),
            ("Schr\\\"odinger, {\\'e}, Fran\\c{c}ois, \\o, \\v s, \\'{\\i}", "Schr{\\\"o}dinger, {\\'e}, Fran{\\c c}ois, {\\o}, {\\v s}, {\\'\\i}"),
            ("R\\&D at 5\\%", "R\\&D at 5\\%"),
            (" two\n lines\u{0} ", "two lines"),
            ("深度学习 😀 “x”", "深度学习 😀 “x”"),
        ];
        for (typed, wanted) in cases {
            assert_eq!(text(typed), wanted);
        }
    }

    #[test]
    fn what_is_no_part_of_an_address_is_encoded() {
        assert_eq!(verbatim(" https://x.org/{a}\\é?q=1%20&b=c#d_e~ "), "https://x.org/%7Ba%7D%5C%C3%A9?q=1%20&b=c#d_e~");
    }

    proptest! {
        #[test]
        fn any_text_has_balanced_braces_and_only_known_commands(typed in "([$\\\\{}%&#_~^ \"'a-c\n]|\\\\[a-z]{1,4}|\\PC){0,24}") {
            let written = text(&typed);
            assert!(is_balanced(&written), "{written}");
            assert!(!written.contains("^^"), "{written}");
            for command in written.split('\\').skip(1) {
                let letters = command.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(command.len());
                let ours = ["textbackslash", "textbraceleft", "textbraceright", "textasciicircum", "textasciitilde"];
                let is_accent = letters == 0 || "cvuHkr".contains(&command[..letters]);
                assert!(is_accent || ours.contains(&&command[..letters]) || COMMANDS.contains(&&command[..letters]) || LETTERS.contains(&&command[..letters]), "{written}");
            }
        }
    }
}
