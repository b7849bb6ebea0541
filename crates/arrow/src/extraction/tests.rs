use super::*;
use crate::{Columns, Form, Texts, WrongColumns};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int64Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray, StringViewArray, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field};
use proptest::prelude::*;
use std::sync::Arc;

const CODE: &str = "Über code: https://github.com/rust-lang/cargo and arXiv:1706.03762.";

fn small(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn batch(columns: &[(&str, ArrayRef)]) -> StructArray {
    columns.iter().map(|(name, array)| (Arc::new(Field::new(*name, array.data_type().clone(), true)), Arc::clone(array))).collect::<Vec<_>>().into()
}

fn papers(columns: &[(&str, ArrayRef)]) -> Result<Papers, WrongColumns> {
    Papers::of(&batch(columns), &Columns::default())
}

fn rows(papers: &Papers, options: &Options, form: Form) -> RecordBatch {
    extract(papers, options).rows(form).unwrap()
}

fn texts(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    batch[column].as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

/// Returns id and reason of each reject.
fn rejects(papers: &Papers, options: &Options) -> Vec<(Option<String>, String)> {
    let batch = rows(papers, options, Form::Rejects);
    texts(&batch, "paper_id").into_iter().zip(texts(&batch, "reason").into_iter().flatten()).collect()
}

#[test]
fn the_layout_of_a_text_does_not_change_what_is_found() {
    let long = "a text that does not fit into a view. ".repeat(3) + CODE;
    let given = [Some(CODE), None, Some(&long), Some(""), Some(CODE)];
    let ids = small(&[Some("0"), Some("1"), Some("2"), Some("3"), Some("4")]);
    let words: DictionaryArray<Int8Type> = given.into_iter().collect();
    let padded = [None, Some("x")].into_iter().chain(given).chain([Some(CODE)]).collect::<LargeStringArray>();
    let layouts: [ArrayRef; 5] = [
        small(&given),
        Arc::new(LargeStringArray::from_iter(given)),
        Arc::new(StringViewArray::from_iter(given)),
        Arc::new(words),
        Arc::new(padded.slice(2, given.len())),
    ];
    let found: Vec<RecordBatch> = layouts
        .iter()
        .map(|texts| rows(&papers(&[("id", Arc::clone(&ids)), ("abstract", Arc::clone(texts))]).unwrap(), &Options::default(), Form::Links))
        .collect();
    assert_eq!(texts(&found[0], "paper_id").into_iter().flatten().collect::<Vec<_>>(), ["0", "2", "4"]);
    found.iter().for_each(|other| assert_eq!(other, &found[0]));
    let chunks = layouts.iter().map(|array| Texts::of(&array.slice(1, 2)).unwrap()).collect();
    let (_, lists) = extract(&Papers::of_columns([(Given::Abstract, Texts::chunked(chunks))]), &Options::default()).link_lists();
    assert_eq!((0..lists.len()).map(|row| lists.as_list::<i32>().value(row).len()).collect::<Vec<_>>(), [0, 1].repeat(layouts.len()));
}

#[test]
fn a_record_that_cannot_be_used_is_a_reject_and_costs_no_other_record() {
    let bytes = |text: &str| Some(text.as_bytes().to_vec());
    let texts =
        Texts::of_bytes(vec![bytes(CODE), Some(b"github.com/\xff/x".to_vec()), bytes(&format!("{CODE} {}", "x".repeat(200))), bytes(&CODE.repeat(3)), None]);
    let (papers, options) = (Papers::of_texts(texts, 7), Options { max_text_bytes: 256, max_mentions: 2, ..Options::default() });
    let reason = |id: &str, reason: &str| (Some(id.to_owned()), reason.to_owned());
    assert_eq!(rejects(&papers, &options), [reason("8", "invalid UTF-8"), reason("9", "longer than 256 bytes"), reason("10", "more than 2 mentions")]);
    let nested = rows(&papers, &options, Form::Papers);
    assert_eq!(nested["links"].nulls().map(|nulls| nulls.iter().collect::<Vec<_>>()).unwrap(), [true, false, false, false, true]);
    assert_eq!(nested["reject"].nulls().map(|nulls| nulls.iter().collect::<Vec<_>>()).unwrap(), [false, true, true, true, false]);
}

#[test]
fn a_paper_without_an_id_is_known_by_its_title_and_one_without_both_is_a_reject() {
    let ids = small(&[Some(" "), None, Some("x:1"), Some("2004.11967")]);
    let titles = small(&[Some(" A Title "), None, None, None]);
    let given = papers(&[("ID", ids), ("Title", titles), ("abstract", small(&[Some(CODE), Some("Whose?"), Some(CODE), Some(CODE)]))]).unwrap();
    let ids = texts(&rows(&given, &Options::default(), Form::Links), "paper_id");
    assert_eq!(ids, [Some(title_id("A Title")), Some("x:1".to_owned()), Some("2004.11967".to_owned())]);
    let rejected = rows(&given, &Options::default(), Form::Rejects);
    let reject = |column| texts(&rejected, column).remove(0);
    assert_eq!((reject("paper_id"), reject("reason"), reject("excerpt")), (None, Some(reject::NO_KEY.to_owned()), Some("Whose?".to_owned())));
}

#[test]
fn a_panic_in_one_record_is_a_reject_that_says_it_is_a_bug() {
    let given = papers(&[("id", small(&[Some("1"), Some("2"), Some("3")])), ("abstract", small(&[Some(CODE); 3]))]).unwrap();
    let (extractor, options) = (Extractor::default(), Options::default());
    let find = |paper: &Paper| {
        assert_ne!(paper.paper_id, "2", "the second one");
        Some(extractor.paper(paper))
    };
    let nested = extract_with(&given, &options, find).rows(Form::Papers).unwrap();
    assert_eq!(nested["links"].nulls().map(|nulls| nulls.iter().collect::<Vec<_>>()).unwrap(), [true, false, true]);
    let reason = nested["reject"].as_struct().column(0).as_string::<i32>().value(1);
    assert!(reason.starts_with("bug: ") && reason.contains("the second one"), "{reason}");
}

#[test]
fn columns_that_cannot_be_papers_are_refused_by_name_before_a_row_is_read() {
    let (text, numbers): (ArrayRef, ArrayRef) = (small(&[]), Arc::new(Int64Array::from(Vec::<i64>::new())));
    let refused = |columns: &[(&str, &ArrayRef)], mapping: &[(&str, &str)]| {
        let columns: Vec<_> = columns.iter().map(|(name, array)| (*name, Arc::clone(array))).collect();
        let mapping = Columns::new(mapping.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())));
        mapping.and_then(|mapping| Papers::of(&batch(&columns), &mapping)).map(drop).map_err(|why| why.to_string())
    };
    let says = |result: Result<(), String>, words: &[&str]| {
        let why = result.unwrap_err();
        words.iter().for_each(|word| assert!(why.contains(word), "{why}"));
    };
    says(refused(&[("id", &numbers), ("abstract", &text)], &[]), &["\"id\"", "int64"]);
    says(refused(&[("id", &text), ("abstract", &text), ("abstract", &text)], &[]), &["two columns", "\"abstract\""]);
    says(refused(&[("id", &text), ("Abstract", &text), ("ABSTRACT", &text)], &[]), &["two columns"]);
    says(refused(&[("x", &text), ("abstract", &text)], &[]), &["id or title", "\"x\""]);
    says(refused(&[("id", &text), ("summary", &text)], &[]), &["\"summary\"", "abstract"]);
    says(refused(&[("id", &text), ("x", &text)], &[("abstract", "summary")]), &["\"summary\"", "\"x\""]);
    says(refused(&[("id", &text)], &[("abstrakt", "id")]), &["abstrakt"]);
    says(refused(&[("id", &text)], &[("abstract", "x"), ("title", "x")]), &["two fields"]);
    assert_eq!(refused(&[("paper_id", &text), ("x", &numbers), ("summary", &text)], &[("abstract", "summary")]), Ok(()));
    assert_eq!(refused(&[("id", &text), ("comment", &(Arc::new(NullArray::new(0)) as ArrayRef))], &[]), Ok(()));
    assert_eq!(refused(&[("title", &text), ("abstract", &numbers), ("summary", &text)], &[("abstract", "summary")]), Ok(()), "a mapping is before a name");
}

