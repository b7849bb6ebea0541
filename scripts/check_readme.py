#!/usr/bin/env python3
"""Runs the Python of README.md on the sample's tables, and the command that a run prints to look at them; each expression must give rows.

Needs the sample's tables (`just sample`), the program in target/debug, polars and pandas: scripts/python scripts/check_readme.py
"""

import ast
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]


def fail(message):
    sys.exit(f"check_readme: FAILED: {message}")


def run_block(text):
    names, count = {}, 0
    for statement in ast.parse(text).body:
        code = ast.unparse(statement)
        if not isinstance(statement, ast.Expr):
            exec(code, names)
        elif len(eval(code, names)) == 0:
            fail(f"no rows: {code}")
        else:
            count += 1
    return names, count


def types_of_pandas(frame):
    """Checks that no column of a frame has Python's objects instead of days, truth values, whole numbers and texts."""
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    if any(not kind.endswith("[pyarrow]") for kind in types.values()):
        fail(f"types that are not Arrow's: {types}")
    wanted = {"published": "date32[day][pyarrow]", "stars": "int64[pyarrow]", "title": "string[pyarrow]"}
    if {name: types[name] for name in wanted} != wanted:
        fail(f"{types}")


def printed_command():
    with tempfile.TemporaryDirectory() as name:
        env = {key: value for key, value in os.environ.items() if not key.startswith("STARCITE_")}
        summary = subprocess.run([ROOT / "target/debug/starcite", "run", ROOT / "pipelines/sample.toml", "--out", "out"], cwd=name, env=env, text=True, capture_output=True)
        looks = re.findall(r"^  look +(.*)$", summary.stdout, re.M) or fail(f"a run prints no command: {summary.stdout}{summary.stderr}")
        shown = subprocess.run(["sh", "-c", looks[0]], cwd=name, text=True, capture_output=True)
        if shown.returncode != 0 or "licensed" not in shown.stdout:
            fail(f"{looks[0]}\n{shown.stdout}{shown.stderr}")
        print(f"check_readme: {looks[0]}")


def main():
    os.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    run = [run_block(block) for block in blocks]
    count = sum(count for _, count in run)
    if count == 0:
        fail("README.md has no Python that gives rows")
    types_of_pandas(run[0][0]["week"])
    print(f"check_readme: {count} expressions of README.md give rows, with Arrow's types in pandas")
    printed_command()


main()
