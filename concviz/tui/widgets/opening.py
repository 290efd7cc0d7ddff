"""The timeline before there is one: its frame, and what can be tried."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from concviz.tui.places import title
from concviz.tui.widgets.invitation import Invitation
from concviz.tui.widgets.pane import Pane
from concviz.view.row_heights import lines_of


class Opening(Vertical, Pane):
    """Looks like a timeline in which nothing has run, and needs nothing of a run.

    So the panes are seen before all is loaded that a run is shown with.
    """

    DEFAULT_CSS = "Opening { layers: base above; }"

    def compose(self) -> ComposeResult:
        """What can be tried."""
        yield Invitation(id="invitation")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("timeline")

    def wanted_height(self, most: int, rows: int = 0) -> int:
        """As that of the timeline."""
        return lines_of(rows, most, empty=True)
