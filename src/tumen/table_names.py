"""The tables: their names, as literals that editors complete, their keys, and what they refer to.

The models in `schemas/` need pandera, and reading a release does not. A test compares the two.
"""

from __future__ import annotations

from typing import Literal, get_args

TableName = Literal[
    "meetings",
    "participants",
    "deployments",
    "estimates",
    "statements",
    "agreements",
    "transfers",
    "launches",
    "positions",
    "actors",
    "places",
    "sources",
    "citations",
    "retired",
    "set_aside",
]

TABLE_NAMES: tuple[str, ...] = get_args(TableName)

# The start of each record id and its table: mtg-0162 is a meeting.
PREFIXES = {
    "mtg": "meetings",
    "dep": "deployments",
    "est": "estimates",
    "stm": "statements",
    "agr": "agreements",
    "trf": "transfers",
    "lch": "launches",
    "pos": "positions",
}

KEYS = {
    "meetings": "meeting_id",
    "deployments": "deployment_id",
    "estimates": "estimate_id",
    "statements": "statement_id",
    "agreements": "agreement_id",
    "transfers": "transfer_id",
    "launches": "launch_id",
    "positions": "position_id",
    "actors": "actor_id",
    "places": "place_id",
    "sources": "source_id",
}

ROW_KEYS: dict[str, tuple[str, ...]] = {
    **{table: (key,) for table, key in KEYS.items()},
    "participants": ("meeting_id", "actor_id"),
    "citations": ("record_id", "source_id", "via_id"),
    "retired": ("record_id",),
    "set_aside": ("url",),
}
"""The columns that identify a row of each table; the first is the id of its record."""

_EVENTS = tuple(table for table in PREFIXES.values() if table != "positions")
REFERENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "meetings": {"place_id": ("places",)},
    "participants": {"meeting_id": ("meetings",), "actor_id": ("actors",)},
    "deployments": {
        "destination_id": ("places",),
        "announced_by": ("actors",),
        "meeting_id": ("meetings",),
    },
    "estimates": {
        "scope_id": ("places",),
        "subject_id": _EVENTS,
        "estimator_id": ("actors",),
        "supersedes_id": ("estimates",),
    },
    "statements": {"speaker_id": ("actors",), "subject_id": _EVENTS},
    "agreements": {
        "parties": ("actors",),
        "place_id": ("places",),
        "meeting_id": ("meetings",),
    },
    "launches": {"site_id": ("places",)},
    "positions": {"actor_id": ("actors",), "organisation_id": ("actors",)},
    "actors": {"parent_id": ("actors",)},
    "places": {"parent_id": ("places",)},
    "sources": {"publisher_id": ("actors",)},
    "citations": {
        "record_id": tuple(PREFIXES.values()),
        "source_id": ("sources",),
        "via_id": ("actors",),
    },
    "retired": {"successor_id": tuple(KEYS)},
}
"""By table, the columns that contain ids, each with the tables whose ids they are."""

LISTS = ("parties",)
"""The columns of `REFERENCES` that contain lists of ids."""


def columns_referring_to(target: str) -> dict[str, tuple[str, ...]]:
    """Return, by table, the columns that contain ids of a table."""
    columns = {
        table: tuple(column for column, targets in references.items() if target in targets)
        for table, references in REFERENCES.items()
    }
    return {table: names for table, names in columns.items() if names}