#[test]
fn a_row_that_is_null_as_a_whole_has_no_texts() {
    let rows_of = batch(&[("id", small(&[Some("1"), Some("2")])), ("abstract", small(&[Some(CODE), Some(CODE)]))]);
    let (fields, columns, _) = rows_of.into_parts();
    let given = Papers::of(&StructArray::new(fields, columns, Some(NullBuffer::from(vec![true, false]))), &Columns::default()).unwrap();
    assert_eq!(texts(&rows(&given, &Options::default(), Form::Links), "paper_id"), [Some("1".to_owned())]);
    assert_eq!(rejects(&given, &Options::default()), [(None, reject::NO_KEY.to_owned())]);
}

#[test]
fn lists_have_offsets_of_32_bits_and_no_rows_are_no_error() {
    let empty = papers(&[("id", small(&[])), ("abstract", small(&[]))]).unwrap();
    for form in Form::ALL {
        let found = rows(&empty, &Options::default(), form);
        assert_eq!((found.num_rows(), found.schema()), (0, form.schema()));
        assert!(!format!("{:?}", form.schema()).contains("Large"));
    }
    assert!(matches!(Form::Papers.schema().field(1).data_type(), DataType::List(_)));
}

#[test]
fn a_result_with_no_room_for_a_record_rejects_it_and_goes_on() {
    let mut output = Output { bytes: MAX_BYTES - 100, ..Output::default() };
    let found = Extractor::default().paper(&Paper { abstract_text: Some(CODE.to_owned()), ..Paper::default() });
    let (reason, _) = output.push("1", &found).unwrap_err();
    assert_eq!(reason, FULL);
    output.reject(Some("1"), (reason, String::new()));
    output.push("2", &Extracted::default()).unwrap();
    let nested = output.finish().rows(Form::Papers).unwrap();
    assert_eq!(texts(&nested, "paper_id"), [Some("1".to_owned()), Some("2".to_owned())]);
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    let part = prop_oneof![
        Just("https://github.com/o/n ".to_owned()),
        Just("Code: \\url{https://github.com/a/b\\_c}. ".to_owned()),
        Just("arXiv:1706.03762, 2004.11967 ".to_owned()),
        Just("Our code will be released. ".to_owned()),
        "\\PC{0,12}",
    ];
    proptest::option::of(proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat()))
}

