#!/usr/bin/env python3
"""Makes 12 weeks of 500 invented papers with the real program, for the notebooks and their check.

    python3 notebooks/make_weeks.py            into output/made-weeks
    python3 notebooks/make_weeks.py FOLDER

FOLDER/weeks has the weeks, FOLDER/truth.json the answers that the notebooks must give: they are counted here from what was
invented, without the tables. Papers and repositories are invented, and the same seed gives the same weeks. No request is sent:
an invented observer reports, in GitHub's name, what GitHub would answer. The program is STARCITE, or target/debug/starcite; it
takes 16 seconds with a debug build.
"""

import collections
import datetime
import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
STARCITE = os.environ.get("STARCITE", str(ROOT / "target/debug/starcite"))
PAPERS, BACKLOG, WEEKS = 500, 320, 12
FIRST_MONDAY = datetime.date(2026, 7, 20)  # of 2026-W30; the backlog was published before
BACKLOG_DAYS = 30 * 36
OBSERVED_WEEKS = 36  # stars were observed from this many weeks before the first week on
DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(weeks=1)
END = FIRST_MONDAY + WEEKS * WEEK  # the Monday after the last week

FIELDS = ["cs.CV", "cs.CL", "cs.LG", "cs.SE", "q-bio.QM", "hep-th"]
CODE_SHARE = {"cs.CV": 0.62, "cs.CL": 0.58, "cs.LG": 0.55, "cs.SE": 0.66, "q-bio.QM": 0.4, "hep-th": 0.15}
AGES = [(0, 5), (6, 11), (12, 17), (18, 23), (24, 29), (30, 35), (36, None)]  # months since the first version
ADJECTIVES = "Sparse Robust Causal Latent Modular Bayesian Federated Adaptive Symbolic Frugal Patient Layered".split()
NOUNS = "Lattices Glaciers Proofs Markets Dialects Circuits Galaxies Archives Orchards Harbours Compilers Sensors".split()
ENDS = ["at Scale", "under Noise", "without Labels", "on a Budget", "across Languages", "from Few Examples", "by Hand", "in the Dark"]
OWNER = "invented-for-starcite"


class World:
    """The papers and repositories, all from one stream of random numbers."""

    def __init__(self, seed):
        self.random = random.Random(seed).random  # the one method whose numbers Python promises to keep
        self.papers = [self.paper(number) for number in range(PAPERS)]

    def below(self, end):
        return int(self.random() * end)

    def pick(self, values):
        return values[self.below(len(values))]

    def paper(self, number):
        if number < BACKLOG:
            week, published = 0, FIRST_MONDAY - (1 + self.below(BACKLOG_DAYS)) * DAY
        else:
            week = (number - BACKLOG) * WEEKS // (PAPERS - BACKLOG)
            published = FIRST_MONDAY + week * WEEK + self.below(5) * DAY
        field = self.pick(FIELDS)
        title = f"Invented Paper {number}: {self.pick(ADJECTIVES)} {self.pick(NOUNS)} {self.pick(ENDS)}"
        paper = {"id": f"made:{number:04}", "title": title, "week": week, "published": published, "field": field}
        paper |= {"repo": None, "promised": False, "kept": None}
        chance = self.random()
        if chance < CODE_SHARE[field]:
            paper["kind"] = "code"
        else:
            rest = (chance - CODE_SHARE[field]) / (1 - CODE_SHARE[field])
            paper["kind"] = "promise" if rest < 0.25 else "other" if rest < 0.33 else "no text" if rest < 0.4 else "none"
        if paper["kind"] == "promise":
            paper["promised"] = True
            wait = 1 + int(-9 * math.log(1 - self.random()))  # weeks, half of them within about six
            if self.random() < 0.75 and week + wait < WEEKS:
                paper["kept"] = week + wait
        if paper["kind"] == "code" or paper["kept"] is not None:
            paper["repo"] = self.repository(number, paper)
        return paper

    def repository(self, number, paper):
        """Invents a repository. `breaks` is the day from which the host does not serve it."""
        published = paper["published"]
        start = published if paper["kept"] is None else FIRST_MONDAY + paper["kept"] * WEEK
        created = start - (7 + self.below(500)) * DAY
        life = 1 if self.random() < 0.14 else 2 + int(-520 * math.log(1 - self.random()))
        age_at_end = (END - published).days / 30.44
        fate, kind = self.random(), "live"
        by_age = [("not_found", 0.03 + 0.004 * age_at_end), ("reassigned", 0.0025 * age_at_end)]
        shares = [*by_age, ("blocked", 0.012), ("empty", 0.03), ("unknown", 0.08), ("live", 1)]
        for kind, share in shares:
            if fate < share:
                break
            fate -= share
        if paper["kept"] is not None and kind != "unknown":
            kind = "live"
        breaks = None
        if kind in ("not_found", "reassigned", "blocked"):
            first = max(published + 14 * DAY, FIRST_MONDAY - 200 * DAY)
            breaks = min(first + self.below(max(1, (END - first).days)) * DAY, END)
        size = math.exp(1.5 + 5.5 * self.random())
        rate = size / 60
        stars, total = {}, size * 0.6
        for week in range(-OBSERVED_WEEKS, WEEKS):
            monday = FIRST_MONDAY + week * WEEK
            since = (monday - (published - published.weekday() * DAY)).days // 7
            lift = 0 if since < 0 else 6 * math.exp(-since / 3)
            total += rate * (1 + lift) * (0.4 + 1.2 * self.random()) - (0.3 if self.random() < 0.1 else 0)
            if self.random() > 0.07:  # else nobody looked that week
                stars[week] = int(total)
        return {
            "number": number, "kind": kind, "breaks": breaks, "created": created, "life": life, "stars": stars,
            "listed_until": -6 if self.random() < 0.2 else -OBSERVED_WEEKS,  # until then a list observed it, not the host
            "archived": self.below(WEEKS) if kind == "live" and self.random() < 0.06 else None,
            "renamed": 1 + self.below(WEEKS - 1) if kind == "live" and self.random() < 0.05 else None,
            "licence": "NONE" if self.random() < 0.3 else self.pick(["MIT", "Apache-2.0", "GPL-3.0-only"]),
        }


