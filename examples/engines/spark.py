"""Links and citations of papers with Spark: `spark-submit spark.py 'papers/*.parquet' extracted/`."""

import sys

import starcite
from pyspark.sql import SparkSession


def main(papers: str, out: str) -> None:
    spark = SparkSession.builder.appName("starcite").getOrCreate()
    schema = starcite.schema("papers", nested=True).spark_ddl
    frame = spark.read.parquet(papers)
    starcite.extract_batch(frame.limit(0).toArrow())  # wrong columns raise here, not in a task
    frame.mapInArrow(lambda batches: map(starcite.extract_batch, batches), schema).write.parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
