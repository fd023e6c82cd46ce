"""Write constraints.txt: the version of every package that an extra of pyproject.toml brings.

    python tools/lock.py              keep the versions, add what is new, drop what is not needed
    python tools/lock.py --upgrade    take the newest version of everything
    python tools/lock.py --check      change nothing; exit with 1 if a package is missing or extra

The file has names and versions only, sorted. It names no index, so it works behind any mirror.
pip resolves all extras together without installing them, on the Python that runs this script.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FILE: Final = ROOT / "constraints.txt"
NOT_PINNED: Final = {"tumen", "pip", "setuptools"}
"""The project itself, and what installs and builds it."""


def resolved(extras: list[str], *, upgrade: bool) -> dict[str, str]:
    """Return the version of each package that the project needs with these extras, by name."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    command += ["--report", "-", f"{ROOT}[{','.join(extras)}]"]
    if not upgrade:
        command += ["--constraint", str(FILE)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found = [item["metadata"] for item in json.loads(run.stdout)["install"]]
    return {item["name"]: item["version"] for item in found if item["name"] not in NOT_PINNED}


def normalised(name: str) -> str:
    """Return the name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Write or check the file, and say what differs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = sorted(project["optional-dependencies"])
    old = FILE.read_text(encoding="utf-8").split() if FILE.exists() else []
    versions = resolved(extras, upgrade="--upgrade" in sys.argv)
    new = [f"{name}=={versions[name]}" for name in sorted(versions, key=normalised)]
    known = {normalised(line) for line in old}
    wanted = {normalised(line) for line in new}
    for line in sorted(known ^ wanted):
        sys.stdout.write(f"{'-' if line in known else '+'} {line}\n")
    if "--check" in sys.argv:
        return 0 if known == wanted else 1
    FILE.write_text("".join(f"{line}\n" for line in new), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
