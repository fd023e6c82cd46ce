"""Charts of the views: a snapshot in, an Altair chart out. Needs tumen[plot].

    tumen.plot.timeline(ds, actor="sergei-shoigu")     every dated event and claim, a row per table
    tumen.plot.series(ds, "casualties")                the figures of each estimator, with bounds
    tumen.plot.disagreements(ds)                       who contradicts whom
    tumen.plot.network(ds)                             who met whom
    tumen.plot.map(ds)                                 where events took place

The title of each chart says what it shows, in which unit, and from which release and date.
`tumen.plot.save(chart, "picture.svg")` writes it as SVG, PNG, or HTML that needs no network.
"""

from __future__ import annotations

from tumen import _extras

_extras.require("plot", "tumen.plot")

from tumen.plot.disagreements_chart import disagreements  # noqa: E402
from tumen.plot.files import save  # noqa: E402
from tumen.plot.map_chart import map  # noqa: E402, A004
from tumen.plot.network_chart import network  # noqa: E402
from tumen.plot.series_chart import series  # noqa: E402
from tumen.plot.timeline_chart import timeline  # noqa: E402

__all__ = ["disagreements", "map", "network", "save", "series", "timeline"]
