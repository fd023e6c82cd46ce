"""Kill each writing command at each of its steps, fail each step, and check what is flushed."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sandbox import leftovers, new_sandbox
from syscalls import ABSENT, BY_FILE, FLUSHING, PRESENT, Call, run_traced, run_with_fault
from trials import Row
from without_resources import run_tumen
from writers import WRITERS

from tumen.cli.exit import COULD_NOT_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from writers import Seen, Writer

SEED: Final = 9
AT_ONCE: Final = 2
_LONGEST: Final = 3
_MISSED: Final = 0.2
_KILLED: Final = (-9, 137)
_DRAWN: Final = ("tmp", ".draft-")


class Plan(NamedTuple):
    """An undisturbed run: its steps, and what a reader sees before and after."""

    writer: Writer
    calls: list[Call]
    before: Seen
    after: Seen


class Outcome(NamedTuple):
    """The result of a fault: what a reader saw, what is wrong, and what the next run left.

    A reader sees the state before, the state after, or something between.
    """

    state: str
    wrong: str
    leftovers: int


def trials(*, long: bool) -> Iterator[Row]:
    """Yield for each writing command what came of kills and failing steps, and what it flushes."""
    if not PRESENT:
        yield Row("killed at a step, or a step fails", "strace", 0, ABSENT, sound=True)
        return
    draw = random.Random(SEED)  # noqa: S311
    writers = [writer for writer in WRITERS if long or writer.steps]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        plans = list(pool.map(_planned, writers))
        for plan in plans:
            steps = _steps(plan, draw, long=long)
            total = len([call for call in plan.calls if call.name not in FLUSHING])
            yield _killed(
                plan, steps, total, list(pool.map(lambda call, plan=plan: _kill(plan, call), steps))
            )
        for plan in plans:
            steps = _steps(plan, draw, long=long)
            yield _failed(
                plan, steps, list(pool.map(lambda call, plan=plan: _fail(plan, call), steps))
            )
    yield _flushed(plans)


def _planned(writer: Writer) -> Plan:
    with new_sandbox() as (folder, env):
        before = writer.seen(folder)
        ended, calls = run_traced(writer.arguments, folder, env)
        if ended.status:
            raise SystemExit(f"tumen {' '.join(writer.arguments)}: {ended.errors}")
        return Plan(writer, calls, before, writer.seen(folder))


def _steps(plan: Plan, draw: random.Random, *, long: bool) -> list[Call]:
    """Return the steps to try: those that change something.

    Of consecutive writes, the first, the last and one between are tried.
    """
    chosen: list[Call] = []
    changing = [call for call in plan.calls if call.name not in FLUSHING]
    for _, calls in groupby(changing, lambda call: (call.name in BY_FILE, call.files)):
        alike = list(calls)
        chosen += (
            alike if len(alike) <= _LONGEST else [alike[0], draw.choice(alike[1:-1]), alike[-1]]
        )
    most = plan.writer.most if long else plan.writer.steps
    renames = [call for call in chosen if call.name.startswith("rename")][-1:]
    others = [call for call in chosen if call not in renames]
    return sorted([*draw.sample(others, min(most - 1, len(others))), *renames], key=chosen.index)


def _kill(plan: Plan, call: Call) -> Outcome:
    with new_sandbox() as (folder, env):
        ended = run_with_fault(
            plan.writer.arguments, folder, env, call, "signal=KILL", by_path=not _is_drawn(call)
        )
        if ended.status not in _KILLED:
            return Outcome("missed", "", 0)
        state = _state(plan, plan.writer.seen(folder))
        wrong = "" if state != "between" else "what is seen is neither old nor new"
        again = run_tumen(plan.writer.arguments, folder, env)
        whole = state == "as after"
        refused = (
            again.status == COULD_NOT_RUN
            and again.says_why
            and plan.writer.once
            and state != "as before"
        )
        if not refused and again.status:
            wrong = f"the next run ends with {again.status}: {again.errors.strip()[-200:]}"
        elif not refused and not whole and _state(plan, plan.writer.seen(folder)) != "as after":
            wrong = "the next run does not finish the work"
        return Outcome(state, wrong, len(leftovers(folder)))


def _fail(plan: Plan, call: Call) -> Outcome:
    with new_sandbox() as (folder, env):
        ended = run_with_fault(
            plan.writer.arguments, folder, env, call, "error=ENOSPC", by_path=not _is_drawn(call)
        )
        state = _state(plan, plan.writer.seen(folder))
        wrong = ""
        if "Traceback" in ended.errors or ended.status not in (0, COULD_NOT_RUN):
            wrong = f"status {ended.status}: {ended.errors.strip()[-200:]}"
        elif ended.status == COULD_NOT_RUN and not ended.says_why:
            wrong = f"says {ended.errors.strip()[:200]!r}"
        elif (
            state == "between"
            or (state != "as after" and ended.status == 0)
            or (state == "as after" and ended.status != 0)
        ):
            wrong = f"status {ended.status}, {state}"
        return Outcome(
            state if ended.status else "done all the same", wrong, len(leftovers(folder))
        )


def _is_drawn(call: Call) -> bool:
    return any(Path(call.asked).name.startswith(mark) for mark in _DRAWN)


def _state(plan: Plan, seen: Seen) -> str:
    if seen == plan.after:
        return "as after"
    if seen == plan.before:
        return "as before"
    known = all(
        any(seen.get(name) == side.get(name) for side in (plan.before, plan.after))
        for name in {*seen, *plan.before}
    )
    return "partly, each whole" if known and plan.writer.piecewise else "between"


def _summarize(outcomes: list[Outcome], steps: list[Call]) -> tuple[str, bool]:
    counted = [
        (state, sum(outcome.state == state for outcome in outcomes))
        for state in sorted({outcome.state for outcome in outcomes})
    ]
    happened = ", ".join(f"{state} {number}" for state, number in counted)
    wrong = [
        f"{call}: {outcome.wrong}"
        for outcome, call in zip(outcomes, steps, strict=True)
        if outcome.wrong
    ]
    return f"{happened}{f'; WRONG {len(wrong)}, first at {wrong[0]}' if wrong else ''}", not wrong


def _killed(plan: Plan, steps: list[Call], total: int, outcomes: list[Outcome]) -> Row:
    happened, sound = _summarize(outcomes, steps)
    lying = sum(outcome.leftovers for outcome in outcomes)
    end = (
        f"the next run finishes it{' or reports that it is done' if plan.writer.once else ''}"
        if sound
        else ""
    )
    litter = f"; it leaves {lying} drafts of the dead" if lying else "; it leaves no draft"
    missed = sum(outcome.state == "missed" for outcome in outcomes)
    sound = sound and missed < max(1, len(steps) * _MISSED)
    return Row(
        f"`{plan.writer.name}` is killed",
        f"SIGKILL at {len(steps)} of its {total} steps",
        len(steps) - missed,
        f"{happened}; {end}{litter}",
        sound,
    )


def _failed(plan: Plan, steps: list[Call], outcomes: list[Outcome]) -> Row:
    happened, sound = _summarize(outcomes, steps)
    lying = sum(outcome.leftovers for outcome in outcomes)
    return Row(
        f"`{plan.writer.name}` fails at a step",
        "ENOSPC in place of the step",
        len(steps),
        f"{happened}; drafts left: {lying}",
        sound,
    )


def _flushed(plans: list[Plan]) -> Row:
    """Check that files are flushed before they take their place, and folders after.

    This concerns the commands that promise it.
    """
    late = {
        plan.writer.name: file
        for plan in plans
        if plan.writer.flushes and (file := _unflushed(plan.calls))
    }
    none = [plan.writer.name for plan in plans if not plan.writer.flushes]
    promised = sum(plan.writer.flushes for plan in plans)
    summary = (
        f"{promised - len(late)} of {promised} commands flush content before it takes its place,"
        " and the folder after"
    )
    happened = f"{summary}; not promised by {', '.join(none)}"
    return Row(
        "power is lost",
        "the order of fsync and rename",
        promised,
        happened + (f"; LATE {late}" if late else ""),
        not late,
    )


def _unflushed(calls: list[Call]) -> str:
    """Return a file that is renamed before it is flushed, or a folder that is not flushed after."""
    dirty: set[str] = set()
    unsettled: set[str] = set()
    for call in calls:
        if call.name in BY_FILE:
            dirty.add(call.files[0])
        elif call.name in FLUSHING:
            dirty.discard(call.files[0])
            unsettled.discard(call.files[0])
        elif call.name.startswith("rename"):
            source, target = call.files
            if waiting := [file for file in dirty if Path(file).is_relative_to(source)]:
                return waiting[0]
            unsettled.add(str(Path(target).parent))
    return min(unsettled, default="")
