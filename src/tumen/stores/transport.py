"""How bytes come from a store: pooch keeps a file if its digest is right and tries again if it failed; here is what it reads with.

An attempt fails, and is made again after one, two and three seconds, where the connection breaks, is silent for `TUMEN_TIMEOUT`
seconds (30), stays slower than 1 KiB/s, or the server has trouble of its own. What will not mend itself is told at once: a file
that is not there or has another length, a server that sends the reader to another host.
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

import pooch
import requests
import urllib3

from tumen import extras
from tumen.errors import StoreError, UnreachableError
from tumen.stores import cache
from tumen.stores.address import offline
from tumen.stores.answering import WithinTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tumen.stores.address import Store

RETRIES: Final = 3
LARGEST: Final = 64 * 2**20
_CHUNK: Final = 2**16
_SLOWEST: Final = 1024
_REDIRECTS: Final = 5
_SERVER_TROUBLE: Final = 500


class Interrupted(requests.exceptions.RequestException):
    """An attempt failed in a way that another attempt may not."""


def download(
    store: Store,
    name: str,
    folder: Path,
    digest: str | None = None,
    size: int | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Path:
    """Return the path in `folder` of a file of the store, fetched unless it is there with its digest; raises `StoreError`."""
    path = Path(name).name
    address = f"{store}/{name}"
    one = pooch.Pooch(folder, f"{address.removesuffix(path)}", registry={path: digest}, retry_if_failed=RETRIES)

    def reader(_url: str, target: str, _pooch: object) -> None:
        received = 0
        try:
            with Path(target).open("wb") as file:
                for chunk in _read(store, address, size):
                    file.write(chunk)
                    advance(len(chunk))
                    received += len(chunk)
        except BaseException:
            advance(-received)
            raise

    try:
        with _quiet():
            return Path(one.fetch(path, downloader=reader))
    except requests.exceptions.RequestException as error:
        raise UnreachableError(
            f"{address} could not be had in {RETRIES + 1} attempts: {_reason(error)}; try again later."
        ) from error
    except ValueError as error:
        raise StoreError(
            f"{address} is not what was published: its digest is not {digest}. It was not kept; tell the keepers of the store."
        ) from error
    except OSError as error:
        raise cache.unwritable(error) from error


@contextmanager
def _quiet() -> Iterator[None]:
    log = pooch.get_logger()
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, Interrupted) else f"{type(error).__name__}: {error}"


def patience() -> float:
    """Return how many seconds of silence end an attempt."""
    given = os.environ.get("TUMEN_TIMEOUT") or "30"
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise StoreError(f"TUMEN_TIMEOUT={given!r} is not a number of seconds; write TUMEN_TIMEOUT=30")
    return seconds


def _read(store: Store, address: str, size: int | None) -> Iterator[bytes]:
    if store.remote and offline():
        raise UnreachableError(f"TUMEN_OFFLINE forbids to fetch {address}; unset it, or name a release that is in the cache.")
    source = {"folder": _folder, "http": _http, "s3": _s3}[store.kind](address, size)
    received = 0
    for chunk in source:
        received += len(chunk)
        if received > (LARGEST if size is None else size):
            raise _longer(address, size)
        yield chunk
    if size is not None and received < size:
        raise Interrupted(f"it ended after {received} of {size} bytes")


def _longer(address: str, size: int | None) -> StoreError:
    if size is None:
        return StoreError(f"{address} is longer than {LARGEST} bytes, and nothing like it is; tell the keepers of the store.")
    return StoreError(f"{address} is not what was published: it is longer than {size} bytes; tell the keepers of the store.")


def _absent(address: str, why: object) -> StoreError:
    return StoreError(f"{address} is not there to read ({why}); check the address of the store, or tell its keepers.")


def _chunks(read: Callable[[int], bytes]) -> Iterable[bytes]:
    return iter(lambda: read(_CHUNK), b"")


def _folder(address: str, _size: int | None) -> Iterator[bytes]:
    path = Path(address)
    if path.exists() and not path.is_file():
        raise _absent(address, "it is no file")
    try:
        with path.open("rb") as file:
            yield from _chunks(file.read)
    except OSError as error:
        raise _absent(address, error.strerror) from error


def _s3(address: str, _size: int | None) -> Iterator[bytes]:
    extras.require("s3", "a store on s3://")
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError  # noqa: PLC0415
    from s3fs import S3FileSystem  # noqa: PLC0415

    try:
        with S3FileSystem().open(address, "rb") as file:
            yield from _chunks(file.read)
    except (FileNotFoundError, PermissionError, NoCredentialsError) as error:
        raise _absent(address, error) from error
    except (OSError, BotoCoreError, ClientError) as error:
        raise Interrupted(f"{type(error).__name__}: {error}") from error


def _http(address: str, size: int | None) -> Iterator[bytes]:
    wait = patience()
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, WithinTime(wait))
        response = _following(session, address, wait)
        with response:
            length = response.headers.get("Content-Length", "")
            expected = int(length) if length.isdigit() else None
            if size is not None and expected is not None and expected != size:
                raise StoreError(
                    f"{address} is not what was published: it has {expected} bytes, not {size}; tell the keepers of the store."
                )
            yield from _patiently(response.raw, wait, expected)


def _patiently(raw: Any, wait: float, expected: int | None) -> Iterator[bytes]:
    started, received = time.monotonic(), 0
    while True:
        try:
            chunk: bytes = raw.read1(_CHUNK)
        except urllib3.exceptions.ReadTimeoutError:
            raise Interrupted(f"nothing came for {wait:g} seconds, after {received} bytes") from None
        except urllib3.exceptions.HTTPError as error:
            raise Interrupted(f"the connection broke after {received} bytes ({_innermost(error)})") from error
        if not chunk:
            break
        yield chunk
        received += len(chunk)
        taken = time.monotonic() - started
        if taken > wait and received < _SLOWEST * taken:
            raise Interrupted(f"it came slower than {_SLOWEST} bytes a second, {received} in {taken:.0f} seconds")
    if expected is not None and received < expected:
        raise Interrupted(f"it ended after {received} of {expected} bytes")


def _following(session: requests.Session, address: str, wait: float) -> requests.Response:
    """Return the answer, through redirects within the host that was named."""
    here = address
    for _ in range(_REDIRECTS):
        asked = {"Accept-Encoding": "identity", "User-Agent": "tumen"}
        try:
            response = session.get(here, headers=asked, timeout=wait, stream=True, allow_redirects=False)
        except requests.exceptions.Timeout:
            raise Interrupted(f"no answer within {wait:g} seconds") from None
        except requests.exceptions.ConnectionError as error:
            raise Interrupted(f"no connection to the host ({_innermost(error)})") from error
        except ValueError as error:
            raise StoreError(f"{address} sends the reader to no address ({error}); tell the keepers of the store.") from error
        if not response.is_redirect:
            _refuse_status(address, response)
            return response
        response.close()
        here = _within(here, response.headers["Location"], address)
    raise StoreError(f"{address} sends the reader on more than {_REDIRECTS} times; tell the keepers of the store.")


def _within(here: str, location: str, address: str) -> str:
    """Return where a redirect leads; raises `StoreError` if that is another host, or the same by other means."""
    there = urljoin(here, location)
    if urlsplit(there)[:2] != urlsplit(here)[:2]:
        elsewhere = "://".join(urlsplit(there)[:2])
        raise StoreError(
            f"{address} sends the reader to {elsewhere}, which is not the host that you named; if you trust it, name it as"
            " the store."
        )
    return there


def _innermost(error: BaseException) -> BaseException:
    inner = error.__cause__ or error.__context__
    return error if inner is None else _innermost(inner)


def _refuse_status(address: str, response: requests.Response) -> None:
    status = response.status_code
    if status == requests.codes.ok:
        return
    response.close()
    answer = f"the server answers {status} {response.reason}"
    if status >= _SERVER_TROUBLE or status in (requests.codes.request_timeout, requests.codes.too_many_requests):
        raise Interrupted(answer)
    raise _absent(address, answer)
