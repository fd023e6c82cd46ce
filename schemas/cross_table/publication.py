"""Events that are later than every document which is cited for them: nobody could have reported them yet."""

from collections.abc import Iterator, Mapping
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, key_of, last_day
from tumen.schemas.rules import Frame, Tables, TablesRule

_SPAN: Final = {"start_date": "date_precision", "end_date": "date_precision"}
_DAYS: Final[Mapping[str, Mapping[str, str | None]]] = {
    "meetings": {"end_date": "date_precision"},
    "deployments": {"announced_on": None, **_SPAN},
    "agreements": dict.fromkeys(("ratified_ru", "ratified_kp", "in_force")),
    "transfers": _SPAN,
    "positions": _SPAN,
}
_FORETOLD: Final = {
    "meetings": ("format", "visit"),
    "deployments": ("status", "announced"),
    "transfers": ("status", "planned"),
}


def later_than_documents(tables: Tables) -> Iterator[Frame]:
    """Yield the events that surely lie more than a day after the last of their documents was published.

    The day is for the date line. A record that cites an undated document is left out. So is what may be told before it comes: the
    dates of a movement that is announced and of a transfer that is planned, and the last day of a visit. The first days of meetings
    and launches, and the days of signing, are held to each document; an end is not told again after its start.
    """
    last = _last_documents(tables)
    for name, days in _DAYS.items():
        if name in tables:
            dated = tables[name].join(last, left_on=key_of(name), right_on="record_id", how="inner")
            for day, precision in days.items():
                late = dated.filter(_is_late(day, precision))
                if precision and name in _FORETOLD:
                    column, code = _FORETOLD[name]
                    late = late.filter(nw.col(column) != code)
                if day == "end_date":
                    late = late.filter(~_is_late("start_date", precision).fill_null(value=False))
                yield breach(late, name, day, nw.col(day), nw.col("published_by"))


def _is_late(day: str, precision: str | None) -> nw.Expr:
    first = first_day(day, precision) if precision else nw.col(day)
    return first > nw.col("published_by").dt.offset_by("1d")


def _last_documents(tables: Tables) -> Frame:
    """Return the last possible day of the last document of each record all of whose documents are dated."""
    published = tables["sources"].select(
        "source_id", last_day("published", "published_precision").alias("published_by")
    )
    cited = (
        tables["citations"]
        .select("record_id", "source_id")
        .join(published, on="source_id", how="left")
    )
    undated = cited.filter(nw.col("published_by").is_null())
    dated = cited.join(undated.select("record_id"), on="record_id", how="anti")
    return dated.group_by("record_id").agg(nw.col("published_by").max())


RULES: Final = (
    TablesRule(
        "W223",
        "a day lies after the last document that is cited",
        "Check the day, or cite the document that reports it.",
        severity="warning",
        needs=("sources", "citations"),
        breaches=later_than_documents,
    ),
)
