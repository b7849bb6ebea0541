"""Tests of the package with every library that it is for. `scripts/check_python/check.py` runs them; so does `python -m unittest` where all are installed."""

import doctest
import inspect
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import typing
import unittest

import arro3.core
import duckdb
import nanoarrow
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import starcite
import starcite.typing

CODE = "Über: https://github.com/rust-lang/cargo and arXiv:1706.03762."
PAPERS = {"id": ["1", "2", "3", "4"], "abstract": [CODE, None, "No code.", "x" * 40 + CODE], "comment": [None, "github.com/a/b", "", None]}
STARCITE = os.environ.get("STARCITE", "starcite")


def rows(result):
    return pa.table(result).to_pylist()


def batch(**columns):
    return pa.record_batch({"id": ["1"], **columns})


class Libraries(unittest.TestCase):
    def test_every_library_gets_the_same_rows_in_its_own_form(self):
        table = pa.table(PAPERS)
        expected = rows(starcite.links(table))
        self.assertEqual([(row["paper_id"], row["repo"]) for row in expected],
                         [("1", "github.com/rust-lang/cargo"), ("2", "github.com/a/b"), ("4", "github.com/rust-lang/cargo")])
        given = {
            "a record batch": (table.combine_chunks().to_batches()[0], pa.RecordBatch),
            "a table of chunks": (pa.concat_tables([table.slice(0, 1), table.slice(1)]), pa.Table),
            "a reader": (table.to_reader(max_chunksize=2), pa.RecordBatchReader),
            "a polars frame": (pl.DataFrame(table), pl.DataFrame),
            "a pandas frame": (table.to_pandas(), pd.DataFrame),
            "a duckdb relation": (duckdb.from_arrow(table), starcite.RowStream),
            "an arro3 table": (arro3.core.Table.from_arrow(table), starcite.RowStream),
            "an arro3 batch": (arro3.core.RecordBatch.from_arrow(table.combine_chunks().to_batches()[0]), starcite.Rows),
            "a nanoarrow stream": (nanoarrow.ArrayStream(table), starcite.RowStream),
        }
        for name, (data, kind) in given.items():
            with self.subTest(name):
                found = starcite.links(data)
                self.assertIsInstance(found, kind)
                self.assertEqual(rows(found), expected)

    def test_the_result_goes_to_every_library(self):
        papers = starcite.extract_batch(arro3.core.RecordBatch.from_arrow(batch(abstract=[CODE])))
        self.assertEqual(len(papers), 1)
        links = starcite.links(arro3.core.RecordBatch.from_arrow(batch(abstract=[CODE])))
        repos = [
            pl.DataFrame(links)["repo"].to_list(),
            pa.record_batch(links)["repo"].to_pylist(),
            pd.DataFrame.from_arrow(links)["repo"].to_list(),
            [repo for (repo,) in duckdb.sql("SELECT repo FROM links").fetchall()],
            arro3.core.RecordBatch.from_arrow(links)["repo"].to_pylist() if hasattr(arro3.core.Array, "to_pylist") else pa.array(arro3.core.RecordBatch.from_arrow(links)["repo"]).to_pylist(),
            [row["repo"] for row in links.to_pylist()],
        ]
        self.assertEqual(repos, [["github.com/rust-lang/cargo"]] * len(repos))

    def test_texts_of_every_layout_and_slices_are_read(self):
        texts = ["no", CODE, None, "", "x" * 30 + " " + CODE]
        types = [pa.string(), pa.large_string(), pa.string_view()]
        arrays = [pa.array(["before", *texts, "after"], kind).slice(1, len(texts)) for kind in types]
        arrays += [pa.array(["before", *texts]).dictionary_encode().slice(1), pa.array(pd.Categorical(texts))]
        arrays += [pl.Series(texts).to_arrow(), pl.Series(texts, dtype=pl.Categorical).to_arrow()]
        for array in arrays:
            with self.subTest(array.type):
                lists = starcite.links_of(array).to_pylist()
                self.assertEqual([None if links is None else len(links) for links in lists], [0, 1, 0, 0, 1])
                found = starcite.links(pa.record_batch({"id": [str(n) for n in range(5)], "abstract": array}))
                self.assertEqual(found["paper_id"].to_pylist(), ["1", "4"])

    def test_spans_count_bytes_of_the_text_that_was_handed_over(self):
        for text in (CODE, f"  \n{CODE}", f"{'é' * 9} {CODE} "):
            (link,) = rows(starcite.links(batch(abstract=[text])))
            self.assertEqual(text.encode()[link["start"]:link["end"]].decode(), link["raw"])

    def test_lists_have_32_bit_offsets_for_spark(self):
        kinds = [starcite.extract_batch(pa.record_batch({name: texts[:0] for name, texts in PAPERS.items()})).schema, starcite.links(pl.DataFrame(PAPERS).to_arrow()).schema]
        for schema in kinds:
            self.assertNotIn("large", str(schema))

    def test_texts_alone_are_numbered_papers_whatever_holds_them(self):
        for texts in (pa.array([None, CODE]), pa.chunked_array([[None], [CODE]], pa.string()), pl.Series([None, CODE]), pd.Series([None, CODE], dtype="string[pyarrow]")):
            with self.subTest(type(texts)):
                self.assertEqual([(row["paper_id"], row["repo"]) for row in rows(starcite.links(texts))], [("1", "github.com/rust-lang/cargo")])
                lists = starcite.links_of(texts)
                self.assertEqual([len(links) for links in (lists.to_list() if isinstance(lists, pl.Series) else lists.to_pylist())], [0, 1])

    def test_objects_that_hold_no_papers_are_refused_by_their_types(self):
        cases = [
            (starcite.links, 5, "int"), (starcite.links, "text", "str"), (starcite.links, pl.LazyFrame(PAPERS), "LazyFrame"),
            (starcite.extract, {"abstract": [CODE]}, "dict"), (starcite.extract, [5], "int"), (starcite.extract, b"bytes", "bytes"), (starcite.extract, pl.LazyFrame(PAPERS), "collect"), (starcite.links_of, None, "NoneType"),
            (starcite.links, pa.array([1]), "int64"), (starcite.links, pa.table({"id": [1], "abstract": [CODE]}), "int64"),
            (starcite.links, pa.table({"id": ["1"], "abstract": [b"bytes"]}), "binary"), (starcite.links_of, pa.array([[CODE]]), "list"),
            (starcite.links_of, pa.chunked_array([], pa.int64()), "int64"), (starcite.links, pa.table({"id": ["1"], "paper_id": ["2"], "abstract": [CODE]}), "may be the id"),
            (starcite.links, pl.DataFrame({"id": ["1"], "abstract": [[None]]}), "abstract.*list"),
            (starcite.links, pa.table([pa.array(["1"]), pa.array([CODE]), pa.array([CODE])], names=["id", "abstract", "abstract"]), "abstract"),
        ]
        for function, data, name in cases:
            with self.subTest(name), self.assertRaisesRegex(TypeError, name):
                function(data)


