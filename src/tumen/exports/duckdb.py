"""The DuckDB export: typed tables with lists, enumerations and primary keys.

What each table and column means is its comment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl

from tumen.errors import TumenError

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.exports.contents import Contents

_BLOCK_BYTES: Final = "16384"


def write(contents: Contents, path: Path) -> None:
    """Write the database.

    Raises:
        TumenError: DuckDB could not write it.

    """
    try:
        with duckdb.connect(str(path), config={"default_block_size": _BLOCK_BYTES}) as database:
            for name, frame in contents.tables.items():
                _write_table(database, contents, name, frame)
            _fill(database, "CREATE TABLE codebook AS SELECT * FROM incoming", contents.codebook)
            _fill(database, "CREATE TABLE release AS SELECT * FROM incoming", contents.release())
            # Closing writes the file too, but does not report that it failed.
            database.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise TumenError(f"DuckDB could not write {path}: {str(error).splitlines()[0]}") from error
    finally:
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def _write_table(
    database: duckdb.DuckDBPyConnection, contents: Contents, name: str, frame: pl.DataFrame
) -> None:
    schema = contents.schema(name)
    lines = []
    for field in schema["fields"]:
        required = " NOT NULL" if field.get("constraints", {}).get("required") else ""
        lines.append(f'"{field["name"]}" {_sql_type(frame.schema[field["name"]])}{required}')
    if key := schema.get("primaryKey"):
        lines.append(f"PRIMARY KEY ({', '.join(key)})")
    database.execute(f'CREATE TABLE "{name}" ({", ".join(lines)})')
    texts = [
        pl.col(column).cast(pl.String)
        for column, kind in frame.schema.items()
        if isinstance(kind, pl.Enum)
    ]
    _fill(database, f'INSERT INTO "{name}" SELECT * FROM incoming', frame.with_columns(texts))  # noqa: S608
    database.execute(f'COMMENT ON TABLE "{name}" IS {_quote(contents.title(name))}')
    for column, meaning in contents.meanings(name).items():
        database.execute(f'COMMENT ON COLUMN "{name}"."{column}" IS {_quote(meaning)}')


def _fill(database: duckdb.DuckDBPyConnection, query: str, frame: pl.DataFrame) -> None:
    database.register("incoming", frame.to_arrow())
    database.execute(query)
    database.unregister("incoming")


def _sql_type(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Enum):
        return f"ENUM ({', '.join(map(_quote, kind.categories))})"
    if isinstance(kind, pl.List):
        return "VARCHAR[]"
    return {pl.Date: "DATE", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN", pl.String: "VARCHAR"}[
        type(kind)
    ]


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
