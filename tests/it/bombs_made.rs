//! Small files that expand to large ones, each of another kind. `bombs` reads them, and measures the cost.

use starcite_tables::parts::polars_arrow::array::{Array, BinaryViewArrayGeneric, DictionaryArray, NullArray, PrimitiveArray, Utf8Array, View};
use starcite_tables::parts::polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use starcite_tables::parts::polars_arrow::io::ipc::write::{Compression, FileWriter, StreamWriter, WriteOptions};
use starcite_tables::parts::polars_arrow::record_batch::RecordBatchT;
use starcite_tables::parts::polars_arrow_format::ipc;
use starcite_tables::parts::polars_arrow_format::ipc::planus::Builder;
use starcite_tables::parts::polars_parquet_format::thrift::protocol::TCompactOutputProtocol;
use starcite_tables::parts::polars_parquet_format::{
    ColumnChunk, ColumnMetaData, CompressionCodec, ConvertedType, DataPageHeader, DataPageHeaderV2, DictionaryPageHeader, Encoding, FieldRepetitionType,
    FileMetaData, PageHeader, PageType, RowGroup, SchemaElement, Type,
};
use std::io::Write;
use std::sync::Arc;

/// A file, and the result of reading it.
pub(crate) struct Bomb {
    pub(crate) what: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) file: &'static str,
    pub(crate) make: fn() -> Vec<u8>,
    /// Its expanded contents.
    pub(crate) becomes: &'static str,
    pub(crate) code: i32,
    /// Part of the message, in a reject or on standard error.
    pub(crate) says: &'static str,
}

const TOO_LARGE: &str = "it becomes more than 200 times as large: raise max_expansion if it is meant to";
const GIVEN_UP: &str = "nothing behind this was read: 10000 records in a row can't be used";

/// Formats that are split at line ends, or record by record.
pub(crate) const RECORDS: [Bomb; 12] = [
    Bomb {
        what: "broken lines",
        kind: "jsonl",
        file: "lines.jsonl.gz",
        make: || gzip(&[(b"{\"id\": \"t:1\"}\n", 1), (b"x\n", 30_000_000)]),
        becomes: "30 million rejects",
        code: 3,
        says: GIVEN_UP,
    },
    Bomb {
        what: "broken lines, not compressed",
        kind: "jsonl",
        file: "lines.jsonl",
        make: || b"x\n".repeat(5_000_000),
        becomes: "5 million rejects",
        code: 3,
        says: GIVEN_UP,
    },
    Bomb {
        what: "blank lines",
        kind: "jsonl",
        file: "blank.jsonl.gz",
        make: || gzip(&[(b"\n", 20_000_000), (b"{\"id\": \"t:1\"}\n", 1)]),
        becomes: "20 million lines",
        code: 0,
        says: "",
    },
    Bomb {
        what: "short rows of observations",
        kind: "observations",
        file: "short.csv.gz",
        make: || gzip(&[(b"repo,date\n", 1), (b"x\n", 30_000_000)]),
        becomes: "30 million rejects",
        code: 3,
        says: GIVEN_UP,
    },
    Bomb {
        what: "a row of eight million cells",
        kind: "table",
        file: "wide.csv.gz",
        make: || gzip(&[(b"title", 1), (b",", 8_000_000), (b"\na", 1), (b",", 8_000_000)]),
        becomes: "16 million cells",
        code: 1,
        says: "more than 10000 cells",
    },
    Bomb {
        what: "rows of four million cells",
        kind: "observations",
        file: "wide.csv.gz",
        make: || gzip(&[(b"repo,date", 1), (b",c", 4_000_000), (b"\n", 1), (&b"o/r,2026-01-01,1\n".repeat(100), 1)]),
        becomes: "400 million values",
        code: 3,
        says: "more than 10000 cells",
    },
    Bomb {
        what: "elements in each other",
        kind: "arxiv-atom",
        file: "deep.xml.gz",
        make: || gzip(&[(b"<entry>", 1), (b"<a>", 20_000_000)]),
        becomes: "20 million levels",
        code: 3,
        says: "longer than 16 MiB",
    },
    Bomb {
        what: "a record of elements without text",
        kind: "arxiv-atom",
        file: "attributes.xml.gz",
        make: || gzip(&[(b"<feed><entry>", 1), (b"<category term=\"x\"/>", 1_000_000), (b"</entry></feed>", 1)]),
        becomes: "a million values in one record",
        code: 3,
        says: "longer than 16 MiB",
    },
    Bomb {
        what: "an object of commas",
        kind: "openalex",
        file: "commas.json.gz",
        make: || gzip(&[(b"{\"meta\": {}", 1), (b",", 60_000_000)]),
        becomes: "a key of 60 MB",
        code: 3,
        says: "a key is missing",
    },
    Bomb {
        what: "a record of commas",
        kind: "openalex",
        file: "record.json.gz",
        make: || gzip(&[(b"{\n\"id\": 1", 1), (b",", 60_000_000), (b"}", 1)]),
        becomes: "a record of 60 MB",
        code: 3,
        says: "longer than 16 MiB",
    },
    Bomb {
        what: "entries that name long macros",
        kind: "bibtex",
        file: "macros.bib.gz",
        make: macros,
        becomes: "16,000 entries of 3.6 MB",
        code: 3,
        says: "macros that stand for more than 128 KiB",
    },
    Bomb {
        what: "macros that double",
        kind: "bibtex",
        file: "doubling.bib",
        make: || {
            let doubled: String = (0..40).map(|at| format!("@string{{x{} = x{at} # x{at}}}\n", at + 1)).collect();
            format!("@string{{x0 = \"{}\"}}\n{doubled}@misc{{k, title = x40}}\n", "a".repeat(64)).into_bytes()
        },
        becomes: "a title of 64 TB",
        code: 3,
        says: "stands for more text than is kept",
    },
];