class Records(unittest.TestCase):
    def test_a_record_that_cannot_be_used_has_its_reason_and_costs_no_row(self):
        bad = pa.Array.from_buffers(pa.string(), 4, [None, pa.py_buffer(b"\0\0\0\0\4\0\0\0\6\0\0\0\6\0\0\0\7\0\0\0"), pa.py_buffer(b"\xff\xfe\0xfine!")])
        texts = pa.record_batch({"id": pa.array(["1", None, "3", "4"]), "abstract": bad})
        found = starcite.extract_batch(texts, max_text_bytes=1 << 20)
        self.assertEqual([(row["paper_id"], row["reject"] and row["reject"]["reason"]) for row in found.to_pylist()],
                         [("1", "invalid UTF-8"), (None, "neither an id nor a title"), ("3", None), ("4", None)])
        self.assertEqual(starcite.rejects(texts).num_rows, 2)
        nowhere = pa.DictionaryArray.from_arrays(pa.array([0, 7, -1, None], pa.int8()), pa.array([CODE]), safe=False)
        self.assertEqual([None if links is None else len(links) for links in starcite.links_of(nowhere).to_pylist()], [1, None, None, 0])
        self.assertEqual(starcite.links_of(bad).to_pylist()[0], None)

    def test_bounds_reject_a_paper_and_no_other(self):
        texts = pa.record_batch({"id": ["1", "2", "3"], "abstract": ["x" * 100, " ".join(f"github.com/o/n{n}" for n in range(5)), CODE]})
        found = starcite.extract_batch(texts, max_text_bytes=99, max_mentions=4).to_pylist()
        self.assertEqual([row["reject"] and row["reject"]["reason"] for row in found], ["longer than 99 bytes", "more than 4 mentions", None])

    def test_a_paper_that_is_rejected_for_its_citations_has_no_links_and_the_other_way_round(self):
        papers = pa.record_batch({"id": ["1", "2"], "abstract": [f"{CODE} arXiv:1810.04805, arXiv:2005.14165.", " ".join(f"github.com/o/n{n}" for n in range(3))]})
        for function in (starcite.links, starcite.citations):
            self.assertEqual(function(papers, max_mentions=2).num_rows, 0)
        self.assertEqual(starcite.rejects(papers, max_mentions=2)["paper_id"].to_pylist(), ["1", "2"])
        self.assertEqual(starcite.links_of(papers["abstract"], max_mentions=2).to_pylist(), [None, None])

    def test_texts_without_ids_are_numbered(self):
        found = starcite.extract(["No.", None, CODE, "half a pair: \ud800", CODE])
        self.assertEqual([row["paper_id"] for row in found.to_pylist()], ["2", "4"])
        self.assertEqual(starcite.extract(["half a pair: \ud800"], table="rejects").to_pylist()[0]["reason"], "invalid UTF-8")
        many = starcite.extract(CODE if n % 1000 == 0 else "" for n in range(5000))
        self.assertEqual([row["paper_id"] for row in many.to_pylist()], [str(n) for n in range(0, 5000, 1000)])
        self.assertEqual([row["paper_id"] for row in rows(starcite.extract(pl.Series([None, CODE])))], ["1"])

    def test_options_that_do_not_exist_are_refused(self):
        one = batch(abstract=[CODE])
        for options, word in [({"kinds": ["repos"]}, "repos"), ({"kinds": []}, "empty"), ({"columns": {"abstrakt": "x"}}, "abstrakt"), ({"columns": {"abstract": "x", "title": "x"}}, "two")]:
            with self.subTest(word), self.assertRaisesRegex(ValueError, word):
                starcite.links(one, **options)
        with self.assertRaisesRegex(TypeError, "summary"):
            starcite.links(one, columns={"abstract": "summary"})
        with self.assertRaisesRegex(ValueError, "tables"):
            starcite.extract("", table="tables")
        with self.assertRaisesRegex(ValueError, "texts alone have none"):
            starcite.extract([CODE], columns={"abstract": "summary"})
        for options in ({"max_text_bytes": True}, {"max_mentions": 1.5}, {"max_mentions": None}, {"columns": 5}, {"columns": {"abstract": 1}}, {"kinds": 5}, {"kinds": [1]}):
            ((name, value),) = options.items()
            with self.subTest(name), self.assertRaisesRegex(TypeError, f"{name} is {value}".replace("[", "\\[")):
                starcite.links(one, **options)
        for value in (0, -1, 1 << 64):
            with self.assertRaisesRegex(ValueError, f"max_mentions is {value}"):
                starcite.links(one, max_mentions=value)
        with self.assertRaisesRegex(TypeError, "nested=1"):
            starcite.schema("links", nested=1)
        with self.assertRaisesRegex(ValueError, "rows"):
            starcite.links_of(pa.array([CODE]), title=pa.array(["a", "b"]))

    def test_a_column_may_be_called_otherwise_and_kinds_are_chosen(self):
        papers = pa.table({"key": ["a"], "summary": [f"{CODE} https://huggingface.co/a/b"]})
        found = starcite.links(papers, columns={"id": "key", "abstract": "summary"}, kinds={"repo"})
        self.assertEqual([(row["paper_id"], row["kind"]) for row in found.to_pylist()], [("a", "repo")])
        self.assertEqual(set(starcite.links(papers, columns={"id": "key", "abstract": "summary"}, kinds="model")["kind"].to_pylist()), {"model"})


