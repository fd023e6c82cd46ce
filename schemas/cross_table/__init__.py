"""The rules across rows and tables: each stands in the module of its subject, below the function that finds what breaks it.

A rule is a `TablesRule` whose `breaches` is a small function over narwhals lazy frames: every table has its columns and `row`, a
number or a text that rises with the key. A rule whose tables are absent is not judged, so that part of a dataset can be checked on
its own. Rows meet by hash joins on what they share, so that a check takes time in proportion to the records. A warning compares
only what is known: of an imprecise date the days it can mean, of a field that is left out nothing.
"""

from typing import Final

from tumen.schemas.cross_table import (
    actors,
    addresses,
    agreements,
    confidence,
    deployments,
    documents,
    duplicates,
    estimates,
    launches,
    meetings,
    outcomes,
    parents,
    parts,
    places,
    publication,
    references,
    revisions,
    scripts,
    statements,
    subjects,
)
from tumen.schemas.rules import TablesRule

_SUBJECTS: Final = (
    actors,
    addresses,
    agreements,
    confidence,
    deployments,
    documents,
    duplicates,
    estimates,
    publication,
    launches,
    meetings,
    outcomes,
    parents,
    parts,
    places,
    references,
    revisions,
    scripts,
    statements,
    subjects,
)

INTEGRITY: Final[tuple[TablesRule, ...]] = tuple(
    sorted((rule for subject in _SUBJECTS for rule in subject.RULES), key=lambda rule: rule.code)
)
"""All of them, by code."""
