"""Search for actors, places and records by any spelling, in any script, with typing errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from anyascii import anyascii
from rapidfuzz import fuzz, process

from tumen.table_names import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CUTOFF = 75
_SHORT = 4
_TEXTS = {
    "meetings": ("summary", "venue"),
    "deployments": ("summary", "unit_name"),
    "estimates": ("summary", "wording"),
    "statements": ("about", "summary"),
    "agreements": ("name", "summary"),
    "transfers": ("item", "summary"),
    "launches": ("object", "summary"),
    "positions": ("title",),
    "sources": ("title",),
}


def find(tables: Mapping[str, pl.LazyFrame], text: str, *, limit: int = 20) -> pl.DataFrame:
    """Find actors, places and records by any spelling (see `Snapshot.find`).

    Scripts are compared in Latin transliteration, so that a name in Hangul or Cyrillic finds an
    actor whose aliases do not include it.
    """
    rows = list(_spellings(tables))
    folded = _fold(text)
    choices = [_fold(spelling) for _, _, _, spelling in rows]
    # WRatio also compares parts of the spellings, and a text of a few characters is a part of most.
    scorer = fuzz.ratio if len(folded) < _SHORT else fuzz.WRatio
    matches = (
        process.extract(folded, choices, scorer=scorer, score_cutoff=_CUTOFF, limit=None)
        if folded
        else []
    )
    best: dict[str, tuple[str, str, str, str, float]] = {}
    for _, score, index in matches:
        key, table, name, spelling = rows[index]
        if key not in best or score > best[key][4]:
            best[key] = (key, table, name, spelling, round(score, 1))
    order = {"actors": 0, "places": 1}
    ranked = sorted(best.values(), key=lambda row: (-row[4], order.get(row[1], 2), row[0]))[:limit]
    kinds = {
        "id": pl.String,
        "table": pl.String,
        "name": pl.String,
        "matched": pl.String,
        "score": pl.Float64,
    }
    return pl.DataFrame(ranked, schema=kinds, orient="row")


def _fold(text: str) -> str:
    return " ".join(anyascii(text).casefold().replace("-", " ").replace("'", "").split())


def _spellings(tables: Mapping[str, pl.LazyFrame]) -> Iterator[tuple[str, str, str, str]]:
    for key, name, aliases in (
        tables["actors"].select("actor_id", "name", "aliases").collect().iter_rows()
    ):
        yield from ((key, "actors", name, spelling) for spelling in (key, name, *aliases))
    for key, name in tables["places"].select("place_id", "name").collect().iter_rows():
        yield from ((key, "places", name, spelling) for spelling in (key, name))
    for table, columns in _TEXTS.items():
        if table not in tables:
            continue
        for key, *texts in tables[table].select(KEYS[table], *columns).collect().iter_rows():
            shown = next((text for text in texts if text), key)
            yield from ((key, table, shown, text) for text in (key, *texts) if text)
