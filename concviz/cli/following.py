"""Makes the runs of an experiment for the command line, and says how it went."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from rich.text import Text

from concviz.analysis.measurement import Case, rounds
from concviz.analysis.wording import left, spoken
from concviz.cli import watching
from concviz.cli.options import Refused
from concviz.experiments.durations import Durations, forecast
from concviz.experiments.execution import Execution
from concviz.experiments.experiment import Result
from concviz.experiments.planning import UnusableError
from concviz.model.tasks import Outcome
from concviz.runner.environment import describe
from concviz.sources import warm_start
from concviz.trace.sanitize import sanitize

T = TypeVar("T")


def cases_or_refused(make: Callable[[], T]) -> T:
    """What it makes. Refuses what cannot be run, in sentences."""
    try:
        return make()
    except UnusableError as error:
        sentences = [sanitize(problem.sentence) for problem in error.problems]
        raise Refused("\n".join(sentences)) from None


def follow_experiment(found: Result[Any], sample_hz: float) -> int | None:
    """Make all runs, to their end. Gives the signal that stopped it, if one did.

    The first signal stops the run under way and lets its events arrive; a second one ends it.
    On a terminal it is said beforehand what will be done.
    """
    durations, here = Durations(), describe()
    execution = Execution(
        found.cases, found.manner, sample_hz, durations=durations, environment=here
    )

    @lru_cache(maxsize=1)  # a verdict for each run, not for each look
    def so_far(done: int) -> str:
        best = found.recommended if rounds(found.cases) else None
        return "" if best is None else f"  so far: {spoken(best)}"

    def line() -> Text:
        return _line(execution, so_far(execution.done))

    watching.tell(forecast(found.cases, found.manner, durations, here).words)
    with watching.caught() as caught, watching.status_line(line) as show, warm_start.kept():
        try:
            while not execution.over:
                execution.advance()
                if caught:
                    execution.stop()
                if len(caught) > 1:
                    execution.close()
                show()
                execution.wait(watching.TICK_S)
        finally:
            execution.close()
    found.ended(execution.environment, execution.stopped)
    return caught[0] if caught else None


def succeeded(cases: Sequence[Case]) -> bool:
    """Whether every task of every run finished; true of what cannot run here."""
    return all(map(_succeeded, cases))


def _succeeded(case: Case) -> bool:
    if not case.available:
        return True
    failed = any(trial.counts[Outcome.FAILED] for trial in case.trials)
    return case.reason is None and not failed


def _line(execution: Execution, so_far: str) -> Text:
    """How far it is, in one line, and what is best after the first round."""
    line = Text()
    if execution.stopped:
        line.append("stopping", "yellow")
    else:
        line.append(execution.telling)
    line.append("  ").append_text(watching.bar(execution.done, execution.total))
    line.append(f"  {execution.done:,}/{execution.total:,} runs")
    line.append(f"  {left(execution.left_s(time.monotonic()))}")
    return line.append(so_far, "bold").append("  Ctrl-C stops", "dim")
