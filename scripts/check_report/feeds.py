#!/usr/bin/env python3
"""Checks the feeds in a folder: jing (Debian's package of that name) validates each against RFC 4287's own schema, and feedparser reads each.

    scripts/python scripts/check_report/feeds.py output/report
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ElementTree

with warnings.catch_warnings(action="ignore"):
    import feedparser

SCHEMA = pathlib.Path(__file__).parent / "atom.rnc"
ATOM = "{http://www.w3.org/2005/Atom}"
# A command line has an end.
AT_ONCE = 200


def failed(what):
    sys.exit(f"check_feeds: FAILED: {what}")


def jing(files):
    """Returns what jing says of files; nothing if they are valid."""
    ended = subprocess.run(["jing", "-c", SCHEMA, *files], capture_output=True, text=True)
    return ended.stdout + ended.stderr if ended.returncode else ""


def check_schema(good):
    """Checks that jing finds what it should find: a feed without an id."""
    with tempfile.TemporaryDirectory() as folder:
        bad = pathlib.Path(folder) / "bad.atom"
        tree = ElementTree.fromstring(good.read_bytes())
        tree.remove(tree.find(f"{ATOM}id"))
        bad.write_bytes(ElementTree.tostring(tree))
        if "id" not in jing([bad]):
            failed("jing accepts a feed without an id")


def check_rules(file):
    """Checks the two rules of the schema that jing does not look at; returns the number of entries."""
    feed = ElementTree.fromstring(file.read_bytes())
    entries = feed.findall(f"{ATOM}entry")
    has_author = feed.find(f"{ATOM}author") is not None
    for entry in entries:
        alternate = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        if not alternate and entry.find(f"{ATOM}content") is None:
            failed(f"{file}: an entry has neither a page nor content")
        if not has_author and entry.find(f"{ATOM}author") is None:
            failed(f"{file}: an entry has no author")
    return len(entries)


def check_reader(file, entries):
    """Checks that feedparser reads a feed with all its entries."""
    read = feedparser.parse(file.read_bytes())
    if read.bozo or read.version != "atom10":
        failed(f"{file}: feedparser says {read.get('bozo_exception', read.version)}")
    if len(read.entries) != entries or not read.feed.get("updated_parsed"):
        failed(f"{file}: feedparser reads {len(read.entries)} of {entries} entries")
    for entry in read.entries:
        if not (entry.id and entry.title and entry.updated_parsed):
            failed(f"{file}: feedparser misses a part of {entry}")


def main():
    if shutil.which("jing") is None:
        failed("no jing here: apt-get install jing")
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.atom"))
    if not files:
        failed(f"no feed in {sys.argv[1]}")
    check_schema(files[0])
    for at in range(0, len(files), AT_ONCE):
        if said := jing(files[at : at + AT_ONCE]):
            failed(said)
    entries = 0
    for file in files:
        count = check_rules(file)
        check_reader(file, count)
        entries += count
    print(f"check_feeds: {len(files)} feeds with {entries} entries are valid, and feedparser reads them")


if __name__ == "__main__":
    main()
