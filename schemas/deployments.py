"""Deployments: personnel that one country sends to the other.

How many there are is an estimate whose subject is the deployment.
"""

import narwhals as nw
import polars as pl

from tumen.schemas import base, iso
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import Citations
from tumen.schemas.rules import SPAN_FOUNDED, START_BEFORE_END, RowRule, require_founded

RULES = (
    START_BEFORE_END,
    *SPAN_FOUNDED,
    require_founded("announced_on"),
    RowRule(
        "E215",
        "personnel are sent by neither the DPRK nor Russia",
        "Write origin: KP or origin: RU; what another country sends is not a deployment.",
        columns=("origin",),
        condition=nw.col("origin").is_in(["KP", "RU"]),
    ),
    RowRule(
        "W213",
        "an announcement has no date",
        "Give announced_on; if no source gives the date, say so under allow:.",
        severity="warning",
        columns=("announced_on", "announced_by", "status"),
        condition=~nw.col("announced_on").is_null()
        | (nw.col("announced_by").is_null() & (nw.col("status") != "announced")),
    ),
)


class Deployments(
    Table, table="deployments", key=("deployment_id",), nested={"sources": Citations}, rules=RULES
):
    """Troops, builders, workers and others sent abroad, with who announced it and its outcome."""

    deployment_id: str = base.identifier("Deployment", "dep")
    kind: Code = base.code("Kind", "Kind of personnel", vocab.DEPLOYMENT_KINDS, "kind")
    origin: Code = base.code(
        "Origin", "Country that sent them, ISO 3166-1 alpha-2", iso.COUNTRIES, "origin"
    )
    destination_id: str = base.reference(
        "Destination", "Where they were sent", "places", written="destination", nullable=True
    )
    status: Code = base.code(
        "Status",
        "How the earliest of its sources knew of it; what became known later is a statement"
        " about it",
        vocab.DEPLOYMENT_STATUSES,
        "status",
    )
    announced_on: pl.Date = base.date(
        "Announced on",
        "Date on which Moscow or Pyongyang made it known",
        "announced_on",
        nullable=True,
    )
    start_date: pl.Date = base.date(
        "Start",
        "First possible day of the movement",
        "start",
        precision="date_precision",
        nullable=True,
    )
    end_date: pl.Date = base.date(
        "End",
        "Last possible day; null while it continues or if it is not known",
        "end",
        precision="date_precision",
        edge="last",
        nullable=True,
    )
    date_precision: Code = base.code(
        "Precision",
        "How precisely start and end are known",
        vocab.DATE_PRECISIONS,
        None,
        nullable=True,
    )
    announced_by: str = base.reference(
        "Announced by", "Who made it known", "actors", written="announced_by", nullable=True
    )
    meeting_id: str = base.reference(
        "Meeting",
        "The meeting at which it was announced",
        "meetings",
        written="meeting",
        nullable=True,
    )
    unit_name: str = base.text(
        "Unit", "Name of the unit as the source gives it", "unit_name", nullable=True
    )
    summary: str = base.summary()
    known_since: pl.Date = base.known_since()
    note: str = base.note()
