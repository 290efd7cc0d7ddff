"""Makes the runs of an experiment, and says when there is something to show. At rest it sleeps."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from textual.screen import Screen
from textual.timer import Timer

from concviz.analysis.measurement import rounds
from concviz.experiments.durations import Durations
from concviz.experiments.execution import Execution
from concviz.experiments.experiment import Live, Result
from concviz.model.run import Run
from concviz.sources.spool import Lines
from concviz.trace.environment import Environment
from concviz.tui.budget import budget_s
from concviz.tui.screens.frame_loop import frame_s

DRAW_S = 1 / 5
"""How often what they make is drawn."""


class Told(Protocol):
    """Who hears of it."""

    def went_on(self, more: bool) -> None:
        """Something is to be drawn; ``more``: another run has been made."""

    def made_all(self) -> None:
        """No more runs are made."""


class Making:
    """What is under way, if anything is."""

    def __init__(self, screen: Screen[Any], told: Told, durations: Durations) -> None:
        """``durations`` are what earlier runs took; they learn from those here."""
        self._screen, self._told, self._durations = screen, told, durations
        self._timer: Timer | None = None
        self._result: Result[Any] | None = None
        self._drawn, self._done, self._rounds = 0.0, -1, 0
        self._lines: Mapping[Run, Lines] = {}
        self.execution: Execution | None = None
        self.so_far = ""
        """What follows from the rounds that are over; "" before the first one is."""

    def begin(
        self,
        result: Result[Any],
        environment: Environment,
        sample_hz: float,
        rounds_per_s: float | None,
    ) -> None:
        """Make the runs of its cases from now on."""
        self._result = result
        self.execution = Execution(
            result.cases,
            result.manner,
            sample_hz,
            rounds_per_s,
            durations=self._durations,
            environment=environment,
            keep=True,
        )
        self._lines = self.execution.lines
        self._drawn, self._done, self._rounds, self.so_far = 0.0, -1, 0, ""
        if self._timer is None:
            self._timer = self._screen.set_interval(frame_s(self._screen), self.frame)
        self._timer.resume()

    @property
    def run(self) -> Run | None:
        """The one under way."""
        execution = self.execution
        return execution.run if execution is not None and execution.job is not None else None

    @property
    def live(self) -> Live | None:
        """The same, to look at."""
        return self.execution.live if self.execution is not None else None

    def lines_of(self, run: Run) -> Lines | None:
        """What a run was told in that was made here."""
        return self._lines.get(run)

    def stop(self) -> bool:
        """No more runs, and the one under way ends; False where that was asked for before."""
        if self.execution is None or self.execution.stopped:
            return False
        self.execution.stop()
        return self.execution.stopped

    def close(self) -> None:
        """End what is under way, and wait until nothing of it is left; from any thread."""
        if (execution := self.execution) is not None:
            execution.close()

    def frame(self) -> None:
        """Take in what has come, and go on with the next run."""
        execution, result = self.execution, self._result
        if execution is None or result is None:
            return
        execution.advance(budget_s(execution.moment))
        if execution.job is None:  # one has ended: there is always one to show
            execution.advance(budget_s(execution.moment))
        if execution.over:
            self._end(execution, result)
            return
        now = time.monotonic()
        more = execution.done != self._done
        if now - self._drawn >= DRAW_S or more:
            self._drawn, self._done = now, execution.done
            if more:
                self._conclude(result)
            self._told.went_on(more)

    def _conclude(self, result: Result[Any]) -> None:
        """When a round is over: within one, some have run more often than others."""
        over, most = rounds(result.cases), result.manner.repeat
        if over > self._rounds:
            self._rounds = over
            self.so_far = f"After {over} of {most} rounds: {result.conclusion}"

    def _end(self, execution: Execution, result: Result[Any]) -> None:
        self.execution = None
        if self._timer is not None:
            self._timer.pause()
        result.ended(execution.environment, execution.stopped)
        self._told.made_all()
