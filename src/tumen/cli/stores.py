"""Commands for stores: fetch releases into the cache, and sign what is published. See `tumen.stores`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tumen import _extras
from tumen.cli.options import App, AsFrame, FrameFormat, print_frame, say
from tumen.errors import TumenError
from tumen.release.index import INDEX

app = App()

Store = Annotated[
    str | None,
    typer.Option(
        help="A folder, https:// or s3:// address.",
        metavar="ADDRESS",
        envvar="TUMEN_STORE",
        show_envvar=True,
    ),
]


@app.command()
def fetch(
    versions: Annotated[
        list[str] | None, typer.Argument(metavar="VERSION", help="Releases to fetch.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Fetch all that were not withdrawn.")
    ] = False,
    store: Store = None,
) -> None:
    """Fetch releases that the package does not hold into the cache, prove every file, and mend those that are damaged.

    Example: `tumen fetch 2026.12.0 --store https://example.org/tumen`
    """
    _extras.require("fetch", "tumen fetch")
    from tumen.release import catalog  # noqa: PLC0415
    from tumen.stores import fetch as stores_fetch  # noqa: PLC0415

    if bool(versions) == everything:
        raise TumenError(
            "name the releases to fetch, as in tumen fetch 2026.12.0, or all of them: tumen fetch --all"
        )
    if store is None:
        raise TumenError("name the store to fetch from: --store ADDRESS, or TUMEN_STORE.")
    own = {entry["version"]: entry for entry in catalog.index(catalog.folder())}
    listed = (
        own.values()
        if versions and own.keys() >= set(versions)
        else stores_fetch.available(store, own)
    )
    for version in versions or [entry["version"] for entry in listed if not entry.get("withdrawn")]:
        if catalog.is_bundled(version):
            say(f"{version}: in the package")
        else:
            say(f"{version}: {stores_fetch.fetch(*stores_fetch.entry(version, store, own))}")


@app.command(name="releases")
def list_releases(store: Store = None, form: AsFrame = FrameFormat.table) -> None:
    """Print the releases of the package and of the store, oldest first.

    Example: `tumen releases --store https://example.org/tumen`
    """
    import tumen  # noqa: PLC0415

    print_frame(tumen.releases(store=store), form)


@app.command()
def sign(
    key: Annotated[Path, typer.Argument(help="Your secret key, as `minisign -G` writes it.")],
    releases: Annotated[Path, typer.Option(help="Folder of the releases.")] = Path("releases"),
) -> None:
    """Sign the index of the releases, for a store, after every release in it has been verified.

    Example: `tumen sign ~/.minisign/minisign.key`
    """
    _extras.require("fetch", "tumen sign")
    _extras.require("check", "tumen sign")
    from tumen.publishing import verify  # noqa: PLC0415
    from tumen.stores import signing  # noqa: PLC0415

    if not (releases / INDEX).is_file():
        raise TumenError(f"{releases} is not a folder of releases.")
    faults = verify.verify(releases)
    if faults:
        for fault in faults:
            say(fault)
        say(f"{len(faults)} faults; nothing was signed")
        raise typer.Exit(1)
    signature, public = signing.sign(
        releases, key, lambda: typer.prompt("Password", hide_input=True, err=True)
    )
    say(f"{signature}: signed; it is proven by the public key\n{public}")
