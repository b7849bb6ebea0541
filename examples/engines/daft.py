"""Links and citations of papers with Daft: `python -P daft.py 'papers/*.parquet' extracted/`."""

import sys

import daft
import pyarrow as pa
import starcite

ROW = daft.DataType.from_arrow_type(pa.struct(starcite.schema("papers", nested=True).to_pyarrow()))


@daft.func.batch(return_dtype=ROW)
def extract(id: daft.Series, title: daft.Series, abstract: daft.Series, comment: daft.Series) -> pa.Array:
    texts = {"id": id, "title": title, "abstract": abstract, "comment": comment}
    papers = pa.table({name: series.to_arrow() for name, series in texts.items()})
    return starcite.extract_batch(papers).to_struct_array()


def main(papers: str, out: str) -> None:
    frame = daft.read_parquet(papers)
    row = extract(*(frame[name] for name in ("id", "title", "abstract", "comment")))
    frame.select(row.alias("row")).select(daft.col("row").unnest()).write_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
