"""The CSV export: a zip with a file per table, the codebook, and a datapackage.json with the types.

Text is UTF-8, and lists are JSON arrays. The text is exact, also where a spreadsheet would take it
for a formula. To open the data in a spreadsheet, export a workbook.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from tumen.exports.contents import Contents, flat
from tumen.release.datapackage import sha256

if TYPE_CHECKING:
    from pathlib import Path


def write(contents: Contents, path: Path) -> None:
    """Write the zip file. The same contents give the same bytes."""
    files = {
        f"{name}.csv": flat(frame).write_csv().encode()
        for name, frame in contents.with_codebook().items()
    }
    description = json.dumps(_description(contents, files), ensure_ascii=False, indent=1) + "\n"
    year, month, day = map(int, str(contents.about["date"]).split("-"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"datapackage.json": description.encode(), **files}.items():
            # The date of the release, not of the export, so that the bytes are the same.
            entry = zipfile.ZipInfo(name, (year, month, day, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


def _description(contents: Contents, files: dict[str, bytes]) -> dict[str, Any]:
    release = {name: value for name, value in contents.description.items() if name != "resources"}
    known_by = {"known_by": contents.about["known_by"]} if contents.about["known_by"] else {}
    return {
        **release,
        **known_by,
        "resources": [_resource(contents, name, files[f"{name}.csv"]) for name in contents.tables],
    }


def _resource(contents: Contents, name: str, content: bytes) -> dict[str, Any]:
    schema = dict(contents.schema(name))
    schema["fields"] = [
        {**field, "type": "array" if field["type"] == "list" else field["type"]}
        for field in schema["fields"]
    ]
    references = contents.references(name)
    keys = [key for key in schema.pop("foreignKeys", []) if key["fields"][0] in references]
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": contents.title(name),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": sha256(content),
        "rows": contents.tables[name].height,
        "schema": schema | ({"foreignKeys": keys} if keys else {}),
    }
