"""Launches of satellites by the DPRK."""

import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import Citations
from tumen.schemas.rules import require_founded

RULES = (require_founded("launch_date", "date_precision"),)


class Launches(
    Table, table="launches", key=("launch_id",), nested={"sources": Citations}, rules=RULES
):
    """Attempts to put an object into orbit, one per row."""

    launch_id: str = base.identifier("Launch", "lch")
    launch_date: pl.Date = base.date(
        "Launch date", "Event date", "date", precision="date_precision"
    )
    date_precision: Code = base.code(
        "Precision", "How precisely the launch date is known", vocab.DATE_PRECISIONS, None
    )
    object: str = base.text("Object", "Name or kind of the payload", "object")
    vehicle: str = base.text("Vehicle", "Name of the launch vehicle", "vehicle", nullable=True)
    site_id: str = base.reference("Site", "Launch site", "places", written="site", nullable=True)
    outcome: Code = base.code(
        "Outcome", "Whether the object reached orbit", vocab.LAUNCH_OUTCOMES, "outcome"
    )
    summary: str = base.summary()
    known_since: pl.Date = base.known_since()
