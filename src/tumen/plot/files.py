"""Files from charts: SVG and PNG without a browser, and HTML that works without a network."""

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
_LESS_THAN: Final = "\U000f003c"  # a private-use character, which no script contains


def save(chart: alt.TopLevelMixin, out: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write a chart to a file: SVG, PNG (two pixels per point) or HTML, by the ending of its name.

    The file is complete, or it is not written and an earlier one stays.

    Args:
        chart: A chart of `tumen.plot`, or any other Altair chart.
        out: Path of the file, ending with .svg, .png or .html.
        overwrite: Whether to replace a file that exists.

    Returns:
        The path of the file.

    Raises:
        TumenError: The name has another ending, the file exists and `overwrite` is false, or it
            could not be written.

    Examples:
        >>> tumen.plot.save(tumen.plot.network(tumen.open()), "network.png")

    """
    path = check_path(out, overwrite=overwrite)
    content = render(chart.to_dict(), path.suffix)
    try:
        atomic.replace(path, content)
    except OSError as error:
        raise TumenError(f"{path} could not be written: {error.strerror}.") from error
    return path


def check_path(out: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Return the path of a picture.

    Raises:
        TumenError: `save` would refuse to write it.

    """
    path = Path(out)
    if path.suffix not in FORMATS:
        raise TumenError(
            f"{path} is not the name of a picture; "
            f"end it with {', '.join(FORMATS[:-1])} or {FORMATS[-1]}."
        )
    atomic.refuse_present(path, overwrite=overwrite)
    return path


def render(spec: dict[str, Any], suffix: str) -> bytes:
    """Return a Vega-Lite specification as the content of a file with this ending."""
    if suffix == ".png":
        return bytes(vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=_SCALE))
    if suffix == ".svg":
        return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)).encode()
    return _page(spec).encode()


def _page(spec: dict[str, Any]) -> str:
    """Return an HTML page whose script contains no `<` of the specification.

    So no text of it can end the script and become markup.
    """
    # The library writes the specification into a script. A placeholder passes through it unchanged.
    safe = json.loads(json.dumps(spec).replace("<", _LESS_THAN))
    page = str(vl_convert.vegalite_to_html(safe, vl_version=VEGA_LITE, bundle=True))
    return page.replace(_LESS_THAN, "\\u003c")
