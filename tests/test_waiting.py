"""Who waits at a terminal sees what is checked; nobody else does, and nothing of it stays."""

from __future__ import annotations

import os
import pty
import subprocess
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from test_cli import TUMEN

from tumen.commands.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator


class Slow(BaseHTTPRequestHandler):
    """Answers that there is nothing, after a while."""

    def do_GET(self) -> None:
        time.sleep(PATIENCE + 1.5)
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


def run(path: str, terminal: int | None = None) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    command = (TUMEN, "check", path, "--table", "estimates")
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal or subprocess.PIPE, env=env, check=False)


def run_and_hang_up(path: str, terminal: int) -> None:
    run(path, terminal)
    os.close(terminal)


def shown(path: str) -> str:
    """Return what a terminal shows that is standard error alone."""
    screen, program = pty.openpty()
    shown = b""
    thread = Thread(target=run_and_hang_up, args=(path, program))
    thread.start()
    with suppress(OSError):  # how a closed terminal ends
        while part := os.read(screen, 4096):
            shown += part
    thread.join()
    os.close(screen)
    return shown.decode()


def test_a_long_run_shows_what_it_does_and_wipes_it() -> None:
    with slow() as path:
        seen = shown(path)
    before, _, after = seen.rpartition(f"checking {path}")
    assert before
    assert "0:00:0" in after
    assert f"\x1b[2Ktumen: {path} cannot be read: " in after


def test_no_line_in_a_pipe() -> None:
    with slow() as path:
        piped = run(path).stderr.decode()
    assert piped.startswith(f"tumen: {path} cannot be read: ")
    assert piped.count("\n") == 1
