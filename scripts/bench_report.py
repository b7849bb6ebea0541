#!/usr/bin/env python3
"""Measures `starcite report` and its page: 1,000 and 50,000 papers, written by a release build and opened in Chromium from disk.

usage: scripts/bench_report.py [--starcite PROGRAM] [WEEK…]   (`thousand`, `fifty`; needs ../shared, zstd, chromium and npm)

Prints the table of docs/BENCHMARKS.md: each target of the report beside its figure, then the same keystrokes through two libraries for searching.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "target" / "bench" / "report"
sys.path.insert(0, str(ROOT / "scripts" / "check_report"))
import weeks  # noqa: E402

RUNS = 5
CORES = 2
# Targets: the figure, its unit, and the most that it may be, by week; the same for both where there is one.
TARGETS = [
    ("written in", "written_s", "s", {"fifty": 2}),
    ("CPU to write", "written_cpu_s", "s", None),
    ("memory to write", "memory_mb", "MB", {"fifty": 400}),
    ("loaded on opening", "loaded_mb", "MB", {"thousand": 0.4, "fifty": 15}),
    ("folder of the page", "folder_mb", "MB", {"thousand": 1.2, "fifty": 60}),
    ("first paint", "first_paint_ms", "ms", 300),
    ("all searchable", "searchable_ms", "ms", 1200),
    ("longest task while loading, CPU", "loading_task_ms", "ms", 50),
    ("longest task while typing, CPU", "typing_task_ms", "ms", 50),
    ("search and select, median of 600 keys", "search_p50_ms", "ms", None),
    ("search and select, p95 of 600 keys", "search_p95_ms", "ms", 15),
    ("order to the next frame", "order_ms", "ms", 100),
    ("filter to the next frame", "filter_ms", "ms", 100),
    ("opening a paper to the next frame", "open_ms", "ms", 100),
    ("50 more to the next frame", "more_ms", "ms", 100),
    ("heap after a collection", "heap_mb", "MB", 100),
]


def written(starcite, place):
    """Returns seconds, those of CPU, and peak MB of writing the report, of each run."""
    runs = []
    aside = pathlib.Path(tempfile.mkdtemp(dir=BENCH))
    for run in range(RUNS):
        # aside, because file systems are slow for some seconds after many files were removed
        if (place.out / "report").exists():
            (place.out / "report").rename(aside / str(run))
        began = time.perf_counter()
        process = subprocess.Popen([starcite, "report", "--out", place.out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"bench_report: starcite report ended with {process.returncode}")
        runs.append((time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000))
    shutil.rmtree(aside)
    return {name: [run[at] for run in runs] for at, name in enumerate(["written_s", "written_cpu_s", "memory_mb"])}


def share(values, of):
    return sorted(values)[min(len(values) - 1, int(of * len(values)))]


def measured(starcite, name):
    place = weeks.Place(starcite, BENCH / name)
    if not place.out.exists():
        # In a separate process, because the memory of a parent counts as that of its children.
        subprocess.run([sys.executable, weeks.__file__, "--starcite", starcite, BENCH, name], check=True)
    figures = written(starcite, place)
    [page] = sorted((place.out / "report").glob("20*/index.html"))[-1:]
    said = subprocess.run([ROOT / "scripts" / "node", ROOT / "scripts/bench_report/measure.mjs", page.parent], check=True, capture_output=True, text=True).stdout
    figures |= json.loads(said)
    figures |= {f"{kind}_ms": values for kind, values in figures["answers"].items()}
    for one in [figures, *figures["peers"].values()]:
        one |= {"search_p50_ms": share(one["searches"], 0.5), "search_p95_ms": share(one["searches"], 0.95)}
    return figures


def told(value, unit):
    """Returns a figure in words: of several runs the median, and the least and the most."""
    digits = 0 if unit == "MB" and max(value if isinstance(value, list) else [value]) > 100 else 2 if unit in ("s", "MB") else 1
    if not isinstance(value, list):
        return f"{value:.{digits}f} {unit}"
    if not value:
        return "–"
    return f"{statistics.median(value):.{digits}f} {unit} ({min(value):.{digits}f} to {max(value):.{digits}f})"


def report(name, figures):
    print(f"\n{figures['rows']:,} papers, Chromium {figures['chromium']}, {CORES} cores, medians of {RUNS} runs with the least and the most\n")
    print("| what | target | figure | |\n| --- | --- | --- | --- |")
    for words, key, unit, most in TARGETS:
        most = most.get(name) if isinstance(most, dict) else most
        value = figures[key]
        median = statistics.median(value) if isinstance(value, list) and value else value
        verdict = "" if not most or median == [] else "**short**" if median > most else "met"
        print(f"| {words} | {f'{most} {unit}' if most else '–'} | {told(value, unit)} | {verdict} |")
    same = f"{figures['same']} of {figures['queries']}"
    print(f"| queries with the hits of a naive count | {figures['queries']} | {same} | {'met' if figures['same'] == figures['queries'] else '**short**'} |")
    print("\n| the same keys through | index | heap | median | p95 | queries with the hits of a naive count |\n| --- | --- | --- | --- | --- | --- |")
    print(f"| this page | while loading | {figures['heap_mb']} MB in all | {figures['search_p50_ms']:.1f} ms | {figures['search_p95_ms']:.1f} ms | {same} |")
    for peer, one in figures["peers"].items():
        times = f"{one['search_p50_ms']:.1f} ms | {one['search_p95_ms']:.1f} ms"
        print(f"| {peer} {one['version']} | {one['index_ms']:.0f} ms | {one['heap_mb']} MB | {times} | {one['same']} of {figures['queries']} |")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--starcite", type=pathlib.Path, default=ROOT / "target" / "release" / "starcite")
    arguments.add_argument("weeks", nargs="*", default=["thousand", "fifty"])
    arguments = arguments.parse_args()
    if not weeks.SNAPSHOT.exists():
        sys.exit(print("bench_report: ../shared is not here: nothing to measure with") or 0)
    for program in ("zstd", "chromium", "npm"):
        shutil.which(program) or sys.exit(f"bench_report: {program} is not installed")
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    for name in arguments.weeks:
        report(name, measured(arguments.starcite.resolve(), name))


if __name__ == "__main__":
    main()
