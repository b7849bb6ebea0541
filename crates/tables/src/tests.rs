//! Rows written to pages and read back, and the schema's rules for nulls.

use super::{Cutter, TableFile, TableWriter, read_rows};
use polars::prelude::{AnyValue, Series};
use polars_parquet::parquet::read::read_metadata;
use polars_parquet::parquet::statistics::Statistics;
use polars_parquet::write::schema_to_metadata_key;
use proptest::prelude::*;
use starcite_core::{LinkKind, Paper, RepoFacts};
use starcite_rows::samples::Sample;
use starcite_rows::{self as table, Allowed, Cell, Is, LINKS, Null, PAPERS, REPOS, Read, Row, TABLES, Type, Value};
use std::path::Path;

/// Writes papers in one row group; takes out those that are not kept before it is encoded.
fn write(path: &Path, papers: &[Paper], kept: &[bool]) {
    let mut table = TableWriter::create(&PAPERS, path, &[]).unwrap();
    let mut columns = table.layout().columns();
    papers.iter().for_each(|paper| columns.push(&row(paper)).unwrap());
    let row_group = table.layout().encode(columns.keep(kept).unwrap()).unwrap();
    table.append(&row_group).unwrap();
    table.finish().unwrap();
}

fn row(paper: &Paper) -> table::Paper<'_> {
    let text = |text: &Option<String>| text.clone().map(Into::into);
    table::Paper {
        paper_id: (&paper.paper_id).into(),
        sources: (&paper.sources).into(),
        source_key: None,
        arxiv_id: None,
        doi: None,
        title: None,
        title_original: None,
        r#abstract: text(&paper.abstract_text),
        comment: None,
        authors: Some(&paper.authors).filter(|authors| !authors.is_empty()).map(Into::into),
        authors_original: None,
        categories: None,
        published: paper.published,
        year: None,
        updated: None,
        url: None,
        upvotes: paper.upvotes,
        cited_by_count: None,
        cited_by_influential: None,
        cited_by_source: None,
        cited_by_at: None,
        iso_week: "2026-W47".parse().unwrap(),
    }
}

/// Reads the papers of a table, with the fields that [`papers`] makes.
fn read(path: &Path) -> Vec<Paper> {
    let known = |authors: Vec<String>| {
        assert!(!authors.is_empty(), "no authors are unknown authors");
        authors
    };
    let paper = |row: table::Paper<'_>| Paper {
        paper_id: row.paper_id.into_owned(),
        sources: row.sources.into_owned(),
        abstract_text: row.r#abstract.into_owned(),
        authors: row.authors.into_owned().map_or_else(Vec::new, known),
        published: row.published,
        upvotes: row.upvotes,
        ..Paper::default()
    };
    let portions = TableFile::open(path).unwrap().portions();
    let frames: Vec<_> = portions.iter().map(|portion| portion.read(PAPERS.names()).unwrap()).collect();
    frames.iter().flat_map(|frame| read_rows(frame).unwrap()).map(|row| paper(row.unwrap())).collect()
}

