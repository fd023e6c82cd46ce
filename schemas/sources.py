"""Sources: the documents that records cite."""

import narwhals as nw
import polars as pl

from tumen.schemas import base, iso
from tumen.schemas import vocabularies as vocab
from tumen.schemas.addresses import build_url_rules
from tumen.schemas.base import Code, Table
from tumen.schemas.rules import RowRule
from tumen.schemas.scripts import is_in_script_of
from tumen.schemas.slugs import build_slug_rule

RULES = (
    build_slug_rule("source_id"),
    *build_url_rules("url"),
    *build_url_rules("archive_url"),
    RowRule(
        "E211",
        "a publication date is open to the past",
        "Give at least the year, or leave the date out.",
        columns=("published",),
        condition=~nw.col("published_precision").is_in(["on_or_before"]),
    ),
    RowRule(
        "W270",
        "a title is not in the script of its language",
        "Correct the language, or give the title as the document has it.",
        severity="warning",
        columns=("title", "language"),
        condition=is_in_script_of(nw.col("title"), nw.col("language")),
    ),
)


class Sources(Table, table="sources", key=("source_id",), rules=RULES):
    """Articles, pages and reports, one per row; `published` is the publication date."""

    source_id: str = base.identifier("Source")
    url: str = base.url("URL", "Where the document is", "url")
    publisher_id: str = base.reference(
        "Publisher", "Who published it", "actors", written="publisher"
    )
    title: str = base.text("Title", "Headline", "title", nullable=True)
    published: pl.Date = base.date(
        "Published", "Publication date", "published", precision="published_precision", nullable=True
    )
    published_precision: Code = base.code(
        "Precision of published",
        "How precisely the publication date is known",
        vocab.DATE_PRECISIONS,
        None,
        nullable=True,
    )
    language: Code = base.code(
        "Language", "Language of the text, ISO 639-1", iso.LANGUAGES, "language"
    )
    kind: Code = base.code("Kind", "Kind of document", vocab.SOURCE_KINDS, "kind")
    archive_url: str = base.url(
        "Archived copy", "Where a copy is kept", "archive_url", nullable=True
    )
