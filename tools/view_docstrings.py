"""An extension of griffe: a method of `Snapshot` that calls a view is documented by the view.

The docstring of such a method names the view (``see `tumen.views.series` ``), whose own says more.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any, Final

import griffe

_SEE: Final = re.compile(r": see `(?P<module>tumen\.views\.\w+)`")
_EXTRA: Final = re.compile(r"tumen\[\w+\]")


def documented(text: str, name: str) -> str:
    """Return the docstring of the view that a docstring names, or the docstring itself."""
    view = _SEE.search(text)
    if view is None:
        return text
    whole = inspect.getdoc(getattr(importlib.import_module(view["module"]), name)) or text
    extra = _EXTRA.search(text)
    return f"{whole}\n\nNeeds `{extra[0]}`." if extra else whole


class ViewDocstrings(griffe.Extension):
    """Replaces the docstrings of methods that call a view."""

    def on_function_instance(self, *, func: griffe.Function, **_: Any) -> None:
        """Give a function the docstring of the view that its own names."""
        if func.docstring is not None:
            func.docstring.value = documented(func.docstring.value, func.name)
