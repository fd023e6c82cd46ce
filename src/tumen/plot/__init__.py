"""Pictures of the views: a snapshot in, an Altair chart out.

    tumen.plot.timeline(ds, actor="sergei-shoigu")     every dated event and claim, a lane per table
    tumen.plot.series(ds, "casualties")                what each estimator said, bounds kept, with the envelope
    tumen.plot.disagreements(ds)                       who contradicts whom
    tumen.plot.network(ds)                             who met whom
    tumen.plot.map(ds)                                 where it took place

Each says in its title what it shows, in which unit, of which release and day. `tumen.plot.save(chart, "picture.svg")` writes it as
SVG, PNG, or HTML that needs no network. All of it needs tumen[plot].
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
