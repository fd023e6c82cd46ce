"""Downloads from a store.

The package pooch keeps a file if its digest is right, and tries again if an attempt failed. This
module has the readers that it uses.

An attempt fails if the connection breaks, if the server has an error of its own, or if
`TUMEN_TIMEOUT` seconds (30) bring no answer or less than 1 KiB of content per second. It is
repeated after one, two and three seconds. Faults that do not go away are reported at once: a file
that is missing or has another length, or a redirect to another host.

The timeout of a socket ends an answer that falls silent, but not one that keeps sending bytes
without content: endless headers or trailers, or a chunk size of one digit a minute. So every read
of a connection gets the time that is left, and only content extends it.
"""

from __future__ import annotations

import io
import logging
import os
import re
import time
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

import pooch
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from tumen import _extras
from tumen._text import shorten
from tumen.errors import StoreError, UnreachableError
from tumen.stores import cache
from tumen.stores.location import offline, origin

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Iterator

    from tumen.stores.location import Store

SLOWEST: Final = 1024
"""The least content, in bytes per second, that an answer must bring."""


class Deadline:
    """The time by which an answer must begin, or bring `SLOWEST` bytes for each second.

    Args:
        seconds: The time from one deadline to the next.

    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.restart()

    def restart(self) -> None:
        """Set the next deadline."""
        self.received = 0
        self._end = time.monotonic() + self.seconds

    def left(self) -> float:
        """Return the seconds that are left, or raise `TimeoutError`."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def counted(self, size: int) -> None:
        """Count bytes of content, and set the next deadline once there are enough."""
        self.received += size
        if self.received >= SLOWEST * self.seconds:
            self.restart()


