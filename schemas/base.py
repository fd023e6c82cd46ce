"""What every table is made of: a pandera model whose columns say how a curator writes them.

A column is a `pa.Field` with a title, a description and, where it measures something, a unit; its metadata hold a
`Column`: the field of the YAML record that it comes from (`written`), its kind, its vocabulary and what it refers to. From
these the reader types the records, the checker derives its rules and the release its metadata, so that a column is
declared once. A rule of a row is a `RowRule` in the model's own `row_rules`; `Table` turns it into a pandera dataframe
check, so that `Model.validate(frame)` is plain pandera on its polars backend.
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

with (
    warnings.catch_warnings()
):  # pandera imports pandas and pyspark where it finds them, and they warn of each other
    warnings.simplefilter("ignore")
    import pandera
    import pandera.polars as pa
    from pandera.engines import polars_engine

from tumen.schemas import characters
from tumen.schemas.rules import RowRule, value_rule

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

PANDERA = pandera.__version__
"""The version of pandera that the models are made with."""

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
URL = r"^https?://[^\s/?#]\S*$"
RELEASE = r"^20[0-9]{2}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)$"
WIKIDATA = r"^Q[1-9][0-9]*$"
LARGEST = 999_999_999_999_999
"""The largest number: of fifteen digits, as many as a float holds exactly."""
MOST_WORDS, MOST_CHARACTERS = 30, 300


@polars_engine.Engine.register_dtype
class Code(polars_engine.DataType):
    """Text of a vocabulary: plain strings as in Parquet, or the `pl.Enum` as which it loads."""

    type = pl.String

    def __init__(self) -> None:
        """Take no parameters: the vocabulary is a check of the column."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:  # noqa: ARG002
        """Return whether a column has this type: plain strings, or an enumeration."""
        native = polars_engine.Engine.dtype(pandera_dtype).type
        return native == pl.String or isinstance(native, pl.Enum)

    def __str__(self) -> str:
        return "Code"


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is written and what it means: see the constructors below."""

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
        """Return itself: nothing in it changes, and pandera copies its fields deeply."""
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
    """Return a key column: opaque numbers `prefix-0001`, or slugs where no prefix is given."""
    pattern = rf"^{prefix}-([0-9]{{4}}|[1-9][0-9]{{4,}})$" if prefix else SLUG
    shape = f"{prefix}-0001" if prefix else "a slug of a-z, 0-9 and hyphens"
    said = description or f"Permanent id, never reused: {shape}"
    return _column(title, said, Column("id", "id"), unique=True, str_matches=pattern)


def reference(
    title: str, description: str, *tables: str, written: str | None, nullable: bool = False
) -> Any:
    """Return a column that holds the id of a row of one of `tables`."""
    return _column(
        title, description, Column("reference", written, refers_to=tables), nullable=nullable
    )


def references(title: str, description: str, *tables: str, written: str) -> Any:
    """Return a list column of ids of rows of `tables`."""
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
    """Return a column of codes of a vocabulary."""
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
    """Return a list column of codes of a vocabulary, each at most once."""
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
    """Return a column of one line of text, or of text of this pattern."""
    asked = {"str_matches": pattern} if pattern else {}
    return _column(title, description, Column("text", written), nullable=nullable, **asked)


def texts(title: str, description: str, written: str) -> Any:
    """Return a list column of text."""
    return _column(title, description, Column("texts", written), dtype_kwargs=_STRINGS)


def summary() -> Any:
    """Return the summary column: the curator's own words, 30 at most."""
    description = "What the sources say, in the curator's own words, 30 at most"
    return _column("Summary", description, Column("text", "summary", words=MOST_WORDS))


