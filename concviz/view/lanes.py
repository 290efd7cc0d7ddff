"""The rows of a timeline: which there are, their names, and what is drawn in them."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.view.ghost import Ghost
from concviz.view.others_row import others_row
from concviz.view.painting import LABELS, Painted, beginnings, blank, paint_lane, turns
from concviz.view.row_cache import Rows
from concviz.view.segment import Segment
from concviz.view.segments import task_row
from concviz.view.signs import Mark
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport


class Lanes:
    """A row for each worker, then for what tasks started; or one for each task.

    A run laid behind may have more rows than the one in front.
    """

    def __init__(self, run: Run, by_task: bool, states: bool, ghost: Ghost | None = None) -> None:
        self.run = run
        self.by_task = by_task
        self._states = states
        self._ghost = ghost
        self._rows = Rows(run, states)

    @property
    def own(self) -> int:
        """How many rows the run has itself."""
        run = self.run
        return len(run.tasks) if self.by_task else len(run.workers) + len(run.others_seen)

    @property
    def count(self) -> int:
        """How many there are."""
        if self._ghost is None:
            return self.own
        front = len(self.run.tasks) if self.by_task else len(self.run.workers)
        return self.own + max(0, self._ghost.count(self.by_task) - front)

    def names(self, rows: range) -> list[str]:
        """What stands at the left of them."""
        if self.by_task:
            return [f"task {row}" for row in rows]
        run = self.run
        every = [
            *(run.label(worker) for worker in run.workers),
            *(run.label_of(others, short=True) for others in run.others_seen),
        ]
        if self._ghost is not None:
            behind = range(len(run.workers), self._ghost.count(by_task=False))
            every += [f"{Mark.GHOST.glyph} {self._ghost.label(row)}" for row in behind]
        return every[rows.start : rows.stop]

    def segments(self, row: int, view: Viewport, now: int) -> list[Segment]:
        """What a row of the run itself shows."""
        run = self.run
        if not self.by_task:
            if row >= len(run.workers):
                return others_row(run, run.others_seen[row - len(run.workers)], view)
            return self._rows.row(run.workers[row], view, now)
        segments = task_row(run, row, view, now)
        worker = run.tasks.worker[row]
        if self._states and worker != UNKNOWN:
            return by_state(run, run.workers[worker], segments, view)
        return segments

    def paint(
        self,
        row: int,
        view: Viewport,
        now: int,
        height: int = 1,
        selected: int | None = None,
        until: int | None = None,
    ) -> list[Painted]:
        """A row's cells, so many high; of the run behind what was by ``until``, since its start."""
        if row < self.own:
            run = self.run
            of_worker = not self.by_task and row < len(run.workers)
            lines = paint_lane(
                self.segments(row, view, now),
                view.width,
                height,
                selected,
                () if self.by_task else LABELS,  # it is named at the left
                turn=turns(run, run.workers[row]) if of_worker else None,
                began=beginnings(run, view),
            )
        else:
            lines = [blank(view.width)] * height
        if self._ghost is not None and (behind := self._row_behind(row)) is not None:
            at = min(1, height - 1)
            shadowed = self._ghost.behind(lines[at], behind, view, self.by_task, until)
            lines[at] = shadowed
        return lines

    def _row_behind(self, row: int) -> int | None:
        """Which row of the run laid behind belongs to that one."""
        others = 0 if self.by_task else len(self.run.others_seen)
        front = self.own - others
        if row < front:
            return row
        return None if row < front + others else row - others

    def task_at(self, row: int, cell: int, view: Viewport, now: int) -> int | None:
        """The task in that cell of a row; where there are many, one that ran then."""
        run = self.run
        if self.by_task:
            return row if row < len(run.tasks) else None
        if row >= len(run.workers):
            return None  # no task is known of what tasks have started
        for begin, end, _, task in self._rows.row(run.workers[row], view, now):
            if begin <= cell < end:
                lane = run.workers[row].lane
                return (
                    task if task >= 0 else lane.tasks[lane.nearest(run.started + view.time(cell))]
                )
        return None
