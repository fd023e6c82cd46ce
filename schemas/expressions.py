"""Expressions and data types of the engine that a rule across tables runs on.

A rule is written once, and runs on polars, DuckDB and Spark. Narwhals translates it for the others.
Most checks run on polars, whose own expressions have the same names. A rule that builds those
directly has its plan in a fifteenth of the time. Plans were the longest part of a check.

Use this module as you would use narwhals: `ex.col("low") > 0`. Only what both libraries have under
one name, with one meaning, may be used in a rule.
"""

import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from narwhals import (
        Date,
        Datetime,
        Decimal,
        Expr,
        Float64,
        Int64,
        LazyFrame,
        String,
        all_horizontal,
        any_horizontal,
        coalesce,
        col,
        concat,
        concat_str,
        from_native,
        lit,
        when,
    )
else:
    import narwhals

    def __getattr__(name: str) -> "Any":
        """Return what the engine in use has under this name."""
        if _USES_POLARS.get():
            return _OF_POLARS.get(name) or getattr(pl, name)
        return getattr(narwhals, name)


__all__ = [
    "Date",
    "Datetime",
    "Decimal",
    "Expr",
    "Float64",
    "Int64",
    "LazyFrame",
    "String",
    "all_horizontal",
    "any_horizontal",
    "coalesce",
    "col",
    "concat",
    "concat_str",
    "from_native",
    "lit",
    "replace_any",
    "use_polars",
    "when",
]

_USES_POLARS = ContextVar("uses polars", default=False)


@contextmanager
def use_polars() -> "Iterator[None]":
    """Within this context, build expressions of polars: the tables must be its lazy frames."""
    token = _USES_POLARS.set(True)
    try:
        yield
    finally:
        _USES_POLARS.reset(token)


def replace_any(text: "Expr", replacements: "Mapping[str, Iterable[str]]") -> "Expr":
    """Return a text in which parts are replaced by the text under which they are listed.

    No part may be within another, or arise from a replacement.
    """
    if _USES_POLARS.get():
        # One pass: compiling a pattern for each took longer than all else in a small check.
        new_of = {part: new for new, parts in replacements.items() for part in parts}
        return text.str.replace_many(list(new_of), list(new_of.values()))  # type: ignore[attr-defined, no-any-return]
    for new, parts in replacements.items():
        text = text.str.replace_all("|".join(map(re.escape, parts)), new)
    return text


def _all_horizontal(*conditions: pl.Expr, ignore_nulls: bool = False) -> pl.Expr:
    filled = (condition.fill_null(value=True) for condition in conditions)
    return pl.all_horizontal(*filled) if ignore_nulls else pl.all_horizontal(*conditions)


def _any_horizontal(*conditions: pl.Expr, ignore_nulls: bool = False) -> pl.Expr:
    filled = (condition.fill_null(value=False) for condition in conditions)
    return pl.any_horizontal(*filled) if ignore_nulls else pl.any_horizontal(*conditions)


_OF_POLARS = {
    "all_horizontal": _all_horizontal,
    "any_horizontal": _any_horizontal,
    "from_native": lambda frame: frame,
}
"""Functions that polars has with other options, or not at all."""
