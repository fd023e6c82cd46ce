"""Records that were released and withdrawn since: their ids are never used again."""

import re
from typing import Final

import narwhals as nw

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import CITING
from tumen.schemas.rules import RowRule

WITH_SUCCESSOR: Final = ("duplicate", "merged", "moved", "split")
_NUMBERED: Final = "agr|dep|est|lch|mtg|pos|stm|trf"


def family(identifier: str) -> str:
    """Return what an id tells of its table: the prefix of a numbered one; nothing for a slug."""
    numbered = re.fullmatch(f"({_NUMBERED})-[0-9]{{4,}}", identifier)
    return numbered[1] if numbered else ""


def _family(column: str) -> nw.Expr:
    numbered = nw.col(column).str.contains(f"^(?:{_NUMBERED})-[0-9]{{4,}}$")
    return nw.when(numbered).then(nw.col(column).str.slice(0, 3)).otherwise(nw.lit(""))


def _successor_fits() -> nw.Expr:
    """Return true where id and successor are of one table or, of a record that moved, of two; two slugs tell nothing."""
    mine, other = _family("record_id"), _family("successor_id")
    moved = nw.col("reason").cast(nw.String) == "moved"
    alike = mine == other
    slugs = alike & (mine == "")
    return nw.col("successor_id").is_null() | slugs | (moved & ~alike) | (~moved & alike)


RULES = (
    RowRule(
        "E345",
        "a retirement lacks the successor that its reason asks for",
        "Name under successor the record to use instead; without one the reason is erroneous.",
        columns=("reason", "successor_id"),
        holds=~nw.col("reason").cast(nw.String).is_in(list(WITH_SUCCESSOR))
        | ~nw.col("successor_id").is_null(),
    ),
    RowRule(
        "E346",
        "a successor is of another table without the reason moved, or moved and of the same",
        "Name a record of the same table, or give the reason moved with the record that it became in another.",
        columns=("successor_id", "record_id", "reason"),
        holds=_successor_fits(),
    ),
)


class Retired(Table, table="retired", key=("record_id",), rules=RULES):
    """Withdrawn records, with the release that first lacks them, the reason, and the record to use instead."""

    record_id: str = base.identifier("Record", description="Id of the withdrawn record")
    release: str = base.text(
        "Release", "First release without it, YYYY.MM.N", "release", pattern=base.RELEASE
    )
    reason: Code = base.code("Reason", "Why it was withdrawn", vocab.RETIREMENT_REASONS, "reason")
    successor_id: str = base.reference(
        "Successor",
        "Id of the record to use instead",
        *CITING,
        "actors",
        "places",
        "sources",
        written="successor",
        nullable=True,
    )
