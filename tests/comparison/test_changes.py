"""The differences between two releases, which applied to one give the other."""

from __future__ import annotations

import datetime as dt
import string
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tumen
from tumen import as_known_on
from tumen.comparison.changes import COLUMNS, KINDS, Edition, apply, between
from tumen.comparison.schema_changes import TableShape
from tumen.errors import UnknownNameError
from tumen.publishing import build as publishing_build
from tumen.release import catalog
from tumen.release.conformance import POLARS_TYPES
from tumen.table_names import ROW_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = st.text(string.ascii_lowercase + "Шё두'\"\\\n", max_size=3)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "date": st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)),
    "number": st.one_of(st.integers(-10, 10**15).map(float), st.floats(-1e6, 1e6, allow_nan=False)),
    "boolean": st.booleans(),
    "list": st.lists(TEXT, max_size=2),
}
TABLES = ("meetings", "participants", "citations", "retired", "set_aside")
IDS = st.sampled_from(["mtg-0001", "mtg-0002", "mtg-0003"])


def column(kind: str, codes: list[str] | None = None) -> dict[str, Any]:
    return {"type": kind, "required": False, "unit": None, "codes": codes}


@st.composite
def shapes(draw: st.DrawFn, table: str) -> TableShape:
    key = ROW_KEYS[table]
    names = draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=4))
    kinds = {name: draw(st.sampled_from(sorted(VALUES))) for name in names}
    coded = {
        name: draw(st.one_of(st.none(), st.lists(st.sampled_from("xyz"), min_size=1, unique=True)))
        for name in names
    }
    columns = {name: column("string") for name in key}
    return TableShape(
        key, columns | {name: column(kind, coded[name]) for name, kind in kinds.items()}
    )


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    held = draw(st.lists(st.sampled_from(TABLES), unique=True, min_size=1))
    told, tables = {}, {}
    for table in held:
        told[table] = shape = draw(shapes(table))
        keys = draw(
            st.lists(
                st.tuples(IDS, *(st.sampled_from(["p", "q"]) for _ in shape.key[1:])),
                unique=True,
                max_size=4,
            )
        )
        if table == "citations":
            keys = list(
                dict.fromkeys((*key[:2], None if key[2] == "q" else key[2]) for key in keys)
            )
        rows = [
            dict(zip(shape.key, key, strict=True))
            | {
                name: draw(st.one_of(st.none(), VALUES[one["type"]]))
                for name, one in shape.columns.items()
                if name not in shape.key
            }
            for key in keys
        ]
        types = {name: POLARS_TYPES[one["type"]] for name, one in shape.columns.items()}
        tables[table] = pl.DataFrame(rows, schema=types, orient="row").sort(
            shape.key, nulls_last=False
        )
    return Edition(told, tables)


def comparable(edition: Edition) -> dict[str, Any]:
    """Return the edition with vocabularies as sets, because their order is not compared."""
    return {
        table: (
            shape.key,
            {
                name: {**one, "codes": one["codes"] and set(one["codes"])}
                for name, one in shape.columns.items()
            },
            edition.tables[table].select(sorted(shape.columns)).to_dicts(),
        )
        for table, shape in edition.shape.items()
    }


@settings(max_examples=150, deadline=None)
@given(editions(), editions())
def test_changes_lead_from_one_to_the_other(old: Edition, new: Edition) -> None:
    changes = between(old, new)
    assert set(changes["kind"]) <= set(KINDS)
    assert comparable(apply(old, changes)) == comparable(new)
    assert comparable(old) == comparable(apply(new, between(new, old)))
    assert between(new, new).is_empty()


MEETINGS = TableShape(("meeting_id",), {"meeting_id": column("string"), "venue": column("string")})
CITATIONS = TableShape(
    ("record_id", "source_id", "via_id"),
    {name: column("string") for name in ("record_id", "source_id", "via_id", "note")},
)
RETIRED = TableShape(("record_id",), {"record_id": column("string"), "reason": column("string")})
SHAPE = {"meetings": MEETINGS, "citations": CITATIONS, "retired": RETIRED}


def of(**rows: list[tuple[str | None, ...]]) -> Edition:
    return Edition(
        SHAPE,
        {
            table: pl.DataFrame(
                rows.get(table, []), schema=dict.fromkeys(shape.columns, pl.String), orient="row"
            )
            for table, shape in SHAPE.items()
        },
    )


