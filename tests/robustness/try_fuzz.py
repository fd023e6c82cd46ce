"""Records under a coverage-guided fuzzer: the reader, the formatter and the report formats.

Each target is a process with limits on time and memory (`fuzz_target.py`). It starts from the
records of the dataset and awkward fragments (`fuzz_seeds.py`). Repeat an input with `python
tests/robustness/fuzz_target.py TARGET FILE`.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz_seeds import dictionary, seeds
from trials import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 20251117
_MEMORY: Final = 2048
_SLOWEST: Final = 20
_TARGETS: Final = {
    "reader": ("a file of any bytes is read", "every finding in the text, under its code"),
    "formatter": ("a file of any bytes is formatted", "the same rows, and stable, or left alone"),
    "report": (
        "findings of any bytes under any name are printed",
        "valid text, JSON, SARIF, JUnit, workflow commands",
    ),
}


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for each target, or one that says that the fuzzer is not installed."""
    if importlib.util.find_spec("atheris") is None:
        yield Row(
            "records of any bytes",
            "atheris",
            0,
            "skipped: atheris has no package for this Python or system",
            sound=True,
        )
        return
    for target in _TARGETS:
        yield _fuzzed(target, seconds=150 if long else 12, runs=-1 if long else 20_000)


def _fuzzed(target: str, *, seconds: int, runs: int) -> Row:
    fault, good = _TARGETS[target]
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch, "corpus")
        corpus.mkdir()
        for number, seed in enumerate(seeds(SEED)):
            (corpus / f"{number}").write_bytes(seed)
        words = Path(scratch, "words")
        words.write_text(dictionary(), encoding="ascii")
        options = {
            "seed": SEED,
            "runs": runs,
            "max_total_time": seconds,
            "rss_limit_mb": _MEMORY,
            "timeout": _SLOWEST,
            "max_len": 4096,
            "print_final_stats": 1,
            "dict": words,
            "artifact_prefix": f"{scratch}/",
        }
        arguments = [f"-{name}={value}" for name, value in options.items()]
        run = subprocess.run(
            [
                sys.executable,
                Path(__file__).with_name("fuzz_target.py"),
                target,
                corpus,
                *arguments,
            ],
            capture_output=True, text=True, errors="replace", check=False, timeout=seconds + 300,
        )  # fmt: skip
        broke = [*Path(scratch).glob("*-*")]
        inputs = f"; input {broke[0].read_bytes()!r}" if broke else ""
    return _row(fault, good, target, seconds, run, inputs)


def _row(
    fault: str,
    good: str,
    target: str,
    seconds: int,
    run: subprocess.CompletedProcess[str],
    inputs: str,
) -> Row:
    output = run.stderr + run.stdout
    tried = re.search(r"stat::number_of_executed_units: (\d+)", output) or re.search(
        r"(?s).*#(\d+)", output
    )
    covered = [int(number) for number in re.findall(r"cov: (\d+)", output)]
    refused = output.count("REFUSED")
    happened = f"{good}; {refused:,} refused, {covered[-1] if covered else 0:,} branches reached"
    if run.returncode or inputs:
        happened = f"{target} ended with {run.returncode}: {' '.join(output.split()[-60:])}{inputs}"
    injected = f"coverage-guided, {seconds} s, seed {SEED}"
    return Row(
        fault,
        injected,
        int(tried[1]) if tried else 0,
        happened,
        sound=run.returncode == 0 and not inputs,
    )
