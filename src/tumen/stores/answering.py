"""A limit to how long a server may take to begin its answer, however many drops of it come in between.

The timeout of a socket ends a silence; status and headers that come a byte at a time are none.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from http.client import HTTPException
from threading import Event, Timer
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from urllib3.response import HTTPResponse


class WithinTime(HTTPAdapter):
    """An adapter of requests whose connections break off where status and headers are not there after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools, of connections that are timed."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _timed(HTTPConnectionPool, HTTPConnection, self.seconds),
            "https": _timed(HTTPSConnectionPool, HTTPSConnection, self.seconds),
        }


def _timed(pool: type[HTTPConnectionPool], connection: type[HTTPConnection], seconds: float) -> type[HTTPConnectionPool]:
    def getresponse(self: Any) -> HTTPResponse:
        over = Event()
        timer = Timer(seconds, _end, [self.sock, over])
        timer.daemon = True
        timer.start()
        try:
            answer: HTTPResponse = connection.getresponse(self)
        except (OSError, HTTPException):
            if over.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
        if over.is_set():
            answer.close()
            raise TimeoutError
        return answer

    timed = type("TimedConnection", (connection,), {"getresponse": getresponse})
    return type("TimedPool", (pool,), {"ConnectionCls": timed})


def _end(connection: socket.socket, over: Event) -> None:
    over.set()
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
