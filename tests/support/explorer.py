"""The explorer in a real browser: a site built once, served from loopback, and Chromium."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import temporary
import two_releases
from playwright.sync_api import sync_playwright

import tumen
from tumen.site.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

VIEWS = ("timeline", "estimates", "disagreements", "network", "map", "records", "codebook", "rules")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@cache
def folder() -> Path:
    """Return the site of the newer of the two releases."""
    with two_releases.opened():
        return build(tumen.open(), temporary.folder("site") / "site")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print nothing."""


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve a folder on a free port of loopback, and yield its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; `make test-site` installs it."""
    program = shutil.which("chromium")
    assert program, "Chromium is not installed: make test-site"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


class Witness:
    """What went wrong on a page: console errors, exceptions, requests to other hosts."""

    def __init__(self, page: Page, home: str) -> None:
        self.faults: list[str] = []
        page.on(
            "console",
            lambda message: (
                self.faults.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((home, "data:")) else self.faults.append(request.url)
            ),
        )


def go(page: Page, home: str, view: str) -> None:
    """Open a view and wait until it is drawn."""
    page.goto(f"{home}#/{view}")
    settled(page)


def settled(page: Page) -> None:
    """Wait until the current view is drawn."""
    page.wait_for_selector("#view > div:not([aria-busy])", state="attached")
