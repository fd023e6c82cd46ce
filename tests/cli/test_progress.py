"""Who waits at a terminal sees what is checked; nobody else does, and nothing of it stays."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from cli_process import on_terminal, tumen

from tumen.cli.check import DELAY

if TYPE_CHECKING:
    from collections.abc import Iterator


class Slow(BaseHTTPRequestHandler):
    """Answers that there is nothing, after a while."""

    def do_GET(self) -> None:
        time.sleep(DELAY + 1.5)
        self.send_error(404)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def slow() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield "http://{}:{}/a.parquet".format(*server.server_address)
        server.shutdown()


def test_a_long_run_shows_what_it_does_and_wipes_it_and_a_pipe_sees_nothing_of_it() -> None:
    with slow() as path, ThreadPoolExecutor() as pool:
        command = ("check", path, "--table", "estimates")
        shown, piped = pool.submit(on_terminal, *command), pool.submit(tumen, *command)
    before, _, after = shown.result().rpartition(f"checking {path}")
    assert before
    assert re.search(r"0:00:[0-9]{2}", after)
    assert f"\x1b[2Ktumen: {path} cannot be read: " in after
    said = piped.result().stderr
    assert said.startswith(f"tumen: {path} cannot be read: ")
    assert said.count("\n") == 1
