//! The meaning of nulls, as data: in a column a null has one, or another column of the row decides between two.

use anyhow::Result;
use polars::prelude::DataFrame;
use serde_json::{Value, json};
use std::fmt;

/// The meaning of a null in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Null {
    /// None: the column always has a value.
    Never,
    /// Unknown: nobody was asked, or whoever was does not say.
    Unknown,
    /// Unknown; where there is none, the column has this text.
    UnknownBeside(&'static str),
    /// None there; the words say when.
    None(&'static str),
    /// None there where that is so; elsewhere unknown.
    NoneWhere(When),
    /// None there exactly where that is so; elsewhere the column always has a value.
    OnlyWhere(When),
}

/// A condition on another column of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) column: &'static str,
    pub(crate) is: Is,
    /// True if the column is to be that, false if anything else.
    holds: bool,
}

/// The value of a column, for a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Is {
    Null,
    Bool(bool),
    /// One of these texts.
    Text(&'static [&'static str]),
}

impl When {
    pub(crate) const fn is(column: &'static str, is: Is) -> Self {
        Self { column, is, holds: true }
    }

    pub(crate) const fn is_not(column: &'static str, is: Is) -> Self {
        Self { column, is, holds: false }
    }

    /// Tells row by row whether it holds.
    fn of(self, frame: &DataFrame) -> Result<Vec<bool>> {
        let column = frame.column(self.column)?;
        let are: Vec<bool> = match self.is {
            Is::Null => column.is_null().iter().map(|is| is == Some(true)).collect(),
            Is::Bool(bool) => column.bool()?.iter().map(|is| is == Some(bool)).collect(),
            Is::Text(texts) => column.str()?.iter().map(|is| is.is_some_and(|is| texts.contains(&is))).collect(),
        };
        Ok(are.into_iter().map(|is| is == self.holds).collect())
    }

    fn as_json(self) -> Value {
        let value = match self.is {
            Is::Null => Value::Null,
            Is::Bool(bool) => bool.into(),
            Is::Text([text]) => (*text).into(),
            Is::Text(texts) => texts.into(),
        };
        json!({"column": self.column, if self.holds { "is" } else { "is_not" }: value})
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}", self.column, if self.holds { "" } else { "not " })?;
        match self.is {
            Is::Null => f.write_str("null"),
            Is::Bool(bool) => write!(f, "{bool}"),
            Is::Text([""]) => f.write_str("empty"),
            Is::Text(texts) => f.write_str(&texts.join(" or ")),
        }
    }
}

impl Null {
    /// The condition that decides what a null says, where there is one.
    pub(crate) fn decided_by(self) -> Option<When> {
        match self {
            Self::NoneWhere(when) | Self::OnlyWhere(when) => Some(when),
            Self::Never | Self::Unknown | Self::UnknownBeside(_) | Self::None(_) => None,
        }
    }

    /// Finds the rows in which a column of a table that was read has a null that it may not have, or a value where it has none.
    ///
    /// # Errors
    /// When the column, or the one that decides, is not there.
    pub(crate) fn broken(self, column: &str, frame: &DataFrame) -> Result<Vec<usize>> {
        let column = frame.column(column)?;
        let may_be: Vec<bool> = match self {
            Self::Never if column.null_count() > 0 => vec![false; frame.height()],
            Self::Never => return Ok(Vec::new()),
            Self::OnlyWhere(when) => when.of(frame)?,
            Self::Unknown | Self::UnknownBeside(_) | Self::None(_) | Self::NoneWhere(_) => return Ok(Vec::new()),
        };
        Ok(column.is_null().iter().zip(may_be).enumerate().filter(|(_, (is, may_be))| *is != Some(*may_be)).map(|(row, _)| row).collect())
    }

    /// Describes it to programs.
    pub(crate) fn as_json(self) -> Value {
        match self {
            Self::Never => json!({"means": "never"}),
            Self::Unknown => json!({"means": "unknown"}),
            Self::UnknownBeside(none) => json!({"means": "unknown", "none_is": none}),
            Self::None(words) => json!({"means": "none", "when": words}),
            Self::NoneWhere(when) => json!({"means": "none", "where": when.as_json(), "elsewhere": "unknown"}),
            Self::OnlyWhere(when) => json!({"means": "none", "where": when.as_json(), "elsewhere": "never"}),
        }
    }
}

/// Words for people.
impl fmt::Display for Null {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::Unknown => f.write_str("unknown"),
            Self::UnknownBeside("") => f.write_str("unknown (none is an empty text)"),
            Self::UnknownBeside(none) => write!(f, "unknown (none is {none})"),
            Self::None(words) => write!(f, "none: {words}"),
            Self::NoneWhere(when) => write!(f, "none where {when}, else unknown"),
            Self::OnlyWhere(when) => write!(f, "none, exactly where {when}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    #[test]
    fn a_null_stands_where_it_may_and_a_value_where_it_must() {
        let frame = df!("a" => [Some("x"), None, Some("y"), None], "kind" => ["p", "p", "q", "q"]).unwrap();
        let broken = |null: Null| null.broken("a", &frame).unwrap();
        assert_eq!(broken(Null::Never), [1, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Text(&["p"])))), [0, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is_not("kind", Is::Text(&["p"])))), [1, 2]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Null))), [1, 3]);
        assert!([Null::Unknown, Null::None("w"), Null::NoneWhere(When::is("kind", Is::Null))].into_iter().all(|null| broken(null).is_empty()));
    }

    #[test]
    fn the_column_that_decides_is_named_with_what_it_says() {
        let null = Null::NoneWhere(When::is_not("kind", Is::Text(&["p", "q"])));
        assert_eq!(null.to_string(), "none where kind is not p or q, else unknown");
        assert_eq!(null.as_json(), json!({"means": "none", "where": {"column": "kind", "is_not": ["p", "q"]}, "elsewhere": "unknown"}));
    }
}
