"""Growth of every command from 10,000 records to 100,000: time, memory and output.

    python benchmarks/scale.py [RECORDS ...]

A dataset is generated for each size, with a source for every five records. Each command runs over
it in its own process, and nothing is imported here that would count as its memory. The smallest
dataset gives the start-up time, which is subtracted before slopes are compared.

- `x time` is the growth of the remaining processor time; a dash means less than 0.1 seconds
- `KB each` is the memory per additional record
- `x output` is the growth of what was printed or written

For ten times the records, linear growth is 10. Seconds depend on the machine; slopes hardly do.
"""

from __future__ import annotations

import os
import sys
import tempfile
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from check import edit
from processes import Run, run, setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SMALLEST: Final = 50
SIZES: Final = (10_000, 100_000)
EVERY: Final = 5
EDITED: Final = 100
LEAST: Final = 0.1
DAY: Final = "2025-03-31"
OLDER, NEWER = "2099.12.0", "2099.12.1"
PYTHON: Final = sys.executable
TUMEN: Final = str(Path(sys.executable).with_name("tumen"))
GENERATE: Final = (
    "import pathlib, sys; from tumen.testing import generator as g;"
    " g.write(pathlib.Path('dataset'), {}, sources={})"
)
LOAD: Final = (
    "import tumen; ds = tumen.open(release={!r}{}); print(sum(frame.collect().height for frame"
    " in ds.tables.values()))"
)


Taken = dict[str, tuple[Run, int]]


class Case(NamedTuple):
    """A command, its unmeasured preparation, its exit statuses, and the files it writes."""

    name: str
    command: list[str]
    before: Callable[[Path], None] | None = None
    may_end: tuple[int, ...] = (0,)
    written: str | None = None


def tumen(name: str, *arguments: str, of: str | None = OLDER, **options: object) -> Case:
    """Return a case of the command line; `of` is the release that it reads."""
    release = ("--release", of) if of else ()
    return Case(name, [TUMEN, *arguments, *release], **options)  # type: ignore[arg-type]


def edit_some(root: Path) -> None:
    """Change the summary of every hundredth record that has one."""
    numbers = count(1)
    for path in sorted((root / "dataset").rglob("*.yaml")):
        lines = path.read_text(encoding="utf-8").split("\n")
        for place, line in enumerate(lines):
            if line.startswith("  summary: ") and next(numbers) % EDITED == 0:
                lines[place] = "  summary: Read once more"
        path.write_text("\n".join(lines), encoding="utf-8")


def cases(records: int) -> Iterator[Case]:
    """Yield the commands; each comes after those whose results it needs."""
    sources = records // EVERY
    yield Case(
        "generate", [PYTHON, "-c", GENERATE.format(records + sources, sources)], written="dataset"
    )
    yield tumen("check --strict, none kept", "check", "--strict", "--no-cache", of=None)
    yield tumen("check, keeping", "check", of=None)
    yield tumen("check, all kept", "check", of=None)
    yield tumen("check, one edited", "check", of=None, before=lambda root: edit(root / "dataset"))
    yield tumen("fmt --check, as made", "fmt", "--check", of=None, may_end=(0, 1))
    yield tumen("fmt", "fmt", of=None)
    yield tumen("fmt --check, canonical", "fmt", "--check", of=None)
    yield tumen("build", "build", OLDER, of=None, written=f"releases/{OLDER}")
    yield tumen(
        "build, 1 % edited",
        "build",
        NEWER,
        of=None,
        before=edit_some,
        written=f"releases/{NEWER}/changes.parquet",
    )
    yield tumen("verify", "verify", of=None)
    yield tumen("verify --rows", "verify", "--rows", of=None)
    yield tumen("fetch", "fetch", OLDER, NEWER, of=None)
    yield tumen("diff", "diff", OLDER, NEWER, of=None)
    yield Case("load all tables", [PYTHON, "-c", LOAD.format(OLDER, "")])
    yield Case(
        "load all tables, known_by", [PYTHON, "-c", LOAD.format(OLDER, f", known_by={DAY!r}")]
    )
    yield from view_commands()
    yield from export_commands()


