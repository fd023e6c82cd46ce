"""Estimates: figures as somebody gave them, one record for each utterance.

The bound keeps what was said: "more than 6,000" is `low: 6000, bound: more_than`, never 6,000. A
stock is a level at a time, and a flow is an amount in a period (System of National Accounts 2008,
3.4 to 3.5). A cumulative figure runs from the start to a time. Probability bands follow the
estimator's own yardstick: UK, Professional Head of Intelligence Assessment; US, ICD 203.
"""

import narwhals as nw
import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import CITING_TABLES, Citations
from tumen.schemas.days import first_day_of_end, last_day
from tumen.schemas.rules import RowRule, require_founded

FIGURES = ("low", "best", "high")
SUBJECT_TABLES = tuple(table for table in CITING_TABLES if table != "positions")
"""The tables whose records an estimate or a statement can be about."""
_PREFIXES = {
    "mtg": "meetings",
    "dep": "deployments",
    "agr": "agreements",
    "trf": "transfers",
    "lch": "launches",
}
_ALL_PERCENT = 100


def _all(*conditions: nw.Expr) -> nw.Expr:
    """Return whether all conditions hold; null counts as true."""
    return nw.all_horizontal(*conditions, ignore_nulls=True)


def _has_exactly(*columns: str) -> nw.Expr:
    """Return whether exactly these of low, best and high are given."""
    return _all(*(nw.col(name).is_null() != (name in columns) for name in FIGURES))


def _bound_has_its_figure() -> nw.Expr:
    bound = nw.col("bound")
    return _all(
        ~bound.is_in(["exact", "about"]) | _has_exactly("best"),
        ~bound.is_in(["at_least", "more_than"]) | _has_exactly("low") | _has_exactly("low", "best"),
        ~bound.is_in(["up_to", "less_than"]) | _has_exactly("high") | _has_exactly("high", "best"),
        ~bound.is_in(["range"]) | _has_exactly("low", "high") | _has_exactly("low", "best", "high"),
        ~bound.is_in(["unquantified"]) | (_has_exactly() & ~nw.col("wording").is_null()),
    )


def _unit_fits_measure() -> nw.Expr:
    measure, unit = (nw.col(name).cast(nw.String) for name in ("measure", "unit"))
    pairs = [f"{name} {unit}" for name, measure in vocab.MEASURES.items() for unit in measure.units]
    return ~measure.is_in(list(vocab.MEASURES)) | nw.concat_str(measure, unit, separator=" ").is_in(
        pairs
    )


def _dates_fit_kind() -> nw.Expr:
    """Return false where the dates contradict the kind of figure.

    That is a stock over a period, a flow on one day, or a cumulative figure that runs past its own
    period or the date on which it was said.
    """
    kind, as_of, start, end = (
        nw.col(name) for name in ("stock_or_flow", "as_of", "period_start", "period_end")
    )
    said_by = last_day("said_on", "said_on_precision")
    has_period = ~start.is_null() | ~end.is_null()
    return _all(
        (kind != "stock") | (nw.col("unit") == "percent") | ~has_period,
        (kind != "flow") | as_of.is_null() | has_period,
        (kind != "cumulative")
        | _all(
            start <= as_of,
            as_of <= end,
            start <= said_by,
            first_day_of_end("period_end") <= said_by,
        ),
    )


def _bound_is_informative() -> nw.Expr:
    bound, low, high = (nw.col(name) for name in ("bound", "low", "high"))
    is_share = nw.col("unit") == "percent"
    return _all(
        (bound != "range") | (low != high),
        (bound != "at_least") | ((low > 0) & (~is_share | (low < _ALL_PERCENT))),
        (bound != "more_than") | ~is_share | (low < _ALL_PERCENT),
        (bound != "up_to") | ((high > 0) & (~is_share | (high < _ALL_PERCENT))),
        (bound != "less_than") | (high > 0),
    )


def _measure_can_size_subject() -> nw.Expr:
    """Return false where the subject is an event of a table that the measure cannot quantify.

    Statements and estimates can be about any figure.
    """
    prefix_of_subject = nw.col("subject_id").str.slice(0, 3)
    unfit_pairs = [
        f"{name} {prefix}"
        for name, measure in vocab.MEASURES.items()
        for prefix, table in _PREFIXES.items()
        if table not in measure.subject_tables
    ]
    pair = nw.concat_str(nw.col("measure").cast(nw.String), prefix_of_subject, separator=" ")
    return ~pair.is_in(unfit_pairs)


def _has_fraction(number: nw.Expr) -> nw.Expr:
    """Return whether a number has a fraction; infinity and NaN have none, on every engine."""
    fraction = number.abs() % 1
    return (fraction > 0) & (fraction < 1)