/// Files with a later end, which take minutes without optimisation: only for measurements.
pub(crate) const LONG: [Bomb; 3] = [
    Bomb {
        what: "broken lines, and a good one in each 9,000",
        kind: "jsonl",
        file: "mixed.jsonl.gz",
        make: || gzip(&[(&[b"{\"id\": \"t:1\"}\n", &b"x\n".repeat(9_000)[..]].concat(), 3_000)]),
        becomes: "27 million rejects",
        code: 3,
        says: "1000000 records of it can't be used",
    },
    Bomb {
        what: "one paper six million times",
        kind: "jsonl",
        file: "twice.jsonl.gz",
        make: || gzip(&[(b"{\"id\":\"a\"}\n", 6_000_000)]),
        becomes: "6 million rejects",
        code: 3,
        says: "the same paper_id",
    },
    Bomb {
        what: "a million papers of ten bytes",
        kind: "jsonl",
        file: "tiny.jsonl",
        make: || (0..1_000_000).flat_map(|at| format!("{{\"id\":\"{at}\"}}\n").into_bytes()).collect(),
        becomes: "a million papers",
        code: 0,
        says: "",
    },
];

pub(crate) const PARQUET: [Bomb; 15] = [
    Bomb {
        what: "Parquet: one long text a million times",
        kind: "table",
        file: "run.parquet",
        make: || one_text(1 << 20),
        becomes: "1 TB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "the same, compressed once more with much beside it",
        kind: "table",
        file: "run.parquet.gz",
        make: || gzip(&[(&padded(one_text(1 << 20), 60_000_000), 1)]),
        becomes: "1 TB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "Parquet: pages of 500 MB, the same for each column",
        kind: "table",
        file: "pages.parquet",
        make: || one_page(500_000_000, 0),
        becomes: "4 GB",
        code: 3,
        says: "more than 67108864 are not read",
    },
    Bomb {
        what: "Parquet: pages of 60 MB, the same for each column",
        kind: "table",
        file: "columns.parquet",
        make: || one_page(60_000_000, 0),
        becomes: "480 MB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "the same in a larger file",
        kind: "table",
        file: "columns.parquet",
        make: || one_page(60_000_000, 4_000_000),
        becomes: "480 MB at a time",
        code: 3,
        says: "pages of more than 256 MiB are needed at a time",
    },
    Bomb {
        what: "Parquet: a dictionary of two billion words",
        kind: "table",
        file: "words.parquet",
        make: || {
            let words = dictionary(i32::MAX, &plain(&[b"T"]));
            parquet(&[Column { name: "title", shape: Shape::Required, values: 1, pages: vec![words, indices(1, &[])] }], 1, 1)
        },
        becomes: "34 GB",
        code: 3,
        says: "a page of 2147483647 values",
    },
    Bomb {
        what: "Parquet: a page that has two headers",
        kind: "table",
        file: "headers.parquet",
        make: two_headers,
        becomes: "34 GB",
        code: 3,
        says: "a page of 2147483647 values",
    },
    Bomb {
        what: "Parquet: texts that repeat the one before",
        kind: "table",
        file: "delta.parquet",
        make: repeating,
        becomes: "100 GB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "Parquet: a page that claims a trillion texts",
        kind: "table",
        file: "claims.parquet",
        make: claiming,
        becomes: "16 TB",
        code: 3,
        says: "it has more values than its header says",
    },
    Bomb {
        what: "Parquet: a list of ten million empty texts",
        kind: "table",
        file: "list.parquet",
        make: empty_texts,
        becomes: "400 MB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "Parquet: a billion rows of nothing",
        kind: "table",
        file: "nulls.parquet",
        make: || {
            let nulls = data(1_000_000, Encoding::PLAIN, &levels(&[(1_000_000, 0)]));
            parquet(&[Column { name: "title", shape: Shape::Optional, values: 1_000_000, pages: vec![nulls] }], 1_000_000, 1_000)
        },
        becomes: "a billion rejects",
        code: 3,
        says: GIVEN_UP,
    },
    Bomb {
        what: "Parquet: ten thousand row groups of the same bytes",
        kind: "table",
        file: "groups.parquet",
        make: || {
            let page = data(1, Encoding::PLAIN, &plain(&[&[b'a'; 1 << 20]]));
            parquet(&[Column { name: "title", shape: Shape::Required, values: 1, pages: vec![page] }], 1, 10_000)
        },
        becomes: "10 GB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "Parquet: columns in each other",
        kind: "table",
        file: "deep.parquet",
        make: || {
            let group = |children| SchemaElement::new(None, None, FieldRepetitionType::OPTIONAL, "g".to_owned(), children, None, None, None, None, None);
            let mut schema = vec![group(1); 9_000];
            schema.push(leaf("title", FieldRepetitionType::REQUIRED));
            end(b"PAR1".to_vec(), schema, Vec::new(), 0)
        },
        becomes: "9,000 calls in each other",
        code: 1,
        says: "its columns are in more than 64 others",
    },
    Bomb {
        what: "Parquet: an end that claims a billion columns",
        kind: "table",
        file: "end.parquet",
        make: || {
            let end = [0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 3];
            [b"PAR1", &end[..], &9u32.to_le_bytes(), b"PAR1"].concat()
        },
        becomes: "200 GB",
        code: 1,
        says: "its end can't be read",
    },
    Bomb {
        what: "Parquet: more columns than a table has",
        kind: "table",
        file: "many.parquet",
        make: || {
            let mut schema = vec![root(1_000_000)];
            schema.extend((0..1_000_000).map(|at| leaf(&at.to_string(), FieldRepetitionType::OPTIONAL)));
            end(b"PAR1".to_vec(), schema, Vec::new(), 0)
        },
        becomes: "a million columns",
        code: 1,
        says: "more than",
    },
];

