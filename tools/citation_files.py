"""Files from which archives learn how to cite the newest release.

They are CITATION.cff (Citation File Format 1.2) and .zenodo.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from tumen.publishing import index
from tumen.publishing.datapackage import CREATOR, DESCRIPTION, KEYWORDS, LICENCE, TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGE: Final = "Please cite the release that you used."


def cff(described: Mapping[str, Any]) -> str:
    """Return the CITATION.cff of the release that a datapackage describes."""
    citation = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "type": "dataset",
        "title": TITLE,
        "abstract": DESCRIPTION,
        "authors": [{"name": CREATOR}],
        "version": described["version"],
        "date-released": described["created"][:10],
        "license": LICENCE["name"],
        "keywords": list(KEYWORDS),
    }
    return yaml.safe_dump(citation, sort_keys=False, allow_unicode=True, width=132)


def zenodo(described: Mapping[str, Any]) -> str:
    """Return the .zenodo.json of the release that a datapackage describes, a deposit's metadata."""
    deposit = {
        "upload_type": "dataset",
        "title": TITLE,
        "description": f"<p>{DESCRIPTION}</p>",
        "creators": [{"name": CREATOR}],
        "version": described["version"],
        "publication_date": described["created"][:10],
        "access_right": "open",
        "license": LICENCE["name"].lower(),
        "language": "eng",
        "keywords": list(KEYWORDS),
        "notes": MESSAGE,
    }
    return index.encode_json(deposit).decode()
