"""The list of views: pure functions from the tables of a release to a frame.

`Snapshot` has a method for each, with the same parameters, and the command line a command. A test
compares them. SQL offers the views that need no argument.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

from tumen.views.accounts import accounts
from tumen.views.disagreements import disagreements
from tumen.views.meetings import network, visits
from tumen.views.publication import acknowledgement, first_known, known
from tumen.views.series import envelope, series
from tumen.views.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    View = Callable[..., pl.LazyFrame]

VIEWS: Final[dict[str, View]] = {
    view.__name__: view
    for view in (
        timeline,
        series,
        envelope,
        disagreements,
        accounts,
        known,
        first_known,
        acknowledgement,
        visits,
        network,
    )
}
"""The views by name; the first parameter of each is the tables."""


def parameters(view: View) -> list[inspect.Parameter]:
    """Return the parameters of a view except the tables."""
    return list(inspect.signature(view).parameters.values())[1:]


def needs_argument(view: View) -> bool:
    """Return whether a view cannot be called with the tables alone."""
    return any(parameter.default is parameter.empty for parameter in parameters(view))
