"""Keys of several rows: as many are found as a count of them finds, whatever stands in them, on polars and on DuckDB."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
import generated_tables
import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tumen
from tumen.validation.duplicate_keys import candidate_duplicates

if TYPE_CHECKING:
    from tumen.validation.table_report import FrameReport

WORDS = st.sampled_from(["est-0001", "est-0002", "", "пхеньян", "a'b", 'a"b', "\u2028"])
KEYS = st.lists(st.tuples(WORDS, st.none() | WORDS), max_size=12)


def citations(keys: list[tuple[str, str | None]]) -> pl.DataFrame:
    """Return citations of one source with these records and `via_id`."""
    row = generated_tables.tables()["citations"].head(1)
    rows = pl.concat([row] * len(keys)) if keys else row.clear()
    record, via = (
        pl.Series("record_id", [one[0] for one in keys], pl.String),
        pl.Series("via_id", [one[1] for one in keys], pl.String),
    )
    return rows.with_columns(record, via)


def shared(report: FrameReport) -> tuple[int, list[Any]]:
    found = [one for one in report.broken if one.code == "E301"]
    return sum(one.count for one in found), [row.key for one in found for row in one.rows]


@settings(max_examples=40, deadline=None)
@given(KEYS)
def test_rows_that_share_a_key_are_counted_and_shown(keys: list[tuple[str, str | None]]) -> None:
    frame = citations(keys)
    counts = Counter((record, via or "") for record, via in keys)
    expected = sum(count for count in counts.values() if count > 1)
    found = [
        shared(tumen.check(one, table="citations", max_findings=99))
        for one in (frame, duckdb.from_arrow(frame.to_arrow()))
    ]
    assert [count for count, _ in found] == [expected, expected]
    assert found[0] == found[1]
    assert all(counts[record, via or ""] > 1 for record, _, via in found[0][1])


@pytest.mark.parametrize("rows", [1, 40])
def test_many_shared_keys_are_grouped_by_duckdb_itself(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = citations([("est-0001", None), ("est-0002", None)] * rows)
    relation = duckdb.from_arrow(frame.to_arrow())
    listed = shared(tumen.check(relation, table="citations"))
    monkeypatch.setattr("tumen.validation.duplicate_keys.MOST_LISTED_HASHES", 0)
    assert shared(tumen.check(relation, table="citations")) == listed


def test_of_rows_that_share_no_key_none_is_looked_at_twice() -> None:
    frame = citations(
        [("est-0001", None), ("est-0001", "a"), ("est-0002", None), ("est-0002", None)]
    )
    key = ("record_id", "source_id", "via_id")
    for held in (frame.lazy(), duckdb.from_arrow(frame.to_arrow())):
        found = candidate_duplicates(nw.from_native(held), key)
        assert found is not None
        assert [row["record_id"] for row in found.collect("polars").to_native().to_dicts()] == [
            "est-0002",
            "est-0002",
        ]
    assert candidate_duplicates(nw.from_native(frame.head(3).lazy()), key) is None
