#!/usr/bin/env python3
"""Measures jobs of the package on Spark and Ray beside the same jobs with a function that does nothing, on 2 GB of texts; and one worker beside two.

usage: scripts/bench_engines.py [--gigabytes N] [--rounds N] [--write] [ENGINE…]

The functions take turns in one session of a cluster on loopback (scripts/check_engines): `identity` gives the batch back, `ids` only its ids; `links` gives
a row a link, `extract_batch` a row a paper. Each worker has a core of its own, which it shares with the driver. --write puts the table into docs/BENCHMARKS.md. Needs the environments that scripts/check_engines/check.py makes, and some gigabytes of disk.
"""
import argparse
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts/check_engines"))
import check  # noqa: E402
import docs  # noqa: E402
from engines import ENGINES, SPARK  # noqa: E402

FUNCTIONS = '''
import sys, time, starcite
papers, rounds = sys.argv[1], int(sys.argv[2])
def identity(batch):
    return batch
def ids(batch):
    return batch.select(["id"])
ids_ddl = "id STRING"
texts_ddl = "id STRING, title STRING, abstract STRING, comment STRING"
functions = [
    (identity, texts_ddl),
    (ids, ids_ddl),
    (starcite.links, starcite.schema("links").spark_ddl),
    (starcite.extract_batch, starcite.schema("papers", nested=True).spark_ddl),
]
def cpu():
    with open("/proc/stat") as stat:  # user, nice, system; of every process of the machine, in hundredths of a second
        return sum(map(int, stat.readline().split()[1:4])) / 100
def take_turns(job):
    for round in range(rounds + 1):
        for function, ddl in functions:
            began, used = time.monotonic(), cpu()
            job(function, ddl)
            if round:  # the first one warms up
                print("seconds", function.__name__, time.monotonic() - began, cpu() - used, flush=True)
'''
SPARK_JOB = FUNCTIONS + '''
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
frame = spark.read.parquet(papers)
take_turns(lambda function, ddl: frame.mapInArrow(lambda batches: map(function, batches), ddl).write.format("noop").mode("overwrite").save())
'''
RAY_JOB = FUNCTIONS + '''
import pyarrow as pa, ray
def count(batch):
    return pa.table({"rows": [len(batch)]})
def job(function, _):
    dataset = ray.data.read_parquet(papers).map_batches(function, batch_format="pyarrow", zero_copy_batch=True)
    assert dataset.map_batches(count, batch_format="pyarrow").sum("rows") > 0
take_turns(job)
'''


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("engines", nargs="*", choices=[[], "spark", "ray"], metavar="ENGINE", help="spark, ray; both by default")
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write the table into docs/BENCHMARKS.md")
    args = parser.parse_args()
    papers, size = copies(args.gigabytes)
    print(f"{size / 1e9:.1f} GB of texts, {args.rounds} rounds in turn; medians of seconds, with the least and the most")
    rows = []
    for name in args.engines or ["spark", "ray"]:
        for workers in (2, 1):
            rows.append(one(name, workers, papers, args.rounds))
            print(rows[-1], flush=True)
    if args.write:
        docs.write("just bench-engines", table(rows))
    print(table(rows), end="")


def table(rows):
    """Returns the table; each engine has a row for two workers, and then one for one."""
    lines = ["| engine, workers | identity | ids | `links` | `extract_batch` | to identity | CPU time to identity's | one worker's time to two's |", "| --- " * 8 + "|"]
    for (name, workers, took, used), (_, _, of_one, _) in zip(rows, [rows[at | 1] for at in range(len(rows))]):
        median = statistics.median
        shown = " | ".join(f"{median(seconds):.1f} ({min(seconds):.1f}–{max(seconds):.1f})" for seconds in took.values())
        to_identity = [", ".join(f"{median(of[name]) / median(of['identity']):.2f}" for name in ("links", "extract_batch")) for of in (took, used)]
        scaling = ", ".join(f"{name} {median(of_one[name]) / median(took[name]):.2f}" for name in ("identity", "links")) if workers == 2 else ""
        lines.append(f"| {name}, {workers} | {shown} | {to_identity[0]} | {to_identity[1]} | {scaling} |")
    return "\n".join(lines) + "\n"


def copies(gigabytes):
    """Makes enough copies of the papers, each with ids of its own, in files of some 50 MB of texts."""
    import pyarrow
    import pyarrow.compute
    import pyarrow.parquet

    folder = check.TARGET / f"large-{gigabytes}"
    given = pyarrow.concat_tables(pyarrow.parquet.read_table(path) for path in sorted((check.made_papers() / "parts").glob("*.parquet")))
    each = sum(given[name].nbytes for name in ("title", "abstract", "comment"))
    count = -(-int(gigabytes * 1e9) // each)
    folder.mkdir(parents=True, exist_ok=True)
    for copy in range(count):
        path = folder / f"part-{copy:03}.parquet"
        if not path.exists():
            ids = pyarrow.compute.binary_join_element_wise(given["id"], f"copy-{copy}", "/")
            pyarrow.parquet.write_table(given.set_column(0, "id", ids), path.with_suffix(".tmp"), compression="zstd")
            path.with_suffix(".tmp").rename(path)
    return folder, count * each


def one(name, workers, papers, rounds):
    """Returns the name of an engine, the number of workers, and of each function the seconds, and the seconds of CPU time on all cores."""
    engine, folder = ENGINES[name], check.environment(name)
    scratch = check.TARGET / "scratch" / f"bench-{name}"
    scratch.mkdir(parents=True, exist_ok=True)
    job = scratch / "job.py"
    job.write_text(SPARK_JOB if name == "spark" else RAY_JOB)
    with check.cluster(engine, folder, scratch, pinned=True) as running:
        if name == "ray" and workers == 1:
            running.processes.pop().terminate()
        command = [folder / "bin/python", job]
        if name == "spark":
            options = ["--conf", f"spark.cores.max={workers}", "--conf", "spark.ui.enabled=false", "--executor-memory", "900m", "--driver-memory", "900m"]
            command = [folder / "bin/spark-submit", "--master", SPARK, *options, job]
        with open(scratch / "job.log", "w+", encoding="utf-8") as log:
            subprocess.run([*map(str, command), str(papers), str(rounds)], env=running.env, cwd=scratch, stdout=log, stderr=log, check=True)
            log.seek(0)
            lines = [line.split() for line in log if line.startswith("seconds ")]
    names = ("identity", "ids", "links", "extract_batch")
    took, used = ({function: [float(line[at]) for line in lines if line[1] == function] for function in names} for at in (2, 3))
    return name, workers, took, used


if __name__ == "__main__":
    sys.exit(main())
