//! Papers in a batch of Arrow: the columns that hold their texts.

use crate::Texts;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use starcite_core::named;
use std::collections::BTreeMap;

named! {
    /// A column of papers, by the name that it has on the command line as well.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Given {
        /// The id, kept as it stands.
        Id = "id",
        /// The title.
        Title = "title",
        /// The abstract.
        Abstract = "abstract",
        /// The authors' comment.
        Comment = "comment",
        /// A repository, as a whole field.
        GithubRepo = "githubRepo",
        /// A project page, as a whole field.
        ProjectPage = "projectPage",
    }
}

impl Given {
    /// Returns the names of columns that are this one without a mapping: `paper_id` is the id in our own tables.
    fn own_names(self) -> impl Iterator<Item = &'static str> {
        let other = (self == Self::Id).then_some("paper_id");
        std::iter::once(self.as_str()).chain(other)
    }
}

/// Names of columns, for those that are called otherwise.
#[derive(Debug, Clone, Default)]
pub struct Columns(BTreeMap<Given, String>);

/// Columns that can't be read as papers. The texts are for users.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WrongColumns {
    /// A mapping names a field that papers do not have.
    #[error("a paper has no field {0:?}: its fields are {fields}", fields = Given::NAMES.join(", "))]
    NoSuchField(String),
    /// A mapping names one column for two fields.
    #[error("the column {0:?} is named for two fields")]
    NamedTwice(String),
    /// A column that a mapping names is missing.
    #[error("no column is called {column:?}, which is to be {field}; there are {there}", field = field.as_str())]
    Missing {
        /// The field that it is to be.
        field: Given,
        /// Its name.
        column: String,
        /// The columns that there are.
        there: String,
    },
    /// Two columns have one name.
    #[error("two columns are called {0:?}: rename one")]
    Twice(String),
    /// Two columns may be the id, and nothing says which is.
    #[error("both {0:?} and {1:?} may be the id: name one, columns={{\"id\": {0:?}}}")]
    TwoIds(String, String),
    /// A column holds other things than texts.
    #[error("the column {column:?} holds {kind}, and is to be {field}: texts are needed; cast it to a string type", field = field.as_str())]
    NotText {
        /// The field that it is to be.
        field: Given,
        /// Its name.
        column: String,
        /// The type of its values.
        kind: String,
    },
    /// Nothing identifies a paper.
    #[error("no column is called id or title; there are {0}. Name one: columns={{\"id\": \"…\"}}")]
    NoKey(String),
    /// Nothing can contain a link.
    #[error("no column is called title, abstract, comment, githubRepo or projectPage; there are {0}. Name one: columns={{\"abstract\": \"…\"}}")]
    NoTexts(String),
    /// The rows have no columns.
    #[error("rows with columns, or texts, are needed, not {0}")]
    NotRows(String),
}

impl Columns {
    /// Reads a mapping from fields to columns.
    ///
    /// # Errors
    /// When a field is unknown, or a column is named twice.
    pub fn new(named: impl IntoIterator<Item = (String, String)>) -> Result<Self, WrongColumns> {
        let mut columns = BTreeMap::new();
        for (field, column) in named {
            if columns.values().any(|other| *other == column) {
                return Err(WrongColumns::NamedTwice(column));
            }
            let field = Given::parse(&field).ok_or(WrongColumns::NoSuchField(field))?;
            columns.insert(field, column);
        }
        Ok(Self(columns))
    }

    /// Returns true if no column is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Finds the column of a field among those that there are: by the mapping, else by the field's own names, in capitals or not.
    fn find(&self, field: Given, there: &[&str]) -> Result<Option<usize>, WrongColumns> {
        let mapped = self.0.get(&field);
        let names: Vec<&str> = mapped.map_or_else(|| field.own_names().collect(), |name| vec![name.as_str()]);
        let is_mapped = |at: &usize| mapped.is_none() && self.0.values().any(|other| other == there[*at]);
        let mut column: Option<usize> = None;
        for name in &names {
            let exactly = (0..there.len()).filter(|at| there[*at] == *name);
            let nearly = (0..there.len()).filter(|at| mapped.is_none() && there[*at].trim().eq_ignore_ascii_case(name));
            for found in [exactly.collect::<Vec<_>>(), nearly.collect()] {
                match found.into_iter().filter(|at| !is_mapped(at)).collect::<Vec<_>>()[..] {
                    [] => continue,
                    [_, at, ..] => return Err(WrongColumns::Twice(there[at].to_owned())),
                    [at] => match column {
                        None => column = Some(at),
                        Some(other) => return Err(WrongColumns::TwoIds(there[other].to_owned(), there[at].to_owned())),
                    },
                }
                break;
            }
        }
        if column.is_some() {
            return Ok(column);
        }
        mapped.map_or(Ok(None), |column| Err(WrongColumns::Missing { field, column: column.clone(), there: list(there) }))
    }
}

