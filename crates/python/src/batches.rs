//! Batches, and columns of one, whose result is in memory when a call returns.

use crate::capsule::{Handed, take};
use crate::errors::{bug, no_arrow, type_name, wrong};
use crate::options::Given;
use crate::rows::Rows;
use arrow_array::{ArrayReader, new_empty_array};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use starcite_arrow::{Given as Column, Options, Papers, Texts, WrongColumns, extract};
use std::collections::HashMap;

/// Extract from one batch.
#[pyfunction]
pub(crate) fn extract_batch(py: Python<'_>, batch: &Bound<'_, PyAny>, form: &str, options: Given) -> PyResult<Rows> {
    let read = options.read(form)?;
    let Some(Handed::Array(array)) = take(batch)? else { return Err(no_arrow(batch)) };
    let papers = Papers::of_array(&array, &read.columns, 0).map_err(wrong)?;
    let rows = py.detach(|| extract(&papers, &read.options).rows(read.form));
    rows.map(Rows::of).map_err(bug)
}

/// Extract the links of columns of one length, a list for each row.
#[pyfunction]
pub(crate) fn links_of(py: Python<'_>, columns: HashMap<String, Bound<'_, PyAny>>, options: Given) -> PyResult<Rows> {
    let options: Options = options.read("links")?.options;
    let mut found = Vec::new();
    for (name, object) in &columns {
        let field = Column::parse(name).ok_or_else(|| PyValueError::new_err(format!("a paper has no field {name:?}")))?;
        let kind = |kind| wrong(WrongColumns::NotText { field, column: name.clone(), kind });
        let texts = match take(object)?.ok_or_else(|| no_arrow(object))? {
            Handed::Array(array) => Texts::of(&array).ok_or_else(|| kind(starcite_arrow::type_name(array.data_type())))?,
            Handed::Stream(chunks) => {
                Texts::of(&new_empty_array(chunks.field().data_type())).ok_or_else(|| kind(starcite_arrow::type_name(chunks.field().data_type())))?;
                let chunks = chunks.collect::<Result<Vec<_>, _>>().map_err(|error| PyTypeError::new_err(format!("{}: {error}", type_name(object))))?;
                let texts = chunks.iter().map(|chunk| Texts::of(chunk).ok_or_else(|| kind(starcite_arrow::type_name(chunk.data_type()))));
                Texts::chunked(texts.collect::<PyResult<_>>()?)
            }
        };
        found.push((field, texts));
    }
    let rows: Vec<usize> = found.iter().map(|(_, texts)| texts.len()).collect();
    if let (Some(least), Some(most)) = (rows.iter().min(), rows.iter().max())
        && least != most
    {
        return Err(PyValueError::new_err(format!("the columns have {least} and {most} rows: all need as many")));
    }
    let papers = Papers::of_columns(found);
    let (field, lists) = py.detach(|| extract(&papers, &options).link_lists());
    Ok(Rows::lists(field, lists))
}