class DeadlineAdapter(HTTPAdapter):
    """An adapter for requests that reads nothing after a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Create the pools, with connections that observe the deadline."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Create the pools of a proxy, with the same connections."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools()
        return manager

    def _pools(self) -> dict[str, type[HTTPConnectionPool]]:
        return {
            "http": _pool(HTTPConnectionPool, HTTPConnection, self.deadline),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, self.deadline),
        }


def _pool(
    pool: type[HTTPConnectionPool], connection: type[HTTPConnection], deadline: Deadline
) -> type[HTTPConnectionPool]:
    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            raw: io.RawIOBase = self.fp.detach()
            self.fp = io.BufferedReader(_Reader(raw, sock, deadline))

    timed = type("DeadlineConnection", (connection,), {"response_class": Response})
    return type("DeadlinePool", (pool,), {"ConnectionCls": timed})


class _Reader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self.raw, self.sock, self.deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.sock.settimeout(self.deadline.left())
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()


RETRIES: Final = 3
LARGEST: Final = 64 * 2**20
"""The most bytes of a file whose size is not known beforehand, such as the index."""
_CHUNK: Final = 2**16
_REDIRECTS: Final = 5
_SERVER_TROUBLE: Final = 500
_LENGTH: Final = re.compile("[0-9]{1,18}")
_REPORT: Final = "report this to the maintainers of the store"


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
    """Download a file of a store into a folder, unless the folder has it with the right digest.

    Args:
        store: The store.
        name: The path of the file in the store.
        folder: The folder to download into.
        digest: The digest that the file must have, `sha256:…`; None means any.
        size: The bytes that the file must have; None means at most `LARGEST`.
        advance: Called with the number of bytes received, negative when an attempt is given up.

    Returns:
        The path of the file in `folder`.

    Raises:
        UnreachableError: All attempts failed.
        StoreError: The file is missing or not what was published, or the cache cannot be written.

    """
    path = Path(name).name
    url = f"{store}/{name}"
    fetcher = pooch.Pooch(
        folder, f"{url.removesuffix(path)}", registry={path: digest}, retry_if_failed=RETRIES
    )

    def reader(_url: str, target: str, _pooch: object) -> None:
        received = 0
        try:
            with Path(target).open("wb") as file:
                for chunk in _read(store, url, size):
                    file.write(chunk)
                    advance(len(chunk))
                    received += len(chunk)
        except BaseException:
            advance(-received)
            raise

    try:
        with _quiet():
            return Path(fetcher.fetch(path, downloader=reader))
    except requests.exceptions.RequestException as error:
        raise UnreachableError(
            f"{url} could not be read in {RETRIES + 1} attempts: {_reason(error)}; try again later."
        ) from error
    except ValueError as error:
        if digest is None:
            raise
        raise StoreError(
            f"{url} is not what was published: its digest is not {digest}. It was discarded;"
            f" {_REPORT}."
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


def timeout() -> float:
    """Return how many seconds without an answer or content end an attempt: `TUMEN_TIMEOUT`, or 30.

    Raises:
        StoreError: `TUMEN_TIMEOUT` is not a positive number.

    """
    setting = os.environ.get("TUMEN_TIMEOUT") or "30"
    try:
        seconds = float(setting)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise StoreError(
            f"TUMEN_TIMEOUT={setting!r} is not a number of seconds; write TUMEN_TIMEOUT=30"
        )
    return seconds


def _read(store: Store, url: str, size: int | None) -> Iterator[bytes]:
    if store.remote and offline():
        raise UnreachableError(
            f"TUMEN_OFFLINE forbids fetching {url};"
            " unset it, or name a release that is in the cache."
        )
    read = {"folder": _read_folder, "http": _read_http, "s3": _read_s3}[store.kind]
    received = 0
    for chunk in read(url, size):
        received += len(chunk)
        if received > (LARGEST if size is None else size):
            raise _too_long(url, size)
        yield chunk
    if size is not None and received < size:
        raise Interrupted(f"it ended after {received} of {size} bytes")


def _too_long(url: str, size: int | None) -> StoreError:
    if size is None:
        return StoreError(
            f"{url} is longer than {LARGEST} bytes, the limit for such a file; {_REPORT}."
        )
    return StoreError(
        f"{url} is not what was published: it is longer than {size} bytes; {_REPORT}."
    )


def _missing(url: str, reason: object) -> StoreError:
    return StoreError(
        f"{url} cannot be read ({reason});"
        " check the URL of the store, or report this to its maintainers."
    )


def _chunks(read: Callable[[int], bytes]) -> Iterable[bytes]:
    return iter(lambda: read(_CHUNK), b"")


def _read_folder(url: str, _size: int | None) -> Iterator[bytes]:
    path = Path(url)
    if path.exists() and not path.is_file():
        raise _missing(url, "it is not a regular file")
    try:
        with path.open("rb") as file:
            yield from _chunks(file.read)
    except OSError as error:
        raise _missing(url, error.strerror) from error


def _read_s3(url: str, _size: int | None) -> Iterator[bytes]:
    _extras.require("s3", "a store on s3://")
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError  # noqa: PLC0415
    from fsspec.asyn import sync  # noqa: PLC0415
    from s3fs import S3FileSystem  # noqa: PLC0415

    deadline = Deadline(timeout())
    files = S3FileSystem(config_kwargs={"retries": {"total_max_attempts": 1}})
    files.retries = 1
    file = sync(files.loop, files.open_async, url, "rb")

    def read(size: int) -> bytes:
        try:
            content: bytes = sync(files.loop, file.read, size, timeout=deadline.left())
        except TimeoutError:
            raise
        except (FileNotFoundError, PermissionError, NoCredentialsError) as error:
            raise _missing(url, error) from error
        except KeyError:  # s3fs assumes that every answer has a length.
            raise Interrupted("its answer has no length") from None
        except (OSError, BotoCoreError, ClientError) as error:
            raise Interrupted(f"{type(error).__name__}: {error}") from error
        return content

    try:
        yield from _read_in_time(read, deadline)
    finally:
        if file.r is not None:
            files.loop.call_soon_threadsafe(file.r.close)


def _read_http(url: str, size: int | None) -> Iterator[bytes]:
    deadline = Deadline(timeout())
    with _Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, DeadlineAdapter(deadline))
        with _request(session, url, deadline) as response:
            length = _parse_length(url, response.headers.get("Content-Length"))
            if size is not None and length is not None and length != size:
                raise StoreError(
                    f"{url} is not what was published: it has {length} bytes, not {size};"
                    f" {_REPORT}."
                )
            yield from _read_in_time(_reader(response.raw), deadline)


class _Session(requests.Session):
    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        # The default would read the whole body of a redirect, however long.
        return iter(())


def _parse_length(url: str, header: str | None) -> int | None:
    if header is None:
        return None
    if not _LENGTH.fullmatch(header):
        raise StoreError(
            f"{url} has the length {shorten(header)!r}, which is not a number of bytes; {_REPORT}."
        )
    return int(header)


def _reader(raw: Any) -> Callable[[int], bytes]:
    """Return a function that reads an answer; it raises `TimeoutError` or `Interrupted`."""

    def read(size: int) -> bytes:
        try:
            content: bytes = raw.read1(size)
        except urllib3.exceptions.ReadTimeoutError:
            raise TimeoutError from None
        except urllib3.exceptions.HTTPError as error:
            raise Interrupted(f"the connection broke ({_innermost(error)})") from error
        return content

    return read


def _read_in_time(read: Callable[[int], bytes], deadline: Deadline) -> Iterator[bytes]:
    """Yield content as it arrives; raise `Interrupted` if a deadline passes before enough of it."""
    deadline.restart()
    received = 0
    try:
        for chunk in _chunks(read):
            yield chunk
            received += len(chunk)
            deadline.counted(len(chunk))
    except TimeoutError:
        wait = f"{deadline.seconds:g} seconds"
        if deadline.received:
            raise Interrupted(
                f"it was slower than {SLOWEST} bytes a second, {deadline.received} in {wait}"
            ) from None
        raise Interrupted(f"nothing arrived for {wait}, after {received} bytes") from None


def _request(session: requests.Session, url: str, deadline: Deadline) -> requests.Response:
    """Return the answer to a request, following redirects within the named host."""
    current = url
    headers = {"Accept-Encoding": "identity", "User-Agent": "tumen"}
    for _ in range(_REDIRECTS):
        try:
            response = session.get(
                current,
                headers=headers,
                timeout=deadline.left(),
                stream=True,
                allow_redirects=False,
            )
        except (requests.exceptions.Timeout, TimeoutError):
            raise Interrupted(f"no answer within {deadline.seconds:g} seconds") from None
        except requests.exceptions.ConnectionError as error:
            raise Interrupted(f"no connection to the host ({_innermost(error)})") from error
        except requests.exceptions.InvalidHeader as error:
            raise StoreError(
                f"{url} has headers that contradict each other ({error}); {_REPORT}."
            ) from error
        except ValueError as error:
            raise StoreError(
                f"{url} cannot be requested ({error}); check the URL of the store."
            ) from error
        if not response.is_redirect:
            _refuse_status(url, response)
            return response
        response.close()
        current = _redirect_target(current, response.headers["Location"], url)
    raise StoreError(f"{url} is redirected more than {_REDIRECTS} times; {_REPORT}.")


def _redirect_target(current: str, location: str, url: str) -> str:
    """Return the URL of a redirect; raise `StoreError` unless its origin is the same.

    A password in the redirect is neither used nor repeated in the message.
    """
    try:
        target = urljoin(current, location)
        scheme, netloc = urlsplit(target)[:2]
        same_origin = origin(target) == origin(current)
    except ValueError:
        raise StoreError(f"{url} is redirected to an invalid URL; {_REPORT}.") from None
    credentials, _, host = netloc.rpartition("@")
    if not same_origin:
        raise StoreError(
            f"{url} is redirected to {scheme}://{shorten(host)}, which is not the host that you"
            " named; if you trust it, name it as the store."
        )
    if credentials:
        raise StoreError(f"{url} is redirected to a URL with a user name or a password; {_REPORT}.")
    return target


def _innermost(error: BaseException) -> BaseException:
    inner = error.__cause__ or error.__context__
    return error if inner is None else _innermost(inner)


def _refuse_status(url: str, response: requests.Response) -> None:
    status = response.status_code
    if status == requests.codes.ok:
        return
    response.close()
    answer = f"the server answers {status} {shorten(response.reason or '')}".rstrip()
    if status >= _SERVER_TROUBLE or status in (
        requests.codes.request_timeout,
        requests.codes.too_many_requests,
    ):
        raise Interrupted(answer)
    raise _missing(url, answer)
