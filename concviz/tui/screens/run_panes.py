"""What the panes of the lab show of a run: all of the same moment, when it is due."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

if TYPE_CHECKING:  # an empty lab need not wait for what finds out what stands out
    from concviz.analysis.findings import Finding
    from concviz.model.entities import Changes
    from concviz.model.run import Run
    from concviz.trace.states import Spent
    from concviz.tui.run_view import RunView
    from concviz.tui.screens.body import Stage

DRAW_S = 1 / 12
DRAW_ROW_S = 1 / 56
"""How often a growing picture is drawn, and how much less often for every row: each costs some 50
bytes on the way to the terminal, and a slow line bears 10 kB a second."""
TELL_S = 1 / 2
"""How often the figures of a run under way are."""
SEEN_S = 0.05
"""Within so long after a first bar was drawn it is seen: figures come after that."""
FEW = 1_000
"""What stands out among no more tasks than that is found at once, in a few milliseconds."""


class RunPanes:
    """Timeline, summary, output and task, which are on that screen, of the run that is viewed."""

    def __init__(self, screen: Screen[Any], view: RunView, stage: Stage) -> None:
        self._screen = screen
        self._stage = stage
        self._view = view
        self._drawn = self._told = 0.0
        self._changed = self._printed = self._begins = False
        self._found: tuple[Run, Sequence[Finding] | None] | None = None
        """What stands out in a run that has ended; None while that is looked for."""
        self._begun: Run | None = None
        """The run of which a first bar is there to be seen."""

    def hurry(self) -> None:
        """Everything is due."""
        self._drawn = self._told = 0.0

    def note(self, changes: Changes, moved: bool) -> None:
        """Something has come, or the run is shown as of another time."""
        self._changed |= moved or bool(changes.workers or changes.tasks)
        self._printed |= moved or changes.output
        run = self._view.run
        if run is not None and self._begun is not run.whole and len(run.starts):
            self._begun = run.whole
            self._begins = True

    def show_what_is_due(self, telling: bool, *, anyway: bool) -> bool:
        """Draw what has changed, or ``anyway``; whether the figures were told, too."""
        if not (self._changed or anyway):
            return False
        now = time.monotonic()
        if self._begins:  # who has pressed the key waits for a first bar, and for nothing else
            self._begins, self._drawn, self._told = False, now, now - TELL_S + SEEN_S
            self._draw()
            return False
        telling = telling or now - self._told >= TELL_S
        every_s = min(max(DRAW_S, self._stage.timeline.rows * DRAW_ROW_S), TELL_S)
        if telling or now - self._drawn >= every_s:
            self._drawn = now
            self._draw()
        if telling:
            self._told = now
            self._tell()
        return telling

    def show_all(self) -> None:
        """All of them anew, of the moment at hand."""
        self._changed = self._printed = True
        self._draw()
        self._tell()

    def show_task(self) -> None:
        """The selected one."""
        if (run := self._view.run) is not None:
            task = self._stage.timeline.selected
            self._stage.details.show_task(run, task, self._view.moment.time)

    def _draw(self) -> None:
        view = self._view
        if view.run is not None:
            cursor = view.cursor
            self._stage.timeline.show(
                view.run, view.moment.time, view.until, cursor.at, cursor.words()
            )

    def _tell(self) -> None:
        """The figures, all of the moment that the picture shows."""
        view, run = self._view, self._view.run
        if run is None:
            return
        spent = view.spent(run)
        self._stage.timeline.tell(spent)
        if run.ended:
            self._sum_up(run, spent)
        else:
            self._stage.summary.show_progress(run, view.moment, spent)
        if self._changed:
            self.show_task()
        if self._printed:
            # After a hundred thousand tasks, this takes some 30 ms: in another turn of the loop.
            show = self._stage.output.show_run
            self._screen.call_later(show, run) if run.ended else show(run)
        self._changed = self._printed = False

    def _sum_up(self, run: Run, spent: Spent) -> None:
        """What it came to; with many tasks as soon as it is known what stands out."""
        from concviz.analysis.findings import by_and_by
        from concviz.analysis.steps import at_once

        if self._found is None or self._found[0] is not run:
            if len(run.tasks) <= FEW:
                self._found = run, at_once(by_and_by(run, spent))
            else:
                self._found = run, None
                self._screen.run_worker(self._search(run, spent), group="findings", exclusive=True)
        if (found := self._found[1]) is not None:
            self._stage.summary.show_summary(run, self._view.summary(run, spent), spent, found)

    async def _search(self, run: Run, spent: Spent) -> None:
        """Look for what stands out, and let keys and pictures come in between."""
        from concviz.analysis.findings import by_and_by

        steps = by_and_by(run, spent)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                self._found = run, end.value
                break
            await asyncio.sleep(0)
        if self._view.run is run:
            self._sum_up(run, spent)
