"""Fixtures: a clean dataset as small as it can be, written to a folder, with any file replaced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tumen.explain import base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests read apart from what the person who runs them has read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUMEN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write the clean dataset to `dataset/` of a new working folder, with files replaced or added."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str | bytes] | None = None) -> Path:
        for name, content in {**base(), **(files or {})}.items():
            path = Path("dataset", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Path("dataset")

    return write
