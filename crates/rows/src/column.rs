//! Tables and their columns: the one source of names, types, units and meanings.

use crate::{Null, Type, Value};

/// A column.
#[derive(Debug)]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// The unit of a number, or empty.
    pub unit: &'static str,
    /// The meaning of a null.
    pub null: Null,
    /// The meaning of a value.
    pub meaning: &'static str,
    /// The values that it may have.
    pub allowed: Allowed,
    /// True if only a run knows its values: the texts of papers alone do not say them.
    pub of_run: bool,
}

/// Values that a column may have besides null; of a list, the values that each item may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// Any value of its type.
    Any,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A number between two, both included.
    Within(f64, f64),
    /// A timestamp not after the close of the week's observations.
    UntilClose,
}

impl Allowed {
    /// Returns the texts, if only some are allowed.
    pub fn texts(self) -> Option<&'static [&'static str]> {
        match self {
            Self::OneOf(values) => Some(values),
            Self::Within(..) | Self::UntilClose | Self::Any => None,
        }
    }

    /// Returns a description; `None` if anything is allowed.
    pub fn words(self) -> Option<String> {
        match self {
            Self::OneOf(values) => Some(format!("one of {}", values.join(", "))),
            Self::Within(least, most) if most.is_finite() => Some(format!("{least} to {most}")),
            Self::Within(least, _) => Some(format!("{least} or more")),
            Self::UntilClose => Some("not after the week's observations have closed".to_owned()),
            Self::Any => None,
        }
    }
}

impl Column {
    /// Describes it in one line: meaning, unit, allowed values, meaning of a null.
    pub fn described(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" [{}]", self.unit) };
        let allowed = self.allowed.words().map(|words| format!("; {words}")).unwrap_or_default();
        format!("{}{unit}{allowed}; null: {}", self.meaning, self.null)
    }

    /// Declares the column of a field of a row.
    pub(crate) const fn of<'a, T: Value<'a>>(field: &'static str, null: Null, meaning: &'static str) -> Self {
        assert!(T::IS_OPTIONAL != matches!(null, Null::Never), "a column has the type Option if and only if it can be null");
        let allowed = match T::NAMES {
            Some(names) => Allowed::OneOf(names),
            None => Allowed::Any,
        };
        Self { name: unescaped(field), kind: T::TYPE, unit: "", null, meaning, allowed, of_run: false }
    }

    pub(crate) const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    pub(crate) const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { allowed: Allowed::OneOf(values), ..self }
    }

    pub(crate) const fn within(self, least: f64, most: f64) -> Self {
        Self { allowed: Allowed::Within(least, most), ..self }
    }

    /// Allows a position or a count: 0 or more.
    pub(crate) const fn counted(self) -> Self {
        self.within(0.0, f64::INFINITY)
    }

    /// Declares that only a run knows the values.
    pub(crate) const fn of_run(self) -> Self {
        Self { of_run: true, ..self }
    }

    pub(crate) const fn until_close(self) -> Self {
        Self { allowed: Allowed::UntilClose, ..self }
    }
}

/// Returns the name of a field without the `r#` of names that are Rust keywords.
const fn unescaped(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Returns a reference to each column of a table.
pub(crate) const fn each<const N: usize>(columns: &'static [Column]) -> [&'static Column; N] {
    let mut each = [&columns[0]; N];
    let mut at = 0;
    while at < N {
        each[at] = &columns[at];
        at += 1;
    }
    each
}

/// Returns the column of a view's field.
///
/// # Panics
/// While it compiles, if the table has no column of that name and type.
#[doc(hidden)]
pub const fn find(columns: &'static [Column], field: &'static str, kind: Type, is_optional: bool) -> &'static Column {
    let mut at = 0;
    while at < columns.len() {
        let column = &columns[at];
        if is_same(column.name.as_bytes(), unescaped(field).as_bytes()) {
            assert!(column.kind as u8 == kind as u8, "the column has another type");
            assert!(is_optional != matches!(column.null, Null::Never), "a column has the type Option if and only if it can be null");
            return column;
        }
        at += 1;
    }
    panic!("the table has no column of that name")
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// A table of a week.
#[derive(Debug)]
pub struct Table {
    /// The name.
    pub name: &'static str,
    /// The columns that make a row unique and by which rows are sorted (`papers` and `overview` have the order of the input).
    pub key: &'static [&'static str],
    /// The meaning of a row.
    pub meaning: &'static str,
    /// The columns, in their order.
    pub columns: &'static [Column],
}

impl Table {
    /// Returns the names of its columns, in their order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.columns.iter().map(|column| column.name)
    }

    /// Returns the columns whose values the texts of papers alone decide, in their order.
    pub fn columns_of_texts(&self) -> impl Iterator<Item = &'static Column> + Clone + use<> {
        self.columns.iter().filter(|column| !column.of_run)
    }

    /// Returns the name of its file in the folder of a week.
    pub fn file(&self) -> String {
        format!("{}.parquet", self.name)
    }

    /// True if its rows are in the order of the key; null comes first.
    pub fn is_sorted(&self) -> bool {
        !matches!(self.name, "papers" | "overview")
    }
}
