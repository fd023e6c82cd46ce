"""The metadata that Datasette shows beside a SQLite export: titles, licence, what each column means, labels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tumen.exports.contents import Contents

_LABELS: Final = ("name", "summary", "title")


def metadata(contents: Contents, database: str) -> str:
    """Return metadata.json for a database of this name: `datasette tumen.db --metadata tumen.metadata.json`."""
    about = contents.about
    view = f", as known by {about['known_by']}" if about["known_by"] else ""
    described = {
        "title": about["title"],
        "description": f"Release {about['release']} of {about['date']}{view}",
        "license": about["licence"],
        "license_url": about["licence_url"],
        "databases": {
            database: {"tables": {name: _table(contents, name) for name in contents.tables}}
        },
    }
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _table(contents: Contents, name: str) -> dict[str, Any]:
    columns = contents.meanings(name)
    label = next((column for column in _LABELS if column in columns), None)
    described: dict[str, Any] = {"description": contents.title(name), "columns": columns}
    return described | ({"label_column": label} if label else {})
