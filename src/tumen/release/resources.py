"""The datapackage of a release as everyone reads it: the files that it names, each in its own folder, with size and digest."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

DESCRIPTION: Final = "datapackage.json"
_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?")
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE)
_SHOWN: Final = 120
DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def sha256(content: bytes) -> str:
    """Return the digest of bytes as it stands in a datapackage: `sha256:` and hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def repeated(names: Iterable[str]) -> str | None:
    """Return the first name that was there before, or None."""
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]


def described(content: bytes) -> dict[str, Any]:
    r"""Return a datapackage, path, bytes and hash of whose resources are of the form that a release gives them.

    Raises `ValueError` for what is no datapackage, and for a path that leads out of its folder or is no name of a file on some
    system: `../x`, `/x`, `C:\x`, `file:x`, `a/b`, `CON`.
    """
    try:
        package: dict[str, Any] = dict(json.loads(content))
        found = [dict(resource) for resource in package["resources"]]
        paths = [resource["path"] for resource in found]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"is not the description of a release ({type(error).__name__}: {error})"
        ) from None
    for resource, path in zip(found, paths, strict=True):
        if not isinstance(path, str) or not _NAME.fullmatch(path) or _DEVICE.fullmatch(path):
            raise ValueError(
                f"names the file {repr(path)[:_SHOWN]}, which is not one in its own folder"
            )
        size, digest = resource.get("bytes"), resource.get("hash")
        if (
            type(size) is not int
            or size < 0
            or not isinstance(digest, str)
            or not DIGEST.fullmatch(digest)
        ):
            raise ValueError(f"gives {path} no size or digest")
    if twice := repeated(paths):
        raise ValueError(f"names the file {twice!r} twice")
    return package | {"resources": found}


def files(content: bytes) -> list[dict[str, Any]]:
    """Return the resources of a datapackage; raises `ValueError` as `described` does."""
    found: list[dict[str, Any]] = described(content)["resources"]
    return found
