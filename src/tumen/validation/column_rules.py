"""The rules on single rows of a table, read from its pandera model.

The `pa.Field` of a column gives rules by what it states (nullable, isin, str_matches, in_range).
The model lists its other row rules. All rules are narwhals expressions, which `evaluate` runs. Null
passes, except where a value is required.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tumen.errors import RuleError
from tumen.schemas import Table, base
from tumen.schemas.days import is_in_calendar
from tumen.schemas.rules import RowRule, build_value_rule
from tumen.validation.regex_dialects import translate_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATTERN_CODES = {base.URL: "E108"}


@cache
def row_rules(
    model: type[Table], engine: nw.Implementation = nw.Implementation.POLARS
) -> tuple[RowRule, ...]:
    """Return every rule on a single row of a table.

    Args:
        model: The model of the table.
        engine: The engine that the rules run on, whose regular expressions they use.

    Returns:
        The rules of its columns, and then those of the row as a whole.

    Raises:
        RuleError: If a check of a column is not one that can be translated, or no pattern was
            tested on the engine.

    """
    schema = model.to_schema()
    columns = tuple(
        rule
        for name, column in schema.columns.items()
        for rule in _column_rules(name, column, engine)
    )
    return (*columns, *model.row_rules())


def _column_rules(name: str, column: Any, engine: nw.Implementation) -> Iterator[RowRule]:
    if not column.nullable:
        yield build_value_rule("E111", name, ~nw.col(name).is_null())
    for check in column.checks:
        code, condition = _translate_check(name, check.name, check.statistics, engine)
        yield build_value_rule(code, name, condition)


def _translate_check(
    name: str, check: str, arguments: dict[str, Any], engine: nw.Implementation
) -> tuple[str, nw.Expr]:
    """Return the code of a pandera check, and the expression that is true where it passes."""
    value = nw.col(name)
    match check:
        case "isin":
            return "E103", value.is_in(list(arguments["allowed_values"]))
        case "str_matches":
            pattern = str(arguments["pattern"])
            matches = value.str.contains(translate_pattern(pattern, engine))
            return _PATTERN_CODES.get(pattern, "E104"), matches
        case "in_range":
            least, most = arguments["min_value"], arguments["max_value"]
            if isinstance(most, dt.date):
                return "E101", is_in_calendar(value)
            return "E107", (value >= least) & (value <= most)
        case _:
            raise RuleError(
                f"column {name!r} has the check {check!r}, which cannot be translated to an"
                " expression; add it to tumen.validation.column_rules."
            )
