"""Reads tables of common programs as papers, and compares them with the written values. Fails at the first difference."""

import concurrent.futures
import datetime
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pyarrow.parquet.encryption as encryption

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARCITE = ROOT / "target/debug/starcite"
ROWS = 3000
COLUMNS = ["paper_id", "title", "abstract", "authors", "published", "year", "upvotes"]
MAPPING = """
[source.columns]
id = "key"
title = "Title"
abstract = "Abstract Note"
authors = { column = "Author", separator = "; " }
published = "Date"
year = "Year"
upvotes = "votes"
"""

for name in [name for name in os.environ if name.startswith("STARCITE_") or name == "GITHUB_TOKEN"]:
    del os.environ[name]


def fail(what):
    sys.exit(f"check_tables: FAILED: {what}")


def written():
    """Returns the written values by column: some unknown ones, lists of zero to many texts, texts with everything that CSV quotes."""
    rows = []
    for at in range(ROWS):
        rows.append(
            {
                "key": f"t:{at}",
                "unused": at / 7,
                "Title": f'Title {at}, "quoted"; ü 𝒳',
                "Abstract Note": None if at % 7 == 3 else f"Line one\nCode: https://github.com/o/r{at} " + f"word{at * 7919 % 1000} " * (at % 40),
                "Author": None if at % 11 == 5 else [f"Author {at}-{n}" for n in range(at * 31 % 9)],
                "Date": None if at % 5 == 2 else datetime.date(1990 + at % 40, at % 12 + 1, at % 28 + 1),
                "Year": None if at % 3 == 1 else 1990 + at % 40,
                "votes": None if at % 4 == 2 else at * 17,
            }
        )
    return rows


ROWS_WRITTEN = written()
WANTED = [
    {
        "paper_id": row["key"],
        "title": row["Title"],
        "abstract": row["Abstract Note"] and row["Abstract Note"].strip(),
        "authors": row["Author"] or [],
        "published": row["Date"],
        "year": row["Year"] or (row["Date"] and row["Date"].year),
        "upvotes": row["votes"],
    }
    for row in ROWS_WRITTEN
]


def run(folder, path, mapping=MAPPING):
    """Runs the program over a table; returns how it ended, and its papers."""
    (folder / "p.toml").write_text(f'name = "tables"\nweek = "2026-W47"\n[[source]]\nkind = "table"\npath = "{path}"\n{mapping}')
    out = folder / f"out-{len(list(folder.glob('out-*')))}"
    env = os.environ | {"STARCITE_NOW": "2026-11-23T12:00:00Z", "STARCITE_OUT": str(out)}
    ended = subprocess.run([STARCITE, "run", "--offline", "p.toml"], cwd=folder, env=env, text=True, capture_output=True)
    table = out / "week=2026-W47/papers.parquet"
    return ended, pyarrow.parquet.read_table(table, columns=COLUMNS).to_pylist() if table.exists() else None


