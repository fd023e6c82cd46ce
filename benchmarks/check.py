"""Time and memory of `tumen check` as a process, against what users could run instead.

It measures the folder `dataset/` and then generated datasets of 1, 3 and 10 thousand records: with
an empty cache, with a full cache, and with one record edited since.

Peers read the same files in the same run. PyYAML with libyaml turns them into Python values and
checks nothing, and yamllint checks their form. `x` is the ratio to the bare imports that every
check needs. If others use the machine, processor time says more than wall time. `scale.py` shows
how a check grows beyond these sizes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from processes import Run, median, run, setting

SIZES = (1_000, 3_000, 10_000)
RUNS = 5
MOST_FOR_YAMLLINT = 3_000

IMPORTS = "import polars, pandera.polars"
TUMEN = Path(sys.executable).with_name("tumen")
YAMLLINT = Path(sys.executable).with_name("yamllint")
LOAD = """
import pathlib, sys, yaml
for path in pathlib.Path(sys.argv[1]).rglob("*.yaml"):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""
GENERATE = (
    "import pathlib, sys; from tumen.testing import generator;"
    " generator.write(pathlib.Path(sys.argv[1]), int(sys.argv[2]))"
)

Cases = dict[str, Callable[[], Run]]


def python(code: str, *arguments: object) -> Run:
    """Return what a fresh interpreter took for this code."""
    return run([sys.executable, "-c", code, *map(str, arguments)])


def check(root: Path, cache: Path, *options: str) -> Run:
    """Return what a check with this cache took."""
    return run([str(TUMEN), "check", str(root), *options], {"TUMEN_CACHE": str(cache)})


def edit(root: Path) -> None:
    """Change a record in the middle of the largest file of statements."""
    path = max(root.glob("statements*/*.yaml"), key=lambda one: one.stat().st_size)
    lines = path.read_text(encoding="utf-8").split("\n")
    summaries = [number for number, line in enumerate(lines) if line.startswith("  summary: ")]
    lines[summaries[len(summaries) // 2]] += " again"
    path.write_text("\n".join(lines), encoding="utf-8")


def edited(root: Path, cache: Path) -> Run:
    """Return what a check took after a record was edited."""
    edit(root)
    return check(root, cache)


def measure(cases: Cases, runs: int) -> dict[str, Run]:
    """Return the median of each case.

    The cases take turns in one run, after one turn that is not counted.
    """
    for case in cases.values():
        case()
    taken: dict[str, list[Run]] = {name: [] for name in cases}
    for _ in range(runs):
        for name, case in cases.items():
            taken[name].append(case())
    return {name: median(figures) for name, figures in taken.items()}


def show(title: str, measured: dict[str, Run]) -> None:
    """Print a table of the results, with the ratios to the bare imports."""
    print(f"\n{title:<34}     wall            processor         memory")
    base = measured[IMPORTS]
    for name, figures in measured.items():
        wall = f"{figures.seconds:7.2f} s x{figures.seconds / base.seconds:<5.2f}"
        processor = f"{figures.processor:7.2f} s x{figures.processor / base.processor:<5.2f}"
        print(f"  {name:<32} {wall} {processor} {figures.megabytes:6.0f} MB")


def main() -> None:
    """Measure `dataset/`, then each size."""
    print(setting())
    root = Path("dataset")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        cases: Cases = {
            IMPORTS: lambda: python(IMPORTS),
            "tumen check dataset, none kept": lambda: check(root, cache, "--no-cache"),
            "tumen check dataset, all kept": lambda: check(root, cache),
        }
        show(f"dataset/, {len(list(root.rglob('*.yaml')))} files", measure(cases, 9))
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            made, cache = Path(folder, "dataset"), Path(folder, "cache")
            python(GENERATE, made, size)
            show(f"{size:,} records made up", measure(cases_of(size, made, cache), RUNS))


def cases_of(size: int, made: Path, cache: Path) -> Cases:
    """Return what is measured on a generated dataset."""
    cases: Cases = {
        IMPORTS: lambda: python(IMPORTS),
        "tumen check, none kept": lambda: check(made, cache, "--no-cache"),
        "tumen check, all kept": lambda: check(made, cache),
        "tumen check, one record edited": lambda: edited(made, cache),
        "PyYAML CSafeLoader": lambda: python(LOAD, made),
    }
    if size <= MOST_FOR_YAMLLINT:
        cases["yamllint"] = lambda: run(
            [str(YAMLLINT), "-d", "relaxed", "--no-warnings", str(made)]
        )
    return cases


if __name__ == "__main__":
    main()
