//! Reads TOML: an error names the file and the line in plain words, with the likely correction, or what a file seems to be that is not TOML.

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::de::DeserializeOwned;
use starcite_ground::interrupt::waiting;
use starcite_ground::url;
use starcite_sources::{nearest, seems};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The most bytes of a pipeline file: it may list many papers to leave out. What is larger is data that was mistaken for one.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The next step for a user without a pipeline.
const MAKE_ONE: &str = "starcite init writes one to start from";

/// Returns the text of a pipeline file.
///
/// # Errors
/// When there is none, or it is a folder, or data such as papers.
pub(super) fn text(path: &Path) -> Result<String> {
    let shown = path.display();
    ensure!(!path.is_dir(), "{shown} is a folder: name the pipeline file in it; {MAKE_ONE}");
    let mut bytes = Vec::new();
    waiting(|| File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read the pipeline {shown}: check the path; {MAKE_ONE}"))?;
    let is_whole = (bytes.len() as u64) < MOST_BYTES;
    match std::str::from_utf8(&bytes) {
        Ok(text) if is_whole && toml::from_str::<toml::Table>(text).is_ok() => {}
        text => {
            if let Some(seems) = seems(&bytes) {
                let name = seems.name;
                match seems.command {
                    Some(command) => {
                        bail!("{shown} seems to be {name}, and not a pipeline: `starcite {command} {shown}` reads it, or name it in a pipeline; {MAKE_ONE}")
                    }
                    None => bail!("{shown} seems to be {name}, and not a pipeline, which is a text (TOML, UTF-8) that names its sources; {MAKE_ONE}"),
                }
            }
            ensure!(text.is_ok(), "{shown} is not UTF-8: save it as UTF-8");
            ensure!(is_whole, "{shown} is longer than {} MiB, and so not a pipeline; {MAKE_ONE}", MOST_BYTES / 1024 / 1024);
        }
    }
    Ok(String::from_utf8(bytes)?)
}

/// Parses TOML; an error names the file, the line, the key, and what is most like a wrong name or value.
pub(super) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let (before, after) = text.split_at(text.floor_char_boundary(span.start));
        let value = &after[..after.floor_char_boundary(span.len())];
        let line = before.matches('\n').count() + 1;
        let key = before.rsplit('\n').next().and_then(|line| line.trim_end().strip_suffix('=')).map(str::trim);
        let message = error.message();
        let told = wrong_type(message, key, value).unwrap_or_else(|| format!("{}{}", in_words(message), correction(message, after)));
        anyhow!("{}, line {line}: {}", path.display(), url::told(&told))
    })
}

/// Returns an error in the words of TOML, not of serde.
fn in_words(message: &str) -> String {
    let words =
        [("unknown field", "unknown key"), ("unknown variant", "unknown value"), ("missing field", "there is no key"), ("duplicate field", "duplicate key")];
    let found = words.iter().find_map(|(serde, toml)| message.strip_prefix(serde).map(|rest| format!("{toml}{rest}")));
    found.unwrap_or_else(|| message.to_owned())
}

/// Returns the likely correction: a name that is like the unknown one, or a list of tables in place of the single table `at` the error.
fn correction(message: &str, at: &str) -> String {
    let single = at.strip_prefix('[').and_then(|at| at.split_once(']')).filter(|_| message == LIST_OF_TABLES);
    if let Some((name, _)) = single {
        return format!(": write [[{name}]], since there may be several");
    }
    let mut names = message.split('`').skip(1).step_by(2);
    names.next().filter(|_| message.starts_with("unknown ")).map_or_else(String::new, |unknown| nearest(unknown, names))
}

const LIST_OF_TABLES: &str = "invalid type: map, expected a sequence";

