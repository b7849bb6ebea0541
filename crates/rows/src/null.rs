//! The meaning of nulls, as data: a column's null has one, or other columns of the row decide between two.

use serde_json::{Value, json};
use std::{fmt, iter};

/// The meaning of a null in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// Not allowed: the column always has a value.
    Never,
    /// Unknown: there was no request, or the answer lacks it.
    Unknown,
    /// Unknown; if there is none, the column has this text.
    UnknownBeside(&'static str),
    /// There is none; the text is the condition.
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
pub struct When {
    /// The name of the other column.
    pub column: &'static str,
    /// Its value.
    pub is: Is,
    /// True if the column must have this value, false if it must have any other.
    pub holds: bool,
    /// Another condition, one of which must hold.
    pub or: Option<&'static When>,
}

/// The value of a column, for a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// A null.
    Null,
    /// A boolean.
    Bool(bool),
    /// One of these texts.
    Text(&'static [&'static str]),
}

impl When {
    /// Declares that the column has this value.
    pub const fn is(column: &'static str, is: Is) -> Self {
        Self { column, is, holds: true, or: None }
    }

    /// Declares that the column has any other value.
    pub const fn is_not(column: &'static str, is: Is) -> Self {
        Self { column, is, holds: false, or: None }
    }

    /// Adds another condition, one of which must hold.
    pub const fn or(self, other: &'static Self) -> Self {
        Self { or: Some(other), ..self }
    }

    /// Lists the conditions, each without the others.
    fn each(self) -> impl Iterator<Item = Self> {
        iter::successors(Some(self), |when| when.or.copied()).map(|when| Self { or: None, ..when })
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
    pub fn decided_by(self) -> impl Iterator<Item = When> {
        let when = match self {
            Self::NoneWhere(when) | Self::NoneWhereBeside(when, _) | Self::OnlyWhere(when) => Some(when),
            Self::Never | Self::Unknown | Self::UnknownBeside(_) | Self::None(_) => None,
        };
        when.into_iter().flat_map(When::each)
    }

    /// Describes it for programs.
    pub fn as_json(self) -> Value {
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

    const NO_KIND: When = When::is("kind", Is::Null);

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
