//! Nulls: not in columns that always have a value, and no values where a column must be null.

use super::Problems;
use super::under_test::Rows;
use crate::tables::schema::Column;
use anyhow::Result;

pub(super) fn verify(rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
    let can_be_told = |column: &&&Column| column.null.decided_by().all(|when| rows.columns.have(&[when.column]));
    for column in rows.columns.sound.iter().filter(can_be_told) {
        for row in column.null.broken(column.name, &rows.frame)? {
            let found = if rows.frame.column(column.name)?.get(row)?.is_null() { "null" } else { "a value" };
            rows.damaged(problems, "null off", row, format!("{} is {found}, and its null says: {}", column.name, column.null));
        }
    }
    Ok(())
}
