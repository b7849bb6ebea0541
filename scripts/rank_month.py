"""Ranks the daily papers of a real month (../shared/data/hf_daily), and prints the first, the middle and the last of them.

`python3 scripts/rank_month.py STARCITE [COUNT]`. Papers, links and stars are real. GitHub is not asked: what it would say of each repository is
drawn, by the shares in SHARES and a seed that is the repository's name, so that the ranking can be read as one whose hosts were asked. Such a fact
is not a statement about the repository that has its name. With `--real` nothing is drawn.
"""

import collections
import csv
import glob
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

SHARED = pathlib.Path(__file__).parent.parent.parent / "shared" / "data"
WEEKS = ("2026-W23", "2026-W28")
OBSERVED = "2026-07-10"

# Shares of repositories, estimates all; the licences are in the order of those of the observations in ../shared/data.
SHARES = {
    "gone": 0.03,
    "empty": 0.12,
    "named": 0.7,
    "licence": {"MIT": 0.38, "Apache-2.0": 0.3, "NONE": 0.22, "NOASSERTION": 0.06, "CC-BY-NC-4.0": 0.04},
    "release": 0.06,
    "CITATION.cff": 0.05,
    "requirements.txt": 0.65,
    "demo.ipynb": 0.15,
    "tests": 0.1,
    "Dockerfile": 0.08,
    ".github/workflows": 0.06,
}
FILES = [name for name in SHARES if "." in name or name == "tests"]


def papers():
    """Returns the entries of the month, each once."""
    days = sorted(glob.glob(str(SHARED / "hf_daily" / "*.json")))
    return {entry["paper"]["id"]: entry["paper"] for day in days for entry in json.load(open(day))}.values()


def drawn(repo, title, stars):
    """Returns what GitHub might say of a repository of a paper."""
    draw = random.Random(repo.lower())
    fact = {"repo": repo, "date": OBSERVED, "source": "drawn", "stars": stars}
    if draw.random() < SHARES["gone"]:
        return {"repo": repo, "date": OBSERVED, "source": "drawn", "state": "not_found", "state_reason": "deleted_or_private"}
    is_empty = draw.random() < SHARES["empty"]
    licences = SHARES["licence"]
    fact["license_spdx"] = draw.choices(list(licences), list(licences.values()))[0]
    fact |= {"is_archived": False, "is_disabled": False, "is_empty": False, "archive_ids": []}
    fact["languages"] = [] if is_empty else ["Python"]
    fact["language"] = "" if is_empty else "Python"
    fact["pushed_at"] = fact["head_committed_at"] = f"2026-0{draw.randint(5, 7)}-0{draw.randint(1, 9)}T10:00:00Z"
    files = [name for name in FILES if not is_empty and draw.random() < SHARES[name]]
    fact["root_entries"] = ["README.md", *files, *([] if is_empty else ["src"])]
    has_release = not is_empty and draw.random() < SHARES["release"]
    fact |= {"releases": int(has_release), "latest_release": "v1.0" if has_release else ""}
    fact["readme"] = f"# {title}\n\nOfficial implementation of our paper.\n" if draw.random() < SHARES["named"] else "# Code\n\nRun it.\n"
    return fact


def run(starcite, folder, *arguments):
    done = subprocess.run([starcite, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{arguments}: {done.stderr}")
    return done.stdout


def ranking(starcite, folder, is_drawn):
    """Returns the rows of the month's ranking."""
    told = [(paper["githubRepo"], paper["title"], paper.get("githubStars")) for paper in papers() if paper.get("githubRepo")]
    observations = [drawn(*told) if is_drawn else {"repo": told[0], "date": OBSERVED, "source": "hf", "stars": told[2]} for told in told]
    (folder / "observed.jsonl").write_text("".join(json.dumps({k: v for k, v in o.items() if v is not None}) + "\n" for o in observations))
    (folder / "month.toml").write_text(
        f'name = "month"\nout = "out"\noffline = true\n[[source]]\nkind = "hf-daily"\npath = "{SHARED / "hf_daily" / "*.json"}"\n'
        '[[source]]\nkind = "observations"\npath = "observed.jsonl"\n'
    )
    run(starcite, folder, "run", "month.toml", "--since", WEEKS[0], "--week", WEEKS[1])
    return list(csv.DictReader(io.StringIO(run(starcite, folder, "rank", "--out", "out", "--format", "csv"))))


def main():
    arguments = [word for word in sys.argv[1:] if word != "--real"]
    starcite, count = pathlib.Path(arguments[0]).resolve(), int(arguments[1]) if len(arguments) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        rows = ranking(starcite, pathlib.Path(folder), "--real" not in sys.argv)
    middle = (len(rows) - count) // 2
    for name, part in (("first", rows[:count]), ("middle", rows[middle : middle + count]), ("last", rows[-count:])):
        print(f"--- the {name} {count} of {len(rows)}")
        for row in part:
            named = {"true": "names it", "false": "names it not"}.get(row["names_paper"], "")
            print(f"{row['rank']:>4} {float(row['score']):5.1f} ={row['tied_with']:<3} {row['tier'] or 'unknown':<9} {row['published']} {row['title'][:60]:<60} {row['repo'][11:50]:<40} {named} {row['why'][:70]}")
    ties = collections.Counter(row["score"] for row in rows)
    most = ", ".join(f"{count} papers share {score}" for score, count in ties.most_common(3))
    print(f"--- {len(rows)} papers, {len(ties)} scores: {most}")


if __name__ == "__main__":
    main()
