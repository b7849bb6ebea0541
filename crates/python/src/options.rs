//! The options of a call.

use crate::errors::unknown;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use starcite_arrow::{Columns, Form, Options};
use starcite_core::LinkKind;
use std::collections::{BTreeSet, HashMap};

/// The options of a call, by name.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Given {
    columns: Option<HashMap<String, String>>,
    kinds: Option<Vec<String>>,
    max_text_bytes: usize,
    max_mentions: usize,
}

/// The options of a call, read.
pub(crate) struct Read {
    pub(crate) columns: Columns,
    pub(crate) options: Options,
    pub(crate) form: Form,
}

impl Given {
    /// Reads the options.
    ///
    /// # Errors
    /// A ValueError for a form, a kind or a field that there is not.
    pub(crate) fn read(self, form: &str) -> PyResult<Read> {
        let form = Form::parse(form).ok_or_else(|| unknown("table", form, Form::NAMES))?;
        let mut named: Vec<_> = self.columns.unwrap_or_default().into_iter().collect();
        named.sort();
        let kinds = self.kinds.map(|kinds| kinds.iter().map(|kind| LinkKind::parse(kind).ok_or_else(|| unknown("kind", kind, LinkKind::NAMES))).collect());
        let kinds: Option<BTreeSet<LinkKind>> = kinds.transpose()?;
        if kinds.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(PyValueError::new_err("kinds is empty: None stands for all kinds"));
        }
        let wants = |rows| form == rows || matches!(form, Form::Papers | Form::Rejects);
        let options = Options {
            kinds,
            links: wants(Form::Links),
            citations: wants(Form::Citations),
            max_text_bytes: self.max_text_bytes,
            max_mentions: self.max_mentions,
        };
        Ok(Read { columns: Columns::new(named).map_err(|why| PyValueError::new_err(why.to_string()))?, options, form })
    }
}
