"""Charts to files: SVG and PNG without a browser, HTML that works without a network; whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import vl_convert

from tumen._system import atomic
from tumen.errors import TumenError

if TYPE_CHECKING:
    import os

FORMATS: Final = (".svg", ".png", ".html")
VEGA_LITE: Final = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
_SCALE = 2
_LESS_THAN: Final = "\U000f003c"  # a character of private use, which stands in no script


def save(chart: alt.TopLevelMixin, out: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write a chart as .svg, .png (at two pixels a point) or .html, by the name of the file, and return its path.

    Raises `TumenError` for another ending, where the file exists and `overwrite` is not set, or where it cannot be written; what
    stood there then stays.
    """
    path = writable(out, overwrite=overwrite)
    content = rendered(chart.to_dict(), path.suffix)
    try:
        atomic.replace(path, content)
    except OSError as error:
        raise TumenError(f"{path} could not be written: {error.strerror}.") from error
    return path


def writable(out: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Return the path of a picture; raises `TumenError` where `save` would not write it."""
    path = Path(out)
    if path.suffix not in FORMATS:
        raise TumenError(
            f"{path} is no name of a picture; end it with {', '.join(FORMATS[:-1])} or {FORMATS[-1]}."
        )
    atomic.refuse_present(path, overwrite=overwrite)
    return path


def rendered(spec: dict[str, Any], suffix: str) -> bytes:
    """Return a Vega-Lite specification as the bytes of a file."""
    if suffix == ".png":
        return bytes(vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=_SCALE))
    if suffix == ".svg":
        return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)).encode()
    return _page(spec).encode()


def _page(spec: dict[str, Any]) -> str:
    """Return a page whose script holds the specification with no `<`, so that no text of it ends the script and becomes markup."""
    marked = json.loads(json.dumps(spec).replace("<", _LESS_THAN))
    page = str(vl_convert.vegalite_to_html(marked, vl_version=VEGA_LITE, bundle=True))
    return page.replace(_LESS_THAN, "\\u003c")
