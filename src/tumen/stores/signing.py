"""The maintainers' part: sign the index of a folder of releases with their own minisign key, which this project never keeps."""

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
    """Write `index.json.minisig` beside the index, and return its path and the public key that proves it.

    `key` is a secret key as `minisign -G` writes it; `password` is asked for if the key is locked. Raises `StoreError` for a key or
    a password that does not fit, and for a folder that holds no index.
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
            f"{key} cannot sign ({error}); it has to be a secret key of minisign, with its password."
        ) from None
    except OSError as error:
        raise StoreError(f"{index} was not signed: {error}.") from error
    return signature, public