proptest! {
    #[test]
    fn every_paper_has_a_row_and_the_forms_agree(given in proptest::collection::vec((proptest::option::of("[a-z]{0,3}"), any_text(), any_text(), any_text()), 0..12)) {
        fn column(texts: Vec<&Option<String>>) -> ArrayRef { Arc::new(texts.into_iter().map(Option::as_deref).collect::<StringArray>()) }
        let columns = [
            ("id", column(given.iter().map(|paper| &paper.0).collect())),
            ("title", column(given.iter().map(|paper| &paper.1).collect())),
            ("abstract", column(given.iter().map(|paper| &paper.2).collect())),
            ("comment", column(given.iter().map(|paper| &paper.3).collect())),
        ];
        let papers = papers(&columns).unwrap();
        let options = Options::default();
        let nested = rows(&papers, &options, Form::Papers);
        prop_assert_eq!(nested.num_rows(), given.len());
        for (form, list) in [(Form::Links, "links"), (Form::Citations, "citations")] {
            let exploded = rows(&papers, &options, form);
            let lists = nested[list].as_list::<i32>();
            prop_assert_eq!(lists.values().as_struct().columns(), &exploded.columns()[1..]);
            let ids: Vec<_> = texts(&nested, "paper_id").into_iter().enumerate().flat_map(|(row, id)| vec![id; lists.value_length(row) as usize]).collect();
            prop_assert_eq!(ids, texts(&exploded, "paper_id"));
        }
        prop_assert_eq!(rejects(&papers, &options).len(), nested["reject"].len() - nested["reject"].null_count());
        // The mention is in the text that was handed over.
        let links = nested["links"].as_list::<i32>();
        for (row, paper) in given.iter().enumerate() {
            let found = links.value(row);
            let column = |name| Arc::clone(found.as_struct().column_by_name(name).unwrap());
            let (field, raw, start, end) = (column("field"), column("raw"), column("start"), column("end"));
            for link in 0..found.len() {
                let text = match field.as_string::<i32>().value(link) { "title" => &paper.1, "abstract" => &paper.2, _ => &paper.3 };
                let span = start.as_primitive::<Int64Type>().value(link) as usize..end.as_primitive::<Int64Type>().value(link) as usize;
                prop_assert_eq!(text.as_ref().unwrap().get(span), Some(raw.as_string::<i32>().value(link)));
            }
        }
    }
}
