"""What the commands share: their options, the date on which they run, and how they print."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand

from tumen._text import escape_controls
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from rich.console import Console


Function = TypeVar("Function", bound="Callable[..., Any]")


class Command(TyperCommand):
    """A command that refuses an option given twice, of which Click would silently take the last."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, or end with a usage error that names an option given twice."""
        _, _, parameters = self.make_parser(ctx).parse_args(args=list(args))
        counts = Counter(
            parameter for parameter in parameters if parameter.param_type_name == "option"
        )
        for option, times in counts.items():
            if times > 1 and not (option.multiple or getattr(option, "is_flag", False)):
                ctx.fail(f"{option.opts[0]} is given {times} times; give it once.")
        return super().parse_args(ctx, args)


class App(typer.Typer):
    """A group of commands, each of them a `Command`."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Function], Function]:
        """Register a function as a command, as `typer.Typer.command` does."""
        return super().command(name, cls=Command, **options)


class FrameFormat(StrEnum):
    """Formats of a frame."""

    table = "table"
    csv = "csv"
    json = "json"
    md = "md"
    parquet = "parquet"


Release = Annotated[
    str | None,
    typer.Option(
        help="Release to read, such as 2026.11.0.", metavar="YYYY.MM.N", show_default="newest"
    ),
]
KnownBy = Annotated[
    str | None,
    typer.Option(
        help="Show only what was public on this date, such as 2025-03-31.",
        metavar="YYYY-MM-DD",
        show_default="everything",
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace OUT if it exists.", show_default="off")
]
Start = Annotated[
    str | None,
    typer.Option(
        help="First date to include, such as 2025-01-01.",
        metavar="YYYY-MM-DD",
        show_default="no limit",
    ),
]
End = Annotated[
    str | None,
    typer.Option(
        help="Last date to include, such as 2025-12-31.",
        metavar="YYYY-MM-DD",
        show_default="no limit",
    ),
]
Actor = Annotated[
    str | None,
    typer.Option(
        help="Id of an actor who took part or spoke, such as sergei-shoigu.", show_default="all"
    ),
]
Table = Annotated[
    str | None, typer.Option(help="Name of one table, such as meetings.", show_default="all")
]
Place = Annotated[
    str | None,
    typer.Option(
        help="Id of a place, such as pyongyang; places within it are included.",
        show_default="all",
    ),
]
Topic = Annotated[
    str | None,
    typer.Option(
        help="Topic of meetings, such as security; other records are left out.",
        show_default="all",
    ),
]
Scope = Annotated[
    str | None,
    typer.Option(
        help="Id of the place that a figure covers, such as kursk-oblast;"
        " places within it are included.",
        show_default="all",
    ),
]
Estimator = Annotated[
    str | None,
    typer.Option(
        help="Id of the actor who gave a figure, such as south-korea;"
        " bodies within it are included.",
        show_default="all",
    ),
]
RecordOfPairs = Annotated[
    str | None,
    typer.Option(
        help="Id of a record, such as est-0003: show the pairs that contain it.",
        metavar="ID",
        show_default="all",
    ),
]
AsFrame = Annotated[
    FrameFormat,
    typer.Option("--format", help="Output format; parquet needs a file or a pipe."),
]


def as_typed(text: str) -> str:
    """Return an argument decoded as UTF-8, even if the locale knows only ASCII."""
    return os.fsencode(text).decode("utf-8", errors="replace")


def today() -> dt.date:
    """Return the date for a new release or record: that of SOURCE_DATE_EPOCH, or today in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise TumenError(
            f"SOURCE_DATE_EPOCH={epoch!r} is not a valid date;"
            " set it to whole seconds since 1970, such as 1795608000."
        ) from None


def console() -> Console:
    """Return a console as wide as the terminal, or 160 columns if the output is not a terminal."""
    from rich.console import Console  # noqa: PLC0415

    return Console(width=None if sys.stdout.isatty() else 160, highlight=False)


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text: unchanged to a file or pipe, with control characters escaped on a terminal."""
    stream = sys.stderr if err else sys.stdout
    stream.write((escape_controls(text) if stream.isatty() else text) + ("\n" if nl else ""))
    stream.flush()


def print_frame(frame: pl.DataFrame, form: FrameFormat, *columns: str) -> None:
    """Print a frame.

    Args:
        frame: The rows.
        form: The output format.
        columns: Columns of a table for people (default: all). Other formats have every column.

    """
    from tumen.cli import formats  # noqa: PLC0415

    if form is FrameFormat.table:
        written = formats.with_written_days(frame)
        console().print(formats.as_table(written.select(columns) if columns else written))
    elif form is FrameFormat.parquet:
        formats.write_parquet(frame, sys.stdout)
    else:
        say(formats.FORMATS[form.value](frame), nl=False)
