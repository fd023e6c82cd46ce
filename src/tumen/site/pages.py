"""The front page: what the dataset is, what it holds, how to cite it, where to download it; HTML that needs no script."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import polars as pl

from tumen.display import linked
from tumen.table_names import KEYS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tumen.site.downloads import Download
    from tumen.snapshot import Snapshot


def page(ds: Snapshot, downloads: Iterable[Download]) -> str:
    """Return index.html of a snapshot and what can be downloaded."""
    described = ds.description
    licence = described["licenses"][0]
    template = Template(
        files("tumen.site").joinpath("assets", "index.html").read_text(encoding="utf-8")
    )
    return template.substitute(
        title=escape(described["title"]),
        description=escape(described["description"]),
        release=escape(ds.release),
        created=escape(described["created"][:10]),
        counts="".join(_count(name, rows) for name, rows in ds.heights().items() if rows),
        coverage="".join(
            f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _coverage(ds)
        ),
        citation=escape(ds.cite()),
        licence=linked(licence["path"], licence["title"]),
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
    shown = escape(name.replace("_", " "))
    browsed = f'<a href="#/records/{escape(name)}">{shown}</a>' if name in KEYS else shown
    return f"<li><b>{rows:,}</b> {browsed}</li>"


def _download(one: Download) -> str:
    name = f'<a href="{escape(one.address, quote=True)}" download>{escape(one.name)}</a>'
    size, digest = f"{one.size:,}", f"<code>{escape(one.digest)}</code>"
    return f"<tr><td>{name}</td><td>{escape(one.title)}</td><td class=number>{size}</td><td>{digest}</td></tr>"
