"""The SQLite export: typed tables with keys, indices and full-text search.

Lists are JSON arrays, dates are ISO text, and booleans are 0 and 1. `<table>_fts` searches the
words of a table's records:

    select * from meetings
    where rowid in (select rowid from meetings_fts where meetings_fts match 'kursk')

It is tied to its table, so that Datasette offers a search box. A file next to the database tells
Datasette titles, licence, the meaning of each column, and labels.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.errors import TumenError
from tumen.exports.contents import Contents, flat

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.exports.contents import Contents

_SEARCHED: Final = ("summary", "name", "title", "aliases", "about", "item", "note")
_INDEXED: Final = (
    "record_id",
    "subject_id",
    "known_since",
    "start_date",
    "said_on",
    "published",
    "measure",
)


def write(contents: Contents, path: Path) -> None:
    """Write the database.

    Raises:
        TumenError: SQLite could not write it.

    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("BEGIN")
            for name, frame in contents.tables.items():
                _write_table(database, contents, name, frame)
            _write_plain_table(database, "codebook", contents.codebook)
            _write_plain_table(database, "release", contents.release())
            for name, frame in contents.tables.items():
                _create_indices(database, contents, name, frame)
                _create_search(database, name, frame)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise TumenError(f"SQLite could not write {path}: {error}.") from error


def _sql_type(kind: pl.DataType) -> str:
    if kind == pl.Float64:
        return "REAL"
    return "INTEGER" if kind == pl.Boolean else "TEXT"


def _write_table(
    database: sqlite3.Connection, contents: Contents, name: str, frame: pl.DataFrame
) -> None:
    schema = contents.schema(name)
    required = {
        field["name"] for field in schema["fields"] if field.get("constraints", {}).get("required")
    }
    lines = [
        f'"{column}" {_sql_type(kind)}{" NOT NULL" if column in required else ""}'
        for column, kind in frame.schema.items()
    ]
    if key := schema.get("primaryKey"):
        lines.append(f"PRIMARY KEY ({', '.join(key)})")
    lines += [
        f'FOREIGN KEY ("{column}") REFERENCES "{table}" ("{other}")'
        for column, (table, other) in contents.references(name).items()
    ]
    database.execute(f'CREATE TABLE "{name}" ({", ".join(lines)})')
    _insert(database, name, frame)


def _write_plain_table(database: sqlite3.Connection, name: str, frame: pl.DataFrame) -> None:
    columns = [f'"{column}" {_sql_type(kind)}' for column, kind in frame.schema.items()]
    database.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
    _insert(database, name, frame)


def _insert(database: sqlite3.Connection, name: str, frame: pl.DataFrame) -> None:
    days = [
        pl.col(column).cast(pl.String) for column, kind in frame.schema.items() if kind == pl.Date
    ]
    rows = flat(frame).with_columns(days).rows()
    database.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * frame.width)})', rows)  # noqa: S608


def _create_indices(
    database: sqlite3.Connection, contents: Contents, name: str, frame: pl.DataFrame
) -> None:
    keys = [key["fields"][0] for key in contents.schema(name).get("foreignKeys", [])]
    for column in dict.fromkeys(
        [*keys, *(column for column in _INDEXED if column in frame.columns)]
    ):
        database.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')


def _create_search(database: sqlite3.Connection, name: str, frame: pl.DataFrame) -> None:
    columns = [column for column in _SEARCHED if column in frame.columns]
    if not columns:
        return
    options = f"{', '.join(columns)}, content=\"{name}\", tokenize='unicode61 remove_diacritics 2'"
    database.execute(f"CREATE VIRTUAL TABLE {name}_fts USING fts5({options})")
    database.execute(f"INSERT INTO {name}_fts({name}_fts) VALUES ('rebuild')")  # noqa: S608


_LABELS: Final = ("name", "summary", "title")


def metadata(contents: Contents, database: str) -> str:
    """Return metadata.json for a database of this name.

    Use it as in `datasette tumen.db --metadata tumen.metadata.json`.
    """
    about = contents.about
    view = f", as known by {about['known_by']}" if about["known_by"] else ""
    content = {
        "title": about["title"],
        "description": f"Release {about['release']} of {about['date']}{view}",
        "license": about["licence"],
        "license_url": about["licence_url"],
        "databases": {
            database: {"tables": {name: _table(contents, name) for name in contents.tables}}
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _table(contents: Contents, name: str) -> dict[str, Any]:
    columns = contents.meanings(name)
    label = next((column for column in _LABELS if column in columns), None)
    content: dict[str, Any] = {"description": contents.title(name), "columns": columns}
    return content | ({"label_column": label} if label else {})