RULES = (
    *(
        RowRule(
            "E116",
            "a share is more than 100 percent",
            "Correct the figure: every measure in percent is a part of a whole.",
            columns=(figure, "unit"),
            condition=~nw.col("unit").is_in(["percent"]) | (nw.col(figure) <= 100),  # noqa: PLR2004
        )
        for figure in FIGURES
    ),
    *(
        RowRule(
            "W250",
            "a figure has a fraction, but its unit counts whole things",
            "Check the figure and the unit; if it is an average, say so in a note.",
            severity="warning",
            columns=(figure, "unit"),
            condition=nw.col("unit").is_in(list(vocab.FRACTIONAL_UNITS))
            | ~_has_fraction(nw.col(figure)),
        )
        for figure in FIGURES
    ),
    RowRule(
        "E201",
        "low, best and high are not in order",
        "Give them so that low <= best <= high.",
        columns=("low", "best", "high"),
        condition=_all(
            nw.col("low") <= nw.col("best"),
            nw.col("best") <= nw.col("high"),
            nw.col("low") <= nw.col("high"),
        ),
    ),
    RowRule(
        "E202",
        "low, best and high do not fit the bound",
        "exact, about: best; at_least, more_than: low; up_to, less_than: high; range: low and high;"
        " unquantified: wording.",
        columns=("bound", "low", "best", "high"),
        condition=_bound_has_its_figure(),
    ),
    RowRule(
        "E203",
        "a measure is not counted in this unit",
        "Use a unit of the measure; `tumen codebook estimates` lists them.",
        columns=("unit", "measure"),
        condition=_unit_fits_measure(),
    ),
    RowRule(
        "E205",
        "a figure refers to a date after it was said",
        "Correct as_of or said_on; for a forecast, leave as_of out and give the period.",
        columns=("as_of", "said_on"),
        condition=nw.col("as_of") <= last_day("said_on", "said_on_precision"),
    ),
    RowRule(
        "E206",
        "a period ends before it starts",
        "Correct period_start or period_end.",
        columns=("period_start", "period_end"),
        condition=nw.col("period_start") <= nw.col("period_end"),
    ),
    RowRule(
        "E208",
        "a probability band is incomplete, out of order or without its phrase",
        "Give confidence with confidence_low <= confidence_high, or none of the three.",
        columns=("confidence_low", "confidence_high", "confidence"),
        condition=_all(
            nw.col("confidence_low").is_null() == nw.col("confidence_high").is_null(),
            nw.col("confidence_low").is_null() | ~nw.col("confidence").is_null(),
            nw.col("confidence_low") <= nw.col("confidence_high"),
        ),
    ),
    RowRule(
        "W232",
        "a date does not fit a stock, flow or cumulative figure",
        "stock: as_of and no period; flow: a period; cumulative: as_of within its period, which"
        " ends on or before the date it was said.",
        severity="warning",
        columns=("stock_or_flow", "as_of", "period_start", "period_end", "said_on"),
        condition=_dates_fit_kind(),
    ),
    RowRule(
        "W235",
        "a bound excludes nothing, or restates an exact figure",
        "Write a range of one figure, or a bound that means all or none, as exact with best. Leave"
        " out a bound that excludes nothing.",
        severity="warning",
        columns=("bound", "low", "high"),
        condition=_bound_is_informative(),
    ),
    RowRule(
        "W237",
        "a measure does not fit its subject",
        "Name as subject the event that the figure quantifies, or leave subject out.",
        severity="warning",
        columns=("subject_id", "measure"),
        condition=_measure_can_size_subject(),
    ),
    require_founded("said_on", "said_on_precision"),
    require_founded("as_of"),
    require_founded("period_end"),
)


class Estimates(
    Table, table="estimates", key=("estimate_id",), nested={"sources": Citations}, rules=RULES
):
    """Estimates and counts, one utterance a row; low, best and high are in `unit`, or null."""

    estimate_id: str = base.identifier("Estimate", "est")
    measure: Code = base.code(
        "Measure",
        "What is counted",
        {name: measure.definition for name, measure in vocab.MEASURES.items()},
        "measure",
    )
    unit: Code = base.code("Unit", "Unit of low, best and high", vocab.UNITS, "unit")
    low: float = base.number("Low", "Lower bound", "as in column unit", written="low", ge=0)
    best: float = base.number("Best", "Point estimate", "as in column unit", written="best", ge=0)
    high: float = base.number("High", "Upper bound", "as in column unit", written="high", ge=0)
    bound: Code = base.code(
        "Bound", "How the figure was bounded when it was said", vocab.BOUNDS, "bound"
    )
    wording: str = base.text(
        "Wording",
        "The words that bound the figure, if they say more than the code",
        "wording",
        nullable=True,
    )
    stock_or_flow: Code = base.code(
        "Stock or flow",
        "Level, amount in a period, or sum since the start",
        vocab.STOCK_OR_FLOW,
        "stock_or_flow",
    )
    scope_id: str = base.reference(
        "Scope", "Area that the figure covers", "places", written="scope", nullable=True
    )
    subject_id: str = base.reference(
        "Subject",
        "Event that the figure quantifies",
        *SUBJECT_TABLES,
        written="subject",
        nullable=True,
    )
    estimator_id: str = base.reference(
        "Estimator", "Who gives the figure", "actors", written="estimator"
    )
    said_on: pl.Date = base.date(
        "Said on",
        "Date on which it was said",
        "said_on",
        precision="said_on_precision",
        open_start=True,
    )
    said_on_precision: Code = base.code(
        "Precision of said on", "How precisely that date is known", vocab.DATE_PRECISIONS, None
    )
    as_of: pl.Date = base.date("As of", "Date that the figure refers to", "as_of", nullable=True)
    period_start: pl.Date = base.span(
        "Period start", "First possible day of the period covered", "period_start", "first"
    )
    period_end: pl.Date = base.span(
        "Period end", "Last possible day of the period covered", "period_end", "last"
    )
    confidence: Code = base.code(
        "Confidence",
        "How the estimator words its confidence",
        vocab.CONFIDENCES,
        "confidence",
        nullable=True,
    )
    confidence_low: float = base.number(
        "Confidence, low",
        "Lower end of the probability band, by the estimator's own yardstick",
        "percent",
        written="confidence_low",
        ge=0,
        le=100,
    )
    confidence_high: float = base.number(
        "Confidence, high",
        "Upper end of the probability band",
        "percent",
        written="confidence_high",
        ge=0,
        le=100,
    )
    supersedes_id: str = base.reference(
        "Supersedes",
        "Earlier figure of the same estimator that this one revises",
        "estimates",
        written="supersedes",
        nullable=True,
    )
    summary: str = base.summary()
    known_since: pl.Date = base.known_since()
    note: str = base.note()
