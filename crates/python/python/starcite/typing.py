"""Types for annotations; nothing here is needed to run."""

from __future__ import annotations

from typing import Literal, Protocol, TypeVar


class ArrowArray(Protocol):
    """A record batch, an array: of pyarrow, arro3, nanoarrow."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...


class ArrowStream(Protocol):
    """A frame, a table, a relation: of polars, pandas, pyarrow, DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Table = Literal["links", "citations", "rejects"]
Kind = Literal[
    "repo",
    "owner",
    "gist",
    "project_page",
    "anonymous_repo",
    "model",
    "dataset",
    "space",
    "collection",
    "notebook",
    "archive",
    "video",
    "short_link",
    "placeholder",
    "promise",
    "website",
]
B = TypeVar("B")
