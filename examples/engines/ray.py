"""Links and citations of papers with Ray Data: `python -P ray.py papers/ extracted/`."""

import sys

import ray
import starcite


def main(papers: str, out: str) -> None:
    dataset = ray.data.read_parquet(papers)
    starcite.extract_batch(dataset.schema().base_schema.empty_table())  # wrong columns raise here, not in a task
    dataset.map_batches(starcite.extract_batch, batch_format="pyarrow", zero_copy_batch=True).write_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