def is_linked(paper, week):
    return paper["repo"] is not None and (paper["kept"] is None or week >= paper["kept"])


def record(paper, week):
    """Returns the paper as its source has it in a week."""
    number = int(paper["id"].split(":")[1])
    text = "We study a problem that was invented for this set of weeks."
    if is_linked(paper, week):
        text += f" Code is available at https://github.com/{OWNER}/repo-{number:04}."
    elif paper["promised"]:
        text += " Code will be released soon."
    elif paper["kind"] == "other":
        text += f" We use https://github.com/{OWNER}/toolkit-{number % 5}."
    row = {"id": paper["id"], "title": paper["title"], "categories": [paper["field"]], "published": str(paper["published"])}
    return row if paper["kind"] == "no text" else {**row, "abstract": text}


def observations(repo, until):
    """Returns what was seen of a repository up to a week: on the Monday after each week, stars alone before the first week."""
    rows = []
    for week, stars in repo["stars"].items():
        day = FIRST_MONDAY + (week + 1) * WEEK
        if week > until or day < repo["created"] or repo["kind"] == "unknown":
            continue
        name = f"{OWNER}/repo-{repo['number']:04}" if repo["renamed"] is None or week < repo["renamed"] else f"{OWNER}/renamed-{repo['number']:04}"
        row = {"repo": name, "repo_id": 10_000 + repo["number"], "date": f"{day}T05:00:00Z", "source": "github.com"}
        if repo["breaks"] is not None and day >= repo["breaks"]:
            if repo["kind"] == "reassigned":
                rows.append({**row, "state": "not_found", "state_reason": "reassigned"})
            elif repo["kind"] == "blocked":
                rows.append({**row, "state": "blocked", "state_reason": "dmca"})
            else:
                rows.append({**row, "state": "not_found", "state_reason": "deleted_or_private"})
            break  # nobody looks again
        row |= {"state": "live", "stars": stars}
        if week < repo["listed_until"]:
            row |= {"source": "made-list"}
        if week >= 0:
            empty = repo["kind"] == "empty"
            row |= {"license_spdx": repo["licence"], "is_archived": repo["archived"] is not None and week >= repo["archived"], "is_empty": empty}
            row |= {"is_disabled": False, "is_fork": False, "created_at": f"{repo['created']}T08:00:00Z"}
            if not empty:
                row |= {"root_entries": ["README.md", "main.py"], "languages": ["Python"], "head_committed_at": f"{last_commit(repo, day)}T08:00:00Z"}
        rows.append(row)
    return rows


def last_commit(repo, day):
    return min(repo["created"] + repo["life"] * DAY, day - DAY)


def state_of(repo):
    """Returns the state at the end, its reason, and the last observation, if there is one."""
    rows = observations(repo, WEEKS - 1)
    return (rows[-1]["state"], rows[-1].get("state_reason"), rows[-1]) if rows else ("unknown", None)


