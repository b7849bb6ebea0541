#!/usr/bin/env python3
"""Compares a release build of starcite with that of another revision: the same commands, in turn, and the medians of their ratios.

usage: scripts/bench_pairs.py BEFORE [GIGABYTES] [--rounds N]

BEFORE is the program of the other revision. Needs ../shared, and release builds of starcite and fake-github.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "scripts"), str(ROOT / "scripts" / "bench_github")]
from bench_scale import BENCH, STARCITE, TOOLS, WEEKS, pipeline, run
from run import LATENCY, Server


def main():
    args = argparse.ArgumentParser()
    args.add_argument("before", type=pathlib.Path)
    args.add_argument("gigabytes", nargs="?", default="0.5")
    args.add_argument("--rounds", type=int, default=5)
    args = args.parse_args()
    if not TOOLS.exists():
        sys.exit(print("bench_pairs: ../shared is not here: nothing to measure with") or 0)
    work = BENCH / f"pairs-{args.gigabytes}"
    work.mkdir(parents=True, exist_ok=True)
    corpus = work / "arxiv.jsonl"
    corpus.exists() or subprocess.run([sys.executable, TOOLS / "make_corpus.py", args.gigabytes, corpus], check=True)
    programs = [args.before.resolve(), STARCITE]
    os.environ["GITHUB_TOKEN"] = "t"
    print(f"{args.gigabytes} GB, {args.rounds} pairs: medians\n")
    print("| what | time before, now, ratio of pairs | CPU before, now, ratio | memory before, now |\n| --- | --- | --- | --- |")
    for name, command in commands(corpus, work).items():
        pairs = [[command(program) for program in programs] for _ in range(args.rounds)]
        print(row(name, pairs), flush=True)


def row(name, pairs):
    median = lambda values: statistics.median(values)
    cells = []
    for figure in (0, 1):
        before, now = ([pair[at][figure] for pair in pairs] for at in (0, 1))
        ratio = median([now / before for before, now in zip(before, now)])
        cells.append(f"{median(before):.2f} s, {median(now):.2f} s, {ratio:.2f}")
    cells.append(", ".join(f"{median([pair[at][2] for pair in pairs]):.0f} MB" for at in (0, 1)))
    return f"| {name} | " + " | ".join(cells) + " |"


def commands(corpus, work):
    """Returns the measured commands, as functions of the program."""
    def week(name, tables):
        def measure(program):
            shutil.rmtree(work / "out", ignore_errors=True)
            return run([program, "run", pipeline(work, name, corpus, tables), "--out", work / "out", "--week", WEEKS[0]])
        return measure

    def again(program):
        week("all", None)(program)
        return run([program, "run", pipeline(work, "all", corpus, None), "--out", work / "out", "--week", WEEKS[1]])

    def rank(program):
        week("all", None)(program)
        return run([program, "rank", "--out", work / "out", "--format", "parquet", "--output", work / "ranked.parquet"])

    return {
        "`papers` and `links`": week("two", ["papers", "links"]),
        "every table": week("all", None),
        "the next week, nothing changed": again,
        "`rank` of it": rank,
        "`extract`": lambda program: run([program, "extract", "--from", "arxiv-snapshot", corpus]),
        "`extract --kinds repo`": lambda program: run([program, "extract", "--from", "arxiv-snapshot", "--kinds", "repo", corpus]),
        "`enrich` of 5,000 names": lambda program: enrich(program, [], LATENCY),
        "`enrich` of 5,000 names, every GraphQL column, no latency": lambda program: enrich(program, ["--columns", "activity,readme"], []),
    }


def enrich(program, options, latency):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with Server(folder, 5000, *latency) as server:
            command = [program, "enrich", server.file, "--github-url", server.url, "--out", folder / "out", "--output", folder / "rows.jsonl", "--wait", *options]
            return run(command)


if __name__ == "__main__":
    main()
