"""Tables that somebody holds: any frame or file gives the same report, and what cannot be read is said in one sentence."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import duckdb
import generated_tables
import pandas as pd
import polars as pl
import pytest
import unreadable_files
from report_content import content

import tumen
from tumen.errors import TumenError, UnknownNameError
from tumen.report import DataError
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_clean_tables_are_ok(table: str) -> None:
    frame = generated_tables.tables()[table]
    report = tumen.check(frame, table=table)
    assert (report.ok, report.findings, report.records) == (True, (), frame.height)


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_empty_tables_are_ok(table: str) -> None:
    assert tumen.check(generated_tables.tables()[table].clear(), table=table).ok


def test_lazy_enum_and_arrow_frames() -> None:
    frame = generated_tables.estimates()
    expected = content(tumen.check(frame, table="estimates"))
    assert expected
    codes = ["kilt", *frame["measure"].drop_nulls().unique()]
    for data in (
        frame.lazy(),
        frame.with_columns(pl.col("measure").cast(pl.Enum(sorted(set(codes))))),
        frame.with_columns(pl.col("measure").cast(pl.Categorical)),
        frame.to_arrow(),
    ):
        assert content(tumen.check(data, table="estimates")) == expected


def test_pandas_with_null_for_nan_and_times_for_days() -> None:
    frame = generated_tables.estimates().with_columns(
        pl.col("low", "confidence_low").fill_nan(None)
    )
    expected = content(tumen.check(frame, table="estimates"))
    assert content(tumen.check(frame.to_pandas(), table="estimates")) == expected
    assert content(tumen.check(frame.to_pandas(), table="estimates", coerce=True)) == expected
    with_time = frame.to_pandas().assign(as_of=pd.Timestamp("2025-06-17 12:30"))
    assert tumen.check(with_time, table="estimates").by_code()["E101"] == frame.height


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".csv", ".jsonl"])
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_files_by_every_engine(suffix: str, engine: Any, tmp_path: Path) -> None:
    frame = generated_tables.estimates().with_columns(
        pl.col("low", "confidence_low").fill_nan(None)
    )
    frame = generated_tables.changed(frame, {"note": {5: None}, "confidence_low": {8: 200.0}})
    parts = [
        generated_tables.written(frame[:7], tmp_path / f"a{suffix}"),
        generated_tables.written(frame[7:], tmp_path / f"b{suffix}"),
    ]
    expected = content(tumen.check(frame, table="estimates"))
    for paths in (parts, tmp_path / f"*{suffix}"):
        report = tumen.check(
            paths, table="estimates", engine=engine, coerce=suffix in (".csv", ".jsonl")
        )
        assert content(report) == expected


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_text_that_cannot_be_coerced_is_reported_and_its_row_asked_nothing_else(
    engine: Any, tmp_path: Path
) -> None:
    frame = (
        generated_tables.tables()["estimates"]
        .head(6)
        .with_columns(pl.col("low", "said_on").cast(pl.String))
    )
    frame = generated_tables.changed(
        frame,
        {
            "low": {0: "6000+", 1: " 1"},
            "said_on": {2: "2025-02-29", 3: "2024-02-29", 4: "0"},
            "unit": {0: "mile"},
        },
    )
    report = tumen.check(
        generated_tables.written(frame, tmp_path / "a.parquet"),
        table="estimates",
        engine=engine,
        coerce=True,
    )
    shown = [
        (one.code, [row[1] for row in one.rows])
        for one in report.broken
        if one.code in ("E101", "E102", "E103")
    ]
    assert shown == [
        ("E101", [{"said_on": "2025-02-29"}, {"said_on": "0"}]),
        ("E102", [{"low": "6000+"}, {"low": " 1"}]),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_damaged_parquet_is_told_in_a_sentence_or_read(engine: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    content = generated_tables.estimates().head(2).pipe(generated_tables.written, path).read_bytes()
    drawn = random.Random(7)  # noqa: S311
    for bit in [drawn.randrange(8 * len(content)) for _ in range(25)]:
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with suppress(TumenError):
            tumen.check(path, table="estimates", engine=engine)


def test_panic_is_told_in_a_sentence() -> None:
    def panic(_: object) -> None:
        raise pl.exceptions.PanicException("unwrap")

    frame = generated_tables.estimates().lazy().map_batches(panic, validate_output_schema=False)  # type: ignore[arg-type]
    with pytest.raises(TumenError, match="estimates cannot be read: it is probably corrupt"):
        tumen.check(frame, table="estimates")


@pytest.mark.parametrize(
    ("said", "printed"), [("a warning", "a warning"), ("thread 'x' panicked at y", "")]
)
def test_trace_of_a_panic_is_not_printed(said: str, printed: str) -> None:
    code = "import os, sys\nfrom tumen.cli import exit\nwith exit.suppress_panic_output():\n    os.write(2, sys.argv[1].encode())\n"
    run = subprocess.run(
        [sys.executable, "-c", code, said], capture_output=True, text=True, check=True
    )
    assert run.stderr == printed


def test_columns_are_reported_before_anything_is_read() -> None:
    frame = (
        generated_tables.estimates()
        .lazy()
        .rename({"summary": "Summary", "note": "notes"})
        .with_columns(low=pl.lit(b"1"), seen=pl.lit(1))
    )
    report = tumen.check(
        frame.map_batches(_never, schema=frame.collect_schema()), table="estimates"
    )
    assert [str(finding) for finding in report.findings] == [
        "estimates:1:1 E112 low: the column has Binary, not numbers (Float64)",
        "estimates:1:1 E112 note: the column is missing; is it 'notes'?",
        "estimates:1:1 E112 notes: the table has no such column; did you mean 'note'?",
        "estimates:1:1 E112 seen: the table has no such column",
        "estimates:1:1 E112 summary: the column is written 'Summary'; names of columns are in lower case, without spaces",
    ]
    assert (report.records, report.verdict()) == (0, "5 errors, 0 warnings (0 rows in 1 table)")


def _never(frame: pl.DataFrame) -> pl.DataFrame:
    raise AssertionError(frame)


def test_shown_rows_are_the_first_by_key_and_totals_count_all() -> None:
    frame = generated_tables.tables()["estimates"].with_columns(low=-1.0).reverse()
    report = tumen.check(frame, table="estimates", max_findings=2)
    broken = next(one for one in report.broken if one.code == "E107")
    assert (broken.count, [row.key for row in broken.rows]) == (
        frame.height,
        [("est-0001",), ("est-0002",)],
    )
    assert [row.row for row in broken.rows] == [frame.height - 1, frame.height - 2]
    assert report.verdict().endswith("more not shown)")
    unshown = tumen.check(frame, table="estimates", max_findings=0)
    assert (unshown.ok, unshown.findings, unshown.by_code()) == (False, (), report.by_code())
    assert unshown.only(["E107"]).by_code() == {"E107": frame.height}
    assert not unshown.without(["E107"]).only(["E206"]).broken
    with pytest.raises(DataError, match="not shown"):
        unshown.raise_if_failed()


def test_many_broken_rows_are_fetched_rule_by_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = content(tumen.check(generated_tables.estimates(), table="estimates"))
    monkeypatch.setattr("tumen.validation.evaluate.MOST_FETCHED_ROWS", 0)
    assert content(tumen.check(generated_tables.estimates(), table="estimates")) == expected


def test_a_key_of_several_columns_with_null_in_it() -> None:
    citations = generated_tables.tables()["citations"].filter(pl.col("via_id").is_null()).head(2)
    report = tumen.check(pl.concat([citations, citations.head(1)]), table="citations")
    assert [(one.code, one.count) for one in report.broken] == [("E301", 2)]


@pytest.mark.slow
def test_a_mapping_is_held_to_the_rules_across_tables(tmp_path: Path) -> None:
    tables = dict(generated_tables.tables())
    clean = tumen.check(tables)
    assert (clean.ok, clean.records) == (True, sum(frame.height for frame in tables.values()))
    lost = tables["sources"]["source_id"][0]
    tables["sources"] = tables["sources"].filter(pl.col("source_id") != lost)
    tables["estimates"] = pl.concat([tables["estimates"], tables["estimates"].head(1)])
    report = tumen.check(tables, max_findings=3)
    dangling = next(one for one in report.broken if one.code == "E302")
    assert (dangling.table, dangling.rows[0][1]) == ("citations", {"source_id": lost})
    assert {"E301", "E302"} <= report.by_code().keys()
    paths = {
        name: generated_tables.written(frame, tmp_path / f"{name}.parquet")
        for name, frame in tables.items()
    }
    assert content(tumen.check(paths, max_findings=3, engine="duckdb")) == content(report)


def test_a_duckdb_relation_stays_in_its_connection() -> None:
    connection = duckdb.connect()
    connection.register("held", generated_tables.estimates().to_arrow())
    assert content(tumen.check(connection.table("held"), table="estimates")) == content(
        tumen.check(generated_tables.estimates(), table="estimates")
    )
    relation = connection.table("held")
    connection.close()
    with pytest.raises(TumenError, match=r"^estimates cannot be read: .*[Cc]onnection"):
        tumen.check(relation, table="estimates")


@pytest.mark.parametrize("case", unreadable_files.CASES)
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_bad_files_are_one_sentence(case: str, engine: Any, tmp_path: Path) -> None:
    path, words = unreadable_files.files(tmp_path, case)
    with pytest.raises(TumenError, match=words) as caught:
        tumen.check(path, table="estimates", engine=engine, coerce=case == "encoding")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_lines_of_json_may_leave_out_what_they_lack(engine: Any, tmp_path: Path) -> None:
    frame = generated_tables.tables()["estimates"]
    (tmp_path / "a.jsonl").write_text(frame.drop("note").write_ndjson())
    frame.with_columns(low=pl.lit(1.5)).write_ndjson(tmp_path / "b.jsonl")
    report = tumen.check(tmp_path / "*.jsonl", table="estimates", engine=engine, coerce=True)
    assert (report.records, "E112" in report.by_code()) == (2 * frame.height, False)


def test_bad_requests() -> None:
    frame = generated_tables.tables()["estimates"]
    with pytest.raises(UnknownNameError, match="no table 'estimate'; did you mean 'estimates'"):
        tumen.check(frame, table="estimate")
    with pytest.raises(UnknownNameError, match="no engine 'polar'; did you mean 'polars'"):
        tumen.check("a.parquet", table="estimates", engine="polar")  # type: ignore[call-overload]
    with pytest.raises(TumenError, match="a frame is checked by its own engine"):
        tumen.check(frame, table="estimates", engine="duckdb")
    with pytest.raises(TumenError, match="a int is not a table"):
        tumen.check(3, table="estimates")
    with pytest.raises(TumenError, match="a DataFrame needs the name of its table"):
        tumen.check(frame)  # type: ignore[call-overload]
    with pytest.raises(TumenError, match="a mapping already names its tables"):
        tumen.check({"estimates": frame}, table="estimates")
    with pytest.raises(
        TumenError, match="estimates: the list of paths is empty; give one path or more"
    ):
        tumen.check([], table="estimates")
    with pytest.raises(TumenError, match="the mapping is empty; give one table or more by name"):
        tumen.check({})
    with pytest.raises(TumenError, match="max_findings is -1"):
        tumen.check(frame, table="estimates", max_findings=-1)
    failing = frame.lazy().with_columns(
        pl.col("low").cast(pl.String).str.to_integer().cast(pl.Float64)
    )
    with pytest.raises(TumenError, match="^estimates cannot be read: "):
        tumen.check(failing, table="estimates")
