#!/usr/bin/env python3
"""Breaks the program on purpose, and prints the number of tries and the faults: `run.py [--short] [PART…]`, with parts kills, others, mutants.

TORTURED names the profile that was built, `release` or `debug`."""
import argparse, pathlib, sys, tempfile, time
import kills, mutants, others, world

PARTS = {"kills": kills, "others": others, "mutants": mutants}
SHOWN = 8


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--short", action="store_true", help="few of each, as in CI")
    asked.add_argument("part", nargs="*", help="all, where none is named")
    asked = asked.parse_args()
    if unknown := set(asked.part) - PARTS.keys():
        sys.exit(f"torture: no part {', '.join(unknown)}")
    if asked.short:
        world.MOST_SECONDS = 60  # other processes use the machine in CI
    tried = failed = 0
    for name in asked.part or PARTS:
        with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
            began = time.monotonic()
            for part in PARTS[name].parts(asked.short, pathlib.Path(scratch)):
                print(f"{part.line()} [{time.monotonic() - began:.0f} s]", flush=True)
                for fault in part.faults[:SHOWN]:
                    print(f"  - {fault}", flush=True)
                tried, failed, began = tried + part.tried, failed + len(part.faults), time.monotonic()
    print(f"torture: {tried} tried, {failed} did not hold")
    sys.exit(failed > 0)


main()
