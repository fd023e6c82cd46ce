"""Run the tests on every Python, and with the lowest and the newest packages that the library allows: `make test-all`.

A Python that is not on the PATH is skipped, and said so. Each session tests the wheel that the sdist builds, in an environment of
its own; what stands behind `--` goes to pytest: `nox -s oldest -- tests/views/test_series.py`.
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
OF_THEIR_TIME = ("click<8.5",)
"""What the oldest typer was written for; it works with a newer one, with a warning."""

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False


def newest_here() -> str:
    """Return the newest Python of the list that runs on this machine; a name on the PATH need not."""
    for version in reversed(PYTHONS):
        program = shutil.which(f"python{version}")
        if (
            program
            and subprocess.run([program, "--version"], check=False, capture_output=True).returncode
            == 0
        ):
            return version
    return PYTHONS[-1]


def lowest() -> list[str]:
    """Return what the library and its extras depend on, each at its lower bound, but for the tools of those who work on it."""
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [
        *PROJECT["project"]["dependencies"],
        *(line for name, lines in extras.items() if name not in TOOLS for line in lines),
    ]
    bounds: dict[str, list[Version]] = {}
    for requirement in map(Requirement, wanted):
        if requirement.name != "tumen":
            bounds.setdefault(requirement.name, []).extend(
                Version(bound.version) for bound in requirement.specifier
            )
    return [f"{name}=={max(versions)}" for name, versions in bounds.items()]


def test(session: nox.Session, *options: str) -> None:
    """Build the wheel from the sdist, install it with these options of pip, and run the tests."""
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
    bounds.write_text("\n".join([*lowest(), *OF_THEIR_TIME, ""]), encoding="utf-8")
    test(session, "--constraint", str(bounds))


@nox.session(python=newest_here())
def newest(session: nox.Session) -> None:
    """Test with the newest version of everything, on the newest Python that is here."""
    test(session, "--upgrade")
