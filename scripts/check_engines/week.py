"""The road from what an engine wrote to a week, as docs/ENGINES.md prints it: its tables are those of a run on the texts, byte for byte."""
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
JOIN = 'maintain_order="left")'


def differences(python, papers, extracted, scratch):
    """Runs the page's recipe on the papers and on what was extracted; returns the tables that are not those of the texts."""
    page = (ROOT / "docs/ENGINES.md").read_text(encoding="utf-8")
    recipe = re.search(r"```python\n(papers = pl\.scan_parquet.*?)```", page, flags=re.S)[1]
    pipeline = re.search(r'```toml\n(name = "lake".*?)```', page, flags=re.S)[1]
    of_links, of_texts = scratch / "links", scratch / "texts"
    (of_links / "extracted").mkdir(parents=True)
    of_texts.mkdir()
    (of_links / "papers").symlink_to(papers / "parts")
    (of_links / "extracted/all.parquet").symlink_to(extracted)
    assert JOIN in recipe
    with_sources = recipe.replace(JOIN, JOIN + '.with_columns(sources=pl.lit("jsonl"))')
    subprocess.run([python, "-c", f"import polars as pl\n{with_sources}"], cwd=of_links, check=True)
    texts = f'kind = "jsonl"\npath = "{papers / "papers.jsonl"}"\n'
    of_texts = tables(of_texts, pipeline[: pipeline.index("kind")] + texts)
    of_links = tables(of_links, pipeline)
    return sorted(name for name in of_texts.keys() | of_links.keys() if of_texts.get(name) != of_links.get(name))


def tables(folder, pipeline):
    """Runs a pipeline; returns the bytes of its tables, without the hash of its text."""
    (folder / "lake.toml").write_text(pipeline, encoding="utf-8")
    subprocess.run([ROOT / "target/debug/starcite", "run", "--offline", "lake.toml"], cwd=folder, check=True, capture_output=True)
    (week,) = folder.glob("output/week=*")
    hash = json.loads((week / "manifest.json").read_text(encoding="utf-8"))["pipeline_hash"].encode()
    return {path.name: path.read_bytes().replace(hash, b"") for path in week.glob("*.parquet")}
