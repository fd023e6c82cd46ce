"""The base of every table: a pandera model whose columns say how a curator writes them.

A column is a `pa.Field` with a title, a description and, if it measures something, a unit. Its
metadata contain a `Column`: the field of the YAML record that it comes from (`written`), its kind,
its vocabulary and the tables it refers to. The reader types the records by it, the checker derives
rules from it and a release its metadata, so that a column is declared once.

A rule of a row is a `RowRule` in the `row_rules` of a model. `Table` turns it into a pandera check,
so that `Model.validate(frame)` is plain pandera on its polars backend.
"""

import datetime as dt
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self

import narwhals as nw
import polars as pl

with warnings.catch_warnings():
    # pandera imports pandas and pyspark if they are installed, and they warn about each other.
    warnings.simplefilter("ignore")
    import pandera
    import pandera.polars as pa
    from pandera.engines import polars_engine

from tumen.schemas import characters
from tumen.schemas.rules import RowRule, build_value_rule

Kind = Literal[
    "id",
    "reference",
    "references",
    "code",
    "codes",
    "text",
    "texts",
    "date",
    "day",
    "number",
    "flag",
    "url",
]

PANDERA_VERSION = pandera.__version__
"""The version of pandera that builds the models."""

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
URL = r"^https?://[^\s/?#]\S*$"
RELEASE = r"^20[0-9]{2}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)$"
WIKIDATA = r"^Q[1-9][0-9]*$"
LARGEST = 999_999_999_999_999
"""The largest number of 15 digits, which is as many as a float represents exactly."""
MOST_WORDS, MAX_SUMMARY_CHARACTERS = 30, 300
"""How long a summary may be."""


