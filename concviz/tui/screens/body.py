"""The panes of the lab, between the line at the top and the one at the bottom."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Tab, Tabs

from concviz.tui.widgets.code import CodePane
from concviz.tui.widgets.controls import Controls
from concviz.tui.widgets.details import DetailsPane
from concviz.tui.widgets.output import OutputPane
from concviz.tui.widgets.summary import SummaryPane
from concviz.tui.widgets.timeline import Timeline

PANELS = ("summary", "output", "code", "task")
"""The panes that share a place by tabs where there is no room for all of them."""
SMALLEST = (60, 16)
FULL = (110, 34)
"""From this size on all panes are shown at once; below, four of them share a place by tabs."""


def layout_classes(width: int, height: int) -> dict[str, bool]:
    """Classes of the styles for a terminal of that size, and which of them hold."""
    return {
        "-tiny": width < SMALLEST[0] or height < SMALLEST[1],
        "-full": width >= FULL[0] and height >= FULL[1],
        "-short": height < 30,
        "-tall": height >= 30,
        "-wide": width >= 150,
    }


class LabBody(Horizontal):
    """Controls at the left; the timeline and what is known of the run at the right."""

    def __init__(self, controls: Controls) -> None:
        super().__init__(id="body")
        self._controls = controls

    def compose(self) -> ComposeResult:
        """All eight panes."""
        yield self._controls
        with Vertical(id="stage"):
            yield Timeline(id="timeline")
            yield Tabs(*(Tab(name.title(), id=f"tab-{name}") for name in PANELS), id="tabs")
            with Container(id="panels"):
                yield SummaryPane(id="summary", classes="pane panel -shown")
                yield OutputPane(id="output", classes="pane panel")
                yield CodePane(id="code", classes="pane panel")
                yield DetailsPane(id="task", classes="pane panel")