/// Returns an error about the type of a value in plain words, with the value as it should be written if that follows from it.
fn wrong_type(message: &str, key: Option<&str>, value: &str) -> Option<String> {
    let wrong = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = wrong.rsplit_once(", expected ").filter(|_| message != LIST_OF_TABLES)?;
    let key = key.map(|key| format!("{key}: ")).unwrap_or_default();
    let is_short = !value.is_empty() && value.len() <= 60 && !value.contains('\n');
    let bare = value.trim_matches(['"', '\'']);
    let (wanted, written) = match expected {
        "a sequence" => ("a list, such as [\"a\", \"b\"]", (!found.contains("map")).then(|| format!("[{value}]"))),
        "a string" | "path string" | "string" => ("a text in quotes", (!["sequence", "map"].contains(&found)).then(|| format!("\"{bare}\""))),
        "a boolean" => ("true or false", bare.parse::<bool>().ok().map(|value| value.to_string())),
        "u16" => ("a whole number from 0 to 65535", bare.parse::<u16>().ok().map(|value| value.to_string())),
        "u64" => ("a whole number, 0 or more", bare.parse::<u64>().ok().map(|value| value.to_string())),
        "a map" => ("a table of keys, such as { key = \"value\" }", None),
        section if section.starts_with("struct ") => ("a section of keys, such as [github]", None),
        other => (other, None),
    };
    let written = written.filter(|_| is_short).map(|written| format!(": write {written}")).unwrap_or_default();
    Some(format!("{key}expected {wanted}, found {}{written}", in_plain(found, value)))
}

/// Returns a value that serde names, in plain words.
fn in_plain(found: &str, value: &str) -> String {
    let (kind, shown) = found.split_once(' ').unwrap_or((found, ""));
    match kind {
        "integer" | "floating" => format!("the number {}", shown.trim_start_matches("point ").trim_matches('`')),
        "boolean" => shown.trim_matches('`').to_owned(),
        "string" => format!("the text {shown}"),
        "sequence" => "a list".to_owned(),
        "map" if value.starts_with(|first: char| first.is_ascii_digit()) => format!("the date {value}"),
        "map" => "a table of keys".to_owned(),
        _ => found.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its errors are read")]
    struct Section {
        list: Option<Vec<String>>,
        text: Option<String>,
        flag: Option<bool>,
        number: Option<u64>,
        small: Option<u16>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its errors are read")]
    struct Inner {
        name: Choice,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Choice {
        Activity,
        Readme,
    }

    #[test]
    fn a_value_of_the_wrong_type_is_told_in_plain_words_with_the_right_form() {
        for (text, told) in [
            ("list = 3", "list: expected a list, such as [\"a\", \"b\"], found the number 3: write [3]"),
            ("list = \"cs.CL\"", "list: expected a list, such as [\"a\", \"b\"], found the text \"cs.CL\": write [\"cs.CL\"]"),
            ("list = [\"a\", 3]", "expected a text in quotes, found the number 3: write \"3\""),
            ("text = 1.5", "text: expected a text in quotes, found the number 1.5: write \"1.5\""),
            ("text = [\"a\"]", "text: expected a text in quotes, found a list"),
            ("text = 2026-06-01", "text: expected a text in quotes, found the date 2026-06-01"),
            ("flag = \"true\"", "flag: expected true or false, found the text \"true\": write true"),
            ("flag = 1", "flag: expected true or false, found the number 1"),
            ("number = \"5\"", "number: expected a whole number, 0 or more, found the text \"5\": write 5"),
            ("number = -1", "number: expected a whole number, 0 or more, found the number -1"),
            ("small = 70000", "small: expected a whole number from 0 to 65535, found the number 70000"),
            ("inner = true", "inner: expected a section of keys, such as [github], found true"),
            ("lsit = []", "unknown key `lsit`, expected one of `list`, `text`, `flag`, `number`, `small`, `inner` (did you mean \"list\"?)"),
            ("[inner]\nname = \"redame\"", "unknown value `redame`, expected `activity` or `readme` (did you mean \"readme\"?)"),
            ("[inner]", "there is no key `name`"),
            ("text = \"https://me:word@h.invalid/a\"\nflag = \"https://me:word@h.invalid/a\"", "found the text \"https://h.invalid/a\""),
        ] {
            let why = parse::<Section>(Path::new("a.toml"), &format!("# a pipeline\n{text}")).unwrap_err().to_string();
            assert!(why.starts_with("a.toml, line ") && why.contains(told), "{text}: {why}");
        }
    }
}
