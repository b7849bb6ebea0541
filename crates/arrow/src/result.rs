//! The forms of what was found, as arrays.

use crate::builder::list;
use crate::extraction::Found;
use crate::form::{Form, list_of, of_table};
use crate::rows::OfPapers;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, FieldRef};
use starcite_rows::{CITATIONS, LINKS, REJECTS};
use std::sync::Arc;

impl Found {
    /// Returns the rows in a form.
    ///
    /// # Errors
    /// Never, unless a table's columns and its schema disagree.
    pub fn rows(self, form: Form) -> Result<RecordBatch, ArrowError> {
        match form {
            Form::Links => self.links.exploded(&self.ids, form),
            Form::Citations => self.citations.exploded(&self.ids, form),
            Form::Rejects => self.rejects.exploded(&self.ids, form),
            Form::Papers => {
                let (links, citations) = (self.links.lists(&list_of(&LINKS)), self.citations.lists(&list_of(&CITATIONS)));
                RecordBatch::try_new(form.schema(), vec![Arc::new(self.ids), links, citations, self.rejects.one_each()])
            }
        }
    }

    /// Returns a list of the links of each paper: null of a paper that can't be used.
    pub fn link_lists(self) -> (FieldRef, ArrayRef) {
        let field = list_of(&LINKS);
        let lists = self.links.lists(&field);
        (field, lists)
    }
}

impl OfPapers {
    /// Returns the rows of all papers, each with the id of its paper.
    fn exploded(self, ids: &StringArray, form: Form) -> Result<RecordBatch, ArrowError> {
        let of_each = self.ends.windows(2).map(|ends| (ends[1] - ends[0]) as usize);
        let ids: StringArray = ids.iter().zip(of_each).flat_map(|(id, rows)| std::iter::repeat_n(id, rows)).collect();
        let rows = RecordBatchOptions::new().with_row_count(Some(self.rows.len()));
        let columns = std::iter::once(Arc::new(ids) as ArrayRef).chain(self.rows.columns().iter().cloned()).collect();
        RecordBatch::try_new_with_options(form.schema(), columns, &rows)
    }

    /// Returns a list for each paper.
    fn lists(self, field: &FieldRef) -> ArrayRef {
        let DataType::List(item) = field.data_type() else { unreachable!("a list of rows has a list's type") };
        list(Arc::clone(item), self.ends, Arc::new(self.rows), self.known)
    }

    /// Returns the row of each paper, null if it has none; the columns are texts.
    fn one_each(&self) -> ArrayRef {
        let row = |paper: usize| self.known[paper].then(|| self.ends[paper] as usize);
        let column = |rows: &ArrayRef| {
            let texts = rows.as_string::<i32>();
            Arc::new((0..self.known.len()).map(|paper| row(paper).map(|row| texts.value(row))).collect::<StringArray>()) as ArrayRef
        };
        let columns = self.rows.columns().iter().map(column).collect();
        Arc::new(StructArray::new(of_table(&REJECTS).into(), columns, Some(NullBuffer::from(self.known.clone()))))
    }
}
