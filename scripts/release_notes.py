#!/usr/bin/env python3
"""Prints the section of a version in CHANGELOG.md, as the notes of its release.

usage: scripts/release_notes.py VERSION [CHANGELOG]

Exits 1 if the file has no such section, if the section has no entry, or if Cargo.toml has another version.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
REPOSITORY = "https://github.com/starcite/starcite"


class NoNotes(Exception):
    """Why there are no notes for a version."""


def notes(changelog, version):
    """Returns the section of a version without its heading. Links to files of the repository lead to the tag of the version, because a release has no files beside it."""
    heading = re.search(rf"^## \[{re.escape(version)}\](?: - \d{{4}}-\d\d-\d\d)?$", changelog, flags=re.M)
    if not heading:
        raise NoNotes(f"CHANGELOG.md has no section ## [{version}]")
    section = re.split(r"^(?:## |\[[^\]]+\]: )", changelog[heading.end() :], maxsplit=1, flags=re.M)[0].strip()
    if not re.search(r"^- ", section, flags=re.M):
        raise NoNotes(f"the section of {version} in CHANGELOG.md has no entry")
    return re.sub(r"\]\((?!https?:|#)", f"]({REPOSITORY}/blob/v{version}/", section) + "\n"


def cargo_version():
    return re.search(r'^\[workspace\.package\]\nversion = "(.*)"', (ROOT / "Cargo.toml").read_text(encoding="utf8"), flags=re.M)[1]


def main():
    version = sys.argv[1].removeprefix("v")
    changelog = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "CHANGELOG.md"
    try:
        if len(sys.argv) <= 2 and version != cargo_version():
            raise NoNotes(f"the version of Cargo.toml is {cargo_version()}, not {version}")
        sys.stdout.write(notes(changelog.read_text(encoding="utf8"), version))
    except NoNotes as why:
        sys.exit(f"release_notes: {why}")


if __name__ == "__main__":
    main()
