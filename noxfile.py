"""Run the tests on every Python, and with the oldest and the newest packages: `make test-all`.

A Python that is not on the PATH is reported and skipped. Each session builds a wheel from the sdist
and tests it in its own environment. Arguments after `--` go to pytest:
`nox -s oldest -- tests/views/test_series.py`.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nox
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT, max_version="3.14")
TOOLS = ("test", "docs", "dev", "bench")
OLDEST_EXTRA = ("click<8.5",)
"""The click that the oldest typer was written for; it warns about a newer one."""

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False


def newest_python() -> str:
    """Return the newest Python that runs on this machine; a name on the PATH may not run."""
    for version in reversed(PYTHONS):
        program = shutil.which(f"python{version}")
        if program is None:
            continue
        run = subprocess.run([program, "--version"], check=False, capture_output=True)
        if run.returncode == 0:
            return version
    return PYTHONS[-1]


def lowest_versions() -> list[str]:
    """Return the dependencies at their lower bounds, without those of the development extras."""
    extras = PROJECT["project"]["optional-dependencies"]
    lines = [
        *PROJECT["project"]["dependencies"],
        *(line for name, extra in extras.items() if name not in TOOLS for line in extra),
    ]
    bounds: dict[str, list[Version]] = {}
    for requirement in map(Requirement, lines):
        if requirement.name != "tumen":
            bounds.setdefault(requirement.name, []).extend(
                Version(bound.version) for bound in requirement.specifier
            )
    return [f"{name}=={max(versions)}" for name, versions in bounds.items()]


def test(session: nox.Session, *options: str) -> None:
    """Build the wheel from the sdist, install it with options of pip, and run the tests."""
    folder = Path(session.create_tmp())
    for old in folder.glob("tumen-*"):
        old.unlink()
    session.install("build")
    session.run_install("python", "-m", "build", "--outdir", folder, ".", silent=True)
    (wheel,) = folder.glob("*.whl")
    session.install(*options, f"{wheel}[dev]")
    spark = Path(session.virtualenv.location, "spark")
    shutil.rmtree(spark, ignore_errors=True)
    if shutil.which("java"):
        session.install(*options, "--target", str(spark), "pyspark")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS)
def pinned(session: nox.Session) -> None:
    """Test with the versions of constraints.txt."""
    test(session, "--constraint", "constraints.txt")


@nox.session(python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """Test with the lowest version of each direct dependency, on the lowest Python."""
    bounds = Path(session.create_tmp(), "lowest.txt")
    bounds.write_text("\n".join([*lowest_versions(), *OLDEST_EXTRA, ""]), encoding="utf-8")
    test(session, "--constraint", str(bounds))


@nox.session(python=newest_python())
def newest(session: nox.Session) -> None:
    """Test with the newest version of everything, on the newest Python of this machine."""
    test(session, "--upgrade")
