"""The rules of the dataset: a pandera model per table, the vocabularies, and rules across tables.

`Meetings.validate(frame)` is plain pandera on its polars backend. `TABLES` maps the name of each
table to its model, in the order of a release. Every file of a release carries `SCHEMA_VERSION`:
MAJOR rises when something is removed or renamed, MINOR when something is added.
"""

from typing import Final

from tumen.schemas.actors import Actors
from tumen.schemas.agreements import Agreements
from tumen.schemas.base import Column, Table
from tumen.schemas.citations import Citations
from tumen.schemas.deployments import Deployments
from tumen.schemas.estimates import Estimates
from tumen.schemas.launches import Launches
from tumen.schemas.meetings import Meetings, Participants
from tumen.schemas.places import Places
from tumen.schemas.positions import Positions
from tumen.schemas.retired import Retired
from tumen.schemas.set_aside import SetAside
from tumen.schemas.sources import Sources
from tumen.schemas.statements import Statements
from tumen.schemas.transfers import Transfers

SCHEMA_VERSION: Final = "1.1"

TABLES: Final[dict[str, type[Table]]] = {
    model.spec().name: model
    for model in (
        Meetings,
        Participants,
        Deployments,
        Estimates,
        Statements,
        Agreements,
        Transfers,
        Launches,
        Positions,
        Actors,
        Places,
        Sources,
        Citations,
        Retired,
        SetAside,
    )
}

__all__ = [
    "SCHEMA_VERSION",
    "TABLES",
    "Actors",
    "Agreements",
    "Citations",
    "Column",
    "Deployments",
    "Estimates",
    "Launches",
    "Meetings",
    "Participants",
    "Places",
    "Positions",
    "Retired",
    "SetAside",
    "Sources",
    "Statements",
    "Table",
    "Transfers",
]
