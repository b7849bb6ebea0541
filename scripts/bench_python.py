#!/usr/bin/env python3
"""Measures the Python package: its speed on one core beside Python's `re` in the same place, its import, its memory on hostile records.

usage: scripts/bench_python.py [--rounds N] [--write]

Installs the wheel of target/wheel (scripts/wheel/build.sh --module) into an environment of its own. The texts are those of ../shared: abstracts as they
are, and long texts made of those without a link, with two that have one in each, as full texts have. Rounds are interleaved; the figures are medians of
process time, with the least and the most. Exits 1 where a bar is missed.
"""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "target/engines"
SPEED = r"""
import re, statistics, sys, time
import pyarrow as pa, pyarrow.parquet as pq, starcite
rounds = int(sys.argv[1])
papers = pa.concat_tables(pq.read_table(path) for path in sys.argv[2:]).combine_chunks()
abstracts = papers["abstract"].to_pylist()
plain = [text for text in abstracts if "/" not in text and "github" not in text.lower()]
linked = [text for text in abstracts if "github.com/" in text]
long = [" ".join(plain[at:at + 40] + [linked[at % len(linked)], linked[(at + 1) % len(linked)]]) for at in range(0, len(plain), 40)]
PATTERN = re.compile(r"(?i)github\.com/[\w.-]+/[\w.-]+")

def by_re(batch):
    ids, found = [], []
    for id, text in zip(batch["id"].to_pylist(), batch["abstract"].to_pylist()):
        for link in PATTERN.findall(text or ""):
            ids.append(id); found.append(link)
    return pa.record_batch({"paper_id": ids, "repo": found})

def seconds(function, batch):
    began = time.process_time(); function(batch); return time.process_time() - began

for name, texts, least, times in (("abstracts", abstracts, 800, 6), ("long texts", long, 2000, 15)):
    batch = pa.record_batch({"id": [str(at) for at in range(len(texts))], "abstract": texts})
    size = sum(len(text.encode()) for text in texts) / 1e6
    took = {starcite.links: [], by_re: []}
    for _ in range(rounds):
        for function in took:
            took[function].append(seconds(function, batch))
    ours, theirs = (statistics.median(took[function]) for function in took)
    spread = ", ".join(f"{size / seconds:.0f}" for seconds in (max(took[starcite.links]), min(took[starcite.links])))
    ok = size / ours >= least and theirs / ours >= times
    print(f"| {name}, {size:.0f} MB in {len(texts)} | {size / ours:.0f} MB/s a core ({spread}) | {least} | {theirs / ours:.1f} times `re` (bar {times}) | {'' if ok else 'SHORT'} |")
"""
IMPORT = """
import re, statistics, subprocess, sys
def took():
    ran = subprocess.run([sys.executable, "-I", "-X", "importtime", "-c", "import starcite"], check=True, capture_output=True, text=True)
    return int(re.search(r"\\| +([0-9]+) \\| starcite$", ran.stderr, flags=re.M)[1]) / 1000
over = statistics.median(took() for _ in range(int(sys.argv[1])))
rss = int(subprocess.run([sys.executable, "-I", "-c", "import starcite, re; print(re.search(r'VmRSS:\\s+([0-9]+)', open('/proc/self/status').read())[1])"],
          check=True, capture_output=True, text=True).stdout) / 1024
print(f"| import | {over:.1f} ms over bare Python | 5 | {rss:.1f} MB RSS (bar 12) | {'' if over <= 5 and rss <= 12 else 'SHORT'} |")
"""
HOSTILE = """
import resource, sys
import pyarrow as pa, starcite
text = {"50 MB": "a text of many words " * 2_500_000, "900,000 links": " ".join(f"https://github.com/o/n{n}" for n in range(900_000))}[sys.argv[1]]
batch = pa.record_batch({"id": ["1", "2"] , "abstract": [text, "Code: github.com/a/b"]})
found = starcite.extract_batch(batch).to_pylist()
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
assert len(found) == 2 and found[0]["reject"] and len(found[1]["links"]) == 1
allowed = starcite.extract_batch(batch, max_text_bytes=1 << 30)
more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"| a record of {sys.argv[1]} | {most:.0f} MB RSS, {found[0]['reject']['reason']} | 600 | {more:.0f} MB with the bound of bytes lifted | {'' if more < 600 else 'SHORT'} |")
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true", help="write the table into docs/BENCHMARKS.md")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT / "scripts/check_engines"))
    import check
    import docs

    folder, papers = TARGET / "python", check.made_papers()
    (wheel,) = (ROOT / "target/wheel").glob("*.whl")
    subprocess.run([check.UV, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
    subprocess.run([check.UV, "pip", "install", "--quiet", "--python", folder / "bin/python", "pyarrow", wheel], check=True)

    def measured(code, *arguments):
        ran = subprocess.run([folder / "bin/python", "-c", code, *map(str, arguments)], check=True, capture_output=True, text=True)
        return ran.stdout

    module = next(folder.rglob("_starcite.abi3.so"))
    size = module.stat().st_size / 1e6
    rows = f"| module | {size:.2f} MB | 2.5 | wheel without the command {wheel.stat().st_size / 1e6:.2f} MB | {'' if size <= 2.5 else 'SHORT'} |\n"
    rows += measured(SPEED, args.rounds, *sorted((papers / "parts").glob("*.parquet"))) + measured(IMPORT, args.rounds)
    rows += measured(HOSTILE, "50 MB") + measured(HOSTILE, "900,000 links")
    table = f"| what | measured | bar | beside | |\n| --- | --- | --- | --- | --- |\n{rows}"
    print(table, end="")
    if args.write:
        docs.write("just bench-python", table)
    return 1 if "SHORT" in rows else 0


if __name__ == "__main__":
    sys.exit(main())
