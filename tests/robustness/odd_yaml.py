"""Files that no curator would write, each with the finding that a check must report.

A finding is a place and a rule; harmless files have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Awkward(NamedTuple):
    """A file of a table, and the expected finding: `line:column CODE`, or nothing."""

    group: str
    name: str
    content: bytes
    says: str
    table: str = "places"


_PLACE: Final = "- id: moscow\n  name: {0}\n  kind: city\n  country: RU\n"
_LATITUDE: Final = "- {{longitude: 3, latitude: {0}}}\n"
_START: Final = "- start: {0}\n"
_FLAG: Final = "- participants: [{{principal: {0}}}]\n"

_NO_NUMBERS: Final = "1e400 .nan .inf -.inf 0x1F 1_000 010 0o17 +1 1. .5 1e5 12:30:45 yes \u0663"
_NO_DATES: Final = (
    "2025-02-30 2025-13-01 0000-01-01 2025-1-1 2025-02-29T00:00 ../2025-02-30 99999-01-01 20250101"
)
_NO_FLAGS: Final = "yes no on off True 1"
_NULLS: Final = "~ null Null"
_UNSEEN: Final = "0 7 1B 7F 9B AD 34F 61C 115F 200B 200D 202E 2060 2066 3164 FE0F FEFF FFFF E0041"
_BREAKS: Final = {"CR": "\r", "NEL": "\x85", "LS": "\u2028", "PS": "\u2029", "VT": "\v", "FF": "\f"}
_MIXED: Final = "M\u043escow \u041coscow Mosc\u03bfw \u041e'Brien M\u0430k-2"
_ONE_EACH: Final = (
    "\u041c\u043e\u0441\u043a\u0432\u0430 \ubaa8\uc2a4\ud06c\ubc14 T-72\u04113"
    " \u0391\u03b8\u03ae\u03bd\u03b1 Jos\u00e9"
)


def unread() -> Iterator[Awkward]:
    """Yield files that cannot be read as records."""
    for code in _UNSEEN.split():
        group = "a control or invisible character, or one that turns the direction"
        yield Awkward(
            group, f"U+{code}", _PLACE.format(f"Mos{chr(int(code, 16))}cow").encode(), "2:12 E002"
        )
    for name, char in _BREAKS.items():
        yield Awkward(
            "a line ended by CR, NEL, LS, PS, VT or FF",
            name,
            f"- id: moscow{char}  name: Moscow\n".encode(),
            "1:13 E002",
        )
    place = _PLACE.format("Moscow")
    for name, encoding, before in (
        ("UTF-8", "utf-8", "\ufeff"),
        ("UTF-16", "utf-16", ""),
        ("UTF-32", "utf-32", ""),
    ):
        yield Awkward("a byte order mark", name, (before + place).encode(encoding), "1:1 E002")
    yield Awkward("a byte order mark", "within", (place + "\ufeff" + place).encode(), "5:1 E002")
    other = "bytes that are not UTF-8: UTF-16, surrogates, overlong, cut off, `\\ud800`"
    yield Awkward(other, "UTF-16 unmarked", place.encode("utf-16-le"), "1:2 E002")
    yield Awkward(other, "CESU-8", b"- id: \xed\xa0\x80\xed\xb0\x80\n", "1:7 E002")
    yield Awkward(other, "overlong", b"- id: \xc0\x80\n", "1:7 E002")
    yield Awkward(other, "cut off", "- id: \u043c".encode()[:-1], "1:7 E002")
    yield Awkward(other, "an escape", rb'- id: "\ud800"' + b"\n", "1:10 E003")
    power = (
        "what YAML could do: tags, merge keys, aliases, documents, directives, tabs, lists as keys"
    )
    for name, text, says in (
        ("tab for a space", place.replace("  name", "\tname"), "2:1 E003"),
        ("merge key", "- <<: {a: b}\n  id: moscow\n", "1:3 E005"),
        ("tag", "- !!python/object/apply:os.system [id]\n", "1:3 E005"),
        ("verbatim tag", "!<tag:yaml.org,2002:python/none> []\n", "1:1 E005"),
        ("own tag", "%TAG ! tag:x,2000:\n---\n- id: !y moscow\n", "3:7 E005"),
        ("two documents", f"{place}---\n{place}", "5:1 E004"),
        ("another YAML", f"%YAML 9.9\n---\n{place}", "1:1 E003"),
        ("list as a key", "- [a]: b\n", "1:3 E008"),
        ("map as a key", "- {a: b}: c\n", "1:3 E008"),
        ("alias in itself", "- &a [*a]\n", "1:7 E005"),
        ("a field twice", f"{place}  name: Kyiv\n", "5:3 E006"),
    ):
        yield Awkward(power, name, text.encode(), says)
    bomb = "- &a [x, x]\n" + "".join(
        f"- &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)
    )
    yield Awkward("aliases that expand to 9^20 values", "bomb", bomb.encode(), "21:7 E005")


def read() -> Iterator[Awkward]:
    """Yield files that can be read, with values that are wrong or look wrong."""
    for text in _NO_NUMBERS.split():
        yield Awkward("an invalid number", text, _LATITUDE.format(text).encode(), "1:28 E102")
    for text in _NULLS.split():
        yield Awkward("a null in words", text, _LATITUDE.format(text).encode(), "1:28 E106")
    for text in _NO_DATES.split():
        yield Awkward(
            "an invalid date", text, _START.format(text).encode(), "1:10 E101", "meetings"
        )
    for text in _NO_FLAGS.split():
        yield Awkward(
            "an invalid boolean", text, _FLAG.format(text).encode(), "1:30 E105", "meetings"
        )
    for code in _UNSEEN.split():
        text = _PLACE.format(f'"Mos\\U{int(code, 16):08X}cow"')
        yield Awkward(
            "a control or invisible character, written as an escape",
            f"U+{code}",
            text.encode(),
            "2:9 E106",
        )
    looks = "a character that resembles another, in a name, a field, a code, an id"
    for text in _MIXED.split():
        yield Awkward(looks, ascii(text), _PLACE.format(text).encode(), "2:9 W211")
    for latin, other, says in (
        ("name:", "n\u0430me:", "2:3 E009"),
        ("city", "\u0441ity", "3:9 E103"),
        ("moscow", "m\u043escow", "1:7 E104"),
    ):
        yield Awkward(looks, ascii(other), _PLACE.format("x").replace(latin, other).encode(), says)
    for text in _ONE_EACH.split():
        yield Awkward(
            "another alphabet, which is fine", ascii(text), _PLACE.format(text).encode(), ""
        )


def large(million: int) -> Iterator[Awkward]:
    """Yield files that are checked one by one, and are large if `million` is large."""
    deep, wide = million // 10, 50 * million
    for opening in "[{":
        yield Awkward(f"{deep:,} levels of {opening}", "", (opening * deep).encode(), "1:1001 E003")
    yield Awkward(
        f"{deep:,} levels of [ within a field",
        "",
        ("- id: " + "[" * deep + "]" * deep).encode(),
        "1:1005 E003",
    )
    yield Awkward(f"{deep:,} levels of {{a:", "", ("{a: " * deep).encode(), "1:25 E008")
    yield Awkward(f"{deep:,} levels of - on a line", "", ("- " * deep).encode(), "1:13 E008")
    steps = "".join(" " * number + "a:\n" for number in range(3000))
    yield Awkward("3,000 levels of indentation", "", steps.encode(), "7:7 E008")
    yield Awkward(
        f"a text of {wide:,} characters",
        "",
        _PLACE.format("a" * wide).replace("RU", "XX").encode(),
        "4:12 E103",
    )
    yield Awkward(
        f"a code of {wide:,} characters",
        "",
        _PLACE.format("a").replace("city", "a" * wide).encode(),
        "3:9 E103",
    )
    yield Awkward(
        f"a number of {wide:,} digits", "", _LATITUDE.format("9" * wide).encode(), "1:28 E102"
    )
    yield Awkward(
        f"a field name of {wide:,} characters",
        "",
        f"- {'a' * wide}: b\n".encode(),
        f"1:{wide + 3} E003",
    )
    yield Awkward(f"a tag of {wide:,} characters", "", f"- !{'a' * wide} b\n".encode(), "1:3 E005")
    place = _PLACE.format("x").replace("city", "xx")
    yield Awkward(
        f"a comment of {wide:,} characters", "", f"#{'a' * wide}\n{place}".encode(), "4:9 E103"
    )
    names = ", ".join(f"a{number}" for number in range(million))
    yield Awkward(
        f"a list of {million:,} names",
        "",
        f"{place}  aliases: [{names}]\n".encode(),
        "3:9 E103",
        "actors",
    )
    names = ", ".join(f"a{number}: b" for number in range(million // 10))
    yield Awkward(
        f"a record of {million // 10:,} unknown fields", "", f"- {{{names}}}\n".encode(), "1:4 E009"
    )
    yield Awkward(f"{million:,} values for records", "", b"- x\n" * million, f"{million}:3 E007")
    yield Awkward(f"{million:,} control characters", "", b"\x01" * million, "1:1 E002")
    yield Awkward(
        "10,000 findings",
        "",
        b"- {id: A, name: b, kind: city, country: RU}\n" * 10_000,
        "10000:8 E104",
    )
