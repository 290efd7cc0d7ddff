"""concviz from Python: ``run``, ``compare`` and ``sweep``, for notebooks and tests.

>>> import concviz
>>> print(concviz.compare(workload="cpu", tasks=8, workers=2, duration_s=0.1))  # doctest: +SKIP

Results print as the commands of the same names do, without colour; a notebook and rich show them
with it, and their ``repr`` is one line. ``to_dict`` gives what the commands print with ``--json``.
Nothing is printed while they run. An interrupt (Ctrl-C) ends everything that was started and is
passed on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from msgspec.structs import replace
from rich.console import Console, ConsoleOptions, RenderResult

from concviz.analysis.comparison import Comparison, Manner, Row
from concviz.analysis.measurement import Case
from concviz.analysis.recommendation import Recommendation
from concviz.analysis.scaling_laws import Fit
from concviz.analysis.statistics import Summary, summarise
from concviz.analysis.sweep import Point, Sweep
from concviz.analysis.verdict import Verdict
from concviz.experiments import ranges
from concviz.experiments.execution import Execution
from concviz.experiments.planning import (
    TASK_S,
    UnusableError,
    compared,
    even_tasks,
    swept,
    usual_counts,
)
from concviz.exporters import compared as objects
from concviz.exporters import pages
from concviz.exporters.report import report
from concviz.model.run import Run
from concviz.runner import catalogue, environment
from concviz.sources.feed import Feed
from concviz.sources.local_run import SAMPLE_HZ, LocalRun
from concviz.trace.plan import Plan, Problem
from concviz.trace.plan_fields import PlanFields, SweepFields
from concviz.view.glyphs import drawable, encoding_of

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

Progress = Callable[[int, int], object]
"""Called with the number of runs that are done and how many there are."""


class _Printed:
    """Prints as the command does; its ``repr`` is one line, as that of anything in a list."""

    def page(self, width: int) -> pages.Page:
        """Lines of text and tables for rich, at most so many cells wide where they can be."""
        raise NotImplementedError

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in self.page(options.max_width):
            for segment in console.render(part, options):
                yield segment._replace(text=drawable(segment.text, options.encoding))

    def __str__(self) -> str:
        return drawable(pages.plain(self.page(pages.WIDTH)), encoding_of(sys.stdout))

    def _repr_html_(self) -> str:
        return pages.html(self.page(pages.WIDTH))

    def _told(self) -> dict[str, object]:
        """What the ``repr`` tells."""
        raise NotImplementedError

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self._told().items())
        return f"{type(self).__name__}({told})"


@dataclass(frozen=True, repr=False)
class RunResult(_Printed):
    """One run: its events, reduced."""

    run: Run

    @property
    def summary(self) -> Summary:
        """Its figures. Seconds."""
        return summarise(self.run)

    def to_dict(self) -> dict[str, Any]:
        """As ``concviz run --json``; described in ``concviz.exporters.report``."""
        return report(self.run, self.summary)

    def page(self, width: int) -> pages.Page:
        """The picture of the run, its figures and findings."""
        return pages.of_run(self.run, self.summary, explain=True, width=width)

    def _told(self) -> dict[str, object]:
        plan = self.run.plan
        work: dict[str, object] = {"tasks": len(self.run.tasks)}
        if plan is not None:
            work = {"strategy": plan.strategy, "workload": plan.workload, **work}
        return {**work, "makespan_s": self.summary.makespan_s}


@dataclass(frozen=True, repr=False)
class CompareResult(_Printed):
    """The same work under several strategies."""

    comparison: Comparison

    @property
    def rows(self) -> list[Row]:
        """The figures of each strategy, in the order in which they were asked for."""
        return self.comparison.rows()

    @property
    def verdict(self) -> Verdict:
        """Which strategy, by how much, why, and how sure that is."""
        return self.comparison.verdict()

    def to_dict(self) -> dict[str, Any]:
        """As ``concviz compare --json``; described in ``concviz.exporters.compared``."""
        return objects.comparison(self.comparison)

    def page(self, width: int) -> pages.Page:
        """Verdict, stacked timelines and table."""
        return pages.of_comparison(self.comparison, width)

    def _told(self) -> dict[str, object]:
        cases = self.comparison.cases
        work = {"workload": cases[0].plan.workload, "tasks": cases[0].plan.tasks}
        strategies = [case.strategy for case in cases]
        return {**work, "strategies": strategies, "recommended": self.verdict.recommended}


@dataclass(frozen=True, repr=False)
class SweepResult(_Printed):
    """The same work with more and more workers."""

    sweep: Sweep

    @property
    def points(self) -> list[Point]:
        """In order of strategy and workers."""
        return self.sweep.points()

    @property
    def fits(self) -> dict[str, list[Fit]]:
        """The laws of scaling that have enough points, by strategy."""
        return {strategy: self.sweep.fits(strategy) for strategy in self.sweep.strategies}

    @property
    def recommendation(self) -> Recommendation:
        """How many workers, and why."""
        return self.sweep.recommendation()

    def to_dict(self) -> dict[str, Any]:
        """As ``concviz sweep --json``; described in ``concviz.exporters.compared``."""
        return objects.sweep(self.sweep)

    def page(self, width: int) -> pages.Page:
        """Recommendation, plot, table and laws."""
        return pages.of_sweep(self.sweep, width)

    def _told(self) -> dict[str, object]:
        plan, cases = self.sweep.baseline.plan, self.sweep.cases
        work = {"workload": plan.workload, "tasks": plan.tasks}
        tried = {
            "strategies": self.sweep.strategies,
            "workers": sorted({case.workers for case in cases}),
        }
        advice = self.recommendation
        told = {"recommended": advice.recommended, "recommended_workers": advice.workers}
        return {**work, **tried, **told}


def run(
    plan: Plan | None = None, /, *, sample_hz: float = SAMPLE_HZ, **fields: Unpack[PlanFields]
) -> RunResult:
    """Run a plan to its end.

    ``fields`` are those of ``Plan``, in place of the plan's or the defaults: ``strategy``,
    ``workload``, ``workers``, ``tasks``, ``duration_s`` (seconds), ``start_method``, ``chunksize``.
    ``sample_hz`` is how often a second to look at what each worker does; 0: not at all.
    Raises UnusableError, a ValueError, in a sentence, for a plan that cannot run here.
    """
    asked = _plan(plan, fields)
    _refuse([*ranges.sampling(sample_hz), *catalogue.problems(asked)])
    return RunResult(Feed(LocalRun(asked, sample_hz=sample_hz)).follow(TICK_S))


def compare(
    plan: Plan | None = None,
    /,
    *,
    strategies: Sequence[str] = (),
    repeat: int = 3,
    warmup: int = 1,
    order: str = "interleaved",
    sample_hz: float = SAMPLE_HZ,
    progress: Progress | None = None,
    **fields: Unpack[PlanFields],
) -> CompareResult:
    """Run the same work under several strategies (all, if none is named), one after another.

    ``repeat`` runs of each count, after ``warmup`` short ones that do not; ``order`` is
    ``interleaved`` or ``blocks``; the rest is as in ``run``. Raises UnusableError, a ValueError, in
    a sentence, for what cannot be compared.
    """
    manner = _manner(repeat, warmup, order, sample_hz)
    _refuse(_of_strategies(strategies))
    cases = compared(_plan(plan, fields), strategies)
    execution = _follow(cases, manner, sample_hz, progress)
    return CompareResult(Comparison(cases, manner, execution.environment))


def sweep(
    plan: Plan | None = None,
    /,
    *,
    workers: Iterable[int] = (),
    strategies: Sequence[str] = (),
    repeat: int = 3,
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
    cores = environment.usable_cores()[0]
    counts = sorted(set(workers))
    if plan is None:
        fields.setdefault("tasks", even_tasks(counts or usual_counts(None, cores)))
        fields.setdefault("duration_s", TASK_S)
    asked = _plan(plan, fields)
    counts = counts or usual_counts(asked.tasks, cores)
    baseline, cases = swept(asked, strategies or [asked.strategy], counts)
    execution = _follow([baseline, *cases], manner, sample_hz, progress)
    return SweepResult(Sweep(baseline, cases, manner, execution.environment))


def _plan(plan: Plan | None, fields: PlanFields | SweepFields) -> Plan:
    unknown = fields.keys() - {*Plan.__struct_fields__}
    if unknown:
        known = ", ".join(Plan.__struct_fields__)
        raise TypeError(f"a plan has no {', '.join(sorted(unknown))}: it has {known}")
    return replace(plan or Plan(), **fields)


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


def _manner(repeat: int, warmup: int, order: str, sample_hz: float) -> Manner:
    """How often and in which order. Refuses numbers that make no sense, also of looks a second."""
    found = [*ranges.repetitions(repeat, warmup), *ranges.sampling(sample_hz)]
    if order not in ("interleaved", "blocks"):
        found.append(Problem("order", f"order is {order!r}: it must be interleaved or blocks."))
    _refuse(found)
    return Manner(repeat, warmup, interleaved=order == "interleaved")


def _follow(
    cases: Sequence[Case], manner: Manner, sample_hz: float, progress: Progress | None
) -> Execution:
    execution = Execution(cases, manner, sample_hz)
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
