//! Rows in memory, for Python.

use crate::capsule::{give, give_schema, give_stream};
use crate::errors::bug;
use arrow_array::cast::AsArray;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchIterator, StructArray};
use arrow_schema::{DataType, Field, FieldRef};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use std::sync::Arc;

/// Rows of a table, or a list for each row of a column: Arrow data, which libraries take over by its capsules.
#[pyclass(frozen, module = "starcite")]
pub(crate) struct Rows {
    field: FieldRef,
    array: ArrayRef,
}

impl Rows {
    pub(crate) fn of(batch: RecordBatch) -> Self {
        let array = StructArray::from(batch);
        Self { field: Arc::new(Field::new("", array.data_type().clone(), false)), array: Arc::new(array) }
    }

    pub(crate) fn lists(field: FieldRef, array: ArrayRef) -> Self {
        Self { field, array }
    }
}

#[pymethods]
impl Rows {
    /// Return the capsules of the schema and of the array.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyAny>>) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema; // a consumer casts what it wants otherwise, as the interface allows
        give(py, &self.field, &self.array)
    }

    /// Return the capsule of a stream of one batch.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let Some(rows) = self.array.as_struct_opt() else { return Err(PyTypeError::new_err("a column is not a stream of rows: take __arrow_c_array__")) };
        let batch = RecordBatch::from(rows.clone());
        let schema = batch.schema();
        give_stream(py, FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema))))
    }

    /// Return the capsule of the schema.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        give_schema(py, FFI_ArrowSchema::try_from(&*self.field).map_err(bug)?)
    }

    fn __len__(&self) -> usize {
        self.array.len()
    }

    fn __repr__(&self) -> String {
        format!("<starcite.Rows: {} rows>", self.array.len())
    }

    /// Return the rows as a list of dicts, for use without another library.
    pub(crate) fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        to_pylist(py, &self.array)
    }
}

/// Returns the values of an array.
fn to_pylist<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    (0..array.len()).try_for_each(|row| list.append(value(py, array, row)?))?;
    Ok(list)
}

fn value(py: Python<'_>, array: &ArrayRef, row: usize) -> PyResult<Py<PyAny>> {
    if array.is_null(row) {
        return Ok(py.None());
    }
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into_pyobject(py)?.into_any().unbind(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any().unbind(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into_pyobject(py)?.into_any().unbind(),
        DataType::Boolean => array.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any().unbind(),
        DataType::Date32 => {
            const UNIX_EPOCH: i64 = 719_163; // as Python counts days
            let day = UNIX_EPOCH + i64::from(array.as_primitive::<Date32Type>().value(row));
            py.import("datetime")?.getattr("date")?.call_method1("fromordinal", (day,))?.unbind()
        }
        DataType::List(_) => to_pylist(py, &array.as_list::<i32>().value(row))?.into_any().unbind(),
        DataType::Struct(fields) => {
            let dict = PyDict::new(py);
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                dict.set_item(field.name(), value(py, column, row)?)?;
            }
            dict.into_any().unbind()
        }
        other => return Err(PyTypeError::new_err(format!("bug: no value of {other}"))),
    })
}
