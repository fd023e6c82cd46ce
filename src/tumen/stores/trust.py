"""Whether what a store says may be believed: form, signature, and no step back behind what it said before."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tumen.errors import StoreError
from tumen.release import datapackage, index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tumen.stores.location import Store


def keys(store: Store) -> tuple[str, ...] | None:
    """Return the public keys that may sign the index of a store; None for a folder that needs no signature.

    `TUMEN_STORE_KEY` is a file of minisign public keys, or one key; else the package's own hold. A folder of this machine is
    believed as the user's other files are, unless `TUMEN_STORE_KEY` asks for a signature.
    """
    given = os.environ.get("TUMEN_STORE_KEY")
    if not given:
        own = Path(__file__).with_name("keys.pub").read_text(encoding="utf-8")
        return _listed(own) if store.remote else None
    if given.startswith("RW") and not Path(given).exists():
        return _listed(given)
    try:
        return _listed(Path(given).expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RuntimeError) as error:
        raise StoreError(
            f"TUMEN_STORE_KEY={given!r} is neither a minisign public key nor a file of them ({error})."
        ) from None


def _listed(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines()]
    return tuple(
        line for line in lines if line and not line.startswith(("#", "untrusted comment:"))
    )


def signer(content: bytes, signature: bytes, trusted: Iterable[str], address: str) -> str:
    """Return which of the trusted keys signed the index; raises `StoreError` if none did."""
    from minisign import Error as MinisignError  # noqa: PLC0415
    from minisign import PublicKey, Signature, VerifyError  # noqa: PLC0415

    try:
        signed = Signature.from_bytes(signature)
    except MinisignError as error:
        raise StoreError(
            f"{address}.minisig is not a minisign signature ({error}); nothing of this store was used."
        ) from None
    for key in trusted:
        try:
            public = PublicKey.from_base64(key)
        except MinisignError as error:
            raise StoreError(
                f"{key!r}, named by TUMEN_STORE_KEY, is not a minisign public key ({error})."
            ) from None
        with suppress(VerifyError):
            public.verify(content, signed)
            return key
    raise StoreError(
        f"{address} is not signed by a key that is trusted here: it was changed, or others signed it. Nothing of it was used."
        " If its keepers have a new key, get it from them by another way, and name it: TUMEN_STORE_KEY=FILE"
    )


def entries(content: bytes, address: str) -> list[dict[str, Any]]:
    """Return the entries of an index; raises `StoreError` for one that is not of the right form, such as a path for a version."""
    try:
        return index.complete(content)
    except ValueError as error:
        raise StoreError(
            f"{address} is not an index of releases ({error}); nothing of this store was used."
        ) from None


def refuse_other(
    known: Iterable[dict[str, Any]], served: list[dict[str, Any]], address: str
) -> None:
    """Raise `StoreError` if the index gives a version of the package another digest: a release never changes."""
    digests = {entry["version"]: entry["datapackage"] for entry in served}
    for entry in known:
        if digests.get(entry["version"], entry["datapackage"]) != entry["datapackage"]:
            raise StoreError(
                f"{address} names another release {entry['version']} than this package ({digests[entry['version']]}, not"
                f" {entry['datapackage']}), and a release never changes; nothing of this store was used."
            )


def refuse_older(
    remembered: Iterable[dict[str, Any]], served: list[dict[str, Any]], address: str
) -> None:
    """Raise `StoreError` if the index is older than the one last accepted: a release is gone, another, or no longer withdrawn."""
    now = {entry["version"]: entry for entry in served}
    for entry in remembered:
        version, after = entry["version"], now.get(entry["version"])
        if after is None:
            fault = f"it no longer names {version}"
        elif after["datapackage"] != entry["datapackage"]:
            fault = f"its {version} is another one"
        elif entry.get("withdrawn") and not after.get("withdrawn"):
            fault = f"its {version} is no longer withdrawn"
        else:
            continue
        raise StoreError(
            f"{address} is older than what this store served before: {fault}. Nothing newly served was used; what is in the cache"
            " still loads by its version. Ask the keepers of the store."
        )


def files(
    described: bytes, address: str, entry: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the resources that a datapackage names; raises `StoreError` for one that does not say what a release has to say."""
    try:
        found: list[dict[str, Any]] = datapackage.read(described, entry)["resources"]
    except ValueError as error:
        raise StoreError(f"{address} {error}; nothing was fetched.") from None
    return found
