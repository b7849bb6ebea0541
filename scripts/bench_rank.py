#!/usr/bin/env python3
"""Ranks 300,000 papers with 150,000 repositories and 52 weeks of stars: starcite compared with the same query in DuckDB.

Makes a week's tables, ranks them with both, several times in turn, compares the results, prints times and memory.
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "target" / "bench" / "rank"
STARCITE = ROOT / "target" / "release" / "starcite"
WEEK = "2026-W47"
WEEK_END = "TIMESTAMPTZ '2026-11-23 00:00:00+00'"
PAPERS, REPOS, STAR_WEEKS, RUNS = 300_000, 150_000, 52, 5

TYPES = {
    "text": "VARCHAR", "int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "timestamp[us, UTC]": "TIMESTAMPTZ",
    "list<text>": "VARCHAR[]", "list<int64>": "BIGINT[]",
    "list<struct<field, start, end, raw>>": 'STRUCT("field" VARCHAR, "start" BIGINT, "end" BIGINT, "raw" VARCHAR)[]',
    "list<struct<repo, assumed>>": "STRUCT(repo VARCHAR, assumed VARCHAR)[]",
}

# Contents of the tables: an expression for each column that a ranking reads; the others are unknown. `h(x, n)` is a hash below n.
COLUMNS = {
    "papers": {
        "paper_id": "printf('t:%06d', i)", "title": "'On the ' || i || 'th thing that is worth ranking'",
        "published": "DATE '2026-11-20' - h(i || 'published', 3000)::INT",
    },
    "repos": {
        "repo": "printf('github.com/o%d/r%06d', i % 997, i)", "repo_id": "i",
        "state": "CASE WHEN h(i || 'state', 100) < 85 THEN 'live' WHEN h(i || 'state', 100) < 93 THEN 'not_found' WHEN h(i || 'state', 100) < 95 THEN 'blocked' ELSE 'unknown' END",
    },
    "live": {
        "is_archived": "h(i || 'archived', 20) = 0", "is_disabled": "false", "is_empty": "h(i || 'empty', 50) = 0",
        "stars": "(exp(h(i || 'stars', 1000) / 100.0))::BIGINT", "language": "CASE WHEN h(i || 'language', 10) < 8 THEN 'Python' END",
        "license_spdx": "CASE WHEN h(i || 'licence', 20) < 12 THEN 'MIT' WHEN h(i || 'licence', 20) < 13 THEN 'NOASSERTION' WHEN h(i || 'licence', 20) < 14 THEN 'CC-BY-NC-4.0' ELSE 'NONE' END",
        "pushed_at": f"{WEEK_END} - to_hours(h(i || 'pushed', 60000)::INT)", "releases": "h(i || 'releases', 3)",
        "latest_release": "CASE WHEN h(i || 'releases', 3) > 0 THEN 'v1' END",
        "root_entries": """CASE WHEN h(i || 'root', 10) < 7 THEN list_filter(['README.md', CASE WHEN h(i || 'py', 9) > 0 THEN 'main.py' END, CASE WHEN h(i || 'req', 2) = 0 THEN 'requirements.txt' END,
            CASE WHEN h(i || 'docker', 6) = 0 THEN 'Dockerfile' END, CASE WHEN h(i || 'nb', 4) = 0 THEN 'demo.ipynb' END, CASE WHEN h(i || 'test', 5) = 0 THEN 'tests' END,
            CASE WHEN h(i || 'ci', 8) = 0 THEN '.github/workflows' END, CASE WHEN h(i || 'cff', 12) = 0 THEN 'CITATION.cff' END], lambda x: x IS NOT NULL) END""",
        "archive_ids": "[]", "observed_at": f"{WEEK_END} + to_hours(6)", "observed_by": "'github.com'",
    },
    "links": {
        "paper_id": "printf('t:%06d', i)", "kind": "'repo'", "target": "'https://' || repo", "repo": "repo", "field": "'abstract'",
        "role": "CASE WHEN h(i || 'role' || n, 10) < 6 THEN 'own' WHEN h(i || 'role' || n, 10) < 7 THEN 'other' END", "first_week": f"'{WEEK}'", "state": "state",
        "paper_named_by_repo": "CASE WHEN h(i || 'named' || n, 10) < 3 THEN true WHEN h(i || 'named' || n, 10) < 6 THEN false END", "start": "0", '"end"': "1", "raw": "''",
    },
    "stars": {
        "repo": "repo", "repo_id": "i", "week_start": "DATE '2026-11-16' - (7 * w)::INT", "added": "h(i || 'added' || w, greatest(stars // 40, 2))", "source": "'stargazers/history'",
    },
}


def main() -> None:
    if not (BENCH / f"week={WEEK}" / "manifest.json").exists():
        # In a separate process, because the memory of a parent counts as that of its children.
        subprocess.run([sys.executable, __file__, "--make"], check=True)
    times = {"starcite": [], "duckdb": []}
    memory = {}
    for _ in range(RUNS):
        for name, command in [("starcite", starcite()), ("duckdb", [sys.executable, __file__, "--query"])]:
            seconds, kib = timed(command)
            times[name].append(seconds)
            memory[name] = max(memory.get(name, 0), kib)
    compare()
    ours, theirs = (statistics.median(times[name]) for name in ("starcite", "duckdb"))
    print(f"{PAPERS:,} papers, {REPOS:,} repositories, {REPOS * STAR_WEEKS:,} weeks of stars; medians of {RUNS} runs, taken in turn")
    for name, seconds in times.items():
        print(f"  {name:<9} {statistics.median(seconds):6.2f} s  ({min(seconds):.2f} to {max(seconds):.2f})  {memory[name] / 1024:6.0f} MB")
    print(f"  starcite / duckdb = {ours / theirs:.2f}")


def starcite() -> list:
    return [STARCITE, "rank", "--out", BENCH, "--format", "parquet", "--output", BENCH / "starcite.parquet"]


def timed(command: list) -> tuple[float, int]:
    """Returns seconds and peak memory in KiB of a process."""
    started = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return time.monotonic() - started, usage.ru_maxrss


def connect():
    import duckdb

    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    db.execute("CREATE MACRO h(text, n) AS (hash(text) % n::UBIGINT)::BIGINT")
    return db


def make_tables() -> None:
    schema = json.loads(subprocess.run([STARCITE, "schema", "--json"], check=True, capture_output=True).stdout)
    folder = BENCH / f"week={WEEK}"
    folder.mkdir(parents=True, exist_ok=True)
    db = connect()
    repo, live = COLUMNS["repos"], COLUMNS["live"]
    facts = {name: f"CASE WHEN state = 'live' THEN {value} END" for name, value in live.items()}
    db.execute(f"CREATE TABLE r AS SELECT i, {repo['repo']} AS repo, {repo['state']} AS state FROM range({REPOS}) t(i)")
    db.execute(f"CREATE TABLE rs AS SELECT i, repo, {live['stars']} AS stars FROM r")
    seconds = f"SELECT i, 0 AS n, i % {REPOS} AS r FROM range({PAPERS}) t(i) UNION ALL SELECT i, 1, h(i || 'second', {REPOS}) FROM range({PAPERS}) t(i) WHERE h(i || 'two', 10) < 3"
    # Two links of one paper to one repository are one row.
    db.execute(f"CREATE TABLE l AS SELECT p.i, n, repo, state FROM (SELECT i, r, min(n) AS n FROM ({seconds}) GROUP BY i, r) p JOIN r ON r.i = p.r")
    sources = {
        "papers": (f"range({PAPERS}) t(i)", COLUMNS["papers"], "paper_id"),
        "repos": ("r", {"repo": "repo", "repo_id": "i", "aliases": "[]", "repo_kind": "'code'", "state": "state", "state_reason": "CASE WHEN state = 'unknown' THEN 'not_asked' END", **facts}, "repo"),
        "links": ("l", COLUMNS["links"], "paper_id, kind, target"),
        "stars": (f"rs, range({STAR_WEEKS}) t(w)", COLUMNS["stars"], "repo, week_start"),
    }
    tables = []
    for table in schema["tables"]:
        if table["name"] not in sources:
            continue
        source, columns, order = sources[table["name"]]
        columns = {**{name.strip('"'): value for name, value in columns.items()}, "iso_week": f"'{WEEK}'"}
        fields = ", ".join(f'({columns.get(c["name"], "NULL")})::{TYPES[c["type"]]} AS "{c["name"]}"' for c in table["columns"])
        path = folder / f"{table['name']}.parquet"
        db.execute(f"COPY (SELECT {fields} FROM {source} ORDER BY {order}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 16384)")
        rows = db.execute(f"SELECT count(*) FROM '{path}'").fetchone()[0]
        data = path.read_bytes()
        tables.append({"table": table["name"], "file": path.name, "rows": rows, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "unknown": {}})
    manifest = {
        "schema_version": schema["schema_version"], "program": "bench", "run_id": "", "pipeline": "bench", "pipeline_hash": "", "week": WEEK, "papers_complete": True, "answers_owed": {},
        "compared_with": None, "built_on": [WEEK], "papers_of_earlier_runs": 0, "inputs": [], "tables": tables, "coverage": {"repositories": REPOS, "observed_by_host": 0, "observed_by_list": 0, "unknown": 0, "unknown_by_reason": {}, "columns": {}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def curve(component: dict, value: str) -> str:
    """Returns a curve of score.toml as SQL: straight lines between its points, flat outside."""
    points = component["curve"]
    cases = f"WHEN {value} < {points[0][0]} THEN {points[0][1]}"
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        cases += f" WHEN {value} < {x1} THEN {y0} + ({y1} - {y0}) * ({value} - {x0}) / ({x1} - {x0})::DOUBLE"
    return f"CASE WHEN {value} IS NULL THEN NULL {cases} ELSE {points[-1][1]} END"


def query() -> None:
    """Runs the same ranking in DuckDB's SQL, without the evidence texts."""
    config = tomllib.loads((ROOT / "pipelines" / "score.toml").read_text())["component"]
    total = sum(component["weight"] for component in config)
    has = lambda pattern: f"CASE WHEN root_entries IS NULL THEN NULL ELSE (len(list_filter(root_entries, lambda x: regexp_full_match(lower(x), '{pattern}'))) > 0)::INT END"
    code = "(len(list_filter(root_entries, lambda x: NOT regexp_full_match(lower(x), 'readme.*|license.*|citation.*|\\.git.*|.*\\.md'))) > 0)"
    idle = f"CASE WHEN is_archived THEN 'infinity'::DOUBLE WHEN is_archived IS NULL THEN NULL ELSE greatest(epoch({WEEK_END}) - epoch(pushed_at), 0) / 86400 END"
    # The code goes first: the others count nothing in a repository without it.
    values = {
        "code": f"CASE WHEN is_empty THEN 0 WHEN language IS NOT NULL THEN 1 WHEN root_entries IS NOT NULL THEN {code}::INT END",
        "link": "claim", "reachable": "2",
        "licence": "CASE license_spdx WHEN 'MIT' THEN 2 WHEN 'NOASSERTION' THEN 1 WHEN 'CC-BY-NC-4.0' THEN 1 ELSE 0 END", "named": "paper_named_by_repo::INT", "maintained": idle,
        "citable": f"CASE WHEN {has('citation.cff')} = 1 OR releases > 0 THEN 1 WHEN {has('citation.cff')} = 0 AND releases = 0 THEN 0 END",
        "dependencies": has("requirements.*"), "container": has("dockerfile.*"), "notebook": has(".*\\.ipynb"), "tests": has("tests"), "ci": has("\\.github/workflows"),
    }
    nothing = {"maintained": "'infinity'::DOUBLE"}
    without_code = {"reachable": "1", "code": "0"}

    def when(name: str, value: str) -> str:
        none = nothing.get(name, "0")
        if name == "link":
            return f"CASE WHEN claim >= 3 AND answers = false THEN 0 ELSE {value} END"
        is_empty = "" if name == "code" else f"WHEN v_code = 0 THEN {without_code.get(name, none)}"
        return f"CASE WHEN claim = 0 OR answers = false THEN {none} WHEN answers IS NULL THEN NULL {is_empty} ELSE {value} END"

    flag = lambda value: f"CASE WHEN claim = 0 OR answers = false THEN 0 WHEN answers IS NULL THEN NULL ELSE {value} END"
    flags = {"named": values["named"], "tests": values["tests"], "dependencies": values["dependencies"], "maintained": f"(({idle}) <= 365)::INT"}
    each = ", ".join([*(f"{when(name, value)} AS v_{name}" for name, value in values.items()), *(f"{flag(value)} AS f_{name}" for name, value in flags.items())])
    finer = "CASE tier WHEN 'none' THEN 0 WHEN 'broken' THEN 4 WHEN 'empty' THEN 6 WHEN 'available' THEN 8 WHEN 'licensed' THEN 10 WHEN 'verified' THEN 12 WHEN 'citable' THEN 14 ELSE 7 END"
    for name in flags:
        finer = f"({finer}) * 3 + coalesce(2 * f_{name}, 1)"
    weight = {component["name"]: 100 * component["weight"] / total for component in config}
    points = {component["name"]: f"{weight[component['name']]} * ({curve(component, 'v_' + component['name'])})" for component in config}
    low = " + ".join(f"coalesce({sql}, 0)" for sql in points.values())
    high = " + ".join(f"coalesce({sql}, {weight[name]})" for name, sql in points.items())
    tier = """CASE WHEN claim = 0 THEN 'none' WHEN answers IS NULL THEN NULL WHEN NOT answers THEN 'broken' WHEN v_code = 0 THEN 'empty' WHEN v_licence = 0 THEN 'available'
              WHEN v_code IS NULL OR v_named IS NULL OR v_named = 0 THEN 'licensed' WHEN v_citable IS NULL OR v_citable = 0 THEN 'verified' ELSE 'citable' END"""
    week = f"{BENCH}/week={WEEK}"
    connect().execute(f"""
        COPY (
          WITH claimed AS (SELECT paper_id, target, repo, paper_named_by_repo,
                CASE WHEN paper_named_by_repo OR role = 'own' THEN 4 WHEN role IN ('other', 'list') THEN 0 ELSE 3 END AS claim
              FROM '{week}/links.parquet' WHERE last_week IS NULL),
            known AS (SELECT *, CASE state WHEN 'live' THEN true WHEN 'unknown' THEN NULL ELSE false END AS answers FROM '{week}/repos.parquet'),
            valued AS (SELECT paper_id, target, claim, answers, repo, stars, {each} FROM claimed LEFT JOIN known USING (repo)),
            scored AS (SELECT *, {low} AS low, {high} AS high_of_link, {tier} AS tier FROM valued
              QUALIFY claim = max(claim) OVER (PARTITION BY paper_id)),
            best AS (SELECT * REPLACE (CASE WHEN claim = 0 THEN NULL ELSE stars END AS stars), max(high_of_link) OVER (PARTITION BY paper_id) AS high FROM scored
              QUALIFY row_number() OVER (PARTITION BY paper_id ORDER BY low DESC, high_of_link DESC, stars DESC NULLS LAST, target) = 1),
            gains AS (SELECT repo, sum(added) FILTER (week_start = DATE '2026-11-16') AS gained_1w, sum(added) AS gained_4w FROM '{week}/stars.parquet'
              WHERE week_start > DATE '2026-10-19' GROUP BY repo),
            trended AS (SELECT best.*, title, published, CASE WHEN stars IS NULL OR gained_1w IS NULL THEN NULL ELSE
                (2 * sqrt(stars + 50) - 2 * sqrt(greatest(stars - gained_1w, 0) + 50) + (2 * sqrt(stars + 50) - 2 * sqrt(greatest(stars - gained_4w, 0) + 50)) / 2) / 2 END AS trend
              FROM best LEFT JOIN gains USING (repo) LEFT JOIN '{week}/papers.parquet' USING (paper_id))
          SELECT row_number() OVER ranked AS rank, paper_id, title, tier, low AS score, high AS score_high, trend,
            CASE WHEN trend IS NOT NULL THEN row_number() OVER (ORDER BY trend DESC NULLS LAST, low DESC, {finer} DESC, published DESC NULLS LAST, paper_id) END AS trend_rank
          FROM trended WINDOW ranked AS (ORDER BY low DESC, {finer} DESC, published DESC NULLS LAST, paper_id) ORDER BY rank
        ) TO '{BENCH}/duckdb.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)""")


