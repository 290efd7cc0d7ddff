"""An earlier run laid behind another one, as a shadow on the same time axis from its start."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.view.painting import Painted
from concviz.view.roles import Role
from concviz.view.row_cache import Rows
from concviz.view.segment import Segment
from concviz.view.segments import task_row
from concviz.view.signs import Kind, Mark
from concviz.view.viewport import Viewport

_BUSY = frozenset((Kind.BUSY, Kind.PARTLY, Kind.FAILED, Kind.LOST))
"""What casts a shadow: tasks, not what was before and after them."""


class Ghost:
    """A run of which only where its tasks were and where it ended is drawn, in cells left free.

    Its first row is behind the first one of the run in front, and so on.
    """

    def __init__(self, run: Run, name: str) -> None:
        self.run = run
        self.name = name
        """Which run it is, in words for a person."""
        self._rows = Rows(run, by_state=False)
        self._end = run.finished if run.ended and run.finished != UNKNOWN else run.latest

    @property
    def length(self) -> int:
        """In nanoseconds."""
        return max(1, self._end - self.run.started) if self.run.started != UNKNOWN else 1

    def count(self, by_task: bool) -> int:
        """How many rows it has: one for each worker, or for each task."""
        return len(self.run.tasks if by_task else self.run.workers)

    def label(self, row: int) -> str:
        """Name of its worker in that row."""
        return self.run.label(self.run.workers[row])

    def behind(
        self, front: Painted, row: int, view: Viewport, by_task: bool, until: int | None = None
    ) -> Painted:
        """The row in front, with this one's row in the cells where nothing stands.

        ``until``: as far as it was by then, in nanoseconds since its start; None: all of it.
        """
        if row >= self.count(by_task):
            return front
        text, styles = list(front.text), bytearray(front.styles)
        width = len(text) if until is None else min(len(text), view.edge(until))
        shadows = [
            (segment.begin, segment.end, Mark.GHOST.glyph)
            for segment in self._segments(row, view, by_task)
            if segment.kind in _BUSY
        ]
        end = view.edge(self.length)
        for first, last, glyph in [*shadows, (end, end + 1, Mark.GHOST_END.glyph)]:
            for cell in range(max(0, first), min(last, width)):
                if text[cell] in (" ", Mark.GHOST.glyph) and styles[cell] in (0, Role.GHOST):
                    text[cell], styles[cell] = glyph, Role.GHOST
        return front._replace(text="".join(text), styles=bytes(styles))

    def _segments(self, row: int, view: Viewport, by_task: bool) -> list[Segment]:
        if by_task:
            return task_row(self.run, row, view, self._end)
        return self._rows.row(self.run.workers[row], view, self._end)
