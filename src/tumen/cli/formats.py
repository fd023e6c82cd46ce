"""Frames on the command line: a table for a person, or CSV, JSON, Markdown for the next program."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, TextIO

import polars as pl
from rich.table import Table
from rich.text import Text

from tumen import as_known_on
from tumen._text import figure, visible
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable


def cell(value: Any) -> str:
    """Return a value as people write it: no decimals where there are none, lists with commas, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def with_written_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with each date as precise as the column of its precision says, as text: 2025-06 for some day of June."""
    days = [name for name, kind in frame.schema.items() if kind == pl.Date]
    precisions = {name: as_known_on.precision_of(name, frame.columns) for name in days}
    return frame.with_columns(
        pl.Series(name, map(as_known_on.written_day, frame[name], frame[precision]), pl.String)
        for name, precision in precisions.items()
        if precision
    )


def as_table(frame: pl.DataFrame) -> Table:
    """Return a rich table of the frame."""
    table = Table(header_style="bold", box=None, pad_edge=False)
    for name in frame.columns:
        table.add_column(Text(visible(name)), overflow="fold")
    for row in frame.rows():
        table.add_row(*(Text(visible(cell(value))) for value in row))
    return table


def as_csv(frame: pl.DataFrame) -> str:
    """Return CSV, lists of text joined by semicolons; raises `TumenError` for what CSV cannot hold."""
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    for name, kind in frame.schema.items():
        if (kind.is_nested() and name not in lists) or kind == pl.Binary:
            raise TumenError(
                f"column {name!r} is {kind}, which CSV cannot hold; choose --format json or parquet, or make it text."
            )
    return frame.with_columns(frame[name].list.join("; ") for name in lists).write_csv()


def as_json(frame: pl.DataFrame) -> str:
    """Return a JSON array of rows, dates as ISO text; raises `TumenError` for a number that is none, which JSON cannot hold."""
    exact = frame.with_columns(
        pl.col(pl.Datetime("ns")).cast(pl.String)
    )  # Python's own moments end at microseconds
    try:
        return (
            json.dumps(
                exact.to_dicts(), ensure_ascii=False, indent=1, default=_json_value, allow_nan=False
            )
            + "\n"
        )
    except ValueError as error:
        raise TumenError(
            f"JSON cannot hold NaN and infinity ({error}); choose --format csv or parquet."
        ) from None


def _json_value(value: Any) -> Any:
    """Return a decimal, such as a sum of whole numbers, as a number where JSON can hold it exactly; anything else as text."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        number = float(value)
        return number if Decimal(repr(number)) == value else str(value)
    return str(value)


def as_markdown(frame: pl.DataFrame) -> str:
    """Return a Markdown table."""
    rows = [[_in_markdown(name) for name in frame.columns], ["---"] * frame.width]
    rows += [[_in_markdown(cell(value)) for value in row] for row in frame.rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _in_markdown(text: str) -> str:
    """Return text that stays in its cell and is no markup of HTML."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").splitlines())


def write_parquet(frame: pl.DataFrame, stream: TextIO) -> None:
    """Write the frame as Parquet to a file or a pipe; raises `TumenError` for a terminal, which it would garble."""
    if stream.isatty():
        raise TumenError("Parquet is not for a terminal: send it to a file, as in > rows.parquet")
    content = BytesIO()
    frame.write_parquet(content)
    stream.buffer.write(content.getbuffer())
    stream.buffer.flush()


FORMATS: dict[str, Callable[[pl.DataFrame], str]] = {
    "csv": as_csv,
    "json": as_json,
    "md": as_markdown,
}
