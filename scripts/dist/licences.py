#!/usr/bin/env python3
"""Prints the licences of all crates that are linked into the program, with their texts: most of them ask for that. A text that several crates share is printed once.

usage: scripts/dist/licences.py [TARGET [PACKAGE…]]

PACKAGE is a package of the workspace: the program, starcite, by default.
"""
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Names of the files in a crate that hold a licence or what a licence asks to pass on.
NAMES = ("license", "licence", "copying", "notice", "copyright", "unlicense")


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else "x86_64-unknown-linux-gnu"
    metadata = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    found = json.loads(subprocess.run(metadata, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    crates = sorted(linked(found, sys.argv[2:] or ["starcite"]), key=lambda crate: (crate["name"], crate["version"]))
    # by the words of a text, because crates break its lines differently
    users, first = collections.defaultdict(list), {}
    print("Licences of the crates that are linked into starcite\n")
    for crate in crates:
        print(f"{crate['name']} {crate['version']}  {crate['license'] or 'see its text'}  {crate['repository'] or ''}".rstrip())
        for text in texts(crate):
            words = " ".join(text.split())
            first.setdefault(words, text)
            users[words].append(crate["name"])
    for words, names in users.items():
        print(f"\n{'-' * 80}\n{', '.join(sorted(set(names)))}\n{'-' * 80}\n{first[words]}")


def linked(metadata, roots):
    """Yields the third-party crates that packages are linked with: its normal dependencies, without those of builds and tests, and without macros."""
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    todo, seen = [id for id in metadata["workspace_members"] if packages[id]["name"] in roots], set()
    while todo:
        if (name := todo.pop()) in seen:
            continue
        seen.add(name)
        if any("proc-macro" in target["kind"] for target in packages[name]["targets"]):
            continue
        if packages[name]["source"]:
            yield packages[name]
        todo += [dep["pkg"] for dep in nodes[name]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]


def texts(crate):
    """Returns the texts of the licence files of a crate, also of C sources beside it."""
    folder = pathlib.Path(crate["manifest_path"]).parent
    files = [path for depth in ("*", "*/*", "*/*/*") for path in folder.glob(depth) if path.is_file() and path.suffix in ("", ".md", ".txt")]
    named = sorted(path for path in files if path.name.lower().startswith(NAMES))
    return list(dict.fromkeys(path.read_text(encoding="utf8", errors="replace").replace("\r\n", "\n").strip() for path in named))


main()
