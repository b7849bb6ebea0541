//! Secrets in files and variables, as people and tools write them: in quotes, after `Bearer`, as a line of a `.env`, with a byte order mark, in UTF-16.
//! None is ever shown.

use crate::files;
use crate::interrupt::waiting;
use anyhow::{Context, Result, anyhow, ensure};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;

/// Words that may precede a token, in upper or lower case.
const PREFIXES: [&str; 3] = ["authorization:", "bearer ", "token "];
/// Pairs of quotes that may surround a token.
const QUOTES: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’')];
/// Invisible characters that are not whitespace: byte order marks and joiners.
const UNSEEN: [char; 5] = ['\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}'];

/// Reads a secret of any form from a file, without whitespace around it; `flag` is the option that names the file.
///
/// # Errors
/// When it can't be read, is not text, or is empty.
pub fn read(file: &Path, flag: &str, what: &str) -> Result<SecretString> {
    let bytes = waiting(|| std::fs::read(file)).with_context(|| format!("cannot read {what} from {}: check {flag}", file.display()))?;
    let text = text(&bytes).ok_or_else(|| anyhow!("{} is not text in UTF-8 or UTF-16: write {what} there, or leave {flag} out", file.display()))?;
    let text = text.trim_matches(is_around);
    ensure!(!text.is_empty(), "{} does not hold {what}: write it there, or leave {flag} out", file.display());
    Ok(text.into())
}

/// Reads a token or a key, which is one word: from the file if one is named, else from the first of `variables` that is set; `None` if none is. In
/// the file it is alone, or in the line of a `.env` that sets one of the variables.
///
/// # Errors
/// As for [`read`], and when it has a character that no token has.
pub fn token(file: Option<&Path>, flag: &str, what: &str, variables: &[&str]) -> Result<Option<SecretString>> {
    let Some(file) = file else { return variables.iter().find_map(|name| of_variable(name).transpose()).transpose() };
    let text = read(file, flag, what)?;
    let or_line = variables.first().map(|name| format!(", or {name}=…")).unwrap_or_default();
    let word = word(text.expose_secret(), variables).map_err(|why| anyhow!("{} {why}: write {what} alone into it{or_line}", file.display()))?;
    Ok(Some(word.into()))
}

fn of_variable(name: &str) -> Result<Option<SecretString>> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    let value = value.to_str().ok_or_else(|| anyhow!("{name} is not text: set it to the token alone"))?;
    if value.chars().all(is_around) {
        return Ok(None);
    }
    let word = word(value, &[name]).map_err(|why| anyhow!("{name} {why}: set it to the token alone, or unset it"))?;
    Ok(Some(word.into()))
}

/// Returns a warning if others may access a file with a secret.
pub fn warning(file: &Path) -> Option<String> {
    files::is_exposed(file).then(|| format!("others may read or change {0}, which holds a secret: chmod 600 {0}", file.display()))
}

/// Decodes UTF-8, or UTF-16 that has a byte order mark or the NULs of ASCII text.
fn text(bytes: &[u8]) -> Option<String> {
    let unit: Option<fn([u8; 2]) -> u16> = match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] | [0, _, ..] => Some(u16::from_be_bytes),
        [_, 0, ..] => Some(u16::from_le_bytes),
        _ => None,
    };
    match unit {
        Some(unit) => String::from_utf16(&bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect::<Vec<_>>()).ok(),
        None => String::from_utf8(bytes.to_vec()).ok(),
    }
}

/// Returns the only word of a text, without prefixes and quotes; or the error, worded to follow the name of the file or variable.
fn word(text: &str, variables: &[&str]) -> Result<String, String> {
    let lines = || text.lines().map(|line| line.trim_matches(is_around)).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let set = |variable: &&str| lines().find_map(|line| assigned(bare(line), variable));
    let word = match variables.iter().find_map(set) {
        Some(value) => bare(value),
        None if lines().count() > 1 => return Err(format!("holds {} lines, and a token is one", lines().count())),
        None => lines().next().map(bare).unwrap_or_default(),
    };
    let odd = word.trim_end_matches('=').chars().find(|char| !char.is_ascii_alphanumeric() && !"-._~+/".contains(*char)); // RFC 6750, b64token
    match odd {
        Some(odd) => Err(format!("holds {}, which no token has", named(odd))),
        None if word.is_empty() => Err("holds no token".to_owned()),
        None => Ok(word.to_owned()),
    }
}

/// Returns the value that a line of a `.env` or of a shell gives to a variable, without a trailing comment.
fn assigned<'a>(line: &'a str, variable: &str) -> Option<&'a str> {
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    let value = line.strip_prefix(variable)?.trim_start().strip_prefix('=')?;
    Some(value.split_once(" #").map_or(value, |(value, _)| value))
}

/// Returns a word without quotes, prefixes and invisible characters, however often they are nested.
fn bare(word: &str) -> &str {
    let inner = word.trim_matches(is_around);
    let unquoted = QUOTES.iter().find_map(|(open, close)| inner.strip_prefix(*open)?.strip_suffix(*close));
    let prefixed = |prefix: &&str| inner.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let rest = unquoted.or_else(|| PREFIXES.iter().find(|prefix| prefixed(prefix)).map(|prefix| &inner[prefix.len()..]));
    rest.map_or(inner, bare)
}