pub(crate) const ARROW: [Bomb; 8] = [
    Bomb {
        what: "Arrow: one long text a million times",
        kind: "table",
        file: "words.arrow",
        make: || arrow_file(one_word()),
        becomes: "1 TB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb { what: "the same as a stream", kind: "table", file: "words.arrows", make: || arrow_stream(one_word()), becomes: "1 TB", code: 3, says: TOO_LARGE },
    Bomb {
        what: "Arrow: five hundred views of the same bytes",
        kind: "table",
        file: "views.arrow",
        make: || arrow_file(views()),
        becomes: "500 MB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "Arrow: a compressed buffer that claims a terabyte",
        kind: "table",
        file: "claims.arrow",
        make: || replaced(arrow_file(texts()), &TEXT_BYTES.to_le_bytes(), &(1u64 << 40).to_le_bytes(), 1),
        becomes: "1 TB",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "Arrow: a buffer longer than the file",
        kind: "table",
        file: "buffer.arrow",
        make: || replaced(plain_arrow_file(texts()), &TEXT_BYTES.to_le_bytes(), &(1u64 << 40).to_le_bytes(), 1),
        becomes: "1 TB",
        code: 3,
        says: "behind the end of the file",
    },
    Bomb {
        what: "Arrow: a hundred thousand dictionaries before a batch",
        kind: "table",
        file: "dictionaries.arrows",
        make: dictionaries,
        becomes: "100,000 calls in each other",
        code: 3,
        says: "more than 100 dictionaries stand before it",
    },
    Bomb {
        what: "Arrow: a billion rows of nothing",
        kind: "table",
        file: "nulls.arrow",
        make: || arrow_file(NullArray::new(ArrowDataType::Null, 1 << 30).boxed()),
        becomes: "a billion rejects",
        code: 3,
        says: TOO_LARGE,
    },
    Bomb {
        what: "Arrow: a schema whose parts are the same",
        kind: "table",
        file: "schema.arrows",
        make: schema,
        becomes: "2^50 columns",
        code: 1,
        says: "more than 10000 columns",
    },
];

/// Compresses bytes, each part repeated the given number of times.
fn gzip(parts: &[(&[u8], usize)]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for (part, times) in parts {
        let many = part.repeat((1 << 20) / part.len() + 1);
        let mut left = part.len() * times;
        while left > 0 {
            let taken = left.min(many.len() / part.len() * part.len());
            gzip.write_all(&many[..taken]).unwrap();
            left -= taken;
        }
    }
    gzip.finish().unwrap()
}

fn macros() -> Vec<u8> {
    let texts: String = (1..60).map(|at| format!("@string{{s{at} = s0}}\n")).collect();
    let named: Vec<String> = (0..60).map(|at| format!("s{at}")).collect();
    let entry = format!("@misc{{k, title = {{T}}, note = {}}}\n", named.join(" # "));
    gzip(&[(format!("@string{{s0 = \"{}\"}}\n{texts}", "a".repeat(60_000)).as_bytes(), 1), (entry.as_bytes(), 16_000)])
}

/// A column of texts, with its pages as in the file, compressed with zstd.
struct Column {
    name: &'static str,
    shape: Shape,
    values: i64,
    pages: Vec<Vec<u8>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Required,
    Optional,
    /// A list that is never null, of texts that are never null.
    List,
}

/// Returns a file with `groups` row groups of the same pages, each with `rows` rows.
fn parquet(columns: &[Column], rows: i64, groups: usize) -> Vec<u8> {
    parquet_of(CompressionCodec::ZSTD, columns, rows, groups)
}

fn parquet_of(codec: CompressionCodec, columns: &[Column], rows: i64, groups: usize) -> Vec<u8> {
    let (mut file, mut schema, mut chunks) = (b"PAR1".to_vec(), vec![root(columns.len() as i32)], Vec::new());
    for column in columns {
        let begin = file.len() as i64;
        column.pages.iter().for_each(|page| file.extend(page));
        let size = file.len() as i64 - begin;
        let (elements, path) = described(column);
        schema.extend(elements);
        chunks.push(chunk(codec, path, column.values, begin, size));
    }
    let group = RowGroup::new(chunks, 0, rows, None, None, None, None);
    end(file, schema, vec![group; groups], rows * groups as i64)
}

fn chunk(codec: CompressionCodec, path: Vec<String>, values: i64, begin: i64, size: i64) -> ColumnChunk {
    let encodings = vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY];
    let kind = Type::BYTE_ARRAY;
    let meta = ColumnMetaData::new(kind, encodings, path, codec, values, size, size, None, begin, None, None, None, None, None, None, None);
    ColumnChunk::new(None, begin, meta, None, None, None, None, None, None)
}

