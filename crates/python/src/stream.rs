//! Streams: batch after batch, each read when its consumer wants it.

use crate::capsule::{Handed, give_schema, give_stream, take};
use crate::errors::{bug, no_arrow, type_name, wrong};
use crate::options::{Given, Read};
use crate::rows::Rows;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, ArrayReader, ArrayRef, RecordBatch, RecordBatchReader, new_empty_array};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyIterator, PyList, PyMapping, PyString};
use starcite_arrow::{Papers, Texts, extract};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Texts of an iterator that make a batch.
const TEXTS_A_BATCH: usize = 1024;
/// Rows that are read at a time, so that a frame in one piece does not become a result in one piece.
const ROWS_AT_A_TIME: usize = 16_384;

/// Rows of a table, batch by batch: a stream of Arrow, which a library takes over by its capsule, once.
#[pyclass(frozen, module = "starcite")]
pub(crate) struct RowStream {
    schema: SchemaRef,
    batches: Mutex<Option<Batches>>,
}

/// Extract from a stream, or from what an iterator yields: texts, or batches.
#[pyfunction]
pub(crate) fn extract_stream(data: &Bound<'_, PyAny>, form: &str, options: Given) -> PyResult<RowStream> {
    let read = options.read(form)?;
    let schema = read.form.schema();
    let mut batches = Batches { read, schema: Arc::clone(&schema), piece: None, stream: None, items: None, waiting: None, texts: 0 };
    match take(data)? {
        Some(handed) => batches.put(handed)?,
        None if data.cast::<PyMapping>().is_ok() || data.cast::<PyBytes>().is_ok() || data.hasattr("collect")? => return Err(no_arrow(data)),
        None => batches.items = Some(data.try_iter().map_err(|_| no_arrow(data))?.unbind()),
    }
    batches.look_ahead(data.py())?; // what is wrong with the first item is said now
    Ok(RowStream { schema, batches: Mutex::new(Some(batches)) })
}

#[pymethods]
impl RowStream {
    /// Return the capsule of the stream; only once, because a stream is read once.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema; // a consumer casts what it wants otherwise, as the interface allows
        give_stream(py, FFI_ArrowArrayStream::new(Box::new(self.take()?)))
    }

    /// Return the capsule of the schema.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        give_schema(py, FFI_ArrowSchema::try_from(&*self.schema).map_err(bug)?)
    }

    /// Return all rows as a list of dicts, for use without another library; only once.
    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let (mut batches, all) = (self.take()?, PyList::empty(py));
        while let Some(batch) = batches.read_next(py)? {
            Rows::of(batch).to_pylist(py)?.iter().try_for_each(|row| all.append(row))?;
        }
        Ok(all)
    }

    fn __repr__(&self) -> String {
        let names: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        format!("<starcite.RowStream of {}: give it to a library that reads Arrow, or call to_pylist()>", names.join(", "))
    }
}

impl RowStream {
    fn take(&self) -> PyResult<Batches> {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner).take();
        batches.ok_or_else(|| PyValueError::new_err("the stream was read before: call the function again"))
    }
}

/// Batches that are still to be read.
struct Batches {
    read: Read,
    schema: SchemaRef,
    /// The piece that is read now, from this row on.
    piece: Option<(Piece, usize)>,
    /// The stream from which the next piece comes.
    stream: Option<ArrayStreamReader>,
    /// The items after it, each texts or Arrow data.
    items: Option<Py<PyIterator>>,
    /// An item that was taken too early.
    waiting: Option<Py<PyAny>>,
    /// The number of texts so far, which have no ids.
    texts: u64,
}

enum Piece {
    Array(ArrayRef),
    Texts(Vec<Option<Vec<u8>>>),
}

impl Batches {
    /// Takes over what an object handed over, after its columns were looked at.
    fn put(&mut self, handed: Handed) -> PyResult<()> {
        match handed {
            Handed::Array(array) => {
                self.papers(&array.slice(0, 0)).map_err(wrong)?;
                self.piece = Some((Piece::Array(array), 0));
            }
            Handed::Stream(stream) => {
                self.papers(&new_empty_array(stream.field().data_type())).map_err(wrong)?;
                self.stream = Some(stream);
            }
        }
        Ok(())
    }

    fn papers(&self, array: &ArrayRef) -> Result<Papers, starcite_arrow::WrongColumns> {
        Papers::of_array(array, &self.read.columns, self.texts)
    }

