"""A snapshot to a folder that is a web site: whole or not at all."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import vl_convert

from tumen._system import atomic
from tumen.errors import TumenError
from tumen.plot.files import VEGA_LITE
from tumen.site import charts, downloads, history, pages
from tumen.site import data as site_data

if TYPE_CHECKING:
    import os

    from tumen.snapshot import Snapshot

SCRIPTS: Final = (
    "dom",
    "store",
    "clock",
    "charts",
    "tables",
    "forms",
    "citing",
    "timeline",
    "estimates",
    "disagreements",
    "network",
    "map",
    "records",
    "record",
    "search",
    "codebook",
    "rules",
    "router",
)
_HELD: Final = {
    "index.html",
    "explorer.js",
    "explorer.css",
    "data",
    "vendored",
    "downloads",
    ".DS_Store",
}
"""What a folder with a site holds; the last is left by who looked into it on a Mac."""
_MARK: Final = b'tumen.receive("release", '
"""How `data/release.js` begins, which nothing but a site of ours has."""


def build(ds: Snapshot, out: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write the site of a snapshot and return its folder.

    A folder that exists is replaced if it is empty, or if `overwrite` is set and it is a site and nothing beside. Raises
    `TumenError` where it is something else, where the snapshot is a view on a day (the page has a clock of its own), or where it
    cannot be written; what stood there then stays.
    """
    target = Path(out)
    if ds.known_by is not None:
        raise TumenError(
            "a site holds a whole release, and moves the clock itself; open the release without known_by."
        )
    _refuse_other(target, overwrite=overwrite)
    place = target.resolve()
    draft = place.with_name(f".{place.name}.draft")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        _fill(ds, draft)
        if not (place.exists() and atomic.exchange_paths(draft, place)):
            shutil.rmtree(place, ignore_errors=True)
            draft.rename(place)
    except OSError as error:
        raise TumenError(f"{target} could not be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _refuse_other(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        held = {path.name for path in target.iterdir()}
        if held and not _is_site(target):
            raise TumenError(
                f"{target} holds other files; name a new folder, so that nothing is lost."
            )
        if held and not overwrite:
            raise TumenError(f"{target} holds a site; name another folder, or say --overwrite.")
        if strange := sorted(held - _HELD):
            raise TumenError(
                f"{target} holds {strange[0]!r} beside a site; move it away, so that it is not lost."
            )
    elif target.exists():
        raise TumenError(f"{target} is a file; name a folder.")


def _is_site(folder: Path) -> bool:
    try:
        with (folder / "data" / "release.js").open("rb") as file:
            return file.read(len(_MARK)) == _MARK
    except OSError:
        return False


def _fill(ds: Snapshot, folder: Path) -> None:
    folder.mkdir(parents=True)
    with as_file(files("tumen.site").joinpath("assets")) as assets:
        shutil.copytree(assets / "vendored", folder / "vendored")
        shutil.copyfile(assets / "explorer.css", folder / "explorer.css")
    _text(folder / "explorer.js", script())
    _text(folder / "vendored" / "vega.js", vega())
    data = folder / "data"
    for name, bundle in site_data.BUNDLES.items():
        _data(data, name, bundle(ds))
    _data(data, "history", history.history(ds))
    _data(data, "charts", charts.specifications())
    _data(data, "world", charts.world())
    _data(data, "release", _release(ds))
    offered = downloads.write(ds, folder / "downloads" / ds.release)
    _text(folder / "index.html", pages.page(ds, offered))


def script() -> str:
    """Return the scripts of the page joined in one, each in a scope of its own with `tumen` to meet in."""
    folder = files("tumen.site").joinpath("scripts")
    parts = (
        f"(function (tumen) {{\n{folder.joinpath(f'{name}.js').read_text(encoding='utf-8')}}})(window.tumen);\n"
        for name in SCRIPTS
    )
    return '"use strict";\nwindow.tumen = {};\n' + "".join(parts)


def vega() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script that defines `vegaEmbed`."""
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)
    return f"(function () {{\n{bundle}\n}})();\n"


def _release(ds: Snapshot) -> dict[str, Any]:
    described = ds.description
    return {"version": ds.release, "date": described["created"][:10], "title": described["title"]}


def _data(folder: Path, name: str, value: Any) -> None:
    packed = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    _text(folder / f"{name}.js", f"tumen.receive({json.dumps(name)}, {packed});\n")


def _text(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")
