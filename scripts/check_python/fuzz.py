#!/usr/bin/env python3
"""Gives random Arrow to the package: every layout of texts, slices, nulls, chunks, broken UTF-8, offsets in disorder, columns of other types, used capsules.

usage: fuzz.py [--seconds N] [--seed N]

There must be no crash, no exception but TypeError, and as many rows out of extract_batch as went in, each with its links or with the reason why not. Runs in
an environment with the package and pyarrow; scripts/check_python/check.py calls it. Prints the seed of what fails.
"""
import argparse
import random
import struct
import sys
import time

import pyarrow as pa
import starcite

PARTS = [
    "https://github.com/rust-lang/cargo", "Code: \\url{https://github.com/a/b\\_c}.", "arXiv:1706.03762", "Our code will be released.", "ü", "𝒳", "\0",
    " ", "\n\n", "http://", "/" * 9, "github.com/" + "x" * 60, "doi.org/10.5281/zenodo.1234567", "&amp;", "%2F", "{\\_}", "huggingface.co/datasets/a/b", ".",
]
NAMES = ["id", "title", "abstract", "comment", "githubRepo", "projectPage", "ID", "Abstract", "other", "paper_id", "", "x\N{SNOWMAN}"]


def text(rng):
    if rng.random() < 0.2:
        return None
    return "".join(rng.choice(PARTS) for _ in range(rng.choice([0, 1, 1, 2, 3, 8, 40])))


def raw_texts(rng, rows, wide):
    """Returns an array of texts from buffers: bytes that are not UTF-8, and offsets in any order within them."""
    values = b"".join(rng.choice([rng.randbytes(rng.randrange(20)), (text(rng) or "").encode()]) for _ in range(rows)) or b"x"
    offsets = [rng.randrange(len(values) + 1) for _ in range(rows)] + [len(values)]
    if rng.random() < 0.5:
        offsets = sorted(offsets[:-1]) + offsets[-1:]
    packed = struct.pack(f"<{rows + 1}{'q' if wide else 'i'}", *offsets)
    nulls = pa.py_buffer(rng.randbytes(rows // 8 + 1)) if rng.random() < 0.3 else None
    return pa.Array.from_buffers(pa.large_string() if wide else pa.string(), rows, [nulls, pa.py_buffer(packed), pa.py_buffer(values)])


def texts(rng, rows):
    layout = rng.randrange(8)
    if layout < 2:
        return raw_texts(rng, rows, wide=layout == 1)
    if layout == 2:
        return pa.nulls(rows)
    around = rng.randrange(3)
    given = [text(rng) for _ in range(rows + 2 * around)]
    kind = rng.choice([pa.string(), pa.large_string(), pa.string_view()])
    array = pa.array(given, kind)
    if layout == 3:
        keys = rng.choice([pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()])
        words = [text(rng) or "" for _ in range(5)]
        indices = pa.array([rng.choice([None, 0, 1, 2, 3, 4]) for _ in given], keys)
        array = pa.DictionaryArray.from_arrays(indices, pa.array(words, rng.choice([pa.string(), pa.large_string()])))
    return array.slice(around, rows)


def others(rng, rows):
    return rng.choice([
        lambda: pa.array([1] * rows, pa.int64()), lambda: pa.array([b"x"] * rows), lambda: pa.array([[CODE] for CODE in ["x"] * rows]),
        lambda: pa.array([{"a": "b"}] * rows), lambda: pa.array([True] * rows), lambda: pa.array([1.5] * rows),
        lambda: pa.RunEndEncodedArray.from_arrays([rows], ["x"]) if rows else pa.nulls(0), lambda: pa.array([None] * rows, pa.decimal128(10, 2)),
    ])()


def batch(rng):
    rows = rng.choice([0, 1, 2, 3, 17])
    count = rng.randrange(1, 6)
    names = rng.sample(NAMES, count) if rng.random() < 0.9 else rng.choices(NAMES, k=count)
    arrays = [others(rng, rows) if rng.random() < (0.5 if name in ("other", "") else 0.03) else texts(rng, rows) for name in names]
    return pa.RecordBatch.from_arrays(arrays, names=names)


class Twice:
    """An object that hands over one capsule again and again."""

    def __init__(self, data):
        self.capsules = data.__arrow_c_array__()

    def __arrow_c_array__(self, requested_schema=None):
        return self.capsules


def once(rng):
    data = batch(rng)
    options = {}
    if rng.random() < 0.3:
        options = {"max_text_bytes": rng.choice([1, 10, 1 << 20]), "max_mentions": rng.choice([1, 2, 3])}
    if rng.random() < 0.2:
        options["columns"] = {rng.choice(["id", "title", "abstract"]): rng.choice(NAMES)}
    if rng.random() < 0.2:
        options["kinds"] = rng.choice([{"repo"}, {"promise", "dataset"}])
    call = rng.randrange(6)
    if call == 0:
        out = starcite.extract_batch(data, **options)
        assert out.num_rows == data.num_rows, (out.num_rows, data.num_rows)
        out.validate(full=True)
        for row in out.to_pylist():
            assert (row["links"] is None) == (row["reject"] is not None) == (row["citations"] is None), row
    elif call == 1:
        found = starcite.links(data, **options)
        found.validate(full=True)
        papers = starcite.extract_batch(data, **options).to_pylist()
        assert found["paper_id"].to_pylist() == [row["paper_id"] for row in papers for _ in row["links"] or []]
    elif call == 2:
        table = pa.Table.from_batches([data, data])
        assert starcite.extract_batch(table, **options).num_rows == table.num_rows
    elif call == 3:
        options.pop("columns", None)
        column = rng.choice(data.columns)
        given = pa.chunked_array([column, column]) if rng.random() < 0.3 else column
        lists = starcite.links_of(given, **options)
        assert len(lists) == len(given)
        lists.validate(full=True)
    elif call == 4:
        options.pop("columns", None)  # texts alone have none
        items = [rng.choice([text(rng), "half \ud800", batch(rng)]) for _ in range(rng.randrange(4))]
        starcite.extract(iter(items), table=rng.choice(["links", "citations", "rejects"]), **options).to_pylist()
    else:
        twice = Twice(data)
        for _ in range(rng.randrange(1, 3)):
            starcite.rejects(twice, **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None, help="one round alone")
    args = parser.parse_args()
    if args.seed is not None:
        return once(random.Random(args.seed))
    first, rounds, refused, end = random.SystemRandom().randrange(1 << 32), 0, 0, time.monotonic() + args.seconds
    while time.monotonic() < end:
        seed = first + rounds
        try:
            once(random.Random(seed))
        except TypeError:
            refused += 1
        except BaseException:  # also a panic of Rust, which is not an Exception
            print(f"fuzz: seed {seed}", file=sys.stderr)
            raise
        rounds += 1
    print(f"fuzz: {rounds} rounds, {refused} of them refused by a TypeError")
    return None


if __name__ == "__main__":
    sys.exit(main())
