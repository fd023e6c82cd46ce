"""The documentation site builds strictly, holds every page and public name, and loads nothing."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import reference

from tumen.report_formats.sarif import _to_anchor
from tumen.schemas.all_rules import ALL_RULES

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "docs"

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("zensical", "mkdocstrings")),
    reason="needs Zensical and mkdocstrings: pip install -e '.[docs]'",
)


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Build the site, and return its pages by their paths."""
    run = subprocess.run(
        [sys.executable, ROOT / "tools" / "docs_site.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return {
        path.relative_to(SITE).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in SITE.rglob("*.html")
    }


def identifiers(page: str) -> set[str]:
    return set(re.findall(r'\bid="?([^">\s]+)', page))


def test_every_document_is_a_page_and_in_the_navigation(site: dict[str, str]) -> None:
    pages = {
        path.relative_to(ROOT / "docs").with_suffix("").as_posix()
        for path in (ROOT / "docs").rglob("*.md")
    }
    pages |= {name.removesuffix(".md") for name in reference.NAMES} | {"changelog"}
    assert pages <= site.keys()
    config = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    assert {page for page in pages if f'"{page}.md"' not in config} == set()


def test_every_public_name_is_rendered(site: dict[str, str]) -> None:
    paths = {path for names in reference.public_names().values() for path in names.values()}
    assert paths <= identifiers(site["reference/api"])


def test_every_rule_has_the_anchor_that_sarif_names(site: dict[str, str]) -> None:
    anchors = {_to_anchor(f"{code}: {rule.title}") for code, rule in ALL_RULES.items()}
    assert anchors <= identifiers(site["reference/rules"])


def test_pages_load_nothing_from_elsewhere(site: dict[str, str]) -> None:
    loaded = re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"?(?:https?:)?//[^\s>]+")
    assert {name: loaded.findall(page) for name, page in site.items()} == {
        name: [] for name in site
    }
