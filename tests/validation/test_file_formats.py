"""What files mean to a check of a table: the same to every engine, and what is no table is refused in one sentence."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import random
import socket
import sys
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import generated_tables
import odd_files
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from cli_process import tumen as process
from pyarrow import parquet as pq
from report_content import verdict

import tumen
from tumen._system import limits
from tumen.errors import TumenError
from tumen.table_names import TABLE_NAMES
from tumen.validation.copies import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tumen.validation.table_report import FrameReport

ENGINES = ("polars", "duckdb")
FULL_WIDTH = "\uff12\uff10\uff12\uff15"
of_every_engine = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def rows() -> pl.DataFrame:
    """Return two sound estimates."""
    estimates = generated_tables.tables()["estimates"].filter(pl.col("unit") == "persons").head(2)
    none = pl.lit(None, pl.Float64)
    return estimates.with_columns(bound=pl.lit("exact"), best=pl.lit(100.0), low=none, high=none)


def lines_of(frame: pl.DataFrame) -> list[str]:
    return frame.write_csv().splitlines()


def check(
    path: Path | list[Path] | str,
    engine: Any,
    table: str = "estimates",
    *,
    coerce: bool | None = None,
) -> FrameReport:
    """Return the report on files; of text days and numbers are made, unless it is said otherwise."""
    first = str(path[0] if isinstance(path, list) else path)
    return tumen.check(
        path,
        table=table,
        engine=engine,
        coerce=first.endswith((".csv", ".jsonl")) if coerce is None else coerce,
    )


def refusal(path: Path | list[Path] | str, engine: Any, table: str = "estimates") -> str:
    with pytest.raises(TumenError) as caught:
        check(path, engine, table)
    said = str(caught.value)
    assert "\n" not in said
    return said


# CSV


CSV: dict[str, Callable[[list[str]], str]] = {
    "as written": lambda lines: "\n".join(lines) + "\n",
    "no line end at the end": "\n".join,
    "carriage returns and line feeds": lambda lines: "\r\n".join(lines) + "\r\n",
    "a byte order mark": lambda lines: "\ufeff" + "\n".join(lines) + "\n",
    "blank lines": lambda lines: "\n" + "\n\n".join(lines) + "\n\n\r\n",
    "every cell in quotes": lambda lines: (
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in lines) + "\n"
    ),
}


@pytest.fixture
def plain(rows: pl.DataFrame) -> list[str]:
    """Return the lines of a CSV file of two sound rows without a quote."""
    return lines_of(
        rows.with_columns(
            summary=pl.lit("An example."),
            note=pl.lit(None, pl.String),
            wording=pl.lit(None, pl.String),
        )
    )


@of_every_engine
@pytest.mark.parametrize("written", CSV)
def test_csv_that_is_read(written: str, engine: str, plain: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV[written](plain).encode())
    report = check(path, engine)
    assert (report.findings, report.records) == ((), 2)


REFUSED: dict[str, tuple[Callable[[list[str]], str], str]] = {
    "a cell more": (
        lambda lines: "\n".join([*lines, lines[1] + ","]),
        "line 4 has 25 cells, and the header 24",
    ),
    "a cell less": (
        lambda lines: "\n".join([lines[0], "", lines[1].removesuffix(",")]),
        "line 3 has 23 cells, and the header 24",
    ),
    "an open quote": (
        lambda lines: "\n".join(lines).replace("An ex", '"An ex', 1),
        "a quote that opens in the row of line 2 is not closed",
    ),
    "text after a quote": (
        lambda lines: "\n".join(lines).replace("An example", '"An" example', 1),
        "line 2 has text after the closing quote of a cell",
    ),
    "carriage returns alone": ("\r".join, "line 1 contains a carriage return"),
    "a column twice": (
        lambda lines: lines[0].replace("wording", "low"),
        "the column 'low' appears twice",
    ),
    "nothing": (lambda _: "", "it is empty; write the names of the columns in the first line"),
    "a long cell": (
        lambda lines: "\n".join(lines).replace("An example", "a" * (LONGEST_TEXT + 1), 1),
        "a cell in the row of line 2 is too long",
    ),
    "a cell of many bytes": (
        lambda lines: "\n".join(lines).replace("An example", "북" * (LONGEST_TEXT // 2), 1),
        "line 2: the column 'summary' has a text of",
    ),
}


@of_every_engine
@pytest.mark.parametrize("case", REFUSED)
def test_csv_that_is_refused(case: str, engine: str, plain: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write, words = REFUSED[case]
    path.write_bytes(write(plain).encode())
    assert refusal(path, engine).startswith(f"{path} cannot be read: {words}")


@of_every_engine
def test_long_cells_are_refused_whatever_another_library_allows(
    engine: str, plain: list[str], tmp_path: Path
) -> None:
    """How long a cell may be for Python's reader is a setting of the process."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        test_csv_that_is_refused("a long cell", engine, plain, tmp_path)
    finally:
        csv.field_size_limit(before)


