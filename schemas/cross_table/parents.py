"""Parents: what an actor or a place is a part of can have parts, is no smaller, and is of the same country."""

from collections.abc import Iterator
from itertools import product
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, key_of
from tumen.schemas.rules import Frame, Tables, TablesRule

MAX_PARENTS: Final = 8
_PARENTED: Final = ("actors", "places")
_HOLDS_STATES: Final = ("state", "international_organisation")
_SIZES: Final = {"country": 0, "region": 1, "city": 2, "town": 3, "site": 4, "border_crossing": 4}
_TOO_SMALL: Final = [
    f"{part} in {whole}" for part, whole in product(_SIZES, _SIZES) if _SIZES[part] < _SIZES[whole]
]


def endless_parents(tables: Tables) -> Iterator[Frame]:
    """Yield the actors and places above which there are more than `MAX_PARENTS` others, as in a circle."""
    for name in _PARENTED:
        if name not in tables:
            continue
        key = key_of(name)
        links = tables[name].filter(~nw.col("parent_id").is_null())
        above = links.select(nw.col(key).alias("up"), nw.col("parent_id").alias("next"))
        walk = links.select("row", "parent_id", nw.col("parent_id").alias("up"))
        for _ in range(MAX_PARENTS):
            walk = walk.join(above, on="up", how="inner").select(
                "row", "parent_id", nw.col("next").alias("up")
            )
        yield breach(walk.unique(subset=["row"]), name, "parent_id", nw.col("parent_id"))


def persons_as_parents(tables: Tables) -> Iterator[Frame]:
    """Yield the actors whose parent is a person."""
    parts = _with_parents(tables["actors"], "actors").filter(nw.col("kind_2") == "person")
    yield breach(parts, "actors", "parent_id", nw.col("parent_id"))


def parents_elsewhere(tables: Tables) -> Iterator[Frame]:
    """Yield the actors and places that are of another country than their parent."""
    for name in _PARENTED:
        if name in tables:
            parts = _with_parents(tables[name], name).filter(
                nw.col("country") != nw.col("country_2")
            )
            countries = nw.concat_str(nw.col("country"), nw.col("country_2"), separator=" in ")
            yield breach(parts, name, "parent_id", nw.col("parent_id"), countries)


def parents_too_small(tables: Tables) -> Iterator[Frame]:
    """Yield the states within anything but a state or an organisation of states, and the places within a smaller kind."""
    kinds = nw.concat_str(
        nw.col("kind").cast(nw.String), nw.col("kind_2").cast(nw.String), separator=" in "
    )
    lesser = ~nw.col("kind_2").is_in([*_HOLDS_STATES, "person"])
    wrong = {"actors": nw.col("kind").is_in(["state"]) & lesser, "places": kinds.is_in(_TOO_SMALL)}
    for name in _PARENTED:
        if name in tables:
            parts = _with_parents(tables[name], name).filter(wrong[name])
            yield breach(parts, name, "parent_id", nw.col("parent_id"), kinds)


def _with_parents(frame: Frame, name: str) -> Frame:
    """Return the rows that have a parent, with its kind and country as `kind_2` and `country_2`."""
    above = frame.select(
        nw.col(key_of(name)).alias("parent_id"),
        nw.col("kind").alias("kind_2"),
        nw.col("country").alias("country_2"),
    )
    return frame.select("row", "parent_id", "kind", "country").join(
        above, on="parent_id", how="inner"
    )


RULES: Final = (
    TablesRule(
        "E312",
        "parents lead in a circle or too far",
        "Correct parent: it names what the record is directly a part of.",
        needs=(),
        breaches=endless_parents,
    ),
    TablesRule(
        "E330",
        "a parent is a person",
        "Name the body of which the actor is a part, or leave parent out; who holds an office stands in positions.",
        needs=("actors",),
        breaches=persons_as_parents,
    ),
    TablesRule(
        "W260",
        "a part is of another country than its parent",
        "Correct parent or country; leave country out for what lies across countries.",
        severity="warning",
        needs=(),
        breaches=parents_elsewhere,
    ),
    TablesRule(
        "W261",
        "a part is of a larger kind than its parent",
        "Correct parent or kind; perhaps the two records were meant the other way round.",
        severity="warning",
        needs=(),
        breaches=parents_too_small,
    ),
)
