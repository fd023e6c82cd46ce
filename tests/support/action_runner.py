"""The steps of `action.yml`, run by bash as a runner of GitHub Actions runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")


def run_steps(
    runner: Path,
    inputs: Mapping[str, str],
    *,
    source: Path = ROOT,
    env: Mapping[str, str] | None = None,
    after: Callable[[str], object] = str,
) -> subprocess.CompletedProcess[str]:
    """Run the steps in the current folder up to the first that fails, and return the last one.

    `runner` is the folder of the runner's own files, `source` that of the action. `after` is called
    with the name of each step. An input that is missing has its default.
    """
    inputs = {name: spec["default"] for name, spec in ACTION["inputs"].items()} | dict(inputs)
    known = {f"inputs.{name}": value for name, value in inputs.items()} | {
        "github.action_path": str(source)
    }
    outer = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    outer |= {
        "RUNNER_TEMP": str(runner),
        "GITHUB_WORKSPACE": str(Path.cwd()),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
    }
    outer["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{outer['PATH']}"
    for step in STEPS:
        script = runner / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        step_inputs = {
            name: _EXPRESSION.sub(lambda match: known[match[1]], value)
            for name, value in step["env"].items()
        }
        command = [*_BASH, str(script)]
        done = subprocess.run(
            command,
            env={**outer, **(env or {}), **step_inputs},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            break
        after(step["name"])
    return done


def run_installing(
    runner: Path, inputs: Mapping[str, str], *, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the steps with the library built and installed from the source.

    Its dependencies are borrowed to save minutes. A setting of the runner's pip, such as a mirror
    would need, makes sure that nothing is downloaded.
    """
    settings = runner / "xdg"
    (settings / "pip").mkdir(parents=True, exist_ok=True)
    (settings / "pip" / "pip.conf").write_text("[global]\nno-deps = true\n", encoding="utf-8")
    own = os.pathsep.join([str(settings), os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"])

    def borrow(step: str) -> None:
        if step == "Install Tumen":
            (site,) = (runner / "tumen" / "lib").glob("python*/site-packages")
            (site / "borrowed.pth").write_text(
                f"{sysconfig.get_path('purelib')}\n", encoding="utf-8"
            )

    return run_steps(runner, inputs, env={"XDG_CONFIG_DIRS": own, **(env or {})}, after=borrow)
