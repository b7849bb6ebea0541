//! Enums whose values have names in tables, files and the state.

/// Defines an enum, and its values and their names in one list: `ALL` has the values in that order, `NAMES` their names; `as_str` returns the name of
/// a value, `parse` the value with a name.
///
/// ```
/// starcite_core::named! {
///     #[derive(Debug, Clone, Copy, PartialEq)]
///     pub enum Fruit {
///         Apple = "apple",
///         Sloe = "sloe_berry",
///     }
/// }
/// assert_eq!(Fruit::ALL.map(Fruit::as_str), ["apple", "sloe_berry"]);
/// assert_eq!((Fruit::parse("sloe_berry"), Fruit::parse("Sloe")), (Some(Fruit::Sloe), None));
/// ```
#[macro_export]
macro_rules! named {
    ($(#[$of_enum:meta])* $visible:vis enum $Enum:ident { $($(#[$of_value:meta])* $Value:ident = $name:literal,)+ }) => {
        $(#[$of_enum])*
        $visible enum $Enum {
            $($(#[$of_value])* $Value,)+
        }

        impl $Enum {
            /// All values, in the order of summaries and tables.
            $visible const ALL: [Self; [$($name),+].len()] = [$(Self::$Value),+];

            /// The names of all values, in that order.
            $visible const NAMES: &[&str] = &[$($name),+];

            /// Returns the name in tables and files.
            $visible const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Value => $name,)+
                }
            }

            /// Returns the value with that name.
            $visible fn parse(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.as_str() == name)
            }
        }
    };
}
