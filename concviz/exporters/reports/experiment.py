"""The JSON objects of a comparison and of a sweep."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from concviz.analysis.recommendation import Recommendation
from concviz.analysis.sweep import Point
from concviz.analysis.verdict import Verdict
from concviz.exporters.reports.parts import Counts, Schema, States
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan


class BaselineReport(Struct, frozen=True, kw_only=True):
    """The sequential runs of the same work, which every speedup is measured against."""

    makespan_s: float | None
    """Median of its runs."""
    makespan_runs_s: list[float]
    """In the order in which they were made."""


class ResultsReport(Struct, frozen=True, kw_only=True):
    """What a comparison of the tasks' results came to, in all runs of all strategies."""

    equal: bool | None
    """Whether all are the same; null: that is not known of all of them."""
    sentence: str
    """In words."""


class ExperimentReport(Struct, frozen=True, kw_only=True):
    """What experiments have in common: many runs of one work."""

    schema: Schema
    """Version of this description. It grows when a reader of an earlier one would misunderstand
    the object; a new key is no reason."""
    plan: Plan
    """The work; ``strategy`` and ``workers`` are those of the baseline."""
    environment: Environment | None
    """Where all of it ran; null when no run came so far as to tell."""
    order: Literal["interleaved", "blocks"]
    """Every plan once, then every plan again; or each as often as it runs."""
    repeat: int
    """Runs of each plan that count; one of what turned out to be exact."""
    warmup: int
    """Runs of each plan before those, which do not."""
    stopped: bool
    """Whether somebody ended it before all runs were made."""
    baseline: BaselineReport
    """What speedup is measured against."""
    results: ResultsReport | None
    """Whether all runs gave the same results; null where that was not looked at, because what ran
    was no function of somebody's own, or too little of it."""


class RowReport(Struct, frozen=True, kw_only=True):
    """A strategy. All but the makespans and the memory are of one run: the one that took the
    median (of an even number, the faster one of the middle two).
    """

    strategy: str
    """Its id."""
    workers: int
    """Tasks at once, at most."""
    available: bool
    """Whether it can run here."""
    reason: str | None
    """Why it cannot, or why its runs say nothing."""
    makespan_s: float | None
    """Median of its runs."""
    makespan_runs_s: list[float]
    """In the order in which they were made."""
    speedup: float | None
    """Median makespan of the sequential runs ÷ this one's."""
    speedup_low: float | None
    """Lower end of its 97 % interval; null where either ran once, and of the sequential one."""
    speedup_high: float | None
    """Upper end of that."""
    exact: bool
    """It ran once, because that run was as long as its waits: more would say the same."""
    efficiency: float | None
    """Speedup ÷ workers."""
    machine_utilisation: float | None
    """Share of the machine's usable cores that was in use during the run, by whatever ran."""
    states: States | None
    """How the time of all tasks was spent; null where that was not seen."""
    startup_mean_s: float | None
    """From ``start()`` on a worker to its first line of Python, on average."""
    overhead_per_task_s: float | None
    """Time of the workers that went into start-up and gaps, for each task."""
    peak_memory_bytes: int | None
    """The most that the runner and all it started were seen to hold together."""
    counts: Counts | None
    """Tasks of that run by outcome."""
    remarks: list[str]
    """What should be known before these figures are believed."""


class CompareReport(ExperimentReport, frozen=True, kw_only=True):
    """A comparison, as ``concviz compare --json`` prints it."""

    rows: list[RowReport]
    """One for each strategy, in the order in which they were asked for."""
    verdict: Verdict
    """Which strategy, by how much, why, and how sure that is."""


class FitReport(Struct, frozen=True, kw_only=True):
    """A law of scaling, fitted to the points of a strategy."""

    strategy: str
    """Its id."""
    law: str
    """"amdahl": Amdahl's law; "usl": Gunther's Universal Scalability Law."""
    coefficients: dict[str, float]
    """By name. Of "amdahl": ``serial_fraction``, the share of the work that one worker alone can
    do at a time. Of "usl": ``contention``, the same, and ``coherency``, the cost of keeping each
    pair of workers in step, as a share of the work."""
    residual: float
    """Root of the mean squared difference to the points, as a share of their mean speedup."""
    poor: bool
    """Whether that is so large that the law does not describe the points."""
    knee_workers: float | None
    """Workers beyond which more are slower; null where there are none."""
    limit_speedup: float | None
    """The greatest speedup that the law allows; null: no limit."""


class SweepReport(ExperimentReport, frozen=True, kw_only=True):
    """A sweep, as ``concviz sweep --json`` prints it."""

    points: list[Point]
    """One for each strategy and number of workers, in that order."""
    fits: list[FitReport]
    """For each strategy the laws for which it has enough points."""
    recommendation: Recommendation
    """How many workers of which strategy, and why."""
