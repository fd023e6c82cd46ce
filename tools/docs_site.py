"""Build the documentation site into build/docs, strictly and without a network: `make docs`.

    python tools/docs_site.py

The pages in docs/ and the generated reference are put together in build/pages, and Zensical turns
them into HTML by zensical.toml. A link or an anchor that leads nowhere is an error. The reference
is generated each time, so that it cannot be out of date, and is not in the repository.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import reference

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = ROOT / "build" / "pages"
SITE: Final = ROOT / "build" / "docs"
FROM_THE_ROOT: Final = {"CHANGELOG.md": "changelog.md", "SECURITY.md": "security-policy.md"}
"""Documents at the top of the repository that are pages of the site, too."""
_LINK: Final = re.compile(r"(?<=\]\()[^)\s#]+")


def assemble(pages: Path) -> None:
    """Write all pages of the site as Markdown into a folder, which is emptied first."""
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(ROOT / "docs", pages, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for page in pages.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_to_site(text), encoding="utf-8")
    for source, target in FROM_THE_ROOT.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        (pages / target).write_text(_from_root(text), encoding="utf-8")
    for name, text in reference.pages().items():
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        (pages / name).write_text(text, encoding="utf-8")


def _to_site(text: str) -> str:
    """Let links to documents at the root of the repository lead to their pages."""
    for source, target in FROM_THE_ROOT.items():
        text = text.replace(f"../{source}", target)
    return text


def _from_root(text: str) -> str:
    """Let links that start at the root of the repository start at the folder of documents."""
    return _LINK.sub(lambda link: FROM_THE_ROOT.get(link[0], link[0].removeprefix("docs/")), text)


def main() -> int:
    """Assemble and build; return the exit status of Zensical, which is not 0 after a warning."""
    assemble(PAGES)
    shutil.rmtree(SITE, ignore_errors=True)
    program = Path(sys.executable).with_name("zensical")
    command = [str(program), "build", "--clean", "--strict"]
    command += ["--config-file", str(ROOT / "zensical.toml")]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
