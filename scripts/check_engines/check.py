#!/usr/bin/env python3
"""Runs the package on real engines, started on loopback, and compares what each writes with the command line's rows.

usage: scripts/check_engines/check.py [--kills N] [--write] [ENGINE…]

Every engine is installed into an environment of its own in target/engines, and runs its script of examples/engines on the papers of ../shared in eight
parts. Where an engine has workers, the job runs again N times (default 1), and each time one of them is killed (kill -9) in the middle. Links and
citations must be those of `starcite extract`, every column, none twice: SHA-256 of the sorted rows. --write puts the table, and the scripts, into
docs/ENGINES.md; without it the page must show the scripts as they are.
Needs uv in .venv, ../shared, and Java for Spark. Exits 1 at a difference.
"""
import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import docs
import week
from engines import ENGINES, Cluster

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "target/engines"
UV = ROOT / ".venv/bin/uv"
SHARED = ROOT.parent / "shared/data/arxiv_snapshot_32k.jsonl.zst"
PARTS = 8
# The order of the page.
SHOWN = ["spark", "ray", "polars", "duckdb", "dask", "daft", "sail"]
FIELDS = {"id": "id", "title": "title", "abstract": "abstract", "comments": "comment"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("engines", nargs="*", choices=[[], *ENGINES], metavar="ENGINE", help=f"{', '.join(ENGINES)}; all by default")
    parser.add_argument("--kills", type=int, default=1, help="jobs in whose middle a worker is killed, where an engine has workers")
    parser.add_argument("--write", action="store_true", help="write the table into docs/ENGINES.md")
    args = parser.parse_args()
    if not SHARED.exists():
        return subprocess.call([ROOT / "scripts/lacks", "shared", "check_engines", "../shared is not there"])
    TARGET.mkdir(parents=True, exist_ok=True)
    papers = made_papers()
    expected = of_command_line(papers)
    print(f"papers: {expected.papers}; links: {len(expected.links)}, {digest(expected.links)}; citations: {len(expected.citations)}, {digest(expected.citations)}")
    faults, lines = [], []
    if args.write:
        docs.write("examples", docs.examples({name: ENGINES[name] for name in SHOWN}))
    elif docs.part("examples") != docs.examples({name: ENGINES[name] for name in SHOWN}):
        faults.append("docs/ENGINES.md does not show the scripts of examples/engines as they are: --write")
    for name in args.engines or ENGINES:
        try:
            lines.append(run(name, papers, expected, args.kills, faults))
        except (subprocess.SubprocessError, OSError, Fault) as error:
            faults.append(f"{name}: {error}")
        else:
            print(lines[-1], flush=True)
    if args.write and not faults:
        head = "| engine | start | job | links | after a kill -9 |\n| --- | --- | --- | --- | --- |\n"
        docs.write("made by just engines", head + "".join(f"{line}\n" for line in lines))
    for fault in faults:
        print(f"engines: {fault}")
    return 1 if faults else 0


class Fault(Exception):
    """A difference, or a job that failed."""


class NoVictim(Fault):
    """A job in whose course no worker could be killed, because none of its tasks came to one."""


class Rows:
    """The rows of a job."""

    def __init__(self, papers, links, citations):
        self.papers, self.links, self.citations = papers, sorted(links), sorted(citations)


def made_papers():
    """Writes the papers in parts, and as JSON lines for the command line: the same trimmed texts."""
    import pyarrow
    import pyarrow.parquet

    folder = TARGET / "papers"
    if (folder / "papers.jsonl").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "parts").mkdir(parents=True)
    with pyarrow.input_stream(SHARED, compression="zstd") as file:
        lines = file.read().decode().splitlines()
    records = [{name: (record.get(of) or "").strip() or None for of, name in FIELDS.items()} for record in map(json.loads, lines)]
    table = pyarrow.Table.from_pylist(records, schema=pyarrow.schema([(name, pyarrow.string()) for name in FIELDS.values()]))
    size = -(-len(records) // PARTS)
    for part in range(PARTS):
        pyarrow.parquet.write_table(table.slice(part * size, size), folder / f"parts/part-{part}.parquet")
    given = ({name: text for name, text in record.items() if text is not None} for record in records)
    (folder / "papers.tmp").write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in given), encoding="utf-8")
    (folder / "papers.tmp").rename(folder / "papers.jsonl")
    return folder


def of_command_line(folder):
    program = ROOT / "target/debug/starcite"
    papers = folder / "papers.jsonl"

    def extracted(*options):
        ran = subprocess.run([program, "extract", "--from", "jsonl", *options, papers], check=True, capture_output=True, text=True)
        return [line(json.loads(row)) for row in ran.stdout.splitlines()]

    with open(papers, encoding="utf-8") as file:
        return Rows(sum(1 for _ in file), extracted(), extracted("--citations"))


