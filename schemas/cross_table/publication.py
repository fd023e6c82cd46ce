"""Rules on events that are later than every document cited for them.

None of these documents can have reported the event yet.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import first_day, id_column, last_day, select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule

_SPAN: Final = {"start_date": "date_precision", "end_date": "date_precision"}
_DAYS: Final[Mapping[str, Mapping[str, str | None]]] = {
    "meetings": {"end_date": "date_precision"},
    "deployments": {"announced_on": None, **_SPAN},
    "agreements": dict.fromkeys(("ratified_ru", "ratified_kp", "in_force")),
    "transfers": _SPAN,
    "positions": _SPAN,
}
"""By table, the columns of dates that are compared, each with the column of its precision."""

_FORETOLD: Final = {
    "meetings": ("format", "visit"),
    "deployments": ("status", "announced"),
    "transfers": ("status", "planned"),
}
"""By table, the column and code of records whose dates may be published in advance."""


def find_events_after_documents(tables: Tables) -> Iterator[Frame]:
    """Yield the events that surely lie more than a day after the last cited document.

    The day of tolerance is for the date line. These are left out:

    - a record that cites an undated document;
    - what may be published in advance: the dates of an announced movement or a planned transfer,
      and the last day of a visit;
    - the first days of meetings and launches, and the days of signing, which another rule compares
      with each document;
    - an end whose start is already reported.
    """
    last_documents = _last_documents(tables)
    for name, days in _DAYS.items():
        if name not in tables:
            continue
        dated = tables[name].join(
            last_documents, left_on=id_column(name), right_on="record_id", how="inner"
        )
        for day, precision in days.items():
            late = dated.filter(_is_late(day, precision))
            if precision and name in _FORETOLD:
                column, code = _FORETOLD[name]
                late = late.filter(ex.col(column) != code)
            if day == "end_date":
                start_is_late = _is_late("start_date", precision).fill_null(value=False)
                late = late.filter(~start_is_late)
            yield select_violations(late, name, day, ex.col(day), ex.col("published_by"))


def _is_late(day: str, precision: str | None) -> ex.Expr:
    first = first_day(day, precision) if precision else ex.col(day)
    return first > ex.col("published_by").dt.offset_by("1d")


def _last_documents(tables: Tables) -> Frame:
    """Return, for records whose documents are all dated, the last possible publication date."""
    published_by = last_day("published", "published_precision").alias("published_by")
    published = tables["sources"].select("source_id", published_by)
    citations = tables["citations"].select("record_id", "source_id")
    cited = citations.join(published, on="source_id", how="left")
    undated = cited.filter(ex.col("published_by").is_null())
    dated = cited.join(undated.select("record_id"), on="record_id", how="anti")
    return dated.group_by("record_id").agg(ex.col("published_by").max())


RULES: Final = (
    TablesRule(
        "W223",
        "a date is later than the last cited document",
        "Check the date, or cite the document that reports it.",
        severity="warning",
        tables=("sources", "citations"),
        find_violations=find_events_after_documents,
    ),
)
