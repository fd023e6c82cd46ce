"""What differs between two releases, record by record; applied to the older one, it gives the newer one.

A difference is a row: `record_id`, `table`, `field`, `old`, `new`, `kind`; values are canonical JSON (RFC 8785), null where there
is none. `field` is null where a whole row came or went, which then stands in `new` or `old`. A participant or a citation belongs to
the record that it stands in; where one of its cells changed, `old` and `new` hold it with the rest of the row's key. Kinds:

    added         a record, with all that belongs to it
    corrected     a cell, a participant or a citation of a record that both have, but for a citation that came
    retired       a record that went, and the row of the table `retired` that says why
    source added  a citation that came to a record that both have
    schema        a table or column that came, went or changed, without record_id, and the cells that follow from it, with it
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl
import rfc8785

from tumen.comparison.schema_changes import TableShape, differences, shape
from tumen.errors import UnknownNameError
from tumen.release import catalog
from tumen.release.conformance import NATIVE, sound_file
from tumen.table_names import KEYS, TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tumen.table_names import TableName

COLUMNS: Final = ("record_id", "table", "field", "old", "new", "kind")
KINDS: Final = ("added", "corrected", "retired", "source added", "schema")

Row = dict[str, Any]
Key = tuple[str, ...]


class Edition(NamedTuple):
    """A release to compare: the shape of its tables, and their rows with codes as plain text."""

    shape: Mapping[str, TableShape]
    tables: Mapping[str, pl.DataFrame]


def diff(a: str, b: str, table: TableName | None = None) -> pl.DataFrame:
    """Return what differs from release `a` to release `b`, of one table or of all.

    Columns: record_id, table, field, old, new (canonical JSON), kind (added, corrected, retired, source added, schema); see
    `docs/reference/releases.md`.

    Raises `UnknownNameError` for a release or table that does not exist, `SchemaError` for a release that this
    library cannot read.
    """
    if table is not None and table not in TABLE_NAMES:
        raise UnknownNameError("table", table, TABLE_NAMES)
    changes = between(edition(catalog.find(a)), edition(catalog.find(b)))
    return changes if table is None else changes.filter(pl.col("table") == table)


def edition(folder: Path) -> Edition:
    """Return the release in a folder."""
    tables = shape(catalog.describe(folder))
    files = {name: sound_file(folder, name) for name in tables}
    return Edition(
        tables,
        {
            name: pl.read_parquet(path, glob=False, hive_partitioning=False)
            for name, path in files.items()
        },
    )


def between(old: Edition, new: Edition) -> pl.DataFrame:
    """Return the differences from one edition to another: the schema's first, then by table: what went, what came, what changed."""
    lines: list[tuple[str | None, ...]] = [
        (None, change.table, change.field, _json(change.old), _json(change.new), "schema")
        for change in differences(old.shape, new.shape)
    ]
    lasting = _records(old) & _records(new)
    for table in dict.fromkeys((*old.shape, *new.shape)):
        lines += _of_table(table, old, new, lasting)
    return pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _records(edition: Edition) -> set[str]:
    return {
        record
        for table, key in KEYS.items()
        if table in edition.tables
        for record in edition.tables[table][key]
    }


def _of_table(
    table: str, old: Edition, new: Edition, lasting: set[str]
) -> Iterator[tuple[str | None, ...]]:
    before, after = _rows(table, old), _rows(table, new)
    shapes = [one.shape[table] for one in (old, new) if table in one.shape]
    lasts = (
        {}
        if shapes[0].key != shapes[-1].key
        else {key: after[key] for key in before if key in after}
    )
    for rows, came in ((before, False), (after, True)):
        for key in sorted(rows.keys() - lasts.keys(), key=_order):
            row = _json(rows[key])
            yield (
                key[0],
                table,
                None,
                None if came else row,
                row if came else None,
                _kind(table, key, lasting, came=came),
            )
    for key in sorted(lasts, key=_order):
        yield from _cells(table, key, before[key], lasts[key], shapes)


def _cells(
    table: str, key: Key, was: Row, now: Row, shapes: list[TableShape]
) -> Iterator[tuple[str | None, ...]]:
    rest = dict(zip(shapes[0].key[1:], key[1:], strict=True))
    for name in dict.fromkeys(name for one in shapes for name in one.columns):
        types = {one.columns[name]["type"] if name in one.columns else None for one in shapes}
        if was.get(name) != now.get(name) or (
            len(types) > 1 and _json(was.get(name)) != _json(now.get(name))
        ):
            old, new = (
                _json({**rest, name: row.get(name)} if rest else row.get(name))
                for row in (was, now)
            )
            yield key[0], table, name, old, new, "corrected" if len(types) == 1 else "schema"


