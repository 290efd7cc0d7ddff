"""A comparison and a sweep as one JSON object each, for programs.

Times end in ``_s`` and are seconds, memory is in bytes, shares are parts of one. What was not
measured or cannot be known is null. Rows and points are in the order in which they were asked for.
Both objects have:

``schema``
    1. It grows when a reader of this description would misunderstand the object; a new key is no
    reason.
``plan`` ``environment``
    As in the object of a run; the plan's ``strategy`` and ``workers`` are those of the baseline.
``order`` ``repeat`` ``warmup``
    ``interleaved`` or ``blocks``; how many runs of each plan counted, and how many went before.
``stopped``
    Whether somebody ended it before all runs were made.
``baseline``
    The sequential runs of the same work, the measure of every speedup: ``makespan_s`` (median) and
    ``makespan_runs_s``.

A comparison has:

``rows``
    One object for each strategy: ``strategy``, ``workers`` (tasks at once, at most), ``available``,
    ``reason`` (why it is not, or why its runs say nothing), ``makespan_s`` (median),
    ``makespan_runs_s``, ``speedup`` (median sequential makespan ÷ ``makespan_s``), ``speedup_low``
    and ``speedup_high`` (the 97 % interval of that, as ``concviz.analysis.interval`` has it;
    null where either ran once, and of the sequential one), ``efficiency`` (speedup ÷ workers),
    ``machine_utilisation`` (share of the usable cores in use, by whatever ran), ``states`` (as in
    the object of a run; null where they were not seen), ``startup_mean_s`` (of a worker),
    ``overhead_per_task_s`` (start-up and gaps of the workers, for each task),
    ``peak_memory_bytes`` (of the runner and all that it started, together, as far as it was seen),
    ``counts`` (tasks by outcome) and ``remarks`` (what should be known before they are believed).
    All but the makespans and the memory are of one run: the one that took the median (of an even
    number, the faster one of the middle two).
``verdict``
    ``winner`` (null for a tie), ``tied`` (those that cannot be told from the best, the recommended
    one first), ``recommended`` (the lightest of those as good as the best, or the winner),
    ``speedup``, ``speedup_low`` and ``speedup_high`` (of that), ``sentence`` and ``evidence``.

A sweep has:

``points``
    One object for each strategy and number of workers: ``strategy workers available reason
    makespan_s makespan_runs_s speedup speedup_low speedup_high efficiency``.
``fits``
    For each strategy and law with enough points: ``strategy``, ``law`` (``amdahl`` or ``usl``),
    ``serial_fraction`` (Amdahl's; of the other law ``contention``), ``coherency``, ``residual``
    (root mean square, as a share of the mean speedup), ``poor`` (then it describes nothing),
    ``knee_workers`` (beyond it more workers are slower) and ``limit_speedup`` (null: no limit).
``recommendation``
    ``recommended``, ``workers``, ``speedup``, ``speedup_low``, ``speedup_high``, ``sentence``,
    ``evidence``.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from concviz.analysis.comparison import Comparison, Manner, Row
from concviz.analysis.measurement import Case
from concviz.analysis.scaling_laws import Fit
from concviz.analysis.sweep import Sweep
from concviz.exporters.report import ended, states
from concviz.trace.environment import Environment

SCHEMA = 1


def comparison(found: Comparison) -> dict[str, Any]:
    """The object of a comparison."""
    # There is a sequential case, measured or not.
    case = found.baseline or found.cases[0]
    return {
        **_head(case, found.manner, found.environment, found.stopped),
        "rows": [_row(row) for row in found.rows()],
        "verdict": dataclasses.asdict(found.verdict()),
    }


def sweep(found: Sweep) -> dict[str, Any]:
    """The object of a sweep."""
    return {
        **_head(found.baseline, found.manner, found.environment, found.stopped),
        "points": [dataclasses.asdict(point) for point in found.points()],
        "fits": [
            {"strategy": strategy, **_fit(fit)}
            for strategy in found.strategies
            for fit in found.fits(strategy)
        ],
        "recommendation": dataclasses.asdict(found.recommendation()),
    }


def _head(
    case: Case, manner: Manner, environment: Environment | None, stopped: bool
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "plan": msgspec.to_builtins(case.plan),
        "environment": msgspec.to_builtins(environment),
        "order": manner.order,
        "repeat": manner.repeat,
        "warmup": manner.warmup,
        "stopped": stopped,
        "baseline": {
            "makespan_s": case.median_s if case.trials else None,
            "makespan_runs_s": case.runs_s,
        },
    }


def _row(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if field.name == "spent":
            found["states"] = states(value, row.observer)
        elif field.name != "observer":
            found[field.name] = value
    found["counts"] = None if row.counts is None else ended(row.counts)
    return found


def _fit(fit: Fit) -> dict[str, Any]:
    is_amdahl = fit.law == "amdahl"
    return {
        "law": fit.law,
        "serial_fraction": fit.contention if is_amdahl else None,
        "contention": None if is_amdahl else fit.contention,
        "coherency": None if is_amdahl else fit.coherency,
        "residual": fit.residual,
        "poor": fit.poor,
        "knee_workers": fit.knee,
        "limit_speedup": fit.limit,
    }
