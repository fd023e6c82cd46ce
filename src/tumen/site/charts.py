"""The charts of the page: the marks of `tumen.plot` over data that the page names and fills."""

from __future__ import annotations

from typing import Any

import altair as alt

from tumen.plot import claims, lanes, links, outline, pairs


def specifications() -> dict[str, dict[str, Any]]:
    """Return a Vega-Lite specification per view, over the named data `rows` (and `links`, `nodes`, `world`)."""
    rows = alt.NamedData("rows")
    world = alt.NamedData("world", format=alt.TopoDataFormat(type="topojson", feature="countries"))
    charts: dict[str, Any] = {
        "timeline": lanes.marks(rows).interactive(bind_y=False),
        "series": claims.marks(rows),
        "disagreements": pairs.marks(rows),
        "network": links.marks(alt.NamedData("links"), alt.NamedData("nodes")),
        "map": outline.marks(rows, world),
    }
    return {name: _bare(chart.to_dict()) for name, chart in charts.items()}


def world() -> dict[str, Any]:
    """Return the outlines of the countries."""
    return outline.countries()


def _bare(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification without the look of print, which the page replaces by its own."""
    return {name: value for name, value in spec.items() if name not in ("config", "background")}
