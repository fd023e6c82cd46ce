"""Citations as BibTeX in UTF-8, also added to a file of yours.

The entries are `@misc`, which classic BibTeX prints, with a `date` that biblatex reads too. A work
without a date has neither `year` nor `date`, because neither takes words.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from tumen._system import atomic
from tumen.citations.references import MONTHS
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bibtexparser.model import Block, Entry

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
_SPECIAL_CHARACTER: Final = re.compile(r"[\\{}&%$#_~^]")
_UNSAFE_IN_URL: Final = re.compile(r'[\\{}"<>^`|\s]')
_LOGGER: Final = logging.getLogger("bibtexparser")


def to_bibtex(works: Sequence[Work]) -> str:
    """Return works as BibTeX, with an entry for each. The keys are as permanent as the ids."""
    return "\n".join(map(_to_entry, works))


def append_entries(path: Path, works: Sequence[Work]) -> int:
    """Add works to a BibTeX file, but those whose keys it has.

    What the file contains stays as it is, byte for byte.

    Args:
        path: The file; it is created if it does not exist.
        works: The works.

    Returns:
        How many entries were added.

    Raises:
        TumenError: The file is not BibTeX, or has one of the keys with other content. Nothing is
            written then.

    """
    if not path.parent.is_dir():
        raise TumenError(
            f"{path}: there is no folder {path.parent}; create it, or name another file."
        )
    atomic.refuse_present(path, overwrite=True)
    before = path.read_bytes() if path.exists() else None
    present = {entry.key.lower(): entry for entry in _read_entries(path, before or b"")}
    conflicts = "\n".join(
        conflict
        for work in works
        if (entry := present.get(work.key.lower()))
        if (conflict := _describe_conflict(path, entry, work))
    )
    if conflicts:
        raise TumenError(
            f"{conflicts}\nNothing was written. Remove these entries from {path} to get new ones,"
            " or name another file."
        )
    missing = [work for work in works if work.key.lower() not in present]
    if missing:
        atomic.replace_unchanged(path, before, _extend(before or b"", to_bibtex(missing)))
    return len(missing)


def _to_entry(work: Work) -> str:
    fields = {
        "author": f"{{{_escape(work.author)}}}",
        "title": f"{{{_escape(work.title)}}}",
        "howpublished": _describe_publication(work),
        **_date_fields(work),
        "url": _UNSAFE_IN_URL.sub(_percent_encode, work.url) if work.url else None,
        "language": work.language,
        "note": _escape(work.note) if work.note else None,
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    ]
    return f"@misc{{{work.key},\n{''.join(lines)}}}\n"


def _describe_publication(work: Work) -> str | None:
    if work.kind == "release":
        return _escape(f"Dataset, release {work.release}, {work.licence}")
    if work.kind == "record":
        happened = f" ({work.happened.in_english()})" if work.happened else ""
        place = f"Record {work.record_id}{happened} in {work.holder}"
        return _escape(f"{place}, release {work.release}")
    return None


def _date_fields(work: Work) -> dict[str, str]:
    if work.published is None:
        return {}
    parts = work.published.parts
    fields = {"year": str(parts[0]), "date": "-".join(f"{part:02d}" for part in parts)}
    if len(parts) > 1:
        fields["month"] = MONTHS[parts[1] - 1][:3].lower()
    return fields


def _percent_encode(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _escape(text: str) -> str:
    """Return text that LaTeX prints literally, on one line.

    Some readers take any line that begins with @ for an entry. Braces are spelled out, because
    BibTeX counts them even where they are escaped.
    """
    one_line = " ".join(text.splitlines())
    return _SPECIAL_CHARACTER.sub(lambda match: _SPECIAL[match[0]], one_line)


def _read_entries(path: Path, content: bytes) -> Iterator[Entry]:
    """Yield the entries of a BibTeX file, last first.

    Of equal keys, programs take the first entry, and so does a mapping made of these.
    """
    from bibtexparser.model import Entry, ParsingFailedBlock  # noqa: PLC0415

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TumenError(
            f"{path}:{line}: the file is not UTF-8; save it as UTF-8, or name another file."
        ) from None
    for block in reversed(_parse(text)):
        entry = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if entry is None:
            raise TumenError(
                f"{path}:{(block.start_line or 0) + 1}: this entry is not BibTeX; correct it, or"
                " name another file."
            )
        if isinstance(entry, Entry):
            yield entry


def _parse(text: str) -> list[Block]:
    from bibtexparser import entrypoint  # noqa: PLC0415

    level = _LOGGER.level
    _LOGGER.setLevel(logging.CRITICAL + 1)  # the error says what it would log
    try:
        return list(entrypoint.parse_string(text).blocks)
    finally:
        _LOGGER.setLevel(level)


def _describe_conflict(path: Path, entry: Entry, work: Work) -> str | None:
    """Return how an entry of the file differs from the work with its key; it may say more."""
    from bibtexparser import entrypoint  # noqa: PLC0415

    (expected,) = entrypoint.parse_string(to_bibtex([work])).entries
    present = {field.key.lower(): _on_one_line(field.value) for field in entry.fields}
    differing = [
        field.key
        for field in expected.fields
        if present.get(field.key) != _on_one_line(field.value)
    ]
    if not differing:
        return None
    line = (entry.start_line or 0) + 1
    return f"{path}:{line}: the file has {entry.key} with another {', '.join(differing)}."


def _on_one_line(value: object) -> str:
    return " ".join(str(value).split())


def _extend(before: bytes, added: str) -> bytes:
    """Return the content of a file with entries added after an empty line, with its line ends."""
    end = b"\r\n" if b"\r\n" in before else b"\n"
    body = before if not before or before.endswith(b"\n") else before + end
    return (body + end if before else b"") + added.encode().replace(b"\n", end)
