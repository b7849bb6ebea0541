"""Reads every export back with common programs, and compares it with the Parquet tables. Fails at the first difference."""

import contextlib
import csv
import gzip
import json
import math
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import duckdb
import jsonschema
import pandas

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARCITE = ROOT / "target/debug/starcite"
PAPERS, LINKS = "papers-with-abstracts", "links-between-papers-and-code"
# The dumps' fields in the datasets that were made of them: https://huggingface.co/pwc-archive
DUMPS = {
    PAPERS: "paper_url arxiv_id nips_id openreview_id title abstract short_abstract url_abs url_pdf proceeding authors tasks date "
    "conference_url_abs conference_url_pdf conference reproduces_paper methods",
    LINKS: "paper_url paper_title paper_arxiv_id paper_url_abs paper_url_pdf repo_url is_official mentioned_in_paper mentioned_in_github framework",
}

for name in [name for name in os.environ if name.startswith("STARCITE_") or name == "GITHUB_TOKEN"]:
    del os.environ[name]


def check(holds, what):
    if not holds:
        sys.exit(f"check_exports: FAILED: {what}")
    print(f"check_exports: {what}")


def same(found, wanted, what):
    if found != wanted:
        sys.exit(f"check_exports: FAILED: {what}: {found!r} is not {wanted!r}")


