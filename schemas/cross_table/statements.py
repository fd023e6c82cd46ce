"""Statements, one beside the other."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, lowered
from tumen.schemas.rules import Frame, Tables, TablesRule


def same_statement(tables: Tables) -> Iterator[Frame]:
    """Yield the statements that an earlier record has of the same speaker, day and stance, in the same words.

    The words are those of `about` or of the summary, however cased. Two records that name a subject, and not the same, are two.
    """
    for column in ("about", "summary"):
        said = ["speaker_id", "said_on", "said_on_precision", "stance", "words"]
        words = tables["statements"].with_columns(lowered(nw.col(column)).alias("words"))
        words = words.select("row", "statement_id", "subject_id", "about", "summary", *said)
        pairs = words.join(words, on=said, how="inner", suffix="_2").filter(
            nw.col("row") > nw.col("row_2"),
            (nw.col("subject_id") == nw.col("subject_id_2")).fill_null(value=True),
        )
        if column == "summary":
            pairs = pairs.filter(lowered(nw.col("about")) != lowered(nw.col("about_2")))
        yield breach(
            pairs, "statements", "statement_id", nw.col("statement_id"), nw.col("statement_id_2")
        )


RULES: Final = (
    TablesRule(
        "W238",
        "two statements look like one",
        "Join them, or tell them apart by stance, subject, day or what they are about.",
        severity="warning",
        needs=("statements",),
        breaches=same_statement,
    ),
)
