//! Nulls: not in columns that always have a value, and no values where a column must be null.

use super::Problems;
use super::under_test::Rows;
use anyhow::Result;
use polars::prelude::DataFrame;
use starcite_rows::{Column, Is, Null, When};

pub(super) fn verify(rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
    let can_be_told = |column: &&&Column| column.null.decided_by().all(|when| rows.columns.have(&[when.column]));
    for column in rows.columns.sound.iter().filter(can_be_told) {
        for row in broken(column, &rows.frame)? {
            let found = if rows.frame.column(column.name)?.get(row)?.is_null() { "null" } else { "a value" };
            rows.damaged(problems, "null off", row, format!("{} is {found}, and its null says: {}", column.name, column.null));
        }
    }
    Ok(())
}

/// Finds the rows in which a column has a null that it cannot have, or a value where it must be null.
///
/// # Errors
/// When the column, or the one that decides, is missing.
pub(crate) fn broken(column: &Column, frame: &DataFrame) -> Result<Vec<usize>> {
    let values = frame.column(column.name)?;
    let nulls: Vec<bool> = match column.null {
        Null::Never if values.null_count() > 0 => vec![false; frame.height()],
        Null::OnlyWhere(when) => holds(when, frame)?,
        _ => return Ok(Vec::new()),
    };
    Ok(values.is_null().iter().zip(nulls).enumerate().filter(|(_, (is, must_be))| *is != Some(*must_be)).map(|(row, _)| row).collect())
}

/// Returns for each row whether a condition holds.
fn holds(when: When, frame: &DataFrame) -> Result<Vec<bool>> {
    let column = frame.column(when.column)?;
    let are: Vec<bool> = match when.is {
        Is::Null => column.is_null().iter().map(|is| is == Some(true)).collect(),
        Is::Bool(bool) => column.bool()?.iter().map(|is| is == Some(bool)).collect(),
        Is::Text(texts) => column.str()?.iter().map(|is| is.is_some_and(|is| texts.contains(&is))).collect(),
    };
    let or = when.or.map_or_else(|| Ok(vec![false; frame.height()]), |or| holds(*or, frame))?;
    Ok(are.into_iter().zip(or).map(|(is, or)| is == when.holds || or).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;
    use starcite_rows::{Allowed, Type};

    const IS_Q: When = When::is("kind", Is::Text(&["q"]));

    #[test]
    fn a_null_is_where_it_may_be_and_a_value_where_it_must_be() {
        let frame = df!("a" => [Some("x"), None, Some("y"), None], "kind" => ["p", "p", "q", "q"]).unwrap();
        let broken = |null| broken(&Column { name: "a", kind: Type::Text, unit: "", null, meaning: "", allowed: Allowed::Any, of_run: false }, &frame).unwrap();
        assert_eq!(broken(Null::Never), [1, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Text(&["p"])))), [0, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is_not("kind", Is::Text(&["p"])))), [1, 2]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Null))), [1, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Text(&["p"])).or(&IS_Q))), [0, 2]);
        assert!([Null::Unknown, Null::None("w"), Null::NoneWhere(When::is("kind", Is::Null))].into_iter().all(|null| broken(null).is_empty()));
    }
}
