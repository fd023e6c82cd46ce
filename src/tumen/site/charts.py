"""The charts of the page: the marks of `tumen.plot` over data that the page fills in."""

from __future__ import annotations

from typing import Any

import altair as alt

from tumen.plot import disagreements_chart, map_chart, network_chart, series_chart, timeline_chart


def specifications() -> dict[str, dict[str, Any]]:
    """Return a Vega-Lite specification per view, over named data that the page fills in.

    The data is named `rows`, and for some views `links`, `nodes` or `world`.
    """
    rows = alt.NamedData("rows")
    world = alt.NamedData("world", format=alt.TopoDataFormat(type="topojson", feature="countries"))
    charts: dict[str, Any] = {
        "timeline": timeline_chart.marks(rows).interactive(bind_y=False),
        "series": series_chart.marks(rows),
        "disagreements": disagreements_chart.marks(rows),
        "network": network_chart.marks(alt.NamedData("links"), alt.NamedData("nodes")),
        "map": map_chart.marks(rows, world),
    }
    return {name: _bare(chart.to_dict()) for name, chart in charts.items()}


def world() -> dict[str, Any]:
    """Return the outlines of the countries."""
    return map_chart.countries()


def _bare(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification without the style of print, which the page replaces by its own."""
    return {name: value for name, value in spec.items() if name not in ("config", "background")}
