"""Exports: each read back by a tool that is not ours, cell by cell; whole or not at all; the same bytes again."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import duckdb
import openpyxl
import polars as pl
import pytest
from cli_process import TUMEN
from hostile_release import AWKWARD, VERSION, snapshot

from tumen.errors import MissingExtraError, TumenError, UnknownNameError
from tumen.exports import contents, excel, export

if TYPE_CHECKING:
    from collections.abc import Callable

HELD = contents.collect(snapshot())


def written(folder: Path, form: str, known_by: str | None = None) -> Path:
    out = folder / f"out.{form}"
    assert export.write(snapshot(known_by), form, out)[0] == out
    return out


def expected(
    table: str, day: Callable[[Any], Any] = str, listed: Callable[[Any], Any] = list
) -> list[tuple[Any, ...]]:
    """Return the rows of a table as another tool gives them."""

    def value(cell: Any) -> Any:
        if isinstance(cell, list):
            return listed(cell)
        return day(cell) if hasattr(cell, "isoformat") else cell

    return [tuple(map(value, row)) for row in HELD.tables[table].rows()]


def as_json(cell: list[str]) -> str:
    return json.dumps(cell, ensure_ascii=False)


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(written(tmp_path, "sqlite")) as database:
        for table in HELD.tables:
            assert database.execute(f"select * from {table}").fetchall() == expected(  # noqa: S608
                table, listed=as_json
            ), table
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []
        keys = database.execute("pragma foreign_key_list(citations)").fetchall()
        assert {(key[2], key[3]) for key in keys} == {
            ("sources", "source_id"),
            ("actors", "via_id"),
        }
        assert database.execute(
            "select pk from pragma_table_info('meetings') where name = 'meeting_id'"
        ).fetchone() == (1,)
        plan = database.execute(
            "explain query plan select * from citations where record_id = 'mtg-0001'"
        ).fetchall()
        assert "USING INDEX citations_record_id" in plan[0][3]
        found = "select meeting_id from meetings where rowid in (select rowid from meetings_fts where meetings_fts match ?)"
        assert database.execute(found, ["조선 шойгу"]).fetchall() == [("mtg-0001",)]
        assert database.execute("select release, known_by from release").fetchall() == [
            (VERSION, None)
        ]
        assert database.execute("select count(*) from codebook").fetchone() == (
            HELD.codebook.height,
        )
    database.close()


def test_view_of_a_day_keeps_its_keys(tmp_path: Path) -> None:
    with sqlite3.connect(written(tmp_path, "sqlite", "2025-06-17")) as database:
        assert database.execute("select meeting_id from meetings").fetchall() == [("mtg-0002",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []
        assert database.execute("select known_by from release").fetchall() == [("2025-06-17",)]
    database.close()


def test_keys_that_rows_break_are_left_out() -> None:
    tables = HELD.tables | {
        "places": HELD.tables["places"].filter(pl.col("place_id") != "pyongyang")
    }
    assert HELD.references("meetings") == {"place_id": ("places", "place_id")}
    assert (
        contents.Contents(tables, HELD.codebook, HELD.description, HELD.about).references(
            "meetings"
        )
        == {}
    )


def test_datasette(tmp_path: Path) -> None:
    database = written(tmp_path, "sqlite")
    metadata = tmp_path / "out.metadata.json"

    def get(path: str) -> str:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "datasette",
            str(database),
            "--metadata",
            str(metadata),
            "--get",
            path,
        ]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert [
        row["meeting_id"]
        for row in json.loads(get(f"/out/meetings.json?_search={quote('шойгу')}&_shape=array"))
    ] == ["mtg-0001"]
    page = get("/out/estimates")
    assert "CC-BY-4.0" in page
    assert HELD.title("estimates") in page
    assert 'type="search"' in page


def test_duckdb(tmp_path: Path) -> None:
    with duckdb.connect(str(written(tmp_path, "duckdb")), read_only=True) as database:
        for table in HELD.tables:
            assert database.execute(f"from {table}").fetchall() == expected(
                table, day=lambda day: day
            ), table
        kinds = dict(
            database.execute(
                "select column_name, data_type from duckdb_columns() where table_name = 'meetings'"
            ).fetchall()
        )
        assert kinds["topics"] == "VARCHAR[]"
        assert kinds["format"].startswith("ENUM('summit'")
        comment = database.execute(
            "select comment from duckdb_columns() where column_name = 'best'"
        ).fetchone()
        assert comment is not None
        assert comment[0] == "Point estimate (as in column unit)"
        assert database.execute(
            "select constraint_type from duckdb_constraints() where table_name = 'actors'"
        ).fetchall()[0] == ("NOT NULL",)
        assert database.execute("select release from release").fetchall() == [(VERSION,)]
    assert [path.name for path in tmp_path.iterdir()] == ["out.duckdb"]


def test_csv(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, "csv")) as archive:
        assert archive.testzip() is None
        described = json.loads(archive.read("datapackage.json"))
        for resource in described["resources"]:
            content = archive.read(resource["path"])
            assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            plain = [
                tuple(
                    ""
                    if cell is None
                    else str(cell).lower()
                    if isinstance(cell, bool)
                    else str(cell)
                    for cell in row
                )
                for row in expected(resource["name"], listed=as_json)
            ]
            assert [tuple(row) for row in rows] == plain, resource["name"]
        assert "codebook.csv" in archive.namelist()
        assert described["version"] == VERSION


def test_workbook(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, "xlsx"))
    assert book.sheetnames == ["release", "codebook", *HELD.tables]
    for table, frame in HELD.tables.items():
        header, *rows = [[cell.value for cell in row] for row in book[table].iter_rows()]
        assert header == frame.columns
        read = [
            tuple(cell.date() if isinstance(cell, dt.datetime) else cell for cell in row)
            for row in rows
        ]
        assert read == expected(table, day=lambda day: day, listed="; ".join), table
    kinds = {
        cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    }
    assert "f" not in kinds
    cells = {cell.value: cell for row in book["meetings"].iter_rows() for cell in row}
    for text in (AWKWARD, "-A letter.", "@home"):
        assert (cells[text].data_type, cells[text].quotePrefix) == ("s", True)
    assert not any(
        cell.hyperlink for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def test_workbook_that_excel_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_CHARACTERS", 20)
    with pytest.raises(
        TumenError, match=r"characters, more than the 20 of an Excel cell; export to csv or sqlite"
    ):
        written(tmp_path, "xlsx")
    monkeypatch.setattr(excel, "_ROWS", 2)
    with pytest.raises(
        TumenError, match=r"rows, more than the 2 of an Excel sheet; export to csv or sqlite"
    ):
        written(tmp_path, "xlsx")
    assert list(tmp_path.iterdir()) == []


def test_json_lines(tmp_path: Path) -> None:
    first, *rows = [
        json.loads(line)
        for line in written(tmp_path, "jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert (first["table"], first["release"]) == ("release", VERSION)
    for table, frame in HELD.tables.items():
        read = [row for row in rows if row["table"] == table]
        assert [tuple(row[name] for name in frame.columns) for row in read] == expected(table), (
            table
        )


@pytest.mark.parametrize("form", ["sqlite", "csv", "xlsx", "jsonl"])
def test_same_bytes_again(form: str, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    assert written(tmp_path, form).read_bytes() == written(tmp_path / "again", form).read_bytes()


@pytest.mark.parametrize("form", export.FORMS)
def test_nothing_is_overwritten_or_left_half(form: str, tmp_path: Path) -> None:
    out = tmp_path / f"out.{form}"
    out.write_text("mine")
    with pytest.raises(TumenError, match="exists; name another file, or use --overwrite"):
        export.write(snapshot(), form, out)
    assert out.read_text() == "mine"
    export.write(snapshot(), form, out, overwrite=True)
    assert out.stat().st_size > 1000
    with pytest.raises(TumenError):
        export.write(snapshot(), form, tmp_path / "no" / "such" / "out")
    with pytest.raises(TumenError, match="is a folder"):
        export.write(snapshot(), form, tmp_path, overwrite=True)
    assert not [path for path in tmp_path.rglob("*") if "draft" in path.name]


@pytest.mark.slow
def test_a_disk_that_is_full_at_the_end_of_duckdb_is_told(tmp_path: Path) -> None:
    out = tmp_path / "out.duckdb"
    export.write(snapshot(), "duckdb", out)
    code = (
        "import resource, sys; from pathlib import Path; from hostile_release import snapshot; from tumen.errors import TumenError;"
        "from tumen.exports import export; limit = int(sys.argv[2]);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit));"
        "out = Path(sys.argv[1])\n"
        "try:\n    export.write(snapshot(), 'duckdb', out)\nexcept TumenError as error:\n    print(error)"
    )
    limit = out.stat().st_size - 8192
    asked = [sys.executable, "-c", code, str(tmp_path / "small.duckdb"), str(limit)]
    run = subprocess.run(
        asked, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1] / "support"
    )
    assert "DuckDB could not write" in run.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["out.duckdb"]


@pytest.mark.slow
def test_full_disk_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from hostile_release import snapshot; from tumen.errors import TumenError;"
        "from tumen.exports import contents, export; contents.collect(snapshot());"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "for form in export.FORMS:\n try: export.write(snapshot(), form, sys.argv[1])\n except TumenError as error: print(form, error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "out"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1] / "support",
    )
    assert [line.split(" ")[0] for line in run.stdout.splitlines() if "could not" in line] == list(
        export.FORMS
    )
    assert list(tmp_path.iterdir()) == []


def test_on_the_command_line(tmp_path: Path) -> None:
    run = subprocess.run(
        [TUMEN, "export", "--to", "jsonl", tmp_path / "out.jsonl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        run.stdout == f"{tmp_path / 'out.jsonl'}: {(tmp_path / 'out.jsonl').stat().st_size} bytes\n"
    )
    again = subprocess.run(
        [TUMEN, "export", "--to", "jsonl", tmp_path / "out.jsonl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("tumen: ")


def test_unknown_form_and_missing_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        UnknownNameError, match="no form of export 'sqlight'; did you mean 'sqlite'"
    ):
        export.write(snapshot(), "sqlight", tmp_path / "out")
    monkeypatch.setattr("tumen._extras.find_spec", lambda _: None)
    with pytest.raises(
        MissingExtraError,
        match=r"export to xlsx needs packages that are not installed: pip install 'tumen\[export\]'",
    ):
        export.write(snapshot(), "xlsx", tmp_path / "out")
