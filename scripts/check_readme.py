#!/usr/bin/env python3
"""Runs the Python of README.md on the sample's tables, and the command that a run prints to look at them; each expression must give rows.
Runs that of docs/walkthrough after the commands of its page; the block of text after it must be what it prints.

Needs the sample's tables (`just sample`), the program in target/debug, polars and pandas:

    scripts/python scripts/check_readme.py
    scripts/python scripts/check_readme.py --write     writes into docs/walkthrough what its Python prints
"""

import ast
import difflib
import os
import pathlib
import re
import shutil
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


def environment():
    return {key: value for key, value in os.environ.items() if not key.startswith("STARCITE_") and not key.endswith("_TOKEN")}


def printed_command():
    with tempfile.TemporaryDirectory() as name:
        env = environment()
        summary = subprocess.run([ROOT / "target/debug/starcite", "run", ROOT / "pipelines/sample.toml", "--out", "out"], cwd=name, env=env, text=True, capture_output=True)
        looks = re.findall(r"^  look +(.*)$", summary.stdout, re.M) or fail(f"a run prints no command: {summary.stdout}{summary.stderr}")
        shown = subprocess.run(["sh", "-c", looks[0]], cwd=name, text=True, capture_output=True)
        if shown.returncode != 0 or "licensed" not in shown.stdout:
            fail(f"{looks[0]}\n{shown.stdout}{shown.stderr}")
        print(f"check_readme: {looks[0]}")


def rendered(page):
    """Returns a page of docs/walkthrough with what its Python prints. The folder and the time are those of tests/it/walkthrough.rs, which checks the commands."""
    env = environment() | {"STARCITE_NOW": "2026-11-23T12:00:00Z", "PATH": f"{ROOT / 'target/debug'}:{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "docs/walkthrough/files", folder, dirs_exist_ok=True)
        for name in ("pipelines", "scripts"):
            (pathlib.Path(folder) / name).symlink_to(ROOT / name)
        printed = None

        def block(found):
            nonlocal printed
            kind, text = found.groups()
            if kind == "text" and printed is not None:
                text, printed = printed, None
            elif printed is not None:
                fail(f"{page}: no block of text after Python")
            elif kind == "python":
                ended = subprocess.run([sys.executable, "-c", text], cwd=folder, env=env, text=True, capture_output=True)
                printed = ended.stdout if ended.returncode == 0 else fail(f"{page}: {text}{ended.stderr}")
            for command in re.findall(r"^\$ (.*)", text, re.M) if kind == "console" else []:
                subprocess.run(["sh", "-c", command], cwd=folder, env=env, capture_output=True)
            return f"```{kind}\n{text}```"

        return re.sub(r"^```(console|python|text)\n(.*?)^```", block, page.read_text(), flags=re.M | re.S)


def walkthroughs(is_written):
    pages = [page for page in sorted((ROOT / "docs/walkthrough").glob("*.md")) if "```python\n" in page.read_text()]
    for page in pages:
        text, found = page.read_text(), rendered(page)
        if is_written:
            page.write_text(found)
        elif found != text:
            fail("".join(difflib.unified_diff(text.splitlines(True), found.splitlines(True), page.name, "what its Python prints")))
    print(f"check_readme: the Python of {', '.join(page.name for page in pages)} prints what it is followed by")


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
    walkthroughs("--write" in sys.argv[1:])


main()