def view_commands() -> Iterator[Case]:
    """Yield the commands that print a view."""
    csv = ("--format", "csv")
    yield tumen("timeline", "timeline", *csv)
    yield tumen("timeline --known-by", "timeline", "--known-by", DAY, *csv)
    yield tumen("timeline, for people", "timeline")
    yield tumen("series", "series", *csv)
    yield tumen("envelope", "envelope", "casualties", *csv)
    yield tumen("disagreements", "disagreements", *csv)
    yield tumen("accounts", "accounts", *csv)
    yield tumen("accounts of one", "accounts", "mtg-0005", *csv)
    yield tumen("known", "known", "casualties", "--on", DAY, *csv)
    yield tumen("first-known", "first-known", *csv)
    yield tumen("acknowledgement", "acknowledgement", *csv)
    yield tumen("visits", "visits", "actor-1", *csv)
    yield tumen("network", "network", *csv)
    yield tumen("find", "find", "Сергей Белгилов", *csv)
    yield tumen("yardsticks", "yardsticks", *csv, of=None)
    yield tumen("sql, a table", "sql", "select stance, count(*) from statements group by all", *csv)
    yield tumen("sql, a view", "sql", "select kind, count(*) from disagreements group by all", *csv)
    yield tumen("show", "show", "actor-0", "--format", "json")
    for style in ("text", "bibtex", "csl-json", "chicago"):
        yield tumen(f"cite, {style}", "cite", "mtg-0005", "--style", style)


def export_commands() -> Iterator[Case]:
    """Yield the commands that write files for other tools and readers."""
    for form in ("sqlite", "duckdb", "csv", "xlsx", "jsonl"):
        yield tumen(
            f"export --to {form}", "export", f"all.{form}", "--to", form, written=f"all.{form}"
        )
    yield tumen("site", "site", "site", written="site/data")
    for view in ("timeline", "disagreements", "network", "map"):
        yield tumen(f"plot {view}", "plot", view, "--out", f"{view}.svg", written=f"{view}.svg")
    yield tumen(
        "plot series", "plot", "series", "casualties", "--out", "series.svg", written="series.svg"
    )


def bytes_of(path: Path) -> int:
    """Return the size of a file, or of all files in a folder."""
    return sum(file.stat().st_size for file in (path, *path.rglob("*")) if file.is_file())


def measure(records: int) -> Taken:
    """Return what each command took over a dataset, and the bytes that it printed and wrote."""
    taken: Taken = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        environment = {"TUMEN_CACHE": str(root / "cache"), "TUMEN_STORE": str(root / "releases")}
        for case in cases(records):
            if case.before:
                case.before(root)
            took = run(case.command, environment, folder=root, may_end=case.may_end)
            taken[case.name] = (
                took,
                took.printed + (bytes_of(root / case.written) if case.written else 0),
            )
            print(
                f"{records:>9,} {case.name:<28}{took.processor:>9.2f} s{took.megabytes:>8,.0f} MB",
                file=sys.stderr,
                flush=True,
            )
    return taken


def table(first: Taken, sizes: Mapping[int, Taken]) -> Iterator[str]:
    """Yield the lines of the table: each command at each size, and its growth."""
    heads = [f"{size:,}: s | wall | MB" for size in sizes]
    yield (
        f"| command | start-up, s | {' | '.join(heads)} | x time | x memory | KB each | x output |"
    )
    yield f"|---|{'---:|' * (3 * len(sizes) + 5)}"
    for name, (empty, _) in first.items():
        runs = [(size, *taken[name]) for size, taken in sizes.items()]
        cells = [
            f"{figures.processor:.2f} | {figures.seconds:.1f} | {figures.megabytes:,.0f}"
            for _, figures, _ in runs
        ]
        grown = zip(*(slopes(empty, *pair) for pair in pairwise(runs)), strict=True)
        yield (
            f"| {name} | {empty.processor:.2f} | {' | '.join(cells)} |"
            f" {' | '.join(map(' '.join, grown))} |"
        )


def slopes(
    empty: Run, small: tuple[int, Run, int], large: tuple[int, Run, int]
) -> tuple[str, str, str, str]:
    """Return the growth of time, memory and output, and the memory per record.

    Time is without start-up.
    """
    (fewer, before, little), (more, after, much) = small, large
    return (
        times(after.processor - empty.processor, before.processor - empty.processor, LEAST),
        times(after.megabytes, before.megabytes, LEAST),
        f"{(after.megabytes - before.megabytes) * 1024 / (more - fewer):.1f}",
        times(much, little, 1),
    )


def times(later: float, earlier: float, least: float) -> str:
    """Return a growth factor, or a dash where there was too little to compare."""
    return f"{later / earlier:.1f}" if earlier >= least else "-"


def main() -> None:
    """Print the table in Markdown."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    before = setting()
    first = measure(SMALLEST)
    taken = {size: measure(size) for size in sizes}
    after = ", ".join(f"{load_average:.1f}" for load_average in os.getloadavg())
    print(f"{before}; when done {after}\n")
    print("\n".join(table(first, taken)))


if __name__ == "__main__":
    main()