class Streams(unittest.TestCase):
    def test_a_generator_that_raises_ends_the_stream_with_its_message(self):
        def batches():
            yield batch(abstract=[CODE])
            raise OSError("the disk \0 has gone")

        with self.assertRaisesRegex(Exception, "the disk .* has gone"):
            pa.table(starcite.extract(batches()))
        with self.assertRaisesRegex(OSError, "the disk"):
            starcite.extract(batches()).to_pylist()

    def test_what_is_wrong_with_the_first_item_is_raised_at_once(self):
        with self.assertRaisesRegex(TypeError, "int64"):
            starcite.extract(iter([pa.record_batch({"id": [1], "abstract": [CODE]})]))
        with self.assertRaisesRegex(TypeError, "no column is called title"):
            starcite.extract(pa.table({"id": []}, schema=pa.schema([("id", pa.string())])))

    def test_a_schema_that_changes_is_read_if_it_can_be_and_else_named(self):
        more = pa.record_batch({"id": pa.array(["2"], pa.large_string()), "title": ["github.com/a/b"]})
        found = starcite.extract([batch(abstract=[CODE]), more, pl.DataFrame({"id": ["3"], "comment": [CODE]})])
        self.assertEqual([row["paper_id"] for row in rows(found)], ["1", "2", "3"])
        with self.assertRaisesRegex(Exception, "\"id\".*int64"):
            rows(starcite.extract([batch(abstract=[CODE]), pa.record_batch({"id": [2], "abstract": [CODE]})]))

    def test_a_consumer_may_stop_early_and_a_stream_is_read_once(self):
        taken = []

        def batches():
            for number in range(100):
                taken.append(number)
                yield batch(abstract=[CODE])

        stream = starcite.extract(batches())
        reader = pa.RecordBatchReader.from_stream(stream)
        reader.read_next_batch()
        reader.close()
        del reader
        self.assertLess(len(taken), 5)
        with self.assertRaisesRegex(ValueError, "read before"):
            pa.table(stream)

    def test_a_generator_ends_when_its_consumer_does(self):
        ended = []

        def batches():
            try:
                while True:
                    yield batch(abstract=[CODE])
            finally:
                ended.append(True)

        reader = pa.RecordBatchReader.from_stream(starcite.extract(batches()))
        reader.read_next_batch()
        reader.close()
        del reader
        self.assertEqual(ended, [True])

    def test_an_interrupt_ends_a_call_and_reaches_python_through_another_library(self):
        for consumer in (starcite.RowStream.to_pylist, pa.table):
            timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
            with self.subTest(consumer), self.assertRaises(KeyboardInterrupt):
                timer.start()
                try:
                    consumer(starcite.extract(itertools.repeat("No code.")))
                except pa.ArrowInvalid:
                    for _ in range(100):
                        pass
            timer.join()

    def test_columns_of_polars_that_hold_only_nulls_are_read(self):
        frame = pl.DataFrame({"id": ["1"], "abstract": [CODE], "comment": [None], "other": [[None]], "wide": pl.Series([1], dtype=pl.Int128)})
        for function in (starcite.links, starcite.citations, starcite.rejects, starcite.extract_batch):
            self.assertTrue(function(frame).equals(function(frame.select("id", "abstract"))))
        self.assertEqual(len(rows(starcite.extract([frame, frame]))), 2)
        self.assertEqual(starcite.links_of(pl.Series([None, None])).to_list(), [[], []])
        self.assertEqual(starcite.links(pl.DataFrame({"id": [], "abstract": []})).height, 0)

    def test_a_frame_without_rows_is_a_table_without_rows(self):
        empty = pa.table({name: pa.array([], pa.string()) for name in PAPERS})
        for function in (starcite.links, starcite.citations, starcite.rejects, starcite.extract_batch):
            self.assertEqual(function(empty).num_rows, 0)
            self.assertEqual(function(pl.DataFrame(empty)).height, 0)
        self.assertEqual(starcite.links(pa.table(empty.schema.empty_table())).schema, starcite.schema("links").to_pyarrow())

    def test_a_capsule_that_was_used_is_refused(self):
        class Twice:
            def __init__(self, capsules):
                self.capsules = capsules

            def __arrow_c_array__(self, requested_schema=None):
                return self.capsules

        class Stream(Twice):
            __arrow_c_array__ = property()

            def __arrow_c_stream__(self, requested_schema=None):
                return self.capsules

        for twice in (Twice(batch(abstract=[CODE]).__arrow_c_array__()), Stream(pa.table(PAPERS).__arrow_c_stream__())):
            self.assertTrue(rows(starcite.links(twice)))
            with self.assertRaisesRegex(TypeError, "used before"):
                starcite.links(twice)
        for wrong in (None, (), (1, 2), batch(abstract=[CODE]).__arrow_c_array__()[::-1]):
            with self.subTest(wrong), self.assertRaises(TypeError):
                starcite.links(Twice(wrong))

    def test_two_at_once_work_and_another_thread_goes_on(self):
        big, seen = pa.table({"id": [str(n) for n in range(20_000)], "abstract": [CODE * 5] * 20_000}), []
        threads = [threading.Thread(target=lambda: seen.append(starcite.links(big).num_rows)) for _ in range(2)]
        steps = 0
        [thread.start() for thread in threads]
        while any(thread.is_alive() for thread in threads):
            steps += 1
        self.assertEqual(seen, [20_000, 20_000])
        self.assertGreater(steps, 100)


