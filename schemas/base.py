"""What every table is made of: a pandera model whose columns say how a curator writes them.

A column is a `pa.Field` with a title, a description and, where it measures something, a unit; its metadata hold a
`Column`: the field of the YAML record that it comes from (`written`), its kind, its vocabulary and what it refers to. From
these the reader types the records, the checker derives its rules and the release its metadata, so that a column is
declared once. A rule of a row is a `RowRule` in the model's own `row_rules`; `Table` turns it into a pandera dataframe
check, so that `Model.validate(frame)` is plain pandera on its polars backend.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self

import narwhals as nw
import pandera.polars as pa
import polars as pl
from pandera.engines import polars_engine

from tumen.schemas.rules import RowRule

Kind = Literal["id", "reference", "references", "code", "codes", "text", "texts", "date", "day", "number", "flag", "url"]

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
URL = r"^https?://[^\s/?#]+\.[^\s]+$"
RELEASE = r"^20[0-9]{2}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)$"
WIKIDATA = r"^Q[1-9][0-9]*$"
TEXT = r"^\S(.*\S)?$"
SUMMARY = r"^\S+( \S+){0,29}$"


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

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself: nothing in it changes, and pandera copies its fields deeply."""
        return self


def _column(title: str, description: str, column: Column, *, nullable: bool = False, **field: Any) -> Any:
    return pa.Field(
        nullable=nullable, title=title, description=description, metadata={"tumen": column, "unit": column.unit}, **field
    )


def identifier(title: str, prefix: str | None = None, *, description: str = "") -> Any:
    """Return a key column: opaque numbers `prefix-0001`, or slugs where no prefix is given."""
    pattern = rf"^{prefix}-[0-9]{{4,}}$" if prefix else SLUG
    shape = f"{prefix}-0001" if prefix else "a slug of a-z, 0-9 and hyphens"
    said = description or f"Permanent id, never reused: {shape}"
    return _column(title, said, Column("id", "id"), unique=True, str_matches=pattern)


def reference(title: str, description: str, *tables: str, written: str | None, nullable: bool = False) -> Any:
    """Return a column that holds the id of a row of one of `tables`."""
    return _column(title, description, Column("reference", written, refers_to=tables), nullable=nullable)


def references(title: str, description: str, *tables: str, written: str) -> Any:
    """Return a list column of ids of rows of `tables`."""
    return _column(title, description, Column("references", written, refers_to=tables), dtype_kwargs=_STRINGS)


def code(
    title: str, description: str, codes: Mapping[str, str] | tuple[str, ...], written: str | None, *, nullable: bool = False
) -> Any:
    """Return a column of codes of a vocabulary."""
    return _column(title, description, Column("code", written, codes=codes), nullable=nullable, isin=list(codes))


def codes(title: str, description: str, allowed: Mapping[str, str], written: str, *, nullable: bool = False) -> Any:
    """Return a list column of codes of a vocabulary, each at most once."""
    column = Column("codes", written, codes=allowed)
    return _column(title, description, column, nullable=nullable, dtype_kwargs=_STRINGS)


def text(title: str, description: str, written: str, *, pattern: str = TEXT, nullable: bool = False) -> Any:
    """Return a column of one line of text, or of text of this pattern."""
    return _column(title, description, Column("text", written), nullable=nullable, str_matches=pattern)


def texts(title: str, description: str, written: str) -> Any:
    """Return a list column of text."""
    return _column(title, description, Column("texts", written), dtype_kwargs=_STRINGS)


def summary() -> Any:
    """Return the summary column: the curator's own words, 30 at most."""
    description = "What the sources say, in the curator's own words, 30 at most"
    return _column("Summary", description, Column("text", "summary"), str_matches=SUMMARY)


def note() -> Any:
    """Return the note column: what a reader must know beside the fields."""
    return text(
        "Note", "What a reader must know beside the fields, such as a doubt or how a figure was worded", "note", nullable=True
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
    column = Column(kind, written, edge=edge, precision=precision, default=default, open_start=open_start)
    return _column(title, description, column, nullable=nullable)


def span(title: str, description: str, written: str, edge: Literal["first", "last"]) -> Any:
    """Return one end of a period: its first or last possible day, which keeps an imprecise period as wide as it was said."""
    return _column(title, description, Column("date", written, edge=edge), nullable=True)


def known_since() -> Any:
    """Return the derived column of the second clock."""
    description = (
        "Derived: the earliest day on which a source of the record was published (of an imprecise date the last possible "
        "day); where none is dated, the last possible day on which it was said or announced"
    )
    return _column("Known since", description, Column("day", None), nullable=True)


def number(title: str, description: str, unit: str, *, written: str | None, **bounds: Any) -> Any:
    """Return a column of numbers, null where the source gives none; `unit` travels with it."""
    return _column(title, description, Column("number", written, unit=unit), nullable=True, **bounds)


def flag(title: str, description: str, written: str, default: str) -> Any:
    """Return a column of true and false; `default` is what an absent field means."""
    return _column(title, description, Column("flag", written, default=default))


def url(title: str, description: str, written: str, *, nullable: bool = False, unique: bool = False) -> Any:
    """Return a column of web addresses."""
    return _column(title, description, Column("url", written), nullable=nullable, unique=unique, str_matches=URL)


_STRINGS = {"inner": pl.String()}


def distinct_codes(name: str, allowed: Iterable[str]) -> nw.Expr:
    """Return true where every item of a list column is one of `allowed`, and none stands twice."""
    present = [nw.col(name).list.contains(code).cast(nw.Int64) for code in allowed]
    return nw.sum_horizontal(*present) == nw.col(name).list.len().cast(nw.Int64)


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
        """Return the rules of a row: those written, and one for each column that lists codes."""
        lists = (
            RowRule(
                "E113",
                "a list holds a code that is not in the vocabulary, or one twice",
                "Take codes of the vocabulary, each once; `tumen codebook TABLE` defines them.",
                columns=(name,),
                holds=distinct_codes(name, column.codes or ()),
            )
            for name, column in cls.columns().items()
            if column.kind == "codes"
        )
        return (*lists, *cls._spec.rules)


def _check(rule: RowRule) -> pa.Check:
    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        return nw.from_native(data.lazyframe).select(rule.holds).to_native()

    return pa.Check(holds, name=rule.code, error=f"{rule.code} {rule.title}", raise_warning=rule.severity == "warning")