fn described(column: &Column) -> (Vec<SchemaElement>, Vec<String>) {
    let name = column.name.to_owned();
    match column.shape {
        Shape::Required => (vec![leaf(&name, FieldRepetitionType::REQUIRED)], vec![name]),
        Shape::Optional => (vec![leaf(&name, FieldRepetitionType::OPTIONAL)], vec![name]),
        Shape::List => {
            let group = |name: &str, repetition, kind| SchemaElement::new(None, None, repetition, name.to_owned(), 1, kind, None, None, None, None);
            let list = group(&name, FieldRepetitionType::REQUIRED, Some(ConvertedType::LIST));
            let elements = vec![list, group("list", FieldRepetitionType::REPEATED, None), leaf("element", FieldRepetitionType::REQUIRED)];
            (elements, vec![name, "list".to_owned(), "element".to_owned()])
        }
    }
}

fn root(children: i32) -> SchemaElement {
    SchemaElement::new(None, None, None, "root".to_owned(), children, None, None, None, None, None)
}

fn leaf(name: &str, repetition: FieldRepetitionType) -> SchemaElement {
    SchemaElement::new(Type::BYTE_ARRAY, None, repetition, name.to_owned(), None, ConvertedType::UTF8, None, None, None, None)
}

/// Ends a file with its metadata.
fn end(mut file: Vec<u8>, schema: Vec<SchemaElement>, groups: Vec<RowGroup>, rows: i64) -> Vec<u8> {
    let metadata = FileMetaData::new(2, schema, rows, groups, None, None, None, None, None);
    let begin = file.len();
    metadata.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut file)).unwrap();
    let length = (file.len() - begin) as u32;
    file.extend(length.to_le_bytes());
    file.extend(b"PAR1");
    file
}

