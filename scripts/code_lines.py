#!/usr/bin/env python3
"""Counts lines of Rust code by folder, without comments, blank lines and tests, and prints them as a table in Markdown.

With a revision of git, prints the lines of that revision and those of the checkout beside each other. A test is a module that is compiled for tests
alone: `mod tests { … }`, and a file that such a line names; the packages `needs` and `fake-github` are for tests, too, and have rows of their own.
scripts/test_code_lines.py counts a small tree.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

# Comments, and what may contain their signs. A comment goes; a string stays, as one sign a line.
TOKEN = re.compile(r"""(?P<comment>//[^\n]*)|(?P<text>r(#*)".*?"\3|"(?:\\.|[^"\\])*"|'(?:\\[^']+|[^\\'])')|(?P<block>/\*)""", re.S)
TEST = re.compile(r"#\[cfg\((?:all\()?test\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?mod (\w+)\s*([;{])")
UNIT = re.compile(r"#\[cfg\((?:all\()?test\b[^\]]*\]")
SIGN = re.compile(r"/\*|\*/")

# Modules of src/ by the row that counts them now: they became crates, or went into folders.
FORMER = {
    "ground": "atomic_file bucket catch_panics child clock files formula guarded http interrupt ordered owed parallel_ordered secret sha256 sqlite terminal url visible",
    "sources": "source",
    "state": "state",
    "tables": "tables",
    "src/cli": "cli outcome plan",
    "src/run": "run ask changes citation_counts counts figures link_tables links observe papers pipeline rows settle summary",
    "src/weeks": "dataset export publish rebuild verify weeks",
}
ROWS = {f"src/{module}": row for row, modules in FORMER.items() for module in modules.split()}
ROWS["core/naming"] = "core/paper_mentions"


def without_comments(code):
    """Returns code in which comments are gone and each line of a text is one sign."""
    out, at = [], 0
    while token := TOKEN.search(code, at):
        out.append(code[at : token.start()])
        at = token.end()
        if token["text"]:
            out.append("\n".join("_" for _ in token["text"].split("\n")))
        elif token["block"]:
            depth = 1
            while depth and (sign := SIGN.search(code, at)):
                depth += 1 if sign[0] == "/*" else -1
                at = sign.end()
            out.append("\n" * code[token.start() : at].count("\n"))
    return "".join(out) + code[at:]


def closing(code, begin):
    """Returns the position after the brace that closes the one before `begin`."""
    depth, at = 1, begin
    while depth and at < len(code):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        at += 1
    return at


def without_tests(code):
    """Returns code without modules and items for tests, and the names of the modules whose files are for tests."""
    files = []
    while found := TEST.search(code):
        if found[2] == ";":
            files.append(found[1])
        code = code[: found.start()] + code[closing(code, found.end()) if found[2] == "{" else found.end() :]
    while found := UNIT.search(code):
        end = re.compile(r"[;{]").search(code, found.end())
        code = code[: found.start()] + ("" if end is None else code[closing(code, end.end()) if end[0] == "{" else end.end() :])
    return code, files


def lines_of(root):
    """Returns the lines of code by folder."""
    lines, tests = Counter(), set()
    files = sorted([*root.glob("src/**/*.rs"), *root.glob("crates/*/src/**/*.rs")], key=lambda file: (len(file.parts), file))
    for file in files:
        if any(folder in tests for folder in [file.with_suffix(""), *file.parents]):
            continue
        code, others = without_tests(without_comments(file.read_text()))
        inside = file.parent if file.stem in ("mod", "lib", "main") else file.with_suffix("")
        tests.update(inside / name for name in others)
        lines[folder_of(file.relative_to(root), root)] += sum(bool(line.strip()) for line in code.splitlines())
    return lines


def folder_of(file, root):
    """Returns the row of a file: `src/run` for src/run.rs and all below it, `core/extract`, `state`; `core` for files without a folder."""
    parts = file.with_suffix("").parts
    crate, inside = (parts[1], parts[3:]) if parts[0] == "crates" else ("src", parts[1:])
    name = f"{crate}/{inside[0]}"
    if name in ROWS:
        return ROWS[name]
    above = file.parts[: -len(inside)]
    return name if crate in ("core", "src") and root.joinpath(*above, inside[0]).is_dir() else crate


def at(revision):
    """Returns the lines of code of a revision."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", revision, "src", "crates"], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        return lines_of(Path(folder))


def main():
    now = lines_of(Path(__file__).resolve().parent.parent)
    counts = {revision: at(revision) for revision in sys.argv[1:2]} | {"now": now}
    print("| folder |", " | ".join(counts), "|")
    print("| --- |", " | ".join("--:" for _ in counts), "|")
    for folder in sorted(set().union(*counts.values())):
        print(f"| {folder} |", " | ".join(f"{lines[folder]:,}" if folder in lines else "–" for lines in counts.values()), "|")
    print("| **all** |", " | ".join(f"**{sum(lines.values()):,}**" for lines in counts.values()), "|")


if __name__ == "__main__":
    main()
