//! Exceptions, each with the next step.

use arrow_schema::ArrowError;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use starcite_arrow::WrongColumns;

/// Returns the exception for columns that can't be read.
pub(crate) fn wrong(why: WrongColumns) -> PyErr {
    PyTypeError::new_err(why.to_string())
}

/// Returns the exception for a name that is not one of those that there are.
pub(crate) fn unknown(what: &str, name: &str, names: &[&str]) -> PyErr {
    PyValueError::new_err(format!("{name:?} is not a {what}: there are {}", names.join(", ")))
}

/// Returns the exception for an object that is not Arrow data.
pub(crate) fn no_arrow(object: &Bound<'_, PyAny>) -> PyErr {
    let name = type_name(object);
    if object.hasattr("collect").unwrap_or_default() {
        return PyTypeError::new_err(format!("{name} has no rows yet: call its collect() first"));
    }
    PyTypeError::new_err(format!(
        "{name} is not Arrow data: it has neither __arrow_c_array__ nor __arrow_c_stream__, as frames and arrays of pyarrow, polars, pandas 3 and DuckDB have; make one first, such as pl.DataFrame(…) of dicts or lists"
    ))
}

/// Returns the exception for columns of ours that Arrow refuses.
pub(crate) fn bug(error: ArrowError) -> PyErr {
    PyRuntimeError::new_err(format!("bug: {error}"))
}

/// Returns the name of an object's type, with its module.
pub(crate) fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().fully_qualified_name().map_or_else(|_| "an object".to_owned(), |name| name.to_string())
}
