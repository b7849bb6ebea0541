//! The types of columns.

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A text in UTF-8.
    Text,
    /// A whole number of 64 bits.
    Int,
    /// A number of 64 bits.
    Float,
    /// True or false.
    Bool,
    /// A day.
    Date,
    /// A timestamp, UTC, in microseconds.
    Time,
    /// A list of texts.
    TextList,
    /// A list of whole numbers.
    IntList,
    /// A list of positions in a paper's fields.
    Places,
    /// A list of repositories that a link may mean.
    Candidates,
}

impl Type {
    /// All types.
    pub const ALL: [Self; 10] =
        [Self::Text, Self::Int, Self::Float, Self::Bool, Self::Date, Self::Time, Self::TextList, Self::IntList, Self::Places, Self::Candidates];

    /// Returns the name shown to people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "int64",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Date => "date",
            Self::Time => "timestamp[us, UTC]",
            Self::TextList => "list<text>",
            Self::IntList => "list<int64>",
            Self::Places => "list<struct<field, start, end, raw>>",
            Self::Candidates => "list<struct<repo, assumed>>",
        }
    }
}

/// The fields of a position.
pub const PLACE: &[(&str, Type)] = &[("field", Type::Text), ("start", Type::Int), ("end", Type::Int), ("raw", Type::Text)];
/// The fields of a candidate.
pub const CANDIDATE: &[(&str, Type)] = &[("repo", Type::Text), ("assumed", Type::Text)];
