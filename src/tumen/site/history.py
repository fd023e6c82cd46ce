"""What each release did to each record: when it came in, what was changed, when it was retired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tumen.comparison import changes
from tumen.comparison.changes import Edition
from tumen.release import catalog
from tumen.release.index import INDEX
from tumen.table_names import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.snapshot import Snapshot

_EMPTY = Edition({}, {})


def history(ds: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Return what each release at hand, up to the snapshot's own, did to each record: release, date, kind, changes.

    The key is table and record, "meetings mtg-0042", since a place and a state may share an id. `kind` is added, changed or
    retired; `changes` are the cells, participants and citations that differ, as `tumen.comparison.changes` gives them: what,
    old, new. Only releases in the snapshot's own folder count; of one that was fetched, it is told what it says itself that
    it changed.
    """
    if not (ds.folder.parent / INDEX).is_file():
        return {record: [change] for record, change in _alone(ds).items()}
    told: dict[str, list[dict[str, Any]]] = {}
    before = _EMPTY
    for entry in catalog.index(ds.folder.parent):
        if not (ds.folder.parent / entry["version"]).is_dir():
            continue
        now = changes.edition(ds.folder.parent / entry["version"])
        for record, change in _of_release(before, now).items():
            told.setdefault(record, []).append(
                {"release": entry["version"], "date": entry["date"], **change}
            )
        before = now
        if entry["version"] == ds.release:
            break
    return told


def _alone(ds: Snapshot) -> dict[str, dict[str, Any]]:
    now, stamp = (
        changes.edition(ds.folder),
        {"release": ds.release, "date": ds.description["created"][:10]},
    )
    if ds.description.get("changes_since"):
        found = _changed(pl.read_parquet(ds.folder / "changes.parquet"), _tables(now))
    else:
        found = _of_release(_EMPTY, now)
    return {record: stamp | change for record, change in found.items()}


def _of_release(before: Edition, now: Edition) -> dict[str, dict[str, Any]]:
    if before is _EMPTY:
        return {record: {"kind": "added", "changes": []} for record in _tables(now)}
    return _changed(changes.between(before, now), _tables(before) | _tables(now))


def _changed(told: pl.DataFrame, tables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    owner = {
        name.split(" ")[1]: name
        for name in tables
        if tables[name] not in ("actors", "places", "sources")
    }
    found: dict[str, dict[str, Any]] = {}
    for record_id, table, field, old, new, kind in told.iter_rows():
        record = f"{table} {record_id}" if table in KEYS else owner.get(record_id)
        if record is None or kind == "schema" or table == "retired":
            continue
        whole = field is None and table in KEYS
        one = found.setdefault(record, {"kind": kind if whole else "changed", "changes": []})
        if one["kind"] == "changed":
            one["changes"].append([field or table, old, new])
    return found


def _tables(edition: Edition) -> dict[str, str]:
    """Return the table of each record, by table and record."""
    return {
        f"{table} {key}": table
        for table, name in KEYS.items()
        if table in edition.tables
        for key in edition.tables[table][name]
    }