OLD = of(
    meetings=[("mtg-0001", None), ("mtg-0002", "Kremlin")],
    citations=[("mtg-0001", "a", None, None), ("mtg-0002", "a", None, None)],
)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, []),
        (
            of(
                meetings=[("mtg-0001", "Bolshoi"), ("mtg-0002", "Kremlin")],
                citations=OLD.tables["citations"].rows(),
            ),
            [("mtg-0001", "meetings", "venue", None, '"Bolshoi"', "corrected")],
        ),
        (
            of(
                meetings=OLD.tables["meetings"].rows(),
                citations=[*OLD.tables["citations"].rows(), ("mtg-0001", "b", "tass", None)],
            ),
            [
                (
                    "mtg-0001",
                    "citations",
                    None,
                    None,
                    '{"note":null,"record_id":"mtg-0001","source_id":"b","via_id":"tass"}',
                    "source added",
                )
            ],
        ),
        (
            of(
                meetings=OLD.tables["meetings"].rows(),
                citations=[("mtg-0001", "a", None, "Says so."), ("mtg-0002", "a", None, None)],
            ),
            [
                (
                    "mtg-0001",
                    "citations",
                    "note",
                    '{"note":null,"source_id":"a","via_id":null}',
                    '{"note":"Says so.","source_id":"a","via_id":null}',
                    "corrected",
                )
            ],
        ),
        (
            of(
                meetings=[*OLD.tables["meetings"].rows(), ("mtg-0003", None)],
                citations=[*OLD.tables["citations"].rows(), ("mtg-0003", "a", None, None)],
            ),
            [
                (
                    "mtg-0003",
                    "meetings",
                    None,
                    None,
                    '{"meeting_id":"mtg-0003","venue":null}',
                    "added",
                ),
                (
                    "mtg-0003",
                    "citations",
                    None,
                    None,
                    '{"note":null,"record_id":"mtg-0003","source_id":"a","via_id":null}',
                    "added",
                ),
            ],
        ),
        (
            of(
                meetings=[("mtg-0001", None)],
                citations=[("mtg-0001", "a", None, None)],
                retired=[("mtg-0002", "duplicate")],
            ),
            [
                (
                    "mtg-0002",
                    "meetings",
                    None,
                    '{"meeting_id":"mtg-0002","venue":"Kremlin"}',
                    None,
                    "retired",
                ),
                (
                    "mtg-0002",
                    "citations",
                    None,
                    '{"note":null,"record_id":"mtg-0002","source_id":"a","via_id":null}',
                    None,
                    "retired",
                ),
                (
                    "mtg-0002",
                    "retired",
                    None,
                    None,
                    '{"reason":"duplicate","record_id":"mtg-0002"}',
                    "retired",
                ),
            ],
        ),
    ],
)
def test_kinds(new: Edition, expected: list[tuple[str | None, ...]]) -> None:
    assert between(OLD, new).rows() == expected


def test_added_column_is_not_a_correction() -> None:
    wider = TableShape(("meeting_id",), {**MEETINGS.columns, "format": column("string", ["talks"])})
    frame = OLD.tables["meetings"].with_columns(pl.Series("format", ["talks", None], pl.String))
    new = Edition({**SHAPE, "meetings": wider}, {**OLD.tables, "meetings": frame})
    changes = between(OLD, new)
    told = '{"codes":["talks"],"position":2,"required":false,"type":"string","unit":null}'
    assert changes.rows() == [
        (None, "meetings", "format", None, told, "schema"),
        ("mtg-0001", "meetings", "format", None, '"talks"', "schema"),
    ]
    assert apply(OLD, changes).tables["meetings"].equals(frame)


def test_diff_of_releases(
    write_dataset: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_dataset()
    releases = root.parent.absolute() / "releases"
    publishing_build.build(root, releases, "2026.11.0", as_known_on.parse_day("2026-11-24"))
    places = root / "places.yaml"
    places.write_text(places.read_text().replace("longitude: 125.75", "longitude: 125.5"))
    meetings = root / "meetings.yaml"
    meetings.write_text(meetings.read_text().replace("capacity: President", "capacity: Chairman"))
    publishing_build.build(root, releases, "2026.11.1", as_known_on.parse_day("2026-11-25"))
    monkeypatch.setattr(catalog, "folder", lambda: releases)
    catalog.index.cache_clear()
    changes = tumen.diff("2026.11.0", "2026.11.1")
    catalog.index.cache_clear()
    assert changes.columns == list(COLUMNS)
    assert changes.select("record_id", "table", "field").rows() == [
        ("mtg-0001", "participants", "capacity"),
        ("pyongyang", "places", "longitude"),
    ]
    assert changes.equals(pl.read_parquet(releases / "2026.11.1" / "changes.parquet"))


def test_unknown_names() -> None:
    with pytest.raises(UnknownNameError, match="no release '2026.11.00'; did you mean '2026.11.0'"):
        tumen.diff("2026.11.00", "2026.11.0")
    with pytest.raises(UnknownNameError, match="no table 'meeting'; did you mean 'meetings'"):
        tumen.diff("2026.11.0", "2026.11.0", "meeting")  # type: ignore[arg-type]
