"""Rules on figures that supersede earlier ones.

Both are of the same estimator and about the same thing, and a figure is superseded once.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import narwhals as nw

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
    same_day = nw.all_horizontal(
        nw.col("said_on") == nw.col("said_on_2"),
        nw.col("said_on_precision") == nw.col("said_on_precision_2"),
        ignore_nulls=True,
    )
    is_itself = nw.col("estimate_id") == nw.col("supersedes_id")
    is_mutual = nw.col("supersedes_id_2") == nw.col("estimate_id")
    lower_number = nw.col("estimate_id") < nw.col("supersedes_id")
    is_earlier = (nw.col("last") < nw.col("first_2")) | (same_day & lower_number)
    said_on = nw.concat_str(nw.lit("said on "), nw.col("said_on_2").cast(nw.String))
    clash = nw.coalesce(
        nw.when(is_itself).then(nw.lit("itself")),
        _describe_difference(_IDENTITY),
        nw.when(is_mutual).then(nw.lit("which supersedes this one")),
        nw.when(is_earlier).then(said_on),
    )
    yield from _select_clashes(pairs, clash)


def find_unlike_supersession(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede a figure about another thing or time.

    That is a figure of another scope or subject, a stock of another day, or a flow of another
    period.
    """
    kind = nw.col("stock_or_flow")
    day = nw.when(kind == "stock").then(_describe_difference({"as_of": "as_of"}))
    period = nw.when(kind == "flow").then(_describe_difference(_SPAN))
    clash = nw.coalesce(_describe_difference(_TOPIC), day, period)
    yield from _select_clashes(_pair_with_superseded(tables), clash)


def find_repeated_supersession(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede a figure which another estimate supersedes too."""
    superseding = tables["estimates"].filter(~nw.col("supersedes_id").is_null())
    superseding = superseding.select("row", "estimate_id", "supersedes_id")
    first = superseding.group_by("supersedes_id").agg(nw.col("estimate_id").min().alias("first"))
    repeated = superseding.join(first, on="supersedes_id", how="inner")
    repeated = repeated.filter(nw.col("estimate_id") != nw.col("first"))
    yield select_violations(
        repeated, "estimates", "supersedes_id", nw.col("supersedes_id"), nw.col("first")
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
        nw.col("estimate_id").alias("superseded_id"),
        *(nw.col(name).alias(f"{name}_2") for name in (*compared, "first")),
    )
    return estimates.join(
        superseded, left_on="supersedes_id", right_on="superseded_id", how="inner"
    )


def _describe_difference(fields: Mapping[str, str]) -> nw.Expr:
    """Return the first of these fields that both figures give and that differs, with its values."""
    differences = (
        nw.when(nw.col(name) != nw.col(f"{name}_2")).then(
            nw.concat_str(
                nw.lit(f"{field}: "),
                nw.col(f"{name}_2").cast(nw.String),
                nw.lit(" there, "),
                nw.col(name).cast(nw.String),
                nw.lit(" here"),
            )
        )
        for name, field in fields.items()
    )
    return nw.coalesce(*differences)


def _select_clashes(pairs: Frame, clash: nw.Expr) -> Iterator[Frame]:
    """Yield the pairs for which `clash` is not null, with its words."""
    clashes = pairs.with_columns(clash.alias("clash")).filter(~nw.col("clash").is_null())
    yield select_violations(
        clashes, "estimates", "supersedes_id", nw.col("supersedes_id"), nw.col("clash")
    )


RULES: Final = (
    TablesRule(
        "E309",
        "a figure supersedes a later one,"
        " or one of another estimator, measure, unit or stock_or_flow",
        "Name an earlier figure of the same estimator, measure, unit and stock_or_flow,"
        " or leave supersedes out.",
        needs=("estimates",),
        breaches=find_backward_supersession,
    ),
    TablesRule(
        "W230",
        "a figure supersedes one of another scope, subject, day or period",
        "Leave supersedes out, because a figure about another thing or time replaces nothing."
        " Or correct the field that differs.",
        severity="warning",
        needs=("estimates",),
        breaches=find_unlike_supersession,
    ),
    TablesRule(
        "W231",
        "two figures supersede the same one",
        "Let the later of the two supersede the earlier.",
        severity="warning",
        needs=("estimates",),
        breaches=find_repeated_supersession,
    ),
)