/// Writes rows of each table, with a distinct value in each column, and reads them back: by name, and as rows.
macro_rules! comes_back {
    ($($row:ident),*) => {
        $({
            let folder = tempfile::tempdir().unwrap();
            let table = <table::$row<'_> as Row>::TABLE;
            let path = folder.path().join(table.file());
            let samples: Vec<Sample> = Sample::all(table).collect();
            let rows: Vec<_> = samples.iter().map(|sample| table::$row::read(sample.cells().into_iter()).unwrap()).collect();
            let mut writer = TableWriter::create(table, &path, &[]).unwrap();
            rows.iter().for_each(|row| writer.push(row).unwrap());
            writer.finish().unwrap();
            let frame = TableFile::open(&path).unwrap().portions().remove(0).read(table.names()).unwrap();
            assert_eq!(read_rows::<table::$row<'_>>(&frame).unwrap().map(Result::unwrap).collect::<Vec<_>>(), rows, "{}", table.name);
            for (at, column) in table.columns.iter().enumerate() {
                let values: Vec<Cell<'_>> = samples.iter().map(|sample| sample.cell(column)).collect();
                for (row, value) in values.iter().enumerate() {
                    let found = frame.column(column.name).unwrap().get(row).unwrap();
                    assert!(is(&found, value), "{}.{} is {found} and not {value:?}", table.name, column.name);
                }
                let others = &table.columns[..at];
                let same = others.iter().find(|other| column.allowed.texts().is_none() && samples.iter().map(|sample| sample.cell(other)).eq(values.iter().cloned()));
                assert!(same.is_none(), "{}.{} has the values of {:?}", table.name, column.name, same.map(|column| column.name));
            }
        })*
        assert_eq!([$(<table::$row<'_> as Row>::TABLE.name),*].len(), TABLES.len());
    };
}

#[test]
fn every_field_of_every_row_comes_back_under_its_name() {
    comes_back!(Overview, Paper, Link, Repo, Stars, Citation, Archive, Ranking, Change, Conflict, Reject);
}

/// True if polars read a value.
fn is(found: &AnyValue<'_>, value: &Cell<'_>) -> bool {
    let raws =
        |of: &str, list: &Series| list.struct_().unwrap().field_by_name(of).unwrap().str().unwrap().iter().flatten().map(str::to_owned).collect::<Vec<_>>();
    match (found, value) {
        (AnyValue::String(found), Cell::Text(Some(text))) => found == text,
        (AnyValue::Int64(found), Cell::Int(Some(int))) => found == int,
        (AnyValue::Float64(found), Cell::Float(Some(float))) => found == float,
        (AnyValue::Boolean(found), Cell::Bool(Some(bool))) => found == bool,
        (AnyValue::Date(found), Cell::Date(Some(day))) => *found == day.to_epoch_days(),
        (AnyValue::Datetime(found, ..), Cell::Time(Some(time))) => *found == time.timestamp_micros(),
        (AnyValue::List(found), Cell::TextList(Some(texts))) => found.str().unwrap().iter().flatten().eq(texts.iter()),
        (AnyValue::List(found), Cell::IntList(Some(ints))) => found.i64().unwrap().iter().flatten().eq(ints.iter().copied()),
        (AnyValue::List(found), Cell::Places(Some(places))) => raws("raw", found).iter().eq(places.iter().map(|place| &place.raw)),
        (AnyValue::List(found), Cell::Candidates(Some(candidates))) => raws("assumed", found).iter().eq(candidates.iter().map(|candidate| &candidate.assumed)),
        _ => false,
    }
}

/// Generates papers with texts and lists, short and long, known and unknown, each with a flag whether it is kept.
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn rows_give_the_same_file_in_whatever_batches_they_come((papers, kept) in papers(), batches in prop::collection::vec(1..6usize, 1..8), mib in 0..2usize) {
        let large = |mut paper: Paper| {
            paper.abstract_text = paper.abstract_text.map(|text| text.repeat(mib << 11)); // up to 800 bytes become up to 1.6 MiB
            paper
        };
        let papers: Vec<Paper> = papers.into_iter().map(large).collect();
        let folder = tempfile::tempdir().unwrap();
        let file = |batches: &mut dyn Iterator<Item = usize>| {
            let path = folder.path().join("papers.parquet");
            let mut table = TableWriter::create(&PAPERS, &path, &[]).unwrap();
            let (layout, mut cutter, mut rows) = (table.layout().clone(), Cutter::default(), papers.iter().zip(&kept).peekable());
            while rows.peek().is_some() {
                let (batch, kept): (Vec<_>, Vec<_>) = rows.by_ref().take(batches.next().unwrap()).unzip();
                let mut columns = layout.columns();
                batch.into_iter().for_each(|paper| columns.push(&row(paper)).unwrap());
                let full = cutter.add(columns.keep(&kept).unwrap()).unwrap();
                full.into_iter().for_each(|group| table.append(&layout.encode_full(group).unwrap()).unwrap());
            }
            cutter.rest().into_iter().for_each(|rest| table.append(&layout.encode(rest).unwrap()).unwrap());
            table.finish().unwrap();
            (std::fs::read(&path).unwrap(), read(&path))
        };
        let ((whole, read), (cut, _)) = (file(&mut std::iter::repeat(usize::MAX)), file(&mut batches.iter().copied().cycle()));
        prop_assert!(whole == cut);
        prop_assert!(read.iter().eq(papers.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(paper, _)| paper)));
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

/// Readers that look for a text skip pages without bounds.
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

#[test]
fn what_decides_on_a_null_is_another_column_of_the_table_that_can_be_that() {
    for table in TABLES {
        for (column, when) in table.columns.iter().flat_map(|column| column.null.decided_by().map(move |when| (column, when))) {
            let name = format!("{}.{}", table.name, column.name);
            let decides = table.columns.iter().find(|other| other.name == when.column && other.name != column.name).expect(&name);
            let can_be = match when.is {
                Is::Null => decides.null != Null::Never,
                Is::Bool(_) => decides.kind == Type::Bool,
                Is::Text([""]) => decides.null == Null::UnknownBeside(""),
                Is::Text(texts) => decides.allowed.texts().is_some_and(|allowed| texts.iter().all(|text| allowed.contains(text))),
            };
            assert!(can_be, "{name}: {}", column.null);
        }
    }
}

#[test]
fn a_null_says_one_thing_and_the_meaning_does_not_say_another() {
    for table in TABLES {
        for column in table.columns {
            let name = format!("{}.{}", table.name, column.name);
            assert!(!column.meaning.contains("null"), "{name}: what a null says is data");
            let is_text = column.kind == Type::Text && column.allowed == Allowed::Any;
            assert!(is_text || !matches!(column.null, Null::UnknownBeside(_) | Null::NoneWhereBeside(..)), "{name}: only a text can say that there is none");
            assert!(column.null == Null::Never || !matches!(column.kind, Type::Places | Type::Candidates), "{name}: such lists are empty, never null");
            let is_key = table.key.contains(&column.name);
            assert!(!is_key || matches!(column.null, Null::Never | Null::None(_) | Null::OnlyWhere(_)), "{name}: a part of the key is never unknown");
        }
    }
}

#[test]
fn a_fact_that_an_empty_text_denies_says_so_in_the_schema() {
    let denied: Vec<&str> = REPOS.columns.iter().filter(|column| column.null == Null::UnknownBeside("")).map(|column| column.name).collect();
    assert_eq!(denied, RepoFacts::EMPTY_IS_NONE);
}

#[test]
fn links_that_lead_to_code_may_be_the_papers_own() {
    let official = LINKS.columns.iter().find(|column| column.name == "official").unwrap();
    let code: Vec<&str> = LinkKind::ALL.into_iter().filter(|kind| kind.holds_code()).map(LinkKind::as_str).collect();
    let Some(Is::Text(kinds)) = official.null.decided_by().next().map(|when| when.is) else { panic!("{}", official.null) };
    assert_eq!(kinds, code);
}

#[test]
fn the_files_tell_readers_of_plain_lists_and_texts() {
    for table in TABLES {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(table.file());
        let table = TableWriter::create(table, &path, &[]).unwrap();
        let told = table.layout().told();
        table.finish().unwrap();
        assert_eq!(TableFile::open(&path).unwrap().says("ARROW:schema"), schema_to_metadata_key(&told).value.as_deref()); // polars shows types of its own
        let told = format!("{told:?}");
        assert!(told.contains("Utf8") && !told.contains("Large") && !told.contains("View"), "{told}");
    }
}