def starcite(folder, *args, path=None):
    env = os.environ | {"STARCITE_NOW": "2026-11-23T12:00:00Z", "STARCITE_OUT": str(folder / "out")} | ({"PATH": path} if path else {})
    ended = subprocess.run([STARCITE, *args], cwd=folder, env=env, text=True, capture_output=True)
    if ended.returncode != 0:
        sys.exit(f"check_exports: FAILED: starcite {' '.join(args)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def schema(folder):
    return {table["name"]: table for table in json.loads(starcite(folder, "schema", "--json"))["tables"]}


def literal(path):
    return "'" + str(path).replace("'", "''") + "'"


# The overview over all weeks, as compact makes it.
OVER_ALL = "overview-of-all-weeks.parquet"


def files(out, table):
    paths = ", ".join(literal(path) for path in sorted(out.glob(f"week=*/{table}.parquet")))
    return f"read_parquet([{paths}], hive_partitioning = false)"


def truth(folder, table):
    """Returns the Parquet tables' rows as JSON values, in their order; of the overview, those over all weeks."""
    all_weeks = f"read_parquet({literal(folder / OVER_ALL)}, hive_partitioning = false)"
    rows = duckdb.sql(f"SELECT * FROM {all_weeks if table == 'overview' else files(folder / 'out', table)}")
    return rows.columns, [[plain(value) for value in row] for row in rows.fetchall()]


def plain(value):
    if hasattr(value, "tzinfo"):
        text = value.astimezone(__import__("datetime").timezone.utc).isoformat()
        return text.replace("+00:00", "Z")
    return value.isoformat() if hasattr(value, "isoformat") else value


def moment(text):
    """Parses a timestamp, because RFC 3339 leaves the number of second digits open."""
    return re.sub(r"(\.\d*?)0+Z$", r"\1Z", text).replace(".Z", "Z") if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", text) else text


def rows_in_json_and_csv(folder):
    starcite(folder, "compact", "--output", "papers.parquet", "--overview", OVER_ALL)
    starcite(folder, "export", "jsonl", "--all-weeks")
    starcite(folder, "export", "csv", "--all-weeks", "--raw")
    cells = 0
    for table in schema(folder):
        columns, rows = truth(folder, table)
        lines = [json.loads(line) for line in open(folder / f"out/jsonl/{table}.jsonl")]
        with open(folder / f"out/csv/{table}.csv", newline="") as file:
            records = list(csv.reader(file))
        same(records[0], columns, f"the names of {table}.csv")
        same((len(lines), len(records) - 1), (len(rows), len(rows)), f"the rows of {table}")
        for row, line, record in zip(rows, lines, records[1:]):
            for column, value, cell in zip(columns, row, record, strict=True):
                cells += 1
                same(moment(line[column]), moment(value), f"{table}.{column} in JSON")
                read = None if cell == "" and value is None else cell if isinstance(value, str) else json.loads(cell)
                same(moment(read), moment(value), f"{table}.{column} in CSV")
        schema_of_rows = json.loads((folder / f"out/schemas/{table}.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema_of_rows)
        validator = jsonschema.Draft202012Validator(schema_of_rows, format_checker=jsonschema.FormatChecker())
        for line in lines:
            same([error.message for error in validator.iter_errors(line)], [], f"{table}.jsonl by its JSON schema")
        if rows:
            frame = pandas.read_csv(folder / f"out/csv/{table}.csv", keep_default_na=False, na_values=[""])
            same((list(frame.columns), len(frame)), (columns, len(rows)), f"{table}.csv in pandas")
            same(len(pandas.read_json(folder / f"out/jsonl/{table}.jsonl", lines=True)), len(rows), f"{table}.jsonl in pandas")
            read = duckdb.sql(f"SELECT * FROM read_csv({literal(f'{folder}/out/csv/{table}.csv'.replace('[', '[[]').replace('*', '[*]'))}, all_varchar = true, allow_quoted_nulls = false)").fetchall()
            nulls = [[value is None for value in row] for row in rows]
            same([[cell is None for cell in row] for row in read], nulls, f"what is unknown in {table}.csv, as DuckDB reads it")
    check(True, f"{cells} cells are the same in Parquet, JSON lines and CSV")


def papers_with_code(folder):
    starcite(folder, "export", "pwc")
    frames = {}
    for name, fields in DUMPS.items():
        path = folder / f"out/pwc/{name}.json.gz"
        with gzip.open(path) as file:
            entries = json.load(file)
        check(all(list(entry) == fields.split() for entry in entries) and entries, f"{len(entries)} entries of {name} have the dump's fields")
        frames[name] = pandas.read_json(path)
        same(list(frames[name].columns), fields.split(), f"{name} in pandas")
    links = frames[LINKS]
    same([str(links[column].dtype) for column in ("is_official", "mentioned_in_paper", "mentioned_in_github")], ["bool"] * 3, "types in pandas")
    joined = links.merge(frames[PAPERS], on="paper_url", validate="many_to_one")
    same(len(joined), len(links), "links whose paper is in the other file")
    check(frames[PAPERS].paper_url.is_unique and links.groupby(["paper_url", "repo_url"]).size().max() == 1, "a row a paper, a row a link")
    check(links[links.is_official].repo_url.str.startswith("https://").all(), "a drop-in for readers that filter by is_official")
    before = [path.read_bytes() for path in sorted((folder / "out/pwc").iterdir())]
    starcite(folder, "export", "pwc")
    check([path.read_bytes() for path in sorted((folder / "out/pwc").iterdir())] == before, "exported again, they have the same bytes")


def databases(folder):
    python = pathlib.Path(sys.executable).parent
    starcite(folder, "export", "duckdb", path=f"{python}:/usr/bin:/bin")
    starcite(folder, "export", "duckdb", "--copy", "--output", str(folder / "copy.duckdb"), path=f"{python}:/usr/bin:/bin")
    moved = folder / "out-of-the-way"
    opened_views(folder / "out", folder, {})
    (folder / "out").rename(moved)
    opened_views(moved, folder, {})
    with contextlib.chdir("/"):
        same(fails(moved), True, "views that are opened in another folder fail")
        opened_views(moved, folder, {"file_search_path": str(moved)})
    with duckdb.connect(str(folder / "copy.duckdb"), read_only=True) as tables:
        compare(tables, folder, "tables", moved)
        keys = tables.execute("SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'").fetchall()
        keys += tables.execute("SELECT table_name FROM duckdb_indexes() WHERE is_unique").fetchall()
        same(sorted(name for (name,) in keys), sorted(schema(folder)), "tables with a key")
    moved.rename(folder / "out")


def opened_views(out, folder, config):
    """Compares the views of the database in a folder, by the program's current folder or by the setting of the folders in which DuckDB searches."""
    with contextlib.chdir(pathlib.Path.cwd() if config else out), duckdb.connect(str(out / "starcite.duckdb"), read_only=True, config=config) as views:
        compare(views, folder, "views", out)


def fails(out):
    with duckdb.connect(str(out / "starcite.duckdb"), read_only=True) as views:
        try:
            views.execute("SELECT count(*) FROM overview").fetchall()
        except duckdb.IOException:
            return True
    return False


def compare(database, folder, kind, out=None):
    out = out or folder / "out"
    for table, described in schema(folder).items():
        there = files(out, table)
        same(database.execute(f"SELECT * FROM {table}").fetchall(), database.execute(f"SELECT * FROM {there}").fetchall(), f"rows of {table}")
        types = "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {})"
        same(database.execute(types.format(table)).fetchall(), database.execute(types.format(there)).fetchall(), f"types of {table}")
        comments = dict(database.execute(f"SELECT column_name, comment FROM duckdb_columns() WHERE table_name = '{table}'").fetchall())
        meanings = {column["name"]: column["meaning"] + (f" [{column['unit']}]" if column["unit"] else "") for column in described["columns"]}
        same(list(comments), list(meanings), f"columns with comments of {table}")
        for column, meaning in meanings.items():
            comment = comments[column]
            same((comment[:len(meaning)], "; null: " in comment), (meaning, True), f"the comment on {table}.{column}")
        told = database.execute(f"SELECT comment FROM duckdb_{kind}() WHERE {kind[:-1]}_name = '{table}'").fetchone()
        same(told, (described["meaning"],), f"the comment on {table}")
    check(True, f"{kind} of DuckDB have the rows, types and comments of the {len(schema(folder))} tables")


def nasty(chance):
    """Returns titles with difficult input for TeX, BibTeX and people."""
    pieces = list("${}%&#_~^\\\"'`@,;=|<>[]()-") + ["{{", "}}", "$$", "\\\\", "\\input{x}", "$\\alpha$", "$x^2$", "\\\"o", "\\c{c}", "{\\'e}", "\n", "\t", "and", "others"]
    pieces += ["é", "ß", "Ж", "深度学习", "الذكاء", "😀", "👩🏽‍🔬", "e\u0301", "\u200b", "--", "``x''", "a", "Bc", "42", " "]
    return "".join(chance.choice(pieces) + chance.choice(["", " "]) for _ in range(chance.randint(1, 24)))


def bibliographies(folder):
    """Checks that biber accepts any title, name or address without a warning."""
    chance = random.Random(6)
    lines = []
    for number in range(400):
        authors = [nasty(chance) for _ in range(chance.randint(1, 4))] + ["Ada Lovelace", "The X Team", "Müller, Jörg", "王小明", "Sammy Davis, Jr."]
        is_arxiv = number % 2 == 0
        lines.append({"id": f"2401.{number:05}" if is_arxiv else f"own:{nasty(chance)}{number}", "title": "T " + nasty(chance), "date": "2024-01-31",
            "abstract": f"Our code: https://github.com/o/n_{number}-x.y", "authors": authors, "categories": ["cs.LG"],
            "doi": f"10.1000/(x)<{number}>_{{y}}", "url": "https://example.org/" + nasty(chance)})
    (folder / "papers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "pipeline.toml").write_text('name = "nasty"\n[[source]]\nkind = "jsonl"\npath = "papers.jsonl"\n')
    starcite(folder, "run", "pipeline.toml", "--offline")
    starcite(folder, "export", "bibtex", "--all", "--output", "all.bib")
    entries = biber(folder, "all.bib")
    same((entries["ARTICLE"], entries["MISC"], entries["SOFTWARE"]), (200, 200, 400), "entries that biber reads")
    check(True, "800 entries of titles, names and addresses that are anything: biber has no error and no warning")


def biber(folder, file):
    ended = subprocess.run(
        ["biber", "--tool", "--validate-datamodel", "--output-file", "read.bib", file], cwd=folder, text=True, capture_output=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    said = [line for line in ended.stdout.splitlines() if not line.startswith("INFO")]
    if ended.returncode != 0 or said or ended.stderr:
        sys.exit(f"check_exports: FAILED: biber ended with {ended.returncode}:\n" + "\n".join(said[:20]) + ended.stderr)
    read = (folder / "read.bib").read_text()
    return {kind: read.count(f"@{kind}{{") for kind in ("ARTICLE", "MISC", "SOFTWARE")}


def main():
    shutil.which("biber") or sys.exit("check_exports: biber is not installed: apt-get install biber")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "with 'quotes' [and] *"
        folder.mkdir()
        starcite(folder, "run", str(ROOT / "pipelines/sample.toml"))
        starcite(folder, "run", str(ROOT / "pipelines/sample.toml"), "--week", "2025-W27")
        rows_in_json_and_csv(folder)
        papers_with_code(folder)
        databases(folder)
        starcite(folder, "export", "bibtex", "--all", "--week", "2025-W26", "--output", "sample.bib")
        entries = biber(folder, "sample.bib")
        check(entries["MISC"] > 50 and entries["SOFTWARE"] > 50, f"the sample's {sum(entries.values())} entries: biber has no error and no warning")
        shutil.rmtree(folder / "out")
        bibliographies(folder)


main()