fn is_around(char: char) -> bool {
    char.is_whitespace() || UNSEEN.contains(&char)
}

/// Describes a character.
fn named(char: char) -> String {
    match char {
        char if QUOTES.iter().any(|(open, close)| char == *open || char == *close) => format!("a quote ({char})"),
        '\n' | '\r' => "a line break".to_owned(),
        char if char.is_whitespace() => "a blank".to_owned(),
        char if char.is_ascii_graphic() => format!("a {char}"),
        char => format!("the character U+{:04X}", u32::from(char)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "ghp_madeUp0123";

    fn in_file(bytes: &[u8]) -> Result<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let token = token(Some(file.path()), "--token-file", "a token", &["GITHUB_TOKEN"])?;
        Ok(token.unwrap().expose_secret().to_owned())
    }

    #[test]
    fn what_surrounds_a_token_is_taken_off() {
        for text in [
            "ghp_madeUp0123",
            "  ghp_madeUp0123\r\n\r\n",
            "\"ghp_madeUp0123\"",
            "'ghp_madeUp0123' ",
            "“ghp_madeUp0123”",
            "Bearer ghp_madeUp0123",
            "bearer  ghp_madeUp0123",
            "token ghp_madeUp0123",
            "Authorization: Bearer ghp_madeUp0123",
            "\"Bearer 'ghp_madeUp0123'\"",
            "\u{feff}ghp_madeUp0123\r\n",
            "ghp_madeUp0123\u{200b}",
            "\u{a0}ghp_madeUp0123",
            "GITHUB_TOKEN=ghp_madeUp0123",
            "export GITHUB_TOKEN=\"ghp_madeUp0123\"\n",
            "\"GITHUB_TOKEN=ghp_madeUp0123\"",
            "GITHUB_TOKEN = 'ghp_madeUp0123' # until May\r\n",
            "# a comment\nOTHER_TOKEN=hush\n\nGITHUB_TOKEN=ghp_madeUp0123\nLAST=1\n",
            "# a comment\nghp_madeUp0123\n",
        ] {
            assert_eq!(in_file(text.as_bytes()).unwrap(), TOKEN, "{text:?}");
        }
    }

    #[test]
    fn a_token_in_utf_16_is_read() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        for text in ["\u{feff}ghp_madeUp0123\r\n", "ghp_madeUp0123\r\n", "\u{feff}GITHUB_TOKEN=ghp_madeUp0123\n"] {
            for bytes in [units(text).into_iter().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), units(text).into_iter().flat_map(u16::to_be_bytes).collect()]
            {
                assert_eq!(in_file(&bytes).unwrap(), TOKEN, "{bytes:?}");
            }
        }
    }

    #[test]
    fn tokens_of_every_form_are_tokens() {
        for token in ["ghp_a1", "github_pat_11A_b", "ghs_123_eyJh.eyJp-x.s_g", "0123456789abcdef", "YWJj+/==", "v1.abc~"] {
            assert_eq!(in_file(token.as_bytes()).unwrap(), token);
        }
    }

    #[test]
    fn what_no_token_has_is_named_and_the_token_is_not_shown() {
        for (text, what) in [
            ("\"ghp_madeUp0123", "a quote (\")"),
            ("ghp_madeUp 0123", "a blank"),
            ("ghp_madeUp0123\nghp_madeUp0124", "2 lines"),
            ("ghp_madeUp0123,ghp_madeUp0124", "a ,"),
            ("OTHER=ghp_madeUp0123", "a ="),
            ("${GITHUB_TOKEN}", "a $"),
            ("<ghp_madeUp0123>", "a <"),
            ("ghp_madeUp0123…", "U+2026"),
            ("ghp_made\u{0}Up", "U+0000"),
            ("\"\"", "no token"),
            ("GITHUB_TOKEN=\n", "no token"),
        ] {
            let error = format!("{:#}", in_file(text.as_bytes()).unwrap_err());
            assert!(error.contains(what) && error.contains("write a token alone"), "{text:?}: {error}");
            assert!(!error.contains("madeUp"), "{error}");
        }
        for bytes in [&b"\xe9\xff"[..], b"", b" \r\n", b"\xff\xfe\x00\xd8"] {
            assert!(in_file(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_private_key_keeps_its_lines() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "\u{feff}-----BEGIN-----\r\nab c=\r\n-----END-----\r\n").unwrap();
        assert_eq!(read(file.path(), "--app-key", "a key").unwrap().expose_secret(), "-----BEGIN-----\r\nab c=\r\n-----END-----");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_is_told_to_change_what_is_somebody_elses() {
        use std::fs::{Permissions, set_permissions};
        use std::os::unix::fs::{PermissionsExt, chown};
        let file = tempfile::NamedTempFile::new().unwrap();
        set_permissions(file.path(), Permissions::from_mode(0o444)).unwrap();
        assert!(warning(file.path()).is_some_and(|warning| warning.contains("chmod 600")));
        // Only root can give a file away; other users test with a file of root's.
        let is_given = chown(file.path(), Some(1), None).is_ok();
        assert_eq!(warning(if is_given { file.path() } else { Path::new("/etc/passwd") }), None);
    }
}
