"""Columns before rows: whether a frame has those of its table, typed as the model says, and how text becomes what is asked.

Nothing is read for this. What `coerce` makes of a value is the same on every engine: the text is matched before it is cast, and a
day is matched as a day that exists. A row with a value that cannot be coerced breaks E008, E101, E102 or E105, and no other rule is
asked of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from tumen._suggest import did_you_mean
from tumen.errors import TumenError
from tumen.schemas.rules import FILE_RULES, VALUE_RULES, RowRule
from tumen.validation.arrow_types import TEXTS
from tumen.validation.csv_rows import PARSED
from tumen.validation.regex_dialects import written_for
from tumen.validation.table_report import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.schemas import Table
    from tumen.validation.sources import Held

GIVEN: Final = "given "
"""What stands before a column's name where the column holds values as they were before coercion."""

_DAY: Final = (
    r"^[0-9]{4}-(((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))|((0[469]|11)-(0[1-9]|[12][0-9]|30))|(02-(0[1-9]|1[0-9]|2[0-8])))$"
    r"|^([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$"
)
_MOST_DIGITS: Final = 15
_DECIMALS: Final = "|".join(
    rf"[0-9]{{1,{_MOST_DIGITS - after}}}\.[0-9]{{{after}}}" for after in range(1, _MOST_DIGITS)
)
_NUMBER: Final = rf"^[+-]?([0-9]{{1,{_MOST_DIGITS}}}|{_DECIMALS})([eE][+-]?[0-9]{{1,2}})?$"
_LIMIT: Final = 10**_MOST_DIGITS
_LONG: Final = (nw.Int64, nw.UInt64, nw.Int128, nw.UInt128)
_ZONED: Final = "; which day it is depends on the time zone: write days"
_FLAG: Final = r"^(true|false)$"
_TYPES: Final[dict[Any, Any]] = {
    pl.String: nw.String,
    pl.Float64: nw.Float64,
    pl.Date: nw.Date,
    pl.Boolean: nw.Boolean,
}
_WORDS: Final = {
    pl.String: "text",
    pl.Float64: "numbers (Float64)",
    pl.Date: "days (Date)",
    pl.Boolean: "flags (Boolean)",
}


class Fitted(NamedTuple):
    """A frame whose columns have the types of the table, and what could not be coerced as rules of a row."""

    frame: nw.LazyFrame[Any]
    uncoerced: tuple[RowRule, ...]


def misfits(table: str, model: type[Table], given: Held, *, coerce: bool) -> list[Broken]:
    """Return the columns that are missing, of another type or too many; raises `TumenError` if none of the table's is there."""
    schema, wanted = given.kinds, wanted_types(model)
    if not wanted.keys() & schema.keys():
        columns = ", ".join(map(repr, list(schema)[:5])) or "none"
        raise TumenError(
            f"{given.name} has no column of {table}; its columns are {columns}."
            " Name the table that it is, or mend the delimiter or the header."
        )
    return [
        Broken(table, "E112", (column,), 1, said=said)
        for column, said in _misfitting(wanted, given, coerce=coerce)
    ]


def _misfitting(wanted: dict[str, Any], given: Held, *, coerce: bool) -> Iterator[tuple[str, str]]:
    schema = given.kinds
    extra = [name for name in schema if name not in wanted]
    cased = {name.strip().lower(): name for name in extra}
    for name, kind in wanted.items():
        if name in cased and name not in schema:
            extra.remove(cased[name])
            yield (
                name,
                f"the column is written {cased[name]!r}; names of columns are in lower case, without spaces",
            )
            continue
        if name not in schema:
            yield (
                name,
                f"there is no such column{did_you_mean(name, extra).replace('did you mean', 'is it')}",
            )
            continue
        coercible = (
            name in given.parsed
            or _coerced(name, schema[name], kind, nw.Implementation.POLARS) is not None
        )
        if not _is(schema[name], kind) and not (coerce and coercible):
            hint = (
                "; coerce=True converts it"
                if coercible
                else _ZONED
                if _has_zone(schema[name]) and kind is pl.Date
                else ""
            )
            yield (
                name,
                f"the column holds {schema[name]}, not {_WORDS.get(kind, 'lists of text')}{hint}",
            )
    for name in extra:
        yield name, f"the table has no such column{did_you_mean(name, wanted)}"


