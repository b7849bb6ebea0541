//! The forms of the result, and the types of their columns.

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use starcite_core::named;
use starcite_rows::{CANDIDATE, CITATIONS, Column, LINKS, PAPERS, PLACE, REJECTS, Table, Type};
use std::sync::Arc;

named! {
    /// A form of the result.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Form {
        /// A row a link.
        Links = "links",
        /// A row a citation.
        Citations = "citations",
        /// A row a record that can't be used.
        Rejects = "rejects",
        /// A row a paper, with lists of its links and citations, and its reject.
        Papers = "papers",
    }
}

/// The column with the id of a paper.
pub(crate) const PAPER_ID: &str = "paper_id";
/// The column with the reject of a paper.
pub(crate) const REJECT: &str = "reject";

impl Form {
    /// Returns the columns.
    pub fn schema(self) -> SchemaRef {
        let id = Arc::new(Field::new(PAPER_ID, DataType::Utf8, true));
        let columns: Vec<FieldRef> = match self {
            Self::Links => of_table(&LINKS),
            Self::Citations => of_table(&CITATIONS),
            Self::Rejects => of_table(&REJECTS),
            Self::Papers => vec![list_of(&LINKS), list_of(&CITATIONS), Arc::new(Field::new(REJECT, DataType::Struct(of_table(&REJECTS).into()), true))],
        };
        Arc::new(Schema::new(std::iter::once(id).chain(columns).collect::<Vec<_>>()))
    }

    /// Returns the table whose columns it has.
    pub fn table(self) -> &'static Table {
        match self {
            Self::Links => &LINKS,
            Self::Citations => &CITATIONS,
            Self::Rejects => &REJECTS,
            Self::Papers => &PAPERS,
        }
    }

    /// Returns the columns of the tables of which a paper has lists.
    pub fn list(self) -> Option<FieldRef> {
        match self {
            Self::Links => Some(list_of(&LINKS)),
            Self::Citations => Some(list_of(&CITATIONS)),
            Self::Rejects | Self::Papers => None,
        }
    }
}

/// Returns the columns of a table that the texts of papers decide, without the id of the paper.
pub(crate) fn columns_of(table: &'static Table) -> impl Iterator<Item = (usize, &'static Column)> + Clone {
    table.columns.iter().enumerate().filter(|(_, column)| !column.of_run && column.name != PAPER_ID)
}

pub(crate) fn of_table(table: &'static Table) -> Vec<FieldRef> {
    columns_of(table).map(|(_, column)| field(column)).collect()
}

/// Returns the column that lists the rows of a table.
pub(crate) fn list_of(table: &'static Table) -> FieldRef {
    Arc::new(Field::new(table.name, DataType::List(item(DataType::Struct(of_table(table).into()))), true))
}

fn item(kind: DataType) -> FieldRef {
    Arc::new(Field::new_list_field(kind, true))
}

/// Returns a column of a table as Arrow has it. All may be null, because engines and pandas make no difference, and refuse columns that do.
pub fn field(column: &Column) -> FieldRef {
    Arc::new(Field::new(column.name, data_type(column.kind), true))
}

/// Returns a column's type as Arrow has it. Offsets have 32 bits, because Spark refuses larger lists.
pub fn data_type(kind: Type) -> DataType {
    match kind {
        Type::Text => DataType::Utf8,
        Type::Int => DataType::Int64,
        Type::Float => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Date => DataType::Date32,
        Type::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::TextList => DataType::List(item(DataType::Utf8)),
        Type::IntList => DataType::List(item(DataType::Int64)),
        Type::Places => DataType::List(item(DataType::Struct(fields(PLACE)))),
        Type::Candidates => DataType::List(item(DataType::Struct(fields(CANDIDATE)))),
    }
}

fn fields(parts: &[(&str, Type)]) -> Fields {
    parts.iter().map(|(name, kind)| Field::new(*name, data_type(*kind), true)).collect()
}
