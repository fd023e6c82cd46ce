"""Formats of a frame on the command line: a table for people, or CSV, JSON, Markdown, Parquet."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, TextIO

import polars as pl
from rich.table import Table
from rich.text import Text

from tumen import as_known_on
from tumen._text import escape_controls, format_number
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable


def cell(value: Any) -> str:
    """Return a value as text for people.

    Args:
        value: A number, a list, a text or None.

    Returns:
        Whole numbers without decimals, lists with commas, and an empty text for None.

    """
    if value is None:
        return ""
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def with_written_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Write dates as text, as precise as they are.

    Args:
        frame: A frame with columns of dates and, for some of them, of their precision.

    Returns:
        The frame, in which a date of the precision `month` is a text such as 2025-06.

    """
    dates = [name for name, kind in frame.schema.items() if kind == pl.Date]
    precisions = {name: as_known_on.precision_of(name, frame.columns) for name in dates}
    return frame.with_columns(
        pl.Series(name, map(as_known_on.format_date, frame[name], frame[precision]), pl.String)
        for name, precision in precisions.items()
        if precision
    )


def as_table(frame: pl.DataFrame) -> Table:
    """Return a frame as a rich table.

    Args:
        frame: Any frame.

    Returns:
        A table that shows control characters as escapes.

    """
    table = Table(header_style="bold", box=None, pad_edge=False)
    for name in frame.columns:
        table.add_column(Text(escape_controls(name)), overflow="fold")
    for row in frame.rows():
        table.add_row(*(Text(escape_controls(cell(value))) for value in row))
    return table


def as_csv(frame: pl.DataFrame) -> str:
    """Return a frame as CSV.

    Args:
        frame: A frame without nested columns other than lists of text.

    Returns:
        The text, in which the items of a list are joined by semicolons.

    Raises:
        TumenError: If CSV cannot hold the type of a column.

    """
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    for name, kind in frame.schema.items():
        if (kind.is_nested() and name not in lists) or kind == pl.Binary:
            raise TumenError(
                f"column {name!r} has the type {kind}, which CSV cannot hold;"
                " use --format json or parquet, or convert it to text."
            )
    return frame.with_columns(frame[name].list.join("; ") for name in lists).write_csv()


def as_json(frame: pl.DataFrame) -> str:
    """Return a frame as a JSON array of rows.

    Args:
        frame: Any frame.

    Returns:
        The text, in which dates are written as in ISO 8601.

    Raises:
        TumenError: If a number is NaN or infinite, which JSON cannot hold.

    """
    # Python's own datetime ends at microseconds, so nanoseconds become text before that.
    exact = frame.with_columns(pl.col(pl.Datetime("ns")).cast(pl.String))
    try:
        text = json.dumps(
            exact.to_dicts(), ensure_ascii=False, indent=1, default=_json_value, allow_nan=False
        )
    except ValueError as error:
        raise TumenError(
            f"JSON cannot hold NaN or infinity ({error}); use --format csv or parquet."
        ) from None
    return f"{text}\n"


def _json_value(value: Any) -> Any:
    """Return a decimal (such as a sum) as a number if that is exact, and anything else as text."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        number = float(value)
        return number if Decimal(repr(number)) == value else str(value)
    return str(value)


def as_markdown(frame: pl.DataFrame) -> str:
    """Return a frame as a table in Markdown.

    Args:
        frame: Any frame.

    Returns:
        The table, in which no text is read as markup.

    """
    rows = [[_escape_markdown(name) for name in frame.columns], ["---"] * frame.width]
    rows += [[_escape_markdown(cell(value)) for value in row] for row in frame.rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _escape_markdown(text: str) -> str:
    """Return text that stays in its cell and is not read as HTML."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").splitlines())


def write_parquet(frame: pl.DataFrame, stream: TextIO) -> None:
    """Write a frame as Parquet to a file or a pipe.

    Args:
        frame: Any frame.
        stream: Standard output.

    Raises:
        TumenError: If the stream is a terminal, which binary data would garble.

    """
    if stream.isatty():
        raise TumenError("Parquet is binary; redirect it to a file, as in > rows.parquet")
    content = BytesIO()
    frame.write_parquet(content)
    stream.buffer.write(content.getbuffer())
    stream.buffer.flush()


FORMATS: dict[str, Callable[[pl.DataFrame], str]] = {
    "csv": as_csv,
    "json": as_json,
    "md": as_markdown,
}
