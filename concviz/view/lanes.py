"""The rows of a timeline: which there are, their names, and what is drawn in them."""

from __future__ import annotations

from functools import cached_property

from rich.cells import cell_len

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.worker_kind import WorkerKind
from concviz.view.cluster import form_for, lane_forms
from concviz.view.faces import style_of
from concviz.view.ghost import Ghost
from concviz.view.marks import in_view, on_lane
from concviz.view.names import lane_name, task_name
from concviz.view.others_row import others_row
from concviz.view.outside import together
from concviz.view.painting import (
    LABELS,
    Painted,
    beginnings,
    blank,
    labels_in,
    paint_depths,
    paint_lane,
    turns,
)
from concviz.view.roles import Role
from concviz.view.row_cache import Rows
from concviz.view.row_order import Row, rows_of
from concviz.view.segment import OUTSIDE, Segment
from concviz.view.segments import depths_of, task_row
from concviz.view.signs import Mark
from concviz.view.state_segments import by_state
from concviz.view.task_rows import TaskRows
from concviz.view.viewport import Viewport

_HEADING = style_of(Role.RULER)


class Lanes:
    """A row for each worker, then for what tasks started; or one for each task.

    A run laid behind may have more rows than the one in front.
    """

    def __init__(
        self,
        run: Run,
        by_task: bool,
        states: bool,
        ghost: Ghost | None = None,
        unfolded: bool = False,
    ) -> None:
        """``unfolded``: each helper of a program has a row of its own."""
        self.run = run
        self.by_task = by_task
        self._states = states
        self._ghost = ghost
        self._unfolded = unfolded
        self._rows = Rows(run, states)

    def arrange(self) -> None:
        """Place the rows anew: the run may have grown."""
        self.__dict__.pop("tasks", None)
        self.__dict__.pop("_order", None)
        self.__dict__.pop("_placed", None)

    @cached_property
    def tasks(self) -> TaskRows:
        """Where rows are tasks."""
        return TaskRows(self.run)

    @cached_property
    def _order(self) -> list[Row]:
        return rows_of(self.run, unfolded=self._unfolded)

    @cached_property
    def _placed(self) -> dict[int, int]:
        """Rows by the index of their worker."""
        order = enumerate(self._order)
        return {row.worker.index: place for place, row in order if row.worker is not None}

    @property
    def own(self) -> int:
        """How many rows the run has itself."""
        return len(self.tasks) if self.by_task else len(self._order)

    @property
    def count(self) -> int:
        """How many there are."""
        if self._ghost is None:
            return self.own
        front = len(self.run.tasks) if self.by_task else len(self.run.workers)
        return self.own + max(0, self._ghost.count(self.by_task) - front)

    @property
    def helpers(self) -> int:
        """How many threads share a row that says so."""
        return 0 if self.by_task else sum(len(row.helpers) for row in self._order)

    # -- who stands where --

    def row_of(self, task: int) -> int | None:
        """Where a task stands; None where rows are workers and it has not begun."""
        if self.by_task:
            return self.tasks.row_of(task)
        return self._placed.get(self.run.tasks.worker[task])

    def worker(self, row: int) -> Worker | None:
        """The one whose row it is, if it is one's."""
        return self._order[row].worker if not self.by_task and 0 <= row < self.own else None

    # -- names --

    def names(self, rows: range, room: int = 1_000) -> list[str]:
        """What stands at the left of them, in so many cells."""
        run = self.run
        own = range(rows.start, min(rows.stop, self.own))
        behind = range(max(rows.start, self.own), rows.stop)
        if self.by_task:
            tasks = map(self.tasks.task, own)
            said = ["" if task is None else lane_name(task_name(run, task), room) for task in tasks]
            return said + [f"task {row}" for row in behind]
        form = None
        if run.usual_kind is WorkerKind.CLUSTER:  # in all or in none of them stand hosts
            form = form_for(run, run.workers, room)
        said = [self._name(self._order[row], room, form) for row in own]
        if self._ghost is not None:
            front = self.own - len(run.workers)
            said += [f"{Mark.GHOST.glyph} {self._ghost.label(row - front)}" for row in behind]
        return said

    def widest(self, most: int) -> int:
        """Cells of the longest name, of which no more than that matters."""
        if self.by_task:
            return most if self.run.by_group and self.run.plan is None else 0
        return max(map(cell_len, self.names(range(self.own), most)), default=0)

    def _name(self, row: Row, room: int, form: int | None) -> str:
        if form is None or row.worker is None:
            return row.name(self.run, room)
        return lane_name(lane_forms(self.run, row.worker)[form], room)

    # -- cells --

    def segments(self, row: int, view: Viewport, now: int) -> list[Segment]:
        """What a row of the run itself shows; nothing of one that is no worker's and no task's."""
        run = self.run
        if self.by_task:
            task = self.tasks.task(row)
            return self._of_task(task, view, now) if task is not None else []
        placed = self._order[row]
        if placed.worker is not None:
            return self._rows.row(placed.worker, view, now)
        if placed.others is not None:
            return others_row(run, placed.others, view)
        return together(run, placed.helpers, view, now)

    def _of_task(self, task: int, view: Viewport, now: int) -> list[Segment]:
        run = self.run
        segments = task_row(run, task, view, now)
        worker = run.tasks.worker[task]
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
        labels: tuple[str, ...] = LABELS,
    ) -> list[Painted]:
        """A row's cells, so many high; of the run behind what was by ``until``, since its start."""
        lines = [blank(view.width)] * height
        if row < self.own:
            lines = self._paint_own(row, view, now, height, selected, labels)
        if self._ghost is not None and (behind := self._row_behind(row)) is not None:
            at = min(1, height - 1)
            shadowed = self._ghost.behind(lines[at], behind, view, self.by_task, until)
            lines[at] = shadowed
        return lines

    def _paint_own(
        self,
        row: int,
        view: Viewport,
        now: int,
        height: int,
        selected: int | None,
        labels: tuple[str, ...],
    ) -> list[Painted]:
        run, worker = self.run, self.worker(row)
        if self.by_task and self.tasks.task(row) is None:
            line = blank(view.width).with_note(0, self.tasks.heading(row), _HEADING)
            return self._low(line, height)
        if not self.by_task and (group := self._order[row].queue_of) is not None:
            depths = depths_of(run, run.by_group[group], view, now)
            return self._low(paint_depths(depths, view.width, max(depths, default=0)), height)
        lines = paint_lane(
            self.segments(row, view, now),
            view.width,
            height,
            selected,
            () if self.by_task else labels,  # it is named at the left
            turn=turns(run, worker) if worker is not None else None,
            began=beginnings(run, view),
            named=labels_in(run),
        )
        return on_lane(lines, in_view(run, view), worker.index) if worker is not None else lines

    @staticmethod
    def _low(line: Painted, height: int) -> list[Painted]:
        """A row of one line, where others may be higher: at the height of their glyphs."""
        above = min(1, height - 1)
        none = blank(len(line.text))
        return [none] * above + [line] + [none] * (height - above - 1)

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
            return self.tasks.task(row) if row < self.own else None
        worker = self.worker(row)
        if worker is None or not len(worker.lane):
            return None  # no task is known of what tasks have started
        for begin, end, _, task in self._rows.row(worker, view, now):
            if begin <= cell < end:
                if task == OUTSIDE:
                    return None
                lane, time = worker.lane, run.started + view.time(cell)
                return task if task >= 0 else lane.tasks[lane.nearest(time)]
        return None
