"""All that is known of the selected task."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from concviz.tui import bindings
from concviz.tui.places import title
from concviz.tui.widgets.pane import Pane
from concviz.tui.widgets.putting import put

if TYPE_CHECKING:
    from concviz.model.run import Run

NONE = Text("Select a task on the timeline (4, then arrow keys).")


class DetailsPane(VerticalScroll, Pane, can_focus=True):
    """Worker, times and result of one task."""

    HELP = """\
The task under the timeline's cursor: its **worker**, when it was queued, started, finished and
collected (seconds since the start of the run), wall and CPU time, what it spent its time on (and
what all tasks of its worker did), and its result or what it raised. A large result of a process or
interpreter has its size, and how long it took to pickle it there and to unpickle it here. On a
cluster also: to which workers it was given, how long it waited at the scheduler and there, what
data came for it from whom, and, where it was lost, why, and which task does it again.
"""
    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(NONE, id="task-text")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("task")

    def show_task(self, run: Run, task: int | None, now: int) -> None:
        """Show that task, as far as it was by ``now``."""
        from concviz.view.task import describe

        static = self.query_one("#task-text", Static)
        put(static, NONE if task is None else describe(run, task, now))
