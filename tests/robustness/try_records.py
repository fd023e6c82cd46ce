"""Good records with mistakes: each must be found at its line and column.

A mistake is made in its own copy of the good records (see `mutate_fields`). All copies are checked
at once, as one dataset, and a finding belongs to the copy in whose file it is.

`records/harmless.toml` lists the exceptions by pattern, with reasons: `harmless` if no rule can
know that the record is wrong, and `elsewhere` if a rule points at another value. A pattern that
matches no mistake is an error.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import mutate_fields
from good_records import FIRST, NUMBER, RECORDS, records
from trials import Row, ended_cleanly, run_cli

from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mutate_fields import Fault

    from tumen.report import Finding

SEED: Final = 1917
LISTED: Final = RECORDS / "harmless.toml"
_SHORT: Final = 250
_PROCESSES: Final = {False: 3, True: 40}


class Listed(NamedTuple):
    """A pattern of the list.

    Its mistakes are harmless, or are found by the rule `code` `at` another value (*: any record).
    """

    pattern: str
    code: str
    at: str


def listed() -> list[Listed]:
    """Return the list of mistakes that are not found at their place."""
    lists = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    harmless = [Listed(pattern, "", "") for part in lists["harmless"] for pattern in part["faults"]]
    return harmless + [
        Listed(pattern, part["code"], part["at"])
        for part in lists["elsewhere"]
        for pattern in part["faults"]
    ]


def copies(faults: Sequence[Fault], root: Path) -> None:
    """Write a copy of the good records for each mistake, numbered from `FIRST`."""
    for number, fault in enumerate(faults):
        for name, text in (records() | {fault.file: fault.text}).items():
            path = root / name.removesuffix(".yaml") / f"{FIRST + number}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(NUMBER, str(FIRST + number)), encoding="utf-8")


def found(faults: Sequence[Fault]) -> dict[int, list[Finding]]:
    """Return the findings in the copy of each mistake."""
    findings: dict[int, list[Finding]] = defaultdict(list)
    with TemporaryDirectory() as folder:
        copies(faults, Path(folder))
        for finding in check(folder, cache=False).findings:
            number = int(Path(finding.place.file).stem)
            if not _is_of_two_copies(finding, number):
                findings[number - FIRST].append(finding)
    return findings


def _is_of_two_copies(finding: Finding, number: int) -> bool:
    """Return whether a launch resembles that of another copy.

    That is so on the same date if one of the two has lost its site.
    """
    return (
        finding.code == "W222"
        and _table(finding) == "launches"
        and f"(lch-{number}" not in finding.message
    )


def verdict(
    fault: Fault, findings: Sequence[Finding], lines: Sequence[Listed]
) -> tuple[str, set[Listed]]:
    """Return the verdict on a mistake, and the patterns of the list that explain it.

    The verdict is `found`, `elsewhere`, `harmless` or a text that says what is wrong.
    """
    if any(_is_in(fault, finding) and finding.place[1:] in fault.places for finding in findings):
        return "found", set()
    matching = [
        line for line in lines if fnmatchcase(re.sub(r"\[\d+\]", "", fault.name), line.pattern)
    ]
    if elsewhere := {
        line for line in matching if any(_points(fault, line, finding) for finding in findings)
    }:
        return "elsewhere", elsewhere
    if harmless := {line for line in matching if not line.code and not findings}:
        return "harmless", harmless
    places = " or ".join(f"{line}:{column}" for line, column in fault.places)
    reports = (
        ", ".join(
            f"{_table(finding)} {finding.place.line}:{finding.place.column} {finding.code}"
            for finding in findings
        )
        or "nothing"
    )
    return (
        f"{fault.name}: {reports} instead of {places}",
        set(),
    )


def _table(finding: Finding) -> str:
    return Path(finding.place.file).parent.name


def _is_in(fault: Fault, finding: Finding) -> bool:
    return _table(finding) == fault.file.removesuffix(".yaml")


def _points(fault: Fault, line: Listed, finding: Finding) -> bool:
    if finding.code != line.code:
        return False
    return line.at == "*" or (
        _is_in(fault, finding) and finding.place[1:] == fault.place_of(line.at)
    )


def by_process(faults: Sequence[Fault]) -> Iterator[str]:
    """Yield the mistakes for which `tumen check` in its own process reports something else."""
    for fault in faults:
        with TemporaryDirectory() as folder:
            copies([fault], Path(folder, "dataset"))
            run = run_cli("check", "--strict", "dataset", folder=Path(folder))
            expected = {
                f"{_table(finding)}/{FIRST}.yaml"
                f":{finding.place.line}:{finding.place.column} {finding.code}"
                for finding in found([fault])[0]
            }
            reported = {
                match[1]
                for match in re.finditer(r"^dataset/(\S+ [EW]\d{3}) ", run.stdout, re.MULTILINE)
            }
            if reported != expected or not ended_cleanly(run) or run.returncode != bool(expected):
                yield f"{fault.name}: {run.stdout.strip()[:200]!r} instead of {sorted(expected)}"


def trials(*, long: bool) -> Iterator[Row]:
    """Yield rows for good records, for a mistake in each field, and for some in a process."""
    rng = random.Random(SEED)  # noqa: S311
    faults, lines = list(mutate_fields.faults()), listed()
    chosen = faults if long else rng.sample(faults, _SHORT)
    findings = found(chosen)
    verdicts = [verdict(fault, findings[number], lines) for number, fault in enumerate(chosen)]
    wrong = [name for name, _ in verdicts if " " in name]
    used = set[Listed]().union(*(matched for _, matched in verdicts))
    idle = [line.pattern for line in lines if line not in used] if long else []
    wrong += [f"records/harmless.toml lists {line!r}, which no fault matches" for line in idle]
    counts = {
        kind: sum(name == kind for name, _ in verdicts)
        for kind in ("found", "elsewhere", "harmless")
    }
    happened = (
        f"{counts['found']:,} found at their line and column,"
        f" {counts['elsewhere']} at another value, {counts['harmless']} harmless"
    )
    yield Row(
        "one value, field or key of a good record spoilt",
        "in each field of each table: null, empty, wrong kind, near miss, twice, missing,"
        " misspelt, dates exchanged",
        len(chosen),
        f"{happened}; {len(wrong)} not: {wrong[0]}" if wrong else happened,
        not wrong,
    )
    sample = rng.sample(faults, _PROCESSES[long])
    unlike = list(by_process(sample))
    yield Row(
        "the same, one at a time",
        f"`tumen check` in a process of its own, seed {SEED}",
        len(sample),
        f"{len(unlike)} unlike: {unlike[0]}"
        if unlike
        else "the same findings, exit status 1 where there is any",
        not unlike,
    )
