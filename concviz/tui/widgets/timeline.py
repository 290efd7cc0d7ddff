"""The timeline: a row for each worker (or task), drawn as the run goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import clamp
from textual.widgets import Static

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.plan import Plan
from concviz.trace.states import Spent, nothing
from concviz.tui import bindings
from concviz.tui.messages import RowsChanged, TaskSelected, TimePicked
from concviz.tui.places import title
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.legend import LOW, legend_text
from concviz.tui.widgets.pane import Pane
from concviz.view.ghost import Ghost
from concviz.view.legend import Used, signs_of
from concviz.view.neighbours import across, beside, first_of
from concviz.view.others_row import others_row
from concviz.view.painting import Painted, blank, paint_depths, paint_row, paint_ruler, turns
from concviz.view.row_cache import Rows
from concviz.view.segments import Segment, queue_depths, task_row
from concviz.view.signs import Mark
from concviz.view.state_segments import by_state
from concviz.view.time_mark import TimeMark
from concviz.view.viewport import NS, Viewport

LABELS = 12
"""Columns for the names of the rows."""
HEAD = 2
"""Rows above the workers: the ruler and the queue."""
EMPTY = 7
"""Rows of a timeline in which nothing stands yet."""
ENOUGH = 0.7
"""A finished run that fills so much of the width is not drawn again in another scale."""
TASK_BY_TASK, ROW_BY_ROW = "Select task by task", "Select row by row"
ENDS, PAGES = "Select the first or the last task", "Scroll a page up or down"
ZOOM, PAN = "Zoom about the time cursor, the selected task or the middle", "Look earlier or later"
AT_HAND = bindings.AT_HAND
TASKS, ROWS = bindings.Hint("Task", rank=AT_HAND), bindings.Hint("Row", rank=AT_HAND + 1)
ZOOMS, ROWS_BY = (
    bindings.Hint("Zoom", rank=AT_HAND + 2),
    bindings.Hint("Worker/Task", rank=AT_HAND + 4),
)
FIT, FOLLOWS = bindings.Hint("Fit", rank=AT_HAND + 5), bindings.Hint("Follow", rank=AT_HAND + 6)
PANS = bindings.Hint("Pan", rank=AT_HAND + 7)
LEAST_S = 1.0
"""A run of unknown length begins with so much time in view."""


class Timeline(Vertical, Pane, can_focus=True):
    """Workers or tasks against time, with a cursor that selects tasks."""

    HELP = """\
Each row is a **worker** (`b`: each row is a task). Time runs to the right; the ruler is in
seconds since the strategy's code began. The `queue` row shows how many tasks waited for a worker.

Bars show what the worker's thread was **doing**: running, waiting for a core, for the GIL, for a
lock, for I/O, or asleep (`v`: bars by task instead). A cell longer than two samples shows the state
that took most of its time, a shorter one the state at its sample: zoom in to see threads take
turns. The lines below say what the glyphs mean, and how much of all task time each state took.

A **time cursor** (`Space`, `[`, `]` or a click on the ruler) shows the run as it was at any time;
all panes speak of that time, and nothing is drawn behind the `┃` that marks it.

A run laid behind this one (`g`) is the shadow `▂` in the cells where nothing else stands; it ends
at `┊`. A time cursor shows as much of it as there was by then.