@polars_engine.Engine.register_dtype
class Code(polars_engine.DataType):
    """Codes of a vocabulary: plain strings as in Parquet, or the `pl.Enum` that `load` makes."""

    type = pl.String

    def __init__(self) -> None:
        """Take no parameters, because the vocabulary is a check of the column."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:  # noqa: ARG002
        """Return whether a column has this type: strings or an enumeration."""
        native = polars_engine.Engine.dtype(pandera_dtype).type
        return native == pl.String or isinstance(native, pl.Enum)

    def __str__(self) -> str:
        return "Code"


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is written and what it means; the constructors below make one.

    Attributes:
        kind: What a value is, such as `date` or `reference`.
        written: The field of the YAML record, or None for a derived column.
        unit: The unit of measurement.
        codes: The vocabulary, with or without definitions.
        refers_to: The tables whose ids the column contains.
        edge: Which day of an imprecise date the column contains.
        precision: The column that says how precise the date is.
        default: For a date, the field to use where this one is absent. For a boolean, the value.
        open_start: Whether `../2025-06-19` is allowed: that day or any day before it.
        words: The largest number of words of a text.

    """

    kind: Kind
    written: str | None
    unit: str | None = None
    codes: Mapping[str, str] | tuple[str, ...] | None = None
    refers_to: tuple[str, ...] = ()
    edge: Literal["first", "last"] = "first"
    precision: str | None = None
    default: str | None = None
    open_start: bool = False
    words: int | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the column itself: it is immutable, and pandera copies its fields deeply."""
        return self


def _column(
    title: str, description: str, column: Column, *, nullable: bool = False, **field: Any
) -> Any:
    return pa.Field(
        nullable=nullable,
        title=title,
        description=description,
        metadata={"tumen": column, "unit": column.unit},
        **field,
    )


def identifier(title: str, prefix: str | None = None, *, description: str = "") -> Any:
    """Build a key column.

    Args:
        title: The title of the column.
        prefix: The prefix of numbered ids, such as `mtg-0001`. Without one, ids are slugs.
        description: Replaces the default description.

    """
    pattern = rf"^{prefix}-([0-9]{{4}}|[1-9][0-9]{{4,}})$" if prefix else SLUG
    shape = f"{prefix}-0001" if prefix else "a slug of a-z, 0-9 and hyphens"
    text = description or f"Permanent id, never reused: {shape}"
    return _column(title, text, Column("id", "id"), unique=True, str_matches=pattern)


def reference(
    title: str, description: str, *tables: str, written: str | None, nullable: bool = False
) -> Any:
    """Build a column that contains the id of a row in one of `tables`."""
    return _column(
        title, description, Column("reference", written, refers_to=tables), nullable=nullable
    )


def references(title: str, description: str, *tables: str, written: str) -> Any:
    """Build a list column of ids of rows in `tables`."""
    return _column(
        title, description, Column("references", written, refers_to=tables), dtype_kwargs=_STRINGS
    )


def code(
    title: str,
    description: str,
    codes: Mapping[str, str] | tuple[str, ...],
    written: str | None,
    *,
    nullable: bool = False,
) -> Any:
    """Build a column of codes of a vocabulary."""
    return _column(
        title,
        description,
        Column("code", written, codes=codes),
        nullable=nullable,
        isin=list(codes),
    )


def codes(
    title: str,
    description: str,
    allowed: Mapping[str, str],
    written: str,
    *,
    nullable: bool = False,
) -> Any:
    """Build a list column of codes of a vocabulary, each at most once."""
    column = Column("codes", written, codes=allowed)
    return _column(title, description, column, nullable=nullable, dtype_kwargs=_STRINGS)


def text(
    title: str,
    description: str,
    written: str,
    *,
    pattern: str | None = None,
    nullable: bool = False,
) -> Any:
    """Build a column of one line of text, or of text that matches `pattern`."""
    checks = {"str_matches": pattern} if pattern else {}
    return _column(title, description, Column("text", written), nullable=nullable, **checks)


def texts(title: str, description: str, written: str) -> Any:
    """Build a list column of text."""
    return _column(title, description, Column("texts", written), dtype_kwargs=_STRINGS)


def summary() -> Any:
    """Build the summary column."""
    description = "What the sources say, in the curator's own words, at most 30 of them"
    return _column("Summary", description, Column("text", "summary", words=MOST_WORDS))


def note() -> Any:
    """Build the note column."""
    return text(
        "Note",
        "What a reader must know in addition to the fields, such as a doubt or the wording of a"
        " figure",
        "note",
        nullable=True,
    )


def date(
    title: str,
    description: str,
    written: str | None,
    *,
    precision: str | None = None,
    edge: Literal["first", "last"] = "first",
    default: str | None = None,
    open_start: bool = False,
    nullable: bool = False,
) -> Any:
    """Build a date column.

    Args:
        title: The title of the column.
        description: The description of the column.
        written: The field of the record.
        precision: The column that says how precise the date is. Without one, the date must be
            precise to the day.
        edge: Which day of an imprecise date the column contains.
        default: The field to use where this one is absent.
        open_start: Whether `../2025-06-19` is allowed: that day or any day before it.
        nullable: Whether the column may be null.

    """
    kind: Kind = "date" if precision else "day"
    column = Column(
        kind, written, edge=edge, precision=precision, default=default, open_start=open_start
    )
    return _column(title, description, column, nullable=nullable, **_DAYS)


def span(title: str, description: str, written: str, edge: Literal["first", "last"]) -> Any:
    """Build a column for one end of a period: its first or last possible day.

    So an imprecise period stays as wide as the source gave it.
    """
    return _column(title, description, Column("date", written, edge=edge), nullable=True, **_DAYS)


def known_since() -> Any:
    """Build the derived column `known_since`, by which `as_known_on` selects records."""
    description = (
        "Derived: the earliest day on which a source of the record was published (of an imprecise"
        " date, the last possible day); if no source is dated, the last possible day on which it"
        " was said or announced"
    )
    return _column("Known since", description, Column("day", None), nullable=True, **_DAYS)


def number(
    title: str,
    description: str,
    unit: str,
    *,
    written: str | None,
    ge: float = -LARGEST,
    le: float = LARGEST,
) -> Any:
    """Build a column of numbers from `ge` to `le`, null where the source gives none.

    There is always an upper bound: every engine treats NaN as greater than any number.

    Args:
        title: The title of the column.
        description: The description of the column.
        unit: The unit, which goes into the metadata of the column.
        written: The field of the record.
        ge: The smallest number allowed.
        le: The largest number allowed.

    """
    bounds = {"in_range": {"min_value": ge, "max_value": le}}
    return _column(
        title, description, Column("number", written, unit=unit), nullable=True, **bounds
    )


def flag(title: str, description: str, written: str, default: str) -> Any:
    """Build a boolean column; `default` is the value of an absent field."""
    return _column(title, description, Column("flag", written, default=default))


def url(
    title: str, description: str, written: str, *, nullable: bool = False, unique: bool = False
) -> Any:
    """Build a column of URLs."""
    return _column(
        title,
        description,
        Column("url", written),
        nullable=nullable,
        unique=unique,
        str_matches=URL,
    )


_STRINGS = {"inner": pl.String()}
_DAYS: Mapping[str, Any] = {"in_range": {"min_value": dt.date.min, "max_value": dt.date.max}}
# WHITE is a character class "[…]", so this is its complement.
_NOT_WHITE = f"[^{characters.WHITE[1:]}"
_LONGER = rf"^{characters.WHITE}*(?:{_NOT_WHITE}+{characters.WHITE}+){{%d}}{_NOT_WHITE}"
_NO_LETTER_OR_DIGIT = r"^[^\p{L}\p{N}]+\z"


def _build_kind_rules(name: str, column: Column, *, patterned: bool) -> Iterator[RowRule]:
    """Yield the rules that follow from the kind of a column, for its values or list items."""
    value, is_list = nw.col(name), column.kind in ("texts", "codes", "references")
    if is_list:
        yield build_value_rule("E106", name, ~value.is_null(), each=True)
        yield build_value_rule("E113", name, value.list.unique().list.len() == value.list.len())
    if column.kind == "codes":
        yield build_value_rule("E103", name, value.is_in(list(column.codes or ())), each=True)
    elif column.kind == "url":
        yield build_value_rule("E106", name, ~value.str.contains(characters.UNSEEN))
    elif column.kind in ("reference", "references"):
        yield _build_pattern_rule(
            "E106",
            name,
            characters.fault_pattern(),
            each=is_list,
            suspect_pattern=characters.suspect_pattern(),
        )
    elif column.kind in ("text", "texts") and not patterned:
        yield from _build_text_rules(name, column, each=is_list)


def _build_text_rules(name: str, column: Column, *, each: bool) -> Iterator[RowRule]:
    patterns = {"E115": _NO_LETTER_OR_DIGIT, "W251": characters.MARKUP}
    if column.words:
        patterns["E109"] = _LONGER % column.words
        yield build_value_rule("E114", name, nw.col(name).str.len_chars() <= MAX_SUMMARY_CHARACTERS)
    suspect_pattern = "|".join((characters.suspect_pattern(), *patterns.values()))
    for code, pattern in {"E106": characters.fault_pattern(), **patterns}.items():
        yield _build_pattern_rule(code, name, pattern, each=each, suspect_pattern=suspect_pattern)


def _build_pattern_rule(
    code: str, name: str, pattern: str, *, each: bool, suspect_pattern: str
) -> RowRule:
    return build_value_rule(
        code, name, ~nw.col(name).str.contains(pattern), each=each, suspect_pattern=suspect_pattern
    )


@dataclass(frozen=True, slots=True)
class Spec:
    """What a table is apart from its columns.

    Attributes:
        name: Its name, the same everywhere.
        key: The columns that identify a row.
        nested: By field, the tables whose rows a curator writes inside the records of this one.
        rules: The rules of a row that are written in its module.

    """

    name: str
    key: tuple[str, ...]
    nested: Mapping[str, type["Table"]]
    rules: tuple[RowRule, ...]


class Table(pa.DataFrameModel):
    """A table of the dataset.

    A subclass gives its name, key and rules as `class Meetings(Table, table="meetings", ...)`.
    """

    _spec: ClassVar[Spec]

    class Config:
        """Allow these columns and no others, as in a release."""

        strict = True

    def __init_subclass__(
        cls,
        *,
        table: str,
        key: tuple[str, ...],
        nested: Mapping[str, type["Table"]] | None = None,
        rules: tuple[RowRule, ...] = (),
    ) -> None:
        """Store the arguments under a private name: pandera takes public attributes for columns."""
        super().__init_subclass__()  # type: ignore[no-untyped-call]
        cls._spec = Spec(table, key, nested or {}, rules)

    @classmethod
    def to_schema(cls) -> pa.DataFrameSchema:
        """Return the pandera schema, with the rules of a row among its checks."""
        schema = super().to_schema()
        if not schema.checks:
            schema.checks = [_build_check(rule) for rule in cls.row_rules()]
        return schema

    @classmethod
    def spec(cls) -> Spec:
        """Return the name, key, nested tables and written rules of the table."""
        return cls._spec

    @classmethod
    @cache
    def columns(cls) -> Mapping[str, Column]:
        """Return the `Column` of each column, in the order of the table."""
        fields = super().to_schema().columns
        return MappingProxyType({name: field.metadata["tumen"] for name, field in fields.items()})

    @classmethod
    @cache
    def polars_types(cls) -> Mapping[str, pl.DataType]:
        """Return the polars type of each column as Parquet has it: codes are plain strings."""
        fields = super().to_schema().columns
        return MappingProxyType({name: field.dtype.type for name, field in fields.items()})

    @classmethod
    @cache
    def row_rules(cls) -> tuple[RowRule, ...]:
        """Return the rules of a row: those of the kinds of its columns, and those written."""
        fields = super().to_schema().columns
        own = (
            rule
            for name, column in cls.columns().items()
            for rule in _build_kind_rules(name, column, patterned=_has_pattern(fields[name]))
        )
        return (*own, *cls._spec.rules)


def _has_pattern(field: pa.Column) -> bool:
    return any(check.name == "str_matches" for check in field.checks)


def _build_check(rule: RowRule) -> pa.Check:
    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        if rule.each is not None:
            return _evaluate_items(data.lazyframe, rule, rule.each)
        return nw.from_native(data.lazyframe).select(rule.condition).to_native()

    return pa.Check(
        holds,
        name=rule.code,
        error=f"{rule.code} {rule.title}",
        raise_warning=rule.severity == "warning",
    )


def _evaluate_items(rows: pl.LazyFrame, rule: RowRule, lists: str) -> pl.LazyFrame:
    """Return for each row whether the rule holds for every item of its list; null without items."""
    numbered = rows.with_row_index("row")
    items = nw.from_native(numbered.filter(pl.col(lists).list.len() > 0).explode(lists))
    results = (
        items.select("row", rule.condition.alias("holds"))
        .to_native()
        .group_by("row")
        .agg(pl.col("holds").all())
    )
    return numbered.join(results, on="row", how="left", maintain_order="left").select("holds")
