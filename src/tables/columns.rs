//! The rows of a table as columns of Arrow arrays, while they are gathered.

use super::cell::Cell;
use super::schema::{self, Column, Type};
use super::texts::{TextLists, Texts};
use anyhow::{Result, bail};
use chrono::{Datelike, NaiveDate};
use polars_arrow::array::{
    Array, ListArray, MutableArray, MutableBooleanArray, MutableListArray, MutablePrimitiveArray, MutableUtf8Array, StructArray, TryExtend, TryPush, Utf8Array,
};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::offset::Offsets;
use polars_arrow::types::NativeType;
use starcite_core::Candidate;
use starcite_core::extract::Place;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

type ArrowTexts = MutableUtf8Array<i64>;
type Ints = MutablePrimitiveArray<i64>;

/// Rows by column.
pub(crate) struct Columns {
    columns: Vec<&'static Column>,
    gathered: Vec<Gathered>,
    rows: usize,
    sizes: Arc<Sizes>,
}

/// The most rows of a batch, and the most bytes in each of its columns: as much room is made for the next one, so that none is copied
/// to where there is more.
pub(crate) struct Sizes {
    rows: AtomicUsize,
    bytes: Vec<AtomicUsize>,
}

impl Sizes {
    pub(crate) fn of(columns: usize) -> Self {
        Self { rows: AtomicUsize::new(0), bytes: (0..columns).map(|_| AtomicUsize::new(0)).collect() }
    }
}

/// The values of one column.
pub(super) enum Gathered {
    Text(Texts),
    Int(Ints),
    Float(MutablePrimitiveArray<f64>),
    Bool(MutableBooleanArray),
    Date(MutablePrimitiveArray<i32>),
    Time(Ints),
    TextList(TextLists),
    IntList(MutableListArray<i64, Ints>),
    Places(Box<Places>),
    Candidates(Box<Candidates>),
}

#[derive(Default)]
pub(super) struct Places {
    ends: Offsets<i64>,
    field: ArrowTexts,
    start: Ints,
    end: Ints,
    raw: ArrowTexts,
}

#[derive(Default)]
pub(super) struct Candidates {
    ends: Offsets<i64>,
    repo: ArrowTexts,
    assumed: ArrowTexts,
}

