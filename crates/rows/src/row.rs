//! Rows: the struct of a table's row and its columns, made from one list.

use crate::{Cell, Column, Table, Value};
use std::slice::Iter;

/// A row of a table, with a field for each column.
pub trait Row {
    /// The table.
    const TABLE: &'static Table;
    /// The values, in an array as long as the table has columns.
    type Cells<'c>: AsRef<[Cell<'c>]>
    where
        Self: 'c;

    /// Returns the values in the order of the columns.
    fn cells(&self) -> Self::Cells<'_>;
}

/// A row that was read: a whole one, or the columns of one that a [`view`](crate::view) lists.
pub trait Read<'a>: Sized {
    /// The name of the table.
    const TABLE: &'static str;
    /// The columns that it is read from.
    const COLUMNS: &'static [&'static Column];
    /// The same row, which owns its values.
    type Static;

    /// Makes the row from the values of these columns, in their order.
    ///
    /// # Errors
    /// If a value is not allowed in its column.
    fn read(cells: impl Iterator<Item = Cell<'a>>) -> Result<Self, Misread>;

    /// Returns the row with owned values.
    fn into_static(self) -> Self::Static;

    /// Returns the names of the columns.
    fn names() -> impl Iterator<Item = &'static str> {
        Self::COLUMNS.iter().map(|column| column.name)
    }
}

/// A value that its column cannot have.
#[derive(Debug, thiserror::Error)]
#[error("{table}.{column} holds {found}, which is not a value of it: starcite verify names the file")]
pub struct Misread {
    /// The name of the table.
    pub table: &'static str,
    /// The name of the column.
    pub column: &'static str,
    /// The value, as JSON.
    pub found: String,
}

/// Declares a table: its columns, the struct of its row, the row's writer ([`Row`]) and reader ([`Read`]), from one list.
///
/// A line is `field: type, null meaning, "words", more…;`. The field's name is the column's name, its type is that of the column, and `null` gives
/// the meaning of a null, for a type that allows one. A block `..facts: RepoFacts { … }` lists columns that are fields of another struct.
macro_rules! table {
    (
        $table:ident, $row:ident<$a:lifetime>: $name:literal, key $key:expr, $meaning:literal;
        $($field:ident: $type:ty, $(null $null:expr,)? $words:literal $(, $how:ident($($arg:expr),*))*;)*
        $(
            ..$part:ident: $of:ident {
                $($fact:ident: $fact_type:ty, $(null $fact_null:expr,)? $fact_words:literal $(, $fact_how:ident($($fact_arg:expr),*))*;)*
            }
            $($last:ident: $last_type:ty, $(null $last_null:expr,)? $last_words:literal $(, $last_how:ident($($last_arg:expr),*))*;)*
        )?
    ) => {
        #[doc = concat!("The table `", $name, "`: ```", $meaning, "```.")]
        pub static $table: Table = Table { name: $name, key: &$key, meaning: $meaning, columns: <$row<'static>>::COLUMNS };

        #[doc = concat!("A row of `", $name, "`.")]
        #[derive(Debug, Clone, PartialEq)]
        pub struct $row<$a> {
            $(#[doc = concat!("```text\n", $words, "\n```")] pub $field: $type,)*
            $(
                #[doc = "Its columns that are fields of this struct."]
                pub $part: std::borrow::Cow<$a, $of>,
                $(#[doc = concat!("```text\n", $last_words, "\n```")] pub $last: $last_type,)*
            )?
        }

        impl<$a> $row<$a> {
            /// The columns of the table.
            pub const COLUMNS: &'static [Column] = &[
                $(Column::of::<$type>(stringify!($field), null!($($null)?), $words)$(.$how($($arg),*))*,)*
                $(
                    $(Column::of::<$fact_type>(stringify!($fact), null!($($fact_null)?), $fact_words)$(.$fact_how($($fact_arg),*))*,)*
                    $(Column::of::<$last_type>(stringify!($last), null!($($last_null)?), $last_words)$(.$last_how($($last_arg),*))*,)*
                )?
            ];
        }

        impl<$a> crate::Row for $row<$a> {
            const TABLE: &'static Table = &$table;
            type Cells<'c> = [crate::Cell<'c>; <$row<'static>>::COLUMNS.len()] where Self: 'c;

            fn cells(&self) -> Self::Cells<'_> {
                [
                    $(crate::Value::cell(&self.$field),)*
                    $($(<$fact_type as crate::Value>::owned_cell(&self.$part.$fact),)* $(crate::Value::cell(&self.$last),)*)?
                ]
            }
        }

        impl<$a> crate::Read<$a> for $row<$a> {
            const TABLE: &'static str = $name;
            const COLUMNS: &'static [&'static Column] = &crate::column::each::<{ <$row<'static>>::COLUMNS.len() }>(<$row<'static>>::COLUMNS);
            type Static = $row<'static>;

            fn read(mut cells: impl Iterator<Item = crate::Cell<$a>>) -> Result<Self, crate::Misread> {
                let mut columns = <Self as crate::Read>::COLUMNS.iter();
                // The fields are read in the order of the columns, because a struct's fields are evaluated in the order in which they are written.
                Ok(Self {
                    $($field: crate::row::next(<Self as $crate::Read>::TABLE, &mut columns, &mut cells)?,)*
                    $(
                        $part: std::borrow::Cow::Owned($of {
                            $($fact: crate::Value::into_owned(crate::row::next::<$fact_type>(<Self as $crate::Read>::TABLE, &mut columns, &mut cells)?),)*
                        }),
                        $($last: crate::row::next(<Self as $crate::Read>::TABLE, &mut columns, &mut cells)?,)*
                    )?
                })
            }

            fn into_static(self) -> $row<'static> {
                $row {
                    $($field: crate::Value::from_owned(crate::Value::into_owned(self.$field)),)*
                    $(
                        $part: std::borrow::Cow::Owned(self.$part.into_owned()),
                        $($last: crate::Value::from_owned(crate::Value::into_owned(self.$last)),)*
                    )?
                }
            }
        }
    };
}

