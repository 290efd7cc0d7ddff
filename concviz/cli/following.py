"""Runs a series for the command line, and says how it went."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.text import Text

from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case
from concviz.analysis.words import left, spoken
from concviz.cli import watching
from concviz.cli.options import Refused
from concviz.experiments.experiment import Series
from concviz.experiments.planning import UnusableError
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize

T = TypeVar("T")


def cases_or_refused(make: Callable[[], T]) -> T:
    """What it makes. Refuses what cannot be run, in sentences."""
    try:
        return make()
    except UnusableError as error:
        sentences = [sanitize(problem.sentence) for problem in error.problems]
        raise Refused("\n".join(sentences)) from None


def follow_series(
    cases: Sequence[Case], manner: Manner, sample_hz: float
) -> tuple[Series, int | None]:
    """Run all of it to its end. Gives the series and the signal that stopped it, if one did.

    The first signal stops the run under way and lets its events arrive; a second one ends it.
    """
    series = Series(cases, manner, sample_hz)
    with (
        watching.caught() as caught,
        watching.status_line(lambda: _line(series, manner)) as show,
    ):
        try:
            while not series.over:
                series.advance()
                if caught:
                    series.stop()
                if len(caught) > 1:
                    series.close()
                show()
                series.wait(watching.TICK_S)
        finally:
            series.close()
    return series, caught[0] if caught else None


def succeeded(cases: Sequence[Case]) -> bool:
    """Whether every task of every run finished; true of what cannot run here."""
    return all(map(_succeeded, cases))


def _succeeded(case: Case) -> bool:
    if not case.available:
        return True
    failed = any(trial.counts[Outcome.FAILED] for trial in case.trials)
    return case.reason is None and not failed


def _line(series: Series, manner: Manner) -> Text:
    """How far it is, in one line."""
    line = Text()
    if series.stopped:
        line.append("stopping", "yellow")
    elif series.job is not None:
        case, number = series.job
        line.append(f"{spoken(case.strategy)}, {case.workers:,}")
        line.append(f" · run {number} of {manner.repeat}" if number else " · warm-up", "dim")
    line.append("  ").append_text(watching.bar(series.done, series.total))
    line.append(f"  {series.done:,}/{series.total:,} runs")
    line.append(f"  {left(series.left_s(time.monotonic()))}")
    return line.append("  Ctrl-C stops", "dim")
