"""The timeline: a row for each worker (or task), drawn as the run goes."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
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
from concviz.tui.messages import RowsChanged
from concviz.tui.places import title
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.invitation import Invitation
from concviz.tui.widgets.legend import LOW, legend_text
from concviz.tui.widgets.pane import Pane
from concviz.tui.widgets.task_cursor import TaskCursor
from concviz.tui.widgets.time_axis import TimeAxis
from concviz.view.cluster import clock_notes, on_cluster
from concviz.view.ghost import Ghost
from concviz.view.lanes import Lanes
from concviz.view.legend import Used, signs_of
from concviz.view.marks import in_view, on_ruler
from concviz.view.painting import paint_depths, paint_ruler, with_lines
from concviz.view.row_heights import HEAD, lines_of
from concviz.view.rows_in_view import RowsInView
from concviz.view.segments import queue_depths
from concviz.view.signs import Mark
from concviz.view.time_mark import TimeMark
from concviz.view.viewport import NS, Viewport
from concviz.view.window import Window

LABELS = 12
"""Columns for the names of the rows."""
HELPERS = bindings.Hint("Helpers", rank=bindings.AT_HAND + 5)
MOST_LABELS = 32
"""The most of those of a program."""
ROWS_BY = bindings.Hint("Worker/Task", rank=bindings.AT_HAND + 4)
LEAST_S = 1.0
"""A run of unknown length begins with so much time in view."""


class Timeline(TaskCursor, TimeAxis, Vertical, Pane, can_focus=True):
    """Workers or tasks against time, with a cursor that selects tasks."""

    HELP = """\
Each row is a **worker** (`b`: each row is a task), two or three cells high where there is room.
Time runs to the right; the ruler counts since the strategy's code began, or from the time that
stands at its left. The `queue` row shows how many tasks waited for a worker.

A bar is a task, from the `▌` at its start to its end. It shows what the worker's thread was
**doing**: bright where it runs, a shade where it waits for a core, for the GIL, for a lock, for
I/O, or sleeps (`v`: bars by task instead). A cell longer than two samples shows the state that took
most of its time, a shorter one the state at its sample: zoom in to see threads take turns. The
lines below say what the glyphs mean, and how much of all task time each state took.

A **time cursor** (`Space`, `[`, `]` or a click on the ruler) shows the run as it was at any time;
all panes speak of that time, and nothing is drawn behind the `┃` that marks it.

A run laid behind this one (`g`) is the shadow `▂` in the cells where nothing else stands; it ends
at `┊`. A time cursor shows as much of it as there was by then.

Of a **program** each row is a thread, by process, its main thread first; below a loop's thread are
rows for its coroutines. Bars are tasks, called by their functions and arguments. Between them a
thread's states are drawn weaker, on no ground. `▼` marks what the program said of itself. Threads
that libraries keep for themselves share the last row (`u`: a row each).

On a **cluster** lanes stand by host, worker process and thread. In rows by task (`b`) `·` is a task
that waits at the scheduler, `∘` one that waits on its worker, `⇆` where it was given to another
worker; `»` is data on its way to it. What was lost with a worker is run again: such a bar says so.
Where times of another host may be off by more than a cell, the frame says by how much.

