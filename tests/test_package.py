"""The built wheel, in an empty environment: it reads offline, and says which extra a command lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata

ROOT = Path(__file__).parent.parent
FIXED = {"SOURCE_DATE_EPOCH": "1790000000"}
BUILD = (sys.executable, "-m", "build", "--outdir")


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what git holds or would add: what an earlier build left in this folder is no part of a wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    folder = tmp_path_factory.mktemp("package") / "tree"
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(tree: Path) -> Path:
    """Build the sdist of the tree, and the wheel of that."""
    subprocess.run(
        [*BUILD, tree.with_name("built"), tree],
        check=True,
        capture_output=True,
        env=os.environ | FIXED,
    )
    (found,) = tree.with_name("built").glob("*.whl")
    return found


def test_sdist_builds_the_wheel_of_the_tree(tree: Path, wheel: Path, tmp_path: Path) -> None:
    """Twice the same bytes for one SOURCE_DATE_EPOCH, and in them every file of the packages and nothing else."""
    subprocess.run(
        [*BUILD, tmp_path, "--wheel", tree], check=True, capture_output=True, env=os.environ | FIXED
    )
    (other,) = tmp_path.iterdir()
    held = contents(wheel)
    assert contents(other) == held
    assert wheel.read_bytes() == other.read_bytes()
    homes = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"][
        "package-dir"
    ]
    wanted = {
        f"{package.replace('.', '/')}/{path.relative_to(tree / home).as_posix()}"
        for package, home in homes.items()
        for path in (tree / home).rglob("*")
        if path.is_file()
        and not path.relative_to(tree).as_posix().startswith("schemas/json/")
        and (home != "docs" or path.suffix in {".md", ".py"})
    }
    assert "tumen/py.typed" in wanted
    (metadata,) = (text for name, text in held.items() if name.endswith(".dist-info/METADATA"))
    assert str(Metadata.from_email(metadata).requires_python) == ">=3.11"
    assert {name for name in held if ".dist-info/" not in name} == wanted


def test_wheel_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--constraint",
        str(ROOT / "constraints.txt"),
        str(wheel),
    ]
    subprocess.run(command, check=True, capture_output=True)
    offline = {**os.environ, "HOME": str(tmp_path), "no_proxy": "*"}

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=offline,
        )

    loaded = run(
        python, "-c", "import tumen; print(tumen.load('meetings', release='2026.11.0').height)"
    )
    assert (loaded.stdout, loaded.stderr) == ("5\n", "")
    assert (
        run(
            python,
            "-W",
            "error",
            "-c",
            "import tumen; tumen.open(known_by='2025-06-30').series('casualties')",
        ).stderr
        == ""
    )
    tumen = python.with_name("tumen")
    assert "mtg-0005" in run(tumen, "timeline").stdout
    assert "timeline" in run(tumen, "--help").stdout
    needs = {
        "find": ("find", "Kim"),
        "sql": ("sql", "select 1"),
        "export": ("export", "--to", "xlsx", "a.xlsx"),
    }
    for extra, command_line in needs.items():
        assert (
            f"packages that are not installed: pip install 'tumen[{extra}]'"
            in run(tumen, *command_line).stderr
        )
    for command_line, extra in (
        (("check",), "records"),
        (("fmt",), "records"),
        (("new", "meetings"), "records"),
        (("explain", "E104"), "records"),
        (("build",), "check"),
    ):
        lacking = run(tumen, *command_line)
        assert lacking.returncode == 2
        assert (
            f"tumen {command_line[0]} needs packages that are not installed: pip install 'tumen[{extra}]'"
            in lacking.stderr
        )
    for extra, arguments in {"plot": ("network", "--out", "a.svg"), "site": ("out",)}.items():
        assert (
            f"packages that are not installed: pip install 'tumen[{extra}]'"
            in run(tumen, extra, *arguments).stderr
        )
    installed = next((tmp_path / "env" / "lib").glob("python*/site-packages/tumen"))
    for carried in (
        "plot/world.json",
        "site/assets/index.html",
        "site/assets/vendored/gridjs.js",
        "site/scripts/router.js",
    ):
        assert (installed / carried).is_file()
    folder = next((tmp_path / "env" / "lib").glob("python*/site-packages/tumen/bundled"))
    verified = run(tumen, "verify", "--releases", folder)
    assert verified.returncode == 0
    assert (
        "ids were not compared between releases; run pip install 'tumen[check]'" in verified.stderr
    )
    assert (
        "pip install 'tumen[check]'" in run(tumen, "verify", "--releases", folder, "--rows").stderr
    )
    assert run(tumen, "diff", "2026.11.0", "2026.11.0").stdout == "0 differences\n"
    fetched = run(tumen, "fetch", "2099.01.0", "--store", tmp_path)
    assert (
        "tumen fetch needs packages that are not installed: pip install 'tumen[fetch]'"
        in fetched.stderr
    )
    named = run(
        python, "-c", "import tumen; tumen.load('meetings', release='2099.01.0', store='folder')"
    )
    assert (
        "store='folder' needs packages that are not installed: pip install 'tumen[fetch]'"
        in named.stderr
    )
    assert run(tumen, "export", "--to", "sqlite", tmp_path / "out.db").stderr == ""
    assert "@misc{tumen-" in run(tumen, "cite", "--style", "bibtex").stdout
    asked = run(python, "-c", "import tumen; tumen.load('meetings', as_='pandas')")
    assert (
        "as_='pandas' needs packages that are not installed: pip install 'tumen[pandas]'"
        in asked.stderr
    )
    checked = run(python, "-c", "import tumen; tumen.check('dataset')")
    assert "pip install 'tumen[records]'" in checked.stderr
