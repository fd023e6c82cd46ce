"""Actors: persons and bodies that act, speak, estimate or publish.

Each is one record, with all other spellings of its name as aliases.
"""

import narwhals as nw
import polars as pl

from tumen.schemas import base, iso
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.rules import RowRule
from tumen.schemas.slugs import build_slug_rule

RULES = (
    build_slug_rule("actor_id"),
    RowRule(
        "W252",
        "an alias is the same as the name",
        "Remove it: aliases are the other spellings.",
        severity="warning",
        columns=("aliases", "name"),
        condition=nw.col("aliases") != nw.col("name"),
        each="aliases",
    ),
    RowRule(
        "W269",
        "a state has no country code",
        "Give its country as a code of ISO 3166-1 alpha-2.",
        severity="warning",
        columns=("country", "kind"),
        condition=~nw.col("country").is_null() | ~nw.col("kind").is_in(["state"]),
    ),
)


class Actors(Table, table="actors", key=("actor_id",), rules=RULES):
    """Persons, states, bodies and outlets, with names in the dataset's own spelling."""

    actor_id: str = base.identifier("Actor")
    name: str = base.text("Name", "Name in the dataset's spelling", "name")
    kind: Code = base.code("Kind", "Kind of actor", vocab.ACTOR_KINDS, "kind")
    country: Code = base.code(
        "Country",
        "Country that it belongs to, ISO 3166-1 alpha-2",
        iso.COUNTRIES,
        "country",
        nullable=True,
    )
    parent_id: str = base.reference(
        "Parent", "Body that it is a part of", "actors", written="parent", nullable=True
    )
    aliases: pl.List = base.texts("Aliases", "Other spellings, in any script", "aliases")
    wikidata_id: str = base.text(
        "Wikidata", "Item in Wikidata", "wikidata", pattern=base.WIKIDATA, nullable=True
    )
