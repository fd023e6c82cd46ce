"""What the rules across tables are written with: keys, breaches, text, and the days that an imprecise date can mean.

All of it means the same on every engine: where one lower-cases, writes numbers or counts months in a way of its own, the rule must
not show it. Patterns of rules keep to what the expressions of Rust, RE2 and Java share: no shorthand for words, their edges or
space, and no `$`.
"""

from typing import Final

import narwhals as nw

from tumen.schemas import TABLES
from tumen.schemas.days import first_day, last_day
from tumen.schemas.rules import Frame

__all__ = ["breach", "digits", "first_day", "key_of", "last_day", "lowered"]

_TOO_LONG: Final = 1e9


def key_of(table: str) -> str:
    """Return the first column of a table's key: the id that others refer to."""
    return TABLES[table].spec().key[0]


def breach(
    frame: Frame, table: str, column: str, value: nw.Expr, other: nw.Expr | None = None
) -> Frame:
    """Return a frame of breaches, a row for each of `frame`, as `TablesRule.breaches` promises them."""
    return frame.select(
        nw.lit(table).alias("table"),
        nw.col("row"),
        nw.lit(column).alias("column"),
        value.cast(nw.String).alias("value"),
        (nw.lit(None, dtype=nw.String) if other is None else other.cast(nw.String)).alias("other"),
    )


def lowered(text: nw.Expr) -> nw.Expr:
    """Return text in lower case as every engine has it: with one small sigma, and no dot above the small letter of U+0130."""
    plain = text.str.replace_all("\u0130", "i", literal=True).str.to_lowercase()
    return plain.str.replace_all("\u03c2", "\u03c3", literal=True)


def digits(number: nw.Expr) -> nw.Expr:
    """Return a number as every engine writes it, to six decimals at most; null for a billion and more, infinite or NaN.

    Fifteen digits are what a float holds exactly, times a million as well.
    """
    written = nw.when(number.abs() < _TOO_LONG).then(number).cast(nw.Decimal(15, 6)).cast(nw.String)
    return written.str.replace_all(r"\.?0+\z", "")
