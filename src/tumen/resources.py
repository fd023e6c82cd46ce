"""The files that a datapackage names, each in the release's own folder under a name that every system takes."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?")
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE)
_SHOWN: Final = 120
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def files(described: bytes) -> list[dict[str, Any]]:
    r"""Return the resources of a datapackage, whose path, bytes and hash are of the form that a release gives them.

    Raises `ValueError` for what is no datapackage, and for a path that leads out of its folder or is no name of a file on some
    system: `../x`, `/x`, `C:\x`, `file:x`, `a/b`, `CON`.
    """
    try:
        found = [dict(resource) for resource in json.loads(described)["resources"]]
        paths = [resource["path"] for resource in found]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"is not the description of a release ({type(error).__name__}: {error})") from None
    for resource, path in zip(found, paths, strict=True):
        if not isinstance(path, str) or not _NAME.fullmatch(path) or _DEVICE.fullmatch(path):
            raise ValueError(f"names the file {repr(path)[:_SHOWN]}, which is not one in its own folder")
        if paths.count(path) > 1:
            raise ValueError(f"names the file {path!r} twice")
        size, digest = resource.get("bytes"), resource.get("hash")
        if type(size) is not int or size < 0 or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise ValueError(f"gives {path} no size or digest")
    return found
