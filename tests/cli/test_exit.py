"""How a command ends when its output, its reader, its folder or the patience of its user is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_process import TUMEN

COMMANDS = (("explain",), ("yardsticks",), ("yardsticks", "--format", "parquet"), ("--help",))


def run(
    *arguments: str, stdout: int = subprocess.PIPE, **options: object
) -> subprocess.CompletedProcess[bytes]:
    command = [TUMEN, *arguments]
    done: subprocess.CompletedProcess[bytes] = subprocess.run(  # type: ignore[call-overload]
        command, stdout=stdout, stderr=subprocess.PIPE, check=False, **options
    )
    return done


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has a device that is always full"
)
@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_cannot_be_written_is_told(command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = run(*command, stdout=full.fileno())
    assert (ended.returncode, ended.stderr) == (
        2,
        b"tumen: the output could not be written: No space left on device.\n",
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_went_away_ends_it_in_silence(command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = run(*command, stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_both_streams_may_be_closed() -> None:
    assert run("explain", preexec_fn=lambda: os.closerange(1, 3)).returncode == 0


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    ended = run("build", "--dataset", "..", cwd=gone, preexec_fn=gone.rmdir)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(b"tumen: ")


def test_what_the_system_refuses_is_one_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    ended = run("site", "x", cwd=gone, preexec_fn=gone.rmdir)
    assert ended.returncode == 2
    assert (
        ended.stderr
        == b"tumen: the working folder was deleted; change to another folder and run this again.\n"
    )


def test_an_interruption_while_it_is_being_loaded_leaves_no_trace() -> None:
    loading = (
        "import sys, signal; sys.modules['typer'] = None; from tumen import __main__ as start;"
    )
    stop = "import builtins; real = builtins.__import__\n"
    stop += "def halt(name, *rest):\n    if name == 'tumen.cli.app': signal.raise_signal(signal.SIGINT)\n    return real(name, *rest)\n"
    code = f"{loading}\n{stop}\nbuiltins.__import__ = halt\nstart.main()"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, b"")


def test_an_argument_is_read_as_utf8_whatever_the_locale_says() -> None:
    plain = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    usual, bare = run("find", "Шойгу"), run("find", "Шойгу", env={**os.environ, **plain})
    assert usual.stdout.decode().count("sergei-shoigu")
    assert (bare.returncode, bare.stdout) == (0, usual.stdout)


def test_a_cache_in_the_home_of_nobody_is_told(tmp_path: Path) -> None:
    ended = run("check", str(tmp_path), env={**os.environ, "TUMEN_CACHE": "~nobody-at-all/cache"})
    assert ended.returncode == 2
    assert ended.stderr.startswith(
        b"tumen: TUMEN_CACHE='~nobody-at-all/cache' is in the home folder of an unknown user"
    )


def test_an_interruption_is_status_130(tmp_path: Path) -> None:
    interrupted = (
        "def read(*given):\n    signal.raise_signal(signal.SIGINT)\n    return real(*given)\n"
    )
    code = f"import signal; from tumen.records import reader; real = reader.read\n{interrupted}reader.read = read\n"
    code += "from tumen.__main__ import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code, "check", tmp_path], capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
