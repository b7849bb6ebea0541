import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from ._starcite import EXTRACTOR as EXTRACTOR
from ._starcite import SCHEMA_VERSION as SCHEMA_VERSION
from ._starcite import Rows as Rows
from ._starcite import RowStream as RowStream
from ._starcite import Schema as Schema
from ._starcite import __version__ as __version__
from ._weeks import Weeks
from .typing import ArrowArray, ArrowStream, B, Kind, Table

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

def extract_batch(
    batch: B,
    *,
    columns: Mapping[str, str] | None = None,
    kinds: Collection[Kind] | None = None,
    max_text_bytes: int = 16777216,
    max_mentions: int = 10000,
) -> B: ...
def links(
    batch: B,
    *,
    columns: Mapping[str, str] | None = None,
    kinds: Collection[Kind] | None = None,
    max_text_bytes: int = 16777216,
    max_mentions: int = 10000,
) -> B: ...
def citations(
    batch: B,
    *,
    columns: Mapping[str, str] | None = None,
    max_text_bytes: int = 16777216,
    max_mentions: int = 10000,
) -> B: ...
def rejects(
    batch: B,
    *,
    columns: Mapping[str, str] | None = None,
    kinds: Collection[Kind] | None = None,
    max_text_bytes: int = 16777216,
    max_mentions: int = 10000,
) -> B: ...
def links_of(
    abstract: ArrowArray | ArrowStream,
    *,
    id: ArrowArray | ArrowStream | None = None,
    title: ArrowArray | ArrowStream | None = None,
    comment: ArrowArray | ArrowStream | None = None,
    kinds: Collection[Kind] | None = None,
    max_text_bytes: int = 16777216,
    max_mentions: int = 10000,
) -> Any: ...
def extract(
    data: str | Iterable[str | None] | Iterable[ArrowArray | ArrowStream] | ArrowArray | ArrowStream,
    *,
    table: Table = "links",
    columns: Mapping[str, str] | None = None,
    kinds: Collection[Kind] | None = None,
    max_text_bytes: int = 16777216,
    max_mentions: int = 10000,
) -> RowStream: ...
def schema(table: Table | Literal["papers"], *, nested: bool = False) -> Schema: ...
def open(out: str | os.PathLike[str] = "output") -> Weeks: ...