def fitted(model: type[Table], frame: nw.LazyFrame[Any]) -> Fitted:
    """Return the frame with every column coerced that has another type; what was given stays beside it."""
    schema, wanted = frame.collect_schema(), wanted_types(model)
    plain = [name for name in wanted if isinstance(schema[name], nw.Enum | nw.Categorical)]
    frame = frame.with_columns(nw.col(name).cast(nw.String) for name in plain)
    lists = [
        name
        for name, kind in wanted.items()
        if kind is pl.List and _is(schema[name], kind) and schema[name] != TEXTS
    ]
    frame = frame.with_columns(nw.col(name).cast(TEXTS) for name in lists)
    other = {
        name: kind
        for name, kind in wanted.items()
        if name not in plain and not _is(schema[name], kind)
    }
    if not other:
        return Fitted(frame, ())
    frame = frame.with_columns(nw.col(name).alias(GIVEN + name) for name in other)
    made = [
        nw.col(PARSED + name).alias(name)
        if PARSED + name in schema
        else _coerced(name, schema[name], kind, frame.implementation)
        for name, kind in other.items()
    ]
    frame = frame.with_columns(expression for expression in made if expression is not None)
    return Fitted(frame, tuple(_kept(name, kind) for name, kind in other.items()))


def _kept(name: str, kind: Any) -> RowRule:
    codes = {pl.Date: "E101", pl.Float64: "E102", pl.Boolean: "E105", pl.List: "E008"}
    rule = (FILE_RULES | VALUE_RULES)[codes.get(kind, "E106")]
    holds = nw.col(GIVEN + name).is_null() | ~nw.col(name).is_null()
    return RowRule(
        rule.code,
        rule.title,
        rule.remedy,
        rule.why,
        severity=rule.severity,
        columns=(GIVEN + name,),
        holds=holds,
    )


def wanted_types(model: type[Table]) -> dict[str, Any]:
    """Return the type of polars that each column of a table has."""
    types = {name: column.dtype.type for name, column in model.to_schema().columns.items()}
    return {name: kind if isinstance(kind, type) else type(kind) for name, kind in types.items()}


def _has_zone(given: Any) -> bool:
    return isinstance(given, nw.Datetime) and given.time_zone is not None


def _is(given: Any, kind: Any) -> bool:
    if kind is pl.List:
        return isinstance(given, nw.List | nw.Array) and _is(given.inner, pl.String)
    return isinstance(given, _TYPES[kind]) or (
        kind is pl.String and isinstance(given, nw.Enum | nw.Categorical)
    )


def _coerced(name: str, given: Any, kind: Any, engine: nw.Implementation) -> nw.Expr | None:
    """Return the expression that makes the type of a value, null where that cannot be; none if nothing can."""
    value = nw.col(name)
    if isinstance(
        given, nw.Unknown
    ):  # a column of nulls, of which a file without types says no more
        return value.cast(_TYPES.get(kind, nw.List(nw.String)))
    if isinstance(given, nw.String) and kind in (pl.Float64, pl.Date, pl.Boolean):
        return _of_text(value, kind, engine)
    if kind is pl.Float64 and isinstance(given, nw.dtypes.NumericType):
        return _of_figures(value, given, engine)
    if kind is pl.Date and isinstance(given, nw.Datetime) and given.time_zone is None:
        return nw.when(value == value.dt.truncate("1d")).then(value).cast(nw.Date)
    return None


def _of_text(text: nw.Expr, kind: Any, engine: nw.Implementation) -> nw.Expr:
    pattern = {pl.Float64: _NUMBER, pl.Date: _DAY, pl.Boolean: _FLAG}[kind]
    sound = nw.when(text.str.contains(written_for(pattern, engine))).then(text)
    if kind is pl.Date:
        return sound.str.to_date("%Y-%m-%d")
    return sound == nw.lit("true") if kind is pl.Boolean else sound.cast(nw.Float64)


def _of_figures(value: nw.Expr, given: Any, engine: nw.Implementation) -> nw.Expr:
    """Return figures as numbers, null where a number would round them: at 16 digits and more."""
    if isinstance(given, nw.Decimal):
        return _of_text(_shortest(value), pl.Float64, engine)
    if isinstance(given, _LONG):
        return nw.when((value > -_LIMIT) & (value < _LIMIT)).then(value).cast(nw.Float64)
    return value.cast(nw.Float64)


def _shortest(decimal: nw.Expr) -> nw.Expr:
    """Return a decimal as text, without the noughts that its type adds."""
    text = decimal.cast(nw.String)
    return (
        nw.when(text.str.contains(r"\."))
        .then(text.str.replace_all("0+$", "").str.replace_all(r"\.$", ""))
        .otherwise(text)
    )