def compare() -> None:
    """Checks that every paper has the same tier, score, range and trend in both; ranks may differ if scores are equal except for rounding."""
    db = connect()
    differ = db.execute(f"""
        SELECT count(*) FILTER (a.paper_id IS NULL OR b.paper_id IS NULL), count(*) FILTER (a.tier IS DISTINCT FROM b.tier),
          count(*) FILTER (abs(a.score - b.score) > 1e-6), count(*) FILTER (abs(a.score_high - b.score_high) > 1e-6),
          count(*) FILTER ((a.trend IS NULL) <> (b.trend IS NULL) OR abs(a.trend - b.trend) > 1e-6), count(*) FILTER (a.rank <> b.rank), count(*) FILTER (a.title IS DISTINCT FROM b.title)
        FROM '{BENCH}/starcite.parquet' a FULL JOIN '{BENCH}/duckdb.parquet' b USING (paper_id)""").fetchone()
    papers, tiers, scores, highs, trends, ranks, titles = differ
    print(f"differ of {PAPERS:,} papers: {papers} papers, {tiers} tiers, {scores} scores, {highs} upper ends, {trends} trends, {titles} titles; {ranks} ranks (rounding)")
    if papers + tiers + scores + highs + trends + titles > 0:
        sys.exit("starcite and DuckDB disagree")


if __name__ == "__main__":
    {"--query": query, "--make": make_tables}.get("".join(sys.argv[1:]), main)()
