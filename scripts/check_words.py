#!/usr/bin/env python3
"""Fails where a doc comment has a word that CONTRIBUTING.md replaces by the field's own, or begins with a relative clause.

The rest of the rules in CONTRIBUTING.md is for readers: no search finds it.
"""

import re
import subprocess
import sys

DOC = re.compile(r"^\s*//[/!] ?(.*)")
BEGINNING = re.compile(r"(What|Whether|Which)\b")
WORD = re.compile(r"\b(blanks?|doubled|anew|(?<!there )is no )\b", re.IGNORECASE)


def faults(text):
    """The numbers of the lines with a fault, and the words at fault."""
    was_doc = False
    for number, line in enumerate(text.splitlines(), 1):
        doc = DOC.match(line)
        if doc:
            begins = None if was_doc else BEGINNING.match(doc[1])
            yield from ((number, found[0].strip()) for found in (begins, WORD.search(doc[1])) if found)
        was_doc = bool(doc)


def main():
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.rs"], check=True, capture_output=True, text=True).stdout.split("\n")
    found = [(file, *fault) for file in filter(None, files) for fault in faults(open(file, encoding="utf-8").read())]
    for file, number, word in found:
        print(f"{file}:{number}: {word!r} in a doc comment: CONTRIBUTING.md has the word for it")
    print(f"{len(found)} words to replace" if found else "doc comments are in the field's words")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
