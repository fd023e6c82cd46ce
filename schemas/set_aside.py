"""Set aside: documents that were read and not used.

The table tells "checked, nothing new" apart from "never looked at".
"""

import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.addresses import build_url_rules
from tumen.schemas.base import Code, Table


class SetAside(Table, table="set_aside", key=("url",), rules=build_url_rules("url")):
    """Documents that were read and not used, with the reason."""

    url: str = base.url("URL", "Where the document is", "url", unique=True)
    publisher: str = base.text("Publisher", "Name of the publisher", "publisher")
    published: pl.Date = base.date(
        "Published", "Publication date, if the day is known", "published", nullable=True
    )
    reason: Code = base.code("Reason", "Why it is not cited", vocab.SET_ASIDE_REASONS, "reason")
    note: str = base.note()
