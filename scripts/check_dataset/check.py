"""Checks the output folder as a dataset: its metadata with their validators, its tables with all their readers. Fails at the first
difference."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARCITE = ROOT / "target/debug/starcite"
BIN = pathlib.Path(sys.executable).parent
SOME_REJECTED = 3

for name in [name for name in os.environ if name.startswith("STARCITE_")]:
    del os.environ[name]

# One more week, with a value in every column that records can fill.
PAPERS = [
    {"id": "2506.00001", "title": "Ours & 'theirs' | <b>", "abstract": "Code: https://github.com/o/ours. See arXiv:2402.03300 and doi:10.1000/182.",
     "comment": "Also github.com/o/ours", "authors": ["Ä. Person", "B. Person"], "categories": ["cs.LG"], "date": "2025-07-01", "updated": "2025-07-02",
     "url": "https://example.org/p"},
    {"id": "2506.00002", "title": "Two readings", "abstract": "We release https://github.com/o/ name and https://o.github.io/page.", "date": "2025"},
    {"id": "2506.00003", "title": "Promises", "abstract": "Code will be released."},
]
OBSERVATIONS = [
    {"repo": "github.com/o/ours", "date": "2025-07-03", "source": "a-list", "repo_id": 2**53, "node_id": "R_1", "stars": 0, "forks": 3, "watchers": 1,
     "is_archived": False, "is_fork": True, "is_empty": False, "language": "Rust", "languages": ["Rust", "C"], "topics": [], "license_spdx": "MIT",
     "description": "nan", "homepage": "", "owner_type": "User", "created_at": "2020-02-29T23:59:59Z", "pushed_at": "2025-07-02T00:00:00Z",
     "default_branch": "main", "commits": 7, "releases": 0, "root_entries": ["README.md"], "code_bytes": 5_000_000_000},
    {"repo": "github.com/o/ours", "date": "2025-06-26", "source": "a-list", "stars": 1},
]
PIPELINE = """
name = "sample"
[[source]]
kind = "jsonl"
path = "papers.jsonl"
[[source]]
kind = "observations"
path = "seen.jsonl"
[dataset]
title = 'Papers: "more" & {some} # of them'
author = "A: Person"
url = "https://example.org/d"
license = "ODC-By-1.0"
"""


def check(holds, what):
    if not holds:
        sys.exit(f"check_dataset: FAILED: {what}")
    print(f"check_dataset: {what}")


def run(*command, code=0, **kwargs):
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, **kwargs)
    said = ended.stdout + ended.stderr
    if ended.returncode != code:
        sys.exit(f"check_dataset: FAILED: {command} ended with {ended.returncode}:\n{said}")
    return said


def make(folder, out):
    run(STARCITE, "run", ROOT / "pipelines/sample.toml", "--out", out)
    lines = [json.dumps(paper) for paper in PAPERS] + ["no JSON"]
    (folder / "papers.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "seen.jsonl").write_text("".join(json.dumps(seen) + "\n" for seen in OBSERVATIONS))
    (folder / "more.toml").write_text(PIPELINE)
    run(STARCITE, "run", folder / "more.toml", "--week", "2025-W27", "--offline", "--out", out, code=SOME_REJECTED)
    return json.loads(run(STARCITE, "schema", "--json"))["tables"]


def check_metadata(out):
    said = run(BIN / "mlcroissant", "validate", "--jsonld", out / "croissant.json")
    check("WARN" not in said.upper() and "ERROR" not in said.upper(), "mlcroissant accepts croissant.json, without a warning")
    run(BIN / "frictionless", "validate", "datapackage.json", cwd=out)
    check(True, "frictionless accepts datapackage.json and every row of every table")
    check_hashes(out)
    said = run("cffconvert", "--validate", "-i", out / "CITATION.cff")
    check("are valid" in said, "cffconvert accepts CITATION.cff")


def check_hashes(out):
    """Passes each Parquet file to Frictionless as a plain file, too, because it does not hash those that it reads as tables."""
    from frictionless import Resource

    resources = json.loads((out / "datapackage.json").read_text())["resources"]
    manifests = {path.parent.name: json.loads(path.read_text()) for path in out.glob("week=*/manifest.json")}
    for resource in resources:
        week, file = resource["path"].split("/")
        entry = next(entry for entry in manifests[week]["tables"] if entry["file"] == file)
        as_file = Resource({"name": resource["name"], "path": resource["path"], "type": "file", "hash": resource["hash"], "bytes": entry["bytes"]},
                           basepath=str(out))
        report = as_file.validate()
        check_quietly(report.valid and resource["rows"] == entry["rows"], f"{resource['path']}: {report.flatten(['message'])}")
    check(len(resources) == sum(len(manifest["tables"]) for manifest in manifests.values()), "hashes and rows are the manifests'")


def check_quietly(holds, what):
    if not holds:
        check(False, what)


def arrow_name(kind):
    """Returns our name of an Arrow type."""
    import pyarrow.types as types

    if types.is_list(kind):  # readers do not treat large lists as the same type
        return f"list<{arrow_name(kind.value_type)}>"
    if types.is_struct(kind):
        return "struct<" + ", ".join(field.name for field in kind) + ">"
    if types.is_string(kind):
        return "text"
    return {"int64": "int64", "double": "float64", "bool": "bool", "date32[day]": "date", "timestamp[us, tz=UTC]": "timestamp[us, UTC]"}.get(str(kind), str(kind))


def duckdb_name(kind):
    kind = str(kind)
    if kind.endswith("[]"):
        return f"list<{duckdb_name(kind[:-2])}>"
    if kind.startswith("STRUCT("):
        return "struct<" + ", ".join(re.findall(r'(?:\(|, )"?(\w+)"? ', kind)) + ">"
    return {"VARCHAR": "text", "BIGINT": "int64", "DOUBLE": "float64", "BOOLEAN": "bool", "DATE": "date", "TIMESTAMP WITH TIME ZONE": "timestamp[us, UTC]"}.get(kind, kind)


def polars_name(kind):
    import polars as pl

    if isinstance(kind, pl.List):
        return f"list<{polars_name(kind.inner)}>"
    if isinstance(kind, pl.Struct):
        return "struct<" + ", ".join(field.name for field in kind.fields) + ">"
    return {pl.String: "text", pl.Int64: "int64", pl.Float64: "float64", pl.Boolean: "bool", pl.Date: "date", pl.Datetime("us", "UTC"): "timestamp[us, UTC]"}.get(kind, str(kind))


def with_pyarrow(out, table):
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pa.concat_tables(pq.read_table(path, partitioning=None) for path in sorted(out.glob(f"week=*/{table}.parquet")))
    folders_as_a_column(out, table, whole.num_rows)
    return {field.name: arrow_name(field.type) for field in whole.schema}, whole.to_pylist()


def folders_as_a_column(out, table, rows):
    """Checks that readers with a column for folders `week=…` read all weeks at once."""
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    files = [str(path) for path in sorted(out.glob(f"week=*/{table}.parquet"))]
    read = {
        "pyarrow, a list": lambda: pq.read_table(files)["week"],
        "pyarrow, a filter": lambda: pq.read_table(files, filters=[("week", "!=", "")])["week"],
        "pyarrow, a dataset": lambda: ds.dataset(files, partitioning="hive").to_table(filter=ds.field("week") != "")["week"],
        "pandas": lambda: pd.read_parquet(files)["week"],
        "polars": lambda: pl.scan_parquet(files, hive_partitioning=True).collect()["week"],
        "duckdb": lambda: duckdb.sql(f"SELECT week FROM read_parquet({files}, hive_partitioning = true) WHERE week = iso_week").fetchall(),
    }
    for reader, column in read.items():
        check_quietly(len(column()) == rows, f"{reader}: {table}: the folders as a column")


def with_polars(out, table):
    import polars as pl

    frame = pl.scan_parquet(out / f"week=*/{table}.parquet").collect()
    return {name: polars_name(kind) for name, kind in frame.schema.items()}, frame.to_dicts()


def with_pandas(out, table):
    import pandas as pd
    import pyarrow as pa

    frames = [pd.read_parquet(path, dtype_backend="pyarrow") for path in sorted(out.glob(f"week=*/{table}.parquet"))]
    whole = pa.Table.from_pandas(pd.concat(frames), preserve_index=False)
    own = pd.concat([pd.read_parquet(path) for path in sorted(out.glob(f"week=*/{table}.parquet"))])
    check_quietly((own.isna().to_numpy() == pd.concat(frames).isna().to_numpy()).all(), f"pandas with its own types: {table}: other nulls")
    return {field.name: arrow_name(field.type) for field in whole.schema}, whole.to_pylist()


def with_duckdb(out, table):
    import duckdb

    read = duckdb.connect()
    read.sql("SET TimeZone = 'UTC'")
    rows = read.sql(f"FROM read_parquet('{out}/week=*/{table}.parquet', hive_partitioning = false)")
    return dict(zip(rows.columns, map(duckdb_name, rows.types))), [dict(zip(rows.columns, row)) for row in rows.fetchall()]


def with_datasets(out, table):
    import datasets

    datasets.disable_progress_bars()
    try:
        rows = datasets.load_dataset(str(out), table, split="train")
    except ValueError as error:
        check_quietly("not found" in str(error), f"datasets: {error}")
        return None  # no rows, so no configuration
    rows = rows.with_format("arrow")[:]
    return {field.name: arrow_name(field.type) for field in rows.schema}, rows.to_pylist()


def with_mlcroissant(out, table):
    """Reads records with mlcroissant, whose only types are those of the values: text comes as bytes, a date as a time."""
    import mlcroissant

    fields = {field.name: field for field in next(t for t in with_mlcroissant.dataset.metadata.record_sets if t.name == table).fields}
    rows = [{name.split("/", 1)[1]: plain(value) for name, value in record.items()} for record in with_mlcroissant.dataset.records(table)]
    return {name: None for name in fields}, rows


def plain(value):
    """Returns a value of mlcroissant as a plain Python value."""
    import numpy as np
    import pandas as pd

    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name.rsplit("/", 1)[1]: plain(item) for name, item in value.items()}
    return value


def as_croissant(row, columns):
    """Returns a row in the form of mlcroissant: a date is a midnight."""
    midnight = lambda day: datetime.datetime(day.year, day.month, day.day)
    return {name: midnight(value) if columns[name] == "date" and value is not None else value for name, value in row.items()}


def check_table(out, table, rows_wanted):
    """Checks that every reader returns the same columns, types, rows, values and nulls."""
    name, columns = table["name"], {column["name"]: column["type"] for column in table["columns"]}
    columns_read, rows = with_pyarrow(out, name)
    check_quietly(columns_read == columns, f"pyarrow: {name}: {differing(columns_read, columns)}")
    check_quietly(len(rows) == rows_wanted, f"pyarrow: {name}: {len(rows)} rows of {rows_wanted}")
    for reader in (with_polars, with_pandas, with_duckdb, with_datasets, with_mlcroissant):
        read = reader(out, name)
        who = reader.__name__.removeprefix("with_")
        if read is None:
            check_quietly(rows_wanted == 0, f"{who}: {name} has no configuration, and rows")
            continue
        columns_read, rows_read = read
        is_croissant = reader is with_mlcroissant
        wanted = dict.fromkeys(columns) if is_croissant else columns
        check_quietly(list(columns_read.items()) == list(wanted.items()), f"{who}: {name}: {differing(columns_read, wanted)}")
        check_quietly(len(rows_read) == len(rows), f"{who}: {name}: {len(rows_read)} rows of {len(rows)}")
        for row, row_read in zip(rows, rows_read):
            row = as_croissant(row, columns) if is_croissant else row
            check_quietly(row == row_read, f"{who}: {name}: {differing(row_read, row)}")
    check_found(out, table, rows)
    filled = sum(any(row[column] is not None for row in rows) for column in columns)
    check(True, f"{name}: {len(rows)} rows, {filled} of {len(columns)} columns with values: the same for all readers")


def check_found(out, table, rows):
    """Checks that a search for a text finds its rows, because readers skip pages whose bounds exclude it."""
    import duckdb
    import polars as pl
    import pyarrow.dataset

    name, files = table["name"], f"{out}/week=*/{table['name']}.parquet"
    for column in (column["name"] for column in table["columns"] if column["type"] == "text"):
        for text in sorted({row[column] for row in rows if row[column] is not None})[:3]:
            wanted = sum(row[column] == text for row in rows)
            found = {
                "duckdb": duckdb.connect().execute(f'SELECT count(*) FROM read_parquet(?) WHERE "{column}" = ?', [files, text]).fetchall()[0][0],
                "polars": pl.scan_parquet(files).filter(pl.col(column) == text).select(pl.len()).collect().item(),
                "pyarrow": sum(
                    pyarrow.dataset.dataset(path).count_rows(filter=pyarrow.dataset.field(column) == text) for path in out.glob(f"week=*/{name}.parquet")
                ),
            }
            check_quietly(set(found.values()) == {wanted}, f"{name}.{column} = {text!r}: {found} rows of {wanted}")


def differing(read, wanted):
    return {name: (read.get(name), wanted.get(name)) for name in [*wanted, *read] if read.get(name) != wanted.get(name)} or "another order"


def check_card(out):
    """Checks that the card's instructions for loading work."""
    import duckdb

    card = (out / "README.md").read_text()
    python = re.search(r"```python\n(.*?)```", card, re.S)[1]
    run(sys.executable, "-c", python.replace("/path/to/this/folder", str(out)), cwd=out)
    sql = re.search(r"```sql\n(.*?)```", card, re.S)[1]
    os.chdir(out)
    check(len(duckdb.sql(sql.split(";")[0]).fetchall()) > 0, "the card's examples run")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        os.environ |= {"HF_HOME": str(folder / "hf"), "HF_HUB_OFFLINE": "1", "CROISSANT_CACHE": str(folder / "croissant")}
        out = folder / "out"
        tables = make(folder, out)
        check_metadata(out)
        import mlcroissant

        with_mlcroissant.dataset = mlcroissant.Dataset(str(out / "croissant.json"))
        manifests = [json.loads(path.read_text()) for path in out.glob("week=*/manifest.json")]
        for table in tables:
            check_table(out, table, sum(e["rows"] for m in manifests for e in m["tables"] if e["table"] == table["name"]))
        check_card(out)
        print("check_dataset: all well")


main()
