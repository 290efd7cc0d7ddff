"""What a run took and why: progress while it runs, figures when it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from concviz.tui import bindings
from concviz.tui.places import title
from concviz.tui.widgets.looks import look
from concviz.tui.widgets.pane import Pane
from concviz.tui.widgets.putting import put

if TYPE_CHECKING:  # an empty lab need not wait for what says what a run came to
    from concviz.analysis.findings import Finding
    from concviz.analysis.statistics import Summary
    from concviz.model.moment import Moment
    from concviz.model.run import Run
    from concviz.trace.states import Spent
    from concviz.tui.widgets.canvas import Canvas
    from concviz.view.summary_text import Styles


class SummaryPane(VerticalScroll, Pane, can_focus=True):
    """The figures of a run, in words."""

    HELP = """\
First **what stands out** most, with the numbers behind it and what to try; then how the time of
all tasks was spent, in the cells of the picture: CPU time is exact, waiting is split as samples of
the threads say. **took**: from the first to the last line of the strategy's code. **speedup**:
against a sequential run of the same tasks in this session (*measured*); else the most that it can
be, the sum of the task times ÷ took (*at most*), unless tasks competed: then that says nothing.
**machine**: how much of the usable cores was in use, by whatever ran. **utilisation**: busy worker
time ÷ workers × took. **queue wait**: from submission to start. **start-up**: from `start()` on a
worker to its first line of Python. **locks**: those that tasks waited for. Of a cluster: **memory**
of each worker process (managed: results kept for others; spilled: put on its disk), **transfers**
of data between workers, tasks **stolen** from one for another, how exact the **clocks** of other
hosts are known, and what **others** had it do meanwhile.
"""
    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._say: Callable[[int, Styles], Text] | None = None
        """What is to be said, in lines of so many cells and in these styles."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("Press r to run.", id="summary-text")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("summary")

    def show_progress(self, run: Run, moment: Moment, spent: Spent) -> None:
        """While it is under way: ``spent`` is how the time of all tasks was spent so far."""
        from concviz.view.summary_text import progress

        self._show(partial(progress, run, moment, spent))

    def show_summary(
        self, run: Run, summary: Summary, spent: Spent, found: Sequence[Finding]
    ) -> None:
        """When it is over: how the time of all tasks was spent, and what stands out."""
        from concviz.view.summary_text import figures

        self._show(partial(figures, run, summary, spent, found))

    def on_resize(self) -> None:
        """In lines of the new width."""
        self._draw()

    def notify_style_update(self) -> None:
        """The theme changed: the picture's cells look otherwise."""
        super().notify_style_update()
        self.call_after_refresh(self._draw)

    def _show(self, say: Callable[[int, Styles], Text]) -> None:
        self._say = say
        self._draw()

    def _draw(self) -> None:
        if self._say is None:
            return
        from concviz.view.summary_text import Styles

        static = self.query_one("#summary-text", Static)
        width = max(1, static.size.width)
        headline = look(self, "$text-accent", "bold")
        text = self._say(width, Styles(self._cells.style_of, headline))
        put(static, text)

    @property
    def _cells(self) -> Canvas:
        from concviz.tui.widgets.canvas import Canvas

        return self.screen.query_one("#cells", Canvas)
