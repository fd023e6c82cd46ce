"""The front page: what the dataset is, what it holds, how to cite it, where to download it; HTML that needs no script."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from tumen import catalog
from tumen.names import KEYS
from tumen.notebook import linked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tumen.site.downloads import Download
    from tumen.snapshot import Snapshot


def page(ds: Snapshot, downloads: Iterable[Download]) -> str:
    """Return index.html of a snapshot and what can be downloaded."""
    described = catalog.describe(ds.folder)
    licence = described["licenses"][0]
    template = Template(files("tumen.site").joinpath("assets", "index.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(described["title"]),
        description=escape(described["description"]),
        release=escape(ds.release),
        created=escape(described["created"][:10]),
        counts="".join(_count(name, rows) for name, rows in ds.heights().items() if rows),
        coverage="".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _coverage(ds)),
        citation=escape(citation(ds)),
        licence=linked(licence["path"], licence["title"]),
        downloads="".join(map(_download, downloads)),
    )


def citation(ds: Snapshot) -> str:
    """Return how to cite the release in a text."""
    described = catalog.describe(ds.folder)
    created = described["created"][:10]
    licence = described["licenses"][0]["name"]
    return f"The Tumen curators ({created[:4]}). {described['title']}. Release {ds.release}, {created}. {licence}."


def _coverage(ds: Snapshot) -> list[tuple[str, str]]:
    events, sources = ds.timeline(), ds.sources.collect()
    span = f"{events['start_date'].min()} to {events['end_date'].max()}" if events.height else "none"
    published = sources["published"].drop_nulls()
    return [
        ("Events and claims", span),
        ("Documents published", f"{published.min()} to {published.max()}" if published.len() else "undated"),
        ("Languages of documents", ", ".join(sources["language"].unique().sort().cast(str))),
        ("Publishers", f"{sources['publisher_id'].n_unique():,}"),
    ]


def _count(name: str, rows: int) -> str:
    shown = escape(name.replace("_", " "))
    browsed = f'<a href="#/records/{escape(name)}">{shown}</a>' if name in KEYS else shown
    return f"<li><b>{rows:,}</b> {browsed}</li>"


def _download(one: Download) -> str:
    name = f'<a href="{escape(one.address, quote=True)}" download>{escape(one.path.name)}</a>'
    size, digest = f"{one.size:,}", f"<code>{escape(one.digest)}</code>"
    return f"<tr><td>{name}</td><td>{escape(one.title)}</td><td class=number>{size}</td><td>{digest}</td></tr>"