impl Columns {
    pub(crate) fn new(columns: Vec<&'static Column>, sizes: Arc<Sizes>) -> Self {
        let rows = sizes.rows.load(Ordering::Relaxed);
        let gathered = columns.iter().zip(&sizes.bytes).map(|(column, bytes)| Gathered::new(column.kind, rows, bytes.load(Ordering::Relaxed))).collect();
        Self { columns, gathered, rows: 0, sizes }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row, in the order of the columns.
    ///
    /// # Errors
    /// When the row is not the table's: a bug.
    pub(crate) fn push(&mut self, row: &[Cell<'_>]) -> Result<()> {
        if row.len() != self.columns.len() {
            bail!("bug: {} values for {} columns", row.len(), self.columns.len());
        }
        for ((gathered, cell), column) in self.gathered.iter_mut().zip(row).zip(&self.columns) {
            if !gathered.push(cell)? {
                bail!("bug: {} holds {cell:?}", column.name);
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// The same without some rows: one truth value a row says whether it stays.
    pub(crate) fn keep(self, kept: &[bool]) -> Result<Self> {
        if kept.iter().all(|kept| *kept) {
            return Ok(self);
        }
        let gathered = self.gathered.iter().map(|gathered| gathered.keep(kept)).collect::<Result<_>>()?;
        Ok(Self { gathered, rows: kept.iter().filter(|kept| **kept).count(), ..self })
    }

    /// The values of each column.
    pub(super) fn into_gathered(self) -> Vec<Gathered> {
        self.sizes.rows.fetch_max(self.rows, Ordering::Relaxed);
        for (gathered, bytes) in self.gathered.iter().zip(&self.sizes.bytes) {
            bytes.fetch_max(gathered.bytes(), Ordering::Relaxed);
        }
        self.gathered
    }
}

impl Gathered {
    fn new(kind: Type, rows: usize, bytes: usize) -> Self {
        match kind {
            Type::Text => Self::Text(Texts::with_room(rows, bytes)),
            Type::Int => Self::Int(Ints::new()),
            Type::Float => Self::Float(MutablePrimitiveArray::new()),
            Type::Bool => Self::Bool(MutableBooleanArray::new()),
            Type::Date => Self::Date(MutablePrimitiveArray::from(ArrowDataType::Date32)),
            Type::Time => Self::Time(Ints::from(arrow_type(Type::Time))),
            Type::TextList => Self::TextList(TextLists::with_room(rows, bytes)),
            Type::IntList => Self::IntList(MutableListArray::new_from(Ints::new(), arrow_type(kind), 0)),
            Type::Places => Self::Places(Box::default()),
            Type::Candidates => Self::Candidates(Box::default()),
        }
    }

    /// The bytes of its texts.
    fn bytes(&self) -> usize {
        match self {
            Self::Text(texts) => texts.bytes(),
            Self::TextList(lists) => lists.bytes(),
            _ => 0,
        }
    }

    /// Adds a value; false where it is of another kind.
    fn push(&mut self, cell: &Cell<'_>) -> Result<bool> {
        match (self, cell) {
            (Self::Text(texts), Cell::Text(text)) => texts.push(text.as_deref()),
            (Self::Int(ints), Cell::Int(int)) => ints.push(*int),
            (Self::Float(floats), Cell::Float(float)) => floats.push(*float),
            (Self::Bool(bools), Cell::Bool(bool)) => bools.push(*bool),
            (Self::Date(days), Cell::Date(day)) => days.push(day.map(days_since_1970)),
            (Self::Time(micros), Cell::Time(time)) => micros.push(time.map(|time| time.timestamp_micros())),
            (Self::TextList(lists), Cell::TextList(list)) => lists.push(list.as_ref().map(|list| list.iter().map(String::as_str))),
            (Self::IntList(lists), Cell::IntList(Some(list))) => lists.try_push(Some(list.iter().copied().map(Some)))?,
            (Self::IntList(lists), Cell::IntList(None)) => lists.push_null(),
            (Self::Places(places), Cell::Places(list)) => places.push(list)?,
            (Self::Candidates(candidates), Cell::Candidates(list)) => candidates.push(list)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The same without some rows.
    fn keep(&self, kept: &[bool]) -> Result<Self> {
        Ok(match self {
            Self::Text(texts) => Self::Text(texts.keep(kept)),
            Self::TextList(lists) => Self::TextList(lists.keep(kept)),
            Self::Int(ints) => Self::Int(keep(ints, kept)),
            Self::Time(micros) => Self::Time(keep(micros, kept)),
            Self::Date(days) => Self::Date(keep(days, kept)),
            Self::Float(floats) => Self::Float(keep(floats, kept)),
            Self::Bool(bools) => Self::Bool(bools.iter().zip(kept).filter(|(_, kept)| **kept).map(|(bool, _)| bool).collect()),
            Self::IntList(_) | Self::Places(_) | Self::Candidates(_) => bail!("bug: rows of such a column are never taken out"),
        })
    }

    /// As an array, where it is not encoded as it is.
    pub(super) fn into_array(self) -> Result<Box<dyn Array>> {
        Ok(match self {
            Self::Text(texts) => texts.iter().collect::<Utf8Array<i64>>().boxed(),
            Self::Int(mut ints) | Self::Time(mut ints) => ints.as_box(),
            Self::Float(mut floats) => floats.as_box(),
            Self::Bool(mut bools) => bools.as_box(),
            Self::Date(mut days) => days.as_box(),
            Self::TextList(_) => bail!("bug: lists of texts are encoded as they are"),
            Self::IntList(mut lists) => lists.as_box(),
            Self::Places(places) => places.into_array()?,
            Self::Candidates(candidates) => candidates.into_array()?,
        })
    }
}

fn keep<T: NativeType>(values: &MutablePrimitiveArray<T>, kept: &[bool]) -> MutablePrimitiveArray<T> {
    let mut rows = MutablePrimitiveArray::from(values.dtype().clone());
    values.iter().zip(kept).filter(|(_, kept)| **kept).for_each(|(value, _)| rows.push(value.copied()));
    rows
}

fn days_since_1970(day: NaiveDate) -> i32 {
    const DAYS_TO_1970: i32 = 719_163;
    day.num_days_from_ce() - DAYS_TO_1970
}

impl Places {
    fn push(&mut self, places: &[Place]) -> Result<()> {
        let bytes = |at: Option<usize>| at.and_then(|at| i64::try_from(at).ok());
        self.ends.try_push(places.len())?;
        self.field.try_extend(places.iter().map(|place| Some(place.field.as_str())))?;
        self.start.extend(places.iter().map(|place| bytes(place.start)));
        self.end.extend(places.iter().map(|place| bytes(place.end)));
        self.raw.try_extend(places.iter().map(|place| Some(&place.raw)))?;
        Ok(())
    }

    fn into_array(mut self) -> Result<Box<dyn Array>> {
        list_of_structs(Type::Places, self.ends, vec![self.field.as_box(), self.start.as_box(), self.end.as_box(), self.raw.as_box()])
    }
}

impl Candidates {
    fn push(&mut self, candidates: &[Candidate]) -> Result<()> {
        self.ends.try_push(candidates.len())?;
        self.repo.try_extend(candidates.iter().map(|candidate| Some(candidate.repo.as_str())))?;
        self.assumed.try_extend(candidates.iter().map(|candidate| Some(&candidate.assumed)))?;
        Ok(())
    }

    fn into_array(mut self) -> Result<Box<dyn Array>> {
        list_of_structs(Type::Candidates, self.ends, vec![self.repo.as_box(), self.assumed.as_box()])
    }
}

fn list_of_structs(kind: Type, ends: Offsets<i64>, fields: Vec<Box<dyn Array>>) -> Result<Box<dyn Array>> {
    let list = arrow_type(kind);
    let Some(inner) = list.inner_dtype() else { bail!("bug: {list:?} is no list") };
    let structs = StructArray::try_new(inner.clone(), fields[0].len(), fields, None)?;
    Ok(ListArray::try_new(list, ends.into(), structs.boxed(), None)?.boxed())
}

/// The Arrow type of a column: the older text and list types, because pandas can't read the newer ones.
pub(crate) fn arrow_type(kind: Type) -> ArrowDataType {
    let list = |of: ArrowDataType| ArrowDataType::LargeList(Box::new(Field::new("item".into(), of, true)));
    let structs =
        |fields: &[(&str, Type)]| ArrowDataType::Struct(fields.iter().map(|(name, kind)| Field::new((*name).into(), arrow_type(*kind), true)).collect());
    match kind {
        Type::Text => ArrowDataType::LargeUtf8,
        Type::Int => ArrowDataType::Int64,
        Type::Float => ArrowDataType::Float64,
        Type::Bool => ArrowDataType::Boolean,
        Type::Date => ArrowDataType::Date32,
        Type::Time => ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::TextList => list(ArrowDataType::LargeUtf8),
        Type::IntList => list(ArrowDataType::Int64),
        Type::Places => list(structs(schema::PLACE)),
        Type::Candidates => list(structs(schema::CANDIDATE)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::TableWriter;
    use super::super::cell::{Cell, row_of};
    use super::super::read::TableFile;
    use super::super::row::Row;
    use super::super::schema::PAPERS;
    use polars_parquet::parquet::read::read_metadata;
    use polars_parquet::parquet::statistics::Statistics;
    use proptest::prelude::*;
    use starcite_core::Paper;
    use std::path::Path;

    /// Papers as the table has them, in one row group; those that are not kept are taken out before it is encoded.
    fn write(path: &Path, papers: &[Paper], kept: &[bool]) {
        let mut table = TableWriter::create(&PAPERS, path, &[]).unwrap();
        let mut columns = table.layout().columns();
        papers.iter().for_each(|paper| columns.push(&row(paper)).unwrap());
        let row_group = table.layout().encode(columns.keep(kept).unwrap()).unwrap();
        table.append(&row_group).unwrap();
        table.finish().unwrap();
    }

    fn row(paper: &Paper) -> Vec<Cell<'_>> {
        let named = [
            ("paper_id", Cell::text(&paper.paper_id)),
            ("sources", Cell::texts(&paper.sources)),
            ("abstract", Cell::maybe(paper.abstract_text.as_deref())),
            ("authors", Cell::TextList(Some(paper.authors.as_slice()).filter(|authors| !authors.is_empty()).map(Into::into))),
            ("published", Cell::Date(paper.published)),
            ("upvotes", Cell::Int(paper.upvotes)),
        ];
        row_of(&PAPERS, &named)
    }

    /// The papers of a table, as far as [`papers`] makes them.
    fn read(path: &Path) -> Vec<Paper> {
        let names = ["paper_id", "sources", "abstract", "authors", "published", "upvotes"];
        let portions = TableFile::open(path).unwrap().portions();
        let frames: Vec<_> = portions.iter().map(|portion| portion.read(names).unwrap()).collect();
        let known = |authors: Vec<String>| {
            assert!(!authors.is_empty(), "no authors are unknown authors");
            authors
        };
        let paper = |row: Row<'_>| Paper {
            paper_id: row.owned("paper_id").unwrap(),
            sources: row.texts("sources").expect("a list that is known, if empty"),
            abstract_text: row.owned("abstract"),
            authors: row.texts("authors").map_or_else(Vec::new, known),
            published: row.day("published"),
            upvotes: row.int("upvotes"),
            ..Paper::default()
        };
        frames.iter().flat_map(Row::all).map(paper).collect()
    }

    /// Papers with texts and lists, short and long, known and unknown, and whether each is kept.
    fn papers() -> impl Strategy<Value = (Vec<Paper>, Vec<bool>)> {
        let texts = || prop::collection::vec(any::<String>(), 0..4);
        let paper = (any::<String>(), texts(), texts(), prop::option::of("\\PC{0,200}"), prop::option::of(0..20_000i32), prop::option::of(any::<i64>()));
        let paper = paper.prop_map(|(paper_id, sources, authors, abstract_text, day, upvotes)| {
            let published = day.and_then(|day| chrono::NaiveDate::from_num_days_from_ce_opt(719_163 + day));
            Paper { paper_id, sources, authors, abstract_text, published, upvotes, ..Paper::default() }
        });
        prop::collection::vec((paper, any::<bool>()), 1..40).prop_map(|papers| papers.into_iter().unzip())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rows_come_back_as_they_were_pushed((papers, _) in papers()) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("papers.parquet");
            write(&path, &papers, &vec![true; papers.len()]);
            prop_assert_eq!(read(&path), papers);
        }

        #[test]
        fn rows_that_are_taken_out_leave_no_trace((papers, kept) in papers()) {
            let folder = tempfile::tempdir().unwrap();
            let (path, expected) = (folder.path().join("papers.parquet"), folder.path().join("expected.parquet"));
            write(&path, &papers, &kept);
            let others: Vec<Paper> = papers.into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(paper, _)| paper).collect();
            write(&expected, &others, &vec![true; others.len()]);
            prop_assert_eq!(std::fs::read(path).unwrap(), std::fs::read(expected).unwrap());
        }
    }

    #[test]
    fn levels_that_do_not_fit_in_front_of_the_values_are_put_there_all_the_same() {
        // Two bits a row, with no run that would make them shorter: 17,500 bytes.
        let authors = |row: usize| if row.is_multiple_of(2) { vec!["A".to_owned()] } else { Vec::new() };
        let papers: Vec<Paper> = (0..70_000).map(|row| Paper { paper_id: row.to_string(), authors: authors(row), ..Paper::default() }).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("papers.parquet");
        write(&path, &papers, &vec![true; papers.len()]);
        assert_eq!(read(&path), papers);
    }

    /// Readers that look for a text pass over pages without bounds.
    #[test]
    fn every_column_with_texts_has_its_smallest_and_its_largest() {
        let paper = |text: &str| Paper {
            paper_id: text.to_owned(),
            sources: vec![text.to_owned()],
            abstract_text: Some(text.repeat(1_000)),
            authors: vec![text.to_owned()],
            ..Paper::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("papers.parquet");
        write(&path, &[paper("b"), paper("a"), Paper::default()], &[true; 3]);
        let metadata = read_metadata(&mut std::fs::File::open(path).unwrap()).unwrap();
        for (name, (min, max)) in
            [("sources", ("a".to_owned(), "b".to_owned())), ("abstract", ("a".repeat(1_000), "b".repeat(1_000))), ("authors", ("a".to_owned(), "b".to_owned()))]
        {
            let column = metadata.row_groups[0].parquet_columns().iter().find(|column| column.descriptor().path_in_schema[0] == name).unwrap();
            let Some(Ok(Statistics::Binary(bounds))) = column.statistics(&metadata.footer_buf) else { panic!("{name} has no statistics") };
            assert_eq!((bounds.min_value, bounds.max_value), (Some(min.into_bytes()), Some(max.into_bytes())), "{name}");
        }
    }
}
