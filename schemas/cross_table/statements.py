"""Rules that compare statements with each other."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import (
    equal_if_known,
    pair_with_earlier,
    select_violations,
    to_lower_case,
)
from tumen.schemas.rules import Frame, Tables, TablesRule

_SHARED: Final = ("speaker_id", "said_on", "said_on_precision", "stance", "words")


def find_duplicate_statements(tables: Tables) -> Iterator[Frame]:
    """Yield the statements that repeat an earlier record: same speaker, day, stance and words.

    The words are those of `about` or of the summary, in any case. Two records with different
    subjects are two statements.
    """
    for column in ("about", "summary"):
        statements = tables["statements"].with_columns(to_lower_case(ex.col(column)).alias("words"))
        statements = statements.select(
            "row", "statement_id", "subject_id", "about", "summary", *_SHARED
        )
        pairs = pair_with_earlier(statements, *_SHARED).filter(*equal_if_known("subject_id"))
        if column == "summary":
            # Pairs with the same `about` are already reported.
            pairs = pairs.filter(to_lower_case(ex.col("about")) != to_lower_case(ex.col("about_2")))
        yield select_violations(
            pairs, "statements", "statement_id", ex.col("statement_id"), ex.col("statement_id_2")
        )


RULES: Final = (
    TablesRule(
        "W238",
        "two statements look like one",
        "Merge them, or distinguish them by stance, subject, date or what they are about.",
        severity="warning",
        tables=("statements",),
        find_violations=find_duplicate_statements,
    ),
)
