"""Datasets that are made up keep every rule, at every size, and fill every column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tumen.records import frames, reader
from tumen.schemas import TABLES
from tumen.testing import fake_names, generator
from tumen.validation.records import check

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("number", "seed"), [(1, 0), (300, 1), (2_000, 2)])
def test_no_rule_finds_an_error(number: int, seed: int, tmp_path: Path) -> None:
    generator.write(tmp_path, number, seed=seed)
    report = check(tmp_path)
    assert [str(finding) for finding in report.errors] == []
    assert abs(report.records - max(number, generator.SMALLEST)) <= len(generator.SHARES)


def test_documents_as_many_as_are_asked_for(tmp_path: Path) -> None:
    generator.write(tmp_path, 1_200, sources=200)
    assert check(tmp_path).strictly().ok
    tables = frames.from_dataset(reader.read(tmp_path))
    assert tables["sources"].height == 200
    assert sum(
        frame.height for name, frame in tables.items() if name not in ("participants", "citations")
    ) == pytest.approx(1_200, rel=0.01)
    assert tables["citations"].height > 2 * tables["citations"]["record_id"].n_unique()


def test_no_two_actors_share_a_name() -> None:
    for country in fake_names.SOUNDS:
        for spelled in zip(
            *(fake_names.person(country, number) for number in range(5_000)), strict=True
        ):
            assert len({name.casefold().replace(" ", "") for name in spelled}) == 5_000


def test_same_seed_same_records() -> None:
    assert generator.dataset(200, seed=3) == generator.dataset(200, seed=3)
    assert generator.dataset(200, seed=3) != generator.dataset(200, seed=4)


def test_every_table_has_rows(tmp_path: Path) -> None:
    generator.write(tmp_path, 300)
    tables = frames.from_dataset(reader.read(tmp_path))
    assert {name for name, frame in tables.items() if frame.is_empty()} == set()
    assert set(tables) == set(TABLES)
