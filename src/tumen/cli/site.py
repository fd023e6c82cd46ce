"""The command that builds the explorer, see `tumen.site`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003
from typing import Annotated

import typer

from tumen import _extras
from tumen.cli.options import App, Release, say

app = App()


@app.command()
def site(
    out: Annotated[
        Path, typer.Argument(help="Folder to write; a new one, or an empty one.", metavar="OUT")
    ],
    release: Release = None,
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a site that stands there.")
    ] = False,
) -> None:
    """Build a static web site of a release: overview, timeline, estimates, disagreements, network, map, records.

    It needs no server: open OUT/index.html in a browser, or copy OUT to any web host.

    Example: `tumen site explorer`
    """
    _extras.require("site", "tumen site")
    import tumen  # noqa: PLC0415
    from tumen.site.build import build  # noqa: PLC0415

    folder = build(tumen.open(release=release), out, overwrite=overwrite)
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    say(f"{folder / 'index.html'}: {len(sizes)} files, {sum(sizes)} bytes")
