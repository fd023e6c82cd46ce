"""The metadata for Datasette: titles, licence, the meaning of each column, and labels.

Datasette reads the file next to a SQLite export.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tumen.exports.contents import Contents

_LABELS: Final = ("name", "summary", "title")


def metadata(contents: Contents, database: str) -> str:
    """Return metadata.json for a database of this name.

    Use it as in `datasette tumen.db --metadata tumen.metadata.json`.
    """
    about = contents.about
    view = f", as known by {about['known_by']}" if about["known_by"] else ""
    content = {
        "title": about["title"],
        "description": f"Release {about['release']} of {about['date']}{view}",
        "license": about["licence"],
        "license_url": about["licence_url"],
        "databases": {
            database: {"tables": {name: _table(contents, name) for name in contents.tables}}
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _table(contents: Contents, name: str) -> dict[str, Any]:
    columns = contents.meanings(name)
    label = next((column for column in _LABELS if column in columns), None)
    content: dict[str, Any] = {"description": contents.title(name), "columns": columns}
    return content | ({"label_column": label} if label else {})
