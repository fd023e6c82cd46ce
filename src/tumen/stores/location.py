"""Which store is meant: a folder, `https://` or `s3://`; plain `http://` on this machine alone."""

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
    """An address without its last slash, and how it is read."""

    url: str
    kind: Literal["folder", "http", "s3"]

    @property
    def remote(self) -> bool:
        """Whether it takes a network to reach it."""
        return self.kind != "folder"

    @property
    def key(self) -> str:
        """The one spelling of the address, by which the store is remembered however it is spelled."""
        if self.kind == "folder":
            return os.path.normcase(os.path.realpath(self.url))
        return self.url if self.kind == "s3" else _normal(self.url)

    def __str__(self) -> str:
        return self.url


def store(given: str | os.PathLike[str]) -> Store:
    """Return the store that an address names; raises `StoreError` for an address that no release may come from."""
    text = os.fspath(given)
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
        raise StoreError(f"{text!r} is not the address of a store ({error}).") from None
    if "@" in parts.netloc:
        raise StoreError(
            f"the store {scheme}://…@{host} holds a user name or a password; put them into ~/.netrc."
        )
    if not host or parts.query or parts.fragment or "\\" in rest or not rest.isprintable():
        raise StoreError(
            f"{text!r} is not the address of a store; write https://host/path, s3://bucket/path or a folder."
        )
    if scheme == "https" or (scheme == "http" and _on_this_machine(host)):
        return Store(text, "http")
    if scheme == "s3":
        return Store(text, "s3")
    if scheme == "http":
        raise StoreError(
            f"{text!r} is plain http, which anyone on the way can read and change; write https://{rest}"
        )
    raise StoreError(
        f"{text!r} is not a store that can be read; write https://host/path, s3://bucket/path or a folder."
    )


def _refuse_unwritable(text: str) -> None:
    """Raise `StoreError` for a name that is no text, as a name in another encoding than UTF-8 is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise StoreError(
            f"the store {text!r} is not written in UTF-8; rename it, or name it by a link."
        ) from None
    if "\0" in text:
        raise StoreError(f"the store {text!r} has a null character in its name; write it without.")


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise StoreError(
            f"the store {text!r} is in the home of a user that this system does not know; write it out."
        ) from None


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def origin(url: str) -> str:
    """Return scheme, host and port of an address as a client understands them; raises `ValueError` for what is none.

    `HTTP://LOCALHOST.:80`, `http://127.1` and `http://[::1]` are one host. A user name or password is left out.
    """
    from urllib3.util import parse_url  # noqa: PLC0415

    parts = parse_url(_asked(url))
    scheme, port = parts.scheme or "", parts.port
    return f"{scheme}://{_host(parts.host or '')}{'' if port in (None, _PORTS.get(scheme)) else f':{port}'}"


def _normal(url: str) -> str:
    from urllib3.util import parse_url  # noqa: PLC0415

    path = re.sub("/+", "/", parse_url(_asked(url)).path or "")
    return origin(url) + path.rstrip("/")


def _asked(url: str) -> str:
    """Return an address as requests asks for it: the host in ASCII, the path encoded and without dots."""
    from requests import PreparedRequest  # noqa: PLC0415

    request = PreparedRequest()
    request.prepare_url(url, None)
    return str(request.url)


def _host(name: str) -> str:
    bare = name.strip("[]").rstrip(".")
    try:
        bare = str(ipaddress.ip_address(bare))
    except ValueError:
        with suppress(OSError):
            bare = socket.inet_ntoa(socket.inet_aton(bare))
    return "localhost" if bare in _LOOPBACK else bare


def offline() -> bool:
    """Return whether the user has forbidden to use the network, by `TUMEN_OFFLINE=1`."""
    return os.environ.get("TUMEN_OFFLINE", "").lower() not in ("", "0", "false", "no")
