//! Enums whose values have names in tables, files and the state.

/// Defines an enum, and its values and their names in one list: `ALL` has the values in that order, `NAMES` their names; `as_str` returns the name of
/// a value, `parse` the value with a name.
macro_rules! named {
    ($(#[$of_enum:meta])* pub enum $Enum:ident { $($(#[$of_value:meta])* $Value:ident = $name:literal,)+ }) => {
        $(#[$of_enum])*
        pub enum $Enum {
            $($(#[$of_value])* $Value,)+
        }

        impl $Enum {
            /// All values, in the order of summaries and tables.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$Value),+];

            /// The names of all values, in that order.
            pub const NAMES: &[&str] = &[$($name),+];

            /// Returns the name in tables and files.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Value => $name,)+
                }
            }

            /// Returns the value with that name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.as_str() == name)
            }
        }
    };
}

pub(crate) use named;