@of_every_engine
def test_csv_that_is_not_utf_8(engine: str, plain: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(plain).replace("An example", "Один").encode("koi8-r"))
    assert f"{path} cannot be read: line 2 is not UTF-8 at byte" in refusal(path, engine)


@of_every_engine
def test_the_header_is_exact(engine: str, plain: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join([plain[0].replace(",", ", "), *plain[1:]]))
    report = check(path, engine)
    assert (report.by_code(), report.records) == ({"E112": 23}, 0)
    assert "measure: the column is written ' measure'" in str(report)


@of_every_engine
def test_the_line_is_that_of_the_file(engine: str, plain: list[str], tmp_path: Path) -> None:
    """A row begins after the header, blank lines and a text of two lines."""
    path = tmp_path / "a.csv"
    first, second = (line.replace("An example.", '"An\r\nexample."') for line in plain[1:])
    path.write_bytes("\n".join([plain[0], "", first, "", "", second]).encode())
    assert [
        finding.place[:2] for finding in check(path, engine).findings if finding.code == "E106"
    ] == [
        (str(path), 3),
        (str(path), 7),
    ]


@of_every_engine
def test_a_quote_after_many_rows_without_one(engine: str, plain: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    many = [plain[1].replace("est-0001", f"est-{number}") for number in range(10_000, 31_000)]
    last = (
        plain[1].replace("An example.", '"One, and another."').replace(",persons,", ',"persons",')
    )
    path.write_text("\n".join([plain[0], *many, last]))
    report = check(path, engine)
    assert (report.findings, report.records) == ((), 21_001)


LISTS = {
    '["treaty"]': "",
    "[]": "",
    '["treaty", "no-such"]': "E103",
    "treaty": "E008",
    "[1]": "E008",
    '["treaty"': "E008",
    '["\\ud800"]': "E008",
    "[" * 9999: "E008",
}


@of_every_engine
@pytest.mark.parametrize("cell", LISTS)
def test_lists_of_csv(cell: str, engine: str, tmp_path: Path) -> None:
    """Which code a wrong item has is a matter of the rules."""
    path = tmp_path / "a.csv"
    meeting = generated_tables.tables()["meetings"].head(1).with_columns(topics=pl.lit(cell))
    meeting.write_csv(path)
    report = check(path, engine, "meetings")
    assert set(report.by_code()) <= set(LISTS[cell].split())
    assert bool(report.findings) == bool(LISTS[cell])
    refused = check(path, engine, "meetings", coerce=False)
    assert "E112 topics: the column has String, not lists of text; coerce=True converts it" in str(
        refused
    )


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_what_is_exported_can_be_checked(table: Any, exported: Path) -> None:
    for engine in ENGINES:
        report = check(exported / f"{table}.csv", engine, table)
        assert (report.total("error"), report.records) == (0, tumen.load(table).height)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the CSV files of the newest release, as the command writes them."""
    folder = tmp_path_factory.mktemp("exported")
    assert process("export", "--to", "csv", str(folder / "all.zip")).returncode == 0
    zipfile.ZipFile(folder / "all.zip").extractall(folder)
    return folder


@pytest.mark.parametrize("table", TABLE_NAMES)
@pytest.mark.parametrize("as_", ["polars", "pandas", "arrow"])
def test_what_is_loaded_can_be_checked(table: Any, as_: Any) -> None:
    report = tumen.check(tumen.load(table, as_=as_), table=table)
    assert report.total("error") == 0, str(report)


def test_times_of_pandas_that_are_no_days(rows: pl.DataFrame) -> None:
    frame = rows.to_pandas().assign(said_on=pd.Timestamp("2025-06-17 12:30"))
    assert tumen.check(frame, table="estimates").by_code() == {"E101": 2}


# JSON Lines


def objects_of(frame: pl.DataFrame) -> list[str]:
    return frame.write_ndjson().splitlines()


@of_every_engine
def test_json_lines_that_are_read(engine: str, rows: pl.DataFrame, tmp_path: Path) -> None:
    """A byte order mark, blank lines, and texts that look like days, times and numbers."""
    path = tmp_path / "a.jsonl"
    lines = objects_of(
        rows.with_columns(note=pl.Series(["2025-06-17", "12:30"]), wording=pl.lit("17"))
    )
    path.write_bytes(("\ufeff" + "\n\n\r\n".join(lines)).encode())
    report = check(path, engine)
    assert (report.findings, report.records) == ((), 2)


@of_every_engine
@pytest.mark.parametrize(
    "day",
    ["2025-6-7", "2025-06-17T00:00:00Z", "2025-06-17 00:00:00", "20250617", f"{FULL_WIDTH}-06-17"],
)
def test_days_of_json_are_days_alone(
    day: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n\n".join(objects_of(rows.with_columns(as_of=pl.lit(day)))))
    report = check(path, engine)
    assert report.by_code() == {"E101": 2}
    assert [finding.place.line for finding in report.findings] == [1, 3]


@of_every_engine
@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "12345678901234567",
        "0.30000000000000004",
        "1" * 5000,
    ],
)
def test_numbers_of_json_are_held_to_what_others_are(
    number: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    written = [json.loads(line) for line in objects_of(rows)]
    path.write_text(
        "\n".join(
            json.dumps(row).replace(f'"best": {row["best"]}', f'"best": {number}')
            for row in written
        )
    )
    assert check(path, engine).by_code() == {"E102": 2}


JSON = {
    '{"low": 1, "low": 2}': "line 2: the key 'low' appears twice",
    '{"low": 1, "more": {"a": 1, "a": 2}}': "line 2: the key 'a' appears twice",
    '{"low": "1"}': "line 2: 'low' is text, and a number in line 1; give a column one type",
    '{"low": {}}': "line 2: 'low' is an object, or a list of values that are not text",
    '{"low": [1]}': "line 2: 'low' is an object, or a list of values that are not text",
    '{"note": "\\ud800"}': "line 2: 'note' has half of a surrogate pair",
    '{"low": 1': "line 2 is not JSON at column 10: Expecting ',' delimiter",
    "[1]": "line 2 is not an object",
    "1": "line 2 is not an object",
    "[" * 100_000: "line 2 is nested too deeply",
    "{'low': 1}": "line 2 is not JSON at column 2",
}


@of_every_engine
@pytest.mark.parametrize("line", JSON, ids=range(len(JSON)))
def test_json_that_is_refused(line: str, engine: str, rows: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(objects_of(rows.with_columns(low=pl.lit(0.0)))[0] + "\n" + line + "\n")
    assert refusal(path, engine).startswith(f"{path} cannot be read: {JSON[line]}")


# Parquet and Arrow IPC


def with_column(frame: pl.DataFrame, name: str, values: pa.Array) -> pa.Table:
    table = frame.to_arrow()
    return table.set_column(table.column_names.index(name), name, values)


def written(table: pa.Table, path: Path) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    return path


of_both_formats = pytest.mark.parametrize("suffix", [".parquet", ".arrow"])


@of_every_engine
@of_both_formats
@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.dictionary(pa.int32(), pa.string())),
        pa.list_(pa.string(), 1),
        pa.large_list(pa.large_string()),
    ],
    ids=str,
)
def test_lists_of_every_layout_are_lists(
    kind: Any, suffix: str, engine: str, tmp_path: Path
) -> None:
    meetings = generated_tables.tables()["meetings"].head(2)
    table = with_column(meetings, "topics", pa.array([["treaty"], ["no-such-topic"]], kind))
    report = check(written(table, tmp_path / f"a{suffix}"), engine, "meetings")
    assert [
        finding.place.line for finding in report.findings if "no-such-topic" in finding.message
    ] == [2]


@of_every_engine
@of_both_formats
@pytest.mark.parametrize(
    ("type_", "word"),
    [
        (pa.decimal256(50, 2), "decimal256(50, 2)"),
        (pa.binary(), "binary"),
        (pa.float16(), "halffloat"),
    ],
    ids=str,
)
def test_types_of_no_table_are_named(
    type_: Any, word: str, suffix: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    table = with_column(rows, "best", pa.nulls(2, type_))
    report = check(written(table, tmp_path / f"a{suffix}"), engine, "estimates", coerce=True)
    assert [finding.message for finding in report.findings] == [
        f"best: the column has {word}, not numbers (Float64)"
    ]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul"])
@pytest.mark.parametrize("machine", ["UTC", "Asia/Seoul", "America/New_York"])
def test_times_with_a_zone_are_no_days_anywhere(
    zone: str, machine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    moments = pa.array([dt.datetime(2025, 6, 17, tzinfo=dt.UTC)] * 2, pa.timestamp("us", zone))
    path = written(with_column(rows, "said_on", moments), tmp_path / "a.parquet")
    for engine in ENGINES:
        run = process(
            "check",
            str(path),
            "--table",
            "estimates",
            "--coerce",
            "--engine",
            engine,
            env={"TZ": machine},
        )
        assert (run.returncode, run.stdout.count("E112 said_on"), "write dates" in run.stdout) == (
            2,
            1,
            True,
        )


@of_every_engine
@of_both_formats
def test_times_without_a_zone_are_days_at_midnight(
    suffix: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    moments = pa.array([dt.datetime(2025, 6, 17), dt.datetime(2025, 6, 17, 9)], pa.timestamp("us"))  # noqa: DTZ001
    path = written(with_column(rows, "as_of", moments), tmp_path / f"a{suffix}")
    report = check(path, engine, "estimates", coerce=True)
    assert [finding.place.line for finding in report.only(["E101"]).findings] == [2]


@of_every_engine
@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        (10**15 - 1, pa.int64(), ""),
        (10**15, pa.int64(), "E102"),
        (-(2**63), pa.int64(), "E102"),
        (2**64 - 1, pa.uint64(), "E102"),
        (Decimal("0.5"), pa.decimal128(38, 20), ""),
        (Decimal("1.23456789012345"), pa.decimal128(38, 20), ""),
        (Decimal("1.2345678901234567"), pa.decimal128(38, 20), "E102"),
    ],
)
def test_figures_of_more_than_15_digits(
    value: object, kind: Any, code: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    path = written(with_column(rows, "low", pa.array([None, value], kind)), tmp_path / "a.parquet")
    report = check(path, engine, "estimates", coerce=True)
    assert ("E102" in report.by_code()) == bool(code)


@of_every_engine
@of_both_formats
def test_a_column_of_nulls_is_coerced(suffix: str, engine: str, tmp_path: Path) -> None:
    meetings = generated_tables.tables()["meetings"].head(2)
    for name in ("end_date", "venue", "topics"):
        path = written(with_column(meetings, name, pa.nulls(2)), tmp_path / f"a{suffix}")
        report = check(path, engine, "meetings", coerce=True)
        assert report.by_code() == ({} if name == "venue" else {"E111": 2})
        assert check(path, engine, "meetings", coerce=False).by_code() == {"E112": 1}


def damaged(frame: pl.DataFrame, path: Path, *, views: bool) -> Iterator[None]:
    """Yield after each of many damages to a file of Arrow: four bytes at a time, of its offsets, views and lengths."""
    kind = pa.string_view() if views else pa.string()
    table = with_column(
        frame, "summary", pa.array(["A sentence that is far too long for a view."] * 2, kind)
    )
    content = written(table, path).read_bytes()
    drawn = random.Random(7)  # noqa: S311
    for place in drawn.sample(range(64, len(content) - 4, 4), 60):
        for number in (2**31 - 1, -1, 2**20):
            path.write_bytes(
                content[:place] + number.to_bytes(4, "little", signed=True) + content[place + 4 :]
            )
            yield


@pytest.mark.parametrize("views", [False, True])
def test_damaged_arrow_is_told_or_read_alike(
    views: bool, rows: pl.DataFrame, tmp_path: Path
) -> None:
    path, refused = tmp_path / "a.arrow", 0
    for _ in damaged(rows, path, views=views):
        one, other = (verdict(path, "estimates", engine) for engine in ENGINES)
        assert one == other
        refused += one[0] == "refused"
    assert refused > 0


def test_an_offset_past_its_texts_is_told(rows: pl.DataFrame, tmp_path: Path) -> None:
    """DuckDB would follow it out of the buffer."""
    path = written(with_column(rows, "summary", pa.array(["a" * 1000] * 2)), tmp_path / "a.arrow")
    sound, evil = (
        b"".join(place.to_bytes(4, "little") for place in places)
        for places in ((0, 1000, 2000), (0, 1000, 2**30))
    )
    path.write_bytes(path.read_bytes().replace(sound, evil))
    for engine in ENGINES:
        run = process("check", str(path), "--table", "estimates", "--engine", engine)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
        assert run.stderr.startswith(f"tumen: {path} cannot be read: ")


@of_every_engine
@of_both_formats
def test_one_long_text_for_every_row(
    suffix: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    """A dictionary says it once, and a small file would fill the memory of any machine."""
    many = pl.concat([rows] * 2000)
    long = pa.DictionaryArray.from_arrays(
        pa.array([0, 1] * 2000, pa.int32()), pa.array(["An example.", "a" * 2**23])
    )
    path = tmp_path / f"a{suffix}"
    table = with_column(many, "summary", long)
    if suffix == ".parquet":
        pq.write_table(table, path, compression="zstd")
        assert path.stat().st_size < 2**15
    else:
        written(table, path)
    said = refusal(path, engine)
    assert said.startswith(
        f"{path} cannot be read: the column 'summary' has a text of 8,388,608 bytes, and the limit is {LONGEST_TEXT:,}"
    )


@of_every_engine
def test_a_cell_that_is_long_for_its_rows(engine: str, rows: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(
        with_column(rows, "note", pa.array(["a" * 2**20, "b"])),
        path,
        compression="zstd",
        use_dictionary=False,
    )
    assert refusal(path, engine).startswith(f"{path} cannot be read: the texts of 'note' have 52")


@of_every_engine
def test_groups_of_rows_that_no_memory_holds(
    engine: str, rows: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(rows.to_arrow(), tmp_path / "a.parquet")
    monkeypatch.setattr(limits, "available", lambda: 1000)
    assert f"{path} cannot be read: its row group 1 unpacks to" in refusal(path, engine)


@pytest.mark.skipif(
    limits.available() < 2**31, reason="there is not the memory to be asked for in vain"
)
def test_a_buffer_that_claims_more_than_there_is(rows: pl.DataFrame, tmp_path: Path) -> None:
    """Each compressed buffer begins with the length that it claims to unpack to."""
    path = tmp_path / "a.arrow"
    table = with_column(rows, "summary", pa.array(["a" * 1000] * 2))
    with (
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_file(
            file, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")
        ) as writer,
    ):
        writer.write_table(table)
    path.write_bytes(
        path.read_bytes().replace((2000).to_bytes(8, "little"), (2**43).to_bytes(8, "little"))
    )
    for engine in ENGINES:
        run = process("check", str(path), "--table", "estimates", "--engine", engine)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
        assert run.stderr.startswith(f"tumen: {path} cannot be read: ")


# Paths


NAMES = (
    "[table]",
    "a?",
    "a*",
    "~x",
    "_x",
    ".x",
    "a b",
    "a:b",
    "a,b",
    "a%20b",
    "{a,b}",
    "a#b",
    "북한",
    "a\\b",
    "a'b",
    "[[]",
)


@of_every_engine
@pytest.mark.parametrize("suffix", odd_files.FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_by_its_name(
    name: str, suffix: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    """What its name would match stands beside it, and is sound."""
    for other in ("t", "a1", "ab", "a", "b", "["):
        generated_tables.written(rows, tmp_path / f"{other}{suffix}")
    path = generated_tables.written(
        rows.with_columns(bound=pl.lit("no-such-bound")), tmp_path / f"{name}{suffix}"
    )
    report = check(path, engine)
    assert (report.by_code(), {finding.place.file for finding in report.findings}) == (
        {"E103": 2},
        {str(path)},
    )


@of_every_engine
@pytest.mark.parametrize("suffix", odd_files.FORMATS)
@pytest.mark.parametrize("folder", ["[2025] exports", "run=1", "bound=about", "~", "a:b"])
def test_folders_are_names_alone(
    folder: str,
    suffix: str,
    engine: str,
    rows: pl.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / folder).mkdir()
    generated_tables.written(
        rows.with_columns(bound=pl.lit("no-such-bound")), tmp_path / folder / f"e{suffix}"
    )
    for given in (
        f"{folder}/e{suffix}",
        f"{folder}/*{suffix}",
        str(tmp_path / folder / f"e{suffix}"),
    ):
        assert check(given, engine).by_code() == {"E103": 2}


@of_every_engine
def test_what_is_no_file_is_refused_at_once(
    engine: str, rows: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo("pipe.csv")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("socket.csv")
    outside = tmp_path.parent / f"{tmp_path.name} outside"
    outside.mkdir()
    rows.write_csv(outside / "a.csv")
    Path("link.csv").symlink_to(outside / "a.csv")
    Path("lost.csv").symlink_to("/nowhere.csv")
    Path("zero.csv").symlink_to("/dev/zero")
    Path("linked").symlink_to(outside)
    assert (
        refusal("folder.csv", engine)
        == "folder.csv: it is a folder; name its files, as in folder/*.parquet."
    )
    for name in ("pipe.csv", "socket.csv"):
        assert refusal(name, engine).startswith(
            f"{name}: it is a pipe, a socket or a device; write its content to a file"
        )
    for name in ("link.csv", "lost.csv", "zero.csv", "linked/a.csv", "linked/*.csv"):
        assert "it is a link, or is in a linked folder, and links are not followed" in refusal(
            name, engine
        )
    listening.close()


@of_every_engine
@pytest.mark.parametrize("suffix", odd_files.FORMATS)
def test_each_finding_names_its_file(
    suffix: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    faulty = rows.with_columns(
        bound=pl.Series([rows["bound"][0], "no-such-bound"]),
        estimate_id=pl.Series(["est-9001", "est-9002"]),
    )
    paths = [
        generated_tables.written(rows, tmp_path / f"a{suffix}"),
        generated_tables.written(faulty, tmp_path / f"b{suffix}"),
    ]
    line = 3 if suffix == ".csv" else 2
    for given in (paths, paths[::-1]):
        (finding,) = check(given, engine).findings
        assert (finding.place.file, finding.place.line) == (str(paths[1]), line)


@of_every_engine
def test_rules_across_tables_name_the_file_and_the_row(engine: Any, tmp_path: Path) -> None:
    tables = generated_tables.tables()
    first, second = (
        tables["actors"][:3],
        tables["actors"][3:].with_columns(parent_id=pl.lit("no-such-actor")),
    )
    paths = [
        generated_tables.written(first, tmp_path / "a.parquet"),
        generated_tables.written(second, tmp_path / "b.parquet"),
    ]
    places = generated_tables.written(tables["places"], tmp_path / "p.parquet")
    report = tumen.check({"actors": paths, "places": [places]}, engine=engine)
    found = [
        finding for finding in report.only(["E302"]).findings if "no-such-actor" in finding.message
    ]
    assert {finding.place.file for finding in found} == {str(paths[1])}
    assert sorted(finding.place.line for finding in found) == list(range(1, second.height + 1))


@pytest.mark.parametrize("form", ["github", "sarif", "junit"])
def test_annotations_point_at_the_file(form: str, rows: pl.DataFrame, tmp_path: Path) -> None:
    paths = [
        generated_tables.written(rows, tmp_path / "a.csv"),
        generated_tables.written(
            rows.with_columns(bound=pl.lit("no-such-bound")), tmp_path / "b.csv"
        ),
    ]
    run = process(
        "check",
        *map(str, paths),
        "--table",
        "estimates",
        "--coerce",
        "--format",
        form,
        "--only",
        "E103",
    )
    assert {
        "github": f"file={paths[1]},line=2",
        "sarif": paths[1].as_uri(),
        "junit": f"{paths[1]}:2:1 E103",
    }[form] in run.stdout


@of_every_engine
@pytest.mark.parametrize("suffix", odd_files.FORMATS)
def test_a_file_that_cannot_be_read_is_the_one_named(
    suffix: str, engine: str, rows: pl.DataFrame, tmp_path: Path
) -> None:
    paths = [generated_tables.written(rows, tmp_path / f"{name}{suffix}") for name in "abc"]
    content = paths[1].read_bytes()
    paths[1].write_bytes(content[: len(content) // 2])
    assert str(paths[1]) in refusal(paths, engine)


def test_a_page_that_is_damaged_names_its_file(rows: pl.DataFrame, tmp_path: Path) -> None:
    many = pl.concat([rows] * 500).with_columns(
        summary=pl.format("An example of {}.", pl.int_range(pl.len()))
    )
    paths = [tmp_path / f"{name}.parquet" for name in "ab"]
    for path in paths:
        pq.write_table(many.to_arrow(), path, compression="zstd")
    content = bytearray(paths[1].read_bytes())
    start = (
        pq.read_metadata(paths[1])
        .row_group(0)
        .column(many.columns.index("summary"))
        .dictionary_page_offset
    )
    content[start + 40 : start + 400] = bytes(360)
    paths[1].write_bytes(content)
    for engine in ENGINES:
        assert str(paths[1]) in refusal(paths, engine)
        assert str(paths[0]) not in refusal(paths, engine).partition(" cannot be read")[0]


# All of it


def test_engines_give_one_verdict_on_odd_files(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seen: Counter[str] = Counter()
    for seed in range(500):
        folder = tmp_path / str(seed)
        folder.mkdir()
        table, path = odd_files.write_odd_file(random.Random(seed), folder)  # noqa: S311
        by_polars, by_duckdb = (verdict(path, table, engine) for engine in ENGINES)
        assert by_polars == by_duckdb, (seed, path)
        seen[
            f"{path.suffix} {'refused' if by_polars[0] == 'refused' else 'found' if by_polars[0] else 'clean'}"
        ] += 1
    record_property("odd files", dict(seen))
    print(sum(seen.values()), "odd files:", dict(sorted(seen.items())))  # noqa: T201
    assert len(seen) == 3 * len(odd_files.FORMATS)


def test_days_of_the_command_line_are_days_of_records() -> None:
    run = process("timeline", "--start", f"{FULL_WIDTH}-06-17")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "is not a date; write it as '2025-03-31'" in run.stderr


def test_a_relation_of_duckdb_needs_no_numbers(rows: pl.DataFrame) -> None:
    report = tumen.check(
        duckdb.from_arrow(rows.with_columns(bound=pl.lit("no")).to_arrow()), table="estimates"
    )
    assert {finding.place.line for finding in report.findings} == {1}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is asked for its memory")
def test_what_is_available_is_under_the_limit_of_the_process() -> None:
    before = limits.available()
    with limits.limit_memory(2**20):
        assert 0 <= limits.available() < before
        with pytest.raises(MemoryError):
            bytearray(2**36)
    assert limits.available() > 2**28
