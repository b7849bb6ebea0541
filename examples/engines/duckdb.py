"""Links and citations of papers with DuckDB: `mkdir extracted && python -P duckdb.py 'papers/*.parquet' extracted/all.parquet`."""

import sys

import duckdb
import starcite


def main(papers: str, out: str) -> None:
    # one connection reads while the other one writes
    with duckdb.connect() as reader, duckdb.connect() as writer:
        extracted = starcite.extract_batch(reader.read_parquet(papers))
        writer.execute("COPY (FROM extracted) TO $out (FORMAT parquet)", {"out": out})


if __name__ == "__main__":
    main(*sys.argv[1:])
