"""Growth of each step of a check: reading, typing, the rules one by one, and the report.

Each size is measured in its own process, as the best of three turns. Findings are measured once,
because they remember what they looked up.

`growth` is the exponent by which the time of a step grew with the number of records, over the last
tenfold: 1.0 is linear, 2.0 quadratic. For steps of a few milliseconds it means nothing. The faulty
variant misspells the source of every hundredth citation.
"""

from __future__ import annotations

import gc
import json
import math
import subprocess
import sys
import tempfile
import time
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tumen.records import extract, frames, parser, reader, yaml_parser
from tumen.report import Report
from tumen.report_formats import text as report_formats_text
from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.testing import generator
from tumen.validation import column_rules, evaluate
from tumen.validation.records import find_all

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from tumen.schemas.rules import Tables, TablesRule

SIZES = (1_000, 10_000, 100_000)
TURNS = 3
FAULTY = 100


class Steps:
    """The seconds that each step took, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def take(self, name: str, step: Callable[[], Any], turns: int = TURNS) -> Any:
        """Return the result of a step, and keep its best time."""
        times = []
        for _ in range(turns):
            start = time.perf_counter()
            result = step()
            times.append(time.perf_counter() - start)
        self.seconds[name] = min(times)
        return result


def steps(size: int) -> dict[str, float]:
    """Return the seconds of each step on a generated dataset of this size."""
    taken = Steps()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        generator.write(root, size)
        files = [
            (path.read_bytes(), path.relative_to(root).parts[0].removesuffix(".yaml"))
            for path in root.rglob("*.yaml")
        ]
        read(taken, files)
        dataset = taken.take("all of reading, none kept", lambda: reader.read(root))
        time_rules(taken, dataset)
        misspell_some(root)
        faulty = reader.read(root)
        findings = taken.take(
            "findings, 1 % of citations faulty", lambda: find_all(faulty), turns=1
        )
        report = taken.take(
            "report, sorted",
            lambda: Report(tuple(sorted(findings)), faulty.records, len(faulty.files)),
        )
        taken.take("report, as text", lambda: report_formats_text.as_text(report))
    return taken.seconds


def read(taken: Steps, files: list[tuple[bytes, str]]) -> None:
    """Time the steps from bytes to columns, and the bytes that the cache stores."""
    taken.take("text to trees", lambda: [yaml_parser.parse(content) for content, _ in files])
    read = taken.take(
        "text to typed rows", lambda: [parser.read(content, table) for content, table in files]
    )
    made = taken.take("rows to columns", lambda: [extract.from_reading(file) for file in read])
    stored = taken.take("columns to bytes", lambda: [extract.to_bytes(file) for file in made])
    taken.take("bytes to columns", lambda: [extract.from_bytes(content) for content in stored])


def time_rules(taken: Steps, dataset: reader.Dataset) -> None:
    """Time the rules of rows table by table, and each rule across tables."""
    for name, frame in frames.from_dataset(dataset).items():
        taken.take(f"row rules, {name}", partial(count_row_violations, name, frame))
    whole = {
        name: nw.from_native(frame.lazy())
        for name, frame in frames.from_dataset(dataset, sound=False).items()
    }
    for rule in CROSS_TABLE_RULES:
        taken.take(rule.code, partial(count_violations, rule, whole))


def count_row_violations(name: str, frame: pl.DataFrame) -> int:
    """Return the number of violations of row rules in a table."""
    return len(
        list(
            evaluate.find_violations(
                name, nw.from_native(frame.lazy()), column_rules.row_rules(TABLES[name])
            )
        )
    )


def count_violations(rule: TablesRule, tables: Tables) -> int:
    """Return the number of violations of a rule across tables."""
    return sum(len(breach.collect()) for breach in rule.find_violations(tables))


def misspell_some(root: Path) -> None:
    """Misspell the source of every hundredth citation."""
    numbers = count(1)
    for path in sorted(root.rglob("*.yaml")):
        first, *rest = path.read_text(encoding="utf-8").split("{source: ")
        broken = (
            f"x{number}-{text}" if number % FAULTY == 0 else text
            for text, number in zip(rest, numbers, strict=False)
        )
        path.write_text("{source: ".join([first, *broken]), encoding="utf-8")


def main() -> None:
    """Print the table of steps, with each size measured in its own process."""
    if len(sys.argv) > 1:
        gc.disable()
        print(json.dumps(steps(int(sys.argv[1]))))
        return
    sizes = [
        json.loads(
            subprocess.run(
                [sys.executable, __file__, str(size)], check=True, capture_output=True, text=True
            ).stdout
        )
        for size in SIZES
    ]
    print(f"{'step':<36}" + "".join(f"{size:>12,}" for size in SIZES) + "   growth")
    for name, *times in zip(sizes[0], *(step_times.values() for step_times in sizes), strict=True):
        growth = math.log10(times[-1] / times[-2])
        print(
            f"{name:<36}"
            + "".join(f"{time * 1000:>9,.1f} ms" for time in times)
            + f"{growth:>9.2f}"
        )


if __name__ == "__main__":
    main()
