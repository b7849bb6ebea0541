#!/usr/bin/env python3
"""Makes folders of weeks to open the report of, by running the program on made inputs.

usage: scripts/check_report/weeks.py [--starcite PROGRAM] FOLDER NAME…

Each name becomes FOLDER/NAME with its inputs, and FOLDER/NAME/out with its weeks. Owners and people whose names begin with `made-up` or `Made-Up` do
not exist. `thousand` and `fifty` have real papers of ../shared; what a host would say of their repositories is drawn, as in scripts/rank_month.py.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT.parent / "shared" / "data" / "arxiv_snapshot_32k.jsonl.zst"
sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from hostile import hostile  # noqa: E402
from rank_month import drawn  # noqa: E402

WEEKS = ["2026-W46", "2026-W47", "2026-W48"]
# A day of each of these weeks, the day after it on which its repositories are observed, and the time at which it is run.
DAYS = ["2026-11-12", "2026-11-19", "2026-11-26"]
SEEN = ["2026-11-16", "2026-11-23", "2026-11-30"]
MONDAYS = ["2026-11-16T06:00:00Z", "2026-11-23T06:00:00Z", "2026-11-30T06:00:00Z"]
STAR_WEEKS = 26


class Place:
    """A folder with inputs, a pipeline, and weeks."""

    def __init__(self, starcite, folder):
        self.starcite, self.folder, self.out = pathlib.Path(starcite).resolve(), pathlib.Path(folder), pathlib.Path(folder) / "out"
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, name, records):
        (self.folder / name).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="ascii")

    def pipeline(self, kind="jsonl", dataset=""):
        sources = "".join(f'[[source]]\nkind = "{kind}"\npath = "{path}"\n' for kind, path in [(kind, "papers.jsonl"), ("observations", "seen.jsonl")])
        (self.folder / "pipeline.toml").write_text(f'name = "{self.folder.name}"\nout = "out"\noffline = true\n{sources}{dataset}')

    def run(self, *arguments, at=MONDAYS[-1], codes=(0,)):
        env = {name: value for name, value in os.environ.items() if not name.startswith("STARCITE_")} | {"STARCITE_NOW": at}
        done = subprocess.run([self.starcite, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        if done.returncode not in codes:
            sys.exit(f"weeks: starcite {' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def week(self, at, papers, seen, codes=(0,)):
        """Runs the week numbered `at`."""
        self.write("papers.jsonl", papers)
        self.write("seen.jsonl", seen)
        self.run("run", "pipeline.toml", "--week", WEEKS[at], at=MONDAYS[at], codes=codes)


def sample(place):
    place.run("run", ROOT / "pipelines" / "sample.toml", "--out", place.out.resolve(), at="2025-07-07T06:00:00Z")


def hostile_week(place):
    papers, seen, dataset = hostile(DAYS[1])
    place.pipeline(dataset=dataset)
    # Some of these records are rejected, which is exit code 3.
    place.week(1, papers, seen, codes=(0, 3))


def no_papers(place):
    place.pipeline()
    place.week(1, [], [])


def no_links(place):
    place.pipeline()
    place.week(1, [{"id": f"made-up:{at}", "title": f"Paper {at} without a link", "abstract": "Nothing is linked.", "date": DAYS[1]} for at in range(7)], [])


def all_unknown(place):
    place.pipeline()
    place.week(1, [paper(at) for at in range(60)], [])


def paper(at, repo=None, **more):
    repo = f"made-up-{at % 5}/code-{at}" if repo is None else repo
    text = f"We study the made-up problem {at}. Our code is at https://github.com/{repo}. It works." if repo else f"We study the made-up problem {at}. No code yet."
    authors = [f"Made-Up Pérson {at}", f"Made-Up Möller {at % 3}"]
    return {"id": f"made-up:{at}", "title": f"The made-up paper {at}", "abstract": text, "authors": authors, "categories": [["cs.CV", "cs.LG"][at % 2]], "date": DAYS[0]} | more


def seen(at, day, repo=None, **facts):
    repo = repo or f"made-up-{at % 5}/code-{at}"
    if facts.get("state", "live") == "live":
        known = {"stars": 10 * at, "license_spdx": "MIT", "is_archived": False, "is_empty": False, "language": "Python", "root_entries": ["README.md", "src"]}
        facts = known | {"pushed_at": f"{DAYS[0]}T10:00:00Z", "releases": 0, "latest_release": "", "description": f"Code {at}, made up"} | facts
    return {"repo": repo, "repo_id": 1000 + at, "date": f"{day}T05:00:00Z", "source": "github.com"} | facts


def changes(place):
    """Makes three weeks: what changes in the third one is of every kind, and the series of stars have gaps."""
    place.pipeline()
    without, promised = 40, 41
    papers = [paper(at) for at in range(30)]
    papers += [paper(without, ""), paper(promised, "") | {"abstract": "A made-up problem. Code will be released soon."}]
    new = [paper(at, date=DAYS[2]) for at in range(50, 56)]
    before = {
        3: {"state": "not_found", "state_reason": "deleted_or_private"}, 4: {"is_archived": True},
        6: {"latest_release": "v1", "latest_release_at": f"{DAYS[0]}T00:00:00Z", "releases": 1}, 8: {"stars": 60}, 16: {"state": "blocked", "state_reason": "dmca"},
    }
    after = {
        1: {"is_archived": True}, 2: {"license_spdx": "GPL-3.0"}, 3: {}, 4: {"is_archived": False}, 5: {"state": "not_found", "state_reason": "deleted_or_private"},
        6: {"latest_release": "v2", "latest_release_at": f"{DAYS[2]}T00:00:00Z", "releases": 2}, 7: {"repo": "made-up-moved/code-7"}, 8: {"stars": 600},
        9: {"repo_id": 9009, "stars": 1}, 16: {"state": "blocked", "state_reason": "dmca"}, 17: {"state": "blocked", "state_reason": "tos"},
    }
    with_stars = [(at, back) for at in range(18, 30, 2) for back in range(STAR_WEEKS, 2, -1) if back % 7]
    observed = [seen(at, stars_day(back), stars=10 * at + (STAR_WEEKS - back) * (at % 4)) for at, back in with_stars]
    observed += [seen(at, SEEN[0], **before.get(at, {})) for at in range(25)]
    place.week(0, papers, observed)
    observed += [seen(at, SEEN[1], **before.get(at, {})) for at in range(20)]
    place.week(1, papers, observed)
    papers[30:] = [paper(without, "made-up-late/code"), paper(promised, "made-up-kept/promise")]
    observed += [seen(at, SEEN[2], **after.get(at, {})) for at in range(18)] + [seen(at, SEEN[2]) for at in (50, 51, 52)]
    observed += [seen(without, SEEN[2], "made-up-late/code"), seen(promised, SEEN[2], "made-up-kept/promise")]
    place.week(2, papers + new, observed)


def stars_day(back):
    """Returns the day so many weeks before the last observations."""
    return str(datetime.date.fromisoformat(SEEN[2]) - datetime.timedelta(weeks=back))


def real(place, records):
    """Makes a week of real papers, and of drawn facts of their repositories."""
    place.pipeline("arxiv-snapshot")
    place.write("papers.jsonl", records)
    linked = place.run("extract", "--from", "arxiv-snapshot", "--kinds", "repo", "papers.jsonl").splitlines()
    titles = {f"arxiv:{record['id']}": record["title"] for record in records}
    links = {link["repo"].lower(): link for link in map(json.loads, linked) if link["repo"].startswith("github.com/")}
    observed = []
    for link in links.values():
        draw = random.Random("stars " + link["repo"].lower())
        stars = int(draw.lognormvariate(3, 1.8))
        fact = drawn(link["repo"], titles[link["paper_id"]], stars)
        if fact.get("state") is None and draw.random() < 0.6:
            fact |= {"forks": stars // 8, "open_issues": stars // 20, "description": f"Code of {titles[link['paper_id']]}", "created_at": "2026-03-01T10:00:00Z"}
            observed += star_series(link["repo"], stars, draw)
        observed.append(fact | {"date": f"{DAYS[1]}T12:00:00Z"})
    place.week(1, records, observed)
    print(f"weeks: {len(records)} papers, {len(links)} repositories at github.com, {len(observed)} observations")


def star_series(repo, stars, draw):
    """Returns weekly observations of stars up to the week before the last, with gaps."""
    series = []
    for back in range(2, 2 + draw.randint(0, STAR_WEEKS)):
        stars -= min(stars, int(draw.expovariate(20 / (stars + 20))))
        if draw.random() < 0.95:
            series.append({"repo": repo, "date": stars_day(back), "source": "drawn", "stars": stars})
    return series


def snapshot():
    raw = subprocess.run(["zstd", "-dc", SNAPSHOT], check=True, capture_output=True).stdout.decode()
    return [json.loads(line) for line in raw.splitlines()]


def thousand(place):
    records = snapshot()
    real(place, records[:: len(records) // 1000][:1000])


def fifty(place):
    records = snapshot()
    draw = random.Random(7)
    again = [another(record, records, at, draw) for at, record in enumerate(records[: 50_000 - len(records)])]
    real(place, records + again)


def another(record, records, at, draw):
    """Returns a record with the same abstract, another id, the title's words in another order, authors of another one, and repositories of its own."""
    words = record["title"].split(" ")
    draw.shuffle(words)
    names = list(draw.choice(records)["authors_parsed"])
    draw.shuffle(names)
    own = lambda text: text and re.sub(r"(github\.com/[\w.-]+/\w+)", r"\g<1>-again", text, flags=re.I)
    changed = {"id": f"{27 + at // 100_000}01.{at % 100_000:05d}", "title": " ".join(words), "abstract": own(record["abstract"]), "comments": own(record["comments"])}
    return record | changed | {"authors_parsed": names, "authors": ", ".join(f"{name[1]} {name[0]}".strip() for name in names)}


MAKERS = {
    "sample": sample, "hostile": hostile_week, "no-papers": no_papers, "no-links": no_links, "all-unknown": all_unknown, "changes": changes, "thousand": thousand,
    "fifty": fifty,
}


def make(starcite, folder, name):
    """Makes the weeks of a name, and returns their place."""
    place = Place(starcite, pathlib.Path(folder) / name)
    MAKERS[name](place)
    return place


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--starcite", default=ROOT / "target" / "debug" / "starcite")
    arguments.add_argument("folder")
    arguments.add_argument("names", nargs="+", choices=MAKERS)
    arguments = arguments.parse_args()
    for name in arguments.names:
        print(make(arguments.starcite, arguments.folder, name).out)


if __name__ == "__main__":
    main()