Arrow keys select: left and right task by task, up and down worker by worker. `+` and `-` zoom
about the selected task, `0` fits the run, `,` and `.` move along, `f` follows a run that grows.
Mouse: click a bar, turn the wheel to scroll, with Ctrl to zoom.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "select(-1)", "Previous task", tooltip=TASK_BY_TASK, group=TASKS),
        Binding("right", "select(1)", "Next task", tooltip=TASK_BY_TASK, group=TASKS),
        Binding("up", "move(-1)", "Row above", tooltip=ROW_BY_ROW, group=ROWS),
        Binding("down", "move(1)", "Row below", tooltip=ROW_BY_ROW, group=ROWS),
        Binding("home", "first", "First task", show=False, tooltip=ENDS),
        Binding("end", "last", "Last task", show=False, tooltip=ENDS),
        Binding("pageup", "scroll_rows(-1)", "Page up", show=False, tooltip=PAGES),
        Binding("pagedown", "scroll_rows(1)", "Page down", show=False, tooltip=PAGES),
        Binding("minus", "zoom(-2)", "Zoom out", tooltip=ZOOM, group=ZOOMS),
        Binding("plus,equals_sign", "zoom(2)", "Zoom in", tooltip=ZOOM, group=ZOOMS),
        Binding("0", "fit", "Fit", tooltip="Fit the run", group=FIT),
        Binding("comma,shift+left", "pan(-1)", "Earlier", tooltip=PAN, group=PANS),
        Binding("full_stop,shift+right", "pan(1)", "Later", tooltip=PAN, group=PANS),
        Binding(
            "f",
            "follow",
            "Follow",
            tooltip="Follow the run: keep its end in view, or not",
            group=FOLLOWS,
        ),
        Binding("b", "by", "Worker/Task", tooltip="Rows by task or by worker", group=ROWS_BY),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None
        self._rows = Rows(Run(Plan()))
        self._view = Viewport(1, NS)
        self._expected = NS
        self._top = 0
        self._by_task = False
        self._by_state = True
        self._spent = nothing()
        self._used: Used = {}
        self._following = True
        self._selected: int | None = None
        self._fitted = False
        self.now = 0
        """As of when a run under way is shown, in monotonic nanoseconds."""
        self._until = 0
        """Up to when it is known."""
        self._cursor: int | None = None
        self._said = ""
        self.ghost: Ghost | None = None
        """The run that is laid behind, if any."""
        self._told = 0
        """Of how many rows was told."""
        self._queued = 0
        """How many tasks wait in the queue, as it was told last."""

    def compose(self) -> ComposeResult:
        """Names at the left, cells at the right, the meaning of the glyphs below."""
        with Horizontal():
            with Vertical(id="names"):
                yield Static(id="queue-label", markup=False)
                yield Static(id="row-labels", markup=False)
            yield Canvas(id="cells")
        yield Static(id="legend", markup=False)

    # -- what the screen calls --

    def follow_run(self, run: Run, expected_s: float, now: int) -> None:
        """Show this run from now on, as it is at that time (monotonic nanoseconds)."""
        self._run = run
        self._rows = Rows(run, self._by_state)
        self.now = self._until = now
        self._cursor = None
        self.tell(nothing())
        self._expected = round(max(expected_s, LEAST_S) * NS)
        self._top = 0
        self._following = True
        self._fitted = False
        self._select(None)
        self._view = Viewport.fit(self._with_ghost(self._expected), self._width)
        self.draw()

    def show(self, run: Run, now: int, until: int, cursor: int | None, said: str) -> None:
        """Draw that run, which is perhaps the one that is followed as of an earlier time.

        ``until`` is up to when it is known, ``cursor`` where the time cursor is, if anywhere, and
        ``said`` what stands beside it (monotonic nanoseconds).
        """
        if run is not self._run:
            self._run = run
            self._rows = Rows(run, self._by_state)
        self.now, self._until = now, until
        if self._selected is not None and self._selected >= len(run.tasks):
            self._select(None)  # nobody had heard of it by then
        if cursor is not None and cursor != self._cursor:
            self._view = self._bringing(self._view.cell(cursor - run.started))
        self._cursor, self._said = cursor, said
        self.draw()

    def _bringing(self, cell: int) -> Viewport:
        """The view with that cell in it; if it was not, most of the way is ahead of it then."""
        width = self._view.width
        if cell < 0:
            return self._view.panned(cell - width * 3 // 4)
        return self._view.panned(cell - width // 4) if cell > width else self._view

    def lay_behind(self, ghost: Ghost | None) -> None:
        """Lay a run behind the one shown, and those that are shown later; None: take it away."""
        self.ghost = ghost
        behind = f" · behind: {ghost.name}" if ghost is not None else ""
        self.border_title = title("timeline").append(behind)
        self.action_fit()

    @property
    def view(self) -> Viewport:
        """The part of the run's time that is shown."""
        return self._view

    @property
    def window_ns(self) -> int:
        """How much time is in view."""
        return self._view.scale * self._view.width

    def draw(self) -> None:
        """Bring the picture up to date."""
        run = self._run
        if run is None or not self.is_mounted or self._width <= 0:
            return
        now = self._now
        if self._view.width != self._width:
            self._view = self._view.resized(self._width)
            if self._following:
                self._fitted = False
                if self._cursor is not None:
                    self._view = Viewport.fit(
                        self._with_ghost(self._until - run.started), self._width
                    )
                elif not run.ended:
                    self._view = Viewport.fit(self._with_ghost(self._expected), self._width)
        self._keep_in_view(run, now)
        if self._count != self._told:
            self._told = self._count
            self.post_message(RowsChanged())
        self._top = clamp(self._top, 0, max(0, self._count - self._height))
        mark, ticks = self._time_mark(run), self._view.ticks()
        ticks = mark.beside(ticks) if mark is not None else ticks
        rows = [paint_ruler(ticks, self._width), self._paint_queue(run, now)]
        visible = range(self._top, min(self._top + self._height, self._count))
        painted = [self._paint(run, row, now) for row in visible]
        picture = [*rows, *painted]
        self._cells.show(mark.mark(picture) if mark is not None else picture)
        self._used = signs_of([(run, [row.text for row in painted])])
        if not rows[1].text.isspace():
            self._used[Mark.QUEUE] = [run]
        if mark is not None:
            self._used[Mark.TIME_CURSOR] = [run]
        self._show_labels(run, visible)
        self._show_legend()

    def tell(self, spent: Spent) -> None:
        """Figures: how the time of the tasks was spent, in all, and how many tasks wait.

        They change when those of other panes do, so that all say the same.
        """
        self._spent = spent
        run = self._run
        self._queued = max(0, len(run.submits) - len(run.starts)) if run is not None else 0
        self._show_legend()
        self._show_queue()

    @property
    def selected(self) -> int | None:
        """The task under the cursor."""
        return self._selected

    @property
    def rows(self) -> int:
        """How many rows of workers or tasks are in view."""
        return min(self._count, self._height)

    def wanted_height(self, most: int, rows: int = 0) -> int:
        """Of so many lines inside of its frame, how many it can use: for ``rows`` at least."""
        own = self._count if self._run is not None else EMPTY
        return min(most, max(own, rows) + HEAD + 2)

    # -- the picture's parts --

    def _time_mark(self, run: Run) -> TimeMark | None:
        if self._cursor is None or run.started == UNKNOWN:
            return None
        cell = self._view.cell(self._cursor - run.started)
        # At the end of the picture it stands in its last cell.
        return TimeMark.place(self._width, cell - (cell == self._width), self._said)

    @property
    def _cells(self) -> Canvas:
        return self.query_one("#cells", Canvas)

    @property
    def _width(self) -> int:
        return self._cells.size.width

    @property
    def _height(self) -> int:
        """Rows for workers or tasks."""
        return max(0, self._cells.size.height - HEAD)

    @property
    def _count(self) -> int:
        if self._run is None:
            return 0
        own = self._own_rows(self._run)
        return own + self._rows_behind_only(self._run)

    def _with_ghost(self, length: int) -> int:
        """How much time is to be in view for a run of that length and the one behind it."""
        if self.ghost is not None:  # and a cell for the line at its end
            length = max(length, self.ghost.length * self._width // max(1, self._width - 1) + 1)
        return max(1, length)

    def _own_rows(self, run: Run) -> int:
        return len(run.tasks) if self._by_task else len(run.workers) + len(run.others_seen)

    def _rows_behind_only(self, run: Run) -> int:
        """Rows of the run laid behind, for which the one in front has none."""
        if self.ghost is None:
            return 0
        front = len(run.tasks) if self._by_task else len(run.workers)
        return max(0, self.ghost.count(self._by_task) - front)

    def _row_behind(self, run: Run, row: int) -> int | None:
        """Which row of the run laid behind belongs to that one."""
        others = 0 if self._by_task else len(run.others_seen)
        front = self._own_rows(run) - others
        if row < front:
            return row
        return None if row < front + others else row - others

    @property
    def _now(self) -> int:
        run = self._run
        return run.finished if run is not None and run.ended else self.now

    def _keep_in_view(self, run: Run, now: int) -> None:
        if not self._following or run.started == UNKNOWN:
            return
        if run.finished != UNKNOWN:
            if not self._fitted and run.ended:
                self._fitted = True
                length = self._with_ghost(run.finished - run.started)
                if not ENOUGH * self._view.end <= length <= self._view.end:
                    self._view = Viewport.fit(length, self._width)
            return
        self._view = self._view.holding(now - run.started)

    def _paint(self, run: Run, row: int, now: int) -> Painted:
        own = row < self._own_rows(run)
        front = self._paint_own(run, row, now) if own else blank(self._width)
        if self.ghost is None or (behind := self._row_behind(run, row)) is None:
            return front
        until = None if self._cursor is None else self._cursor - run.started
        return self.ghost.behind(front, behind, self._view, self._by_task, until)

    def _paint_own(self, run: Run, row: int, now: int) -> Painted:
        of_worker = not self._by_task and row < len(run.workers)
        turn = turns(run, run.workers[row]) if of_worker else None
        return paint_row(self._segments(run, row, now), self._width, self._selected, turn=turn)

    def _segments(self, run: Run, row: int, now: int) -> list[Segment]:
        if not self._by_task:
            if row >= len(run.workers):
                return others_row(run, run.others_seen[row - len(run.workers)], self._view)
            return self._rows.row(run.workers[row], self._view, now)
        segments = task_row(run, row, self._view, now)
        worker = run.tasks.worker[row]
        if self._by_state and worker != UNKNOWN:
            return by_state(run, run.workers[worker], segments, self._view)
        return segments

    def _show_legend(self) -> None:
        run, size = self._run, self.query_one("#legend").size
        seen = run is not None and any(worker.observed for worker in run.workers)
        spent = (run, self._spent) if run is not None and seen and self._by_state else None
        style = self._cells.style_of
        self._put("#legend", legend_text(self._used, size.width, size.height, style, spent))

    def _paint_queue(self, run: Run, now: int) -> Painted:
        depths = queue_depths(run, self._view, now)
        return paint_depths(depths, self._width, max(len(run.tasks), 1))

    def _show_labels(self, run: Run, visible: range) -> None:
        names = [f"task {row}" for row in visible]
        if not self._by_task:
            every = [
                *(run.label(worker) for worker in run.workers),
                *(run.label_of(others, short=True) for others in run.others_seen),
            ]
            if self.ghost is not None:
                behind = range(len(run.workers), self.ghost.count(by_task=False))
                every += [f"{Mark.GHOST.glyph} {self.ghost.label(row)}" for row in behind]
            names = every[visible.start : visible.stop]
        self._put("#row-labels", "\n".join(name[: LABELS - 1] for name in names))
        self._show_place(visible)

    def _show_queue(self) -> None:
        self._put("#queue-label", f"\nqueue {self._queued:,}" if self._queued else "\nqueue")

    def _put(self, where: str, text: str | Text) -> None:
        static = self.query_one(where, Static)
        if static.content != text:
            static.update(text, layout=False)  # all have a fixed size: a new layout costs bytes

    def _show_place(self, visible: range) -> None:
        others = self._run is not None and self._run.others_seen
        what = "tasks" if self._by_task else "rows" if others else "workers"
        place = f"{what} {visible.start + 1}–{visible.stop} of {self._count}"
        shown = place if self._count > len(visible) and visible else ""
        if not self._following and self._run is not None and not self._run.ended:
            shown = f"{shown} · not following: f" if shown else "not following: f"
        if shown != (self.border_subtitle or ""):  # None at first; setting it draws all again
            self.border_subtitle = shown

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("timeline")

    def on_resize(self) -> None:
        """Draw in the new size, once the parts have theirs."""
        self.set_class(self.size.height < LOW, "-low")
        self.call_after_refresh(self.draw)

    # -- the cursor --

    def _select(self, task: int | None) -> None:
        if task != self._selected:
            self._selected = task
            self.post_message(TaskSelected(task))

    def _go_to(self, task: int) -> None:
        """Select the task and bring it into view."""
        run = self._run
        assert run is not None
        self._select(task)
        row = task if self._by_task else run.tasks.worker[task]
        if row >= 0:
            lowest = max(0, row - self._height + 1)
            self._top = clamp(self._top, min(lowest, row), row)
        if run.ended or not self._following:
            self._view = self._showing(self._view, run, task)
        self.draw()

    def _showing(self, view: Viewport, run: Run, task: int) -> Viewport:
        """The view panned by as little as shows all of a task's bar, or else its beginning."""
        started, finished = run.tasks.started[task], run.tasks.finished[task]
        if started == UNKNOWN:
            return view
        last = max(started, finished - 1)
        return view.showing(last - run.started).showing(started - run.started)

    def action_select(self, step: int) -> None:
        """The next or previous task of the row (with rows by task: of the run)."""
        self._step(beside, step, row=0)

    def action_move(self, step: int) -> None:
        """The row above or below, at about the same time."""
        self._step(across, step, row=self._top)

    def _step(self, way: Callable[[Run, int, int], int], step: int, row: int) -> None:
        """Go on from the selected task, or begin at the first one of a row."""
        run = self._run
        if run is None or not len(run.starts):
            return
        last = len(run.tasks) - 1
        if self._selected is None:
            self._go_to(min(row, last) if self._by_task else first_of(run, row))
        elif self._by_task:
            self._go_to(clamp(self._selected + step, 0, last))
        else:
            self._go_to(way(run, self._selected, step))

    def action_first(self) -> None:
        """The first task."""
        if self._run is not None and len(self._run.starts):
            self._go_to(0)

    def action_last(self) -> None:
        """The last task."""
        if self._run is not None and len(self._run.starts):
            self._go_to(len(self._run.tasks) - 1)

    def action_scroll_rows(self, pages: int) -> None:
        """A page of rows up or down."""
        self._scroll(pages * max(1, self._height - 1))

    def _scroll(self, rows: int) -> None:
        self._top = clamp(self._top + rows, 0, max(0, self._count - self._height))
        self.draw()

    # -- zoom and pan --

    def _look(self, view: Viewport) -> None:
        self._following = False
        self._view = view
        self.draw()

    def action_zoom(self, factor: int) -> None:
        """Finer (2) or coarser (-2), about the time cursor, the selected task or the middle."""
        finer = factor if factor > 0 else 1 / -factor
        run, task = self._run, self._selected
        if run is not None and self._cursor is not None:
            since = self._cursor - run.started
            about = clamp(self._view.cell(since), 0, self._width - 1)
            self._look(self._view.zoomed(finer, about).showing(since))
            return
        if run is not None and task is not None and run.tasks.started[task] != UNKNOWN:
            about = self._view.cell(run.tasks.started[task] - run.started)
            if 0 <= about < self._width:
                self._look(self._showing(self._view.zoomed(finer, about), run, task))
                return
        self._look(self._view.zoomed(finer, self._width // 2))

    def action_pan(self, direction: int) -> None:
        """A quarter of the width earlier or later."""
        self._look(self._view.panned(direction * max(1, self._width // 4)))

    def action_fit(self) -> None:
        """The whole run in the width, and follow it."""
        self._following, self._fitted = True, False
        run = self._run
        if run is not None and run.started != UNKNOWN:
            length = self._with_ghost(self._until - run.started)
            whole = self._cursor is not None or run.ended
            self._view = Viewport.fit(length if whole else max(length, self._expected), self._width)
        self.draw()

    def action_follow(self) -> None:
        """Keep the end of a growing run in view, or stop doing so."""
        if self._following:
            self._following = False
            self.draw()
        else:
            self.action_fit()

    def action_by(self) -> None:
        """Rows by task instead of by worker, and back."""
        self._by_task = not self._by_task
        self._top = 0
        if self._selected is not None:
            self._go_to(self._selected)
        self.draw()

    def action_view(self) -> None:
        """Bars by state instead of by task, and back."""
        self._by_state = not self._by_state
        if self._run is not None:
            self._rows = Rows(self._run, self._by_state)
        self.draw()

    # -- the mouse --

    def on_click(self, event: events.Click) -> None:
        """Select the task that is clicked; a click on the ruler picks a time."""
        run = self._run
        offset = event.screen_offset - self._cells.region.offset
        row = self._top + offset.y - HEAD
        if run is not None and run.started != UNKNOWN and offset.y == 0:
            self.post_message(TimePicked(run.started + self._view.time(offset.x)))
        if run is None or run.started == UNKNOWN or offset.y < HEAD or not 0 <= row < self._count:
            return
        view, now = self._view, self._now
        if self._by_task:
            if row < len(run.tasks):
                self._go_to(row)
            return
        if row >= len(run.workers):
            return  # no task is known of what tasks have started
        for begin, end, _, task in self._rows.row(run.workers[row], view, now):
            if begin <= offset.x < end:
                if task < 0:  # many: the one that was running then
                    lane = run.workers[row].lane
                    task = lane.tasks[lane.nearest(run.started + view.time(offset.x))]
                self._go_to(task)
                return

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, or with Ctrl zoom out."""
        event.stop()
        self.action_zoom(-2) if event.ctrl else self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll, or with Ctrl zoom in."""
        event.stop()
        self.action_zoom(2) if event.ctrl else self._scroll(-3)
