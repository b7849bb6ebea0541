//! Detects files of unsupported kinds by their first bytes: the error names them, and no record is searched for in their bytes.

use anyhow::{Result, bail};

/// The kinds of inputs that a source takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Records as text.
    Text,
    /// Parquet and Arrow as well.
    Tables,
    /// Parquet of papers with their links.
    Links,
}

impl Takes {
    /// True if they have columns, which a pipeline can name.
    pub fn has_columns(self) -> bool {
        self != Self::Text
    }
}

/// A kind of file.
struct Kind {
    /// The offset of its mark.
    at: usize,
    mark: &'static [u8],
    name: &'static str,
    /// The next step for the user.
    instead: &'static str,
    /// True if it is a table that `--from table` reads.
    is_table: bool,
}

const fn kind(mark: &'static [u8], name: &'static str, instead: &'static str) -> Kind {
    Kind { at: 0, mark, name, instead, is_table: false }
}

const fn table(mark: &'static [u8], name: &'static str) -> Kind {
    Kind { at: 0, mark, name, instead: "tables are read by --from table, or kind = \"table\" in a pipeline", is_table: true }
}

const ZIP: &str = "a ZIP archive, or an Excel file";
const UNZIP: &str = "unpack it first (unzip -p), or save the sheet as CSV";
const UTF_8: &str = "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";
const AS_PARQUET: &str = "write it as Parquet, which --from table reads, or as JSON lines";

const KINDS: &[Kind] = &[
    table(b"PAR1", "Parquet"),
    table(b"ARROW1", "Arrow (Feather)"),
    table(b"\xff\xff\xff\xff", "a stream of Arrow"),
    kind(b"PARE", "encrypted Parquet", "write it again without encryption"),
    kind(b"FEA1", "Feather of version 1", "write it again as version 2, or as Parquet"),
    kind(b"ORC", "ORC", AS_PARQUET),
    kind(b"Obj\x01", "Avro", AS_PARQUET),
    kind(b"\x89HDF\r\n\x1a\n", "HDF5", AS_PARQUET),
    kind(b"\x93NUMPY", "an array of NumPy", AS_PARQUET),
    kind(b"RDX", "a file of R", AS_PARQUET),
    kind(b"SQLite format 3\0", "a SQLite database", "export the table as CSV (sqlite3 -header -csv)"),
    Kind { at: 8, ..kind(b"DUCK", "a DuckDB database", "write the table as Parquet (COPY … TO …), which --from table reads") },
    kind(b"PK\x03\x04", ZIP, UNZIP),
    kind(b"PK\x05\x06", ZIP, UNZIP),
    kind(b"PK\x07\x08", ZIP, UNZIP),
    kind(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file", "save the sheet as CSV"),
    Kind { at: 257, ..kind(b"ustar", "a tar archive", "unpack it first (tar -xOf)") },
    kind(b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first (7z x -so)"),
    kind(b"Rar!\x1a\x07", "a RAR archive", "unpack it first (unrar p -inul)"),
    kind(b"\xfd7zXZ\0", "xz", "decompress it first (xz -dc)"),
    kind(b"\x5d\0\0", "LZMA", "decompress it first (xz -dc --format=lzma)"),
    kind(b"LZIP", "lzip", "decompress it first (lzip -dc)"),
    kind(b"\x89LZO\0\r\n\x1a\n", "lzop", "decompress it first (lzop -dc)"),
    kind(b"\x04\x22\x4d\x18", "LZ4", "decompress it first (lz4 -dc)"),
    kind(b"\x02\x21\x4c\x18", "LZ4", "decompress it first (lz4 -dc)"),
    kind(b"\xff\x06\0\0sNaPpY", "snappy", "decompress it first (snzip -dc)"),
    kind(b"\x1f\x9d", "the compression of compress (.Z)", "decompress it first (gzip -dc)"),
    kind(b"\x1f\x8b", "still gzip, for it was compressed twice", "decompress it once (gzip -dc)"),
    kind(b"\x28\xb5\x2f\xfd", "still zstd, for it was compressed twice", "decompress it once (zstd -dc)"),
    kind(b"BZh", "still bzip2, for it was compressed twice", "decompress it once (bzip2 -dc)"),
    kind(b"%PDF-", "a PDF", "no source reads it"),
    kind(b"\xff\xfe\0\0", "UTF-32", "save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"),
    kind(b"\0\0\xfe\xff", "UTF-32", "save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"),
    kind(b"\xff\xfe", "UTF-16", UTF_8),
    kind(b"\xfe\xff", "UTF-16", UTF_8),
];

/// The marks of a web page, in lower case: its beginning, or a doctype in its first bytes after a comment.
const PAGE: &[u8] = b"<html";
const DOCTYPE: &[u8] = b"<!doctype html";
const DOCTYPE_WITHIN: usize = 1024;

/// The bytes that are examined to tell text from other data. Of compressed bytes one in nine is a control character.
const TEXT_BYTES: usize = 4096;
/// The bytes that are examined after a mark of letters: no format with such a mark continues with so much text.
const PLAIN_BYTES: usize = 32;

impl Kind {
    /// True if an input that begins so is of the kind. A text may begin with a mark of letters alone, too.
    fn is_of(&self, start: &[u8]) -> bool {
        let is_marked = start.get(self.at..).is_some_and(|rest| rest.starts_with(self.mark));
        is_marked && !(self.mark.iter().all(u8::is_ascii_alphanumeric) && is_plain(&start[..start.len().min(self.at + PLAIN_BYTES)]))
    }
}

/// Returns the name of the kind of a file that begins so, and true if it is a table.
pub(super) fn name(start: &[u8]) -> Option<(&'static str, bool)> {
    let page = || is_web_page(start.trim_ascii_start()).then_some(("a web page (HTML)", false));
    kind_of(start).map(|kind| (kind.name, kind.is_table)).or_else(page)
}

fn kind_of(start: &[u8]) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.is_of(start))
}

