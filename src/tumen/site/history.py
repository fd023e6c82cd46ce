"""What each release changed in each record: when it was added, changed or retired."""

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
    """Return what each release changed in each record, up to the snapshot's own release.

    Only releases in the same folder count. For a release that was fetched alone, the result is what
    it lists itself as its changes.

    Returns:
        By table and record, such as "meetings mtg-0042" (a place and a state may share an id), a
        dict per release with these keys:

        - release, date: version of the release and its date
        - kind: added, changed or retired
        - changes: the cells, participants and citations that differ, as `tumen.comparison.changes`
          gives them: what, old, new

    """
    if not (ds.folder.parent / INDEX).is_file():
        return {record: [change] for record, change in _of_single_release(ds).items()}
    records: dict[str, list[dict[str, Any]]] = {}
    before = _EMPTY
    for entry in catalog.index(ds.folder.parent):
        if not (ds.folder.parent / entry["version"]).is_dir():
            continue
        now = changes.edition(ds.folder.parent / entry["version"])
        for record, change in _of_release(before, now).items():
            records.setdefault(record, []).append(
                {"release": entry["version"], "date": entry["date"], **change}
            )
        before = now
        if entry["version"] == ds.release:
            break
    return records


def _of_single_release(ds: Snapshot) -> dict[str, dict[str, Any]]:
    now = changes.edition(ds.folder)
    stamp = {"release": ds.release, "date": ds.description["created"][:10]}
    if ds.description.get("changes_since"):
        records = _by_record(pl.read_parquet(ds.folder / "changes.parquet"), _tables(now))
    else:
        records = _of_release(_EMPTY, now)
    return {record: stamp | change for record, change in records.items()}


def _of_release(before: Edition, now: Edition) -> dict[str, dict[str, Any]]:
    if before is _EMPTY:
        return {record: {"kind": "added", "changes": []} for record in _tables(now)}
    return _by_record(changes.between(before, now), _tables(before) | _tables(now))


def _by_record(changed: pl.DataFrame, tables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Group changes by the record that they belong to.

    Participants and citations belong to the record whose id they carry.
    """
    owner = {
        name.split(" ")[1]: name
        for name in tables
        if tables[name] not in ("actors", "places", "sources")
    }
    records: dict[str, dict[str, Any]] = {}
    for record_id, table, field, old, new, kind in changed.iter_rows():
        record = f"{table} {record_id}" if table in KEYS else owner.get(record_id)
        if record is None or kind == "schema" or table == "retired":
            continue
        is_whole_record = field is None and table in KEYS
        entry = records.setdefault(
            record, {"kind": kind if is_whole_record else "changed", "changes": []}
        )
        if entry["kind"] == "changed":
            entry["changes"].append([field or table, old, new])
    return records


def _tables(edition: Edition) -> dict[str, str]:
    """Return the table of each record, by table and record."""
    return {
        f"{table} {key}": table
        for table, name in KEYS.items()
        if table in edition.tables
        for key in edition.tables[table][name]
    }