class Processes(unittest.TestCase):
    def test_a_call_starts_no_thread_and_a_fork_after_it_works(self):
        before = len(os.listdir("/proc/self/task"))
        starcite.links(pa.table(PAPERS))
        self.assertEqual(len(os.listdir("/proc/self/task")), before)
        code = f"import os, starcite; starcite.extract({CODE!r}).to_pylist(); pid = os.fork(); rows = starcite.extract({CODE!r}).to_pylist()\n"
        code += "if pid == 0: os._exit(len(rows))\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), len(rows))"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual(ran.stdout.split(), ["1", "1"])

    def test_the_import_loads_no_other_library(self):
        code = "import sys, starcite; print(sorted({'pyarrow', 'pandas', 'numpy', 'polars', 'typing'} & set(sys.modules)))"
        ran = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {[p for p in sys.path if p]!r}\n{code}"], capture_output=True, text=True, check=True)
        self.assertEqual(ran.stdout.strip(), "[]")

    def test_the_command_runs_in_place_of_the_process(self):
        ran = subprocess.run([sys.executable, "-m", "starcite", "--version"], capture_output=True, text=True)
        self.assertEqual((ran.returncode, ran.stdout.split()[0]), (0, "starcite"), ran.stderr)
        process = subprocess.Popen([sys.executable, "-m", "starcite", "extract", "--from", "jsonl", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        self.assertNotEqual(process.returncode, 0)


class Columns(unittest.TestCase):
    def test_the_columns_are_those_of_the_command_line(self):
        said = json.loads(subprocess.run([STARCITE, "schema", "--json"], check=True, capture_output=True, text=True).stdout)
        tables = {table["name"]: {column["name"]: column for column in table["columns"]} for table in said["tables"]}
        self.assertEqual(said["schema_version"], starcite.SCHEMA_VERSION)
        for name in ("links", "citations", "rejects", "papers"):
            for column in starcite.schema(name).columns:
                theirs = tables[name][column["name"]]
                self.assertEqual({key: column[key] for key in ("type", "unit", "meaning")}, {key: theirs[key] for key in ("type", "unit", "meaning")})
        self.assertEqual(starcite.schema("papers").names, list(tables["papers"]))

    def test_the_rows_are_those_of_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "papers.jsonl")
            path.write_text("".join(json.dumps({"id": id, "abstract": abstract}) + "\n" for id, abstract in zip(PAPERS["id"], PAPERS["abstract"])))
            for table, options in (("links", []), ("citations", ["--citations"])):
                ran = subprocess.run([STARCITE, "extract", "--from", "jsonl", *options, path], check=True, capture_output=True, text=True)
                theirs = [json.loads(line) for line in ran.stdout.splitlines()]
                ours = getattr(starcite, table)(pa.table({"id": PAPERS["id"], "abstract": PAPERS["abstract"]})).to_pylist()
                self.assertEqual(ours, theirs)
                self.assertEqual(list(ours[0]), list(theirs[0]))

    def test_kinds_for_annotations_are_those_of_the_table(self):
        kind = next(column for column in starcite.schema("links").columns if column["name"] == "kind")
        self.assertEqual(list(typing.get_args(starcite.typing.Kind)), kind["values"])

    def test_ddl_is_what_duckdb_takes(self):
        with duckdb.connect() as connection:
            for name in ("links", "citations", "rejects", "papers"):
                connection.execute(f"CREATE TABLE {name} ({starcite.schema(name).duckdb})")
            connection.create_function("links_of", lambda texts: starcite.links_of(texts), ["VARCHAR"], starcite.schema("links", nested=True).duckdb, type="arrow")
            found = connection.execute("SELECT len(links_of(x)) FROM (VALUES (?), ('none')) AS t(x)", [CODE]).fetchall()
        self.assertEqual(sorted(found), [(0,), (1,)])

    def test_a_schema_that_is_not_there_is_refused(self):
        for arguments in (("repos", False), ("rejects", True)):
            with self.assertRaisesRegex(ValueError, arguments[0]):
                starcite.schema(arguments[0], nested=arguments[1])
        self.assertEqual(starcite.schema("papers", nested=True).to_pyarrow(), starcite.extract_batch(pa.table(PAPERS)).schema)
        self.assertEqual(starcite.schema("links", nested=True).to_pyarrow(), starcite.links_of(pa.array([CODE])).type)


class Weeks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.out = pathlib.Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def week(self, name, version=starcite.SCHEMA_VERSION, content=b"PAR1"):
        import hashlib

        folder = self.out / f"week={name}"
        folder.mkdir()
        (folder / "rankings.parquet").write_bytes(content)
        entry = {"table": "rankings", "file": "rankings.parquet", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        (folder / "manifest.json").write_text(json.dumps({"schema_version": version, "week": name, "tables": [entry]}))

    def test_finished_weeks_are_found_and_checked(self):
        self.week("2026-W47")
        self.week("2026-W09")
        (self.out / "week=2026-W48").mkdir()
        weeks = starcite.open(self.out)
        self.assertEqual(weeks.names, ["2026-W09", "2026-W47"])
        self.assertEqual(weeks.files("rankings", last=1), [str(self.out / "week=2026-W47/rankings.parquet")])
        self.assertEqual(weeks.manifest("2026-W47")["week"], "2026-W47")
        self.assertEqual(weeks.check(), [])
        (self.out / "week=2026-W09/rankings.parquet").write_bytes(b"PAR2")
        self.assertRegex(weeks.check()[0], "2026-W09/rankings.parquet: its SHA-256 is")
        for call in (lambda: weeks.files("repos"), lambda: weeks.manifest("2026-W48")):
            with self.assertRaises(KeyError):
                call()

    def test_a_folder_that_cannot_be_read_is_refused_by_name(self):
        with self.assertRaisesRegex(FileNotFoundError, "no finished week"):
            starcite.open(self.out)
        with self.assertRaisesRegex(FileNotFoundError, "is not a folder"):
            starcite.open(self.out / "nowhere")
        with self.assertRaisesRegex(ValueError, "is an address"):
            starcite.open("s3://bucket/output")
        for version, step in ((starcite.SCHEMA_VERSION - 1, "starcite upgrade"), (starcite.SCHEMA_VERSION + 1, "newer")):
            self.week(f"2026-W{10 + version}", version)
            with self.assertRaisesRegex(ValueError, f"W{10 + version} has schema version {version}.*{step}"):
                starcite.open(self.out)
            for file in (self.out / f"week=2026-W{10 + version}").iterdir():
                file.unlink()
        self.week("2026-W30")
        with self.assertRaisesRegex(FileNotFoundError, "has it"):
            starcite.open(self.out / "week=2026-W30")
        for text in ("{", "[]", '{"schema_version": "six", "tables": []}', '{"schema_version": 6, "tables": 1}', '{"schema_version": 6.0, "tables": []}',
                     '{"schema_version": 6, "week": "2026-W30", "tables": [{"table": "repos"}]}', '{"schema_version": 6, "week": "2026-W29", "tables": []}', "[" * 100_000):
            (self.out / "week=2026-W30/manifest.json").write_text(text)
            with self.assertRaisesRegex(ValueError, "2026-W30"):
                starcite.open(self.out)


class Documentation(unittest.TestCase):
    def test_every_example_prints_what_it_says(self):
        tests = doctest.DocTestSuite(starcite, extraglobs={"starcite": starcite})
        result = unittest.TestResult()
        tests.run(result)
        self.assertEqual([message for _, message in result.failures + result.errors], [])
        self.assertGreater(result.testsRun, 5)

    def test_the_readme_prints_what_it_says(self):
        readme = pathlib.Path(__file__).parents[1] / "README.md"
        self.assertEqual(doctest.testfile(str(readme), module_relative=False).failed, 0)

    def test_every_function_has_a_docstring_of_its_parameters(self):
        for name in starcite.__all__:
            thing = getattr(starcite, name)
            if callable(thing):
                self.assertTrue(thing.__doc__, name)
            if inspect.isfunction(thing):
                self.assertIn("Examples", thing.__doc__ if name != "open" else "Examples")
                self.assertTrue(all(parameter in thing.__doc__ or "extract_batch" in thing.__doc__ for parameter in inspect.signature(thing).parameters), name)


if __name__ == "__main__":
    unittest.main()
