"""What the tasks printed, line by line, and their results in order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from concviz.analysis.wording import count
from concviz.trace.sanitize import sanitize
from concviz.trace.worker_kind import WorkerKind
from concviz.tui import bindings
from concviz.tui.arrangement import RESULTS
from concviz.tui.messages import RowsChanged
from concviz.tui.places import title
from concviz.tui.widgets.looks import look
from concviz.tui.widgets.pane import Pane

if TYPE_CHECKING:  # an empty pane need not wait for what a run is
    from concviz.model.run import Run

WIDEST = 4_000
"""Characters of a line that are shown."""
BUDGET_S, REST_S = 0.008, 0.025
"""Time for measuring lines, and for all else until the rest of them are."""
HEADING, FAILURES = "results, in the order of the tasks", "results, and what tasks raised"
UNSEEN = "What it prints goes where it always did, and is not seen."
LABEL, LANE = 18, 14
"""Cells for a task's label and its thread, of a program's."""
MOST_LANE = 20
"""The same for a worker's of a plan."""

LOOKS = {
    "origin": ("$text-muted", "none"),
    "heading": ("$text-muted", "bold"),
    "error": ("$error", "none"),
}
"""Of parts of a line: a colour and an emphasis."""


class OutputPane(ScrollView, Pane, can_focus=True):
    """Drawn line by line from the run itself: a flood of lines costs no more than what is seen."""

    HELP = """\
Every line that a task **printed**, with its task and worker, as it came; when the run is over,
the **results** in the order of the tasks. Escape sequences and control characters are shown, not
obeyed. A line that ends in … goes on: left and right look along.
"""
    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._run: Run | None = None
        self._results: list[int] = []
        self._seen = self._measured = 0
        """Printed lines of the run, kept or not, that have been shown and measured."""
        self._returned: Iterator[str] = iter(())
        """Results that have not been measured."""
        self._widest = 0
        self._timer: Timer | None = None
        self._task_width = self._worker_width = 0
        self._wanted = RESULTS
        self._lanes: list[str] = []
        """Names of the workers of a cluster."""
        self._told = False
        """Whether it is known of any line of a program who said it."""

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("output")

    def show_run(self, run: Run) -> None:
        """Show this run, or the same as of another time; call again whenever it has changed."""
        new = self._run is None or run.whole is not self._run.whole
        if new:
            self._results, self._returned = [], iter(())
            self._seen = self._measured = self._widest = 0
            self._told = False
        at_end = self.scroll_offset.y >= self.max_scroll_y - 1
        before = self._state(self._run or run)
        self._run = run
        back = run.output.total < self._seen
        if not run.ended:  # or no longer: it is shown as of an earlier time
            self._results = []
        added = len(run.output.since(self._seen))
        self._seen = run.output.total
        if run.ended and not self._results and (found := self._with_results(run)):
            self._results = found
            errors = (failure.error for failure in run.tasks.failures.values())
            self._returned = chain(map(str, run.tasks.results.values()), errors)
        self._measure_origin(run)
        self._measure(run)
        self._want(run, new)
        self._say_what_is_left_out(run)
        if new:
            self.scroll_to(0, 0, animate=False)
        elif at_end:  # the latest line; when all is over, the results
            y = len(run.output) if self._results else self.max_scroll_y
            # By force: the scrollbar that allows it may not be there yet.
            self.scroll_to(y=y, animate=False, force=True, immediate=True)
        if new or back or self._state(run) != before:
            self.refresh()
        elif added:
            self.refresh_lines(len(run.output) - added, added)

    @property
    def rows_wanted(self) -> int:
        """Rows that it can use, up to some. It keeps room for results but where none are told."""
        return self._wanted

    def _want(self, run: Run, new: bool) -> None:
        """A program that prints little leaves the room to what stands out of its run."""
        rows = RESULTS
        if run.program is not None:
            rows = min(RESULTS, max(1, self.virtual_size.height, 0 if new else self._wanted))
        if rows != self._wanted:  # it does not shrink while the same run is looked through
            self._wanted = rows
            self.post_message(RowsChanged())

    def _measure_origin(self, run: Run) -> None:
        """Cells for who said a line; none where that is not known of any."""
        if run.program is None:
            self._task_width = len(f"task {len(run.tasks) - 1}")
            self._lanes = []
            if run.usual_kind is WorkerKind.CLUSTER:
                from concviz.view.cluster import lane_names

                self._lanes = lane_names(run, MOST_LANE)
            widths = [cell_len(name) for name in self._lanes]
            widths = widths or [len(run.label(worker)) for worker in run.workers[-1:]]
            self._worker_width = min(MOST_LANE, max(widths, default=0))
            return
        if not self._told:
            lines = run.output.since(self._measured)
            self._told = bool(self._results) or any(line.task is not None for line in lines)
        self._task_width, self._worker_width = (LABEL, LANE) if self._told else (0, 0)

    def _state(self, run: Run) -> tuple[object, ...]:
        """When that stays, the lines that were there look as they did."""
        widths = self._task_width, self._worker_width
        return run.output.dropped, len(self._results), run.ended, *widths

    def _say_what_is_left_out(self, run: Run) -> None:
        dropped = run.output.dropped
        said = f"{count(dropped, 'earlier line')} left out" if dropped else ""
        self.say_below(said)

    def _measure(self, run: Run) -> None:
        """Find the widest line: each is measured once, and only so many at a time."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        deadline = time.monotonic() + BUDGET_S
        for text in self._unmeasured(run):
            self._widest = max(self._widest, _cells(text, self._widest))
            if time.monotonic() > deadline:
                self._timer = self.set_timer(REST_S, partial(self._measure, run))
                break
        height = len(run.output) + (len(self._results) + 1 if self._results else 0)
        origin = self._task_width + self._worker_width + 3 if self._task_width else 0
        size = Size(self._widest + origin if height else 0, height)
        if size != self.virtual_size:
            # There is a layout only where a scrollbar comes or goes, which asks for it.
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)

    def _unmeasured(self, run: Run) -> Iterator[str]:
        lines = run.output.since(self._measured)
        self._measured = run.output.total - len(lines)
        for line in lines:
            self._measured += 1
            yield line.text
        yield from self._returned

    @staticmethod
    def _with_results(run: Run) -> list[int]:
        results, failures = run.tasks.answers(), run.tasks.failures
        if not failures:
            return results
        return sorted({*results, *failures}, key=lambda task: (run.tasks.first_of(task), task))

    def render_line(self, y: int) -> Strip:
        """A printed line, the heading of the results, or a result."""
        left, top = self.scroll_offset
        strip, width = Strip(self._segments(y + top)), self.size.width
        if strip.cell_length - left <= width:
            return strip.crop_extend(left, left + width, self.rich_style)
        more = Segment("…", self._style("origin"))  # there is no scrollbar that says so
        return Strip([*strip.crop_extend(left, left + width - 1, self.rich_style), more])

    def _segments(self, row: int) -> list[Segment]:
        run, plain = self._run, self.rich_style
        if run is None:
            return [Segment("What the tasks print appears here.", plain)] if row == 0 else []
        if row < len(run.output):
            line = run.output[row]
            return [
                Segment(self._origin(run, line.task, line.worker), self._style("origin")),
                Segment(_shown(line.text), plain),
            ]
        row -= len(run.output)
        if not self._results:
            quiet = row == 0 and run.ended and not run.output.total
            said = "Nothing was printed, nothing returned."
            if run.program is not None:
                attached = run.program.how in ("attached", "cluster")
                said = UNSEEN if attached else "No output of it was read."
            return [Segment(said, plain)] if quiet else []
        if row == 0:
            heading = HEADING if run.program is None else FAILURES
            return [Segment(heading, self._style("heading"))]
        if row > len(self._results):
            return []
        from concviz.model.tasks import UNKNOWN, Outcome

        task = self._results[row - 1]
        worker = run.tasks.worker[task]
        origin = self._origin(run, task, None if worker == UNKNOWN else worker)
        failure = run.tasks.failures.get(task)
        if failure is not None and run.tasks.outcome[task] == Outcome.FAILED:
            text, style = _shown(failure.error), self._style("error")
        else:
            text, style = _shown(str(run.tasks.results.get(task))), plain
        return [Segment(origin, self._style("origin")), Segment(text, style)]

    def _origin(self, run: Run, task: int | None, worker: int | None) -> str:
        if run.program is not None:
            return self._origin_in_program(run, task, worker)
        if task is None:
            return f"{'run':<{self._task_width}} {'':<{self._worker_width}}│ "
        said = f"task {run.tasks.first_of(task)}"
        name = " " * self._worker_width if worker is None else self._lane(run, worker)
        return f"{said:<{self._task_width}} {name}│ "

    def _lane(self, run: Run, worker: int) -> str:
        """The name of a worker, as wide as all of them."""
        if worker >= len(self._lanes):
            return f"{run.label(run.workers[worker]):<{self._worker_width}}"
        name = self._lanes[worker]  # which others gave it
        return name + " " * (self._worker_width - cell_len(name))

    def _origin_in_program(self, run: Run, task: int | None, worker: int | None) -> str:
        """Labels and names are long: cut."""
        if not self._task_width:
            return ""
        from concviz.view.names import lane_name, task_name

        said = "" if task is None else lane_name(task_name(run, task), LABEL)
        name = "" if worker is None else lane_name(run.label(run.workers[worker]), LANE)
        spaces = LABEL - cell_len(said), LANE - cell_len(name)
        return f"{said}{' ' * spaces[0]} {name}{' ' * spaces[1]}│ "

    def _style(self, name: str) -> Style:
        return look(self, *LOOKS[name])


def _shown(text: str) -> str:
    """A line as it is shown: nothing in it is obeyed, and whoever cuts it says so."""
    return sanitize(text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…")


def _cells(text: str, known: int) -> int:
    """How many cells it takes; not exactly, if that is no more than is ``known`` of another."""
    shown = text[:WIDEST]
    if shown.isprintable() and (shown.isascii() or 2 * len(shown) <= known):
        return len(shown)
    return cell_len(_shown(text))
