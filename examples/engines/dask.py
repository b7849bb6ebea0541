"""Links and citations of papers with Dask: `python -P dask.py tcp://127.0.0.1:8786 'papers/*.parquet' extracted/`."""

import sys

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
import starcite
from dask.distributed import Client


def extract(frame: pd.DataFrame) -> pd.DataFrame:
    papers = pa.Table.from_pandas(frame, preserve_index=False)
    return starcite.extract_batch(papers).to_pandas(types_mapper=pd.ArrowDtype)


def main(scheduler: str, papers: str, out: str) -> None:
    with Client(scheduler):
        frame = dd.read_parquet(papers, dtype_backend="pyarrow")
        schema = starcite.schema("papers", nested=True).to_pyarrow()
        frame.map_partitions(extract, meta=extract(frame._meta)).to_parquet(out, schema=schema)


if __name__ == "__main__":
    main(*sys.argv[1:])
