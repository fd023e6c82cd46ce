"""Likely mistakes in a value: values near a good one that are wrong, or of another kind."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from good_records import NUMBER

from tumen.records import scalars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tumen.schemas import Column

_ID: Final = re.compile(r"[a-z]{3}-NNNN[0-9]{2}")

Slips: TypeAlias = "Iterator[tuple[str, str]]"


def slips(column: Column, written: str) -> Slips:
    """Yield each likely mistake in a value of this column, with a description of it."""
    yield from _SLIPS[column.kind](column, written)


def _date(_column: Column, written: str) -> Slips:
    date = scalars.parse_date(written)
    before, after = date.first - dt.timedelta(days=1), date.last + dt.timedelta(days=1)
    if date.precision == "day":
        yield from (
            ("a day earlier", before.isoformat()),
            ("a day later", after.isoformat()),
            ("its month alone", written[:-3]),
        )
    else:
        yield from (
            ("a month earlier", before.isoformat()[:7]),
            ("a month later", after.isoformat()[:7]),
        )
    yield "or before", f"../{date.last.isoformat()}"
    yield "a century later", f"21{written[2:]}"
    yield "a day that is none", f"{written[:4]}-02-30"
    yield "words", "last Tuesday"


def _number(_column: Column, written: str) -> Slips:
    number = float(written.replace(NUMBER, ""))
    yield "less by one", f"{number - 1:g}"
    yield "more by one", f"{number + 1:g}"
    yield "a hundred times as much and one", f"{number * 100 + 1:g}"
    yield "with a minus", f"-{number + 1:g}"
    yield "words", "many"


def _flag(_column: Column, written: str) -> Slips:
    yield from (
        ("the contrary", "false" if written == "true" else "true"),
        ("yes", "yes"),
        ("a number", "1"),
    )


def _code(_column: Column, written: str) -> Slips:
    yield from (
        ("misspelt", f"{written}x"),
        ("in the other case", written.swapcase()),
        ("a number", "12"),
    )


def _id(_column: Column, written: str) -> Slips:
    yield from (
        ("misspelt", f"{written}x"),
        ("a number", f"12{NUMBER}"),
        ("with a space", f"{written} x"),
    )
    if _ID.fullmatch(written):
        yield "the last digit one more", f"{written[:-1]}{int(written[-1]) + 1}"
        yield "the last digit one less", f"{written[:-1]}{int(written[-1]) - 1}"


def _url(_column: Column, written: str) -> Slips:
    yield from (
        ("without its scheme", written.removeprefix("https://")),
        ("with a space", f"{written} x"),
        ("a number", "12"),
    )


def _text(column: Column, written: str) -> Slips:
    yield from (("a number", "12"), ("with a space at its end", f"'{written} '"))
    if column.written == "summary":
        yield "31 words", " ".join(["word"] * 31)


_SLIPS: Final[dict[str, Callable[[Column, str], Slips]]] = {
    "date": _date,
    "day": _date,
    "number": _number,
    "flag": _flag,
    "code": _code,
    "id": _id,
    "reference": _id,
    "url": _url,
    "text": _text,
}
