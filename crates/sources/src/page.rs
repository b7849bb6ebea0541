//! docs/SOURCES.md: a page a source, made from its row.

use super::SourceKind;

const HEAD: &str = "\
<!-- Made by `starcite schema --sources`: change the rows in crates/sources/src/, not this page. -->

# Sources
Where papers come from. A source is a `[[source]]` of a pipeline, or `--from` of `starcite extract`:

```toml
[[source]]
kind = \"openalex\"
path = \"works\"     # a file, a glob, a folder or \"-\"; or url = \"https://…\" or \"s3://bucket/…\"
```

All are read while they arrive, plain, gzip, zstd or bzip2, which the first bytes tell. A folder is its files and those of the folders in it, in the order of their names, without
hidden ones and without what Spark and others write beside theirs (`_SUCCESS`, `_temporary`, `_metadata`, `_delta_log`, …); a glob (`papers/*.jsonl.gz`, `works/updated_date=*/part_*.gz`, `years/**/*.bib`) is what matches, files and folders. Beside partitions, folders called `column=value`, a `manifest`,
README, licence or what begins with `_` describes them and is not read. A folder that is there is meant as it is called, also with `[`, `*` or `?` in its name. A path that names no files is an error (exit code 1).

**What is not read** is an error that names it, with exit code 1: archives (ZIP, tar, also compressed, 7z, RAR), other compressions (xz, LZ4, LZMA, …), ORC, Avro, HDF5, databases
(SQLite, DuckDB), PDF, web pages, UTF-16 and UTF-32; Parquet and Arrow by any source but `table`; what does not begin with text; and text in another
encoding than UTF-8, such as windows-1252: of its first 256 KiB at least three lines are not UTF-8, and no line with a letter beyond ASCII is. Fewer such lines,
or such lines among others that are UTF-8, are rejected one by one. The error names the `iconv` that repairs it.

**Records.** A record that is none is a row of `rejects` with its place and a reason, and the next
one is read. Rejected of every source: what is not in the form of the source (JSON, XML, CSV, …) or no UTF-8; a record longer than 16 MiB (`max_record_mib`), or with more than
127 values in each other; a record with neither an identifier nor a title; the second record of one paper, where there is a single source; the rest of
an input that breaks off, of one that becomes more than 200 times as large as it is (`max_expansion`), compressed as a whole or in itself (Parquet, Arrow), and of one that is
not what it was taken for: 10,000 records in a row, or 1,000,000 in all, that can't be used. The exit code is 3 then, unless
`max_rejects` under `[input]` allows as many: a number (`max_rejects = 50`) or a share of the records read (`max_rejects = \"1%\"`). The rest of an input that
was not read to its end is never allowed.

**Bounds.** The expansion is looked at from 64 MiB on, so that a small file may be made of blanks. What a Parquet or Arrow file becomes is every page and buffer that is
decoded, as often as it is, and every cell that is taken. An input that is not what it was taken for ends with the batch of up to 16,384 records in which that shows; what stood before
counts, one reject says so (`nothing behind this was read`), and the input is not in the manifest's `inputs`, which have what was read to its end. A damaged mebibyte of text has
some 4,000 line ends, so the records behind it are read. The second record of one paper is none of those that count to this.

**JSON** is lines, an array, or objects of several lines, one after the other, whatever the source. `NaN` and `Infinity`, which Python writes, are null; half a pair of surrogates (`\\ud83d`
alone) is U+FFFD; of a key that stands twice the last value counts; a number that is too large for any type is a text.

**XML** is cut by the tags of its records: one that is damaged (a tag is not closed, or another record begins in it) is a reject, and the next one is read. A document or a comment
that does not end is a reject, too. An `&` that begins no entity is a letter.

`paper_id` is `arxiv:<id>`, else `doi:<doi>`, else the source's own id, else made from the title. A field that is not there is null: unknown. An arXiv id is as arXiv
gives it out, without its version and without the class that stood in ids until 2007: `math.GT/0309136v2` is `math/0309136`.

