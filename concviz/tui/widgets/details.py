"""All that is known of the selected task."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from concviz.model.run import Run
from concviz.tui.places import title
from concviz.tui.widgets.pane import Pane
from concviz.view.task import describe


class DetailsPane(VerticalScroll, Pane, can_focus=True):
    """Worker, times and result of one task."""

    HELP = """\
The task under the timeline's cursor: its **worker**, when it was queued, started, finished and
collected (seconds since the start of the run), wall and CPU time, what it spent its time on (and
what all tasks of its worker did), and its result or what it raised. A large result of a process or
interpreter has its size, and how long it took to pickle it there and to unpickle it here.
"""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("Select a task on the timeline (4, then arrow keys).", id="task-text")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("task")

    def show_task(self, run: Run, task: int | None, now: int) -> None:
        """Show that task, as far as it was by ``now``."""
        static = self.query_one("#task-text", Static)
        if task is None:
            static.update("Select a task on the timeline (4, then arrow keys).")
            return
        text = describe(run, task, now)
        if static.content != text:
            static.update(text)
