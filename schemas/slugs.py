"""Slugs: ids of actors, places and documents, which must not look like numbered ids."""

from typing import Final

import narwhals as nw

from tumen.schemas.rules import RowRule

RECORD_PREFIXES: Final = ("mtg", "dep", "est", "stm", "agr", "trf", "lch", "pos")


def build_slug_rule(column: str) -> RowRule:
    """Build the rule that a slug does not look like the numbered id of a record."""
    return RowRule(
        "E239",
        "an id looks like the numbered id of a record",
        "Use words, as in sergei-shoigu or kcna-2025-06-18-talks.",
        columns=(column,),
        condition=~nw.col(column).str.contains(rf"^({'|'.join(RECORD_PREFIXES)})-[0-9]+\z"),
    )
