"""Changes of the schema between two datapackages, and the schema version that they require.

| change | version |
| --- | --- |
| a table, column or code removed or renamed | MAJOR |
| another type, unit, key or order of codes | MAJOR |
| a nullable column that is now required | MAJOR |
| a vocabulary gained or lost | MAJOR |
| a table, column or code added | MINOR |
| a required column that may now be null | MINOR |
| another title or description | none; a MINOR is allowed |

A change of meaning that the structure does not show may take a MAJOR as well. The step must not be
smaller than the change, and must not skip a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tumen.release.datapackage import BESIDE_THE_TABLES
from tumen.table_names import ROW_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class TableShape(NamedTuple):
    """What programs rely on in a table: its key, and the type, unit and codes of each column.

    Attributes:
        key: The columns that identify a row.
        columns: For each column its `type`, `required`, `unit` and `codes`.

    """

    key: tuple[str, ...]
    columns: dict[str, dict[str, Any]]


class SchemaChange(NamedTuple):
    """One change of a table, or of one column of it.

    Attributes:
        table: Name of the table.
        field: Name of the column; None for a change of the table itself.
        old: The parts that changed, as they were; None where the table or column was added.
        new: The parts that changed, as they are; None where the table or column was removed.

    """

    table: str
    field: str | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    @property
    def breaks(self) -> bool:
        """Whether a program that reads the old schema may fail on the new one."""
        if self.old is None or self.new is None:
            return self.new is None
        codes_lost = bool(self.old.get("codes"))
        # None instead of codes means a column without a vocabulary, in one of the two schemas.
        vocabulary_changed = None in (self.old.get("codes", ()), self.new.get("codes", ()))
        now_required = bool(self.new.get("required"))
        changed = self.old.keys() | self.new.keys()
        return (
            codes_lost
            or vocabulary_changed
            or now_required
            or bool({"type", "unit", "key"} & changed)
        )

    def __str__(self) -> str:
        name = f"{self.table}.{self.field}" if self.field else self.table
        if self.old is None or self.new is None:
            return f"{name} was {'added' if self.old is None else 'removed'}"
        return f"{name}: " + ", ".join(self._parts(self.old, self.new))

    @staticmethod
    def _parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        for part in dict.fromkeys((*old, *new)):
            if part == "codes" and None not in (old.get(part, ()), new.get(part, ())):
                yield from (f"lost {code!r}" for code in old.get(part, ()))
                yield from (f"gained {code!r}" for code in new.get(part, ()))
            else:
                yield f"{part} {old.get(part)} became {new.get(part)}"


def table_shapes(description: Mapping[str, Any]) -> dict[str, TableShape]:
    """Return the shape of each table that a datapackage describes, by name."""
    tables = (
        resource
        for resource in description["resources"]
        if "schema" in resource and resource["name"] not in BESIDE_THE_TABLES
    )
    return {
        table["name"]: TableShape(
            ROW_KEYS.get(table["name"]) or tuple(table["schema"]["primaryKey"]),
            {field["name"]: _column_shape(field) for field in table["schema"]["fields"]},
        )
        for table in tables
    }


def _column_shape(field: Mapping[str, Any]) -> dict[str, Any]:
    constraints = field.get("constraints", {})
    codes = constraints.get("enum") or field.get("codes")
    return {
        "type": field["type"],
        "required": constraints.get("required", False),
        "unit": field.get("unit"),
        "codes": list(codes) if codes else None,
    }


def differences(old: Mapping[str, TableShape], new: Mapping[str, TableShape]) -> list[SchemaChange]:
    """Return the changes from one schema to another, in the order of tables and columns."""
    changes: list[SchemaChange] = []
    for table in dict.fromkeys((*old, *new)):
        if table in old and table in new:
            changes += _table_changes(table, old[table], new[table])
        else:
            before, after = (
                _whole_table(tables[table]) if table in tables else None for tables in (old, new)
            )
            changes.append(SchemaChange(table, None, before, after))
    return changes


def _whole_table(table: TableShape) -> dict[str, Any]:
    return {"key": list(table.key), "columns": table.columns}


def _table_changes(table: str, old: TableShape, new: TableShape) -> Iterator[SchemaChange]:
    if old.key != new.key:
        yield SchemaChange(table, None, {"key": list(old.key)}, {"key": list(new.key)})
    for name in dict.fromkeys((*old.columns, *new.columns)):
        before, after = (
            {"position": list(side.columns).index(name), **side.columns[name]}
            if name in side.columns
            else None
            for side in (old, new)
        )
        if before is None or after is None:
            yield SchemaChange(table, name, before, after)
        elif parts := [
            part for part in ("type", "required", "unit", "codes") if before[part] != after[part]
        ]:
            yield from _column_changes(
                table,
                name,
                {part: before[part] for part in parts},
                {part: after[part] for part in parts},
            )


def _column_changes(
    table: str, name: str, old: dict[str, Any], new: dict[str, Any]
) -> Iterator[SchemaChange]:
    old_codes, new_codes = old.get("codes"), new.get("codes")
    if old_codes and new_codes:
        # Only the codes that were removed and added are part of the change.
        old["codes"] = [code for code in old_codes if code not in new_codes]
        new["codes"] = [code for code in new_codes if code not in old_codes]
        for side in (old, new):
            if not side["codes"]:
                del side["codes"]
    if old or new:
        yield SchemaChange(table, name, old, new)


def _reordered_codes(old: Mapping[str, TableShape], new: Mapping[str, TableShape]) -> Iterator[str]:
    """Return the columns whose codes changed their order, so that values sort differently."""
    for table in old.keys() & new.keys():
        for name in old[table].columns.keys() & new[table].columns.keys():
            before, after = (side[table].columns[name]["codes"] or () for side in (old, new))
            if [code for code in before if code in after] != [
                code for code in after if code in before
            ]:
                yield f"{table}.{name}: its codes are in another order"


def version_fault(since: Mapping[str, Any], models: Mapping[str, Any]) -> str | None:
    """Compare the schema version of the models with what changed since the newest release.

    Args:
        since: The datapackage of the newest release.
        models: The same part of a datapackage, made from the models.

    Returns:
        A message with the remedy, or None if the version is right.

    """
    old_shape, new_shape = table_shapes(since), table_shapes(models)
    changes = differences(old_shape, new_shape)
    old, new = since["schema_version"], models["schema_version"]
    major, minor = map(int, old.split("."))
    steps = (f"{major}.{minor}", f"{major}.{minor + 1}", f"{major + 1}.0")
    breaking = [
        *(str(change) for change in changes if change.breaks),
        *sorted(_reordered_codes(old_shape, new_shape)),
    ]
    least = 2 if breaking else 1 if changes else 0
    if new in steps[least:]:
        return None
    summary = "; ".join(breaking or map(str, changes)) or "nothing changed that programs rely on"
    return (
        f"SCHEMA_VERSION is {new}, and release {since['version']} has {old}; since then: {summary}."
        f' Write SCHEMA_VERSION = "{steps[least]}" in schemas/__init__.py, or undo the change.'
    )
