"""concviz from Python: ``run``, ``compare`` and ``sweep``, for notebooks and tests.

>>> import concviz
>>> print(concviz.compare(workload="cpu", tasks=8, workers=2, duration_s=0.1))  # doctest: +SKIP

Results print as the commands of the same names do; ``to_dict`` gives what those print with
``--json``, and ``save`` writes that, or another format, to a file. Nothing is printed while they
run. An interrupt (Ctrl-C) ends everything that was started and is passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Unpack

from msgspec.structs import asdict, replace

from concviz.analysis.comparison import Comparison, Manner, Row
from concviz.analysis.measurement import Case
from concviz.analysis.recommendation import Recommendation
from concviz.analysis.scaling_laws import Fit
from concviz.analysis.statistics import Summary
from concviz.analysis.sweep import Point, Sweep
from concviz.analysis.verdict import Verdict
from concviz.experiments import clusters, ranges
from concviz.experiments.called import (
    Call,
    called_once_imported,
    fitted,
    reference_of,
    specs_of,
)
from concviz.experiments.execution import Execution
from concviz.experiments.planning import (
    TASK_S,
    UnusableError,
    compared,
    even_tasks,
    is_async,
    swept,
    usual_counts,
)
from concviz.model.run import Run
from concviz.observer.rate import SAMPLE_HZ
from concviz.results import CompareResult, RunResult, SweepResult
from concviz.runner import catalogue, environment
from concviz.runner.functions_known import ASYNCIO
from concviz.sources import warm_start
from concviz.sources.feed import Feed
from concviz.sources.local_run import LocalRun
from concviz.trace.plan import Plan, Problem
from concviz.trace.plan_fields import PlanFields, SweepFields
from concviz.trace.plan_types import typed, whole_numbers
from concviz.trace.scheduler_address import address_of, wrong_with

__all__ = [
    "CompareResult",
    "Fit",
    "Plan",
    "PlanFields",
    "Point",
    "Recommendation",
    "Row",
    "Run",
    "RunResult",
    "Summary",
    "SweepFields",
    "SweepResult",
    "UnusableError",
    "Verdict",
    "compare",
    "run",
    "sweep",
]

TICK_S = 0.05

Inputs = Iterable[object] | str
"""Values, or a text that says where they are."""

Progress = Callable[[int, int], object]
"""Called with the number of runs that are done and how many there are."""


def run(
    plan: Plan | None = None,
    /,
    *,
    call: Call | None = None,
    inputs: Inputs | None = None,
    sample_hz: float = SAMPLE_HZ,
    **fields: Unpack[PlanFields],
) -> RunResult:
    """Run a plan to its end.

    ``call`` is a function of yours that does a task, or its reference ("jobs:resize",
    "jobs.py:resize"), and ``inputs`` what it is called with, one each: values that JSON has, or a
    text that says where they are, as ``--inputs`` does ("range:20", "lines:urls.txt",
    "jobs:ITEMS"). Workers import its module: run under ``if __name__ == "__main__"`` in a script.
    ``fields`` are those of ``Plan``, in place of the plan's or the defaults: ``strategy``,
    ``workload``, ``workers``, ``tasks``, ``duration_s`` (seconds), ``start_method``, ``chunksize``,
    ``scheduler`` (the address of a cluster, or "local").
    ``sample_hz`` is how often a second to look at what each worker does; 0: not at all.
    Raises UnusableError, a ValueError, in a sentence, for a plan that cannot run here.
    """
    asked = _plan(plan, fields, call, inputs)
    _refuse(typed({"sample_hz": sample_hz})[1])
    asked = clusters.placed(asked, [asked.strategy], _said(plan, fields))
    _refuse([*ranges.sampling(sample_hz), *catalogue.problems(asked)])
    return RunResult(Feed(LocalRun(asked, sample_hz=sample_hz)).follow(TICK_S))


def compare(
    plan: Plan | None = None,
    /,
    *,
    call: Call | None = None,
    inputs: Inputs | None = None,
    strategies: Sequence[str] = (),
    repeat: int | None = None,
    warmup: int = 1,
    order: str = "interleaved",
    sample_hz: float = SAMPLE_HZ,
    progress: Progress | None = None,
    **fields: Unpack[PlanFields],
) -> CompareResult:
    """Run the same work under several strategies, one after another.

    If none is named: all, but a cluster only if ``scheduler`` or ``strategy`` asks for one.

    ``repeat`` runs of each count (if nobody says: 3, or 1 of waits that prove exact), after
    ``warmup`` short ones that do not; ``order`` is ``interleaved`` or ``blocks``; the rest is as in
    ``run``. Raises UnusableError, a ValueError, in a sentence, for what cannot be compared.
    """
    manner = _manner(repeat, warmup, order, sample_hz)
    _refuse(_of_strategies(strategies))
    asked = _plan(plan, fields, call, inputs)
    asked = clusters.placed(asked, strategies or [asked.strategy], _said(plan, fields))
    cases = compared(asked, strategies)
    execution = _follow(cases, manner, sample_hz, progress)
    return CompareResult(Comparison(cases, manner, execution.environment))


def sweep(
    plan: Plan | None = None,
    /,
    *,
    call: Call | None = None,
    inputs: Inputs | None = None,
    workers: Iterable[int] = (),
    strategies: Sequence[str] = (),
    repeat: int | None = None,
    warmup: int = 1,
    order: str = "interleaved",
    sample_hz: float = SAMPLE_HZ,
    progress: Progress | None = None,
    **fields: Unpack[SweepFields],
) -> SweepResult:
    """Run the same work with each of these numbers of workers, and in a sequential loop.

    ``strategies`` are one or more that take a number of workers; the plan's, if none is named.
    Without a plan: of 0.25 s, as many tasks as divide evenly, unless ``duration_s`` and ``tasks``
    say otherwise. The rest is as in ``compare``.
    """
    manner = _manner(repeat, warmup, order, sample_hz)
    _refuse([*_of_workers(workers), *_of_strategies(strategies)])
    workers = list(workers)
    _refuse(whole_numbers("workers", workers))
    cores = environment.usable_cores()[0]
    counts = sorted(set(workers))
    there = None
    if not counts:
        first = _plan(plan, fields, call, inputs)
        names = strategies or [first.strategy]
        there = clusters.workers_there(clusters.placed(first, names, fields), names)
    if plan is None and call is None:
        fields.setdefault("tasks", even_tasks(counts or usual_counts(None, cores, there)))
        fields.setdefault("duration_s", TASK_S)
    asked = _plan(plan, fields, call, inputs)
    asked = clusters.placed(asked, strategies or [asked.strategy], {"workers", *fields})
    counts = counts or usual_counts(asked.tasks, cores, there)
    if not strategies and call is not None and "strategy" not in fields and is_async(asked):
        strategies = [ASYNCIO]
    baseline, cases = swept(asked, strategies or [asked.strategy], counts)
    execution = _follow([baseline, *cases], manner, sample_hz, progress)
    return SweepResult(Sweep(baseline, cases, manner, execution.environment))


def _plan(
    plan: Plan | None,
    fields: PlanFields | SweepFields,
    call: Call | None,
    inputs: Inputs | None,
) -> Plan:
    if call is not None or inputs is not None:
        return _calling(plan, fields, call, inputs)
    unknown = fields.keys() - {*Plan.__struct_fields__}
    if unknown:
        known = ", ".join(Plan.__struct_fields__)
        raise TypeError(f"a plan has no {', '.join(sorted(unknown))}: it has {known}")
    values, problems = typed({**asdict(plan or Plan()), **fields})
    _refuse(problems)
    values["scheduler"] = address_of(values["scheduler"])
    _refuse(_of_scheduler(values["scheduler"]))
    return Plan(**values)


def _calling(
    plan: Plan | None,
    fields: PlanFields | SweepFields,
    call: Call | None,
    inputs: Inputs | None,
) -> Plan:
    _refuse(called_once_imported())
    for name in ("workload", "duration_s"):
        if name in fields:
            raise TypeError(f"{name} makes no sense together with call and inputs")
    if call is None or inputs is None:
        missing = "call" if call is None else "inputs"
        raise TypeError(f"call and inputs belong together: {missing} is missing")
    (reference, wrong), (specs, also) = reference_of(call), specs_of(inputs)
    _refuse([*wrong, *also])
    asked = _plan(plan, fields, None, None)
    asked = replace(asked, workload=reference, inputs=specs)
    return fitted(asked, asked.tasks if "tasks" in fields else None)


def _said(plan: Plan | None, fields: PlanFields) -> set[str]:
    """Fields that somebody decided about: of a whole plan, also how many workers."""
    return {*fields} if plan is None else {*fields, "workers"}


def _of_scheduler(address: str) -> list[Problem]:
    wrong = wrong_with(address) if address else None
    return [] if wrong is None else [Problem("scheduler", wrong)]


def _several(name: str, given: object, instead: object) -> list[Problem]:
    """What is wrong where several are asked for: one alone, or a string, which has letters."""
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        return []
    return [Problem(name, f"{name} is {given!r}: pass several, such as {instead}.")]


def _of_strategies(given: object) -> list[Problem]:
    return _several("strategies", given, str(given).split(","))


def _of_workers(given: object) -> list[Problem]:
    return _several("workers", given, "range(1, 9) or [1, 2, 4, 8]")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise UnusableError(problems)


def _manner(repeat: int | None, warmup: int, order: str, sample_hz: float) -> Manner:
    """How often and in which order. Refuses numbers that make no sense, also of looks a second."""
    _refuse(typed({"repeat": repeat, "warmup": warmup, "sample_hz": sample_hz})[1])
    found = [*ranges.repetitions(repeat, warmup), *ranges.sampling(sample_hz)]
    if order not in ("interleaved", "blocks"):
        found.append(Problem("order", f"order is {order!r}: it must be interleaved or blocks."))
    _refuse(found)
    return ranges.manner_of(repeat, warmup, order)


def _follow(
    cases: Sequence[Case], manner: Manner, sample_hz: float, progress: Progress | None
) -> Execution:
    execution = Execution(cases, manner, sample_hz)
    with warm_start.kept():
        try:
            while not execution.over:
                done = execution.done
                execution.advance()
                if progress is not None and execution.done != done:
                    progress(execution.done, execution.total)
                execution.wait(TICK_S)
        finally:
            execution.close()
    return execution
