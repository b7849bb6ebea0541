"""Links and citations of papers with polars: `mkdir extracted && python -P polars.py 'papers/*.parquet' extracted/all.parquet`."""

import sys

import polars as pl
import starcite


def main(papers: str, out: str) -> None:
    frame = pl.scan_parquet(papers)
    schema = starcite.extract_batch(pl.DataFrame(schema=frame.collect_schema())).schema  # wrong columns raise here
    frame.map_batches(starcite.extract_batch, schema=schema, streamable=True).sink_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
