#!/usr/bin/env python3
"""Scores `starcite extract` against tests/gold/papers.jsonl: invented papers with the right links, in the shapes of docs/LINKS.md. Needs nothing but the program.

usage: scripts/score_gold.py [--starcite PATH]

A paper is right if the program finds its links and no others, each with its kind, its target and, where the paper names one, its role. Exits 1 if a paper
is wrong that has no `known_miss`, if one is right that has it, or if a kind, a repair or a rule of docs/LINKS.md has fewer than two examples.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests/gold/papers.jsonl"
KEYS = {"id", "shape", "title", "abstract", "comment", "links", "known_miss"}
# The tables of docs/LINKS.md whose first column names what the set has examples of, by heading, with the key of a link that has the name.
TABLES = {"Kinds": "kind", "Repairs": "repairs", "Roles": "role_rule"}
# No text is read for it: a source has a field for it.
NOT_IN_TEXTS = {"source_field"}
EXAMPLES = 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--starcite", default=str(ROOT / "target/debug/starcite"), help="the program to score")
    args = parser.parse_args()
    papers = [json.loads(line) for line in open(GOLD, encoding="utf8")]
    extract = [args.starcite, "extract", "--from", "jsonl", "--format", "jsonl", str(GOLD)]
    links = [json.loads(line) for line in subprocess.run(extract, check=True, capture_output=True, text=True).stdout.splitlines()]
    found = collections.defaultdict(list)
    for link in links:
        found[link["paper_id"]].append(link)
    wrong = {paper["id"]: errors for paper in papers if (errors := differences(paper, found[paper["id"]]))}
    failures = [*malformed(papers), *surprises(papers, wrong), *too_few_examples(links)]
    print_figures(papers, found)
    misses = sum("known_miss" in paper for paper in papers)
    print(f"{len(papers)} papers, {len(papers) - len(wrong)} right, {misses} known misses")
    for failure in failures:
        print(f"gold: {failure}")
    return 1 if failures else 0


def place(link):
    """Returns kind and target of a link: what is compared, without regard to case, scheme and www."""
    return link["kind"], re.sub(r"^(https?://)?(www\.)?", "", (link.get("repo") or link.get("target") or "").lower())


def differences(paper, links):
    """Returns what is wrong with the links that were found for a paper, as sentences."""
    right, said = collections.Counter(map(place, paper["links"])), collections.Counter(map(place, links))
    errors = [f"missed {kind} {target}" for kind, target in (right - said).elements()]
    errors += [f"invented {kind} {target}" for kind, target in (said - right).elements()]
    roles = {place(link): link["role"] for link in links}
    for link in paper["links"]:
        role = roles.get(place(link))
        if "role" in link and place(link) in roles and role != link["role"]:
            errors.append(f"{place(link)[1] or link['kind']} is {link['role']}, not {role}")
    return errors


def malformed(papers):
    """Returns the faults of the set itself."""
    ids = collections.Counter(paper["id"] for paper in papers)
    faults = [f"{name} is the id of {count} papers" for name, count in ids.items() if count > 1]
    for paper in papers:
        if unknown := set(paper) - KEYS:
            faults.append(f"{paper['id']} has the unknown key {', '.join(sorted(unknown))}")
        if not re.fullmatch(r"gold:\d{3,}", paper["id"]):
            faults.append(f"{paper['id']}: an id is gold: and three digits")
    return faults


def surprises(papers, wrong):
    for paper in papers:
        errors = wrong.get(paper["id"])
        if errors and "known_miss" not in paper:
            yield f"{paper['id']} ({paper['shape']}): " + "; ".join(errors)
        if not errors and "known_miss" in paper:
            yield f"{paper['id']} is right now: remove its known_miss"


def documented(heading):
    """Returns the names in the first column of the tables under a heading of docs/LINKS.md."""
    text = (ROOT / "docs/LINKS.md").read_text(encoding="utf8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {name for row in re.findall(r"^\| (`.*?) \|", section, flags=re.M) for name in re.findall(r"`(\w+)`", row)}


def too_few_examples(links):
    for heading, key in TABLES.items():
        said = collections.Counter(name for link in links for name in (link[key] if isinstance(link[key], list) else [link[key]]))
        for name in sorted(documented(heading) - NOT_IN_TEXTS):
            if said[name] < EXAMPLES:
                yield f"{said[name]} examples of {name}, which docs/LINKS.md lists under {heading}"


def print_figures(papers, found):
    """Prints precision and recall of each kind, and of each role among the links that were found."""
    right, said, both = collections.Counter(), collections.Counter(), collections.Counter()
    for paper in papers:
        gold, links = collections.Counter(map(place, paper["links"])), collections.Counter(map(place, found[paper["id"]]))
        for counts, total in ((gold, right), (links, said), (gold & links, both)):
            for (kind, _), count in counts.items():
                total[kind] += count
        roles = {place(link): link["role"] for link in paper["links"] if "role" in link}
        for link in found[paper["id"]]:
            if place(link) in roles:
                right[f"role {roles[place(link)]}"] += 1
                said[f"role {link['role'] or 'null'}"] += 1
                both[f"role {link['role']}"] += roles[place(link)] == link["role"]
    print(f"{'':18} right  found  precision  recall")
    for name in sorted(right | said, key=lambda name: (name.startswith("role"), -right[name])):
        precision, recall = (f"{both[name] / of[name]:.3f}" if of[name] else "" for of in (said, right))
        print(f"{name:18} {right[name]:5}  {said[name]:5}  {precision:>9}  {recall:>6}")


sys.exit(main())
