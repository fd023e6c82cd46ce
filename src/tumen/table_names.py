"""The names of the tables, as literals that editors complete, with their keys and id prefixes.

A test compares them with the models in `schemas/`.
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
