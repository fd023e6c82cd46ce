"""Columns before rows: whether a frame has those of its table, typed as the model says, and how text becomes what is asked.

Nothing is read for this. What `coerce` makes of a value is the same on every engine: the text is matched before it is cast, and a
day is matched as a day that exists. A row with a value that cannot be coerced breaks E101, E102 or E105, and no other rule is asked
of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from tumen.errors import TumenError
from tumen.nearest import did_you_mean
from tumen.schemas.rules import VALUE_RULES, RowRule
from tumen.tabular.patterns import written_for
from tumen.tabular.reporting import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.schemas import Table
    from tumen.tabular.opening import Held

GIVEN: Final = "given "
"""What stands before a column's name where the column holds values as they were before coercion."""

_DAY: Final = (
    r"^[0-9]{4}-(((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))|((0[469]|11)-(0[1-9]|[12][0-9]|30))|(02-(0[1-9]|1[0-9]|2[0-8])))$"
    r"|^([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$"
)
_NUMBER: Final = r"^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?$"
_FLAG: Final = r"^(true|false)$"
_TYPES: Final[dict[Any, Any]] = {pl.String: nw.String, pl.Float64: nw.Float64, pl.Date: nw.Date, pl.Boolean: nw.Boolean}
_WORDS: Final = {pl.String: "text", pl.Float64: "numbers (Float64)", pl.Date: "days (Date)", pl.Boolean: "flags (Boolean)"}


class Fitted(NamedTuple):
    """A frame whose columns have the types of the table, and what could not be coerced as rules of a row."""

    frame: nw.LazyFrame[Any]
    uncoerced: tuple[RowRule, ...]


def misfits(table: str, model: type[Table], given: Held, *, coerce: bool) -> list[Broken]:
    """Return the columns that are missing, of another type or too many; raises `TumenError` if none of the table's is there."""
    schema, wanted = given.frame.collect_schema(), _wanted(model)
    if not wanted.keys() & schema.keys():
        columns = ", ".join(map(repr, list(schema)[:5])) or "none"
        raise TumenError(
            f"{given.name} has no column of {table}; its columns are {columns}."
            " Name the table that it is, or mend the delimiter or the header."
        )
    return [Broken(table, "E112", (column,), 1, said=said) for column, said in _misfitting(wanted, schema, coerce=coerce)]


def _misfitting(wanted: dict[str, Any], schema: nw.Schema, *, coerce: bool) -> Iterator[tuple[str, str]]:
    extra = [name for name in schema if name not in wanted]
    cased = {name.lower(): name for name in extra}
    for name, kind in wanted.items():
        if name in cased and name not in schema:
            extra.remove(cased[name])
            yield name, f"the column is written {cased[name]!r}; names of columns are in lower case"
            continue
        if name not in schema:
            yield name, f"there is no such column{did_you_mean(name, extra).replace('did you mean', 'is it')}"
            continue
        coercible = _coerced(name, schema[name], kind, nw.Implementation.POLARS) is not None
        if not _is(schema[name], kind) and not (coerce and coercible):
            hint = "; coerce=True converts it" if coercible else ""
            yield name, f"the column holds {schema[name]}, not {_WORDS.get(kind, 'lists of text')}{hint}"
    for name in extra:
        yield name, f"the table has no such column{did_you_mean(name, wanted)}"


def fitted(model: type[Table], frame: nw.LazyFrame[Any]) -> Fitted:
    """Return the frame with every column coerced that has another type; what was given stays beside it."""
    schema, wanted = frame.collect_schema(), _wanted(model)
    plain = [name for name in wanted if isinstance(schema[name], nw.Enum | nw.Categorical)]
    frame = frame.with_columns(nw.col(name).cast(nw.String) for name in plain)
    other = {name: kind for name, kind in wanted.items() if name not in plain and not _is(schema[name], kind)}
    if not other:
        return Fitted(frame, ())
    frame = frame.with_columns(nw.col(name).alias(GIVEN + name) for name in other)
    made = {name: _coerced(name, schema[name], kind, frame.implementation) for name, kind in other.items()}
    frame = frame.with_columns(expression for expression in made.values() if expression is not None)
    return Fitted(frame, tuple(_kept(name, kind) for name, kind in other.items()))


def _kept(name: str, kind: Any) -> RowRule:
    rule = VALUE_RULES[{pl.Date: "E101", pl.Float64: "E102", pl.Boolean: "E105"}.get(kind, "E106")]
    holds = nw.col(GIVEN + name).is_null() | ~nw.col(name).is_null()
    return RowRule(rule.code, rule.title, rule.remedy, rule.why, severity=rule.severity, columns=(GIVEN + name,), holds=holds)


def _wanted(model: type[Table]) -> dict[str, Any]:
    types = {name: column.dtype.type for name, column in model.to_schema().columns.items()}
    return {name: kind if isinstance(kind, type) else type(kind) for name, kind in types.items()}


def _is(given: Any, kind: Any) -> bool:
    if kind is pl.List:
        return bool(given == nw.List(nw.String))
    return isinstance(given, _TYPES[kind]) or (kind is pl.String and isinstance(given, nw.Enum | nw.Categorical))


def _coerced(name: str, given: Any, kind: Any, engine: nw.Implementation) -> nw.Expr | None:
    """Return the expression that makes the type of a value, null where that cannot be; none if nothing can."""
    value = nw.col(name)
    if isinstance(given, nw.Unknown):  # a column of nulls, of which a file without types says no more
        return value.cast(_TYPES.get(kind, nw.List(nw.String)))
    if isinstance(given, nw.String) and kind in (pl.Float64, pl.Date, pl.Boolean):
        pattern = {pl.Float64: _NUMBER, pl.Date: _DAY, pl.Boolean: _FLAG}[kind]
        sound = nw.when(value.str.contains(written_for(pattern, engine))).then(value)
        if kind is pl.Date:
            return sound.str.to_date("%Y-%m-%d")
        return sound == nw.lit("true") if kind is pl.Boolean else sound.cast(nw.Float64)
    if kind is pl.Float64 and given.is_numeric():
        return value.cast(nw.Float64)
    if kind is pl.Date and isinstance(given, nw.Datetime):
        return nw.when(value == value.dt.truncate("1d")).then(value).cast(nw.Date)
    return None
