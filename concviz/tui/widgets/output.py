"""What the tasks printed, line by line, and their results in order."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from concviz.model.literal import literal
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome

WIDEST = 4_000
"""Characters of a line that are shown."""
HEADING = "results, in the order of the tasks"


class OutputPane(ScrollView, can_focus=True):
    """Drawn line by line from the run itself: a flood of lines costs no more than what is seen."""

    HELP = """\
Every line that a task **printed**, with its task and worker, as it came; when the run is over,
the **results** in the order of the tasks. Escape sequences and control characters are shown, not
obeyed.
"""
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "output--origin",
        "output--heading",
        "output--error",
    }

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._run: Run | None = None
        self._results: list[int] = []
        self._task_width = self._worker_width = 0

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Output"

    def show_run(self, run: Run) -> None:
        """Show this run; call again whenever it has changed."""
        at_end = self.scroll_offset.y >= self.max_scroll_y - 1
        new = run is not self._run
        self._run = run
        self._results = self._with_results(run) if run.ended else []
        height = len(run.output) + (len(self._results) + 1 if self._results else 0)
        self._task_width = len(f"task {len(run.tasks) - 1}")
        self._worker_width = max((len(run.label(w)) for w in run.workers[-1:]), default=0)
        texts: Iterable[str] = (line.text for line in run.output)
        if self._results:
            errors = (failure.error for failure in run.tasks.failures.values())
            texts = chain(texts, map(str, run.tasks.results.values()), errors)
        origin = self._task_width + self._worker_width + 3
        self.virtual_size = Size(max(map(_cells, texts), default=-origin) + origin, height)
        if new:
            self.scroll_to(0, 0, animate=False)
        elif at_end:  # the latest line; when all is over, the results
            y = len(run.output) if self._results else self.max_scroll_y
            # By force: the scrollbar that allows it may not be there yet.
            self.scroll_to(y=y, animate=False, force=True, immediate=True)
        self.refresh()

    @staticmethod
    def _with_results(run: Run) -> list[int]:
        tasks = run.tasks
        if not tasks.results and not tasks.failures:
            return []
        return [t for t in range(len(tasks)) if t in tasks.results or t in tasks.failures]

    def render_line(self, y: int) -> Strip:
        """A printed line, the heading of the results, or a result."""
        left, top = self.scroll_offset
        strip = Strip(self._segments(y + top))
        return strip.crop_extend(left, left + self.size.width, self.rich_style)

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
            quiet = row == 0 and run.ended and not run.output
            return [Segment("Nothing was printed, nothing returned.", plain)] if quiet else []
        if row == 0:
            return [Segment(HEADING, self._style("heading"))]
        if row > len(self._results):
            return []
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
        if task is None:
            return f"{'run':<{self._task_width}} {'':<{self._worker_width}}│ "
        name = "" if worker is None else run.label(run.workers[worker])
        return f"{f'task {task}':<{self._task_width}} {name:<{self._worker_width}}│ "

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"output--{name}")


def _shown(text: str) -> str:
    """A line as it is shown: nothing in it is obeyed, and whoever cuts it says so."""
    return literal(text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…")


def _cells(text: str) -> int:
    """How many cells it takes."""
    if text.isascii() and text.isprintable():
        return min(len(text), WIDEST)
    return cell_len(_shown(text))
