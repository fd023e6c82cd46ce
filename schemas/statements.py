"""Statements: what somebody said or omitted, such as announcements, assessments and denials."""

import narwhals as nw
import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import Citations
from tumen.schemas.estimates import SUBJECT_TABLES
from tumen.schemas.rules import RowRule, require_founded

CONTRADICTING_STANCES = ("denies", "doubts", "omits", "refuses")
"""Stances that contradict a record."""

RULES = (
    RowRule(
        "W239",
        "a denial or an omission names no subject",
        "Name under subject the record that is denied or omitted. Without it, the statement appears"
        " in no disagreement.",
        severity="warning",
        columns=("stance", "subject_id"),
        condition=~nw.col("stance").is_in(CONTRADICTING_STANCES) | ~nw.col("subject_id").is_null(),
    ),
    require_founded("said_on", "said_on_precision"),
)


class Statements(
    Table, table="statements", key=("statement_id",), nested={"sources": Citations}, rules=RULES
):
    """Utterances of one speaker on one day about one thing; an omission is a report without it."""

    statement_id: str = base.identifier("Statement", "stm")
    speaker_id: str = base.reference("Speaker", "Who said it", "actors", written="speaker")
    capacity: str = base.text(
        "Capacity", "Office of the speaker as the source gives it", "capacity", nullable=True
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
    stance: Code = base.code(
        "Stance", "What the speaker does by saying it", vocab.STANCES, "stance"
    )
    subject_id: str = base.reference(
        "Subject",
        "The event or claim it is about",
        *SUBJECT_TABLES,
        written="subject",
        nullable=True,
    )
    about: str = base.text("About", "What it is about, in a few words", "about")
    summary: str = base.summary()
    known_since: pl.Date = base.known_since()
    note: str = base.note()
