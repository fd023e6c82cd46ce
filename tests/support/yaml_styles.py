"""Records as different people write them: any data, in any style of YAML, with comments."""

from __future__ import annotations

import re
from itertools import count, cycle
from typing import Any

from hypothesis import strategies as st

TEXTS = st.text(st.sampled_from("ab #:,-?[]{}'\"\\\n\t&*!|>%@`é회\u200b"), max_size=8)
FIELDS = st.sampled_from(
    ["id", "start", "end", "topics", "summary", "allow", "participants", "sources", "note", "other"]
)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | TEXTS, inner, max_size=3),
    max_leaves=4,
)
CHOICES = st.binary(min_size=100, max_size=100)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\u200b": "\\u200b"}


@st.composite
def written(draw: st.DrawFn) -> tuple[list[Any], str]:
    """Draw records, and a text that contains them."""
    data = draw(st.lists(st.dictionaries(FIELDS, VALUES, max_size=4), max_size=4))
    return data, _Hand(draw(CHOICES)).file(data)


class _Hand:
    """A writer whose methods return text in randomly chosen styles, with numbered comments.

    The choices are drawn at once, because hundreds of draws take most of the time of a test.
    """

    def __init__(self, choices: bytes) -> None:
        self.choices = cycle(choices)
        self.number = count()

    def choice(self, *options: str) -> str:
        return options[next(self.choices) % len(options)]

    def file(self, data: list[Any]) -> str:
        if not data:
            return f"{self.apart(0)}[]{self.comment()}\n{self.apart(0)}"
        return "".join(
            [
                *(f"{self.apart(0)}-{self.block(record, 2)}" for record in data),
                self.apart(2),
                self.apart(0),
            ]
        )

    def comment(self) -> str:
        return self.choice("", "", f" # c{next(self.number)}: 'x")

    def apart(self, indent: int) -> str:
        own, outer = f"{' ' * indent}# c{next(self.number)}\n", f"# c{next(self.number)}\n"
        return "".join(self.choice("", "", "\n", own, outer) for _ in range(2))

    def scalar(self, text: str) -> str:
        styles = [f'"{"".join(_ESCAPES.get(letter, letter) for letter in text)}"']
        if not any(letter in text for letter in "\n\t\u200b"):
            styles.append("'" + text.replace("'", "''") + "'")
        if re.fullmatch("[abé회]+", text):
            styles.append(text)
        return self.choice(*styles)

    def flow(self, value: Any, indent: int) -> str:
        if isinstance(value, str):
            return self.scalar(value)
        pad = " " * indent
        gap = self.choice(" ", f" # c{next(self.number)}\n{pad}", f"\n{pad}")
        if isinstance(value, list):
            items = [self.flow(item, indent) for item in value]
            return f"[{gap}{f',{gap}'.join(items)}{gap}]"
        fields = [f"{self.scalar(name)}: {self.flow(item, indent)}" for name, item in value.items()]
        return f"{{{gap}{f',{gap}'.join(fields)}{gap}}}"

    def block(self, value: Any, indent: int) -> str:
        """Return what follows a dash or the name of a field, to the end of its last line."""
        pad = " " * indent
        if (
            isinstance(value, str)
            and re.fullmatch("[abé회]+( [abé회]+)*", value)
            and self.choice("", "folded")
        ):
            return f" {self.choice('|-', '>-')}{self.comment()}\n{pad}{value}\n"
        if isinstance(value, str) or not value or self.choice("", "flow"):
            return f" {self.flow(value, indent)}{self.comment()}\n"
        lines = [f"{self.comment()}\n"]
        if isinstance(value, list):
            lines += [f"{self.apart(indent)}{pad}-{self.block(item, indent + 2)}" for item in value]
        else:
            lines += [
                f"{self.apart(indent)}{pad}{self.scalar(name)}:{self.block(item, indent + 2)}"
                for name, item in value.items()
            ]
        return "".join(lines)
