"""Modules renamed in 1.2 can still be imported by their old names, with a warning."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from tumen._old_names import NEW_NAMES


@pytest.mark.parametrize("old", NEW_NAMES)
def test_old_name_warns_and_gives_the_new_module(old: str) -> None:
    for name in [name for name in sys.modules if name in NEW_NAMES]:
        del sys.modules[name]
    with pytest.warns(DeprecationWarning, match="the old name will be removed") as warned:
        module = import_module(old)
    assert f"{old} is now {NEW_NAMES[old]}; " in str(warned[-1].message)
    new = import_module(NEW_NAMES[old])
    public = [name for name in vars(new) if not name.startswith("_")]
    assert all(getattr(module, name) is getattr(new, name) for name in public)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = module.nothing_of_the_kind


def test_no_old_name_is_still_a_module() -> None:
    code = "import sys, tumen; sys.meta_path.pop(); from importlib.util import find_spec\n"
    code += f"print([old for old in {[old for old in NEW_NAMES if old.count('.') == 1]} if find_spec(old)])"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout == "[]\n"


def test_unknown_module_is_not_found() -> None:
    with pytest.raises(ModuleNotFoundError, match="tumen.nothing"):
        import_module("tumen.nothing")
