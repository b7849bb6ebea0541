//! The columns of the tables, for Python.

use crate::capsule::give_schema;
use crate::errors::{bug, unknown};
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field, FieldRef, Fields, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use starcite_arrow::{Form, field};
use starcite_rows::{PAPERS, Table};
use std::sync::Arc;

/// Columns of a table, or the lists of one: `starcite.schema` makes it.
#[pyclass(frozen, module = "starcite")]
pub(crate) struct Schema {
    /// A struct of columns, or a list of structs.
    field: Field,
    /// The columns with their meanings.
    table: Option<&'static Table>,
}

#[pymethods]
impl Schema {
    #[new]
    #[pyo3(signature = (table, nested=false))]
    fn new(table: &str, nested: bool) -> PyResult<Self> {
        let columns = |schema: SchemaRef| Field::new("", DataType::Struct(schema.fields().clone()), false);
        let form = Form::parse(table).ok_or_else(|| unknown("table", table, Form::NAMES))?;
        let field = match (form, nested) {
            (Form::Papers, false) => Field::new("", DataType::Struct(PAPERS.columns.iter().map(field).collect()), false),
            (form, false) | (form @ Form::Papers, true) => columns(form.schema()),
            (form, true) => form.list().map(Arc::unwrap_or_clone).ok_or_else(|| PyValueError::new_err(format!("a paper has no list of {table}")))?,
        };
        Ok(Self { field, table: (form != Form::Papers || !nested).then(|| form.table()) })
    }

    /// Return the capsule of the schema.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        give_schema(py, FFI_ArrowSchema::try_from(&self.field).map_err(bug)?)
    }

    /// Names of the columns.
    #[getter]
    fn names(&self) -> Vec<&str> {
        match self.field.data_type() {
            DataType::Struct(fields) => fields.iter().map(|field| field.name().as_str()).collect(),
            _ => vec![self.field.name()],
        }
    }

    /// Columns with types, units and meanings: a list of dicts.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for column in self.table.into_iter().flat_map(|table| table.columns_of_texts()) {
            let dict = PyDict::new(py);
            dict.set_item("name", column.name)?;
            dict.set_item("type", column.kind.as_str())?;
            dict.set_item("unit", column.unit)?;
            dict.set_item("meaning", column.meaning)?;
            dict.set_item("null", column.null.to_string())?;
            dict.set_item("values", column.allowed.texts())?;
            list.append(dict)?;
        }
        Ok(list)
    }

    /// Columns as Spark's DDL, for ``mapInArrow``; a type, if the schema is of lists.
    #[getter]
    fn spark_ddl(&self) -> String {
        sql(&SPARK, self.field.data_type())
    }

    /// Columns as DuckDB's DDL; a type, if the schema is of lists.
    #[getter]
    fn duckdb(&self) -> String {
        sql(&DUCKDB, self.field.data_type())
    }

    /// Return a pyarrow.Schema, or the type if the schema is of lists. Needs pyarrow.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let pyarrow = slf.py().import("pyarrow")?;
        match slf.get().field.data_type() {
            DataType::Struct(_) => pyarrow.call_method1("schema", (slf,)),
            _ => pyarrow.call_method1("field", (slf,))?.getattr("type"),
        }
    }

    fn __repr__(&self) -> String {
        format!("<starcite.Schema: {}>", self.names().join(", "))
    }
}

/// Names of types in a dialect of SQL.
struct Dialect {
    text: &'static str,
    int: &'static str,
    float: &'static str,
    bool: &'static str,
    date: &'static str,
    time: &'static str,
    quote: char,
    list: fn(String) -> String,
    /// The text around the parts of a struct, and between a name and its type.
    of_struct: [&'static str; 3],
}

const SPARK: Dialect = Dialect {
    text: "STRING",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    date: "DATE",
    time: "TIMESTAMP",
    quote: '`',
    list: |item| format!("ARRAY<{item}>"),
    of_struct: ["STRUCT<", ">", ": "],
};

const DUCKDB: Dialect = Dialect {
    text: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    date: "DATE",
    time: "TIMESTAMPTZ",
    quote: '"',
    list: |item| format!("{item}[]"),
    of_struct: ["STRUCT(", ")", " "],
};

/// Returns the columns of a table, or a type.
fn sql(dialect: &Dialect, kind: &DataType) -> String {
    match kind {
        DataType::Struct(fields) => parts(dialect, fields, " "),
        other => type_of(dialect, other),
    }
}

fn parts(dialect: &Dialect, fields: &Fields, between: &str) -> String {
    let quote = dialect.quote;
    let part = |field: &FieldRef| format!("{quote}{}{quote}{between}{}", field.name(), type_of(dialect, field.data_type()));
    fields.iter().map(part).collect::<Vec<_>>().join(", ")
}

fn type_of(dialect: &Dialect, kind: &DataType) -> String {
    match kind {
        DataType::Int64 => dialect.int.to_owned(),
        DataType::Float64 => dialect.float.to_owned(),
        DataType::Boolean => dialect.bool.to_owned(),
        DataType::Date32 => dialect.date.to_owned(),
        DataType::Timestamp(..) => dialect.time.to_owned(),
        DataType::List(item) => (dialect.list)(type_of(dialect, item.data_type())),
        DataType::Struct(fields) => {
            let [begin, end, between] = dialect.of_struct;
            format!("{begin}{}{end}", parts(dialect, fields, between))
        }
        _ => dialect.text.to_owned(),
    }
}
