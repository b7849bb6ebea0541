//! The Rust types that a field of a row can have.

use crate::{Cell, Type};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::availability::Tier;
use starcite_core::conflict::{Disagreement, Disputed};
use starcite_core::extract::{Place, SettledBy};
use starcite_core::paper_mentions::MatchedBy;
use starcite_core::{ArchiveKind, Candidate, ChangeKind, Field, LinkKind, RepoKind, RepoState, Role, StateReason, Week};
use std::borrow::Cow;

/// A text.
pub type Text<'a> = Cow<'a, str>;
/// A list of texts.
pub type Texts<'a> = Cow<'a, [String]>;
/// A list of numbers.
pub type Ints<'a> = Cow<'a, [i64]>;
/// A list of positions in a paper's fields.
pub type Places<'a> = Cow<'a, [Place]>;
/// A list of repositories that a link may mean.
pub type Candidates<'a> = Cow<'a, [Candidate]>;

/// A type that a field of a row can have. A column that can be null has the type `Option<…>`.
pub trait Value<'a>: Sized {
    /// The type of the column.
    const TYPE: Type;
    /// True if the column can be null.
    const IS_OPTIONAL: bool = false;
    /// The names of all values, for a type with few.
    const NAMES: Option<&'static [&'static str]> = None;
    /// The type in a struct that owns its values, such as [`RepoFacts`](starcite_core::RepoFacts).
    type Owned;

    /// Returns the value as a cell.
    fn cell(&self) -> Cell<'_>;

    /// Returns a value of a struct that owns it as a cell.
    fn owned_cell(owned: &Self::Owned) -> Cell<'_>;

    /// Reads a cell.
    ///
    /// # Errors
    /// Returns the cell if it holds a value of another type, a null where there can be none, or a name that is not one of [`NAMES`](Self::NAMES).
    fn of(cell: Cell<'a>) -> Result<Self, Cell<'a>>;

    /// Returns the value in the form that a struct owns.
    fn into_owned(self) -> Self::Owned;

    /// Makes the value from one that a struct owned.
    fn from_owned(owned: Self::Owned) -> Self;
}

/// Implements [`Value`] for a type and for its `Option`.
macro_rules! value {
    ($type:ty, $owned:ty, $variant:ident, $($names:expr)?, |$value:ident| $cell:expr, |$of:ident| $owned_cell:expr, |$read:ident| $value_of:expr, |$own:ident| $into_owned:expr, |$from:ident| $from_owned:expr) => {
        impl<'a> Value<'a> for $type {
            const TYPE: Type = Type::$variant;
            $(const NAMES: Option<&'static [&'static str]> = Some($names);)?
            type Owned = $owned;

            fn cell(&self) -> Cell<'_> {
                let $value = self;
                Cell::$variant(Some($cell))
            }

            fn owned_cell($of: &$owned) -> Cell<'_> {
                Cell::$variant(Some($owned_cell))
            }

            fn of(cell: Cell<'a>) -> Result<Self, Cell<'a>> {
                match cell {
                    Cell::$variant(Some($read)) => $value_of.map_err(|value| Cell::$variant(Some(value))),
                    other => Err(other),
                }
            }

            fn into_owned(self) -> $owned {
                let $own = self;
                $into_owned
            }

            fn from_owned($from: $owned) -> Self {
                $from_owned
            }
        }

        impl<'a> Value<'a> for Option<$type> {
            const TYPE: Type = Type::$variant;
            const IS_OPTIONAL: bool = true;
            const NAMES: Option<&'static [&'static str]> = <$type as Value<'a>>::NAMES;
            type Owned = Option<$owned>;

            fn cell(&self) -> Cell<'_> {
                self.as_ref().map_or(Cell::$variant(None), Value::cell)
            }

            fn owned_cell(owned: &Option<$owned>) -> Cell<'_> {
                owned.as_ref().map_or(Cell::$variant(None), <$type as Value<'a>>::owned_cell)
            }

            fn of(cell: Cell<'a>) -> Result<Self, Cell<'a>> {
                match cell {
                    Cell::$variant(None) => Ok(None),
                    cell => <$type as Value<'a>>::of(cell).map(Some),
                }
            }

            fn into_owned(self) -> Option<$owned> {
                self.map(Value::into_owned)
            }

            fn from_owned(owned: Option<$owned>) -> Self {
                owned.map(Value::from_owned)
            }
        }
    };
}

/// Implements [`Value`] for types that are copied.
macro_rules! copied {
    ($($type:ty, $variant:ident;)*) => {
        $(value!($type, $type, $variant, , |value| *value, |owned| *owned, |read| Ok(read), |own| own, |from| from);)*
    };
}

/// Implements [`Value`] for types that borrow from the data of a row.
macro_rules! borrowed {
    ($($type:ty, $owned:ty, $variant:ident;)*) => {
        $(value!($type, $owned, $variant, , |value| Cow::Borrowed(&**value), |owned| Cow::Borrowed(&**owned), |read| Ok(read), |own| own.into_owned(), |from| Cow::Owned(from));)*
    };
}

/// Implements [`Value`] for enums, as the texts of their variants.
macro_rules! enums {
    ($($type:ty),*) => {
        $(value!(
            $type, $type, Text, <$type>::NAMES,
            |value| value.as_str().into(), |owned| owned.as_str().into(), |read| <$type>::parse(&read).ok_or(read), |own| own, |from| from
        );)*
    };
}

copied! {
    i64, Int;
    f64, Float;
    bool, Bool;
    NaiveDate, Date;
    DateTime<Utc>, Time;
}
borrowed! {
    Text<'a>, String, Text;
    Texts<'a>, Vec<String>, TextList;
    Ints<'a>, Vec<i64>, IntList;
    Places<'a>, Vec<Place>, Places;
    Candidates<'a>, Vec<Candidate>, Candidates;
}
enums!(ArchiveKind, ChangeKind, Disagreement, Disputed, Field, LinkKind, MatchedBy, RepoKind, RepoState, Role, SettledBy, StateReason, Tier);
value!(Week, Week, Text, , |week| week.to_string().into(), |owned| owned.to_string().into(), |text| text.parse().map_err(|_| text), |own| own, |from| from);
