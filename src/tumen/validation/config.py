"""Settings of a repository: the table `[tool.tumen]` of the nearest pyproject.toml at or above.

    [tool.tumen]
    ignore-in-ci = false    # refuse `tumen check --ignore` if the environment variable CI is set

The setting is next to the records that it protects, and not in the script of the CI. A change that
loosens it is then a line that a reviewer sees. It does not concern other datasets that are checked
on the same machine.
"""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING, Final

from tumen.errors import TumenError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

IGNORE_IN_CI: Final = "ignore-in-ci"
"""The name of the setting."""


def refuse_ignore_in_ci(records: Path) -> None:
    """Refuse to ignore rules, in CI, if the repository of the records sets `ignore-in-ci = false`.

    Args:
        records: The dataset or a file in it.

    Raises:
        TumenError: If ignoring rules is refused, or the settings are not valid.
        UnknownNameError: If there is a setting of another name.

    """
    if os.environ.get("CI", "").lower() in ("", "0", "false", "no"):
        return
    file, table = _find_settings(records)
    for name in table:
        if name != IGNORE_IN_CI:
            raise UnknownNameError(f"setting of tool.tumen in {file}", name, [IGNORE_IN_CI])
    allowed = table.get(IGNORE_IN_CI, True)
    if not isinstance(allowed, bool):
        raise TumenError(f"{file}: tool.tumen.{IGNORE_IN_CI} is {allowed!r}; write true or false.")
    if not allowed:
        raise TumenError(
            f"--ignore is refused: CI is set, and {file} has {IGNORE_IN_CI} = false."
            " Fix the records. If a warning is wrong about a record, allow it there, with the"
            " reason: allow: {W205: …}."
        )


def _find_settings(records: Path) -> tuple[Path, dict[str, object]]:
    folder = records.resolve()
    for file in (parent / "pyproject.toml" for parent in (folder, *folder.parents)):
        if file.is_file():
            tools = _get_table(_read(file), "tool", file)
            if "tumen" in tools:
                return file, _get_table(tools, "tumen", file, "tool.")
    return folder, {}


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TumenError(f"{file} cannot be read: {error}") from error


def _get_table(
    tree: dict[str, object], name: str, file: Path, above: str = ""
) -> dict[str, object]:
    table = tree.get(name, {})
    if not isinstance(table, dict):
        raise TumenError(f"{file}: {above}{name} is not a table.")
    return table
