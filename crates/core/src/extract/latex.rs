//! LaTeX's encoding of characters in an address.

/// Macros and their characters, the longer first if one begins like another.
const MACROS: &[(&str, &str)] = &[
    (r"{$\sim$}", "~"),
    (r"$\sim$", "~"),
    (r"$\sim $", "~"),
    (r"{\textasciitilde}", "~"),
    (r"\textasciitilde{}", "~"),
    (r"\textasciitilde ", "~"),
    (r"\textasciitilde", "~"),
    (r"{\~{}}", "~"),
    (r"\~{}", "~"),
    (r"{\_}", "_"),
    (r"{_}", "_"),
    (r"$\_$", "_"),
    (r"\textunderscore{}", "_"),
    (r"\textunderscore ", "_"),
    (r"{-}", "-"),
    (r"\allowbreak{}", ""),
    (r"\allowbreak ", ""),
    (r"\slash{}", "/"),
    (r"\slash ", "/"),
    (r"\-", ""),
    (r"\/", "/"),
    (r"\_", "_"),
    (r"\%", "%"),
    (r"\#", "#"),
    (r"\&", "&"),
    (r"\~", "~"),
    (r"\$", "$"),
    (r"\.", "."),
];

/// Returns the macro at the start of `text`, and its character.
pub(super) fn starts(text: &str) -> Option<(&'static str, &'static str)> {
    MACROS.iter().find(|(written, _)| text.starts_with(written)).copied()
}

/// Returns the text with every macro replaced and the rest of the LaTeX syntax removed; `None` if there is none.
pub(super) fn undone(text: &str) -> Option<String> {
    if !text.contains(['\\', '$', '{', '}']) {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, put) = starts(rest).map_or((c.len_utf8(), None), |(written, sign)| (written.len(), Some(sign)));
        match put {
            Some(sign) => plain.push_str(sign),
            None if "\\${}".contains(c) => {}
            None => plain.push(c),
        }
        rest = &rest[taken..];
    }
    Some(plain)
}
