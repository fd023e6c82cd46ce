"""DuckDB and Ibis give the report that polars gives of whole datasets, in a connection of their own; what they cannot do is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import generated_tables
import ibis
import narwhals as nw
import polars as pl
import pytest
from report_content import content

import tumen
from tumen.errors import RuleError, TumenError
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.schemas.cross_table.helpers import format_number, to_lower_case
from tumen.schemas.rules import TablesRule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tumen.schemas.rules import Frame, Tables

_IBIS = pytest.mark.filterwarnings(
    "ignore:fetch_arrow_table:DeprecationWarning"
)  # of DuckDB, to Ibis
FRAMES = {"clean": generated_tables.tables, "faulty": generated_tables.faulty}


@pytest.mark.parametrize("kind", FRAMES)
def test_all_rules_of_a_whole_dataset_on_duckdb(kind: str) -> None:
    connection = duckdb.connect()
    for name, frame in FRAMES[kind]().items():
        connection.register(f"{name} held", frame.to_arrow())
    report = tumen.check(
        {name: connection.table(f"{name} held") for name in FRAMES[kind]()}, max_findings=3
    )
    assert content(report) == content(tumen.check(FRAMES[kind](), max_findings=3))
    assert {name for (name,) in connection.sql("show tables").fetchall()} == {
        f"{name} held" for name in FRAMES[kind]()
    }


@_IBIS
def test_all_rules_of_a_whole_dataset_on_ibis(tmp_path: Path) -> None:
    connection = ibis.duckdb.connect()
    paths = {
        name: generated_tables.written(frame, tmp_path / f"{name}.parquet")
        for name, frame in generated_tables.faulty().items()
    }
    report = tumen.check(
        {name: connection.read_parquet(path) for name, path in paths.items()}, max_findings=3
    )
    assert content(report) == content(tumen.check(generated_tables.faulty(), max_findings=3))


@_IBIS
def test_rows_and_text_to_coerce_on_ibis(tmp_path: Path) -> None:
    estimates = generated_tables.estimates().with_columns(
        pl.col("low").fill_nan(None).cast(pl.String)
    )
    path = generated_tables.written(estimates, tmp_path / "a.parquet")
    report = tumen.check(ibis.read_parquet(path), table="estimates", coerce=True)
    assert content(report) == content(tumen.check(path, table="estimates", coerce=True))


def test_ibis_on_another_engine_is_refused() -> None:
    places = ibis.polars.connect({"places": generated_tables.tables()["places"]}).table("places")
    with pytest.raises(
        TumenError,
        match="^places: an Ibis table on polars cannot be checked; use one on DuckDB",
    ):
        tumen.check(places, table="places")


def test_a_rule_that_an_engine_cannot_express_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def filled(tables: Tables) -> Iterator[Frame]:
        yield tables["places"].with_columns(
            nw.col("country").fill_null(strategy="forward").over(order_by="row")
        )

    rule = TablesRule(
        "W210", "a country is missing", "Add it.", tables=("places",), find_violations=filled
    )
    monkeypatch.setattr("tumen.validation.tables.CROSS_TABLE_RULES", (*CROSS_TABLE_RULES[:1], rule))
    tables = {
        name: ibis.memtable(generated_tables.tables()[name].to_arrow())
        for name in ("places", "actors")
    }
    with pytest.raises(
        RuleError,
        match=r"^rule W210 \(a country is missing\) cannot be expressed on ibis: .*strategy",
    ):
        tumen.check(tables)


def test_tables_of_two_engines_are_refused() -> None:
    places, actors = (
        generated_tables.tables()["places"],
        duckdb.from_arrow(generated_tables.tables()["actors"].to_arrow()),
    )
    with pytest.raises(TumenError, match="cannot be checked on several engines"):
        tumen.check({"places": places, "actors": actors})


TEXTS = ["\u0130stanbul", "ΟΔΟΣ", "οδος", "ЧЁРНЫЙ", "Đà Nẵng", "ẞ", "북한", None]
NUMBERS = [
    39.0392,
    0.0001,
    -0.00012,
    10.0,
    0.0,
    1e16,
    float("nan"),
    float("inf"),
    12345678.0,
    1 / 3,
    None,
]


@pytest.mark.parametrize(("make", "values"), [(to_lower_case, TEXTS), (format_number, NUMBERS)])
def test_texts_and_numbers_are_written_alike(make: Any, values: list[Any]) -> None:
    frame = pl.DataFrame({"x": values})
    lazy: list[Any] = [frame.lazy(), duckdb.from_arrow(frame.to_arrow())]
    by_polars, by_duckdb = (
        nw.from_native(one).select(made=make(nw.col("x"))).collect("polars")["made"].to_list()
        for one in lazy
    )
    assert by_polars == by_duckdb
    assert None in by_polars
