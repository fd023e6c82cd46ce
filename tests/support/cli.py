"""The command line, run in the process of the test, which saves the second of its start."""

from __future__ import annotations

import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from unittest.mock import patch

import pytest

from tumen.cli.app import main


def tumen(*arguments: str) -> subprocess.CompletedProcess[str]:
    with (
        redirect_stdout(StringIO()) as output,
        redirect_stderr(StringIO()) as errors,
        patch.object(sys, "argv", ["tumen", *arguments]),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    status = ended.value.code
    assert isinstance(status, int)
    return subprocess.CompletedProcess(
        ["tumen", *arguments], status, output.getvalue(), errors.getvalue()
    )