/// Fails if an input that begins so, decompressed, is of an unsupported kind.
pub(super) fn check(start: &[u8], takes: Takes) -> Result<()> {
    if let Some(Kind { name, instead, is_table, .. }) = kind_of(start) {
        if *is_table && takes.has_columns() {
            return Ok(());
        }
        bail!("it is {name}: {instead}");
    }
    if is_web_page(start.trim_ascii_start()) {
        bail!("it is a web page (HTML): its server gave that instead of data; open it to see why");
    }
    if let Some(encoding) = utf_16(&start[..start.len().min(TEXT_BYTES)]) {
        bail!("it seems to be UTF-16 without a byte order mark: save it as UTF-8 (iconv -f {encoding} -t UTF-8)");
    }
    if !is_text(&start[..start.len().min(TEXT_BYTES)]) {
        bail!("it does not begin with text: it is of a kind that is not read, such as brotli, or is damaged");
    }
    if takes_letters_otherwise(start) {
        let (name, from) = if is_western(start) { ("windows-1252", "WINDOWS-1252") } else { ("text in an encoding of its own", "ENCODING") };
        bail!("it seems to be {name}, for none of its letters beyond ASCII is UTF-8: save it as UTF-8 (from Excel: CSV UTF-8; else iconv -f {from} -t UTF-8)");
    }
    Ok(())
}

/// Returns the name of UTF-16 for a text of it that is mostly ASCII: every other byte is zero.
pub(super) fn utf_16(start: &[u8]) -> Option<&'static str> {
    let pairs = start.len() / 2;
    let zeros = |at: usize| start.chunks_exact(2).filter(|pair| pair[at] == 0).count();
    let is_mostly = |zero: usize, text: usize| pairs > 1 && zero * 2 > pairs && text * 32 <= pairs;
    let (first, second) = (zeros(0), zeros(1));
    if is_mostly(second, first) {
        Some("UTF-16LE")
    } else if is_mostly(first, second) {
        Some("UTF-16BE")
    } else {
        None
    }
}

/// Lines that are not UTF-8, and no other one beyond ASCII, before a text counts as one in another encoding: fewer may be damaged records.
const OTHERWISE_LINES: usize = 3;

/// True if all lines with letters beyond ASCII are in another encoding than UTF-8.
fn takes_letters_otherwise(start: &[u8]) -> bool {
    let mut otherwise = 0;
    for line in start.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        match std::str::from_utf8(line) {
            Err(error) if error.error_len().is_some() => otherwise += 1,
            _ => return false, // the last line may end within a character
        }
    }
    otherwise >= OTHERWISE_LINES
}

