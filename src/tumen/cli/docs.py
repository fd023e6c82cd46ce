"""The command that prints the documentation, which the package contains as Markdown."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tumen.cli.options import App, console, say
from tumen.errors import UnknownNameError

app = App()


@app.command()
def docs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="PAGE", help="Page to print.", show_default="a list of pages"),
    ] = None,
) -> None:
    """Print a page of the documentation that the package contains.

    Example: `tumen docs quickstart`
    """
    pages = _pages()
    if name is None:
        for page, path in pages.items():
            say(f"{page:<28} {_title(path)}")
        return
    wanted = name.removesuffix(".md")
    if wanted not in pages:
        pages |= {page.rpartition("/")[2]: path for page, path in pages.items()}
    if wanted not in pages:
        raise UnknownNameError("page", name, pages)
    text = pages[wanted].read_text(encoding="utf-8")
    if sys.stdout.isatty():
        from rich.markdown import Markdown  # noqa: PLC0415

        console().print(Markdown(text, code_theme="ansi_dark"))
    else:
        say(text, nl=False)


def _pages() -> dict[str, Path]:
    """Return the pages by their paths among the documents, without the ending."""
    folder = Path(__file__).parents[1] / "documents"
    paths = sorted(folder.rglob("*.md"))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in paths}


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().removeprefix("# ").strip()
