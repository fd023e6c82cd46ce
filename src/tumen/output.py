"""Frames on the command line: a table for a person, or CSV, JSON, Markdown for the next program."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any, TextIO

from rich.table import Table

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


def cell(value: Any) -> str:
    """Return a value as people write it: no decimals where there are none, lists with commas, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def as_table(frame: pl.DataFrame) -> Table:
    """Return a rich table of the frame."""
    table = Table(header_style="bold", box=None, pad_edge=False)
    for name in frame.columns:
        table.add_column(name, overflow="fold")
    for row in frame.rows():
        table.add_row(*map(cell, row))
    return table


def as_csv(frame: pl.DataFrame) -> str:
    """Return CSV, lists joined by semicolons."""
    lists = [name for name, kind in frame.schema.items() if str(kind).startswith("List")]
    return frame.with_columns(frame[name].list.join("; ") for name in lists).write_csv()


def as_json(frame: pl.DataFrame) -> str:
    """Return a JSON array of rows, dates as ISO text."""
    return json.dumps(frame.to_dicts(), ensure_ascii=False, indent=1, default=str) + "\n"


def as_markdown(frame: pl.DataFrame) -> str:
    """Return a Markdown table."""
    rows = [frame.columns, ["---"] * frame.width, *([cell(value).replace("|", "\\|") for value in row] for row in frame.rows())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def write_parquet(frame: pl.DataFrame, stream: TextIO) -> None:
    """Write the frame as Parquet to a file or a pipe; raises `TumenError` for a terminal, which it would garble."""
    if stream.isatty():
        raise TumenError("Parquet is not for a terminal: send it to a file, as in > rows.parquet")
    content = BytesIO()
    frame.write_parquet(content)
    stream.buffer.write(content.getbuffer())
    stream.buffer.flush()


FORMATS: dict[str, Callable[[pl.DataFrame], str]] = {"csv": as_csv, "json": as_json, "md": as_markdown}
