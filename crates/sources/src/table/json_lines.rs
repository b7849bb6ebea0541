//! Rows that are JSON: an object a line, or an array of objects.

use super::cell::{Cell, Holds};
use super::columns::{Column, Taken};
use crate::elements::{self, RECORDS};
use crate::input::Limits;
use crate::lines::LineBlocks;
use crate::{Body, Framed, Framer, FramingError, Reader, Text, excerpt, json, typed};
use simd_json::BorrowedValue;
use simd_json::borrowed::Object;
use simd_json::prelude::*;
use starcite_core::reject::HEAD_BYTES;
use std::collections::BTreeSet;
use std::io::{self, BufReader, Read};

/// Limits of the search for columns: so many records, or bytes.
const FIRST_RECORDS: usize = 1_000;
const FIRST_BYTES: u64 = 1024 * 1024;

/// Returns the keys of the first records, and a reader from the beginning on.
pub(super) fn columns<'a>(mut input: Reader<'a>) -> io::Result<(Vec<Column>, Reader<'a>)> {
    let mut start = Vec::new();
    (&mut input).take(FIRST_BYTES).read_to_end(&mut start)?;
    let mut names = BTreeSet::new();
    let mut records = records(&start, Box::new(start.as_slice()), Limits::default());
    let (mut text, mut spare) = (Vec::new(), Vec::new());
    for _ in 0..FIRST_RECORDS {
        let Some(piece) = records(&mut text) else { break };
        // One that can't be read, or that continues after the start, is read again later.
        if let Ok(Text::Json(span)) = piece.text {
            let keys = object(&mut text[span], &mut spare, |fields| fields.keys().map(ToString::to_string).collect::<Vec<_>>());
            names.extend(keys.unwrap_or_default());
        }
        text.clear();
    }
    drop(records);
    let columns = names.into_iter().map(|name| Column { name, holds: Holds::Anything }).collect();
    Ok((columns, Box::new(BufReader::new(io::Cursor::new(start).chain(input)))))
}

/// Returns the rows of an input with these columns.
pub(super) fn rows<'a>(mut input: Reader<'a>, limits: Limits, columns: Vec<Column>, taken: Taken) -> Framer<'a> {
    let start = input.fill_buf().unwrap_or_default().to_vec();
    let mut records = records(&start, input, limits);
    let (mut record, mut spare) = (Vec::new(), Vec::new());
    Box::new(move |text| {
        record.clear();
        let piece = records(&mut record)?;
        let row = piece.text.and_then(|found| match found {
            Text::Json(span) => row(&mut record[span], &mut spare, text, limits, &columns, &taken),
            fields @ Text::Fields(_) => Ok(fields),
        });
        Some(Framed { byte_offset: piece.byte_offset, text: row })
    })
}

fn row(record: &mut [u8], spare: &mut Vec<u8>, text: &mut Vec<u8>, limits: Limits, columns: &[Column], taken: &Taken) -> Result<Text, FramingError> {
    let head = record[..record.len().min(HEAD_BYTES)].to_vec(); // parsing changes it
    let row = object(record, spare, |fields| taken.row(text, limits, |_, at| fields.get(columns[at].name.as_str()).map_or(Cell::Nothing, cell)));
    row.map_err(|reason| FramingError { reason, excerpt: excerpt(&head) })?
}

/// Passes a record to `take`.
fn object<T>(record: &mut [u8], spare: &mut Vec<u8>, mut take: impl FnMut(&Object<'_>) -> T) -> Result<T, String> {
    json::read(record, spare, |record| {
        let mut body = Body::Json(record);
        let value = typed::record::<BorrowedValue<'_>>(&mut body)?;
        value.as_object().map(&mut take).ok_or_else(|| "no JSON object".to_owned())
    })
}

fn cell<'a>(value: &'a BorrowedValue<'_>) -> Cell<'a> {
    match value {
        BorrowedValue::String(text) => Cell::Text(text.as_ref().into()),
        BorrowedValue::Array(items) => {
            let texts: Option<Vec<_>> = items.iter().filter(|item| !item.is_null()).map(|item| item.as_str().map(Into::into)).collect();
            texts.map_or(Cell::Other("a list of other things than texts"), Cell::Texts)
        }
        BorrowedValue::Object(_) => Cell::Other("an object"),
        value if value.is_null() => Cell::Nothing,
        value if value.is_bool() => Cell::Other("true or false"),
        value => match (value.as_i64(), value.as_f64()) {
            (Some(number), _) => Cell::Integer(number),
            (None, Some(number)) => Cell::Float(number),
            (None, None) => Cell::Other("a number out of range"),
        },
    }
}

/// Returns the objects of an input.
fn records<'a>(start: &[u8], input: Reader<'a>, limits: Limits) -> Framer<'a> {
    if RECORDS.is_cut(start) { elements::pages(input, limits, &RECORDS) } else { lines(input, limits) }
}

fn lines<'a>(input: Reader<'a>, limits: Limits) -> Framer<'a> {
    let mut blocks = LineBlocks::new(input, limits);
    let (mut block, mut at) = (blocks.next(), 0);
    Box::new(move |text| {
        loop {
            let lines = block.as_mut()?;
            if at >= lines.bytes().len() {
                let broken = lines.broken();
                (block, at) = (blocks.next(), 0);
                match broken {
                    Some((byte_offset, why)) => return Some(Framed { byte_offset, text: Err(why) }),
                    None => continue,
                }
            }
            let line = lines.line(at);
            at = line.next;
            let (byte_offset, begin) = (line.byte_offset, text.len());
            match line.readable() {
                Ok(record) if record.trim_ascii().is_empty() => {}
                Ok(record) => {
                    text.extend_from_slice(record);
                    return Some(Framed { byte_offset, text: Ok(Text::Json(begin..text.len())) });
                }
                Err(why) => return Some(Framed { byte_offset, text: Err(why) }),
            }
        }
    })
}
