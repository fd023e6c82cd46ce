"""Build of the web site of a snapshot, complete or not at all.

The front page is HTML that needs no script.
"""

from __future__ import annotations

import json
import shutil
from html import escape
from importlib.resources import as_file, files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import vl_convert

from tumen._system import atomic
from tumen.display import html_link
from tumen.errors import TumenError
from tumen.plot.files import VEGA_LITE
from tumen.site import data as site_data
from tumen.site import downloads
from tumen.table_names import KEYS

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Iterable

    from tumen.site.downloads import Download
    from tumen.snapshot import Snapshot


def front_page(ds: Snapshot, downloads: Iterable[Download]) -> str:
    """Return the index.html of a snapshot and its downloads."""
    description = ds.description
    licence = description["licenses"][0]
    template = Template(
        files("tumen.site").joinpath("assets", "index.html").read_text(encoding="utf-8")
    )
    return template.substitute(
        title=escape(description["title"]),
        description=escape(description["description"]),
        release=escape(ds.release),
        created=escape(description["created"][:10]),
        counts="".join(_count(name, rows) for name, rows in ds.heights().items() if rows),
        coverage="".join(
            f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _coverage(ds)
        ),
        citation=escape(ds.cite()),
        licence=html_link(licence["path"], licence["title"]),
        downloads="".join(map(_download, downloads)),
    )


def _coverage(ds: Snapshot) -> list[tuple[str, str]]:
    events, sources = ds.timeline(), ds.sources.collect()
    languages = sources["language"].cast(pl.String).unique().sort().to_list()
    return [
        ("Events and claims", _span([*events["start_date"], *events["end_date"]])),
        ("Documents published", _span(sources["published"].drop_nulls().to_list())),
        ("Languages of documents", ", ".join(languages)),
        ("Publishers", f"{sources['publisher_id'].n_unique():,}"),
    ]


def _span(days: list[dt.date]) -> str:
    return f"{min(days).isoformat()} to {max(days).isoformat()}" if days else "none"


def _count(name: str, rows: int) -> str:
    label = escape(name.replace("_", " "))
    link = f'<a href="#/records/{escape(name)}">{label}</a>' if name in KEYS else label
    return f"<li><b>{rows:,}</b> {link}</li>"


def _download(download: Download) -> str:
    name = f'<a href="{escape(download.url, quote=True)}" download>{escape(download.name)}</a>'
    title, size, digest = escape(download.title), f"{download.size:,}", escape(download.digest)
    return (
        f"<tr><td>{name}</td><td>{title}</td>"
        f"<td class=number>{size}</td><td><code>{digest}</code></td></tr>"
    )


SCRIPTS: Final = (
    "dom",
    "store",
    "chart_rows",
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
_SITE_FILES: Final = {
    "index.html",
    "explorer.js",
    "explorer.css",
    "data",
    "vendored",
    "downloads",
    ".DS_Store",
}
"""What a folder with a site contains. macOS leaves the last one in folders that were opened."""
_FIRST_BYTES: Final = b'tumen.receive("release", '
"""The first bytes of `data/release.js`, which only a site of ours has."""


def build(ds: Snapshot, out: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write the web site of a snapshot.

    Args:
        ds: A whole release. The page can show any date itself, so a view on a date is refused.
        out: Folder to write. A folder that exists is replaced if it is empty, or if it is a site
            and `overwrite` is set.
        overwrite: Whether to replace a site.

    Returns:
        The folder.

    Raises:
        TumenError: The folder contains anything but a site, the snapshot is a view on a date, or
            the site could not be written. What was in the folder then stays.

    """
    target = Path(out)
    if ds.known_by is not None:
        raise TumenError(
            "a site shows a whole release, and has a date picker of its own; "
            "open the release without known_by."
        )
    _refuse_other_folder(target, overwrite=overwrite)
    place = target.resolve()
    draft = place.with_name(f".{place.name}.draft")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        _write_site(ds, draft)
        if not (place.exists() and atomic.exchange_paths(draft, place)):
            shutil.rmtree(place, ignore_errors=True)
            draft.rename(place)
    except OSError as error:
        raise TumenError(f"{target} could not be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _refuse_other_folder(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        present = {path.name for path in target.iterdir()}
        if present and not _is_site(target):
            raise TumenError(
                f"{target} contains other files; name a new folder, so that nothing is lost."
            )
        if present and not overwrite:
            raise TumenError(
                f"{target} contains a site; name another folder, or replace it with --overwrite."
            )
        if unknown := sorted(present - _SITE_FILES):
            raise TumenError(
                f"{target} contains {unknown[0]!r}, which is not part of a site; "
                "move it, so that it is not lost."
            )
    elif target.exists():
        raise TumenError(f"{target} is a file; name a folder.")


def _is_site(folder: Path) -> bool:
    try:
        with (folder / "data" / "release.js").open("rb") as file:
            return file.read(len(_FIRST_BYTES)) == _FIRST_BYTES
    except OSError:
        return False


def _write_site(ds: Snapshot, folder: Path) -> None:
    folder.mkdir(parents=True)
    with as_file(files("tumen.site").joinpath("assets")) as assets:
        shutil.copytree(assets / "vendored", folder / "vendored")
        shutil.copyfile(assets / "explorer.css", folder / "explorer.css")
    _write_text(folder / "explorer.js", script())
    _write_text(folder / "vendored" / "vega.js", vega())
    data = folder / "data"
    for name, bundle in site_data.BUNDLES.items():
        _write_data(data, name, bundle(ds))
    _write_data(data, "history", site_data.history(ds))
    _write_data(data, "charts", site_data.specifications())
    _write_data(data, "world", site_data.world())
    _write_data(data, "release", _release(ds))
    offered = downloads.write(ds, folder / "downloads" / ds.release)
    _write_text(folder / "index.html", front_page(ds, offered))


def script() -> str:
    """Return the scripts of the page joined in one.

    Each has a scope of its own, and they share the object `tumen`.
    """
    folder = files("tumen.site").joinpath("scripts")
    texts = (folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    parts = (f"(function (tumen) {{\n{text}}})(window.tumen);\n" for text in texts)
    return '"use strict";\nwindow.tumen = {};\n' + "".join(parts)


def vega() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script that defines `vegaEmbed`."""
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)
    return f"(function () {{\n{bundle}\n}})();\n"


def _release(ds: Snapshot) -> dict[str, Any]:
    description = ds.description
    return {
        "version": ds.release,
        "date": description["created"][:10],
        "title": description["title"],
    }


def _write_data(folder: Path, name: str, value: Any) -> None:
    # A script, not JSON: a page that was opened from a folder may not fetch files.
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    _write_text(folder / f"{name}.js", f"tumen.receive({json.dumps(name)}, {content});\n")


def _write_text(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")
