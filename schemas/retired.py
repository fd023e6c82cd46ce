"""Records that were released and withdrawn since: their ids are never used again."""

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import CITING


class Retired(Table, table="retired", key=("record_id",)):
    """Withdrawn records, with the release that first lacks them, the reason, and the record to use instead."""

    record_id: str = base.text("Record", "Id of the withdrawn record", "id")
    release: str = base.text("Release", "First release without it, YYYY.MM.N", "release", pattern=base.RELEASE)
    reason: Code = base.code("Reason", "Why it was withdrawn", vocab.RETIREMENT_REASONS, "reason")
    successor_id: str = base.reference(
        "Successor", "Id of the record to use instead", *CITING, "actors", "places", "sources", written="successor", nullable=True
    )
