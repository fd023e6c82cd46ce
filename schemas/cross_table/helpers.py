"""What the rules across tables share: keys, violations, pairs of rows, text, numbers and dates.

Every helper gives the same result on every engine. Engines differ in how they write text in lower
case, write numbers and count months, and no rule may depend on that. Patterns of rules use only
what the regular expressions of Rust, RE2 and Java share: no shorthand for words, word boundaries
or space, and no `$`.
"""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import TABLES
from tumen.schemas import expressions as ex
from tumen.schemas.days import first_day, last_day
from tumen.schemas.rules import Frame

__all__ = [
    "equal_if_known",
    "first_day",
    "format_number",
    "id_column",
    "last_day",
    "pair_with_earlier",
    "select_violations",
    "to_lower_case",
]

_TOO_LARGE: Final = 1e9


def id_column(table: str) -> str:
    """Return the first column of the key of a table: the id that other records refer to."""
    return TABLES[table].spec().key[0]


def select_violations(
    frame: Frame, table: str, column: str, value: ex.Expr, other: ex.Expr | None = None
) -> Frame:
    """Return one violation for each row of `frame`, with the columns that a `TablesRule` yields.

    The message points to `column` of `table`. `other` is what the value conflicts with.
    """
    no_other = ex.lit(None, dtype=ex.String)
    return frame.select(
        ex.lit(table).alias("table"),
        ex.col("row"),
        ex.lit(column).alias("column"),
        value.cast(ex.String).alias("value"),
        (no_other if other is None else other.cast(ex.String)).alias("other"),
    )


def pair_with_earlier(frame: Frame, *columns: str) -> Frame:
    """Return each row with every earlier row (`_2`) that has the same values in these columns."""
    pairs = frame.join(frame, on=list(columns), how="inner", suffix="_2")
    return pairs.filter(ex.col("row") > ex.col("row_2"))


def equal_if_known(*columns: str) -> Iterator[ex.Expr]:
    """Yield for each column whether the two values of a pair are equal, or one is unknown."""
    for column in columns:
        yield (ex.col(column) == ex.col(f"{column}_2")).fill_null(value=True)


def to_lower_case(text: ex.Expr) -> ex.Expr:
    """Return text in lower case, the same on every engine.

    Engines differ in the final sigma and in the dot above the small letter of U+0130. The result
    has one form of sigma, and no such dot.
    """
    dotless = text.str.replace_all("\u0130", "i", literal=True)
    lower = dotless.str.to_lowercase()
    return lower.str.replace_all("\u03c2", "\u03c3", literal=True)


def format_number(number: ex.Expr) -> ex.Expr:
    """Return a number as text, the same on every engine, with at most six decimals.

    The text is null for a billion and more, for infinity and for NaN. Below that, fifteen digits
    are enough, and a float holds that many exactly, also when it is multiplied by a million.
    """
    small = ex.when(number.abs() < _TOO_LARGE).then(number)
    text = small.cast(ex.Decimal(15, 6)).cast(ex.String)
    return text.str.replace_all(r"\.?0+\z", "")
