"""Which store is meant: a folder, `https://` or `s3://`; plain `http://` on this machine alone."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tumen.errors import StoreError


@dataclass(frozen=True, slots=True)
class Store:
    """An address without its last slash, and how it is read."""

    url: str
    kind: Literal["folder", "http", "s3"]

    @property
    def remote(self) -> bool:
        """Whether it takes a network to reach it."""
        return self.kind != "folder"

    def __str__(self) -> str:
        return self.url


def store(given: str | os.PathLike[str]) -> Store:
    """Return the store that an address names; raises `StoreError` for an address that no release may come from."""
    text = os.fspath(given)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Store(str(_folder(text)), "folder")
    text = text.rstrip("/")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise StoreError(f"{text!r} is not the address of a store ({error}).") from None
    if "@" in parts.netloc:
        raise StoreError(f"the store {scheme}://…@{host} holds a user name or a password; put them into ~/.netrc.")
    if not host or parts.query or parts.fragment or "\\" in rest:
        raise StoreError(f"{text!r} is not the address of a store; write https://host/path, s3://bucket/path or a folder.")
    if scheme == "https" or (scheme == "http" and _on_this_machine(host)):
        return Store(text, "http")
    if scheme == "s3":
        return Store(text, "s3")
    if scheme == "http":
        raise StoreError(f"{text!r} is plain http, which anyone on the way can read and change; write https://{rest}")
    raise StoreError(f"{text!r} is not a store that can be read; write https://host/path, s3://bucket/path or a folder.")


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise StoreError(f"the store {text!r} is in the home of a user that this system does not know; write it out.") from None


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def offline() -> bool:
    """Return whether the user has forbidden to use the network, by `TUMEN_OFFLINE=1`."""
    return os.environ.get("TUMEN_OFFLINE", "").lower() not in ("", "0", "false", "no")