/// True if the letters beyond ASCII are mostly alone among others, as in western languages, and windows-1252 has them.
fn is_western(start: &[u8]) -> bool {
    let is_high = |at: usize| start.get(at).is_some_and(|byte| !byte.is_ascii());
    let all: Vec<usize> = (0..start.len()).filter(|at| is_high(*at)).collect();
    let alone = all.iter().filter(|at| !is_high(**at + 1) && (**at == 0 || !is_high(**at - 1))).count();
    let is_undefined = |at: &usize| [0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(&start[*at]);
    alone * 2 > all.len() && !all.iter().any(is_undefined)
}

fn is_web_page(start: &[u8]) -> bool {
    let begin = start[..start.len().min(DOCTYPE_WITHIN)].to_ascii_lowercase();
    begin.starts_with(PAGE) || begin.starts_with(b"<") && memchr::memmem::find(&begin, DOCTYPE).is_some()
}

/// True for text without any control character. It may end within a character.
fn is_plain(start: &[u8]) -> bool {
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    !start.iter().any(is_control) && std::str::from_utf8(start).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// True for text, also in another encoding than UTF-8, and with a few control characters in it.
fn is_text(start: &[u8]) -> bool {
    let controls = start.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    let is_utf_8 = std::str::from_utf8(start).map_or_else(|error| error.error_len().is_none(), |_| true); // it may end within a character
    let allowed = if is_utf_8 { 16 + start.len() / 16 } else { 2 + start.len() / 32 };
    controls <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(start: &[u8], takes: Takes) -> String {
        check(start, takes).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn kinds_are_told_by_their_marks_and_tables_are_for_the_source_that_takes_them() {
        for kind in KINDS {
            let start = [vec![b' '; kind.at], kind.mark.to_vec(), b"\x01..".to_vec()].concat();
            let name = if kind.mark == b"\xff\xfe" { "UTF-16" } else { kind.name };
            assert!(said(&start, Takes::Text).starts_with(&format!("it is {name}: ")), "{}", kind.name);
            assert_eq!(said(&start, Takes::Tables).is_empty(), kind.is_table, "{}", kind.name);
        }
    }

    #[test]
    fn a_mark_of_letters_may_begin_a_text() {
        for text in [
            "ORCID,Title,DOI\n0000-0002,A,10.5555/a\n",
            "PARENT,Title\n",
            "BZhang/tool\n",
            "RDX-lab/tool\n",
            "LZIPs/x\n",
            "ORCID,T\u{ed}tulo\n",
            "eight 8 DUCKs\n",
        ] {
            assert_eq!(said(text.as_bytes(), Takes::Text), "", "{text}");
        }
        for (bytes, name) in [(&b"ORC\x08\x03more"[..], "it is ORC"), (b"RDX3\nX\n\0\0\0\x03", "a file of R"), (b"BZh91AY&SY\xb1\x9f\x03\xfe\x00", "bzip2")] {
            assert!(said(bytes, Takes::Text).contains(name), "{name}");
        }
    }

    #[test]
    fn a_text_in_another_encoding_is_one_error_and_a_few_damaged_lines_are_none() {
        let western = b"caf\xe9\nna\xefve\nplain\nM\xfcller \x96 Stra\xdfe\nca\xf1\xf3n\n";
        assert!(
            said(western, Takes::Text).starts_with("it seems to be windows-1252, for none") && said(western, Takes::Tables).contains("iconv -f WINDOWS-1252")
        );
        let russian = b"\xd2\xe5\xf1\xf2 \xf1\xeb\xee\xe2\n".repeat(3);
        assert!(said(&russian, Takes::Text).contains("in an encoding of its own") && said(&russian, Takes::Text).contains("iconv -f ENCODING"));
        for text in [&b"caf\xe9\nna\xefve\nplain\n"[..], &[western, &b"caf\xc3\xa9\n"[..]].concat(), b"plain\n", "Gr\u{f6}\u{df}e\n".repeat(9).as_bytes()] {
            assert_eq!(said(text, Takes::Text), "", "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn web_pages_are_told_from_xml_and_compressed_bytes_from_text() {
        for page in ["\n<!DOCTYPE html>", "<HTML lang=\"en\">", "<html", "<?xml version=\"1.0\"?>\n<!-- x -->\n<!doctype html>"] {
            assert!(said(page.as_bytes(), Takes::Text).contains("web page"), "{page}");
        }
        for text in ["<?xml version=\"1.0\"?><html>", "<feed>", "{\"a\": \"\u{1}\u{2}\"}", "", "P", "a,b\n\x0c", "Größe;Тест;大小\n"] {
            assert_eq!(said(text.as_bytes(), Takes::Text), "", "{text}");
        }
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| "{\"id\": \"t:1\", \"title\": \"Gr\u{f6}\u{df}e\"}".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        assert!(said(&utf_16(u16::to_le_bytes), Takes::Text).contains("UTF-16 without a byte order mark: save it as UTF-8 (iconv -f UTF-16LE -t UTF-8)"));
        assert!(said(&utf_16(u16::to_be_bytes), Takes::Text).contains("iconv -f UTF-16BE"));
        let mut seed = 1u64;
        let noise = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        });
        let noise: Vec<u8> = noise.take(TEXT_BYTES).collect();
        for length in [60, 300, TEXT_BYTES] {
            assert!(said(&noise[..length], Takes::Tables).contains("does not begin with text"), "{length} bytes");
        }
    }
}
