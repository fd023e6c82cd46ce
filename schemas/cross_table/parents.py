"""Rules on parents: an actor or place can be part of its parent, which is no smaller.

Both are of the same country, and parents never lead in a circle.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import id_column, select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule

MAX_PARENTS: Final = 8
_PARENTED: Final = ("actors", "places")
_HOLDS_STATES: Final = ("state", "international_organisation")
_SIZES: Final = {"country": 0, "region": 1, "city": 2, "town": 3, "site": 4, "border_crossing": 4}
_TOO_SMALL: Final = [
    f"{part} in {whole}" for part, whole in product(_SIZES, _SIZES) if _SIZES[part] < _SIZES[whole]
]
"""The kinds of places that cannot lie in each other, in the words of the message."""


def find_endless_parents(tables: Tables) -> Iterator[Frame]:
    """Yield the actors and places with more than `MAX_PARENTS` parents above, as in a circle."""
    for name in _PARENTED:
        if name not in tables:
            continue
        parented = tables[name].filter(~ex.col("parent_id").is_null())
        parents = parented.select(
            ex.col(id_column(name)).alias("up"), ex.col("parent_id").alias("next")
        )
        walk = parented.select("row", "parent_id", ex.col("parent_id").alias("up"))
        for _ in range(MAX_PARENTS):
            walk = walk.join(parents, on="up", how="inner")
            walk = walk.select("row", "parent_id", ex.col("next").alias("up"))
        yield select_violations(walk.unique(subset=["row"]), name, "parent_id", ex.col("parent_id"))


def find_persons_as_parents(tables: Tables) -> Iterator[Frame]:
    """Yield the actors whose parent is a person."""
    parts = _with_parents(tables["actors"], "actors").filter(ex.col("kind_2") == "person")
    yield select_violations(parts, "actors", "parent_id", ex.col("parent_id"))


def find_parents_in_other_countries(tables: Tables) -> Iterator[Frame]:
    """Yield the actors and places whose country differs from that of their parent."""
    countries = ex.concat_str(ex.col("country"), ex.col("country_2"), separator=" in ")
    for name in _PARENTED:
        if name in tables:
            parts = _with_parents(tables[name], name)
            abroad = parts.filter(ex.col("country") != ex.col("country_2"))
            yield select_violations(abroad, name, "parent_id", ex.col("parent_id"), countries)


def find_parents_too_small(tables: Tables) -> Iterator[Frame]:
    """Yield the actors and places whose parent is of a smaller kind.

    For actors, these are states in anything but a state or an organisation of states. For places,
    the sizes of the two kinds decide.
    """
    kinds = ex.concat_str(
        ex.col("kind").cast(ex.String), ex.col("kind_2").cast(ex.String), separator=" in "
    )
    # A person as parent is left to E330.
    holds_no_states = ~ex.col("kind_2").is_in([*_HOLDS_STATES, "person"])
    is_too_small = {
        "actors": ex.col("kind").is_in(["state"]) & holds_no_states,
        "places": kinds.is_in(_TOO_SMALL),
    }
    for name in _PARENTED:
        if name in tables:
            parts = _with_parents(tables[name], name).filter(is_too_small[name])
            yield select_violations(parts, name, "parent_id", ex.col("parent_id"), kinds)


def _with_parents(frame: Frame, name: str) -> Frame:
    """Return the rows that have a parent, with its kind and country as `kind_2` and `country_2`."""
    parents = frame.select(
        ex.col(id_column(name)).alias("parent_id"),
        ex.col("kind").alias("kind_2"),
        ex.col("country").alias("country_2"),
    )
    parts = frame.select("row", "parent_id", "kind", "country")
    return parts.join(parents, on="parent_id", how="inner")


RULES: Final = (
    TablesRule(
        "E312",
        "parents form a circle, or a chain that is too long",
        "Correct parent: it names what the record is directly a part of.",
        tables=(),
        find_violations=find_endless_parents,
    ),
    TablesRule(
        "E330",
        "a parent is a person",
        "Name the body that the actor is a part of, or leave parent out. Holders of an office are"
        " recorded in positions.",
        tables=("actors",),
        find_violations=find_persons_as_parents,
    ),
    TablesRule(
        "W260",
        "a part is of another country than its parent",
        "Correct parent or country. Leave country out for what spans several countries.",
        severity="warning",
        tables=(),
        find_violations=find_parents_in_other_countries,
    ),
    TablesRule(
        "W261",
        "a part is of a larger kind than its parent",
        "Correct parent or kind. Perhaps the two records were swapped.",
        severity="warning",
        tables=(),
        find_violations=find_parents_too_small,
    ),
)
