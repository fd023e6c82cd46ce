"""Citations as BibTeX in UTF-8: `@misc` entries that classic BibTeX sets, with a `date` that biblatex reads too.

What has no date has neither `year` nor `date`, since neither takes words; biblatex then prints its own for that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tumen.citations.references import MONTHS

if TYPE_CHECKING:
    from tumen.citations.references import Work

_SPECIAL: Final = {
    "\\": "{\\textbackslash}",
    "{": "{\\textbraceleft}",
    "}": "{\\textbraceright}",
    "&": "\\&",
    "%": "\\%",
    "$": "\\$",
    "#": "\\#",
    "_": "\\_",
    "~": "{\\textasciitilde}",
    "^": "{\\textasciicircum}",
}
_ESCAPED: Final = re.compile(r"[\\{}&%$#_~^]")
_UNSAFE_IN_URL: Final = re.compile(r'[\\{}"<>^`|\s]')


def rendered(works: list[Work]) -> str:
    """Return an entry a work, the keys as permanent as the ids."""
    return "\n".join(map(_entry, works))


def _entry(work: Work) -> str:
    fields = {
        "author": f"{{{_escaped(work.author)}}}",
        "title": f"{{{_escaped(work.title)}}}",
        "howpublished": _howpublished(work),
        **_dated(work),
        "url": _UNSAFE_IN_URL.sub(
            lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), work.url
        )
        if work.url
        else None,
        "language": work.language,
        "note": _escaped(work.note) if work.note else None,
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    ]
    return f"@misc{{{work.key},\n{''.join(lines)}}}\n"


def _howpublished(work: Work) -> str | None:
    if work.kind == "release":
        return _escaped(f"Dataset, release {work.release}, {work.licence}")
    if work.kind == "record":
        happened = f" ({work.happened.said()})" if work.happened else ""
        return _escaped(
            f"Record {work.record_id}{happened} in {work.holder}, release {work.release}"
        )
    return None


def _dated(work: Work) -> dict[str, str]:
    if work.published is None:
        return {}
    parts = work.published.parts
    dated = {"year": str(parts[0]), "date": "-".join(f"{part:02d}" for part in parts)}
    return dated | ({"month": MONTHS[parts[1] - 1][:3].lower()} if len(parts) > 1 else {})


def _escaped(text: str) -> str:
    """Return text that LaTeX prints as it stands, on one line, since some readers take any line that begins with @ for an entry.

    Braces are spelled out, since BibTeX counts them even where they are escaped.
    """
    return _ESCAPED.sub(lambda match: _SPECIAL[match[0]], " ".join(text.splitlines()))
