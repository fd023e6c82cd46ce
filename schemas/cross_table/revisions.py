"""Rules on figures that supersede earlier ones.

Both are of the same estimator and about the same thing, and a figure is superseded once.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import first_day, last_day, select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule

_IDENTITY: Final = {
    "estimator_id": "estimator",
    "measure": "measure",
    "unit": "unit",
    "stock_or_flow": "stock_or_flow",
}
"""The columns that both figures must share, each with the name of its field in a record."""

_TOPIC: Final = {"scope_id": "scope", "subject_id": "subject"}
_SPAN: Final = {"period_start": "period_start", "period_end": "period_end"}


def find_backward_supersession(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede a figure which they cannot replace.

    Such a figure is later, supersedes the estimate in turn, or is of another estimator, measure,
    unit or `stock_or_flow`. A figure is later if it was surely said on a later day. Of two figures
    of one day, the one with the higher number is later.
    """
    pairs = _pair_with_superseded(tables)
    same_day = ex.all_horizontal(
        ex.col("said_on") == ex.col("said_on_2"),
        ex.col("said_on_precision") == ex.col("said_on_precision_2"),
        ignore_nulls=True,
    )
    is_itself = ex.col("estimate_id") == ex.col("supersedes_id")
    is_mutual = ex.col("supersedes_id_2") == ex.col("estimate_id")
    lower_number = ex.col("estimate_id") < ex.col("supersedes_id")
    is_earlier = (ex.col("last") < ex.col("first_2")) | (same_day & lower_number)
    said_on = ex.concat_str(ex.lit("said on "), ex.col("said_on_2").cast(ex.String))
    clash = ex.coalesce(
        ex.when(is_itself).then(ex.lit("itself")),
        _describe_difference(_IDENTITY),
        ex.when(is_mutual).then(ex.lit("which supersedes this one")),
        ex.when(is_earlier).then(said_on),
    )
    yield from _select_clashes(pairs, clash)


def find_unlike_supersession(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede a figure about another thing or time.

    That is a figure of another scope or subject, a stock of another day, or a flow of another
    period.
    """
    kind = ex.col("stock_or_flow")
    day = ex.when(kind == "stock").then(_describe_difference({"as_of": "as_of"}))
    period = ex.when(kind == "flow").then(_describe_difference(_SPAN))
    clash = ex.coalesce(_describe_difference(_TOPIC), day, period)
    yield from _select_clashes(_pair_with_superseded(tables), clash)


def find_repeated_supersession(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede a figure which another estimate supersedes too."""
    superseding = tables["estimates"].filter(~ex.col("supersedes_id").is_null())
    superseding = superseding.select("row", "estimate_id", "supersedes_id")
    first = superseding.group_by("supersedes_id").agg(ex.col("estimate_id").min().alias("first"))
    repeated = superseding.join(first, on="supersedes_id", how="inner")
    repeated = repeated.filter(ex.col("estimate_id") != ex.col("first"))
    yield select_violations(
        repeated, "estimates", "supersedes_id", ex.col("supersedes_id"), ex.col("first")
    )


def _pair_with_superseded(tables: Tables) -> Frame:
    """Return the estimates that supersede a figure, joined with that figure as `_2`.

    `first` and `last` are the first and last days on which each may have been said.
    """
    days = [
        first_day("said_on", "said_on_precision").alias("first"),
        last_day("said_on", "said_on_precision").alias("last"),
    ]
    compared = [
        "said_on",
        "said_on_precision",
        "supersedes_id",
        "as_of",
        *_IDENTITY,
        *_TOPIC,
        *_SPAN,
    ]
    estimates = tables["estimates"].select("row", "estimate_id", *compared, *days)
    superseded = estimates.select(
        ex.col("estimate_id").alias("superseded_id"),
        *(ex.col(name).alias(f"{name}_2") for name in (*compared, "first")),
    )
    return estimates.join(
        superseded, left_on="supersedes_id", right_on="superseded_id", how="inner"
    )


def _describe_difference(fields: Mapping[str, str]) -> ex.Expr:
    """Return the first of these fields that both figures give and that differs, with its values."""
    differences = (
        ex.when(ex.col(name) != ex.col(f"{name}_2")).then(
            ex.concat_str(
                ex.lit(f"{field}: "),
                ex.col(f"{name}_2").cast(ex.String),
                ex.lit(" there, "),
                ex.col(name).cast(ex.String),
                ex.lit(" here"),
            )
        )
        for name, field in fields.items()
    )
    return ex.coalesce(*differences)


def _select_clashes(pairs: Frame, clash: ex.Expr) -> Iterator[Frame]:
    """Yield the pairs for which `clash` is not null, with its words."""
    clashes = pairs.with_columns(clash.alias("clash")).filter(~ex.col("clash").is_null())
    yield select_violations(
        clashes, "estimates", "supersedes_id", ex.col("supersedes_id"), ex.col("clash")
    )


RULES: Final = (
    TablesRule(
        "E309",
        "a figure supersedes a later one,"
        " or one of another estimator, measure, unit or stock_or_flow",
        "Name an earlier figure of the same estimator, measure, unit and stock_or_flow,"
        " or leave supersedes out.",
        tables=("estimates",),
        find_violations=find_backward_supersession,
    ),
    TablesRule(
        "W230",
        "a figure supersedes one of another scope, subject, day or period",
        "Leave supersedes out, because a figure about another thing or time replaces nothing."
        " Or correct the field that differs.",
        severity="warning",
        tables=("estimates",),
        find_violations=find_unlike_supersession,
    ),
    TablesRule(
        "W231",
        "two figures supersede the same one",
        "Let the later of the two supersede the earlier.",
        severity="warning",
        tables=("estimates",),
        find_violations=find_repeated_supersession,
    ),
)
