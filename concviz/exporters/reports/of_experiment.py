"""From a comparison and a sweep to their JSON objects."""

from __future__ import annotations

from typing import Any

from concviz.analysis.comparison import BASELINE, Comparison, Manner, Row
from concviz.analysis.measurement import Case
from concviz.analysis.same_results import SameResults
from concviz.analysis.scaling_laws import Fit
from concviz.analysis.sweep import Sweep
from concviz.exporters.reports.experiment import (
    BaselineReport,
    CompareReport,
    FitReport,
    ResultsReport,
    RowReport,
    SweepReport,
)
from concviz.exporters.reports.parts import counts, states
from concviz.trace.environment import Environment


def compare_report(found: Comparison) -> CompareReport:
    """The object of a comparison."""
    baseline = next(case for case in found.cases if case.strategy == BASELINE)
    return CompareReport(
        **_head(baseline, found.manner, found.environment, found.stopped, found.results),
        rows=[_row(row) for row in found.rows()],
        verdict=found.verdict(),
    )


def sweep_report(found: Sweep) -> SweepReport:
    """The object of a sweep."""
    return SweepReport(
        **_head(found.baseline, found.manner, found.environment, found.stopped, found.results),
        points=found.points(),
        fits=[_fit(strategy, fit) for strategy in found.strategies for fit in found.fits(strategy)],
        recommendation=found.recommendation(),
    )


def _head(
    baseline: Case,
    manner: Manner,
    environment: Environment | None,
    stopped: bool,
    results: SameResults | None,
) -> dict[str, Any]:
    return {
        "schema": 2,
        "plan": baseline.plan,
        "environment": environment,
        "order": manner.order,
        "repeat": manner.repeat,
        "warmup": manner.warmup,
        "stopped": stopped,
        "baseline": BaselineReport(
            makespan_s=baseline.median_s if baseline.trials else None,
            makespan_runs_s=baseline.runs_s,
        ),
        "results": None if results is None else ResultsReport(**vars(results)),
    }


def _row(row: Row) -> RowReport:
    told = vars(row).copy()
    spent, observer, tally = told.pop("spent"), told.pop("observer"), told.pop("counts")
    return RowReport(
        **told,
        states=states(spent, observer.unseen),
        counts=None if tally is None else counts(tally),
    )


def _fit(strategy: str, fit: Fit) -> FitReport:
    return FitReport(
        strategy=strategy,
        law=fit.law,
        coefficients=fit.coefficients,
        residual=fit.residual,
        poor=fit.poor,
        knee_workers=fit.knee,
        limit_speedup=fit.limit,
    )
