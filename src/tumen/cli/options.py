"""Options that several commands take, the day on which they run, and what they print."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand

from tumen._text import visible
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from rich.console import Console


Function = TypeVar("Function", bound="Callable[..., Any]")


class Command(TyperCommand):
    """A command whose options are given once each: of two values the last would count, and nobody would say so."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; ends with a usage error that names an option given twice."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        for option, times in Counter(
            one for one in order if one.param_type_name == "option"
        ).items():
            if times > 1 and not (option.multiple or getattr(option, "is_flag", False)):
                ctx.fail(f"{option.opts[0]} is given {times} times; give it once.")
        return super().parse_args(ctx, args)


class App(typer.Typer):
    """A group of commands that are `Command`s."""

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
    typer.Option(help="Version to read; the newest, if none is named.", metavar="YYYY.MM.N"),
]
KnownBy = Annotated[
    str | None, typer.Option(help="Show the dataset as known on this day.", metavar="YYYY-MM-DD")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")]
Start = Annotated[str | None, typer.Option(help="From this day on.", metavar="YYYY-MM-DD")]
End = Annotated[str | None, typer.Option(help="Up to this day.", metavar="YYYY-MM-DD")]
Actor = Annotated[str | None, typer.Option(help="Of this actor, by id.")]
Table = Annotated[str | None, typer.Option(help="Of this table alone.")]
Place = Annotated[str | None, typer.Option(help="At this place or within it, by id.")]
Topic = Annotated[str | None, typer.Option(help="Meetings on this topic.")]
Scope = Annotated[
    str | None, typer.Option(help="Figures for this place or a place within it, by id.")
]
Estimator = Annotated[
    str | None, typer.Option(help="Figures of this actor or of a body within it, by id.")
]
RecordOfPairs = Annotated[
    str | None, typer.Option(help="Pairs in which this record takes part.", metavar="ID")
]
AsFrame = Annotated[
    FrameFormat,
    typer.Option("--format", help="How to print the rows; parquet goes to a file or a pipe."),
]


def as_typed(text: str) -> str:
    """Return an argument as it was typed, in UTF-8, where the locale of the process knows ASCII alone."""
    return os.fsencode(text).decode("utf-8", errors="replace")


def today() -> dt.date:
    """Return the day on which a release or a record is dated: of SOURCE_DATE_EPOCH if that is set, else today in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise TumenError(
            f"SOURCE_DATE_EPOCH={epoch!r} is not a number of seconds since 1970 that names a day."
        ) from None


def console() -> Console:
    """Return a console as wide as the terminal, or 160 columns where the output is none."""
    from rich.console import Console  # noqa: PLC0415

    return Console(width=None if sys.stdout.isatty() else 160, highlight=False)


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text: as it is into a file or a pipe, and on a terminal with what would be an order to it shown as an escape."""
    stream = sys.stderr if err else sys.stdout
    stream.write((visible(text) if stream.isatty() else text) + ("\n" if nl else ""))
    stream.flush()


def print_frame(frame: pl.DataFrame, form: FrameFormat, *columns: str) -> None:
    """Print a frame; a table for people shows `columns` alone, if any are named, all other formats every column."""
    from tumen.cli import formats  # noqa: PLC0415

    if form is FrameFormat.table:
        written = formats.with_written_days(frame)
        console().print(formats.as_table(written.select(columns) if columns else written))
    elif form is FrameFormat.parquet:
        formats.write_parquet(frame, sys.stdout)
    else:
        say(formats.FORMATS[form.value](frame), nl=False)
