"""Frames and columns of polars, with types that Arrow's interface can carry."""

from __future__ import annotations

import polars as pl

#: Columns of other types are never texts. Of nulls, which polars hands over with a buffer too many, texts can be made.
_CARRIED: set[type[pl.DataType]] = {pl.String, pl.Categorical, pl.Enum, pl.Binary, pl.Boolean, pl.Date, pl.Time, pl.Datetime, pl.Duration}
_CARRIED |= {pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Float32, pl.Float64, pl.Decimal}


def readable(data: object) -> object:
    """Return a frame or a column whose nulls are texts that are not there, and whose other odd columns are empty lists."""
    if isinstance(data, pl.Series) and data.dtype == pl.Null:
        return data.cast(pl.String)
    if not isinstance(data, pl.DataFrame):
        return data
    odd = {name: dtype for name, dtype in data.schema.items() if dtype.base_type() not in _CARRIED}
    plain = [pl.lit(None, dtype=pl.String if dtype == pl.Null else pl.List(pl.Int8)).alias(name) for name, dtype in odd.items()]
    return data.with_columns(plain) if plain else data
