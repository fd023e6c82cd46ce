"""Rules on the subjects of estimates and statements.

The subject of a claim is an event that has taken place by then, and never the claim itself.
"""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import first_day, id_column, last_day, select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule

LONGEST_CIRCLE: Final = 8
CLAIMS: Final = ("estimates", "statements")
OF_THE_PAST: Final = ("acknowledges", "confirms", "omits", "reports", "thanks")
BEFOREHAND: Final = ("delegation_size", "performers", "troops_planned", "workers_planned")
_FIRST_DAY: Final = {
    "meetings": ("start_date", "date_precision"),
    "deployments": ("start_date", "date_precision"),
    "transfers": ("start_date", "date_precision"),
    "launches": ("launch_date", "date_precision"),
    "agreements": ("signed", "signed_precision"),
    "estimates": ("said_on", "said_on_precision"),
    "statements": ("said_on", "said_on_precision"),
}
"""By table, the columns of the date on which an event begins and of its precision."""


def find_subject_circles(tables: Tables) -> Iterator[Frame]:
    """Yield the claims whose subject is the claim itself or leads back to it.

    Circles of at most `LONGEST_CIRCLE` claims are found.
    """
    claims = [
        tables[name].select(
            ex.lit(name).alias("table"), "row", ex.col(id_column(name)).alias("id"), "subject_id"
        )
        for name in CLAIMS
        if name in tables
    ]
    if not claims:
        return
    with_subject = ex.concat(claims).filter(~ex.col("subject_id").is_null())
    claim_ids = with_subject.select(ex.col("id").alias("claim"))
    about_claims = with_subject.join(claim_ids, left_on="subject_id", right_on="claim", how="semi")
    steps = about_claims.select(ex.col("id").alias("up"), ex.col("subject_id").alias("next"))
    # Each turn goes one claim further. A walk that is back at its start is a circle and ends.
    walk = about_claims.with_columns(ex.col("subject_id").alias("up"))
    circles = []
    for _ in range(LONGEST_CIRCLE):
        is_back = ex.col("up") == ex.col("id")
        circles.append(walk.filter(is_back).select("table", "row", "subject_id"))
        walk = walk.filter(ex.col("up") != ex.col("id")).join(steps, on="up", how="inner")
        walk = walk.select("table", "row", "id", "subject_id", ex.col("next").alias("up"))
    every = ex.concat(circles).unique()
    for name in CLAIMS:
        of_table = every.filter(ex.col("table") == name)
        yield select_violations(of_table, name, "subject_id", ex.col("subject_id"))


def find_premature_claims(tables: Tables) -> Iterator[Frame]:
    """Yield the claims that treat an event as past more than a day before its first possible day.

    The day of tolerance is for the date line.

    - A figure speaks for its `as_of`, else for the end of its period. If it has neither and is no
      flow, it speaks for the day on which it was said.
    - Measures that are given beforehand are left out.
    - Only statements with a stance about the past count.
    """
    events = [
        tables[name].select(
            ex.col(id_column(name)).alias("subject_id"), first_day(day, precision).alias("first")
        )
        for name, (day, precision) in _FIRST_DAY.items()
        if name in tables
    ]
    as_of, period_end = ex.col("as_of"), ex.col("period_end")
    said_by = last_day("said_on", "said_on_precision")
    if "estimates" in tables:
        figures = tables["estimates"].filter(~ex.col("measure").is_in(BEFOREHAND))
        undated = figures.filter(as_of.is_null())
        said = undated.filter(period_end.is_null(), ex.col("stock_or_flow") != "flow")
        yield _select_premature(figures, as_of, events, "estimates", "as_of")
        yield _select_premature(undated, period_end, events, "estimates", "period_end")
        yield _select_premature(said, said_by, events, "estimates", "said_on")
    if "statements" in tables:
        past = tables["statements"].filter(ex.col("stance").is_in(OF_THE_PAST))
        yield _select_premature(past, said_by, events, "statements", "said_on")


def _select_premature(
    claims: Frame, speaks_for: ex.Expr, events: list[Frame], table: str, column: str
) -> Frame:
    """Return the claims that speak for a day more than one day before their subject."""
    dated = claims.select("row", "subject_id", speaks_for.alias("day"))
    dated = dated.filter(~ex.col("day").is_null())
    pairs = dated.join(ex.concat(events), on="subject_id", how="inner")
    premature = pairs.filter(ex.col("day").dt.offset_by("1d") < ex.col("first"))
    event = ex.concat_str(ex.col("subject_id"), ex.lit(" of "), ex.col("first").cast(ex.String))
    return select_violations(premature, table, column, ex.col("day"), event)


RULES: Final = (
    TablesRule(
        "E323",
        "a subject leads back to the record itself",
        "Under subject, name the event or the earlier claim that the record is about.",
        tables=(),
        find_violations=find_subject_circles,
    ),
    TablesRule(
        "W233",
        "a figure or statement treats an event as past before it took place",
        "Check both dates and the subject. For the future, use the stance announces or expects,"
        " or a planned measure.",
        severity="warning",
        tables=(),
        find_violations=find_premature_claims,
    ),
)
