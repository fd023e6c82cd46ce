"""Retired records: released once and withdrawn since. Their ids are never used again."""

import re
from typing import Final

import narwhals as nw

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import CITING_TABLES
from tumen.schemas.rules import RowRule

REASONS_WITH_SUCCESSOR: Final = ("duplicate", "merged", "moved", "split")
"""Reasons that require a record to use instead."""
_NUMBERED: Final = "agr|dep|est|lch|mtg|pos|stm|trf"


def id_prefix(identifier: str) -> str:
    """Return the prefix of a numbered id, or an empty string for a slug."""
    match = re.fullmatch(f"({_NUMBERED})-[0-9]{{4,}}", identifier)
    return match[1] if match else ""


def _family(column: str) -> nw.Expr:
    """Return the same as `id_prefix` for a column."""
    is_numbered = nw.col(column).str.contains(f"^(?:{_NUMBERED})-[0-9]{{4,}}$")
    return nw.when(is_numbered).then(nw.col(column).str.slice(0, 3)).otherwise(nw.lit(""))


def _successor_fits() -> nw.Expr:
    """Return whether the successor is in the table that the reason requires.

    A record that moved has its successor in another table, any other record in its own. Slugs do
    not show their table, so that two of them always pass.
    """
    own, other = _family("record_id"), _family("successor_id")
    has_moved = nw.col("reason").cast(nw.String) == "moved"
    same_table = own == other
    both_slugs = same_table & (own == "")
    return (
        nw.col("successor_id").is_null()
        | both_slugs
        | (has_moved & ~same_table)
        | (~has_moved & same_table)
    )


RULES = (
    RowRule(
        "E345",
        "a retirement lacks the successor that its reason requires",
        "Name under successor the record to use instead. If there is none, write reason:"
        " erroneous.",
        columns=("reason", "successor_id"),
        condition=~nw.col("reason").cast(nw.String).is_in(list(REASONS_WITH_SUCCESSOR))
        | ~nw.col("successor_id").is_null(),
    ),
    RowRule(
        "E346",
        "a successor is in the wrong table for its reason",
        "Name a record of the same table. If the record became one of another table, name that and"
        " write reason: moved.",
        columns=("successor_id", "record_id", "reason"),
        condition=_successor_fits(),
    ),
)


class Retired(Table, table="retired", key=("record_id",), rules=RULES):
    """Withdrawn records, with the first release without them, the reason and the successor."""

    record_id: str = base.identifier("Record", description="Id of the withdrawn record")
    release: str = base.text(
        "Release", "First release without it, YYYY.MM.N", "release", pattern=base.RELEASE
    )
    reason: Code = base.code("Reason", "Why it was withdrawn", vocab.RETIREMENT_REASONS, "reason")
    successor_id: str = base.reference(
        "Successor",
        "Id of the record to use instead",
        *CITING_TABLES,
        "actors",
        "places",
        "sources",
        written="successor",
        nullable=True,
    )
