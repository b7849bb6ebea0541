#!/usr/bin/env python3
"""Measures the reading speed of each source: its sample repeated to a gigabyte, papers parsed and their links found. Prints the table of docs/BENCHMARKS.md.

usage: scripts/python scripts/bench_sources.py [GIGABYTES] [--only SOURCE …]

A run at a quarter of the size shows whether memory grows with the input. Needs ../shared, zstd, GNU time and a release build; leaves out a source without its
sample, with a note.
"""
import argparse
import glob
import io
import itertools
import json
import pathlib
import re
import subprocess
import sys
from csv import writer as csv_writer

from bench_scale import BENCH, ROOT, STARCITE

SHARED = ROOT.parent / "shared"
DATA = SHARED / "data"
TARGET_MB_A_SECOND = 50


def main():
    args = argparse.ArgumentParser()
    args.add_argument("gigabytes", nargs="?", type=float, default=1.0)
    args.add_argument("--only", nargs="*", default=[])
    args = args.parse_args()
    if not DATA.exists():
        sys.exit(print("bench_sources: ../shared is not here: nothing to measure with") or 0)
    BENCH.mkdir(parents=True, exist_ok=True)
    print("| source | input | MB a second and core | time | memory | memory at a quarter | rejects |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name, kind, sample in samples():
        if args.only and name not in args.only and kind not in args.only:
            continue
        records, form = sample()
        quarter = measure(kind, records, form, args.gigabytes / 4)
        whole = measure(kind, records, form, args.gigabytes)
        speed = whole["bytes"] / 1e6 / whole["cpu"]
        note = "" if speed >= TARGET_MB_A_SECOND else " (short)"
        print(
            f"| `{kind}` | {name} | {speed:.0f}{note} | {whole['wall']:.1f} s | {whole['memory']:.0f} MB | {quarter['memory']:.0f} MB | {whole['rejects']} |",
            flush=True,
        )


def samples():
    """Returns the samples: name, kind of source, and a function that returns records and the form in which they are repeated."""
    own = DATA / "sources"
    yield "snapshot", "arxiv-snapshot", lambda: lines(zstd(DATA / "arxiv_snapshot_32k.jsonl.zst"))
    yield "daily lists", "hf-daily", lambda: array(*sorted(glob.glob(str(DATA / "hf_daily" / "*.json"))))
    yield "search replies", "hf-search", lambda: array(own / "hf_paper_search.json", own / "hf_paper_search_manyauthors.json")
    yield "a page's text", "hf-page", lambda: text(*sorted(glob.glob(str(SHARED / "seeds" / "*.txt"))))
    yield "arXivRaw", "arxiv-oai", lambda: xml("record", DATA / "arxiv_oai_chunk.xml")
    yield "arXiv", "arxiv-oai", lambda: xml("record", own / "oai_arxiv_listrecords.xml")
    yield "replies", "arxiv-atom", lambda: xml("entry", own / "arxiv_atom.xml")
    yield "works", "openalex", lambda: lines((own / "openalex_works.jsonl").read_bytes())
    yield "page", "openalex", lambda: items(own / "openalex_page.json", "results")
    yield "papers", "semantic-scholar", lambda: lines((own / "semantic_scholar_papers.jsonl").read_bytes())
    yield "search", "semantic-scholar", lambda: items(own / "semantic_scholar_search.json", "data")
    yield "batch", "semantic-scholar", lambda: array(own / "semantic_scholar_batch.json")
    yield "works", "crossref", lambda: lines((own / "crossref_works.jsonl").read_bytes())
    yield "page", "crossref", lambda: items(own / "crossref_page.json", "message", "items")
    yield "public data", "crossref", lambda: items(own / "crossref_public_data_file.json", "items")
    yield "links", "pwc", lambda: array(own / "pwc_links.json")
    yield "papers", "pwc", lambda: array(own / "pwc_papers.json")
    yield "library", "bibtex", lambda: text(own / "library.bib")
    yield "DOIs", "datacite", lambda: lines((own / "datacite_dois.jsonl").read_bytes())
    yield "hits", "zenodo", lambda: items(own / "zenodo_search_hits.json", "hits", "hits")
    yield "records of one's own", "jsonl", lambda: lines(own_records())
    yield "observations", "observations", lambda: csv((DATA / "repo_facts.csv").read_bytes())
    yield "CSV", "table", lambda: csv(own_table())
    yield "Parquet, as CSV", "table", lambda: csv(own_table(), "sink_parquet")
    yield "Arrow, as CSV", "table", lambda: csv(own_table(), "sink_ipc")


def zstd(path):
    return subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout


def own_records():
    """Returns the snapshot as records of the kind `jsonl`."""
    records = map(json.loads, zstd(DATA / "arxiv_snapshot_32k.jsonl.zst").splitlines())
    keep = ({"id": f"arxiv:{r['id']}", "title": r["title"], "abstract": r["abstract"], "comment": r["comments"]} for r in records)
    return b"".join(json.dumps(record).encode() + b"\n" for record in keep)


def own_table():
    """Returns the snapshot as CSV, a row a line."""
    out = io.StringIO()
    rows = csv_writer(out, lineterminator="\n")
    rows.writerow(["id", "title", "abstract", "comment", "published"])
    for record in map(json.loads, zstd(DATA / "arxiv_snapshot_32k.jsonl.zst").splitlines()):
        texts = [" ".join((record[name] or "").split()) for name in ("title", "abstract", "comments")]
        rows.writerow([f"arxiv:{record['id']}", *texts, record["update_date"]])
    return out.getvalue().encode()


# A form: the text before, between and after the records.
def lines(content):
    return [line + b"\n" for line in content.splitlines() if line.strip()], (b"", b"", b"")


def text(*paths):
    return [pathlib.Path(path).read_bytes() + b"\n\n" for path in paths], (b"", b"", b"")


def array(*paths):
    records = itertools.chain.from_iterable(json.loads(pathlib.Path(path).read_text()) for path in paths)
    return [json.dumps(record).encode() for record in records], (b"[", b",\n", b"]")


def items(path, *keys):
    """Returns the records at a path of keys, with the reply around them as form."""
    reply = json.loads(path.read_text())
    records = reply
    for key in keys:
        records = records[key] if isinstance(records, dict) else records
    if not isinstance(reply, dict):
        return array(path)
    hole = reply
    for key in keys[:-1]:
        hole = hole[key]
    hole[keys[-1]] = ["@records@"]
    before, after = json.dumps(reply).split('"@records@"')
    return [json.dumps(record).encode() for record in records], (before.encode(), b",\n", after.encode())


def xml(element, path):
    content = path.read_bytes()
    records = re.findall(rb"<%b[ >].*?</%b>" % ((element.encode(),) * 2), content, re.DOTALL)
    return records, (content[: content.index(records[0])], b"\n", content[content.rindex(records[-1]) + len(records[-1]):])


def csv(content, sink=None):
    """Returns the rows of a CSV; `sink` is the polars method that makes another table of it. The size is still that of the CSV."""
    head, *rows = content.splitlines(keepends=True)
    return rows, (head, b"", b"", sink)


def measure(kind, records, form, gigabytes):
    path = BENCH / "source.input"
    size = write(path, records, form, gigabytes * 1e9)
    usage = BENCH / "source.usage"
    command = ["/usr/bin/time", "-f", "%e %U %S %M", "-o", usage, STARCITE, "extract", "--from", kind, path]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"bench_sources: {kind} ended with {done.returncode}: {done.stderr[-500:]}")
    wall, user, system, kilobytes = map(float, usage.read_text().split()[-4:])
    rejects = re.search(r"([\d,]+) (?:records? )?rejected", done.stderr)
    path.unlink()
    return {"bytes": size, "wall": wall, "cpu": user + system, "memory": kilobytes / 1000, "rejects": rejects.group(1) if rejects else 0}


def write(path, records, form, size):
    """Repeats records until they have the size; returns the size."""
    before, between, after, *sink = form
    once = between.join(records)
    with open(path, "wb") as out:
        out.write(before + once)
        while out.tell() + len(after) < size:
            out.write(between + once)
        out.write(after)
    written = path.stat().st_size
    if any(sink):
        table = path.with_suffix(".csv")
        path.rename(table)
        convert = f"import polars, sys; polars.scan_csv(sys.argv[1]).{sink[0]}(sys.argv[2])"
        subprocess.run([sys.executable, "-c", convert, table, path], check=True)
        table.unlink()
    return written


if __name__ == "__main__":
    main()