    /// Reads the next batch; `None` at the end.
    fn read_next(&mut self, py: Python<'_>) -> PyResult<Option<RecordBatch>> {
        py.check_signals()?;
        if !self.look_ahead(py)? {
            return Ok(None);
        }
        let Some((piece, from)) = self.piece.take() else { return Ok(None) };
        let papers = match piece {
            Piece::Array(array) => {
                let rows = (array.len() - from).min(ROWS_AT_A_TIME);
                let papers = self.papers(&array.slice(from, rows)).map_err(wrong)?;
                self.piece = (from + rows < array.len()).then(|| (Piece::Array(array), from + rows));
                papers
            }
            Piece::Texts(texts) => Papers::of_texts(Texts::of_bytes(texts), self.texts),
        };
        self.texts += papers.rows() as u64;
        py.detach(|| extract(&papers, &self.read.options).rows(self.read.form)).map(Some).map_err(bug)
    }

    /// Makes the next piece ready; false at the end.
    fn look_ahead(&mut self, py: Python<'_>) -> PyResult<bool> {
        while self.piece.is_none() {
            if let Some(stream) = &mut self.stream {
                // detached, because the producer may need the interpreter on a thread of its own
                match py.detach(|| stream.next()) {
                    Some(Ok(array)) => self.piece = Some((Piece::Array(array), 0)),
                    Some(Err(error)) => return Err(PyRuntimeError::new_err(error.to_string())),
                    None => self.stream = None,
                }
            } else if !self.take_item(py)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes the next item of the iterator, or as many texts as there are up to a batch; false at the end.
    fn take_item(&mut self, py: Python<'_>) -> PyResult<bool> {
        let mut texts = Vec::new();
        while texts.len() < TEXTS_A_BATCH {
            py.check_signals()?;
            let Some(item) = self.next_item(py)? else { break };
            match text(&item)? {
                Some(_) if !self.read.columns.is_empty() => {
                    return Err(PyValueError::new_err("columns names the columns of frames: texts alone have none, and are abstracts"));
                }
                Some(text) => texts.push(text),
                None if texts.is_empty() => {
                    self.put(take(&item)?.ok_or_else(|| no_text(&item))?)?;
                    return Ok(true);
                }
                None => {
                    self.waiting = Some(item.unbind());
                    break;
                }
            }
        }
        let is_some = !texts.is_empty();
        self.piece = is_some.then_some((Piece::Texts(texts), 0));
        Ok(is_some)
    }

    fn next_item<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Some(item) = self.waiting.take() {
            return Ok(Some(item.into_bound(py)));
        }
        let Some(items) = &self.items else { return Ok(None) };
        let item = items.bind(py).clone().next().transpose();
        if !matches!(item, Ok(Some(_))) {
            self.items = None; // an iterator that has ended or failed is not asked again
        }
        item
    }
}

/// Returns the bytes of an item that is a text, `None` in it for Python's None; a text with half a surrogate pair becomes bytes that are not UTF-8.
fn text(item: &Bound<'_, PyAny>) -> PyResult<Option<Option<Vec<u8>>>> {
    if item.is_none() {
        return Ok(Some(None));
    }
    let Ok(text) = item.cast::<PyString>() else { return Ok(None) };
    let bytes = match text.to_cow() {
        Ok(text) => text.as_bytes().to_vec(),
        Err(_) => text.call_method1("encode", ("utf-8", "surrogatepass"))?.extract()?,
    };
    Ok(Some(Some(bytes)))
}

fn no_text(item: &Bound<'_, PyAny>) -> PyErr {
    PyTypeError::new_err(format!("an item is {}: texts or Arrow data are needed", type_name(item)))
}

/// Returns the text of an exception, for a consumer in another language. What the user interrupts is interrupted again when Python goes on.
fn told(py: Python<'_>, error: &PyErr) -> String {
    let text = error.to_string();
    if error.is_instance_of::<PyKeyboardInterrupt>(py) {
        let _ = py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main"));
    }
    text
}

/// Lets go of the iterator at once, so that a generator ends when its consumer does.
impl Drop for Batches {
    fn drop(&mut self) {
        let _ = Python::try_attach(|_| drop((self.items.take(), self.waiting.take())));
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    /// Returns the next batch to a consumer in another language, which no panic and no exception may reach.
    fn next(&mut self) -> Option<Self::Item> {
        let read = catch_unwind(AssertUnwindSafe(|| Python::try_attach(|py| self.read_next(py).map_err(|error| told(py, &error)))));
        let read = read.unwrap_or(Some(Err("bug: a panic".to_owned()))).unwrap_or(Err("Python has ended".to_owned()));
        // Arrow's stream makes a C string of the message.
        read.map_err(|message| ArrowError::ExternalError(message.replace('\0', "\u{fffd}").into())).transpose()
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
