"""The differences between two releases, record by record.

They are complete: applied to the older release, they give the newer one. Each difference is a row
with the columns `record_id`, `table`, `field`, `old`, `new` and `kind`. Values are canonical JSON
(RFC 8785), null where there is no value. `field` is null where a whole row was added or removed;
the row is then in `new` or `old`. Participants and citations belong to the record that contains
them. Where one of their cells changed, `old` and `new` contain the cell and the rest of the row's
key. Kinds:

    added         a record, with its participants and citations
    corrected     a changed cell, participant or citation of a record that both releases have
    retired       a removed record, and the row of the table `retired` that gives the reason
    source added  a new citation of a record that both releases have
    schema        a table or column that was added, removed or changed (without record_id), and the
                  cells that change because of it (with record_id)
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl
import rfc8785

from tumen._system.paths import polars_source
from tumen.comparison.schema_changes import TableShape, differences, table_shapes
from tumen.errors import UnknownNameError
from tumen.release import catalog
from tumen.release.conformance import POLARS_TYPES, verified_table
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
    """A release to compare: the shape of each table, and its rows with codes as plain text."""

    shape: Mapping[str, TableShape]
    tables: Mapping[str, pl.DataFrame]


def diff(a: str, b: str, table: TableName | None = None) -> pl.DataFrame:
    """Compare two releases, in one table or in all.

    Args:
        a: Version of the older release.
        b: Version of the newer release.
        table: Name of a table; None for all tables.

    Returns:
        A row for each difference, with the columns `record_id`, `table`, `field`, `old`, `new`
        (canonical JSON) and `kind` (added, corrected, retired, source added, schema). See
        `docs/releases.md`.

    Raises:
        UnknownNameError: A release or the table does not exist.
        SchemaError: This library cannot read one of the releases.

    Examples:
        >>> tumen.diff("2026.11.0", "2026.11.1", table="meetings")  # doctest: +SKIP

    """
    if table is not None and table not in TABLE_NAMES:
        raise UnknownNameError("table", table, TABLE_NAMES)
    changes = between(edition(catalog.find(a)), edition(catalog.find(b)))
    return changes if table is None else changes.filter(pl.col("table") == table)


def edition(folder: Path) -> Edition:
    """Read the release in a folder."""
    tables = table_shapes(catalog.describe(folder))
    files = {name: verified_table(folder, name) for name in tables}
    return Edition(
        tables,
        {
            name: pl.read_parquet(polars_source(path), glob=False, hive_partitioning=False)
            for name, path in files.items()
        },
    )


def between(old: Edition, new: Edition) -> pl.DataFrame:
    """Return the differences from one edition to another.

    Changes of the schema come first, then those of each table: removed rows, added rows, changed
    cells. For the columns see `diff`.
    """
    lines: list[tuple[str | None, ...]] = [
        (None, change.table, change.field, _to_json(change.old), _to_json(change.new), "schema")
        for change in differences(old.shape, new.shape)
    ]
    shared = _record_ids(old) & _record_ids(new)
    for table in dict.fromkeys((*old.shape, *new.shape)):
        lines += _table_changes(table, old, new, shared)
    return pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _record_ids(edition: Edition) -> set[str]:
    return {
        record_id
        for table, key in KEYS.items()
        if table in edition.tables
        for record_id in edition.tables[table][key]
    }


def _table_changes(
    table: str, old: Edition, new: Edition, shared: set[str]
) -> Iterator[tuple[str | None, ...]]:
    """Yield the changes of a table; `shared` are the ids of the records that both editions have."""
    before, after = _rows_by_key(table, old), _rows_by_key(table, new)
    shapes = [edition.shape[table] for edition in (old, new) if table in edition.shape]
    # If the key of the table changed, no row of one edition can be identified in the other.
    same_key = shapes[0].key == shapes[-1].key
    common = before.keys() & after.keys() if same_key else set()
    for rows, is_new in ((before, False), (after, True)):
        for key in sorted(rows.keys() - common, key=_sort_key):
            row = _to_json(rows[key])
            values = (None, row) if is_new else (row, None)
            yield key[0], table, None, *values, _kind(table, key, shared, is_new=is_new)
    for key in sorted(common, key=_sort_key):
        yield from _cell_changes(table, key, before[key], after[key], shapes)


def _cell_changes(
    table: str, key: Key, before: Row, after: Row, shapes: list[TableShape]
) -> Iterator[tuple[str | None, ...]]:
    rest_of_key = dict(zip(shapes[0].key[1:], key[1:], strict=True))
    for name in dict.fromkeys(name for shape in shapes for name in shape.columns):
        # The types of the column in both editions; None where it is missing.
        types = {shape.columns[name]["type"] if name in shape.columns else None for shape in shapes}
        old, new = before.get(name), after.get(name)
        # After a change of type, values that are equal in Python (1 and True) may differ in JSON.
        if old == new and (len(types) == 1 or _to_json(old) == _to_json(new)):
            continue
        values = (
            _to_json({**rest_of_key, name: value} if rest_of_key else value) for value in (old, new)
        )
        yield key[0], table, name, *values, "corrected" if len(types) == 1 else "schema"


def _rows_by_key(table: str, edition: Edition) -> dict[Key, Row]:
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


def _sort_key(key: Key) -> tuple[tuple[bool, str], ...]:
    """Return what a key is sorted by, nulls first."""
    return tuple((part is not None, part or "") for part in key)


def _kind(table: str, key: Key, shared: set[str], *, is_new: bool) -> str:
    """Return the kind of a whole row that was added or removed."""
    if table == "retired":
        return "retired" if is_new else "corrected"
    # Only participants and citations have a key of several columns, the first of a record.
    if len(key) > 1 and key[0] in shared:
        return "source added" if is_new and table == "citations" else "corrected"
    return "added" if is_new else "retired"


def _to_json(value: Any) -> str | None:
    return None if value is None else rfc8785.dumps(value).decode()


def apply(old: Edition, changes: pl.DataFrame) -> Edition:
    """Apply the changes from edition A to B to A (`old`), and return B, rows sorted by key.

    Args:
        old: The edition to change.
        changes: The differences, as `diff` or `between` returns them.

    """
    lines = list(changes.iter_rows(named=True))
    schema_lines = [line for line in lines if line["record_id"] is None]
    shapes = _change_shapes(old.shape, schema_lines)
    rows = {
        table: _rows_by_key(table, old) if table in old.shape else {}
        for table in {**old.shape, **shapes}
    }
    for line in lines:
        if line["record_id"] is not None:
            table = line["table"]
            _change_rows(rows[table], old.shape.get(table), shapes.get(table), line)
    frames = {
        table: _to_frame(list(rows[table].values()), shape) for table, shape in shapes.items()
    }
    return Edition(shapes, frames)


def _change_shapes(old: Mapping[str, TableShape], lines: list[Row]) -> dict[str, TableShape]:
    """Return the shapes of the tables after the changes of the schema."""
    tables = {
        name: TableShape(table.key, {name: dict(column) for name, column in table.columns.items()})
        for name, table in old.items()
    }
    for line in lines:
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
            _change_column(tables[table].columns[name], before, after)
    # Added columns are inserted last, when all others are in place, since each has its position.
    for line in lines:
        after = json.loads(line["new"] or "{}")
        if line["field"] is not None and "position" in after:
            columns = tables[line["table"]].columns
            items = list(columns.items())
            items.insert(after.pop("position"), (line["field"], after))
            columns.clear()
            columns.update(items)
    return tables


def _change_column(column: Row, before: Row, after: Row) -> None:
    codes = column["codes"]
    gained, lost = after.pop("codes", []), before.pop("codes", [])
    if gained is None or lost is None:
        column["codes"] = gained
    elif codes is not None:
        column["codes"] = [code for code in codes if code not in lost] + gained
    column |= after


def _change_rows(
    rows: dict[Key, Row], old: TableShape | None, new: TableShape | None, line: Row
) -> None:
    """Apply one difference to the rows of a table."""
    before, after = (_from_json(line[side]) for side in ("old", "new"))
    if line["field"] is not None:
        rest_of_key = new.key[1:] if new else ()
        cell = after or before
        key = (line["record_id"], *(cell[name] for name in rest_of_key))
        rows[key][line["field"]] = after[line["field"]] if rest_of_key else after
    elif after is not None and new:
        rows[tuple(after[name] for name in new.key)] = after
    elif old:
        del rows[tuple(before[name] for name in old.key)]


def _from_json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _to_frame(rows: list[Row], shape: TableShape) -> pl.DataFrame:
    types = {name: POLARS_TYPES[column["type"]] for name, column in shape.columns.items()}
    ordered = sorted(rows, key=lambda row: _sort_key(tuple(row[name] for name in shape.key)))
    data = {
        name: [_to_python(row.get(name), kind) for row in ordered] for name, kind in types.items()
    }
    return pl.DataFrame(data, schema=types, strict=False)


def _to_python(value: Any, kind: Any) -> Any:
    return dt.date.fromisoformat(value) if kind == pl.Date and value is not None else value
