"""JSON as the reports print it."""

from __future__ import annotations

import json
from typing import Any

from tumen._text import without_commands


def as_json_text(value: Any) -> str:
    """Return a JSON document in which no text is a workflow command: `##[` can stand in strings alone, whose escapes it has."""
    return (
        without_commands(json.dumps(value, ensure_ascii=False, indent=1), number_sign=r"\u0023")
        + "\n"
    )
