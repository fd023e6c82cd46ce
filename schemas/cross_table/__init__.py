"""The rules across rows and tables: each is defined in the module of its subject.

A rule is a `TablesRule`, below the function that finds its violations. That function takes
narwhals lazy frames and returns narwhals lazy frames, so that it runs on every engine. Each table
has its own columns and `row`, a number or a text that rises with the key.

- A rule is skipped if one of its tables is absent, so that part of a dataset can be checked alone.
- Rows are compared by hash joins on what they share, so that a check takes time in proportion to
  the number of records.
- A warning compares only what is known. An imprecise date counts as all the days it can mean, and
  a field that is left out is not compared.
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

CROSS_TABLE_RULES: Final[tuple[TablesRule, ...]] = tuple(
    sorted((rule for subject in _SUBJECTS for rule in subject.RULES), key=lambda rule: rule.code)
)
"""All rules across tables, sorted by code."""