def reads(folder, path, what):
    ended, papers = run(folder, path)
    if ended.returncode != 0:
        fail(f"{what}: ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    if len(papers) != len(WANTED):
        fail(f"{what}: {len(papers)} papers of {len(WANTED)}")
    for found, wanted in zip(papers, WANTED):
        found["authors"] = found["authors"] or []
        if found != wanted:
            fail(f"{what}: {found} is not {wanted}")
    print(f"check_tables: {what}")


def refuses(folder, path, said, what, mapping=MAPPING):
    ended, _ = run(folder, path, mapping)
    if ended.returncode != 1 or said not in ended.stderr:
        fail(f"{what}: ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    print(f"check_tables: {what} is refused: {ended.stderr.strip()}")


def arrow(**others):
    """Returns the table with the types that most writers choose, or others in some columns."""
    text, date = pyarrow.string(), pyarrow.date32()
    types = {"key": text, "unused": pyarrow.float64(), "Title": text, "Abstract Note": text, "Author": pyarrow.list_(text), "Date": date}
    table = pyarrow.Table.from_pylist(ROWS_WRITTEN, schema=pyarrow.schema(types | {"Year": pyarrow.int16(), "votes": pyarrow.int64()}))
    for name, type in others.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table[name].cast(type))
    return table


def pyarrow_pages(folder):
    table = arrow()
    for codec in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
        for version in ["1.0", "2.0"]:
            name = f"pyarrow-{codec}-{version}.parquet"
            pyarrow.parquet.write_table(table, folder / name, compression=codec, data_page_version=version)
            reads(folder, name, name)
    small = {"data_page_size": 500, "write_batch_size": 7, "row_group_size": 1000}
    for options in [{}, {"use_dictionary": False}, {"data_page_version": "2.0"}, {"write_page_index": True}, {"dictionary_pagesize_limit": 2000}]:
        for store_schema in [True, False]:
            pyarrow.parquet.write_table(table, folder / "small.parquet", store_schema=store_schema, **(small | options))
            reads(folder, "small.parquet", f"pyarrow, small pages and row groups, {options}, store_schema={store_schema}")
    texts = {"column_encoding": {"Title": "DELTA_BYTE_ARRAY", "Abstract Note": "DELTA_LENGTH_BYTE_ARRAY", "Year": "DELTA_BINARY_PACKED"}, "use_dictionary": False}
    pyarrow.parquet.write_table(table, folder / "delta.parquet", **texts)
    reads(folder, "delta.parquet", "pyarrow, delta encodings")


def pyarrow_types(folder):
    for name, other in {
        "large texts and lists": arrow(Title=pyarrow.large_string(), Author=pyarrow.large_list(pyarrow.large_string())),
        "views": arrow(Title=pyarrow.string_view()),
        "times in ns": arrow(Date=pyarrow.timestamp("ns")),
        "times in us, UTC": arrow(Date=pyarrow.timestamp("us", "UTC")),
        "times in ms": arrow(Date=pyarrow.timestamp("ms")),
        "days as date64": arrow(Date=pyarrow.date64()),
        "dates as text": arrow(Date=pyarrow.string()),
        "small and unsigned numbers": arrow(Year=pyarrow.uint16(), votes=pyarrow.uint32()),
        "floats for whole numbers": arrow(Year=pyarrow.float64(), votes=pyarrow.float32()),
        "texts of a dictionary": arrow(**{name: pyarrow.dictionary(pyarrow.int32(), pyarrow.string()) for name in ["Title", "Abstract Note"]}),
    }.items():
        pyarrow.parquet.write_table(other, folder / "types.parquet")
        reads(folder, "types.parquet", f"pyarrow Parquet, {name}")
        for compression in ["uncompressed", "lz4", "zstd"]:
            pyarrow.feather.write_feather(other, folder / "types.feather", compression=compression, chunksize=700)
            reads(folder, "types.feather", f"pyarrow Feather, {compression}, {name}")
        with pyarrow.ipc.new_stream(folder / "types.arrows", other.schema) as stream:
            stream.write_table(other, max_chunksize=700)
        reads(folder, "types.arrows", f"pyarrow stream, {name}")
    pyarrow.parquet.write_table(arrow(Date=pyarrow.timestamp("ns")), folder / "int96.parquet", use_deprecated_int96_timestamps=True)
    reads(folder, "int96.parquet", "pyarrow, times of 96 bits")
    names = ["; ".join(row["Author"] or []) for row in ROWS_WRITTEN]
    pyarrow.csv.write_csv(arrow().set_column(4, "Author", [names]), folder / "pyarrow.csv")
    reads(folder, "pyarrow.csv", "pyarrow CSV")


def by_pandas(folder):
    frame = pandas.DataFrame(ROWS_WRITTEN)
    frame.to_parquet(folder / "pandas.parquet")
    reads(folder, "pandas.parquet", "pandas Parquet")
    frame.to_feather(folder / "pandas.feather")
    reads(folder, "pandas.feather", "pandas Feather")
    frame.astype({"Title": "category"}).to_parquet(folder / "pandas.parquet", compression="gzip")
    reads(folder, "pandas.parquet", "pandas Parquet with a category, gzip")
    frame.convert_dtypes().to_parquet(folder / "pandas.parquet")
    reads(folder, "pandas.parquet", "pandas Parquet of its own types")
    flat = frame.assign(Author=frame["Author"].map(lambda names: "; ".join(names), na_action="ignore"))
    flat.to_csv(folder / "pandas.csv")
    reads(folder, "pandas.csv", "pandas CSV")
    flat.to_csv(folder / "pandas.tsv.gz", sep="\t", index=False)
    reads(folder, "pandas.tsv.gz", "pandas TSV, gzip")
    dated = frame.assign(Date=frame["Date"].map(str, na_action="ignore"))
    dated.to_json(folder / "pandas.jsonl", orient="records", lines=True)
    reads(folder, "pandas.jsonl", "pandas JSON lines")
    dated.to_json(folder / "pandas.json", orient="records")
    reads(folder, "pandas.json", "pandas JSON")


def by_polars(folder):
    frame = polars.DataFrame(ROWS_WRITTEN, infer_schema_length=None)
    for codec in ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"]:
        frame.write_parquet(folder / "polars.parquet", compression=codec, row_group_size=900, data_page_size=3000)
        reads(folder, "polars.parquet", f"polars Parquet, {codec}")
    for codec in ["uncompressed", "lz4", "zstd"]:
        frame.write_ipc(folder / "polars.arrow", compression=codec)
        reads(folder, "polars.arrow", f"polars Arrow, {codec}")
        frame.write_ipc_stream(folder / "polars.arrows", compression=codec)
        reads(folder, "polars.arrows", f"polars stream, {codec}")
    words = frame.with_columns(polars.col("Title").cast(polars.Categorical))
    words.write_parquet(folder / "polars.parquet")
    reads(folder, "polars.parquet", "polars Parquet with a category")
    words.write_ipc(folder / "polars.arrow")
    reads(folder, "polars.arrow", "polars Arrow with a category")
    frame.with_columns(polars.col("Author").list.join("; ")).write_csv(folder / "polars.csv", separator=";")
    reads(folder, "polars.csv", "polars CSV with semicolons")
    frame.write_ndjson(folder / "polars.ndjson")
    reads(folder, "polars.ndjson", "polars JSON lines")


def by_duckdb(folder):
    table = arrow()
    base = duckdb.connect()
    base.register("t", table)
    for options in ["", ", COMPRESSION zstd", ", COMPRESSION gzip", ", COMPRESSION uncompressed", ", COMPRESSION lz4_raw", ", COMPRESSION brotli"] + [
        ", ROW_GROUP_SIZE 2048",
        ", PARQUET_VERSION v2",
    ]:
        base.sql(f"COPY t TO '{folder / 'duckdb.parquet'}' (FORMAT parquet{options})")
        reads(folder, "duckdb.parquet", f"DuckDB Parquet{options}")
    base.sql("CREATE TYPE word AS ENUM (SELECT DISTINCT \"Title\" FROM t)")
    base.sql(f"COPY (SELECT * REPLACE (\"Title\"::word AS \"Title\") FROM t) TO '{folder / 'duckdb.parquet'}' (FORMAT parquet)")
    reads(folder, "duckdb.parquet", "DuckDB Parquet with an enum")
    base.sql(f"COPY (SELECT * REPLACE (array_to_string(\"Author\", '; ') AS \"Author\") FROM t) TO '{folder / 'duckdb.csv'}'")
    reads(folder, "duckdb.csv", "DuckDB CSV")
    base.sql(f"COPY t TO '{folder / 'duckdb.json'}'")
    reads(folder, "duckdb.json", "DuckDB JSON")


class Keys(encryption.KmsClient):
    """A key service without keys, because only the encryption of a file matters."""

    def wrap_key(self, key_bytes, master_key_identifier):
        return key_bytes.hex()

    def unwrap_key(self, wrapped_key, master_key_identifier):
        return bytes.fromhex(wrapped_key)


def what_is_refused(folder):
    factory = encryption.CryptoFactory(lambda _: Keys())
    for plain in [False, True]:
        columns = {"k": ["Title"]} if plain else None
        config = encryption.EncryptionConfiguration(footer_key="k", column_keys=columns, plaintext_footer=plain, uniform_encryption=not plain)
        properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), config)
        with pyarrow.parquet.ParquetWriter(folder / "encrypted.parquet", arrow().schema, encryption_properties=properties) as writer:
            writer.write_table(arrow())
        refuses(folder, "encrypted.parquet", "encrypted", f"an encrypted Parquet, plaintext_footer={plain}")
    pyarrow.parquet.write_table(arrow(), folder / "good.parquet")
    refuses(folder, "good.parquet", 'did you mean "Title"', "a column that is not there", MAPPING.replace('"Title"', '"Titel"'))
    refuses(folder, "good.parquet", "can't be", "a column of the wrong type", MAPPING.replace('"Date"', '"unused"'))
    (folder / "cut.parquet").write_bytes((folder / "good.parquet").read_bytes()[:-100])
    refuses(folder, "cut.parquet", "cut off", "a Parquet that was cut off")


def in_a_folder(part):
    with tempfile.TemporaryDirectory() as name:
        part(pathlib.Path(name))


if __name__ == "__main__":
    parts = [pyarrow_types, pyarrow_pages, by_polars, by_pandas, by_duckdb, what_is_refused]
    # New processes, because pyarrow's threads do not survive a fork.
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        list(pool.map(in_a_folder, parts))
    print("check_tables: all is well")