def _rows(table: str, edition: Edition) -> dict[Key, Row]:
    if table not in edition.tables:
        return {}
    key = edition.shape[table].key
    rows = [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in row.items()
        }
        for row in edition.tables[table].iter_rows(named=True)
    ]
    return {tuple(row[name] for name in key): row for row in rows}


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((part is not None, part or "") for part in key)


def _kind(table: str, key: Key, lasting: set[str], *, came: bool) -> str:
    if table == "retired":
        return "retired" if came else "corrected"
    if len(key) > 1 and key[0] in lasting:
        return "source added" if came and table == "citations" else "corrected"
    return "added" if came else "retired"


def _json(value: Any) -> str | None:
    return None if value is None else rfc8785.dumps(value).decode()


def apply(old: Edition, changes: pl.DataFrame) -> Edition:
    """Return the edition that `changes` make of `old`: from A to B, applied to A, they give B, rows sorted by key."""
    lines = list(changes.iter_rows(named=True))
    told = [line for line in lines if line["record_id"] is None]
    shapes = _reshaped(old.shape, told)
    rows = {
        table: _rows(table, old) if table in old.shape else {} for table in {**old.shape, **shapes}
    }
    for line in lines:
        if line["record_id"] is not None:
            _set(rows[line["table"]], old.shape.get(line["table"]), shapes.get(line["table"]), line)
    frames = {table: _frame(list(rows[table].values()), one) for table, one in shapes.items()}
    return Edition(shapes, frames)


def _reshaped(old: Mapping[str, TableShape], told: list[Row]) -> dict[str, TableShape]:
    """Return the tables as the schema's changes leave them, columns that came at the place that they came to."""
    tables = {
        name: TableShape(one.key, {name: dict(column) for name, column in one.columns.items()})
        for name, one in old.items()
    }
    for line in told:
        table, name = line["table"], line["field"]
        before, after = (
            {} if line[side] is None else json.loads(line[side]) for side in ("old", "new")
        )
        if name is None:
            if not after:
                del tables[table]
            else:
                columns = after["columns"] if "columns" in after else tables[table].columns
                tables[table] = TableShape(tuple(after["key"]), columns)
        elif not after and "position" in before:
            del tables[table].columns[name]
        elif "position" not in after:
            _alter(tables[table].columns[name], before, after)
    for line in told:
        after = json.loads(line["new"] or "{}")
        if line["field"] is not None and "position" in after:
            columns = tables[line["table"]].columns
            items = list(columns.items())
            items.insert(after.pop("position"), (line["field"], after))
            columns.clear()
            columns.update(items)
    return tables


def _alter(column: Row, before: Row, after: Row) -> None:
    codes = column["codes"]
    gained, lost = after.pop("codes", []), before.pop("codes", [])
    if gained is None or lost is None:
        column["codes"] = gained
    elif codes is not None:
        column["codes"] = [code for code in codes if code not in lost] + gained
    column |= after


def _set(rows: dict[Key, Row], old: TableShape | None, new: TableShape | None, line: Row) -> None:
    was, now = (_value_of(line[side]) for side in ("old", "new"))
    if line["field"] is not None:
        rest = new.key[1:] if new else ()
        cell = now or was
        key = (line["record_id"], *(cell[name] for name in rest))
        rows[key][line["field"]] = now[line["field"]] if rest else now
    elif now is not None and new:
        rows[tuple(now[name] for name in new.key)] = now
    elif old:
        del rows[tuple(was[name] for name in old.key)]


def _value_of(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _frame(rows: list[Row], shape: TableShape) -> pl.DataFrame:
    types = {name: NATIVE[column["type"]] for name, column in shape.columns.items()}
    ordered = sorted(rows, key=lambda row: _order(tuple(row[name] for name in shape.key)))
    data = {name: [_value(row.get(name), kind) for row in ordered] for name, kind in types.items()}
    return pl.DataFrame(data, schema=types, strict=False)


def _value(value: Any, kind: Any) -> Any:
    return dt.date.fromisoformat(value) if kind == pl.Date and value is not None else value
