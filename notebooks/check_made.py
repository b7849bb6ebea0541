"""Compares the tables that 02 and 03 show of the made weeks with the answers of make_weeks.py, and what `weeks` does with bad tables.

    notebooks/check_made.py MADE RAN    (the folder of make_weeks.py, and that of the notebooks as they ran)
"""

import json
import pathlib
import sys
import tempfile

import polars as pl
from weeks import Unreadable, kaplan_meier, read, wilson


def tables(path):
    """Returns the tables of a notebook's outputs as lists of rows, by their headers."""
    found = {}
    for cell in json.loads(path.read_text())["cells"]:
        for output in cell.get("outputs", []):
            lines = "".join(output.get("data", {}).get("text/plain", "")).splitlines()
            rows = [[value.strip() for value in line.strip("│").split("┆")] for line in lines if line.startswith("│")]
            if rows:
                found.setdefault(tuple(rows[0]), rows[1:])
    return found


def table(found, *first):
    rows = next((rows for header, rows in found.items() if header[: len(first)] == first), None)
    return rows or sys.exit(f"check_made: no table with the columns {', '.join(first)}")


def text(path):
    return "".join("".join(output.get("text", "")) for cell in json.loads(path.read_text())["cells"] for output in cell.get("outputs", []))


def same(what, shown, true):
    if shown != true:
        sys.exit(f"check_made: {what}: the notebook shows\n{shown}\nthe truth is\n{true}")
    print(f"check_made: {what}: as invented")


def numbers(rows, columns):
    return [[int(row[column]) for column in columns] for row in rows]


def availability(truth, path):
    found = tables(path)
    by_field = {row[0]: [int(value) for value in row[2:7]] for row in table(found, "field", "papers", "works", "link only", "promise", "none", "unknown")}
    same("papers with code by field", dict(sorted(by_field.items())), dict(sorted(truth["code"].items())))
    ends = zip(["links", "not found", "reassigned", "blocked", "unknown"], map(sum, zip(*truth["rot"])))
    same("ends without an example", [name for name, count in ends if not count], [])
    same("links by age", numbers(table(found, "months", "links", "not_found", "reassigned", "blocked", "unknown"), range(1, 6)), truth["rot"])
    lives = truth["survival"]
    year = next(row for row in table(found, "days", "observed so long", "share") if row[0] == "365")
    same("share alive after a year", float(year[2]), lives["alive at 365 days"])
    line = f"{lives['repositories']} are in the curve: {lives['ended']} ended, {lives['repositories'] - lives['ended']} still active"
    same("lives", line in text(path), True)
    promises = truth["promises"]
    same("promises", f"{promises['kept']} of {promises['promised']} promises kept" in text(path), True)
    same("promises by week", [int(row[2]) for row in table(found, "weeks", "followed so long", "kept by then")], promises["kept by week"])


def trends(truth, path):
    rows = table(tables(path), "week", "papers", "observed", "not_observed", "stars_added")
    same("stars by week around the release", numbers(rows, [0, 2, 4]), truth["gains"])


def estimates():
    """Compares the two estimates with published examples, and an unreadable table with its message."""
    # Remission under 6-MP: Freireich and others 1963, the textbook example: 0.857 after 6 weeks, 0.448 after 23.
    times = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = {row["time"]: round(row["share"], 3) for row in kaplan_meier(times, [at < 9 for at in range(21)]).iter_rows(named=True)}
    same("Kaplan and Meier of a textbook", [curve[6], curve[13], curve[23]], [0.857, 0.690, 0.448])
    # Newcombe 1998, table I: 15 of 148, without continuity correction.
    same("Wilson of a textbook", {key: round(value, 4) for key, value in wilson(15, 148).items() if key != "share"}, {"low": 0.0624, "high": 0.1605})
    same("nothing observed", wilson(0, 0)["share"], None)
    with tempfile.TemporaryDirectory() as folder:
        pl.DataFrame({"paper_id": []}).write_parquet(pathlib.Path(folder) / "rankings.parquet")
        for name, words in ("rankings", ["table rankings", "no column tier"]), ("stars", ["no table stars"]):
            try:
                read(pathlib.Path(folder), name, ["paper_id", "tier"])
                message = "none"
            except Unreadable as error:
                message = str(error)
            same(f"the message: {words[-1]}", all(word in message for word in words), True)


def changes(weeks):
    kinds = pl.read_parquet(weeks / "week=*/changes.parquet", hive_partitioning=False)["kind"].unique().to_list()
    same("kinds of changes", sorted(kinds), ["archived", "code_appeared", "link_broken", "renamed"])


place, ran = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
truth = json.loads((place / "truth.json").read_text())
estimates()
changes(place / "weeks")
availability(truth, ran / "02_code_availability.ipynb")
trends(truth, ran / "03_trends.ipynb")
