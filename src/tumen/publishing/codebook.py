"""The codebook of a release: the meaning of each column, as rows, as a table and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from tumen.publishing.datapackage import title_of
from tumen.schemas import TABLES
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]


def _field(name: str, kind: str, title: str, description: str) -> Row:
    constraints = {} if name == "unit" else {"constraints": {"required": True}}
    return {"name": name, "type": kind, "title": title, "description": description, **constraints}


FIELDS: Final = (
    _field("table", "string", "Table", "Name of the table"),
    _field("column", "string", "Column", "Name of the column"),
    _field(
        "type",
        "string",
        "Type",
        "Type of Table Schema: string, date, number, boolean, list (of strings)",
    ),
    _field("title", "string", "Title", "What the column is called"),
    _field("description", "string", "Description", "What the column holds"),
    _field("unit", "string", "Unit", "Unit of measurement, where the column measures something"),
    _field("nullable", "boolean", "Nullable", "Whether a value may be missing"),
    _field("codes", "list", "Codes", "The codes that the column takes, where it has a vocabulary"),
    _field(
        "meanings",
        "list",
        "Meanings",
        "What each of the codes means; empty where an ISO standard defines them",
    ),
)


def rows(described: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[Row]:
    """Return a row for each column of the tables; see `FIELDS` for its properties.

    Args:
        described: The fields (Table Schema) of each table, by table.

    """
    return [
        _row(table, field)
        for table in TABLE_NAMES
        if table in described
        for field in described[table]
    ]


def _row(table: str, field: Mapping[str, Any]) -> Row:
    constraints = field.get("constraints", {})
    vocabulary = TABLES[table].columns()[field["name"]].codes
    return {
        "table": table,
        "column": field["name"],
        **{part: field.get(part) for part in ("type", "title", "description", "unit")},
        "nullable": not constraints.get("required", False),
        "codes": constraints.get("enum") or field.get("codes") or [],
        "meanings": list(vocabulary.values()) if isinstance(vocabulary, Mapping) else [],
    }


def markdown(version: str, book: Iterable[Row]) -> str:
    """Return the codebook as Markdown: a section for each table with its columns and their codes.

    Args:
        version: The version of the release.
        book: The rows that `rows` returns.

    """
    sections: dict[str, list[Row]] = {}
    for row in book:
        sections.setdefault(row["table"], []).append(row)
    return "\n".join(
        [
            f"# Codebook of Tumen {version}\n",
            *(_section(table, columns) for table, columns in sections.items()),
        ]
    )


def _section(table: str, columns: list[Row]) -> str:
    lines = [f"## {table}\n", f"{title_of(TABLES[table])}\n"]
    lines += [
        "| column | type | may be missing | what it holds | unit |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in columns:
        nullable = "yes" if row["nullable"] else "no"
        cells = (row["column"], row["type"], nullable, row["description"], row["unit"] or "")
        lines.append(f"| {' | '.join(cells)} |")
    for row in columns:
        if row["meanings"]:
            pairs = zip(row["codes"], row["meanings"], strict=True)
            lines += [
                f"\n`{row['column']}`:\n",
                *(f"- `{code}`: {meaning}" for code, meaning in pairs),
            ]
        elif row["codes"]:
            lines.append(f"\n`{row['column']}`: {', '.join(f'`{code}`' for code in row['codes'])}")
    return "\n".join(lines) + "\n"
