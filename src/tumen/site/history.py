"""What each release did to each record: when it came in, what was changed, when it was withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tumen import catalog
from tumen.names import KEYS, PREFIXES
from tumen.plot import look
from tumen.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_Rows = dict[str, dict[str, Any]]


def history(ds: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Return what each release at hand, up to the snapshot's own, did to each record: release, date, kind, fields.

    The key is table and record, "meetings mtg-0042", since a place and a state may share an id. `kind` is added, changed or
    withdrawn; `fields` maps a changed field to the value before and after. What a record cites, and who took part, count as
    fields of it.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    before: _Rows = {}
    for entry in catalog.index(ds.folder.parent):
        now = _records(Snapshot(entry["version"]))
        for record, change in _changes(before, now):
            told.setdefault(record, []).append({"release": entry["version"], "date": entry["date"], **change})
        before = now
        if entry["version"] == ds.release:
            break
    return told


def _records(ds: Snapshot) -> _Rows:
    tables = {name: frame.collect() for name, frame in ds.tables.items()}
    found = {f"{table} {row[key]}": row for table, key in KEYS.items() for row in look.rows(tables[table])}
    cited = {row[KEYS[table]]: f"{table} {row[KEYS[table]]}" for table in PREFIXES.values() for row in look.rows(tables[table])}
    for row in look.rows(tables["citations"].sort("record_id", "source_id", "via_id")):
        found[cited[row["record_id"]]].setdefault("sources", []).append(row["source_id"])
    for row in look.rows(tables["participants"].sort("meeting_id", "actor_id")):
        found[f"meetings {row['meeting_id']}"].setdefault("participants", []).append(row["actor_id"])
    return found


def _changes(before: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for record, fields in now.items():
        if record not in before:
            yield record, {"kind": "added", "fields": {}}
        elif fields != before[record]:
            old = before[record]
            names = [name for name in {**old, **fields} if old.get(name) != fields.get(name)]
            yield record, {"kind": "changed", "fields": {name: [old.get(name), fields.get(name)] for name in names}}
    for record in before.keys() - now.keys():
        yield record, {"kind": "withdrawn", "fields": {}}
