"""How the schema of the releases may grow: what changed between two datapackages, and which version that asks for.

Taken away or renamed (a table, a column, a code), another type, unit, key or order of codes, a column that was nullable and is not
any more: MAJOR.
Added, or a column that may now be null: MINOR. Titles and descriptions: none, though a MINOR may mark them. A change of meaning
that no structure shows may take a MAJOR as well; what may not happen is a step smaller than the change, or one that skips a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tumen.release.datapackage import BESIDE_THE_TABLES
from tumen.table_names import ROW_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class TableShape(NamedTuple):
    """What programs rely on in a table: its key, and of each column type, whether it is required, unit and codes."""

    key: tuple[str, ...]
    columns: dict[str, dict[str, Any]]


class SchemaChange(NamedTuple):
    """One difference: of a table, or of one `field` of it; `old` and `new` hold the parts that differ, None what is not there."""

    table: str
    field: str | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    @property
    def breaks(self) -> bool:
        """Whether a program that reads the old schema may fail on the new one."""
        if self.old is None or self.new is None:
            return self.new is None
        lost = (
            self.old.get("codes")
            or self.new.get("codes", ()) is None
            or self.old.get("codes", ()) is None
        )
        return bool(
            lost
            or self.new.get("required")
            or {"type", "unit", "key"} & (self.old.keys() | self.new.keys())
        )

    def __str__(self) -> str:
        name = f"{self.table}.{self.field}" if self.field else self.table
        if self.old is None or self.new is None:
            return f"{name} was {'added' if self.old is None else 'taken away'}"
        return f"{name}: " + ", ".join(self._parts(self.old, self.new))

    @staticmethod
    def _parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        for part in dict.fromkeys((*old, *new)):
            if part == "codes" and None not in (old.get(part, ()), new.get(part, ())):
                yield from (f"lost {code!r}" for code in old.get(part, ()))
                yield from (f"gained {code!r}" for code in new.get(part, ()))
            else:
                yield f"{part} {old.get(part)} became {new.get(part)}"


def shape(description: Mapping[str, Any]) -> dict[str, TableShape]:
    """Return the shape of each table that a datapackage describes."""
    tables = (
        one
        for one in description["resources"]
        if "schema" in one and one["name"] not in BESIDE_THE_TABLES
    )
    return {
        one["name"]: TableShape(
            ROW_KEYS.get(one["name"]) or tuple(one["schema"]["primaryKey"]),
            {field["name"]: _column(field) for field in one["schema"]["fields"]},
        )
        for one in tables
    }


def _column(field: Mapping[str, Any]) -> dict[str, Any]:
    constraints = field.get("constraints", {})
    codes = constraints.get("enum") or field.get("codes")
    return {
        "type": field["type"],
        "required": constraints.get("required", False),
        "unit": field.get("unit"),
        "codes": list(codes) if codes else None,
    }


def differences(old: Mapping[str, TableShape], new: Mapping[str, TableShape]) -> list[SchemaChange]:
    """Return how one schema differs from another, tables and columns in the order of the releases."""
    found: list[SchemaChange] = []
    for table in dict.fromkeys((*old, *new)):
        if table in old and table in new:
            found += _of_table(table, old[table], new[table])
        else:
            before, after = (
                _whole(tables[table]) if table in tables else None for tables in (old, new)
            )
            found.append(SchemaChange(table, None, before, after))
    return found


def _whole(table: TableShape) -> dict[str, Any]:
    return {"key": list(table.key), "columns": table.columns}


def _of_table(table: str, old: TableShape, new: TableShape) -> Iterator[SchemaChange]:
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
            yield from _of_column(
                table,
                name,
                {part: before[part] for part in parts},
                {part: after[part] for part in parts},
            )


def _of_column(
    table: str, name: str, old: dict[str, Any], new: dict[str, Any]
) -> Iterator[SchemaChange]:
    codes = old.get("codes"), new.get("codes")
    if codes[0] and codes[1]:
        old["codes"] = [code for code in codes[0] if code not in codes[1]]
        new["codes"] = [code for code in codes[1] if code not in codes[0]]
        for side in (old, new):
            if not side["codes"]:
                del side["codes"]
    if old or new:
        yield SchemaChange(table, name, old, new)


def _reordered(old: Mapping[str, TableShape], new: Mapping[str, TableShape]) -> Iterator[str]:
    """Return the columns whose codes stand in another order; no difference between rows, but one between what they sort by."""
    for table in old.keys() & new.keys():
        for name in old[table].columns.keys() & new[table].columns.keys():
            codes = [side[table].columns[name]["codes"] or () for side in (old, new)]
            shared = [
                [code for code in side if code in other] for side, other in (codes, codes[::-1])
            ]
            if shared[0] != shared[1]:
                yield f"{table}.{name}: its codes stand in another order"


def verdict(since: Mapping[str, Any], models: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the schema version of the models, in a sentence with the remedy, or None where it fits.

    `since` is the datapackage of the newest release, `models` what the models say in its place.
    """
    shapes = shape(since), shape(models)
    changed = differences(*shapes)
    old, new = since["schema_version"], models["schema_version"]
    major, minor = map(int, old.split("."))
    steps = (f"{major}.{minor}", f"{major}.{minor + 1}", f"{major + 1}.0")
    breaking = [*(str(change) for change in changed if change.breaks), *sorted(_reordered(*shapes))]
    least = steps.index(steps[2] if breaking else steps[1] if changed else steps[0])
    if new in steps[least:]:
        return None
    told = "; ".join(breaking or map(str, changed)) or "nothing changed that programs rely on"
    return (
        f"SCHEMA_VERSION is {new}, and release {since['version']} has {old}; since then: {told}."
        f' Write SCHEMA_VERSION = "{steps[least]}" in schemas/__init__.py, or take the change back.'
    )
