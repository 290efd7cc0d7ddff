"""A cursor that goes from task to task of a timeline, by keys and by the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.tui import bindings
from concviz.tui.messages import TaskSelected, TimePicked
from concviz.tui.widgets.canvas import Canvas
from concviz.view.lanes import Lanes
from concviz.view.neighbours import across, beside, first_of
from concviz.view.row_heights import HEAD
from concviz.view.rows_in_view import RowsInView
from concviz.view.window import Window

TASK_BY_TASK, ROW_BY_ROW = "Select task by task", "Select row by row"
ENDS, PAGES = "Select the first or the last task", "Scroll a page up or down"
TASKS = bindings.Hint("Task", rank=bindings.AT_HAND)
ROWS = bindings.Hint("Row", rank=bindings.AT_HAND + 1)


class TaskCursor(Widget):
    """Mixed into a timeline: which task is selected, and what brings one into view."""

    KEYS: ClassVar[list[BindingType]] = [
        Binding("left", "select(-1)", "Previous task", tooltip=TASK_BY_TASK, group=TASKS),
        Binding("right", "select(1)", "Next task", tooltip=TASK_BY_TASK, group=TASKS),
        Binding("up", "move(-1)", "Row above", tooltip=ROW_BY_ROW, group=ROWS),
        Binding("down", "move(1)", "Row below", tooltip=ROW_BY_ROW, group=ROWS),
        Binding("home", "first", "First task", show=False, tooltip=ENDS),
        Binding("end", "last", "Last task", show=False, tooltip=ENDS),
        Binding("pageup", "scroll_rows(-1)", "Page up", show=False, tooltip=PAGES),
        Binding("pagedown", "scroll_rows(1)", "Page down", show=False, tooltip=PAGES),
    ]
    _run: Run | None
    _lanes: Lanes
    _rows: RowsInView
    _window: Window
    _selected: int | None = None

    def draw(self) -> None:
        """Draw what is in view."""
        raise NotImplementedError

    @property
    def as_of(self) -> int:
        """Until when the run is drawn, in nanoseconds of its clock."""
        raise NotImplementedError

    @property
    def selected(self) -> int | None:
        """The task under the cursor."""
        return self._selected

    def _select(self, task: int | None) -> None:
        if task != self._selected:
            self._selected = task
            self.post_message(TaskSelected(task))

    def _go_to(self, task: int) -> None:
        """Select the task and bring it into view."""
        run = self._run
        assert run is not None
        self._select(task)
        row = self._lanes.row_of(task)
        if row is not None:
            self._rows = self._rows.showing(row)
        if not (self._window.following and self._in_view(run, task)):
            shown = self._showing(self._window, run, task)
            self._window = shown if shown == self._window else shown.let_go()
        self.draw()

    def _in_view(self, run: Run, task: int) -> bool:
        """Whether some of its bar is."""
        started, finished = (
            time[task] - run.started if time[task] != UNKNOWN else None
            for time in (run.tasks.started, run.tasks.finished)
        )
        if started is None:
            return True
        view = self._window.view
        return started < view.end and (finished is None or finished > view.time(0))

    def _showing(self, window: Window, run: Run, task: int) -> Window:
        """Moved by as little as shows all of a task's bar, or else its beginning."""
        started, finished = run.tasks.started[task], run.tasks.finished[task]
        if started == UNKNOWN:
            return window
        last = max(started, finished - 1)
        return window.showing(last - run.started).showing(started - run.started)

    def action_select(self, step: int) -> None:
        """The next or previous task of the row (with rows by task: of the run)."""
        self._step(self._beside, step, row=0)

    @staticmethod
    def _beside(lanes: Lanes, task: int, step: int) -> int:
        return beside(lanes.run, task, step)

    def action_move(self, step: int) -> None:
        """The row above or below, at about the same time."""
        self._step(across, step, row=self._rows.top)

    def _step(self, way: Callable[[Lanes, int, int], int], step: int, row: int) -> None:
        """Go on from the selected task, or begin at the first one of a row."""
        run = self._run
        if run is None or not len(run.starts):
            return
        lanes = self._lanes
        if self._selected is None:
            self._go_to(lanes.tasks.first(row) if lanes.by_task else first_of(lanes, row))
        elif lanes.by_task:
            self._go_to(lanes.tasks.beside(self._selected, step))
        else:
            self._go_to(way(lanes, self._selected, step))

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
        self.scroll_lines(pages * max(1, self._rows.fitting - 1))

    def scroll_lines(self, lines: int) -> None:
        """So many rows up or down."""
        self._rows = self._rows.scrolled(lines)
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Select the task that is clicked; a click on the ruler picks a time."""
        run, view = self._run, self._window.view
        if run is None or run.started == UNKNOWN:
            return
        offset = event.screen_offset - self.query_one(Canvas).region.offset
        if offset.y == 0:
            self.post_message(TimePicked(run.started + view.time(offset.x)))
        row = self._rows.row_at(offset.y - HEAD)
        if offset.y >= HEAD and 0 <= row < self._lanes.own:
            task = self._lanes.task_at(row, offset.x, view, self.as_of)
            if task is not None:
                self._go_to(task)
