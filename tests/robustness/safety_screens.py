"""Texts that could be executed where they are shown: on a terminal, in a chart, on the site."""

from __future__ import annotations

import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Final

import explorer
import two_releases
from cli_process import on_terminal
from safety_pages import TEXTS
from trials import Row

import tumen
from tumen import plot
from tumen.site.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

VIEWS: Final = ("", *explorer.VIEWS, "mtg-0004", "pyongyang", "search?q=script")


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for each place where a text is shown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _terminal(folder, TEXTS if long else TEXTS[-2:])
        yield _charts(folder)
        yield _site(folder, in_browser=long)


def _terminal(folder: Path, texts: tuple[str, ...]) -> Row:
    bad, tried = [], 0
    for text in texts:
        quoted = "select '" + text.replace("'", "''") + "' as x"
        for form in ("table", "csv", "md"):
            shown = on_terminal("sql", "--format", form, "--", quoted, folder=folder)
            tried += 1
            if any(order in shown for order in ("\x1b]", "\x1b[2J", "\x07", "\u202e")):
                bad.append(f"{form}: {text!r}")
    happened = (
        f"raw: {bad[0]}"
        if bad
        else "control characters and marks of direction are shown as escapes"
    )
    return Row(
        "orders to a terminal in a cell", "a pseudo-terminal", tried, happened, sound=not bad
    )


class _Markup(HTMLParser):
    """The elements of a page, and the scripts in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.running: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and the scripts in its attributes."""
        self.elements.append(tag)
        loads = ("src", "href", "srcdoc", "action", "xlink:href")
        self.running += [f"{name}={value}" for name, value in attrs if name.startswith("on")]
        self.running += [
            f"{name}={value}"
            for name, value in attrs
            if name in loads and (value or "").startswith(("javascript:", "data:text"))
        ]


def _charts(folder: Path) -> Row:
    bad, tried = [], 0
    with two_releases.opened():
        for name in ("timeline", "disagreements", "network", "map"):
            for ending in ("svg", "html"):
                page = plot.save(
                    getattr(plot, name)(tumen.open()), folder / f"{name}.{ending}"
                ).read_text(encoding="utf-8")
                markup = _Markup(page)
                tried += 1
                if (
                    markup.running
                    or {"img", "b", "i"} & set(markup.elements)
                    or "<script>window.hurt" in page
                ):
                    bad.append(f"{name}.{ending}: {markup.running[:1] or 'elements of a text'}")
    happened = (
        f"broke out: {bad[0]}" if bad else "no element of a text, no handler, no address that runs"
    )
    return Row(
        "markup in every text of a chart", "SVG and HTML, parsed", tried, happened, sound=not bad
    )


def _site(folder: Path, *, in_browser: bool) -> Row:
    with two_releases.opened():
        site = build(tumen.open(), folder / "site")
    markup = _Markup((site / "index.html").read_text(encoding="utf-8"))
    bad = [*markup.running, *({"img", "i"} & set(markup.elements))]
    if in_browser:
        bad += _in_browser(site)
    how = "Chromium" if in_browser else "parsed"
    happened = f"ran: {bad[0]}" if bad else "nothing ran, nothing was loaded from elsewhere"
    return Row(
        "markup in every text of the site",
        how,
        len(VIEWS) if in_browser else 1,
        happened,
        sound=not bad,
    )


def _in_browser(site: Path) -> list[str]:
    with explorer.browser() as chromium, explorer.served(site) as home:
        page = chromium.new_page()
        witness = explorer.Witness(page, home)
        ran: list[str] = []
        for view in VIEWS:
            explorer.go(page, home, view) if view else page.goto(home)
            ran += [view] if page.evaluate("window.hurt") is not None else []
        return ran + witness.faults
