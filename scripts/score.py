#!/usr/bin/env python3
"""Scores `starcite extract` against the hand-read abstracts in ../shared, and its confidence against the share of correct links.

usage: scripts/score.py [--starcite PATH] [--errors N]

Prints shared/tools/score_links.py's table by stratum, then a reliability table: the share of correct repositories among those found with a confidence
in a bin. Exits 1 if a stratum has more errors than the best result so far (REACHED), or if a bin of 50
links or more is off by more than 0.03. Without ../shared it is skipped (scripts/lacks).
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
GOLD = SHARED / "gold" / "gold_dev.jsonl"
# False positives and negatives by stratum, in the best result so far; a stratum without an entry has none.
REACHED = {"(guessed labels)": 8}
BINS = [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 1.0]
MIN_BIN, MAX_ERROR = 50, 0.03


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--starcite", default=str(ROOT / "target/debug/starcite"), help="the program to score")
    parser.add_argument("--errors", type=int, default=0, help="show so many wrong papers")
    args = parser.parse_args()
    if not SHARED.exists():
        return subprocess.call([ROOT / "scripts/lacks", "shared", "score", "../shared is not there"])
    with tempfile.TemporaryDirectory() as scratch:
        links = pathlib.Path(scratch) / "links.jsonl"
        extract = [args.starcite, "extract", "--from", "jsonl", "--format", "jsonl", "--output", str(links), str(GOLD)]
        subprocess.run(extract, check=True)
        scorer = [sys.executable, str(SHARED / "tools" / "score_links.py"), str(GOLD), str(links)]
        subprocess.run(scorer + (["--errors", str(args.errors)] if args.errors else []), check=True)
        strata = json.loads(subprocess.run(scorer + ["--json"], check=True, capture_output=True, text=True).stdout)
        failures = worse_than_reached(strata) + unreliable(reliability(links))
    for failure in failures:
        print(f"score: {failure}")
    return 1 if failures else 0


def worse_than_reached(strata):
    errors = {name: row["fp"] + row["fn"] for name, row in strata.items()}
    return [f"{name}: {found} errors, {REACHED.get(name, 0)} were reached" for name, found in errors.items() if found > REACHED.get(name, 0)]


def reliability(links):
    """Returns confidence and correctness of every repository found, without those that the gold standard ignores."""
    found = collections.defaultdict(list)
    for line in open(links, encoding="utf8"):
        link = json.loads(line)
        if link["kind"] == "repo":
            found[link["paper_id"]].append(link)
    for line in open(GOLD, encoding="utf8"):
        paper = json.loads(line)
        right = {name.lower() for label in paper["repos"] for name in [label["repo"], *(label.get("alt") or [])]}
        optional = {name.lower() for name in paper.get("optional_repos") or []}
        for link in found[paper["id"]]:
            if link["repo"].lower() not in optional - right:
                yield link["confidence"], link["repo"].lower() in right


def unreliable(pairs):
    """Prints the reliability table; returns its problems."""
    bins = collections.defaultdict(list)
    for confidence, is_right in pairs:
        low = max(edge for edge in BINS[:-1] if edge <= confidence)
        bins[low].append((confidence, is_right))
    print("\nconfidence   links  mean said  right   error")
    failures = []
    for low in sorted(bins):
        said = sum(confidence for confidence, _ in bins[low]) / len(bins[low])
        right = sum(is_right for _, is_right in bins[low]) / len(bins[low])
        high = BINS[BINS.index(low) + 1]
        print(f"{low:.2f}..{high:.2f}  {len(bins[low]):6}     {said:.3f}  {right:.3f}   {abs(said - right):.3f}")
        if len(bins[low]) >= MIN_BIN and abs(said - right) > MAX_ERROR:
            failures.append(f"confidence {low:.2f}..{high:.2f} is off by {abs(said - right):.3f}")
    return failures


sys.exit(main())
