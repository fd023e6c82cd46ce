"""Signing of the index of releases, for maintainers; the project never keeps their minisign key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minisign import Error as MinisignError
from minisign import SecretKey

from tumen._system import atomic
from tumen.errors import StoreError
from tumen.release.index import INDEX

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def sign(releases: Path, key: Path, password: Callable[[], str]) -> tuple[Path, str]:
    """Write the signature of the index to `index.json.minisig`, next to it.

    Args:
        releases: The folder of releases.
        key: A secret key, as `minisign -G` writes it.
        password: Called for the password if the key is encrypted.

    Returns:
        The path of the signature, and the public key that verifies it.

    Raises:
        StoreError: The key or the password is wrong, or the folder has no index.

    """
    index = releases / INDEX
    signature = releases / f"{INDEX}.minisig"
    try:
        secret = SecretKey.from_file(key)
        if secret.is_encrypted():
            secret.decrypt(password())
        signed = secret.sign(
            index.read_bytes(),
            trusted_comment=f"file:{index.name}",
            untrusted_comment="signature of an index of releases",
        )
        atomic.replace(signature, bytes(signed) + b"\n")
        public = secret.get_public_key().to_base64().decode()
        secret.wipe()
    except MinisignError as error:
        raise StoreError(
            f"{key} cannot sign ({error});"
            " name a secret key of minisign, and enter the password of that key."
        ) from None
    except OSError as error:
        raise StoreError(f"{index} was not signed: {error}.") from error
    return signature, public
