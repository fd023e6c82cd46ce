"""The built wheel, in an empty environment: it reads offline, and says which extra a command lacks."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(ROOT / "constraints.txt"), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    offline = {**os.environ, "HOME": str(tmp_path), "no_proxy": "*"}

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=False, cwd=tmp_path, env=offline)

    loaded = run(python, "-c", "import tumen; print(tumen.load('meetings', release='2026.11.0').height)")
    assert (loaded.stdout, loaded.stderr) == ("5\n", "")
    tumen = python.with_name("tumen")
    assert "mtg-0005" in run(tumen, "timeline").stdout
    for command_line in (("check",), ("fmt",), ("new", "meetings"), ("build",), ("explain", "E104")):
        lacking = run(tumen, *command_line)
        assert lacking.returncode == 2
        assert f"tumen {command_line[0]} needs packages that are not installed: pip install 'tumen[check]'" in lacking.stderr
    for extra, arguments in {"plot": ("network", "--out", "a.svg"), "site": ("out",)}.items():
        assert f"packages that are not installed: pip install 'tumen[{extra}]'" in run(tumen, extra, *arguments).stderr
    installed = next((tmp_path / "env" / "lib").glob("python*/site-packages/tumen"))
    for carried in ("plot/world.json", "site/assets/index.html", "site/assets/vendored/gridjs.js", "site/scripts/router.js"):
        assert (installed / carried).is_file()
    folder = next((tmp_path / "env" / "lib").glob("python*/site-packages/tumen/releases"))
    assert run(tumen, "verify", "--releases", folder).returncode == 0
    assert "pip install 'tumen[check]'" in run(tumen, "verify", "--releases", folder, "--rows").stderr
    assert run(tumen, "diff", "2026.11.0", "2026.11.0").stdout == "0 differences\n"
    fetched = run(tumen, "fetch", "2099.01.0", "--store", tmp_path)
    assert "tumen fetch needs packages that are not installed: pip install 'tumen[fetch]'" in fetched.stderr
    named = run(python, "-c", "import tumen; tumen.load('meetings', release='2099.01.0', store='folder')")
    assert "store='folder' needs packages that are not installed: pip install 'tumen[fetch]'" in named.stderr
    assert run(tumen, "export", "--to", "sqlite", tmp_path / "out.db").stderr == ""
    assert "@misc{tumen-" in run(tumen, "cite", "--style", "bibtex").stdout
    asked = run(python, "-c", "import tumen; tumen.load('meetings', as_='pandas')")
    assert "as_='pandas' needs packages that are not installed: pip install 'tumen[pandas]'" in asked.stderr
    checked = run(python, "-c", "import tumen; tumen.check('dataset')")
    assert "pip install 'tumen[check]'" in checked.stderr