/// Returns the file with additional bytes before its footer.
fn padded(file: Vec<u8>, bytes: usize) -> Vec<u8> {
    let length = u32::from_le_bytes(file[file.len() - 8..file.len() - 4].try_into().unwrap()) as usize;
    let (pages, end) = file.split_at(file.len() - 8 - length);
    [pages, &vec![0; bytes], end].concat()
}

fn header(header: &PageHeader, body: &[u8]) -> Vec<u8> {
    let mut page = Vec::new();
    header.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut page)).unwrap();
    page.extend(body);
    page
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn dictionary(values: i32, body: &[u8]) -> Vec<u8> {
    let packed = zstd(body);
    let words = DictionaryPageHeader::new(values, Encoding::PLAIN, None);
    header(&PageHeader::new(PageType::DICTIONARY_PAGE, body.len() as i32, packed.len() as i32, None, None, None, words, None), &packed)
}

/// Returns files whose page does not match its header, with every codec: no data, and data of another size.
pub(crate) fn untrue_pages() -> Vec<Vec<u8>> {
    use CompressionCodec as C;
    let text = plain(&[&[b'a'; 1_000]]);
    let mut files = Vec::new();
    for codec in [C::UNCOMPRESSED, C::SNAPPY, C::GZIP, C::BROTLI, C::LZ4, C::ZSTD, C::LZ4_RAW] {
        for (declared, body) in
            [(60_000_000, vec![0xff; 50]), (60_000_000, zstd(&text)), (10, zstd(&text)), (0, zstd(&text)), (-1, zstd(&text)), (1, Vec::new())]
        {
            let data = DataPageHeader::new(1, Encoding::PLAIN, Encoding::RLE, Encoding::RLE, None);
            let page = header(&PageHeader::new(PageType::DATA_PAGE, declared, body.len() as i32, None, data, None, None, None), &body);
            files.push(parquet_of(codec, &[Column { name: "title", shape: Shape::Required, values: 1, pages: vec![page] }], 1, 1));
        }
    }
    files
}

fn data(values: i32, encoding: Encoding, body: &[u8]) -> Vec<u8> {
    let packed = zstd(body);
    let data = DataPageHeader::new(values, encoding, Encoding::RLE, Encoding::RLE, None);
    header(&PageHeader::new(PageType::DATA_PAGE, body.len() as i32, packed.len() as i32, None, data, None, None, None), &packed)
}

/// Returns a page that repeats the first word of a dictionary, after these levels.
fn indices(values: i32, levels: &[u8]) -> Vec<u8> {
    data(values, Encoding::RLE_DICTIONARY, &[levels, &[1], &run(values as u64, 0)].concat())
}

/// Encodes texts without compression.
fn plain(texts: &[&[u8]]) -> Vec<u8> {
    texts.iter().flat_map(|text| [&(text.len() as u32).to_le_bytes(), *text].concat()).collect()
}

/// Encodes levels as runs.
fn levels(runs: &[(u64, u8)]) -> Vec<u8> {
    let runs: Vec<u8> = runs.iter().flat_map(|(times, level)| run(*times, *level)).collect();
    [&(runs.len() as u32).to_le_bytes()[..], &runs].concat()
}