/// Declares the meaning of a null: never, if the list names none.
macro_rules! null {
    () => {
        crate::Null::Never
    };
    ($null:expr) => {
        $null
    };
}

/// Reads the value of the next column.
#[doc(hidden)]
pub fn next<'a, T: Value<'a>>(
    table: &'static str,
    columns: &mut Iter<'static, &'static Column>,
    cells: &mut impl Iterator<Item = Cell<'a>>,
) -> Result<T, Misread> {
    let (column, cell) = (columns.next(), cells.next());
    let column = column.map_or("", |column| column.name);
    T::of(cell.unwrap_or(Cell::Text(None))).map_err(|cell| Misread { table, column, found: serde_json::to_string(&cell).unwrap_or_default() })
}

/// Declares a struct of some columns of a table, for readers that need only these. A field has the name and the type of its column; another name or
/// type does not compile.
///
/// `of Link, From` also implements `From` for a reference to a whole row.
#[macro_export]
macro_rules! view {
    (
        $(#[$doc:meta])* $visible:vis struct $view:ident<$a:lifetime> of $row:ident {
            $($(#[$field_doc:meta])* $field_visible:vis $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$doc])* $visible struct $view<$a> { $($(#[$field_doc])* $field_visible $field: $type,)* }

        impl<$a> $crate::Read<$a> for $view<$a> {
            const TABLE: &'static str = <$row<'static> as $crate::Row>::TABLE.name;
            const COLUMNS: &'static [&'static $crate::Column] = &[
                $($crate::parts::find(<$row<'static>>::COLUMNS, stringify!($field), <$type as $crate::Value>::TYPE, <$type as $crate::Value>::IS_OPTIONAL)),*
            ];
            type Static = $view<'static>;

            fn read(mut cells: impl Iterator<Item = $crate::Cell<$a>>) -> Result<Self, $crate::Misread> {
                let mut columns = <Self as $crate::Read>::COLUMNS.iter();
                Ok(Self { $($field: $crate::parts::next(<Self as $crate::Read>::TABLE, &mut columns, &mut cells)?,)* })
            }

            fn into_static(self) -> $view<'static> {
                $view { $($field: $crate::Value::from_owned($crate::Value::into_owned(self.$field)),)* }
            }
        }
    };
    (
        $(#[$doc:meta])* $visible:vis struct $view:ident<$a:lifetime> of $row:ident, From {
            $($(#[$field_doc:meta])* $field_visible:vis $field:ident: $type:ty,)*
        }
    ) => {
        $crate::view! {
            $(#[$doc])* $visible struct $view<$a> of $row { $($(#[$field_doc])* $field_visible $field: $type,)* }
        }

        impl<$a> From<&$row<$a>> for $view<$a> {
            fn from(row: &$row<$a>) -> Self {
                Self { $($field: row.$field.clone(),)* }
            }
        }
    };
}
