"""What the panes of the tour show while a scene runs: its picture, and which lines of code run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from concviz.model.entities import Changes
from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.tour.lit import lit, now_done
from concviz.tour.scene import When
from concviz.tour.telling import noticed, took
from concviz.tour.walk import Stage, Walk
from concviz.trace.plan import Plan, at_once, expected_s
from concviz.tui.run_view import RunView
from concviz.tui.screens.run_panes import DRAW_ROW_S, DRAW_S
from concviz.tui.widgets.lit_code import LitCode
from concviz.tui.widgets.output import OutputPane
from concviz.tui.widgets.scene_picture import Drawn, ScenePicture
from concviz.view.parts import Pin
from concviz.view.viewport import NS


class TourPanes:
    """Draws the runs of the scene at hand."""

    def __init__(self, screen: Screen[Any], view: RunView, walk: Callable[[], Walk]) -> None:
        self._screen, self._view, self._walk = screen, view, walk
        self._drawn = 0.0
        self._changed = False

    def note(self, changes: Changes, moved: bool) -> None:
        """Something has come."""
        self._changed |= moved or bool(changes.workers or changes.tasks or changes.output)

    def show_what_is_due(self, telling: bool, *, anyway: bool) -> bool:
        """Draw, unless that was done a moment ago."""
        now = time.monotonic()
        rows = len(self._view.run.workers) if self._view.run is not None else 0
        due = now - self._drawn >= max(DRAW_S, rows * DRAW_ROW_S)
        if (self._changed or anyway) and (due or telling):
            self._drawn = now
            self.show_all()
            return True
        return False

    def show_all(self) -> None:
        """All of it."""
        self._changed = False
        walk, screen = self._walk(), self._screen
        done = frozenset[When]()
        if walk.stage is Stage.RUNNING and walk.runs:
            done = now_done(walk.runs[-1], self._view.moment.time)
        screen.query_one(LitCode).light(lit(walk.scene.parts[walk.part].lines, done))
        if walk.runs:
            screen.query_one(OutputPane).show_run(walk.runs[-1])
            self._draw(walk)

    def _draw(self, walk: Walk) -> None:
        several = len(walk.scene.parts) > 1
        pins: dict[int, list[Pin]] = {}
        if walk.stage is Stage.NOTICING:
            for each in noticed(walk.scene, walk.runs):
                if each.spot is not None and each.number is not None:
                    pin = Pin(each.number, each.spot.worker, each.spot.t_ns)
                    pins.setdefault(each.spot.part, []).append(pin)
        drawn = [
            Drawn(
                run,
                _caption(walk.scene.parts[at].caption, run) if several else "",
                expected_ns(walk.plan(at)),
                pins.get(at, ()),
            )
            for at, run in enumerate(walk.runs)
        ]
        last = walk.runs[-1]
        spent = None if several else (last, self._view.spent(last))
        self._screen.query_one(ScenePicture).show(drawn, self._view.moment.time, spent)


def _caption(caption: str, run: Run) -> str:
    return f"{caption}: {took(run)}" if run.ended else caption


def expected_ns(plan: Plan) -> int:
    """How long a run takes if nothing delays a task."""
    return round(expected_s(plan, catalogue.strategy(plan.strategy).traits) * NS)


def expected_rows(plan: Plan) -> int:
    """How many workers it will have."""
    return at_once(plan, catalogue.strategy(plan.strategy).traits)


def sources(plan: Plan) -> tuple[str, str]:
    """The code that runs: of the strategy, and of a task."""
    return catalogue.sources(catalogue.strategy(plan.strategy), catalogue.workload(plan.workload))
