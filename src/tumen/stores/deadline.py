"""A deadline for HTTP answers, extended only when content arrives.

The timeout of a socket ends an answer that falls silent. It does not end one that keeps sending
bytes without content: endless headers or trailers, or a chunk size of one digit a minute. Here
every read of a connection gets the time that is left, and only counted content sets the next
deadline.
"""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import socket

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
