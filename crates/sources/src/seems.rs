//! Names what a file seems to be that was given in place of another one.

use super::{compression, foreign};

/// The probable kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seems {
    /// Its name for people.
    pub name: &'static str,
    /// The command that reads it, without `starcite` and the file; `None` if there is none.
    pub command: Option<&'static str>,
}

/// Returns the probable kind of a file that begins so, by its magic numbers or by the form of its first lines; `None` for other text.
pub fn seems(start: &[u8]) -> Option<Seems> {
    let of = |name, command| Some(Seems { name, command });
    if let Some(name) = compression::name(start) {
        return of(name, Some("extract"));
    }
    if let Some((name, is_table)) = foreign::name(start) {
        return of(name, is_table.then_some("extract --from table"));
    }
    if foreign::utf_16(start).is_some() {
        return of("UTF-16", None);
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let first = lines.next()?;
    let is_object = |line: &[u8]| line.starts_with(b"{");
    if is_object(first) {
        let name = if first.ends_with(b"}") && lines.next().is_none_or(is_object) { "JSON lines" } else { "JSON" };
        return of(name, Some("extract"));
    }
    if let Some(rest) = text.strip_prefix(b"[")
        && rest.trim_ascii_start().starts_with(b"{")
    {
        return of("a JSON array", Some("extract"));
    }
    if first.starts_with(b"<") {
        return of("XML", Some("extract"));
    }
    if first.starts_with(b"@") && first.contains(&b'{') {
        return of("BibTeX", Some("extract --from bibtex"));
    }
    let is_header = first.iter().any(|byte| b",;\t|".contains(byte)) && !first.iter().any(|byte| b"=[#".contains(byte));
    if is_header { of("a table (CSV)", Some("extract --from table")) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_named_by_its_beginning_and_a_pipeline_is_not() {
        for (start, name, command) in [
            (&b"{\"id\": 1}\n{\"id\": 2}\n"[..], "JSON lines", Some("extract")),
            (b"{\"id\": 1}", "JSON lines", Some("extract")),
            (b"\xef\xbb\xbf{\n  \"a\": 1\n}", "JSON", Some("extract")),
            (b" [\n {\"id\": 1}]", "a JSON array", Some("extract")),
            (b"\x1f\x8b\x08\0", "gzip", Some("extract")),
            (b"PAR1\x15\x04", "Parquet", Some("extract --from table")),
            (b"SQLite format 3\0", "a SQLite database", None),
            (b"n\0a\0m\0e\0 \0=\0", "UTF-16", None),
            (b"<?xml version=\"1.0\"?><feed/>", "XML", Some("extract")),
            (b"<!doctype html><p>", "a web page (HTML)", None),
            (b"@article{a, title = {A}}", "BibTeX", Some("extract --from bibtex")),
            (b"Key;Title;DOI\n1;A;10.5555/a\n", "a table (CSV)", Some("extract --from table")),
        ] {
            assert_eq!(seems(start), Some(Seems { name, command }), "{}", String::from_utf8_lossy(start));
        }
        for text in ["name = \"a, b\"\n[[source]\n", "# a, b\nname = \n", "[[source]]\n", "", "a letter to my mother\n"] {
            assert_eq!(seems(text.as_bytes()), None, "{text}");
        }
    }
}
