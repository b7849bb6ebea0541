"""Code links and citations in papers' texts, as Arrow.

A batch of papers comes in as Arrow, from any library that speaks its PyCapsule interface (pyarrow, polars, pandas 3,
DuckDB, arro3, nanoarrow), and its links go out as Arrow. Nothing here starts a thread, keeps anything between calls,
or imports another library.

- `links`, `citations`, `rejects`: a row a link, a citation, a record that can't be used.
- `extract_batch`: a row a paper, with lists of its links and citations. For engines.
- `links_of`: a list of links for each text of a column. For functions of columns.
- `extract`: the same of texts, of frames and of streams, batch by batch. For notebooks.
- `schema`: the columns, with types, units and meanings.
- `open`: finished weeks of the command ``starcite run``.

Types are in ``__init__.pyi`` and in `starcite.typing`, because importing Python's typing would take longer than all of this.
"""

import sys

if sys.version_info < (3, 10):
    raise ImportError("starcite serves CPython 3.10 and later: this is Python %d.%d" % sys.version_info[:2])

try:
    from . import _starcite
except ImportError as _error:
    from ._served import why as _why

    raise ImportError(_why(_error)) from _error

from ._starcite import EXTRACTOR, SCHEMA_VERSION, Rows, RowStream, Schema, __version__

__all__ = [
    "EXTRACTOR",
    "SCHEMA_VERSION",
    "RowStream",
    "Rows",
    "Schema",
    "__version__",
    "citations",
    "extract",
    "extract_batch",
    "links",
    "links_of",
    "open",
    "rejects",
    "schema",
]

#: The most bytes of a text, as the command line's ``--max-record-mib``, and the most mentions in a paper.
_MAX_TEXT_BYTES = 16 << 20
_MAX_MENTIONS = 10_000


def extract_batch(batch, *, columns=None, kinds=None, max_text_bytes=_MAX_TEXT_BYTES, max_mentions=_MAX_MENTIONS):
    """Return the links and citations of a batch of papers, a row a paper.

    For engines: pure, deterministic, without threads. It never raises for what a record holds: a record that can't be
    used has its reason in `reject`, and as many rows come out as went in, in their order.

    Parameters
    ----------
    batch : pyarrow.RecordBatch, or anything with ``__arrow_c_array__`` or ``__arrow_c_stream__``
        Has a column ``id`` (or ``paper_id``) and any of ``title``, ``abstract``, ``comment``, ``githubRepo`` and
        ``projectPage``, in capitals or not; other columns are ignored. An id is kept as it stands. A paper without one
        is known by its title.
    columns : mapping of field to column, optional
        Where a field is called otherwise: ``{"abstract": "summary"}``.
    kinds : collection of str, optional
        Only links of these kinds; all by default. With ``{"repo"}`` alone more than twice as fast.
    max_text_bytes : int
        A paper with a longer text is rejected.
    max_mentions : int
        A paper with more mentions of links, or more of papers in one text, is rejected, whichever of them is wanted.

    Returns
    -------
    the type of `batch` for pyarrow, polars and pandas 3; else `Rows` or `RowStream`
        ``paper_id``, ``links`` (list of structs), ``citations`` (list of structs), ``reject`` (struct or null): see
        ``schema("papers", nested=True)``. The lists are null where ``reject`` is not. ``start`` and ``end`` count UTF-8
        bytes in the text that was handed over.

    Raises
    ------
    TypeError
        For what is not Arrow, for a column that does not hold texts, and where no column is an id or a title, or none
        holds texts. Call it on an empty batch to know beforehand.
    ValueError
        For a kind or a field that there is not, and for a bound below 1.

    Examples
    --------
    >>> import pyarrow as pa
    >>> batch = pa.record_batch({"id": ["1"], "abstract": ["Code: https://github.com/rust-lang/cargo."]})
    >>> starcite.extract_batch(batch)["links"][0][0]["repo"].as_py()
    'github.com/rust-lang/cargo'
    """
    return _of_frame(batch, "papers", columns, kinds, max_text_bytes, max_mentions)


def links(batch, *, columns=None, kinds=None, max_text_bytes=_MAX_TEXT_BYTES, max_mentions=_MAX_MENTIONS):
    """Return the links of a batch of papers, a row a link: the columns of ``starcite extract``.

    A paper without links has no row, nor has one that can't be used: `rejects` has those.

    Parameters
    ----------
    batch, columns, kinds, max_text_bytes, max_mentions : see `extract_batch`
        It raises for them what `extract_batch` raises.

    Returns
    -------
    the type of `batch` for pyarrow, polars and pandas 3; else `Rows` or `RowStream`
        The columns of ``schema("links")``.

    Examples
    --------
    >>> import polars as pl
    >>> papers = pl.DataFrame({"id": ["1", "2"], "abstract": ["See github.com/rust-lang/cargo", "No code."]})
    >>> starcite.links(papers).select("paper_id", "kind", "repo", "role").rows()
    [('1', 'repo', 'github.com/rust-lang/cargo', 'own')]
    """
    return _of_frame(batch, "links", columns, kinds, max_text_bytes, max_mentions)


