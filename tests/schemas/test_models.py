"""The models are plain pandera, and the checker agrees with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw
import pandera.errors
import pandera.polars as pa
import polars as pl
import pytest

import tumen
from tumen.records import frames, reader
from tumen.release import catalog
from tumen.schemas import TABLES, Estimates
from tumen.schemas.citations import CITING_TABLES
from tumen.schemas.release_rules import IDENTIFYING_FIELDS
from tumen.schemas.slugs import RECORD_PREFIXES
from tumen.table_names import KEYS, LISTS, PREFIXES, REFERENCES, TABLE_NAMES
from tumen.validation import column_rules, evaluate
from tumen.validation.explain import read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from tumen.schemas.base import Table


def test_names_are_those_of_the_models() -> None:
    assert tuple(TABLES) == TABLE_NAMES
    assert {name: TABLES[name].spec().key for name in KEYS} == {
        name: (key,) for name, key in KEYS.items()
    }
    assert set(PREFIXES.values()) <= set(KEYS)
    assert tuple(PREFIXES) == RECORD_PREFIXES
    assert tuple(PREFIXES.values()) == CITING_TABLES
    assert set(IDENTIFYING_FIELDS) == set(KEYS)


def test_references_are_those_of_the_models() -> None:
    columns = {
        table: {name: column for name, column in model.columns().items() if column.refers_to}
        for table, model in TABLES.items()
    }
    assert {
        table: {name: column.refers_to for name, column in referring.items()}
        for table, referring in columns.items()
        if referring
    } == REFERENCES
    assert [
        name
        for referring in columns.values()
        for name, column in referring.items()
        if column.kind == "references"
    ] == [*LISTS]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_every_column_is_described(table: str) -> None:
    for name, column in TABLES[table].to_schema().columns.items():
        assert column.title, name
        assert column.description, name


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_no_column_but_those_of_the_model(table: str) -> None:
    frame = tumen.load(table)  # type: ignore[call-overload]
    with pytest.raises(pandera.errors.SchemaError, match="notes"):
        TABLES[table].validate(frame.with_columns(notes=pl.lit("")))


def declared_model(model: type[Table], columns: Collection[str]) -> pa.DataFrameSchema:
    """Return the schema of a model for a release that declares these columns only.

    A column that the model has gained since then is left out, with the rules that read it.
    """
    schema = model.to_schema().remove_columns(
        [name for name in model.columns() if name not in columns]
    )
    schema.checks = [
        check
        for rule, check in zip(model.row_rules(), schema.checks, strict=True)
        if set(rule.columns) <= set(columns)
    ]
    return schema


@pytest.mark.filterwarnings("ignore::pandera.errors.SchemaWarning")
@pytest.mark.parametrize("table", TABLE_NAMES)
def test_released_tables_are_valid_as_loaded(table: str) -> None:
    release = catalog.latest()
    assert release
    columns = {field["name"] for field in catalog.fields(release, table)}
    assert columns <= set(TABLES[table].columns())
    frame = tumen.load(table)  # type: ignore[call-overload]
    assert declared_model(TABLES[table], columns).validate(frame, lazy=True).equals(frame)


@pytest.mark.parametrize("code", ["E201", "E202", "E203", "E205", "E206", "E208"])
def test_pandera_finds_what_the_checker_finds(
    code: str, write_dataset: Callable[..., Path]
) -> None:
    bad = frames.from_dataset(
        reader.read(write_dataset({"estimates.yaml": read_page(code).failing}))
    )["estimates"]
    assert [
        violation.rule.code
        for violation in evaluate.find_violations(
            "estimates", nw.from_native(bad.lazy()), column_rules.row_rules(Estimates)
        )
    ] == [code]
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        Estimates.validate(bad.drop("row"), lazy=True)
    assert caught.value.failure_cases["check"].str.starts_with(code).all()


def test_a_clean_frame_has_no_violations(write_dataset: Callable[..., Path]) -> None:
    for name, frame in frames.from_dataset(reader.read(write_dataset())).items():
        assert (
            list(
                evaluate.find_violations(
                    name, nw.from_native(frame.lazy()), column_rules.row_rules(TABLES[name])
                )
            )
            == []
        )


def test_known_since_is_the_earliest_publication(write_dataset: Callable[..., Path]) -> None:
    tables = frames.with_known_since(frames.from_dataset(reader.read(write_dataset())))
    assert tables["meetings"]["known_since"].cast(pl.String).to_list() == ["2025-06-18"]


@pytest.mark.parametrize(
    ("published", "said_on", "expected"),
    [
        ("published: 2025-06", "2025-06-17", "2025-06-30"),
        ("published: 2025", "2025-06-17", "2025-12-31"),
        ("", "2025-05", "2025-05-31"),
    ],
)
def test_known_since_of_imprecise_dates(
    published: str, said_on: str, expected: str, write_dataset: Callable[..., Path]
) -> None:
    sources = (
        read_page("E304").fixed.replace("published: 2025-06-18", published).replace("  \n", "")
    )
    estimates = read_page("E202").fixed.replace("said_on: 2025-06-17", f"said_on: {said_on}")
    tables = frames.with_known_since(
        frames.from_dataset(
            reader.read(write_dataset({"sources.yaml": sources, "estimates.yaml": estimates}))
        )
    )
    assert tables["estimates"]["known_since"].cast(pl.String).to_list() == [expected]


def test_what_a_release_holds_was_known_on_the_day_it_was_built(
    write_dataset: Callable[..., Path],
) -> None:
    estimates = read_page("E202").fixed.replace("said_on: 2025-06-17", "said_on: 2025")
    sources = read_page("E304").fixed.replace("published: 2025-06-18", "").replace("  \n", "")
    tables = frames.from_dataset(
        reader.read(write_dataset({"sources.yaml": sources, "estimates.yaml": estimates}))
    )
    for built_on, expected in (
        (None, "2025-12-31"),
        (dt.date(2025, 11, 25), "2025-11-25"),
        (dt.date(2026, 1, 1), "2025-12-31"),
    ):
        derived = frames.with_known_since(tables, built_on)
        assert derived["estimates"]["known_since"].cast(pl.String).to_list() == [expected]