Arrow keys select: left and right task by task, up and down worker by worker. `+` and `-` zoom
about the selected task, or keep now at the right edge of a run that grows; `0` fits the run, `,`
and `.` move along, `f` follows again in the same scale. The frame says which part is in view.
Mouse: click a bar, turn the wheel to scroll, with Ctrl to zoom.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        *TaskCursor.KEYS,
        *TimeAxis.KEYS,
        Binding("b", "by", "Worker/Task", tooltip="Rows by task or by worker", group=ROWS_BY),
        Binding(
            "u",
            "unfold",
            "Helpers",
            tooltip="Helper threads of a program: a row each, or one for all",
            group=HELPERS,
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None
        self._lanes = Lanes(Run(Plan()), by_task=False, states=True)
        self._window = Window.of(NS, 1)
        self._expected = NS
        self._rows = RowsInView()
        self._by_task = False
        self._by_state = True
        self._unfolded = False
        """Whether each thread that a library keeps for itself has a row of its own."""
        self._names_width = LABELS
        self._spent = nothing()
        self._used: Used = {}
        self._outside = False
        """Whether states stand there on which no task ran."""
        self._explained: object = None
        """Of what the legend is, and in which colours."""
        self._ended = False
        """Whether the window is that of a run that is over."""
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
        self._base = ""
        """From when the ruler counts, if not from zero."""
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
        yield Invitation(id="invitation")

    # -- what the screen calls --

    def make_ready(self) -> None:
        """Mix the colours before there is anything in them: that is not to delay a first bar."""
        self._cells.looks  # noqa: B018 - kept until the theme changes

    def follow_run(self, run: Run, expected_s: float, now: int) -> None:
        """Show this run from now on, as it is at that time (monotonic nanoseconds)."""
        self.query_one(Invitation).display = False
        self._show_rows_of(run)
        self.now = self._until = now
        self._cursor = None
        self.tell(nothing())
        self._expected = round(max(expected_s, LEAST_S) * NS)
        self._rows = self._rows.anew()
        self._names_width = 0
        self._ended = False
        self._select(None)
        self._window = Window.of(self._with_ghost(self._expected), self._width)
        self.draw()

    def show(self, run: Run, now: int, until: int, cursor: int | None, said: str) -> None:
        """Draw that run, which is perhaps the one that is followed as of an earlier time.

        ``until`` is up to when it is known, ``cursor`` where the time cursor is, if anywhere, and
        ``said`` what stands beside it (monotonic nanoseconds).
        """
        if run is not self._run:
            self._show_rows_of(run)
        self.now, self._until = now, until
        if self._selected is not None and self._selected >= len(run.tasks):
            self._select(None)  # nobody had heard of it by then
        if cursor is not None and cursor != self._cursor:
            self._window = self._bringing(self._window, self.view.cell(cursor - run.started))
        self._cursor, self._said = cursor, said
        self.draw()

    @staticmethod
    def _bringing(window: Window, cell: int) -> Window:
        """The window with that cell in it; if it was not, most of the way is ahead of it then."""
        width = window.view.width
        if cell < 0:
            return window.panned(cell - width * 3 // 4)
        return window.panned(cell - width // 4) if cell > width else window

    def lay_behind(self, ghost: Ghost | None) -> None:
        """Lay a run behind the one shown, and those that are shown later; None: take it away."""
        self.ghost = ghost
        behind = f" · behind: {ghost.name}" if ghost is not None else ""
        self.border_title = title("timeline").append(behind)
        if self._run is not None:
            self._show_rows_of(self._run)
        self.action_fit()

    @property
    def view(self) -> Viewport:
        """The part of the run's time that is shown."""
        return self._window.view

    @property
    def window_ns(self) -> int:
        """How much time is in view."""
        return self.view.scale * self.view.width

    @property
    def rows(self) -> int:
        """How many rows of workers or tasks are in view."""
        return len(self._rows.shown)

    @property
    def row_height(self) -> int:
        """How many cells each of them is high."""
        return self._rows.height

    def draw(self) -> None:
        """Bring the picture up to date."""
        run = self._run
        if run is None or not self.is_mounted or self._width <= 0:
            return
        now = self.as_of
        self._lanes.arrange()
        self._fit_names(run)
        self._place(run, now)
        if self._lanes.count != self._told:
            self._told = self._lanes.count
            self.post_message(RowsChanged())
        view, visible = self.view, self._rows.shown
        mark, ruler = self._time_mark(run), view.ticks()
        ticks = mark.beside(ruler.cells) if mark is not None else ruler.cells
        queue = paint_depths(queue_depths(run, view, now), view.width, max(len(run.tasks), 1))
        until = None if self._cursor is None else self._cursor - run.started
        lines = [cell for cell, _ in ruler.cells]
        painted = [
            with_lines(row, lines)
            for lane in visible
            for row in self._lanes.paint(lane, view, now, self._rows.height, self._selected, until)
        ]
        marks = in_view(run, view)
        picture = [on_ruler(paint_ruler(ticks, view.width), marks), queue, *painted]
        self._cells.show(mark.mark(picture) if mark is not None else picture)
        self._used = signs_of([(run, painted)])
        self._outside = any(row.outside for row in painted)
        if marks:
            self._used[Mark.MARKED] = [run]
        if not queue.text.isspace():
            self._used[Mark.QUEUE] = [run]
        if mark is not None:
            self._used[Mark.TIME_CURSOR] = [run]
        self._base = ruler.base
        self._show_labels(visible)
        self._show_legend()

    def tell(self, spent: Spent) -> None:
        """Figures: how the time of the tasks was spent, in all, and how many tasks wait.

        They change when those of other panes do, so that all say the same.
        """
        self._spent = spent
        run = self._run
        self._queued = run.queued if run is not None else 0
        self._show_legend()
        self._show_head()

    # -- which part of the run, and which of its rows --

    def _show_rows_of(self, run: Run) -> None:
        self._run = run
        self._lanes = Lanes(run, self._by_task, self._by_state, self.ghost, self._unfolded)

    def _fit_names(self, run: Run) -> None:
        """Names of a program's threads are long, and a cluster's: as much room as they take."""
        wanted = LABELS
        if run.program is not None or on_cluster(run):
            most = max(LABELS, min(MOST_LABELS, self.size.width // 4))
            wanted = clamp(self._lanes.widest(most - 1) + 1, min(self._names_width, most), most)
        if wanted != self._names_width:
            self._names_width = wanted
            self.query_one("#names").styles.width = wanted
            self.call_after_refresh(self.draw)

    def _place(self, run: Run, now: int) -> None:
        """What is in view: as much time as there is, as many rows as there is room for."""
        width, room = self._width, max(0, self._cells.size.height - HEAD)
        if self.view.width != width:
            self._window = self._window.resized(width)
        self._rows = self._rows.of(self._lanes.count, room)
        if run.started == UNKNOWN:
            return
        if self._cursor is not None:
            self._window = self._window.reached(self._until - run.started - 1)
        elif not run.ended:
            self._window = self._window.grown(now - run.started)
        elif not self._ended:
            self._ended = True
            self._window = self._window.ended(self._with_ghost(run.finished - run.started))

    def wanted_height(self, most: int, rows: int = 0) -> int:
        """Of so many lines inside of its frame, how many it can use: for ``rows`` at least."""
        return lines_of(max(self._lanes.count, rows), most, empty=self._run is None)

    def _with_ghost(self, length: int) -> int:
        """How much time is to be in view for a run of that length and the one behind it."""
        if self.ghost is not None:  # and a cell for the line at its end
            length = max(length, self.ghost.length * self._width // max(1, self._width - 1) + 1)
        return max(1, length)

    @property
    def as_of(self) -> int:
        """Until when the run is drawn, in nanoseconds of its clock."""
        run = self._run
        return run.finished if run is not None and run.ended else self.now

    @property
    def _cells(self) -> Canvas:
        return self.query_one("#cells", Canvas)

    @property
    def _width(self) -> int:
        return self._cells.size.width

    # -- the picture's parts --

    def _time_mark(self, run: Run) -> TimeMark | None:
        if self._cursor is None or run.started == UNKNOWN:
            return None
        cell = self.view.cell(self._cursor - run.started)
        # At the end of the picture it stands in its last cell.
        return TimeMark.place(self._width, cell - (cell == self._width), self._said)

    def _show_legend(self) -> None:
        run, size, cells = self._run, self.query_one("#legend").size, self._cells
        seen = run is not None and any(worker.observed for worker in run.workers)
        spent = (run, self._spent) if run is not None and seen and self._by_state else None
        shares = tuple(self._spent) if spent else None
        said = (tuple(self._used), self._outside, id(run), shares, size)
        if (said, cells.looks) != self._explained:  # working it out costs as much as a row
            self._explained = said, cells.looks
            text = legend_text(
                self._used, size.width, size.height, cells.style_of, spent, self._outside
            )
            self._put("#legend", text)

    def _show_labels(self, visible: range) -> None:
        below = "\n" * self._rows.height
        names = self._lanes.names(visible, self._names_width - 1)
        self._put("#row-labels", below.join(names))
        self._show_head()
        self._show_place(visible)

    def _show_head(self) -> None:
        queue = f"queue {self._queued:,}" if self._queued else "queue"
        self._put("#queue-label", f"{self._base}\n{queue}")

    def _put(self, where: str, text: str | Text) -> None:
        static = self.query_one(where, Static)
        if static.content != text:
            static.update(text, layout=False)  # all have a fixed size: a new layout costs bytes

    def _show_place(self, visible: range) -> None:
        run = self._run
        assert run is not None
        rows = run.others_seen or run.program is not None
        tasks = self._by_task and run.program is None
        what = "tasks" if tasks else "rows" if rows else "workers"
        live = self.now_ns() is not None
        total = None if live else self._until - run.started
        said = [self._window.words(total)] if run.started != UNKNOWN else []
        if visible and len(visible) < self._lanes.count:
            said.append(f"{what} {visible.start + 1}–{visible.stop} of {self._lanes.count}")
        if run.surroundings.several_hosts:
            said += clock_notes(run, self.view.scale)
        if live and not self._window.following:
            said.append("not following: f")
        shown = " · ".join(filter(None, said))
        self.say_below(shown)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("timeline")

    def on_resize(self) -> None:
        """Draw in the new size, once the parts have theirs."""
        self.set_class(self.size.height < LOW, "-low")
        self.call_after_refresh(self.draw)

    # -- zoom, pan, and what rows and bars are --

    def now_ns(self) -> int | None:
        """How far a run under way has come, where it is shown as of now."""
        run = self._run
        if run is None or run.started == UNKNOWN or run.ended or self._cursor is not None:
            return None
        return self.now - run.started

    def centre(self) -> int:
        """The cell of the time cursor, or else of the selected task, if that is in view."""
        run, task, view = self._run, self._selected, self.view
        if run is not None and self._cursor is not None:
            return clamp(view.cell(self._cursor - run.started), 0, view.width - 1)
        if run is not None and task is not None and run.tasks.started[task] != UNKNOWN:
            cell = view.cell(run.tasks.started[task] - run.started)
            if 0 <= cell < view.width:
                return cell
        return super().centre()

    def after_zoom(self, before: Window, zoomed: Window) -> Window:
        """With the time cursor or all of the selected task's bar."""
        run, task = self._run, self._selected
        if run is not None and self._cursor is not None:
            return zoomed.showing(self._cursor - run.started)
        if run is not None and task is not None and run.tasks.started[task] != UNKNOWN:
            cell = before.view.cell(run.tasks.started[task] - run.started)
            if 0 <= cell < before.view.width:
                return self._showing(zoomed, run, task)
        return zoomed

    def fit(self) -> Window:
        """All of the run and of the one behind it."""
        run = self._run
        if run is None or run.started == UNKNOWN:
            return self._window.fitted()
        length = self._with_ghost(self._until - run.started)
        whole = self._cursor is not None or run.ended
        return Window.of(length if whole else max(length, self._expected), self._width)

    def action_by(self) -> None:
        """Rows by task instead of by worker, and back."""
        self._by_task = not self._by_task
        self._rows = self._rows.anew()
        self._draw_rows_anew()
        if self._selected is not None:
            self._go_to(self._selected)

    def action_unfold(self) -> None:
        """Each thread that a library keeps for itself in a row of its own, or all in one."""
        self._unfolded = not self._unfolded
        self._rows = self._rows.anew()
        self._draw_rows_anew()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a program has helpers."""
        if action == "unfold":
            return self._run is not None and any(worker.helper for worker in self._run.workers)
        return True

    def action_view(self) -> None:
        """Bars by state instead of by task, and back."""
        self._by_state = not self._by_state
        self._draw_rows_anew()

    def _draw_rows_anew(self) -> None:
        if self._run is not None:
            self._show_rows_of(self._run)
        self.draw()