def note() -> Any:
    """Return the note column: what a reader must know beside the fields."""
    return text(
        "Note",
        "What a reader must know beside the fields, such as a doubt or how a figure was worded",
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
    """Return a date column; `precision` names the column that says how precise it is, without which a day is asked for.

    `edge` tells which day of an imprecise date the column holds; `default` names the field to take where this is not written;
    `open_start` allows `../2025-06-19`, that day or any before it.
    """
    kind: Kind = "date" if precision else "day"
    column = Column(
        kind, written, edge=edge, precision=precision, default=default, open_start=open_start
    )
    return _column(title, description, column, nullable=nullable, **_DAYS)


def span(title: str, description: str, written: str, edge: Literal["first", "last"]) -> Any:
    """Return one end of a period: its first or last possible day, which keeps an imprecise period as wide as it was said."""
    return _column(title, description, Column("date", written, edge=edge), nullable=True, **_DAYS)


def known_since() -> Any:
    """Return the derived column of the second clock."""
    description = (
        "Derived: the earliest day on which a source of the record was published (of an imprecise date the last possible "
        "day); where none is dated, the last possible day on which it was said or announced"
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
    """Return a column of numbers from `ge` to `le`, null where the source gives none; `unit` travels with it.

    There always is an upper end: to every engine, what is no number (NaN) is greater than any.
    """
    bounds = {"in_range": {"min_value": ge, "max_value": le}}
    return _column(
        title, description, Column("number", written, unit=unit), nullable=True, **bounds
    )


def flag(title: str, description: str, written: str, default: str) -> Any:
    """Return a column of true and false; `default` is what an absent field means."""
    return _column(title, description, Column("flag", written, default=default))


def url(
    title: str, description: str, written: str, *, nullable: bool = False, unique: bool = False
) -> Any:
    """Return a column of web addresses."""
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
_LONGER = rf"^{characters.WHITE}*(?:[^{characters.WHITE[1:]}+{characters.WHITE}+){{%d}}[^{characters.WHITE[1:]}"
_WORDLESS = r"^[^\p{L}\p{N}]+\z"
MARKUP = (
    r"</?[A-Za-z][A-Za-z0-9]*(?: [^<>]*=[^<>]*)? ?/?>|<!--|<[?!][A-Za-z]|&(?:[A-Za-z][A-Za-z0-9]+|#[0-9]+|#[xX][0-9A-Fa-f]+);"
    r"|\*\*|__|~~|`[^`]+`|\]\(|\]\[|\[\[|\{\{|^#+ |^[>*+-] "
    r"|\[/?(?:b|i|u|url|img|quote)[\]=]|\\[A-Za-z]+\{|[Jj]ava[Ss]cript:"
)
"""Tags and entities of HTML; emphasis, code, links, templates, headings and lists of Markdown and wikis; BBCode, LaTeX, scripts."""


def _rules_of(name: str, column: Column, *, patterned: bool) -> Iterator[RowRule]:
    """Yield the rules of a column, or of the items of its lists, that follow from its kind."""
    value, lists = nw.col(name), column.kind in ("texts", "codes", "references")
    if lists:
        yield value_rule("E106", name, ~value.is_null(), each=True)
        yield value_rule("E113", name, value.list.unique().list.len() == value.list.len())
    if column.kind == "codes":
        yield value_rule("E103", name, value.is_in(list(column.codes or ())), each=True)
    elif column.kind == "url":
        yield value_rule("E106", name, ~value.str.contains(characters.UNSEEN))
    elif column.kind in ("reference", "references"):
        yield _rule_of_text(
            "E106", name, characters.faulty(), each=lists, signal=characters.suspicious()
        )
    elif column.kind in ("text", "texts") and not patterned:
        yield from _rules_of_text(name, column, each=lists)


def _rules_of_text(name: str, column: Column, *, each: bool) -> Iterator[RowRule]:
    patterns = {"E115": _WORDLESS, "W251": MARKUP}
    if column.words:
        patterns["E109"] = _LONGER % column.words
        yield value_rule("E114", name, nw.col(name).str.len_chars() <= MOST_CHARACTERS)
    signal = "|".join((characters.suspicious(), *patterns.values()))
    for code, pattern in {"E106": characters.faulty(), **patterns}.items():
        yield _rule_of_text(code, name, pattern, each=each, signal=signal)


def _rule_of_text(code: str, name: str, pattern: str, *, each: bool, signal: str) -> RowRule:
    return value_rule(code, name, ~nw.col(name).str.contains(pattern), each=each, signal=signal)


@dataclass(frozen=True, slots=True)
class Spec:
    """What a table is beside its columns.

    `name` is its one name everywhere; `key` identifies a row; `nested` are the tables whose rows a curator writes inside this
    one's records, by field; `rules` are the rules of a row that its author wrote.
    """

    name: str
    key: tuple[str, ...]
    nested: Mapping[str, type["Table"]]
    rules: tuple[RowRule, ...]


class Table(pa.DataFrameModel):
    """A table of the dataset; a subclass names itself, its key and its rules: `class Meetings(Table, table="meetings", ...)`."""

    _spec: ClassVar[Spec]

    class Config:
        """A release has these columns and no others."""

        strict = True

    def __init_subclass__(
        cls,
        *,
        table: str,
        key: tuple[str, ...],
        nested: Mapping[str, type["Table"]] | None = None,
        rules: tuple[RowRule, ...] = (),
    ) -> None:
        """Keep what the table says of itself out of pandera's sight, which takes every public attribute for a column."""
        super().__init_subclass__()  # type: ignore[no-untyped-call]
        cls._spec = Spec(table, key, nested or {}, rules)

    @classmethod
    def to_schema(cls) -> pa.DataFrameSchema:
        """Return the pandera schema, the rules of a row among its checks."""
        schema = super().to_schema()
        if not schema.checks:
            schema.checks = [_check(rule) for rule in cls.row_rules()]
        return schema

    @classmethod
    def spec(cls) -> Spec:
        """Return the table's name, key, nested tables and written rules."""
        return cls._spec

    @classmethod
    @cache
    def columns(cls) -> Mapping[str, Column]:
        """Return what each column says of itself, in the table's order."""
        fields = super().to_schema().columns
        return MappingProxyType({name: field.metadata["tumen"] for name, field in fields.items()})

    @classmethod
    @cache
    def row_rules(cls) -> tuple[RowRule, ...]:
        """Return the rules of a row: those that the kinds of its columns bring, and those written."""
        fields = super().to_schema().columns
        own = (
            rule
            for name, column in cls.columns().items()
            for rule in _rules_of(name, column, patterned=_patterned(fields[name]))
        )
        return (*own, *cls._spec.rules)


def _patterned(field: pa.Column) -> bool:
    return any(check.name == "str_matches" for check in field.checks)


def _check(rule: RowRule) -> pa.Check:
    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        if rule.each is not None:
            return _of_all_items(data.lazyframe, rule, rule.each)
        return nw.from_native(data.lazyframe).select(rule.holds).to_native()

    return pa.Check(
        holds,
        name=rule.code,
        error=f"{rule.code} {rule.title}",
        raise_warning=rule.severity == "warning",
    )


def _of_all_items(rows: pl.LazyFrame, rule: RowRule, lists: str) -> pl.LazyFrame:
    """Return, of each row, whether the rule holds for every item of its list; null where there is none."""
    numbered = rows.with_row_index("row")
    items = nw.from_native(numbered.filter(pl.col(lists).list.len() > 0).explode(lists))
    kept = (
        items.select("row", rule.holds.alias("holds"))
        .to_native()
        .group_by("row")
        .agg(pl.col("holds").all())
    )
    return numbered.join(kept, on="row", how="left", maintain_order="left").select("holds")
