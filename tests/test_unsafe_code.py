"""What the library's own code never does: run text as code, unpickle, start a shell, load YAML by tags, decide by assert."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from unsafe_code import CODE, breaches

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent


def test_code_does_none_of_it() -> None:
    assert len(CODE) > 100
    assert [
        found
        for path in CODE
        for found in breaches(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "exec('1')",
        "compile('1', '', 'exec')",
        "__import__('os')",
        "builtins.eval('1')",
        "import pickle",
        "from pickle import loads",
        "import shelve, os",
        "import marshal",
        "yaml.load(text)",
        "yaml.unsafe_load(text)",
        "yaml.full_load(text)",
        "yaml.load(text, Loader=yaml.Loader)",
        "run('x', shell=True)",
        "run('x', shell=flag)",
        "os.system('x')",
        "os.popen('x')",
        "subprocess.getoutput('x')",
        "subprocess.run('git log')",
        "subprocess.run(f'git {x}')",
        "pd.read_pickle(path)",
        "np.load(path, allow_pickle=True)",
        "requests.get(url, verify=False)",
        "tempfile.mktemp()",
        "archive.extractall(target)",
        "assert x",
    ],
)
def test_scan_finds_each(text: str) -> None:
    found: Iterable[str] = breaches(text, "x.py")
    assert list(found), ast.dump(ast.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "subprocess.run(['git', x])",
        "re.compile(x)",
        "archive.extractall(target, filter='data')",
        "json.load(x)",
    ],
)
def test_scan_lets_the_rest_be(text: str) -> None:
    assert list(breaches(text, "x.py")) == []
