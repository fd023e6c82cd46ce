"""The columns of a frame: whether they are those of a table, and how values are coerced.

No row is read to find out whether columns fit. Coercion gives the same value on every engine: the
text is matched against a pattern before it is cast, and the pattern for dates matches only dates
that exist. A row with a value that cannot be coerced violates E008, E101, E102 or E105, and no
other rule is checked in that row.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from tumen._suggest import did_you_mean
from tumen.errors import TumenError
from tumen.release import datapackage, index
from tumen.schemas.rules import FILE_RULES, VALUE_RULES, RowRule
from tumen.validation.arrow_types import TEXTS
from tumen.validation.csv_rows import PARSED
from tumen.validation.evaluate import ORIGINAL
from tumen.validation.regex_dialects import translate_pattern
from tumen.validation.table_report import Broken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tumen.schemas import Table
    from tumen.validation.sources import TableSource

_DATE_PATTERN: Final = (
    r"^[0-9]{4}-("
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))"  # months of 31 days
    r"|((0[469]|11)-(0[1-9]|[12][0-9]|30))"  # months of 30 days
    r"|(02-(0[1-9]|1[0-9]|2[0-8]))"
    r")$"
    # 29 February of a leap year
    r"|^([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$"
)
_MOST_DIGITS: Final = 15
_DECIMALS: Final = "|".join(
    rf"[0-9]{{1,{_MOST_DIGITS - after}}}\.[0-9]{{{after}}}" for after in range(1, _MOST_DIGITS)
)
_NUMBER_PATTERN: Final = rf"^[+-]?([0-9]{{1,{_MOST_DIGITS}}}|{_DECIMALS})([eE][+-]?[0-9]{{1,2}})?$"
_LIMIT: Final = 10**_MOST_DIGITS
_LONG: Final = (nw.Int64, nw.UInt64, nw.Int128, nw.UInt128)
_ZONE_HINT: Final = "; write dates, because the date depends on the time zone"
_BOOLEAN_PATTERN: Final = r"^(true|false)$"
_TYPES: Final[dict[Any, Any]] = {
    pl.String: nw.String,
    pl.Float64: nw.Float64,
    pl.Date: nw.Date,
    pl.Boolean: nw.Boolean,
}
_TYPE_NAMES: Final = {
    pl.String: "text",
    pl.Float64: "numbers (Float64)",
    pl.Date: "dates (Date)",
    pl.Boolean: "booleans (Boolean)",
}


class CoercedFrame(NamedTuple):
    """A frame whose columns have the types of the table, and a rule for each that was coerced.

    A row violates the rule if its value in the column could not be coerced.
    """

    frame: nw.LazyFrame[Any]
    uncoerced: tuple[RowRule, ...]


def check_columns(
    table: str, model: type[Table], source: TableSource, *, coerce: bool
) -> list[Broken]:
    """Return E112 for each column that is missing, has another type, or is not in the table.

    Raises:
        TumenError: If no column is one of the table.

    """
    wanted = wanted_types(model)
    if not wanted.keys() & source.kinds.keys():
        columns = ", ".join(map(repr, list(source.kinds)[:5])) or "none"
        raise TumenError(
            f"{source.name} has no column of {table}; its columns are {columns}."
            " Give the name of the table that it is, or fix the delimiter or the header."
        )
    for name in _columns_of_a_later_schema(table, model, source.kinds):
        del wanted[name]
    return [
        Broken(table, "E112", (column,), 1, said=message)
        for column, message in _find_misfits(wanted, source, coerce=coerce)
    ]


def _columns_of_a_later_schema(
    table: str, model: type[Table], columns: Collection[str]
) -> frozenset[str]:
    """Return the columns that a table of an older release lacks, if these columns are of one.

    They are null there. So a table of a release stays valid when the model gains a column.
    """
    added = frozenset(model.columns()) - frozenset(columns)
    if not added or not all(model.to_schema().columns[name].nullable for name in added):
        return frozenset()
    return added if frozenset(columns) in _released_columns(table) else frozenset()


@cache
def _released_columns(table: str) -> tuple[frozenset[str], ...]:
    """Return the columns of a table in each release of the package that has it."""
    folder = index.bundled_folder()
    entries = index.parse((folder / index.INDEX).read_bytes())
    packages = (
        json.loads((folder / entry["version"] / datapackage.DESCRIPTION).read_bytes())
        for entry in entries
    )
    return tuple(
        frozenset(field["name"] for field in resource["schema"]["fields"])
        for package in packages
        for resource in package["resources"]
        if resource["name"] == table
    )


def _find_misfits(
    wanted: dict[str, Any], source: TableSource, *, coerce: bool
) -> Iterator[tuple[str, str]]:
    """Yield each column that does not fit, and how."""
    extra = [name for name in source.kinds if name not in wanted]
    normalized = {name.strip().lower(): name for name in extra}
    for name, kind in wanted.items():
        if name in source.kinds:
            if message := _check_type(name, kind, source, coerce=coerce):
                yield name, message
        elif name in normalized:
            extra.remove(normalized[name])
            message = (
                f"the column is written {normalized[name]!r};"
                " names of columns are in lower case, without spaces"
            )
            yield name, message
        else:
            suggestion = did_you_mean(name, extra).replace("did you mean", "is it")
            yield name, f"the column is missing{suggestion}"
    for name in extra:
        yield name, f"the table has no such column{did_you_mean(name, wanted)}"


def _check_type(name: str, kind: Any, source: TableSource, *, coerce: bool) -> str:
    """Return the message on a column of another type, or nothing if it fits or is coerced."""
    own_kind = source.kinds[name]
    is_coercible = (
        name in source.parsed
        or _coerce_column(name, own_kind, kind, nw.Implementation.POLARS) is not None
    )
    if _is_of_type(own_kind, kind) or (coerce and is_coercible):
        return ""
    hint = ""
    if is_coercible:
        hint = "; coerce=True converts it"
    elif kind is pl.Date and isinstance(own_kind, nw.Datetime) and own_kind.time_zone is not None:
        hint = _ZONE_HINT
    return f"the column has {own_kind}, not {_TYPE_NAMES.get(kind, 'lists of text')}{hint}"


def coerce_columns(model: type[Table], frame: nw.LazyFrame[Any]) -> CoercedFrame:
    """Return the frame with every column of another type coerced.

    The original values stay in a column whose name starts with `ORIGINAL`.
    """
    schema, wanted = frame.collect_schema(), wanted_types(model)
    absent = [name for name in wanted if name not in schema]
    frame = frame.with_columns(
        nw.lit(None, _null_type(wanted[name])).alias(name) for name in absent
    )
    if absent:
        schema = frame.collect_schema()
    # Categories and lists of other layouts lose nothing when they are cast, so they have no rule.
    categories = [name for name in wanted if isinstance(schema[name], nw.Enum | nw.Categorical)]
    frame = frame.with_columns(nw.col(name).cast(nw.String) for name in categories)
    lists = [
        name
        for name, kind in wanted.items()
        if kind is pl.List and _is_of_type(schema[name], kind) and schema[name] != TEXTS
    ]
    frame = frame.with_columns(nw.col(name).cast(TEXTS) for name in lists)
    other = {
        name: kind
        for name, kind in wanted.items()
        if name not in categories and not _is_of_type(schema[name], kind)
    }
    if not other:
        return CoercedFrame(frame, ())
    frame = frame.with_columns(nw.col(name).alias(ORIGINAL + name) for name in other)
    coerced = [
        nw.col(PARSED + name).alias(name)
        if PARSED + name in schema
        else _coerce_column(name, schema[name], kind, frame.implementation)
        for name, kind in other.items()
    ]
    frame = frame.with_columns(expression for expression in coerced if expression is not None)
    return CoercedFrame(frame, tuple(_coercion_rule(name, kind) for name, kind in other.items()))


def _coercion_rule(name: str, kind: Any) -> RowRule:
    """Return the rule that a value which is not null was coerced."""
    codes = {pl.Date: "E101", pl.Float64: "E102", pl.Boolean: "E105", pl.List: "E008"}
    rule = (FILE_RULES | VALUE_RULES)[codes.get(kind, "E106")]
    condition = nw.col(ORIGINAL + name).is_null() | ~nw.col(name).is_null()
    return RowRule(
        rule.code,
        rule.title,
        rule.remedy,
        severity=rule.severity,
        columns=(ORIGINAL + name,),
        condition=condition,
    )


def wanted_types(model: type[Table]) -> dict[str, Any]:
    """Return the polars type of each column of a table."""
    types = {name: column.dtype.type for name, column in model.to_schema().columns.items()}
    return {name: kind if isinstance(kind, type) else type(kind) for name, kind in types.items()}


def _null_type(kind: Any) -> Any:
    return TEXTS if kind is pl.List else _TYPES[kind]


def _is_of_type(own_kind: Any, kind: Any) -> bool:
    if kind is pl.List:
        return isinstance(own_kind, nw.List | nw.Array) and _is_of_type(own_kind.inner, pl.String)
    return isinstance(own_kind, _TYPES[kind]) or (
        kind is pl.String and isinstance(own_kind, nw.Enum | nw.Categorical)
    )


def _coerce_column(
    name: str, own_kind: Any, kind: Any, engine: nw.Implementation
) -> nw.Expr | None:
    """Return an expression of another type that is null where a value cannot be coerced.

    It is None if no value can be.
    """
    value = nw.col(name)
    if isinstance(own_kind, nw.Unknown):  # All values are null in a file without types.
        return value.cast(_null_type(kind))
    if isinstance(own_kind, nw.String) and kind in (pl.Float64, pl.Date, pl.Boolean):
        return _coerce_text(value, kind, engine)
    if kind is pl.Float64 and isinstance(own_kind, nw.dtypes.NumericType):
        return _coerce_number(value, own_kind, engine)
    if kind is pl.Date and isinstance(own_kind, nw.Datetime) and own_kind.time_zone is None:
        is_midnight = value == value.dt.truncate("1d")
        return nw.when(is_midnight).then(value).cast(nw.Date)
    return None


def _coerce_text(text: nw.Expr, kind: Any, engine: nw.Implementation) -> nw.Expr:
    patterns = {pl.Float64: _NUMBER_PATTERN, pl.Date: _DATE_PATTERN, pl.Boolean: _BOOLEAN_PATTERN}
    pattern = translate_pattern(patterns[kind], engine)
    matching = nw.when(text.str.contains(pattern)).then(text)
    if kind is pl.Date:
        return matching.str.to_date("%Y-%m-%d")
    return matching == nw.lit("true") if kind is pl.Boolean else matching.cast(nw.Float64)


def _coerce_number(value: nw.Expr, own_kind: Any, engine: nw.Implementation) -> nw.Expr:
    """Return numbers as Float64, null where that would round them: from 16 digits on."""
    if isinstance(own_kind, nw.Decimal):
        return _coerce_text(_format_decimal(value), pl.Float64, engine)
    if isinstance(own_kind, _LONG):
        return nw.when((value > -_LIMIT) & (value < _LIMIT)).then(value).cast(nw.Float64)
    return value.cast(nw.Float64)


def _format_decimal(decimal: nw.Expr) -> nw.Expr:
    """Return a decimal as text, without the zeros that its type adds."""
    text = decimal.cast(nw.String)
    return (
        nw.when(text.str.contains(r"\."))
        .then(text.str.replace_all("0+$", "").str.replace_all(r"\.$", ""))
        .otherwise(text)
    )
