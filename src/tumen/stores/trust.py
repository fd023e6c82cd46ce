"""Verification of a store's index: its format, its signature, and that it is not an older one."""

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
    """Return the public keys that may sign the index of a store.

    `TUMEN_STORE_KEY` is a file of minisign public keys, or one key. Without it the keys of the
    package are trusted. A folder on this machine needs no signature then, like the other files of
    the user.

    Returns:
        The keys; None if no signature is required.

    Raises:
        StoreError: `TUMEN_STORE_KEY` is neither a key nor a file of keys.

    """
    setting = os.environ.get("TUMEN_STORE_KEY")
    if not setting:
        bundled = Path(__file__).with_name("keys.pub").read_text(encoding="utf-8")
        return _parse_keys(bundled) if store.remote else None
    if setting.startswith("RW") and not Path(setting).exists():
        return _parse_keys(setting)
    try:
        return _parse_keys(Path(setting).expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RuntimeError) as error:
        raise StoreError(
            f"TUMEN_STORE_KEY={setting!r} is neither a minisign public key nor a file of them"
            f" ({error})."
        ) from None


def _parse_keys(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines()]
    return tuple(
        line for line in lines if line and not line.startswith(("#", "untrusted comment:"))
    )


def signer(content: bytes, signature: bytes, trusted: Iterable[str], url: str) -> str:
    """Return which of the trusted keys signed the index.

    Args:
        content: The index.
        signature: The content of its `.minisig` file.
        trusted: The public keys that may sign it.
        url: The URL of the index, for messages.

    Raises:
        StoreError: None of the keys signed it.

    """
    from minisign import Error as MinisignError  # noqa: PLC0415
    from minisign import PublicKey, Signature, VerifyError  # noqa: PLC0415

    try:
        signed = Signature.from_bytes(signature)
    except MinisignError as error:
        raise StoreError(
            f"{url}.minisig is not a minisign signature ({error}); nothing of this store was used."
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
        f"{url} is not signed with a trusted key: it was changed, or signed by others."
        " Nothing of it was used. If the maintainers of the store have a new key, get it from them"
        " over another channel, and name it: TUMEN_STORE_KEY=FILE"
    )


def entries(content: bytes, url: str) -> list[dict[str, Any]]:
    """Return the entries of an index, oldest first.

    Raises:
        StoreError: The index is malformed, such as a path in place of a version.

    """
    try:
        return index.parse_complete(content)
    except ValueError as error:
        raise StoreError(
            f"{url} is not an index of releases ({error}); nothing of this store was used."
        ) from None


def refuse_other(known: Iterable[dict[str, Any]], served: list[dict[str, Any]], url: str) -> None:
    """Raise `StoreError` if the index has another digest for a bundled release.

    Args:
        known: The entries of the bundled releases.
        served: The entries of the store's index.
        url: The URL of the index, for messages.

    """
    digests = {entry["version"]: entry["datapackage"] for entry in served}
    for entry in known:
        if digests.get(entry["version"], entry["datapackage"]) != entry["datapackage"]:
            raise StoreError(
                f"{url} has another release {entry['version']} than this package"
                f" ({digests[entry['version']]}, not {entry['datapackage']}),"
                " but a release never changes; nothing of this store was used."
            )


def refuse_older(
    remembered: Iterable[dict[str, Any]], served: list[dict[str, Any]], url: str
) -> None:
    """Raise `StoreError` if the index is older than the one last accepted.

    It is older if a release is missing, has another digest or is no longer withdrawn.

    Args:
        remembered: The entries last accepted from the store.
        served: The entries of the store's index.
        url: The URL of the index, for messages.

    """
    now = {entry["version"]: entry for entry in served}
    for entry in remembered:
        version, after = entry["version"], now.get(entry["version"])
        if after is None:
            fault = f"it no longer lists {version}"
        elif after["datapackage"] != entry["datapackage"]:
            fault = f"its {version} has another digest"
        elif entry.get("withdrawn") and not after.get("withdrawn"):
            fault = f"its {version} is no longer withdrawn"
        else:
            continue
        raise StoreError(
            f"{url} is older than the index that this store served before: {fault}."
            " Nothing of it was used; cached releases still load by their version."
            " Ask the maintainers of the store."
        )


def files(described: bytes, url: str, entry: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return the resources that a datapackage lists.

    Args:
        described: The content of datapackage.json.
        url: Its URL, for messages.
        entry: The entry of the index that it must agree with.

    Raises:
        StoreError: The datapackage is malformed or incomplete.

    """
    try:
        resources: list[dict[str, Any]] = datapackage.parse_complete(described, entry)["resources"]
    except ValueError as error:
        raise StoreError(f"{url} {error}; nothing was fetched.") from None
    return resources
