"""Treaties, agreements, plans and declarations between the two sides."""

import narwhals as nw
import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import Citations
from tumen.schemas.rules import RowRule, require_founded

RULES = (
    require_founded("signed", "signed_precision"),
    *(require_founded(column) for column in ("ratified_ru", "ratified_kp", "in_force")),
    RowRule(
        "E207",
        "an agreement is ratified or in force before it was signed",
        "Correct the dates.",
        columns=("signed", "ratified_ru", "ratified_kp", "in_force"),
        condition=nw.all_horizontal(
            *(
                nw.col("signed") <= nw.col(later)
                for later in ("ratified_ru", "ratified_kp", "in_force")
            ),
            ignore_nulls=True,
        )
        | nw.col("signed_precision").is_in(["on_or_before"]),
    ),
    RowRule(
        "E212",
        "an agreement is in force before it was ratified",
        "Correct the dates. If it was applied provisionally before, say so in the summary.",
        columns=("in_force", "ratified_ru", "ratified_kp"),
        condition=nw.all_horizontal(
            *(
                nw.col(ratified) <= nw.col("in_force")
                for ratified in ("ratified_ru", "ratified_kp")
            ),
            ignore_nulls=True,
        ),
    ),
)


class Agreements(
    Table, table="agreements", key=("agreement_id",), nested={"sources": Citations}, rules=RULES
):
    """Signed texts, from treaties to memoranda; with dates of signing, ratification and effect."""

    agreement_id: str = base.identifier("Agreement", "agr")
    name: str = base.text("Name", "Name in the dataset's spelling", "name")
    kind: Code = base.code("Kind", "Kind of text", vocab.AGREEMENT_KINDS, "kind")
    parties: pl.List = base.references(
        "Parties", "The parties to the agreement, as actors", "actors", written="parties"
    )
    signed: pl.Date = base.date(
        "Signed", "Date of signing", "signed", precision="signed_precision", open_start=True
    )
    signed_precision: Code = base.code(
        "Precision of signed", "How precisely that date is known", vocab.DATE_PRECISIONS, None
    )
    ratified_ru: pl.Date = base.date(
        "Ratified by Russia", "Date of the law or decree", "ratified_ru", nullable=True
    )
    ratified_kp: pl.Date = base.date(
        "Ratified by the DPRK", "Date of the decree", "ratified_kp", nullable=True
    )
    in_force: pl.Date = base.date("In force", "Date of entry into force", "in_force", nullable=True)
    place_id: str = base.reference(
        "Place", "Where it was signed", "places", written="place", nullable=True
    )
    meeting_id: str = base.reference(
        "Meeting",
        "The meeting at which it was signed",
        "meetings",
        written="meeting",
        nullable=True,
    )
    summary: str = base.summary()
    known_since: pl.Date = base.known_since()
