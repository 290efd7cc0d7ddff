"""Runs, comparisons and sweeps in which every text is one that no reader should obey."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.measurement import Case
from concviz.analysis.sweep import Sweep
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.environment import Environment, Observer
from concviz.trace.header import Header
from concviz.trace.plan import Plan, Traits
from concviz.trace.worker_kind import WorkerKind
from tests.builders.cases import even_run
from tests.builders.told import ZERO, at, sampled

PIECES = (
    *("\x1b", "\x1b[2J", "\x1b[31m", "\x1b]0;title\x07", "\x9b31m", "\x9d0;t\x9c", "\x00", "\x7f"),
    *("\r", "\n", "\t", "\b", "\x0c", "\x85", "\u2028", "\u202e", "\u2066", "\u200f", "\u200b"),
    *("\ud800", "\udfff", "[bold]", "[/]", "[@click=app.quit]x[/]", "[link=x]", "\\", "]8;;x"),
    *("漢", "é", "x", "1 ", "-"),
)
"""Of which terminals, markup and encodings make something."""
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
ALL_PIECES = "".join(PIECES)


def hostile_environment(text: str) -> Environment:
    return Environment(
        concviz=text,
        python=text,
        implementation=text,
        gil=True,
        platform=text,
        machine=text,
        cores_total=8,
        cores_usable=2,
        cores_limit=text,
        start_method=text,
        observer=Observer(
            hz=50, cpu=True, blocking=False, gil=False, missing={"blocking": text, text: text}
        ),
    )


def hostile_plan(text: str) -> Plan:
    return Plan(strategy=text, workload=text, tasks=3, workers=2, start_method=text)


def hostile_run(text: str, finished: bool = True) -> Run:
    """One of a strategy and a workload that nobody has, with a failed task and a dead worker."""
    run = Run(hostile_plan(text))
    run.apply(
        [Header(plan=run.plan, environment=hostile_environment(text), worker_kind=WorkerKind(text))]
    )
    run.apply([events.Preparing(ZERO, text), events.Calibrated(ZERO, text, 5.0)])
    if not finished:
        return run
    first, second = f"{text}1", f"{text}2"
    run.apply(
        [
            events.RunStarted(ZERO),
            *(events.TaskSubmitted(at(0), task) for task in range(3)),
            *(events.WorkerStarting(at(0), name) for name in (first, second)),
            events.WorkerStarted(at(1), first, 11, 12),
            events.WorkerStarted(at(1), second, 13, 14),
            events.TaskStarted(at(2), 0, first),
            events.TaskStarted(at(2), 1, second),
            events.Output(at(3), 0, text),
            events.Output(at(3), None, text),
            sampled(first, 0, 40, running=40),
            events.TaskFinished(at(40), 0, 1_000_000, text),
            events.TaskFailed(at(50), 1, 1_000_000, text, f"{text}\n{text}"),
            events.TaskStarted(at(50), 2, second),
            events.WorkerDied(at(60), second, -11),
            events.MachineSampled(at(60), at(0), 30_000_000, 2),
            events.RunFinished(at(70), text),
            events.RunnerExited(at(71), 0),
        ]
    )
    return run


WORKERS = Traits(kind="thread", options=frozenset(("workers",)))
ALONE = Traits(kind="main", options=frozenset())


def _cases(text: str) -> tuple[Case, list[Case]]:
    baseline = Case(Plan(strategy="sequential", workload=text, tasks=4), ALONE)
    others = [
        Case(Plan(strategy=f"{text}{n}", workload=text, tasks=4, workers=n), WORKERS)
        for n in (1, 2, 4)
    ]
    for case in (baseline, *others):
        took = 2.0 / case.workers
        case.add(
            even_run(case.plan, case.traits, took, {"running": 1.0}, hostile_environment(text)),
            left=0,
        )
    return baseline, others


def hostile_comparison(text: str) -> Comparison:
    baseline, others = _cases(text)
    broken = Case(hostile_plan(text), WORKERS)
    broken.add(hostile_run(text), left=0)
    missing = Case(hostile_plan(f"{text}9"), WORKERS, text, available=False)
    return Comparison([baseline, *others, broken, missing], Manner(), hostile_environment(text))


def hostile_sweep(text: str) -> Sweep:
    baseline, others = _cases(text)
    missing = Case(hostile_plan(f"{text}9"), WORKERS, text, available=False)
    return Sweep(baseline, [*others, missing], Manner(), hostile_environment(text))


_BAD = {"Cc", "Cf", "Cs", "Zl", "Zp", "Co"}


def obeyed(text: str) -> set[str]:
    """The characters of a text that a terminal would obey, or that cannot be written."""
    return {c for c in text if c != "\n" and unicodedata.category(c) in _BAD}
