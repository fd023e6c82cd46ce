"""The JSON Lines export: one object per row, with its `table` first.

The first line is an object that says which release it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.exports.contents import Contents


def write(contents: Contents, path: Path) -> None:
    """Write the lines: dates as ISO text, lists as arrays, nulls included."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps({"table": "release", **contents.about}, ensure_ascii=False) + "\n")
        for name, frame in contents.tables.items():
            for row in frame.iter_rows(named=True):
                file.write(
                    json.dumps({"table": name, **row}, ensure_ascii=False, default=str) + "\n"
                )
