//! The meaning of nulls, as data: a column's null has one, or other columns of the row decide between two.

use anyhow::Result;
use polars::prelude::DataFrame;
use serde_json::{Value, json};
use std::{fmt, iter};

/// The meaning of a null in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Null {
    /// Not allowed: the column always has a value.
    Never,
    /// Unknown: there was no request, or the answer lacks it.
    Unknown,
    /// Unknown; if there is none, the column has this text.
    UnknownBeside(&'static str),
    /// There is none; the text says when.
    None(&'static str),
    /// There is none if the condition holds; otherwise unknown.
    NoneWhere(When),
    /// There is none if the condition holds; otherwise unknown, and the column has this text if there is none.
    NoneWhereBeside(When, &'static str),
    /// There is none exactly if the condition holds; otherwise the column always has a value.
    OnlyWhere(When),
}

/// A condition on another column of the row, or on either of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) column: &'static str,
    pub(crate) is: Is,
    /// True if the column must have this value, false if it must have any other.
    holds: bool,
    or: Option<&'static When>,
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
        Self { column, is, holds: true, or: None }
    }

    pub(crate) const fn is_not(column: &'static str, is: Is) -> Self {
        Self { column, is, holds: false, or: None }
    }

    pub(crate) const fn or(self, other: &'static Self) -> Self {
        Self { or: Some(other), ..self }
    }

    /// Lists the conditions, each without the others.
    fn each(self) -> impl Iterator<Item = Self> {
        iter::successors(Some(self), |when| when.or.copied()).map(|when| Self { or: None, ..when })
    }

    /// Returns for each row whether the condition holds.
    fn of(self, frame: &DataFrame) -> Result<Vec<bool>> {
        let column = frame.column(self.column)?;
        let are: Vec<bool> = match self.is {
            Is::Null => column.is_null().iter().map(|is| is == Some(true)).collect(),
            Is::Bool(bool) => column.bool()?.iter().map(|is| is == Some(bool)).collect(),
            Is::Text(texts) => column.str()?.iter().map(|is| is.is_some_and(|is| texts.contains(&is))).collect(),
        };
        let or = self.or.map_or_else(|| Ok(vec![false; frame.height()]), |or| or.of(frame))?;
        Ok(are.into_iter().zip(or).map(|(is, or)| is == self.holds || or).collect())
    }

    fn as_json(self) -> Value {
        if self.or.is_some() {
            return json!({"any": self.each().map(Self::as_json).collect::<Vec<_>>()});
        }
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
        }?;
        self.or.map_or(Ok(()), |or| write!(f, " or {or}"))
    }
}

impl Null {
    /// Lists the conditions that decide the meaning of a null, if there are any.
    pub(crate) fn decided_by(self) -> impl Iterator<Item = When> {
        let when = match self {
            Self::NoneWhere(when) | Self::NoneWhereBeside(when, _) | Self::OnlyWhere(when) => Some(when),
            Self::Never | Self::Unknown | Self::UnknownBeside(_) | Self::None(_) => None,
        };
        when.into_iter().flat_map(When::each)
    }

    /// Finds the rows in which a column has a null that it may not have, or a value where it must be null.
    ///
    /// # Errors
    /// When the column, or the one that decides, is missing.
    pub(crate) fn broken(self, column: &str, frame: &DataFrame) -> Result<Vec<usize>> {
        let column = frame.column(column)?;
        let may_be: Vec<bool> = match self {
            Self::Never if column.null_count() > 0 => vec![false; frame.height()],
            Self::Never => return Ok(Vec::new()),
            Self::OnlyWhere(when) => when.of(frame)?,
            Self::Unknown | Self::UnknownBeside(_) | Self::None(_) | Self::NoneWhere(_) | Self::NoneWhereBeside(..) => return Ok(Vec::new()),
        };
        Ok(column.is_null().iter().zip(may_be).enumerate().filter(|(_, (is, may_be))| *is != Some(*may_be)).map(|(row, _)| row).collect())
    }

    /// Describes it for programs.
    pub(crate) fn as_json(self) -> Value {
        match self {
            Self::Never => json!({"means": "never"}),
            Self::Unknown => json!({"means": "unknown"}),
            Self::UnknownBeside(none) => json!({"means": "unknown", "none_is": none}),
            Self::None(words) => json!({"means": "none", "when": words}),
            Self::NoneWhere(when) => json!({"means": "none", "where": when.as_json(), "elsewhere": "unknown"}),
            Self::NoneWhereBeside(when, none) => json!({"means": "none", "where": when.as_json(), "elsewhere": "unknown", "none_is": none}),
            Self::OnlyWhere(when) => json!({"means": "none", "where": when.as_json(), "elsewhere": "never"}),
        }
    }
}

/// Describes it for people.
impl fmt::Display for Null {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::Unknown => f.write_str("unknown"),
            Self::UnknownBeside(none) => write!(f, "unknown (none is {})", text(none)),
            Self::None(words) => write!(f, "none: {words}"),
            Self::NoneWhere(when) => write!(f, "none where {when}, else unknown"),
            Self::NoneWhereBeside(when, none) => write!(f, "none where {when}, else unknown (none is {})", text(none)),
            Self::OnlyWhere(when) => write!(f, "none, exactly where {when}"),
        }
    }
}

fn text(none: &'static str) -> &'static str {
    if none.is_empty() { "an empty text" } else { none }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    const IS_Q: When = When::is("kind", Is::Text(&["q"]));
    const NO_KIND: When = When::is("kind", Is::Null);

    #[test]
    fn a_null_stands_where_it_may_and_a_value_where_it_must() {
        let frame = df!("a" => [Some("x"), None, Some("y"), None], "kind" => ["p", "p", "q", "q"]).unwrap();
        let broken = |null: Null| null.broken("a", &frame).unwrap();
        assert_eq!(broken(Null::Never), [1, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Text(&["p"])))), [0, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is_not("kind", Is::Text(&["p"])))), [1, 2]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Null))), [1, 3]);
        assert_eq!(broken(Null::OnlyWhere(When::is("kind", Is::Text(&["p"])).or(&IS_Q))), [0, 2]);
        assert!([Null::Unknown, Null::None("w"), Null::NoneWhere(When::is("kind", Is::Null))].into_iter().all(|null| broken(null).is_empty()));
    }

    #[test]
    fn the_column_that_decides_is_named_with_what_it_says() {
        let null = Null::NoneWhere(When::is_not("kind", Is::Text(&["p", "q"])));
        assert_eq!(null.to_string(), "none where kind is not p or q, else unknown");
        assert_eq!(null.as_json(), json!({"means": "none", "where": {"column": "kind", "is_not": ["p", "q"]}, "elsewhere": "unknown"}));
    }

    #[test]
    fn any_of_several_columns_may_decide_and_a_text_may_say_none_beside() {
        let null = Null::NoneWhereBeside(When::is("own", Is::Bool(false)).or(&NO_KIND), "");
        assert_eq!(null.to_string(), "none where own is false or kind is null, else unknown (none is an empty text)");
        let any = json!({"any": [{"column": "own", "is": false}, {"column": "kind", "is": null}]});
        assert_eq!(null.as_json(), json!({"means": "none", "where": any, "elsewhere": "unknown", "none_is": ""}));
        assert_eq!(null.decided_by().map(|when| when.column).collect::<Vec<_>>(), ["own", "kind"]);
    }
}
