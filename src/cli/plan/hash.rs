//! The hash of a pipeline, which is public: in manifests and in the metadata of tables.

use anyhow::{Context, Result};
use starcite_ground::{sha256, url};
use toml::{Table, Value};

/// Hashes the contents of pipeline and score file. Whitespace, comments and the order of keys do not count. URLs count only by their names, so that no one
/// can guess a password from the hash; `[suppress]`, `[contact]`, `[mail]` and
/// `[[digest]]` do not count, so that no one can guess who is left out, or gets mail; nor does `min_coverage`, which changes no table.
pub(super) fn of(pipeline: &str, score: &str) -> Result<String> {
    let canonical = |text: &str| {
        let mut table: Table = toml::from_str(text).context("a pipeline as TOML")?;
        ["suppress", "contact", "mail", "digest", "min_coverage"].iter().for_each(|section| drop(table.remove(*section)));
        let mut value = Value::Table(table);
        hide(&mut value);
        toml::to_string(&value).context("a pipeline as TOML")
    };
    Ok(sha256::of(format!("{}\0{}", canonical(pipeline)?, canonical(score)?).as_bytes()))
}

/// Replaces URLs with their names.
fn hide(value: &mut Value) {
    match value {
        Value::String(text) => *text = if url::is_url(text) { url::name(text) } else { url::told(text) },
        Value::Array(values) => values.iter_mut().for_each(hide),
        Value::Table(table) => table.iter_mut().for_each(|(_, value)| hide(value)),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPELINE: &str = "name = \"a\"\n[[source]]\nkind = \"jsonl\"\nurl = \"https://me:one@h/a?page=1&code=one\"\n";

    fn hash(pipeline: &str) -> String {
        of(pipeline, "").unwrap()
    }

    #[test]
    fn secrets_comments_who_is_left_out_and_who_gets_mail_do_not_count() {
        let (secret, comment) = (PIPELINE.replace("one", "two"), format!("# a comment\n{PIPELINE}  # and another\n"));
        let order = "[[source]]\nurl = \"https://me:one@h/a?page=1&code=one\"\nkind = \"jsonl\"\n";
        let suppress = format!("{PIPELINE}[suppress]\nauthors = [\"Jane Doe\"]\n");
        let digest = format!("{PIPELINE}[[digest]]\nname = \"a\"\nto = [\"a@example.org\"]\n[mail]\nhost = \"h\"\n[contact]\nemail = \"a\"\n");
        let coverage = format!("min_coverage = 0.9\n{PIPELINE}");
        for same in [secret, comment, format!("name = 'a'\n\n{order}"), suppress, digest, coverage] {
            assert_eq!(hash(&same), hash(PIPELINE), "{same}");
        }
    }

    #[test]
    fn everything_else_counts() {
        let others = [("\"a\"", "\"b\""), ("page=1", "page=2"), ("code=", "key="), ("@h/a", "@h/b"), ("jsonl", "pwc")];
        for (one, other) in others {
            assert_ne!(hash(&PIPELINE.replace(one, other)), hash(PIPELINE), "{other}");
        }
        assert_ne!(of(PIPELINE, "a = 1").unwrap(), hash(PIPELINE));
    }
}
