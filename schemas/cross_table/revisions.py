"""Figures that replace earlier ones: of the same estimator, about the same thing, and each replaced once."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, last_day
from tumen.schemas.rules import Frame, Tables, TablesRule

_THE_SAME: Final = {
    "estimator_id": "estimator",
    "measure": "measure",
    "unit": "unit",
    "stock_or_flow": "stock_or_flow",
}
_ALIKE: Final = {"scope_id": "scope", "subject_id": "subject"}
_SPAN: Final = {"period_start": "period_start", "period_end": "period_end"}


def backward_supersession(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede a later one, one that supersedes them, or one of another estimator, measure or unit.

    A figure is later if it was surely said on a later day; of one day, that with the higher number is.
    """
    links = _links(tables)
    one_day = nw.all_horizontal(
        *(nw.col(name) == nw.col(f"{name}_2") for name in ("said_on", "said_on_precision")),
        ignore_nulls=True,
    )
    mutual = nw.col("supersedes_id_2") == nw.col("estimate_id")
    earlier = (nw.col("last") < nw.col("first_2")) | (
        one_day & (nw.col("estimate_id") < nw.col("supersedes_id"))
    )
    clash = nw.coalesce(
        nw.when(nw.col("estimate_id") == nw.col("supersedes_id")).then(nw.lit("itself")),
        _differing(_THE_SAME),
        nw.when(mutual).then(nw.lit("which supersedes this one")),
        nw.when(earlier).then(
            nw.concat_str(nw.lit("said on "), nw.col("said_on_2").cast(nw.String))
        ),
    )
    yield from _clashing(links, clash)


def superseded_of_another_kind(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede one of another scope or subject, a stock of another day, or a flow of another period."""
    kind = nw.col("stock_or_flow")
    day = nw.when(kind == "stock").then(_differing({"as_of": "as_of"}))
    period = nw.when(kind == "flow").then(_differing(_SPAN))
    yield from _clashing(_links(tables), nw.coalesce(_differing(_ALIKE), day, period))


def superseded_twice(tables: Tables) -> Iterator[Frame]:
    """Yield the estimates that supersede one which another estimate supersedes."""
    links = (
        tables["estimates"]
        .filter(~nw.col("supersedes_id").is_null())
        .select("row", "estimate_id", "supersedes_id")
    )
    first = links.group_by("supersedes_id").agg(nw.col("estimate_id").min().alias("first"))
    again = links.join(first, on="supersedes_id", how="inner").filter(
        nw.col("estimate_id") != nw.col("first")
    )
    yield breach(again, "estimates", "supersedes_id", nw.col("supersedes_id"), nw.col("first"))


def _links(tables: Tables) -> Frame:
    """Return the estimates that supersede one, beside that one (`_2`), with the first and last days on which they were said."""
    said = [
        end("said_on", "said_on_precision").alias(name)
        for name, end in (("first", first_day), ("last", last_day))
    ]
    compared = [
        "said_on",
        "said_on_precision",
        "supersedes_id",
        "as_of",
        *_THE_SAME,
        *_ALIKE,
        *_SPAN,
    ]
    estimates = tables["estimates"].select("row", "estimate_id", *compared, *said)
    superseded = estimates.select(
        nw.col("estimate_id").alias("there"),
        *(nw.col(name).alias(f"{name}_2") for name in (*compared, "first")),
    )
    return estimates.join(superseded, left_on="supersedes_id", right_on="there", how="inner")


def _differing(fields: dict[str, str]) -> nw.Expr:
    """Return the first of these fields that both figures give, and not the same, with what each of them has."""
    return nw.coalesce(
        *(
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
    )


def _clashing(links: Frame, clash: nw.Expr) -> Iterator[Frame]:
    clashing = links.with_columns(clash.alias("clash")).filter(~nw.col("clash").is_null())
    yield breach(clashing, "estimates", "supersedes_id", nw.col("supersedes_id"), nw.col("clash"))


RULES: Final = (
    TablesRule(
        "E309",
        "a figure supersedes a later one, or one of another estimator, measure, unit or stock_or_flow",
        "Name an earlier figure of the same estimator, measure, unit and stock_or_flow, or leave supersedes out.",
        needs=("estimates",),
        breaches=backward_supersession,
    ),
    TablesRule(
        "W230",
        "a figure supersedes one of another scope, subject, day or period",
        "Leave supersedes out: a figure of another thing or time stands beside it; or correct the field that differs.",
        severity="warning",
        needs=("estimates",),
        breaches=superseded_of_another_kind,
    ),
    TablesRule(
        "W231",
        "two figures supersede the same one",
        "Let the later of the two supersede the earlier.",
        severity="warning",
        needs=("estimates",),
        breaches=superseded_twice,
    ),
)