def truth(world):
    """Returns the answers of the notebooks, as rows of numbers by the name of the table."""
    code, rot = {f: collections.Counter() for f in FIELDS}, [collections.Counter() for _ in AGES]
    lives, gains = [], []
    for paper in world.papers:
        repo = paper["repo"]
        state, reason, *row = state_of(repo) if repo else ("none", None)
        known = row and state == "live" and ("is_empty" in row[0])
        if repo:
            band = "unknown" if state == "unknown" or (state == "live" and not known) else "works" if known and not row[0]["is_empty"] else "link only"
            months = (END.year - paper["published"].year) * 12 + END.month - paper["published"].month - (END.day < paper["published"].day)
            age = next(at for at, (low, high) in enumerate(AGES) if low <= months and (high is None or months <= high))
            rot[age]["links"] += 1
            rot[age][reason if reason == "reassigned" else state] += 1
            if known and not row[0]["is_empty"]:
                day = datetime.date.fromisoformat(row[0]["date"][:10])
                commit = last_commit(repo, day)
                lives.append(((commit - repo["created"]).days, (END - commit).days > 365 or row[0]["is_archived"]))
        else:
            band = {"promise": "promise", "no text": "unknown"}.get(paper["kind"], "none")
        code[paper["field"]][band] += 1
    promised = [(paper["kept"] if paper["kept"] is not None else WEEKS - 1) - paper["week"] for paper in world.papers if paper["promised"]]
    kept = [paper["kept"] - paper["week"] for paper in world.papers if paper["kept"] is not None]
    for paper in world.papers:
        if paper["repo"] and state_of(paper["repo"])[0] != "unknown":
            gains += around(paper)
    return {
        "seed": SEED, "papers": PAPERS,
        "code": {field: [counts[band] for band in ("works", "link only", "promise", "none", "unknown")] for field, counts in code.items()},
        "rot": [[c["links"], c["not_found"], c["reassigned"], c["blocked"], c["unknown"]] for c in rot],
        "survival": {"repositories": len(lives), "ended": sum(ended for _, ended in lives), "alive at 365 days": round(surviving(lives, 365), 3)},
        "promises": {"promised": len(promised), "kept": len(kept), "kept by week": [sum(k <= week for k in kept) for week in range(WEEKS)]},
        "gains": [[offset, sum(o == offset for o, _ in gains), sum(g for o, g in gains if o == offset)] for offset in range(-8, 13)],
    }


def surviving(lives, day):
    """Returns the share that lives longer than a day: the product over the days on which a life ended."""
    share = 1.0
    for end in sorted({days for days, ended in lives if ended and days <= day}):
        share *= 1 - sum(ended and days == end for days, ended in lives) / sum(days >= end for days, _ in lives)
    return share


def around(paper):
    """Returns the weeks around a paper's release that have a gain: the same observer saw the week's total and that of the week before."""
    seen = {datetime.date.fromisoformat(row["date"][:10]): row for row in observations(paper["repo"], WEEKS - 1) if "stars" in row}
    seen.pop(END, None)  # the newest observation belongs to the week that begins on its day, and that week is not over
    release = paper["published"] - paper["published"].weekday() * DAY
    gains = []
    for monday, row in seen.items():
        offset, before = (monday - release).days // 7, seen.get(monday - WEEK)
        if before and before["source"] == row["source"] and -8 <= offset <= 12:
            gains.append((offset, row["stars"] - before["stars"]))
    return gains


def run(*arguments):
    settings = {name: value for name, value in os.environ.items() if not name.startswith("STARCITE_")}  # STARCITE_OUT would be another folder
    done = subprocess.run([STARCITE, *map(str, arguments)], capture_output=True, text=True, env=settings)
    if done.returncode:
        sys.exit(f"make_weeks: starcite {' '.join(map(str, arguments))} ended with {done.returncode}\n{done.stdout}{done.stderr}")


PIPELINE = """name = "made-weeks"
out = "{out}"
offline = true
[[source]]
kind = "table"
path = "papers.jsonl"
[[source]]
kind = "observations"
path = "seen.jsonl"
"""
SEED = 24  # every kind of end occurs


def main():
    if not pathlib.Path(STARCITE).exists():
        sys.exit(f"make_weeks: no program {STARCITE}: run `cargo build --locked` first, or set STARCITE to it")
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "output/made-weeks").resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / "truth.json").exists():
        sys.exit(f"make_weeks: {folder} has other files; name an empty folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    world = World(SEED)
    (folder / "truth.json").write_text(json.dumps(truth(world), indent=1) + "\n")
    (folder / "pipeline.toml").write_text(PIPELINE.format(out=folder / "weeks"))
    for week in range(WEEKS):
        monday = FIRST_MONDAY + week * WEEK
        papers = [record(paper, week) for paper in world.papers if paper["week"] <= week]
        seen = [row for paper in world.papers if paper["repo"] and paper["week"] <= week for row in observations(paper["repo"], week)]
        for name, rows in ("papers", papers), ("seen", sorted(seen, key=lambda row: (row["date"], row["repo_id"]))):
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        year, number, _ = monday.isocalendar()
        run("run", folder / "pipeline.toml", "--week", f"{year}-W{number:02}", "--now", f"{monday + WEEK}T06:00:00Z")
    run("verify", folder / "weeks")
    answers = json.loads((folder / "truth.json").read_text())
    broken = sum(row[1] + row[2] + row[3] for row in answers["rot"])
    linked = sum(row[0] for row in answers["rot"])
    kept = f"{answers['promises']['kept']} of {answers['promises']['promised']} promises kept"
    print(f"made weeks: {PAPERS} papers in {WEEKS} weeks, seed {SEED}; {linked} links, {broken} broken; {kept}; verified")


if __name__ == "__main__":
    main()