def citations(batch, *, columns=None, max_text_bytes=_MAX_TEXT_BYTES, max_mentions=_MAX_MENTIONS):
    """Return the papers that a batch of papers names, a row a paper that is named.

    Parameters
    ----------
    batch, columns, max_text_bytes, max_mentions : see `extract_batch`
        It raises for them what `extract_batch` raises.

    Returns
    -------
    the type of `batch` for pyarrow, polars and pandas 3; else `Rows` or `RowStream`
        The columns of ``schema("citations")``.

    Examples
    --------
    >>> import polars as pl
    >>> papers = pl.DataFrame({"id": ["1"], "abstract": ["We extend arXiv:1706.03762."]})
    >>> starcite.citations(papers).rows()
    [('1', 'arxiv:1706.03762', 'abstract', 10, 26, 'arXiv:1706.03762')]
    """
    return _of_frame(batch, "citations", columns, None, max_text_bytes, max_mentions)


def rejects(batch, *, columns=None, kinds=None, max_text_bytes=_MAX_TEXT_BYTES, max_mentions=_MAX_MENTIONS):
    """Return the records of a batch of papers that can't be used, each with the reason and its beginning.

    Parameters
    ----------
    batch, columns, kinds, max_text_bytes, max_mentions : see `extract_batch`
        It raises for them what `extract_batch` raises.

    Returns
    -------
    the type of `batch` for pyarrow, polars and pandas 3; else `Rows` or `RowStream`
        The columns of ``schema("rejects")``.

    Examples
    --------
    >>> import polars as pl
    >>> papers = pl.DataFrame({"id": ["1", None], "abstract": ["Fine.", "Whose?"]})
    >>> starcite.rejects(papers).rows()
    [(None, 'neither an id nor a title', 'Whose?')]
    """
    return _of_frame(batch, "rejects", columns, kinds, max_text_bytes, max_mentions)


def links_of(
    abstract,
    *,
    id=None,
    title=None,
    comment=None,
    kinds=None,
    max_text_bytes=_MAX_TEXT_BYTES,
    max_mentions=_MAX_MENTIONS,
):
    """Return the links of each text of a column: a list of structs for each, as long as what came in.

    For functions of columns: Spark's ``arrow_udf``, Daft's ``func.batch``, DuckDB's ``create_function``.

    Parameters
    ----------
    abstract : array or chunked array of texts
        The texts that are searched.
    id, title, comment : arrays of texts, optional
        More of the same papers, as many as of `abstract`.
    kinds, max_text_bytes, max_mentions : see `extract_batch`

    Returns
    -------
    the array type of the library of `abstract` for pyarrow and polars; else `Rows`
        Lists of structs: ``schema("links", nested=True)``. The list of a paper that can't be used is null.

    Raises
    ------
    TypeError
        For what is not Arrow, or does not hold texts.
    ValueError
        For columns of different lengths.

    Examples
    --------
    >>> import pyarrow as pa
    >>> lists = starcite.links_of(pa.array(["Code: https://github.com/rust-lang/cargo.", "None."]))
    >>> [len(list) for list in lists.to_pylist()]
    [1, 0]
    """
    others = {"id": id, "title": title, "comment": comment}
    given = {"abstract": abstract} | {name: column for name, column in others.items() if column is not None}
    lists = _starcite.links_of(given, _options(None, kinds, max_text_bytes, max_mentions))
    library = _library_of(abstract)
    if library is None or library.__name__ not in ("pyarrow", "polars"):
        return lists
    return library.array(lists) if library.__name__ == "pyarrow" else library.Series(lists)


def extract(
    data,
    *,
    table="links",
    columns=None,
    kinds=None,
    max_text_bytes=_MAX_TEXT_BYTES,
    max_mentions=_MAX_MENTIONS,
):
    """Return what texts or frames contain, batch by batch, as a stream.

    For notebooks, and for what does not fit into memory: the next batch is read when its consumer wants it.

    Parameters
    ----------
    data : str, iterable of str, frame, stream, or iterable of batches
        Texts are abstracts, whose ids are their numbers from 0. A path is a text as well: read the file first.
    table : {"links", "citations", "rejects"}
        The rows that are wanted.
    columns, kinds, max_text_bytes, max_mentions : see `extract_batch`

    Returns
    -------
    RowStream
        Give it to ``pl.DataFrame``, ``pa.table`` or another library that reads Arrow, or call its ``to_pylist()``. It
        is read once.

    Raises
    ------
    TypeError
        For what is neither texts nor Arrow, and for a column that does not hold texts. What is wrong with a later batch
        is raised by the consumer, in its own way.
    ValueError
        For a table, a kind or a field that there is not, and for `columns` of texts alone.

    Examples
    --------
    >>> import polars as pl
    >>> pl.DataFrame(starcite.extract("Code: https://github.com/rust-lang/cargo."))["repo"][0]
    'github.com/rust-lang/cargo'
    >>> starcite.extract("We extend arXiv:1706.03762.", table="citations").to_pylist()[0]["cited"]
    'arxiv:1706.03762'
    """
    if isinstance(data, str):
        data = [data]
    return _starcite.extract_stream(data, table, _options(columns, kinds, max_text_bytes, max_mentions))


