#!/usr/bin/env python3
"""Puts every shape of a link into real abstracts, and counts how often the repository is still found, and no other one.

usage: scripts/score_shapes.py [--starcite PATH]

The abstracts are those of ../shared/gold with one plain link; the link is rewritten in each shape. Exits 1 if a
shape is found less often than in the best result so far (REACHED). Without ../shared it is skipped (scripts/lacks).
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
GOLD = SHARED / "gold" / "gold_dev.jsonl"
PLAIN = "https://github.com/{o}/{n}"
# Shapes as templates of owner and name.
TEMPLATES = {
    "blank behind the host": "https://github.com/ {o}/{n}",
    "blank behind the owner": "https://github.com/{o}/ {n}",
    "break behind the owner": "https://github.com/{o}/\n{n}",
    "blanks around the slash": "https://github.com/{o} / {n}",
    "blank before the slash": "https://github.com/{o} /{n}",
    "blank in the host": "https://github. com/{o}/{n}",
    "blank before the dot": "https://github .com/{o}/{n}",
    "blank in the scheme": "https: //github.com/{o}/{n}",
    "blank behind the scheme": "https:// github.com/{o}/{n}",
    "blanks everywhere": "https : // github . com / {o} / {n}",
    "href": "\\href{{https://github.com/{o}/{n}}}{{here}}",
    "markdown": "[here](https://github.com/{o}/{n})",
    "macros": "\\texttt{{https://github.com/{o}/{n}}}\\footnote{{x}}",
    "formula": "$\\href{{https://github.com/{o}/{n}}}{{\\text{{x}}}}$",
    "no scheme": "github.com/{o}/{n}",
    "www": "www.github.com/{o}/{n}",
    "htps": "htps://github.com/{o}/{n}",
    "no colon": "https//github.com/{o}/{n}",
    "one slash": "https:/github.com/{o}/{n}",
    "doubled scheme": "https://https://github.com/{o}/{n}",
    "doubled slashes": "https://github.com//{o}//{n}",
    "upper case": "HTTPS://GITHUB.COM/{o}/{n}",
    ".git": PLAIN + ".git",
    "ssh": "git@github.com:{o}/{n}.git",
    "ssh address": "ssh://git@github.com/{o}/{n}.git",
    "tree": PLAIN + "/tree/main/src",
    "raw": "https://raw.githubusercontent.com/{o}/{n}/main/README.md",
    "fragment": PLAIN + "#readme",
    "query": PLAIN + "?tab=readme-ov-file",
    "glued to a copy": PLAIN + PLAIN,
    "glued to a bare copy": PLAIN + "github.com/{o}/{n}",
    "glued to a word": "at" + PLAIN,
    "glued to a sentence": PLAIN + ".The code is",
    "glued to keywords": PLAIN + ".Keywords: x",
    "glued to a clause": PLAIN + ",and more",
    "glued to a footnote": PLAIN + ".1 We",
    "html": '<a href="' + PLAIN + '">code</a>',
    "html, escaped": "&lt;" + PLAIN + "&gt;",
    "quotes": "\u201c" + PLAIN + "\u201d",
    "backticks": "`" + PLAIN + "`",
    "bold": "**" + PLAIN + "**",
    "zero-width space": "https://github.com/\u200b{o}/{n}",
    "full-width signs": "\uff1a" + PLAIN + "\u3002",
}
# Shapes of one character of a name: the character, its replacement, and the number of occurrences to replace (-1 for all).
SIGNS = {
    "blank behind a hyphen": ("-", "- ", 1),
    "break behind a hyphen": ("-", "-\n", 1),
    "hyphen that does not break": ("-", "\u2011", -1),
    "blank behind an underscore": ("_", "_ ", 1),
    "escaped underscores": ("_", "\\_", -1),
    "lost underscores": ("_", " ", -1),
}
REACHED = collections.defaultdict(
    lambda: 1.0, {"blank behind a hyphen": 0.99, "break behind a hyphen": 0.99, "lost underscores": 0.76, "glued to a footnote": 0.97}
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--starcite", default=str(ROOT / "target/debug/starcite"), help="the program to score")
    args = parser.parse_args()
    if not SHARED.exists():
        return subprocess.call([ROOT / "scripts/lacks", "shared", "score_shapes", "../shared is not there"])
    jobs = list(enumerate(texts()))
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf8") as papers:
        for number, (_, text, _) in jobs:
            papers.write(json.dumps({"id": f"shape:{number}", "abstract": text}) + "\n")
        papers.flush()
        extract = [args.starcite, "extract", "--kinds", "repo", papers.name]
        rows = subprocess.run(extract, check=True, capture_output=True, text=True).stdout.splitlines()
    found = collections.defaultdict(set)
    for row in map(json.loads, rows):
        found[int(row["paper_id"].split(":")[1])].add(row["repo"].lower())
    tried, right = collections.Counter(), collections.Counter()
    for number, (shape, _, repo) in jobs:
        tried[shape] += 1
        right[shape] += found[number] == {repo}
    worse = [shape for shape in tried if right[shape] / tried[shape] < REACHED[shape]]
    whole = sum(right[shape] == tried[shape] for shape in tried)
    print(f"{len(tried)} shapes, {whole} always found")
    for shape in tried:
        if right[shape] < tried[shape]:
            print(f"  {shape}: {right[shape]} of {tried[shape]}" + (" (more were reached)" if shape in worse else ""))
    return 1 if worse else 0


def texts():
    """Yields shape, text and repository, for every abstract with one plain link and every shape that its name can have."""
    for line in open(GOLD, encoding="utf8"):
        paper = json.loads(line)
        if len(paper["repos"]) != 1 or paper["stratum"] not in ("github_random", "github_midtext") or paper["repos"][0]["tags"]:
            continue
        repo = paper["repos"][0]["repo"]
        _, owner, name = repo.split("/")
        link = re.search(r"\S*github\.com/" + re.escape(f"{owner}/{name}"), paper["abstract"])
        if not link:
            continue
        before = paper["abstract"][: link.start()] + " "
        behind = re.sub(r'^(\.git)?/?[)\]}"]*', "", paper["abstract"][link.end() :])
        shapes = {shape: template.format(o=owner, n=name) for shape, template in TEMPLATES.items()}
        for shape, (sign, put, count) in SIGNS.items():
            if sign in name[1:-1]:
                shapes[shape] = PLAIN.format(o=owner, n=name.replace(sign, put, count))
        for shape, written in shapes.items():
            yield shape, before + written + behind, repo.lower()


sys.exit(main())
