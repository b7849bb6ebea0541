#!/usr/bin/env python3
"""Measures starcite on a large snapshot, compared with alternatives of a user: DuckDB, polars, ripgrep, zstd. Prints the table of docs/BENCHMARKS.md.

usage: scripts/python scripts/bench_scale.py [GIGABYTES] [--rounds N] [--keep]

Makes the corpus under target/bench, times everything in turn (each round all of them, so that a disturbance affects
all), and ends with 1 if the outputs do not agree. Needs ../shared, a release build, and rg and zstd on the PATH.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT.parent / "shared" / "tools"
BENCH = ROOT / "target" / "bench"
STARCITE = ROOT / "target" / "release" / "starcite"
PATTERN = r"github\.com/[\w.-]+/[\w.-]+"
WEEKS = ["2026-W45", "2026-W46", "2026-W47"]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("gigabytes", nargs="?", default="1.5")
    args.add_argument("--rounds", type=int, default=3)
    args.add_argument("--keep", action="store_true", help="keep the corpus and what was written")
    args = args.parse_args()
    if not TOOLS.exists():
        sys.exit(print("bench_scale: ../shared is not here: nothing to measure with") or 0)
    for program in ("rg", "zstd"):
        shutil.which(program) or sys.exit(f"bench_scale: {program} is not installed: apt-get install ripgrep zstd")
    work = BENCH / f"scale-{args.gigabytes}"
    work.mkdir(parents=True, exist_ok=True)
    corpus, changed = make_corpus(args.gigabytes, work)
    runs = commands(corpus, work)
    measured = {name: [] for name in runs}
    for _ in range(args.rounds):
        for name, (prepare, command) in runs.items():
            prepare()
            measured[name].append(run(command))
    report(args.gigabytes, {name: medians(rounds) for name, rounds in measured.items()})
    next_weeks(corpus, changed, work)
    agree = subprocess.run([sys.executable, ROOT / "scripts" / "bench_scale_agree.py", work])
    if agree.returncode != 0:
        sys.exit(f"bench_scale: see above; what was written is kept in {work}")
    if not args.keep:
        shutil.rmtree(work)


def make_corpus(gigabytes, work):
    """Creates the corpus, and a copy with one record in a hundred changed; uses existing ones again."""
    corpus, changed = work / "arxiv.jsonl", work / "changed.jsonl"
    if changed.exists():
        return corpus, changed
    subprocess.run([sys.executable, TOOLS / "make_corpus.py", gigabytes, corpus], check=True)
    subprocess.run(["zstd", "-q", "-f", "-3", corpus, "-o", f"{corpus}.zst"], check=True)
    part = work / "changed.part"
    with open(corpus, encoding="ascii") as records, open(part, "w", encoding="ascii") as out:
        for number, line in enumerate(records):
            if number % 100 == 0:
                record = json.loads(line)
                record["abstract"] += "  Code: https://github.com/changed/paper%d" % number
                line = json.dumps(record) + "\n"
            out.write(line)
    part.rename(changed)
    return corpus, changed


def pipeline(work, name, corpus, tables):
    path = work / f"{name}.toml"
    tables = f"tables = {json.dumps(tables)}\n" if tables else ""
    path.write_text(f'name = "{name}"\noffline = true\n{tables}[[source]]\nkind = "arxiv-snapshot"\npath = "{corpus}"\n')
    return path


def commands(corpus, work):
    """Returns the measured commands, each with its preparation."""
    def fresh(name):
        def prepare():
            shutil.rmtree(work / name, ignore_errors=True)
            (work / name).mkdir()
        return prepare

    def peer(name):
        return fresh(name), [sys.executable, TOOLS / f"peer_{name}.py", corpus, work / name]

    def starcite(name, tables):
        return fresh(name), [STARCITE, "run", pipeline(work, name, corpus, tables), "--out", work / name, "--week", WEEKS[0]]

    def extract(*more):
        return lambda: None, [STARCITE, "extract", "--from", "arxiv-snapshot", *more]

    return {
        "DuckDB": peer("duckdb"),
        "polars": peer("polars"),
        "papers and links": starcite("two", ["papers", "links"]),
        "every table": starcite("all", None),
        "ripgrep -o": (lambda: None, ["rg", "-o", "--no-line-number", PATTERN, corpus]),
        "ripgrep -oi": (lambda: None, ["rg", "-oi", "--no-line-number", PATTERN, corpus]),
        "extract --kinds repo": extract("--kinds", "repo", corpus),
        "extract": extract(corpus),
        "zstd -dc": (lambda: None, ["zstd", "-dc", f"{corpus}.zst"]),
        "extract --kinds repo, zstd": extract("--kinds", "repo", f"{corpus}.zst"),
    }


def run(command):
    """Returns wall seconds, CPU seconds and peak MB of one run."""
    begin = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench_scale: {command} ended with {process.returncode}")
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def medians(rounds):
    return [statistics.median(figure) for figure in zip(*rounds)]


def report(gigabytes, figures):
    peer = min(("DuckDB", "polars"), key=lambda name: figures[name][0])
    beside = {
        "papers and links": peer,
        "every table": peer,
        "extract --kinds repo": "ripgrep -o",
        "extract --kinds repo, zstd": "zstd -dc",
    }
    print(f"{gigabytes} GB, medians; the faster of the two peers is {peer}\n")
    print("| what | time | CPU | memory | beside |\n| --- | --- | --- | --- | --- |")
    for name, (wall, cpu, memory) in figures.items():
        other = beside.get(name)
        ratio = f"{wall / figures[other][0]:.2f} of {other}" if other else ""
        print(f"| {name} | {wall:.2f} s | {cpu:.1f} s | {memory:.0f} MB | {ratio} |")


def next_weeks(corpus, changed, work):
    """Runs the weeks after a first one: nothing changed, then one record in a hundred."""
    out = work / "all"
    for week, input, what in [(WEEKS[1], corpus, "the next week, nothing changed"), (WEEKS[2], changed, "the next week, 1 % changed")]:
        wall, cpu, memory = run([STARCITE, "run", pipeline(work, "all", input, None), "--out", out, "--week", week])
        print(f"| {what}, every table | {wall:.2f} s | {cpu:.1f} s | {memory:.0f} MB | |")
    state = (out / "state.db").stat().st_size
    papers = sum(1 for _ in open(corpus, "rb"))
    print(f"\nstate: {state / 1e6:.0f} MB for {papers} papers, {state / papers:.0f} bytes each")


if __name__ == "__main__":
    main()