fn run(times: u64, value: u8) -> Vec<u8> {
    let mut run = varint(times << 1);
    run.push(value);
    run
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// Returns a column with one text a million times.
fn one_text(bytes: usize) -> Vec<u8> {
    let pages = vec![dictionary(1, &plain(&[&vec![b'a'; bytes]])), indices(1_000_000, &[])];
    parquet(&[Column { name: "title", shape: Shape::Required, values: 1_000_000, pages }], 1_000_000, 1)
}

/// Returns eight columns that share one page of one text, with additional bytes next to it.
fn one_page(bytes: usize, beside: usize) -> Vec<u8> {
    const NAMES: [&str; 8] = ["title", "abstract", "comment", "url", "id", "doi", "githubRepo", "projectPage"];
    let page = data(1, Encoding::PLAIN, &plain(&[&vec![b'a'; bytes]]));
    let (begin, size) = (4, page.len() as i64);
    let mut schema = vec![root(NAMES.len() as i32)];
    schema.extend(NAMES.map(|name| leaf(name, FieldRepetitionType::REQUIRED)));
    let chunks = NAMES.map(|name| chunk(CompressionCodec::ZSTD, vec![name.to_owned()], 1, begin, size)).to_vec();
    let file = [b"PAR1", &page[..], &vec![0; beside]].concat();
    end(file, schema, vec![RowGroup::new(chunks, 0, 1, None, None, None, None)], 1)
}

/// Returns a page whose header for another kind of page claims one value.
fn two_headers() -> Vec<u8> {
    let (body, many) = (plain(&[b"T"]), i32::MAX);
    let packed = zstd(&body);
    let first = DataPageHeader::new(1, Encoding::PLAIN, Encoding::RLE, Encoding::RLE, None);
    let second = DataPageHeaderV2::new(many, 0, many, Encoding::PLAIN, 0, 0, true, None);
    let page = PageHeader::new(PageType::DATA_PAGE_V2, body.len() as i32, packed.len() as i32, None, first, None, None, second);
    parquet(&[Column { name: "title", shape: Shape::Required, values: 1, pages: vec![header(&page, &packed)] }], 1, 1)
}

/// Returns a hundred thousand texts of a megabyte, each equal to the one before.
fn repeating() -> Vec<u8> {
    const LENGTH: i64 = 1_000_000;
    let values = 100_000;
    // The numbers are one block of miniblocks of 32: the minimum difference, the bit widths, the miniblocks. All but the first have zero bits.
    let numbers = |first: i64, difference: i64| {
        let parts = 4_096;
        let begin = [varint(parts * 32), varint(parts), varint(values), varint((first << 1) as u64), varint(0)].concat();
        let widths = [&[64][..], &vec![0; parts as usize - 1]].concat();
        [&begin[..], &widths, &difference.to_le_bytes(), &[0; 31 * 8]].concat()
    };
    let body = [numbers(0, LENGTH), numbers(LENGTH, -LENGTH), vec![b'a'; LENGTH as usize]].concat();
    texts_as_differences(values as i32, &body)
}

/// Returns a page of one text that claims a trillion texts.
fn claiming() -> Vec<u8> {
    let numbers = |first: u64| [varint(1 << 41), varint(1), varint(1 << 40), varint(first << 1), vec![0, 0]].concat();
    texts_as_differences(1, &[numbers(0), numbers(1), vec![b'a']].concat())
}

fn texts_as_differences(values: i32, body: &[u8]) -> Vec<u8> {
    let pages = vec![data(values, Encoding::DELTA_BYTE_ARRAY, body)];
    parquet(&[Column { name: "title", shape: Shape::Required, values: values.into(), pages }], values.into(), 1)
}

fn empty_texts() -> Vec<u8> {
    const MANY: i32 = 10_000_000;
    let many = MANY as u64;
    let levels = [levels(&[(1, 0), (many - 1, 1)]), levels(&[(many, 1)])].concat();
    let authors = Column { name: "authors", shape: Shape::List, values: MANY.into(), pages: vec![dictionary(1, &plain(&[b""])), indices(MANY, &levels)] };
    let title = Column { name: "title", shape: Shape::Required, values: 1, pages: vec![data(1, Encoding::PLAIN, &plain(&[b"T"]))] };
    parquet(&[title, authors], 1, 1)
}

fn batch(array: Box<dyn Array>) -> (ArrowSchema, RecordBatchT<Box<dyn Array>>) {
    let field = Field::new("title".into(), array.dtype().clone(), true);
    let schema: ArrowSchema = std::iter::once(("title".into(), field)).collect();
    (schema.clone(), RecordBatchT::new(array.len(), Arc::new(schema), vec![array]))
}

fn file_of(array: Box<dyn Array>, compression: Option<Compression>) -> Vec<u8> {
    let (schema, batch) = batch(array);
    let mut writer = FileWriter::new(Vec::new(), Arc::new(schema), None, WriteOptions { compression });
    writer.start().unwrap();
    writer.write(&batch, None).unwrap();
    writer.finish().unwrap();
    writer.into_inner()
}

fn arrow_file(array: Box<dyn Array>) -> Vec<u8> {
    file_of(array, Some(Compression::ZSTD(Default::default())))
}

fn plain_arrow_file(array: Box<dyn Array>) -> Vec<u8> {
    file_of(array, None)
}

fn arrow_stream(array: Box<dyn Array>) -> Vec<u8> {
    let (schema, batch) = batch(array);
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::new(&mut bytes, WriteOptions { compression: Some(Compression::ZSTD(Default::default())) });
    writer.start(&schema, None).unwrap();
    writer.write(&batch, None).unwrap();
    writer.finish().unwrap();
    bytes
}

fn one_word() -> Box<dyn Array> {
    word("a".repeat(1 << 20), 1_000_000)
}

fn word(word: String, times: usize) -> Box<dyn Array> {
    DictionaryArray::try_from_keys(PrimitiveArray::from_vec(vec![0u32; times]), Utf8Array::<i64>::from_slice([word]).boxed(), false).unwrap().boxed()
}

fn views() -> Box<dyn Array> {
    let text = "a".repeat(1 << 20);
    let view = View::new_from_bytes(text.as_bytes(), 0, 0);
    BinaryViewArrayGeneric::<str>::try_new(ArrowDataType::Utf8View, vec![view; 500].into(), vec![text.into_bytes().into()].into(), None).unwrap().boxed()
}

/// Length of [`texts`] in bytes: a number that occurs nowhere else in the file.
const TEXT_BYTES: u64 = 1_234_567;

fn texts() -> Box<dyn Array> {
    Utf8Array::<i64>::from_slice(["a".repeat(TEXT_BYTES as usize)]).boxed()
}

/// Returns the file with bytes replaced wherever they occur, which is at least `times`.
fn replaced(mut file: Vec<u8>, from: &[u8; 8], to: &[u8; 8], times: usize) -> Vec<u8> {
    let places: Vec<usize> = file.windows(8).enumerate().filter(|(_, bytes)| bytes == from).map(|(at, _)| at).collect();
    assert!(places.len() >= times, "{places:?}");
    places.into_iter().for_each(|at| file[at..at + 8].copy_from_slice(to));
    file
}

/// Returns a stream that repeats the message with the dictionary very often.
fn dictionaries() -> Vec<u8> {
    let stream = arrow_stream(word("T".to_owned(), 1));
    let begins: Vec<usize> = stream.windows(4).enumerate().filter(|(at, bytes)| at % 8 == 0 && *bytes == [0xff; 4]).map(|(at, _)| at).collect();
    let (begin, end) = (begins[1], begins[2]);
    [&stream[..begin], &stream[begin..end].repeat(100_000), &stream[end..]].concat()
}

/// Returns a stream whose only column contains the same column twice, which contains another one twice, and so on.
fn schema() -> Vec<u8> {
    let mut builder = Builder::new();
    let name = builder.create_string("title");
    let text = ipc::Type::create_utf8(&mut builder, ipc::Utf8 {});
    let mut field = ipc::Field::create(&mut builder, name, true, text, (), (), ());
    for _ in 0..50 {
        let kind = ipc::Type::create_struct(&mut builder, ipc::Struct {});
        field = ipc::Field::create(&mut builder, name, true, kind, (), [field, field], ());
    }
    let schema = ipc::Schema::create(&mut builder, ipc::Endianness::Little, [field], (), ());
    let header = ipc::MessageHeader::create_schema(&mut builder, schema);
    let message = ipc::Message::create(&mut builder, ipc::MetadataVersion::V5, header, 0, ());
    let message = builder.finish(message, None);
    [&[0xff; 4][..], &(message.len() as i32).to_le_bytes(), message, &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]].concat()
}
