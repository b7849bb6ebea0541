//! The data dictionary: every table and column with type, unit, meaning, allowed values and the meaning of null; `starcite schema --markdown` prints it, too.

use super::MARKER;
use super::words::markdown;
use starcite_rows::{Column, Table};

/// Returns the text of `DATA_DICTIONARY.md`.
pub(super) fn page(title: &str, tables: &[&Table]) -> String {
    format!(
        "<!-- {MARKER} -->\n\n# {}\n\nThe data dictionary: every table and column. What a null says in a column stands last: that it is *unknown*, which is never zero or \
        false, or that there is *none*.\n\n{}",
        markdown(title),
        text(tables)
    )
}

/// Returns the tables as Markdown.
pub(crate) fn text(tables: &[&Table]) -> String {
    tables.iter().map(|table| section(table)).collect::<Vec<_>>().join("\n")
}

fn section(table: &Table) -> String {
    let key: Vec<String> = table.key.iter().map(|column| format!("`{column}`")).collect();
    let rows: String = table.columns.iter().map(row).collect();
    format!(
        "## `{}`\n\n{}.\n\nKey within a week: {}.\n\n| column | type | unit | meaning | allowed | null |\n| --- | --- | --- | --- | --- | --- |\n{rows}",
        table.name,
        cell(table.meaning),
        key.join(", ")
    )
}

fn row(column: &Column) -> String {
    let allowed = column.allowed.words().unwrap_or_default();
    let cells = [column.unit, column.meaning, &allowed, &column.null.to_string()].map(cell);
    format!("| `{}` | `{}` | {} |\n", column.name, column.kind.as_str(), cells.join(" | "))
}

/// Escapes a text for a table cell, so that it contains neither the end of a column nor a tag.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
