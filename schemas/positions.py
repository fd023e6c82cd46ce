"""Positions: offices that persons hold."""

import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import Citations
from tumen.schemas.rules import SPAN_FOUNDED, START_BEFORE_END

RULES = (START_BEFORE_END, *SPAN_FOUNDED)


class Positions(
    Table, table="positions", key=("position_id",), nested={"sources": Citations}, rules=RULES
):
    """Offices of persons, one per row; start and end are null where no source gives them."""

    position_id: str = base.identifier("Position", "pos")
    actor_id: str = base.reference("Actor", "Who holds it", "actors", written="actor")
    title: str = base.text("Title", "Name of the office", "title")
    organisation_id: str = base.reference(
        "Organisation", "Body that it belongs to", "actors", written="organisation", nullable=True
    )
    start_date: pl.Date = base.date(
        "Start", "First possible day in office", "start", precision="date_precision", nullable=True
    )
    end_date: pl.Date = base.date(
        "End",
        "Last possible day in office",
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
