"""The names of the tables, as literals that editors complete; a test holds them to the models."""

from __future__ import annotations

from typing import Literal, get_args

TableName = Literal[
    "meetings", "participants", "deployments", "estimates", "statements", "agreements", "transfers", "launches", "positions",
    "actors", "places", "sources", "citations", "retired", "set_aside",
]

TABLE_NAMES: tuple[str, ...] = get_args(TableName)

PREFIXES = {
    "mtg": "meetings", "dep": "deployments", "est": "estimates", "stm": "statements", "agr": "agreements", "trf": "transfers",
    "lch": "launches", "pos": "positions",
}
