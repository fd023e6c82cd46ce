"""Ids of actors, places and documents: slugs, which must not be taken for the numbers of records."""

from typing import Final

import narwhals as nw

from tumen.schemas.rules import RowRule

RECORD_PREFIXES: Final = ("mtg", "dep", "est", "stm", "agr", "trf", "lch", "pos")


def build_slug_rule(column: str) -> RowRule:
    """Return the rule that a slug is not written like the number of a record."""
    return RowRule(
        "E239",
        "an id is written like the number of a record",
        "Take words for it, as in sergei-shoigu or kcna-2025-06-18-talks.",
        columns=(column,),
        holds=~nw.col(column).str.contains(rf"^({'|'.join(RECORD_PREFIXES)})-[0-9]+\z"),
    )
