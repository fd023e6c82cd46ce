"""What a repository asks of checks of its records: the table `[tool.tumen]` of the nearest pyproject.toml above them.

    [tool.tumen]
    ignore-in-ci = false    # `tumen check --ignore` is refused where the environment variable CI is set

The rule stands beside the records that it protects and not in the CI's own script, so that whoever would loosen it does so in
a line that a reviewer sees; and it binds no other dataset that is checked on the same machine.
"""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING, Final

from tumen.errors import TumenError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

IGNORE_IN_CI: Final = "ignore-in-ci"


def refuse_ignoring(records: Path) -> None:
    """Raise `TumenError` if rules may not be left out here: in CI, of records whose repository sets `ignore-in-ci = false`."""
    if os.environ.get("CI", "").lower() in ("", "0", "false", "no"):
        return
    file, table = _nearest(records)
    for name in table:
        if name != IGNORE_IN_CI:
            raise UnknownNameError(f"setting of tool.tumen in {file}", name, [IGNORE_IN_CI])
    allowed = table.get(IGNORE_IN_CI, True)
    if not isinstance(allowed, bool):
        raise TumenError(f"{file}: tool.tumen.{IGNORE_IN_CI} is {allowed!r}; write true or false.")
    if not allowed:
        raise TumenError(
            f"--ignore is refused: CI is set, and {file} says {IGNORE_IN_CI} = false."
            " Mend the records; a warning that a record rightly raises is excused in the record, with its reason:"
            " allow: {W205: …}."
        )


def _nearest(records: Path) -> tuple[Path, dict[str, object]]:
    folder = records.resolve()
    for file in (parent / "pyproject.toml" for parent in (folder, *folder.parents)):
        if file.is_file():
            tools = _table(_content(file), "tool", file)
            if "tumen" in tools:
                return file, _table(tools, "tumen", file, "tool.")
    return folder, {}


def _content(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TumenError(f"{file} cannot be read: {error}") from error


def _table(tree: dict[str, object], name: str, file: Path, above: str = "") -> dict[str, object]:
    table = tree.get(name, {})
    if not isinstance(table, dict):
        raise TumenError(f"{file}: {above}{name} is not a table.")
    return table
