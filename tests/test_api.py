"""One line from a release to a frame."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, get_args

import polars as pl
import pyarrow as pa
import pytest

import tumen
from tumen.errors import SchemaError, TumenError, UnknownNameError
from tumen.release import catalog, datapackage
from tumen.table_names import TableName

if TYPE_CHECKING:
    from pathlib import Path

SEED = "2026.11.0"


def test_types() -> None:
    meetings = tumen.load("meetings", release=SEED)
    assert isinstance(meetings.schema["format"], pl.Enum)
    assert meetings.schema["start_date"] == pl.Date
    assert meetings.schema["topics"] == pl.List(pl.String)
    assert meetings.filter(pl.col("format") == "visit").height == 3


def test_scan_is_lazy_and_equal() -> None:
    assert isinstance(tumen.scan("estimates"), pl.LazyFrame)
    assert tumen.scan("estimates").collect().equals(tumen.load("estimates"))


def test_other_frames() -> None:
    assert isinstance(tumen.load("estimates", as_="arrow"), pa.Table)
    pandas = tumen.load("estimates", release=SEED, as_="pandas")
    assert list(pandas["best"].dropna()) == [11000, 1000, 5000, 4]


def test_columns() -> None:
    assert tumen.load("meetings", columns=["meeting_id", "topics"]).columns == [
        "meeting_id",
        "topics",
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tumen.load("meeting"), "no table 'meeting'; did you mean 'meetings'"),  # type: ignore[call-overload]
        (
            lambda: tumen.load("meetings", release="2026.11.00"),
            "no release '2026.11.00'; did you mean '2026.11.0'",
        ),
        (
            lambda: tumen.load("meetings", columns=["start"]),
            "no column in meetings 'start'; did you mean 'start_date'",
        ),
        (
            lambda: tumen.load("meetings", as_="panda"),  # type: ignore[call-overload]
            "no kind of frame 'panda'; did you mean 'pandas'",
        ),
        (lambda: tumen.codebook("estimate"), "no table 'estimate'; did you mean 'estimates'"),  # type: ignore[arg-type]
        (lambda: tumen.open(release=SEED).record("mtg-0009"), "no record 'mtg-0009'; did you mean"),
        (
            lambda: tumen.open(release=SEED).timeline(actor="shoigu"),
            "no actor 'shoigu'; did you mean 'sergei-shoigu'",
        ),
        (lambda: tumen.open(release=SEED).timeline(table="actors"), "no table with dates 'actors'"),
    ],
)
def test_unknown_names(call: object, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        call()  # type: ignore[operator]
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("day", ["31 March 2025", "2025-03", "", "2025-02-30", 20250331])
def test_known_by_wants_a_day(day: object) -> None:
    with pytest.raises(TumenError, match="is not a date; write it as '2025-03-31'"):
        tumen.load("meetings", known_by=day)  # type: ignore[call-overload]


def test_unknown_attribute() -> None:
    with pytest.raises(AttributeError, match="no table or view 'meeting'"):
        _ = tumen.open().meeting
    with pytest.raises(AttributeError, match="has no attribute 'laod'"):
        _ = tumen.laod


def test_exported_names_exist() -> None:
    for name in tumen.__all__:
        assert getattr(tumen, name) is not None
    assert set(tumen.__all__) <= set(dir(tumen))
    release = catalog.latest()
    assert release
    assert tumen.tables() == catalog.tables(release)
    assert set(tumen.tables()) <= set(get_args(TableName))
    assert SEED in tumen.releases()["version"].to_list()


def test_codebook() -> None:
    frame = tumen.codebook("estimates")
    assert frame.filter(pl.col("column") == "bound")["codes"].to_list()[0][:3] == [
        "exact",
        "about",
        "at_least",
    ]
    assert tumen.codebook()["table"].unique().len() == len(tumen.tables())


def test_import_brings_neither_polars_nor_pandera() -> None:
    code = "import sys, tumen; print(sorted({'polars', 'pandera', 'pyarrow', 'rich'} & set(sys.modules)))"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        == "[]\n"
    )
    code = f"import sys, tumen; tumen.load('meetings'); tumen.diff({SEED!r}, {SEED!r}); print(sorted({{'pandera', 'pyarrow', 'narwhals'}} & set(sys.modules)))"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        == "[]\n"
    )


def test_sql() -> None:
    snapshot = tumen.open(release=SEED)
    assert snapshot.sql("select count(*) as n from meetings")["n"].to_list() == [5]
    with pytest.raises(TumenError, match="the query failed"):
        snapshot.sql("select * from meeting")


@pytest.mark.parametrize("name", ["datapackage.json", "meetings.parquet"])
def test_damage_in_the_package_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = tmp_path / "releases"
    shutil.copytree(catalog.folder(), releases)
    monkeypatch.setattr(catalog, "folder", lambda: releases)
    path = releases / SEED / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    told = f"{name} is not the file that was published: its digest differs; install tumen again"
    with pytest.raises(SchemaError, match=told):
        tumen.load("meetings", release=SEED)
    with pytest.raises(SchemaError, match=told):
        tumen.diff(SEED, SEED)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"version": "2026.11"}, "'2026.11' is not a version"),
        ({"date": None}, "date of 2026.11.0 is None, not YYYY-MM-DD"),
        ({"schema_version": "new"}, "schema_version of 2026.11.0 is 'new', not MAJOR.MINOR"),
        ({"datapackage": "sha256:0"}, "datapackage of 2026.11.0 is 'sha256:0', not sha256:"),
        ({"withdrawn": True}, "2026.11.0 was withdrawn without a date or a reason"),
    ],
)
def test_an_index_that_is_not_one_is_told(
    entry: dict[str, object], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {
        "version": SEED,
        "date": "2026-11-24",
        "schema_version": "1.0",
        "datapackage": f"sha256:{'0' * 64}",
    }
    (tmp_path / "index.json").write_text(json.dumps({"releases": [whole | entry]}))
    monkeypatch.setattr(catalog, "folder", lambda: tmp_path)
    with pytest.raises(
        SchemaError, match=rf"index\.json cannot be read \({told}.*\); install tumen again"
    ):
        tumen.load("meetings")


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "{}", '{"resources": [{"name": "meetings"}]}', '{"resources": [{"path": "../x"}]}'],
)
def test_a_description_that_is_none_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(content)
    with pytest.raises(
        SchemaError,
        match=r"datapackage\.json (is not the|names the file).*; name another release, and report",
    ):
        catalog.describe(tmp_path)


def test_release_of_an_older_schema_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a later MINOR added is missing from `load`, as published, and null or empty in the views."""
    older = tmp_path / "2026.10.0"
    shutil.copytree(catalog.find(SEED), older)
    described = json.loads((older / "datapackage.json").read_text()) | {"version": "2026.10.0"}
    described["resources"] = [one for one in described["resources"] if one["name"] != "launches"]
    (older / "launches.parquet").unlink()
    meetings = described["resources"][0]
    meetings["schema"]["fields"] = [
        field for field in meetings["schema"]["fields"] if field["name"] != "venue"
    ]
    pl.read_parquet(older / "meetings.parquet").drop("venue").write_parquet(
        older / "meetings.parquet"
    )
    meetings["hash"] = datapackage.sha256((older / "meetings.parquet").read_bytes())
    (older / "datapackage.json").write_text(json.dumps(described))
    found = catalog.find
    monkeypatch.setattr(
        catalog,
        "find",
        lambda version, store=None: older if version == "2026.10.0" else found(version, store),
    )
    assert "venue" not in tumen.load("meetings", release="2026.10.0").columns
    with pytest.raises(UnknownNameError, match="no table in release 2026.10.0 'launches'"):
        tumen.load("launches", release="2026.10.0")
    snapshot = tumen.open(release="2026.10.0", known_by="2026-01-01")
    assert snapshot.meetings.collect()["venue"].null_count() == 5
    assert snapshot.launches.collect().is_empty()
    assert "launches" not in tumen.codebook(release="2026.10.0")["table"].to_list()
    assert set(snapshot.codebook()["table"]) == set(tumen.tables()) - {"launches"}
    assert snapshot.launches.collect_schema().names() == tumen.load("launches").columns
    assert set(snapshot.timeline()["table"]) >= {"meetings"}


def test_newer_schema_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tumen.release.catalog.SCHEMA_MAJOR", 0)
    with pytest.raises(
        SchemaError, match="newer than this library reads: pip install --upgrade tumen"
    ):
        tumen.load("meetings")