**Bad values** cost the value, not the paper: what has another type than its field, or is not a date, number, DOI, arXiv id or address where one is needed, is null as if it
were not there. Of the week's papers, and of archives and observations, they are counted by column in the summary and in `manifest.json` (`bad_values`), and
the first three are told. What is not a column has the name of the source's field. A number may be text, and a text a number.

**Dates** are read the same way in every source. A day is `2026-05-12`, also with a time behind it, `2026/05/12`, `2026.05.12`, `12.05.2026` (day, month, year),
`12 May 2026`, `May 12, 2026`, `2026 May 12` (English names, whole or of three letters), or a time such as `Tue, 12 May 2026 19:18:42 GMT` (its day in UTC).
`31/12/2026` and `12/31/2026` are one, too: of `05/06/2026` nobody can tell the day, and the year alone is taken. So it is of `2026`, `2026-05`, `05/2026`, `2026/05`,
`May 2026`, `2026 May` and `2026-05-00`: `published` is null then, `year` is known. Ranges, `n.d.`, `in press` and days that are not in the calendar are bad values.

**Titles and names** are in one form, whatever the source: Unicode composed (NFC), entities and LaTeX's accents as the letters that they stand for,
without LaTeX's fonts, ties and the braces that protect a capital letter, blanks single, `--` a dash, a person `First Last`. Formulas, addresses, unknown
commands and names of groups stay as they are. Where that makes a difference, `title_original` and `authors_original` have what the source wrote.

**Several sources** are one row a paper: records that share an arXiv id, a DOI or their `paper_id` are one paper, also where a third record says so. The
source named first wins, field by field; `sources` names all. An `id` of your own (`jsonl`) stays as it stands where that source is the first. What another
source tells otherwise is a row of `conflicts`, for the papers that the week brought:

| `reason` | a row where |
| --- | --- |
| `ids_differ` | arXiv ids differ, or DOIs of which neither is the one that arXiv gives (`10.48550/…`) |
| `titles_differ` | letters or digits differ, also within one kind of source where an `id` of its own alone makes two records one paper; case, accents, punctuation, whitespace, tags and LaTeX do not count |
| `title_continues` | one title goes on where the other ends, mostly a subtitle |
| `dates_a_year_apart` | `published` is a year or more apart, or `year` is another where one of the two has no day (January may follow December) |
";

/// Returns the text of docs/SOURCES.md.
pub fn text() -> String {
    let list: String = SourceKind::ALL.iter().map(|kind| format!("| [`{0}`](#{0}) | {1} | {2} |\n", kind.name, kind.meaning, week(*kind))).collect();
    let pages: String = SourceKind::ALL.iter().copied().map(page).collect();
    format!("{HEAD}\n| source | what it is | a paper belongs to the week |\n| --- | --- | --- |\n{list}{pages}")
}

fn week(kind: SourceKind) -> &'static str {
    match (kind.has_papers, kind.is_dated) {
        (false, _) => "–",
        (true, true) => "of its date",
        (true, false) => "that first sees it, or sees it changed",
    }
}

fn page(kind: SourceKind) -> String {
    let page = &kind.page;
    let fields: String = page.fields.iter().map(|(column, from)| format!("| `{column}` | {from} |\n")).collect();
    let fields = if fields.is_empty() { fields } else { format!("\n| column of `papers` | from |\n| --- | --- |\n{fields}") };
    let (notes, rejects) = (list(page.notes), list(page.rejects));
    let rejects = if rejects.is_empty() { rejects } else { format!("\nRejected:\n{rejects}") };
    let licences: Vec<&str> = kind.licences.iter().map(|licence| licence.in_short).collect();
    let (name, data, get, licence) = (kind.name, page.data, page.get, licences.join(" "));
    format!("\n## {name}\n{data}\n\n```sh\n{get}\n```\n\n**Licence.** {licence}\n{fields}{notes}{rejects}")
}

/// Returns a list, after an empty line.
fn list(items: &[&str]) -> String {
    let items: String = items.iter().map(|item| format!("- {item}\n")).collect();
    if items.is_empty() { items } else { format!("\n{items}") }
}
