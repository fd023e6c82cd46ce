"""DuckDB: typed tables with lists and enumerations, primary keys, and what each table and column means as its comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl

from tumen.errors import TumenError

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.exports.contents import Contents

_SMALLEST_BLOCK: Final = "16384"


def write(contents: Contents, path: Path) -> None:
    """Write the database; raises `TumenError` where DuckDB cannot."""
    try:
        with duckdb.connect(str(path), config={"default_block_size": _SMALLEST_BLOCK}) as database:
            for name, frame in contents.tables.items():
                _table(database, contents, name, frame)
            _fill(database, "CREATE TABLE codebook AS SELECT * FROM incoming", contents.codebook)
            _fill(database, "CREATE TABLE release AS SELECT * FROM incoming", contents.release())
            database.execute("CHECKPOINT")  # closing does so, too, but tells of no failure
    except duckdb.Error as error:
        raise TumenError(f"DuckDB could not write {path}: {str(error).splitlines()[0]}") from error
    finally:
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def _table(
    database: duckdb.DuckDBPyConnection, contents: Contents, name: str, frame: pl.DataFrame
) -> None:
    schema = contents.schema(name)
    lines = []
    for field in schema["fields"]:
        needed = " NOT NULL" if field.get("constraints", {}).get("required") else ""
        lines.append(f'"{field["name"]}" {_kind(frame.schema[field["name"]])}{needed}')
    if key := schema.get("primaryKey"):
        lines.append(f"PRIMARY KEY ({', '.join(key)})")
    database.execute(f'CREATE TABLE "{name}" ({", ".join(lines)})')
    texts = [
        pl.col(column).cast(pl.String)
        for column, kind in frame.schema.items()
        if isinstance(kind, pl.Enum)
    ]
    _fill(database, f'INSERT INTO "{name}" SELECT * FROM incoming', frame.with_columns(texts))  # noqa: S608
    database.execute(f'COMMENT ON TABLE "{name}" IS {_quoted(contents.title(name))}')
    for column, meaning in contents.meanings(name).items():
        database.execute(f'COMMENT ON COLUMN "{name}"."{column}" IS {_quoted(meaning)}')


def _fill(database: duckdb.DuckDBPyConnection, query: str, frame: pl.DataFrame) -> None:
    database.register("incoming", frame.to_arrow())
    database.execute(query)
    database.unregister("incoming")


def _kind(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Enum):
        return f"ENUM ({', '.join(map(_quoted, kind.categories))})"
    if isinstance(kind, pl.List):
        return "VARCHAR[]"
    return {pl.Date: "DATE", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN", pl.String: "VARCHAR"}[
        type(kind)
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