def schema(table, *, nested=False):
    """Return the columns of a table, with types, units and meanings.

    Parameters
    ----------
    table : {"links", "citations", "rejects", "papers"}
        ``papers`` is the table of a finished week.
    nested : bool
        True for what `extract_batch` returns (``papers``), or for the lists in it (``links``, ``citations``).

    Returns
    -------
    Schema
        ``names``; ``columns``: dicts with the meanings; ``spark_ddl`` and ``duckdb``: the types for these engines;
        ``to_pyarrow()``; ``__arrow_c_schema__``.

    Raises
    ------
    ValueError
        For a table that there is not.

    Examples
    --------
    >>> starcite.schema("rejects").spark_ddl
    '`paper_id` STRING, `reason` STRING, `excerpt` STRING'
    >>> starcite.schema("links").columns[1]["meaning"]
    'kind of the target'
    """
    if not isinstance(table, str) or not isinstance(nested, bool):
        raise TypeError(f"schema({table!r}, nested={nested!r}): the name of a table, and True or False, are needed")
    return Schema(table, nested)


def open(out="output"):
    """Return the finished weeks in a folder: those whose manifest is there, and says a schema version that this package reads.

    Parameters
    ----------
    out : path
        The folder that ``starcite run`` writes to, or one with a copy of its weeks.

    Returns
    -------
    Weeks
        ``weeks.names``; ``weeks.files("rankings", last=4)`` for ``pl.scan_parquet`` or ``spark.read.parquet``;
        ``weeks.manifest("2026-W47")``; ``weeks.check()`` compares sizes and SHA-256.

    Raises
    ------
    FileNotFoundError
        When there is no such folder, or no finished week in it.
    ValueError
        When a week is of another schema version, or its manifest can't be read: the message names it.
    """
    from ._weeks import Weeks

    return Weeks(out)


def _options(columns, kinds, max_text_bytes, max_mentions):
    return {
        "columns": None if columns is None else _texts("columns", columns, dict),
        "kinds": None if kinds is None else [kinds] if isinstance(kinds, str) else _texts("kinds", kinds, list),
        "max_text_bytes": _bound("max_text_bytes", max_text_bytes),
        "max_mentions": _bound("max_mentions", max_mentions),
    }


def _texts(name, given, kind):
    """Return what an option holds, a list or a dict of texts."""
    try:
        held = kind(given)
    except (TypeError, ValueError):
        held = None
    if held is None or not all(isinstance(text, str) for text in (list(held) + list(held.values()) if kind is dict else held)):
        needed = "a mapping of fields to columns" if kind is dict else "a collection of texts"
        raise TypeError(f"{name} is {given!r}: {needed} is needed")
    return held


def _bound(name, value):
    """Return the value of a bound."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is {value!r}: a whole number is needed")
    if not 0 < value.__index__() < 1 << 63:
        raise ValueError(f"{name} is {value}: a number from 1 to 2**63 - 1 is needed")
    return value.__index__()


def _of_frame(data, form, columns, kinds, max_text_bytes, max_mentions):
    """Return the rows of a batch or of a frame, in its own library's form."""
    options = _options(columns, kinds, max_text_bytes, max_mentions)
    is_batch = hasattr(data, "__arrow_c_array__") or not hasattr(data, "__arrow_c_stream__")
    read = _starcite.extract_batch if is_batch else _starcite.extract_stream
    rows, library = read(data, form, options), _library_of(data)
    if library is None:
        return rows
    if library.__name__ == "pyarrow":
        if isinstance(data, library.RecordBatchReader):
            return library.RecordBatchReader.from_stream(rows)
        return library.record_batch(rows) if is_batch else library.table(rows)
    if library.__name__ == "polars":
        return library.DataFrame(rows)
    if library.__name__ == "pandas" and hasattr(library.DataFrame, "from_arrow"):
        return library.DataFrame.from_arrow(rows)
    return rows


def _library_of(given):
    """Return the library of an object, which is loaded because the object is there."""
    return sys.modules.get(type(given).__module__.partition(".")[0])
