"""Links and citations of papers with Sail: `python sail.py sc://127.0.0.1:50051 'papers/*.parquet' extracted/`."""

import sys

import starcite
from pyspark.sql import SparkSession


def main(server: str, papers: str, out: str) -> None:
    spark = SparkSession.builder.remote(server).getOrCreate()
    schema = starcite.schema("papers", nested=True).spark_ddl
    frame = spark.read.parquet(papers)
    starcite.extract_batch(frame.limit(0).toArrow())  # wrong columns raise here, not in a task
    frame.mapInArrow(lambda batches: map(starcite.extract_batch, batches), schema).write.parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
