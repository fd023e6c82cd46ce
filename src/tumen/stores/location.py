"""Names of stores: a folder, `https://…` or `s3://…`; plain `http://…` only on this machine."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from tumen.errors import StoreError

_PORTS: Final = {"http": 80, "https": 443}
_LOOPBACK: Final = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Store:
    """A store.

    Attributes:
        url: Its URL without the last slash, or the absolute path of a folder.
        kind: How it is read.

    """

    url: str
    kind: Literal["folder", "http", "s3"]

    @property
    def remote(self) -> bool:
        """Whether it needs a network."""
        return self.kind != "folder"

    @property
    def key(self) -> str:
        """The normal form of the URL, the same however the store is written."""
        if self.kind == "folder":
            return os.path.normcase(os.path.realpath(self.url))
        return self.url if self.kind == "s3" else _normalize_url(self.url)

    def __str__(self) -> str:
        return self.url


def parse_store(name: str | os.PathLike[str]) -> Store:
    """Parse the name of a store, a folder or a URL.

    Raises:
        StoreError: The name is malformed, or its scheme is not allowed.

    """
    text = os.fspath(name)
    _refuse_unwritable(text)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Store(str(_folder(text)), "folder")
    scheme = scheme.lower()
    text = f"{scheme}://{rest.rstrip('/')}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise StoreError(f"{text!r} is not the URL of a store ({error}).") from None
    if "@" in parts.netloc:
        raise StoreError(
            f"the store {scheme}://…@{host} contains a user name or a password;"
            " put them into ~/.netrc."
        )
    if not host or parts.query or parts.fragment or "\\" in rest or not rest.isprintable():
        raise StoreError(
            f"{text!r} is not the URL of a store;"
            " write https://host/path, s3://bucket/path or a folder."
        )
    if scheme == "https" or (scheme == "http" and _on_this_machine(host)):
        return Store(text, "http")
    if scheme == "s3":
        return Store(text, "s3")
    if scheme == "http":
        raise StoreError(
            f"{text!r} is plain http, which others on the network can read and change;"
            f" write https://{rest}"
        )
    raise StoreError(
        f"{text!r} is not a supported store; write https://host/path, s3://bucket/path or a folder."
    )


def _refuse_unwritable(text: str) -> None:
    """Raise `StoreError` for a name that is not valid text, such as one in another encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise StoreError(
            f"the store {text!r} is not in UTF-8; rename it, or use a link to it."
        ) from None
    if "\0" in text:
        raise StoreError(f"the store {text!r} has a null character in its name; remove it.")


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise StoreError(
            f"the store {text!r} is in the home folder of an unknown user; write the path in full."
        ) from None


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def origin(url: str) -> str:
    """Return scheme, host and port of a URL in their normal form, without user name and password.

    `HTTP://LOCALHOST.:80`, `http://127.1` and `http://[::1]` have the same origin.

    Raises:
        ValueError: The URL is malformed.

    """
    from urllib3.util import parse_url  # noqa: PLC0415

    parts = parse_url(_as_requested(url))
    scheme, port = parts.scheme or "", parts.port
    suffix = "" if port in (None, _PORTS.get(scheme)) else f":{port}"
    return f"{scheme}://{_normalize_host(parts.host or '')}{suffix}"


def _normalize_url(url: str) -> str:
    from urllib3.util import parse_url  # noqa: PLC0415

    path = re.sub("/+", "/", parse_url(_as_requested(url)).path or "")
    return origin(url) + path.rstrip("/")


def _as_requested(url: str) -> str:
    """Return a URL as requests sends it: the host in ASCII, the path encoded and without dots."""
    from requests import PreparedRequest  # noqa: PLC0415

    request = PreparedRequest()
    request.prepare_url(url, None)
    return str(request.url)


def _normalize_host(name: str) -> str:
    bare = name.strip("[]").rstrip(".")
    try:
        bare = str(ipaddress.ip_address(bare))
    except ValueError:
        with suppress(OSError):  # Short forms of an IPv4 address, such as 127.1.
            bare = socket.inet_ntoa(socket.inet_aton(bare))
    return "localhost" if bare in _LOOPBACK else bare


def offline() -> bool:
    """Return whether the user has forbidden network access with `TUMEN_OFFLINE=1`."""
    return os.environ.get("TUMEN_OFFLINE", "").lower() not in ("", "0", "false", "no")
