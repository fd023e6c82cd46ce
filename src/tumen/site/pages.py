"""The front page: what the dataset contains, how to cite it and where to download it.

It is HTML that needs no script.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import polars as pl

from tumen.display import html_link
from tumen.table_names import KEYS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tumen.site.downloads import Download
    from tumen.snapshot import Snapshot


def page(ds: Snapshot, downloads: Iterable[Download]) -> str:
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
