"""The panes of the lab, between the line at the top and the one at the bottom."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Tab, Tabs

from concviz.runner import catalogue
from concviz.trace.plan import Plan
from concviz.tui.widgets.chooser import Entry
from concviz.tui.widgets.code import CodePane
from concviz.tui.widgets.details import DetailsPane
from concviz.tui.widgets.output import OutputPane
from concviz.tui.widgets.panes import StrategyPane, WorkersPane, WorkloadPane
from concviz.tui.widgets.summary import SummaryPane
from concviz.tui.widgets.timeline import Timeline

PANELS = ("summary", "output", "code", "task")
"""The panes that share a place by tabs where there is no room for all of them."""


class LabBody(Horizontal):
    """Controls at the left; the timeline and what is known of the run at the right."""

    def __init__(
        self,
        strategies: Iterable[catalogue.Entry],
        workloads: Iterable[catalogue.Entry],
        plan: Plan,
        start_method: str,
    ) -> None:
        super().__init__(id="body")
        self._strategies = [as_choice(entry) for entry in strategies]
        self._workloads = [as_choice(entry) for entry in workloads]
        self._plan = plan
        self._start_method = start_method

    def compose(self) -> ComposeResult:
        """All eight panes."""
        with Vertical(id="controls"):
            yield StrategyPane(self._strategies, self._plan)
            yield WorkloadPane(self._workloads, self._plan)
            methods = multiprocessing.get_all_start_methods()
            yield WorkersPane(self._plan, methods, self._start_method)
        with Vertical(id="stage"):
            yield Timeline(id="timeline")
            yield Tabs(*(Tab(name.title(), id=f"tab-{name}") for name in PANELS), id="tabs")
            with Container(id="panels"):
                yield SummaryPane(id="summary", classes="pane panel -shown")
                yield OutputPane(id="output", classes="pane panel")
                yield CodePane(id="code", classes="pane panel")
                yield DetailsPane(id="task", classes="pane panel")


def as_choice(entry: catalogue.Entry) -> Entry:
    """What a list shows of an entry."""
    return Entry(entry.id, entry.summary, entry.reason)
