"""How bytes come from a store: pooch keeps a file if its digest is right and tries again if it failed; here is what it reads with.

An attempt fails, and is made again after one, two and three seconds, where the connection breaks, the server has trouble of its
own, or `TUMEN_TIMEOUT` seconds (30) bring no answer or less content than 1 KiB a second. What will not mend itself is told at
once: a file that is not there or has another length, a server that sends the reader to another host.
"""

from __future__ import annotations

import logging
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

import pooch
import requests
import urllib3

from tumen import _extras
from tumen._wording import brief
from tumen.errors import StoreError, UnreachableError
from tumen.stores import cache
from tumen.stores.deadline import SLOWEST, Deadline, DeadlineAdapter
from tumen.stores.location import offline, origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tumen.stores.location import Store

RETRIES: Final = 3
LARGEST: Final = 64 * 2**20
_CHUNK: Final = 2**16
_REDIRECTS: Final = 5
_SERVER_TROUBLE: Final = 500
_LENGTH: Final = re.compile("[0-9]{1,18}")


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
    one = pooch.Pooch(
        folder, f"{address.removesuffix(path)}", registry={path: digest}, retry_if_failed=RETRIES
    )

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
        if digest is None:
            raise
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
        raise StoreError(
            f"TUMEN_TIMEOUT={given!r} is not a number of seconds; write TUMEN_TIMEOUT=30"
        )
    return seconds


def _read(store: Store, address: str, size: int | None) -> Iterator[bytes]:
    if store.remote and offline():
        raise UnreachableError(
            f"TUMEN_OFFLINE forbids to fetch {address}; unset it, or name a release that is in the cache."
        )
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
        return StoreError(
            f"{address} is longer than {LARGEST} bytes, and nothing like it is; tell the keepers of the store."
        )
    return StoreError(
        f"{address} is not what was published: it is longer than {size} bytes; tell the keepers of the store."
    )


def _absent(address: str, why: object) -> StoreError:
    return StoreError(
        f"{address} is not there to read ({why}); check the address of the store, or tell its keepers."
    )


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
    _extras.require("s3", "a store on s3://")
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError  # noqa: PLC0415
    from fsspec.asyn import sync  # noqa: PLC0415
    from s3fs import S3FileSystem  # noqa: PLC0415

    deadline = Deadline(patience())
    files = S3FileSystem(config_kwargs={"retries": {"total_max_attempts": 1}})
    files.retries = 1
    file = sync(files.loop, files.open_async, address, "rb")

    def read(size: int) -> bytes:
        try:
            content: bytes = sync(files.loop, file.read, size, timeout=deadline.left())
        except TimeoutError:
            raise
        except (FileNotFoundError, PermissionError, NoCredentialsError) as error:
            raise _absent(address, error) from error
        except KeyError:  # of s3fs, which takes the length for granted
            raise Interrupted("its answer has no length") from None
        except (OSError, BotoCoreError, ClientError) as error:
            raise Interrupted(f"{type(error).__name__}: {error}") from error
        return content

    try:
        yield from _in_time(read, deadline)
    finally:
        if file.r is not None:
            files.loop.call_soon_threadsafe(file.r.close)


def _http(address: str, size: int | None) -> Iterator[bytes]:
    deadline = Deadline(patience())
    with _Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, DeadlineAdapter(deadline))
        with _following(session, address, deadline) as response:
            expected = _length(address, response.headers.get("Content-Length"))
            if size is not None and expected is not None and expected != size:
                raise StoreError(
                    f"{address} is not what was published: it has {expected} bytes, not {size}; tell the keepers of the store."
                )
            yield from _in_time(_reading(response.raw), deadline)


class _Session(requests.Session):
    def resolve_redirects(
        self, *_: Any, **__: Any
    ) -> Iterator[Any]:  # else it reads all that a redirect holds beside the address
        return iter(())


def _length(address: str, said: str | None) -> int | None:
    if said is None:
        return None
    if not _LENGTH.fullmatch(said):
        raise StoreError(
            f"{address} has the length {brief(said)!r}, which is no number of bytes; tell the keepers of the store."
        )
    return int(said)


def _reading(raw: Any) -> Callable[[int], bytes]:
    """Return how to read the content of an answer; raises `TimeoutError`, and `Interrupted` where the connection breaks."""

    def read(size: int) -> bytes:
        try:
            content: bytes = raw.read1(size)
        except urllib3.exceptions.ReadTimeoutError:
            raise TimeoutError from None
        except urllib3.exceptions.HTTPError as error:
            raise Interrupted(f"the connection broke ({_innermost(error)})") from error
        return content

    return read


def _in_time(read: Callable[[int], bytes], deadline: Deadline) -> Iterator[bytes]:
    """Return content as it comes; raises `Interrupted` where a deadline passes before enough of it is there."""
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
                f"it came slower than {SLOWEST} bytes a second, {deadline.received} in {wait}"
            ) from None
        raise Interrupted(f"nothing came for {wait}, after {received} bytes") from None


def _following(session: requests.Session, address: str, deadline: Deadline) -> requests.Response:
    """Return the answer, through redirects within the host that was named."""
    here = address
    for _ in range(_REDIRECTS):
        asked = {"Accept-Encoding": "identity", "User-Agent": "tumen"}
        try:
            response = session.get(
                here, headers=asked, timeout=deadline.left(), stream=True, allow_redirects=False
            )
        except (requests.exceptions.Timeout, TimeoutError):
            raise Interrupted(f"no answer within {deadline.seconds:g} seconds") from None
        except requests.exceptions.ConnectionError as error:
            raise Interrupted(f"no connection to the host ({_innermost(error)})") from error
        except requests.exceptions.InvalidHeader as error:
            raise StoreError(
                f"{address} has headers that contradict each other ({error}); tell the keepers of the store."
            ) from error
        except ValueError as error:
            raise StoreError(
                f"{address} cannot be asked for ({error}); check the address of the store."
            ) from error
        if not response.is_redirect:
            _refuse_status(address, response)
            return response
        response.close()
        here = _within(here, response.headers["Location"], address)
    raise StoreError(
        f"{address} sends the reader on more than {_REDIRECTS} times; tell the keepers of the store."
    )


def _within(here: str, location: str, address: str) -> str:
    """Return where a redirect leads; raises `StoreError` if that is another host, or the same by other means.

    A password in the redirect is neither followed nor repeated.
    """
    try:
        there = urljoin(here, location)
        scheme, netloc = urlsplit(there)[:2]
        same = origin(there) == origin(here)
    except ValueError:
        raise StoreError(
            f"{address} sends the reader to no address; tell the keepers of the store."
        ) from None
    credentials, _, host = netloc.rpartition("@")
    if not same:
        raise StoreError(
            f"{address} sends the reader to {scheme}://{brief(host)}, which is not the host that you named; if you trust it,"
            " name it as the store."
        )
    if credentials:
        raise StoreError(
            f"{address} sends the reader to an address with a user name or a password; tell the keepers of the store."
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
    answer = f"the server answers {status} {brief(response.reason or '')}".rstrip()
    if status >= _SERVER_TROUBLE or status in (
        requests.codes.request_timeout,
        requests.codes.too_many_requests,
    ):
        raise Interrupted(answer)
    raise _absent(address, answer)
