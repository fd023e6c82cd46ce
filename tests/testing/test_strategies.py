"""What downstream tests are given keeps every rule, and what is broken breaks the rule that was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import generated_tables
import pytest
from hypothesis import HealthCheck, given, settings

import tumen
from tumen.errors import TumenError, UnknownNameError
from tumen.schemas import TABLES
from tumen.testing.strategies import broken, datasets, tables
from tumen.validation.column_rules import row_rules

if TYPE_CHECKING:
    import polars as pl

BREAKABLE = sorted(
    {(name, rule.code) for name, model in TABLES.items() for rule in row_rules(model)}
    | {(n, "E301") for n in TABLES}
)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(datasets())
def test_datasets_have_no_error(dataset: dict[str, pl.DataFrame]) -> None:
    report = tumen.check(dataset)
    assert report.ok, str(report)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables("estimates"))
def test_tables_have_no_error(frame: pl.DataFrame) -> None:
    assert TABLES["estimates"].validate(frame).height == frame.height
    assert tumen.check(frame, table="estimates").ok


@pytest.mark.parametrize(("table", "code"), BREAKABLE)
def test_every_rule_of_a_row_can_be_broken(table: str, code: str) -> None:
    frame = generated_tables.tables()[table]
    row = frame.height - 1
    report = tumen.check(broken(frame, table, code, row=row), table=table)
    found = next(one for one in report.broken if one.code == code)
    assert row in [one.row for one in found.rows]
    assert {one.row for result in report.broken for one in result.rows} <= {row, frame.height}


def test_what_cannot_be_broken() -> None:
    frame = generated_tables.tables()["estimates"]
    with pytest.raises(UnknownNameError, match="no rule for rows of estimates 'E999'"):
        broken(frame, "estimates", "E999")
    with pytest.raises(
        TumenError, match="row=7 is not a row of the frame, which has 2; count from 0"
    ):
        broken(frame.head(2), "estimates", "E107", row=7)
    with pytest.raises(UnknownNameError, match="no table 'estimate'"):
        tables("estimate")
