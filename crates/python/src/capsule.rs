//! Arrow's PyCapsule interface: the one place where pointers of other libraries are read
//! (<https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>).
//!
//! A producer must hand over what it declares: no check finds a pointer into the void. Whatever can be checked is, in safe code, before it is used:
//! names of capsules, structs that were released, types, offsets ([`Texts`](starcite_arrow::Texts)).

use crate::errors::{bug, type_name};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{ArrayRef, make_array};
use arrow_schema::Field;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) const SCHEMA: &CStr = c"arrow_schema";
pub(crate) const ARRAY: &CStr = c"arrow_array";
pub(crate) const STREAM: &CStr = c"arrow_array_stream";

/// Data in Arrow's form: an array, or several one after the other.
pub(crate) enum Handed {
    Array(ArrayRef),
    Stream(ArrayStreamReader),
}

/// Takes over the data of an object of any library; `None` if it does not speak Arrow's interface.
///
/// # Errors
/// A TypeError if what it hands over is not what the interface demands, and the object's own exceptions.
pub(crate) fn take(object: &Bound<'_, PyAny>) -> PyResult<Option<Handed>> {
    let object = &readable(object)?;
    if let Some(method) = object.getattr_opt("__arrow_c_array__")? {
        return array(object, &method.call0()?).map(|array| Some(Handed::Array(array)));
    }
    let Some(method) = object.getattr_opt("__arrow_c_stream__")? else { return Ok(None) };
    stream(object, &method.call0()?).map(|stream| Some(Handed::Stream(stream)))
}

/// Returns an object whose types Arrow's interface can carry: polars has others.
fn readable<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let module = object.get_type().module()?;
    let is_of_polars = module.to_str().is_ok_and(|module| module.starts_with("polars."));
    if is_of_polars { object.py().import("starcite._polars")?.call_method1("readable", (object,)) } else { Ok(object.clone()) }
}

fn array(object: &Bound<'_, PyAny>, handed: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let pair = handed.cast::<PyTuple>().ok().filter(|pair| pair.len() == 2);
    let pair = pair.ok_or_else(|| broken(object, "its __arrow_c_array__ does not return two capsules"))?;
    let (schema, array) = (pair.get_item(0)?, pair.get_item(1)?);
    let (schema, array) = (pointer::<FFI_ArrowSchema>(object, &schema, SCHEMA)?, pointer::<FFI_ArrowArray>(object, &array, ARRAY)?);
    // SAFETY: capsules of these names hold these structs, which live as long as the capsules, and `pair` holds those. Attached to the interpreter, no
    // other thread reads them. The array is moved out, which leaves a released one behind.
    #[expect(unsafe_code, reason = "see above")]
    let (schema, array) = unsafe { (&*schema, FFI_ArrowArray::from_raw(array)) };
    if array.is_released() {
        return Err(broken(object, "its capsule was used before"));
    }
    // SAFETY: the producer declares that the array is as the schema describes.
    #[expect(unsafe_code, reason = "see above")]
    let import = || unsafe { from_ffi(array, schema) };
    checked(object, || import().map(make_array).map_err(|error| error.to_string()))
}

fn stream(object: &Bound<'_, PyAny>, handed: &Bound<'_, PyAny>) -> PyResult<ArrayStreamReader> {
    let stream = pointer::<FFI_ArrowArrayStream>(object, handed, STREAM)?;
    // SAFETY: as for an array; an empty stream is left behind.
    #[expect(unsafe_code, reason = "see above")]
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream) };
    if stream.release().is_none() {
        return Err(broken(object, "its capsule was used before"));
    }
    checked(object, || ArrayStreamReader::try_new(stream).map_err(|error| error.to_string()))
}

/// Returns the pointer in a capsule of that name.
fn pointer<T>(object: &Bound<'_, PyAny>, capsule: &Bound<'_, PyAny>, name: &'static CStr) -> PyResult<*mut T> {
    let pointer = capsule.cast::<PyCapsule>().ok().and_then(|capsule| capsule.pointer_checked(Some(name)).ok());
    pointer.map(|pointer| pointer.as_ptr().cast()).ok_or_else(|| broken(object, &format!("it does not hand over a capsule {name:?}")))
}

/// Returns the result of reading what was handed over; a panic of the reader is an error as well.
fn checked<T>(object: &Bound<'_, PyAny>, read: impl FnOnce() -> Result<T, String>) -> PyResult<T> {
    let read = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("it is not what its schema declares".to_owned()));
    read.map_err(|why| broken(object, &why))
}

fn broken(object: &Bound<'_, PyAny>, why: &str) -> PyErr {
    PyTypeError::new_err(format!("{} can't be read as Arrow: {why}", type_name(object)))
}

/// Returns the capsules of an array with its name and type.
pub(crate) fn give<'py>(py: Python<'py>, field: &Field, array: &ArrayRef) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
    let array = FFI_ArrowArray::new(&array.to_data());
    Ok((give_schema(py, FFI_ArrowSchema::try_from(field).map_err(bug)?)?, PyCapsule::new_with_value(py, array, ARRAY)?))
}

/// Returns the capsule of a schema.
pub(crate) fn give_schema(py: Python<'_>, schema: FFI_ArrowSchema) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// Returns the capsule of a stream.
pub(crate) fn give_stream(py: Python<'_>, stream: FFI_ArrowArrayStream) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, stream, STREAM)
}