def line(row):
    return json.dumps(row, sort_keys=True, default=str)


def digest(rows):
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def written(out):
    """Reads what a job wrote."""
    import pyarrow.parquet

    files = sorted(out.rglob("*.parquet")) if out.is_dir() else [out]
    papers, links, citations = 0, [], []
    for file in files:
        for row in pyarrow.parquet.ParquetFile(file).read().to_pylist():
            papers += 1
            if row["reject"] is not None or row["links"] is None:
                raise Fault(f"{row['paper_id']} is rejected: {row['reject']}")
            links += [line({"paper_id": row["paper_id"], **link}) for link in row["links"]]
            citations += [line({"paper_id": row["paper_id"], **citation}) for citation in row["citations"]]
    return Rows(papers, links, citations)


def compare(out, expected):
    found = written(out)
    for what in ("papers", "links", "citations"):
        ours, theirs = getattr(found, what), getattr(expected, what)
        if ours != theirs:
            count = (lambda rows: rows if isinstance(rows, int) else f"{len(rows)} ({digest(rows)})")
            raise Fault(f"{what}: {count(ours)}, and the command line has {count(theirs)}")
    return digest(found.links)


def environment(name):
    """Makes the environment of an engine; returns its folder."""
    engine, folder = ENGINES[name], TARGET / name
    wanted = " ".join(engine.packages)
    made = folder / "made_of"
    if not made.exists() or made.read_text() != wanted:
        subprocess.run([UV, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run([UV, "pip", "install", "--quiet", "--python", folder / "bin/python", *engine.packages], check=True)
        made.write_text(wanted)
    (wheel,) = (ROOT / "target/wheel").glob("*.whl")
    subprocess.run([UV, "pip", "install", "--quiet", "--reinstall", "--no-deps", "--python", folder / "bin/python", wheel], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    shutil.copy(pathlib.Path(__file__).with_name("slow.py"), site / "sitecustomize.py")
    return folder


def run(name, papers, expected, kills, faults):
    engine, folder = ENGINES[name], environment(name)
    scratch = TARGET / "scratch" / name
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    version = subprocess.run([folder / "bin/python", "-c", f"import importlib.metadata as m; print(m.version({engine.packages[0].split('[')[0].split('=')[0]!r}))"],
                             check=True, capture_output=True, text=True).stdout.strip()
    began = time.monotonic()
    with cluster(engine, folder, scratch) as running:
        start = time.monotonic() - began
        began = time.monotonic()
        rows = job(engine, running, papers, scratch, expected)
        seconds = time.monotonic() - began
    if name == "polars" and (differing := week.differences(folder / "bin/python", papers, scratch / "extracted.parquet", scratch)):
        faults.append(f"the week of docs/ENGINES.md differs from that of the texts in {', '.join(differing)}")
    killed = equal = attempts = 0
    while engine.victims and killed < kills and attempts < 4 * kills:
        attempts += 1
        try:
            with cluster(engine, folder, scratch, delay=engine.delay) as running:
                job(engine, running, papers, scratch, expected, kill=True)
            equal += 1
            killed += 1
        except NoVictim:
            pass
        except Fault as error:
            faults.append(f"{name}, kill {killed + 1}: {error}")
            killed += 1
    if engine.victims and killed < kills:
        faults.append(f"{name}: a worker was killed in {killed} of {attempts} jobs")
    after = f"{equal} of {kills} equal" if engine.victims else "one process"
    return f"| {name} {version} | {start:.1f} s | {seconds:.1f} s | {rows} | {after} |"


@contextlib.contextmanager
def cluster(engine, folder, scratch, delay=0.0, pinned=False):
    running = Cluster(folder, scratch, delay)
    running.pinned = pinned
    try:
        engine.start(running)
        yield running
    finally:
        running.stop()


def job(engine, running, papers, scratch, expected, kill=False):
    """Runs a job, in whose middle a worker may be killed; returns the digest of its links."""
    out = scratch / ("extracted.parquet" if engine.writes_a_file else "extracted")
    shutil.rmtree(out, ignore_errors=True)
    script = ROOT / f"examples/engines/{engine.name}.py"
    with open(scratch / "job.log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen(engine.command(running, script, papers / "parts", out), stdout=log, stderr=log, env=running.env, cwd=scratch)
        try:
            victim = engine.victims(running, process, lambda: log_of(scratch)) if kill else None
            if victim:
                os.kill(victim, 9)
            code = process.wait(timeout=300)
        finally:
            process.kill()
    if kill and not victim:
        raise NoVictim("the job ended before a worker could be killed")
    if code and not (engine.may_crash_at_exit and code < 0):
        raise Fault(f"the job ended with {code}: {log_of(scratch)[-600:]}")
    return compare(out, expected)


def log_of(scratch):
    return (scratch / "job.log").read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
