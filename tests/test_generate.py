"""Datasets that are made up keep every rule, at every size, and fill every column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tumen import frames, records
from tumen.checking import check
from tumen.schemas import TABLES
from tumen.testing import generate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("number", "seed"), [(1, 0), (300, 1), (2_000, 2)])
def test_no_rule_finds_an_error(number: int, seed: int, tmp_path: Path) -> None:
    generate.write(tmp_path, number, seed=seed)
    report = check(tmp_path)
    assert [str(finding) for finding in report.errors] == []
    assert abs(report.records - max(number, generate.SMALLEST)) <= len(generate.SHARES)


def test_same_seed_same_records() -> None:
    assert generate.dataset(200, seed=3) == generate.dataset(200, seed=3)
    assert generate.dataset(200, seed=3) != generate.dataset(200, seed=4)


def test_every_table_has_rows(tmp_path: Path) -> None:
    generate.write(tmp_path, 300)
    tables = frames.of(records.read(tmp_path))
    assert {name for name, frame in tables.items() if frame.is_empty()} == set()
    assert set(tables) == set(TABLES)
