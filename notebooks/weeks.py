"""Reads the weeks of a folder for the notebooks 02 to 04, and draws in one style."""

import json
import math
import os
import pathlib

import matplotlib.pyplot as plt
import polars as pl

ACCENT, DARK, GREY, PALE = "#1f5fa8", "#303030", "#8a8a8a", "#e4e4e4"
Z = 1.96  # a band of 95 %

pl.Config.set_tbl_hide_dataframe_shape(True).set_tbl_hide_column_data_types(True).set_tbl_rows(100).set_tbl_cols(20).set_tbl_width_chars(140)
pl.Config.set_fmt_str_lengths(60).set_float_precision(3)
plt.rcParams.update({"figure.dpi": 72, "font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "hatch.color": GREY, "hatch.linewidth": 0.8})


class Unreadable(Exception):
    """A table or a column that a notebook needs is not there."""


class Weeks:
    """The complete weeks of a folder, oldest first."""

    def __init__(self):
        named = os.environ.get("STARCITE_OUT")
        places = [named] if named else ["../output", "../output/made-weeks/weeks", "../output/sample"]  # your weeks, else the made ones, else the sample's
        manifests = next(filter(None, (sorted(pathlib.Path(place).glob("week=*/manifest.json")) for place in places)), [])
        found = [(path.parent, json.loads(path.read_text())) for path in manifests]
        left_out = [path.name for path, manifest in found if not manifest["papers_complete"]]
        self.folders = [path for path, manifest in found if manifest["papers_complete"]]
        if not self.folders:
            raise Unreadable(f"no week in {' or '.join(places)}: run `python3 notebooks/make_weeks.py` first, or set STARCITE_OUT to the folder of your weeks")
        self.last = self.folders[-1].name.removeprefix("week=")
        pipeline = found[-1][1]["pipeline"]
        first = self.folders[0].name.removeprefix("week=")
        span = f"one week, {self.last}" if first == self.last else f"{len(self.folders)} weeks, {first} to {self.last}"
        print(f"pipeline {pipeline}: {span}")
        if left_out:
            print("incomplete and left out:", *left_out)
        if pipeline == "made-weeks":
            print("These papers are invented: the figures below show how the notebook reads, and say nothing about the world.")

    def newest(self, table, *columns):
        """Returns columns of a table of the newest week."""
        return read(self.folders[-1], table, columns)

    def every(self, table, *columns):
        """Returns columns of a table of all weeks, oldest first, with the Monday of each row's week."""
        rows = pl.concat([read(folder, table, columns) for folder in self.folders], how="vertical_relaxed")
        return rows.with_columns(monday=monday(pl.col("iso_week")))

    def end(self):
        """Returns the Monday after the newest week."""
        return pl.select(monday(pl.lit(self.last)).dt.offset_by("1w")).item()


def monday(iso_week):
    return (iso_week + "-1").str.to_date("%G-W%V-%u")


def read(folder, table, columns):
    path = folder / f"{table}.parquet"
    if not path.exists():
        raise Unreadable(f"{folder.name} has no table {table}: the pipeline's `tables` leaves it out")
    has = pl.read_parquet_schema(path)
    lacks = [column for column in columns if column not in has]
    if lacks:
        columns = ", ".join(lacks)
        raise Unreadable(
            f"the table {table} of {folder.name} has no column {columns}: it is of another version of starcite than this notebook; run the week again"
        )
    return pl.read_parquet(path, columns=list(columns), hive_partitioning=False)


def wilson(hits, of):
    """Returns share, low and high of Wilson's band; null where nothing was observed."""
    if not of:
        return {"share": None, "low": None, "high": None}
    share, scale = hits / of, 1 + Z * Z / of
    middle, half = (share + Z * Z / (2 * of)) / scale, Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)) / scale
    return {"share": share, "low": max(0.0, middle - half), "high": min(1.0, middle + half)}


def kaplan_meier(times, ended):
    """Returns a row for each time: how many were observed until then, how many ended, and the share that goes on, with a band of 95 %.

    These lines stand in the place of lifelines, which would bring scipy, autograd and formulaic for this one estimate.
    """
    rows, share, spread = [{"time": 0, "at_risk": len(times), "ended": 0, "share": 1.0, "low": 1.0, "high": 1.0}], 1.0, 0.0
    for time in sorted(set(times)):
        at_risk = sum(other >= time for other in times)
        ends = sum(other == time and over for other, over in zip(times, ended))
        share *= 1 - ends / at_risk
        spread += ends / (at_risk * (at_risk - ends)) if at_risk > ends else 0.0
        low = high = share
        if 0 < share < 1:  # Greenwood's variance on the scale log(-log), so that the band stays between 0 and 1
            width = math.exp(Z * math.sqrt(spread) / abs(math.log(share)))
            low, high = share**width, share ** (1 / width)
        rows.append({"time": time, "at_risk": at_risk, "ended": ends, "share": share, "low": low, "high": high})
    return pl.DataFrame(rows, schema={"time": pl.Int64, "at_risk": pl.Int64, "ended": pl.Int64, "share": pl.Float64, "low": pl.Float64, "high": pl.Float64})


def at(curve, time):
    """Returns the row of a curve that holds at a time."""
    return curve.filter(pl.col("time") <= time).row(-1, named=True)


def percent(axis):
    axis.set_major_formatter(lambda value, _: f"{value:.0%}")