fn list(there: &[&str]) -> String {
    const SHOWN: usize = 40;
    let shown: Vec<String> = there.iter().take(SHOWN).map(|name| format!("{name:?}")).collect();
    match there.len() {
        0 => "no columns".to_owned(),
        1..=SHOWN => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), more - SHOWN),
    }
}

/// A batch of papers.
#[derive(Debug)]
pub struct Papers {
    columns: [Option<Texts>; Given::ALL.len()],
    rows: usize,
    /// Rows that are null as a whole.
    nulls: Option<NullBuffer>,
    key: Key,
}

/// The key of a paper.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    /// Its id, else its title: one of them is needed.
    IdOrTitle,
    /// The number of its row, counted from this one.
    Number(u64),
    /// None is needed.
    Nothing,
}

impl Papers {
    /// Finds the papers in an array: rows with columns, or abstracts alone, which are numbered from `first` and have their number as their id.
    ///
    /// # Errors
    /// When it is neither, or a column is missing or does not hold texts.
    pub fn of_array(array: &ArrayRef, columns: &Columns, first: u64) -> Result<Self, WrongColumns> {
        match array.as_struct_opt() {
            Some(rows) => Self::of(rows, columns),
            None => Texts::of(array).map(|texts| Self::of_texts(texts, first)).ok_or_else(|| WrongColumns::NotRows(type_name(array.data_type()))),
        }
    }

    /// Finds the papers in rows with columns.
    ///
    /// # Errors
    /// When a column is missing or does not hold texts.
    pub fn of(batch: &StructArray, columns: &Columns) -> Result<Self, WrongColumns> {
        let there = batch.column_names();
        let mut found = [const { None }; Given::ALL.len()];
        for field in Given::ALL {
            let Some(at) = columns.find(field, &there)? else { continue };
            found[field as usize] = Some(texts(field, there[at], batch.column(at))?);
        }
        let has = |field: Given| found[field as usize].is_some();
        if !has(Given::Id) && !has(Given::Title) {
            return Err(WrongColumns::NoKey(list(&there)));
        }
        if Given::ALL.into_iter().all(|field| field == Given::Id || !has(field)) {
            return Err(WrongColumns::NoTexts(list(&there)));
        }
        Ok(Self { columns: found, rows: batch.len(), nulls: batch.nulls().cloned(), key: Key::IdOrTitle })
    }

    /// Makes papers of abstracts alone, numbered from `first`: the number of a paper is its id.
    pub fn of_texts(texts: Texts, first: u64) -> Self {
        Self { key: Key::Number(first), ..Self::of_columns([(Given::Abstract, texts)]) }
    }

    /// Makes papers of columns. The longest one counts: after its end a shorter one has no text. The papers need neither an id nor a title.
    pub fn of_columns(columns: impl IntoIterator<Item = (Given, Texts)>) -> Self {
        let mut papers = Self { columns: [const { None }; Given::ALL.len()], rows: 0, nulls: None, key: Key::Nothing };
        for (field, texts) in columns {
            papers.rows = papers.rows.max(texts.len());
            papers.columns[field as usize] = Some(texts);
        }
        papers
    }

    /// Returns the number of papers.
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn key(&self) -> Key {
        self.key
    }

    /// Returns a text of a paper; `None` for a null.
    ///
    /// # Errors
    /// Returns the bytes if they are not UTF-8.
    pub(crate) fn get(&self, field: Given, row: usize) -> Option<Result<&str, &[u8]>> {
        let is_null = self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
        self.columns[field as usize].as_ref().filter(|_| !is_null)?.get(row)
    }
}

fn texts(field: Given, column: &str, array: &ArrayRef) -> Result<Texts, WrongColumns> {
    Texts::of(array).ok_or_else(|| WrongColumns::NotText { field, column: column.to_owned(), kind: type_name(array.data_type()) })
}

/// Returns the name of a type of Arrow, for users.
pub fn type_name(kind: &DataType) -> String {
    format!("{kind}").to_lowercase()
}
