"""Inject faults by the thousand, and report what happened.

    python tests/robustness              every trial but `rules` in its short form, as
                                         `make test-robustness` does
    python tests/robustness NAME ...     only these trials
    python tests/robustness rules        mutants of the rules, which take much longer
    python tests/robustness --long       the long form, for the figures in docs/explanation/robustness.md
    python tests/robustness --write      also write the rows into docs/explanation/robustness.md

The exit status is 1 if anything happened that must not happen.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trials import Row

PAGE: Final = Path(__file__).parents[2] / "docs" / "explanation" / "robustness.md"
NAMES: Final = sorted(path.stem for path in Path(__file__).parent.glob("try_*.py"))
ONLY_BY_NAME: Final = ("try_rules",)
HEAD: Final = "| fault | injected | times | what happened |\n| --- | --- | ---: | --- |\n"


def rows(name: str, *, long: bool) -> list[Row]:
    """Run one module of trials; print its rows as they come, and return them."""
    results: list[Row] = []
    for row in importlib.import_module(name).trials(long=long):
        print(
            f"  {'ok ' if row.sound else 'BAD'} {row.tried:>8,}  {row.fault}: {row.happened}",
            flush=True,
        )
        results.append(row)
    return results


def cell(text: str) -> str:
    """Return a text as a cell of a Markdown table: on one line, with bars escaped."""
    return " ".join(text.split()).replace("|", r"\|")


def write(name: str, results: list[Row]) -> None:
    """Write rows between the marks of their module in the page."""
    lines = "".join(
        f"| {' | '.join(map(cell, (row.fault, row.injected, f'{row.tried:,}', row.happened)))} |\n"
        for row in results
    )
    mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    if not mark.search(page):
        raise SystemExit(
            f"{PAGE} has no marks for {name}; add '<!-- {name} -->' and '<!-- end -->'."
        )
    PAGE.write_text(
        mark.sub(lambda marks: f"{marks[1]}\n{HEAD}{lines}\n{marks[2]}", page), encoding="utf-8"
    )


def main() -> int:
    """Run the trials that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python tests/robustness",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        choices=[[], *(name.removeprefix("try_") for name in NAMES)],
    )
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    unsound = 0
    chosen = [f"try_{name}" for name in arguments.names]
    for name in chosen or [name for name in NAMES if name not in ONLY_BY_NAME]:
        start = time.perf_counter()
        print(name.removeprefix("try_"), flush=True)
        results = rows(name, long=arguments.long)
        unsound += sum(not row.sound for row in results)
        print(f"  {time.perf_counter() - start:.0f} s", flush=True)
        if arguments.write:
            write(name.removeprefix("try_"), results)
    print(f"{unsound} that must not happen")
    return 1 if unsound else 0


if __name__ == "__main__":
    sys.exit(main())
