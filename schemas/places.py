"""Places, from countries to launch sites."""

import narwhals as nw

from tumen.schemas import base, iso
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.rules import RowRule
from tumen.schemas.slugs import build_slug_rule

ACROSS_COUNTRIES = ("area", "border_crossing")
"""Kinds of places that can lie in several countries."""

RULES = (
    build_slug_rule("place_id"),
    RowRule(
        "E210",
        "only one of latitude and longitude is given",
        "Give both latitude and longitude, or neither.",
        columns=("latitude", "longitude"),
        condition=nw.col("latitude").is_null() == nw.col("longitude").is_null(),
    ),
    RowRule(
        "W263",
        "a country, or a place with coordinates, has no country code",
        "Give its country, against which the coordinates are checked. Only areas and border"
        " crossings can lie in several countries.",
        severity="warning",
        columns=("country", "kind"),
        condition=~nw.col("country").is_null()
        | nw.col("kind").is_in([*ACROSS_COUNTRIES])
        | (nw.col("latitude").is_null() & ~nw.col("kind").is_in(["country"])),
    ),
)


class Places(Table, table="places", key=("place_id",), rules=RULES):
    """Places and areas; coordinates are a point in the place or its centre, in WGS 84."""

    place_id: str = base.identifier("Place")
    name: str = base.text("Name", "Name in the dataset's spelling", "name")
    kind: Code = base.code("Kind", "Kind of place", vocab.PLACE_KINDS, "kind")
    country: Code = base.code(
        "Country",
        "Country whose internationally recognised territory it lies in, ISO 3166-1 alpha-2",
        iso.COUNTRIES,
        "country",
        nullable=True,
    )
    parent_id: str = base.reference(
        "Parent", "Place that it is a part of", "places", written="parent", nullable=True
    )
    latitude: float = base.number(
        "Latitude", "North is positive", "degrees", written="latitude", ge=-90, le=90
    )
    longitude: float = base.number(
        "Longitude", "East is positive", "degrees", written="longitude", ge=-180, le=180
    )
