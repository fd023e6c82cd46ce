"""The files of a release, read unchanged by other people's tools; by Spark too, see `validation/test_spark.py`."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import duckdb
import example_release
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from tumen.publishing import parquet
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Rows = list[dict[str, Any]]


def expected(table: str) -> Rows:
    """Return the rows whose digest the datapackage states, dates as ISO text."""
    path = example_release.folder() / f"{table}.parquet"
    rows = parquet.read_rows(path.read_bytes())
    described = json.loads((example_release.folder() / "datapackage.json").read_bytes())
    resource = next(one for one in described["resources"] if one["name"] == table)
    assert parquet.row_digest(rows) == resource["row_digest"]
    return rows


def plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value


def plainly(rows: Iterable[Mapping[Any, Any]]) -> Rows:
    return [{name: plain(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_polars(table: str) -> None:
    assert plainly(
        pl.read_parquet(example_release.folder() / f"{table}.parquet").to_dicts()
    ) == expected(table)


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_pyarrow(table: str) -> None:
    assert plainly(
        pq.read_table(example_release.folder() / f"{table}.parquet").to_pylist()
    ) == expected(table)


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_pandas(table: str) -> None:
    frame = pd.read_parquet(example_release.folder() / f"{table}.parquet")
    assert plainly(frame.astype(object).where(frame.notna(), None).to_dict("records")) == expected(
        table
    )


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_duckdb(table: str) -> None:
    found = duckdb.read_parquet(str(example_release.folder() / f"{table}.parquet"))
    assert plainly(
        dict(zip(found.columns, row, strict=True)) for row in found.fetchall()
    ) == expected(table)
