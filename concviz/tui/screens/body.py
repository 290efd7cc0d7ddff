"""The panes of the lab, between the line at the top and the one at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from concviz.tui.arrangement import (
    PANELS,
    columns,
    side_by_side,
    tabbed,
    timeline_height,
)
from concviz.tui.messages import RowsChanged
from concviz.tui.widgets.code import CodePane
from concviz.tui.widgets.controls import Controls
from concviz.tui.widgets.details import DetailsPane
from concviz.tui.widgets.opening import Opening
from concviz.tui.widgets.output import OutputPane
from concviz.tui.widgets.summary import SummaryPane
from concviz.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from concviz.tui.widgets.timeline import Timeline

SCROLLBAR = 1


class _StageLayout(Layout):
    """Puts panes where the stage says, and a column around those that it has."""

    name = "stage"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """A place for each that has one, within the parent."""
        parent.pre_layout(self)
        if parent is self._stage:
            self._stage.take_places(size)
        begin = self._stage.place_of(parent).offset if parent is not self._stage else Offset()
        placed = [(child, self._stage.place_of(child) - begin) for child in children]
        return [
            WidgetPlacement(region, Offset(), Spacing(), child)
            for child, region in placed
            if region
        ]


class _Column(Widget):
    """Panes that follow each other when the focus goes on."""

    DEFAULT_CSS = "_Column { width: auto; height: auto; overflow: hidden; }"

    def __init__(self, layout: Layout, *panes: Widget) -> None:
        super().__init__(*panes)
        self._own = layout

    @property
    def layout(self) -> Layout:
        """The stage's."""
        return self._own


class Stage(Widget):
    """The timeline and what is known of the run, each as large as it has use for."""

    DEFAULT_CSS = "Stage { width: 1fr; height: 1fr; overflow: hidden; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._own = _StageLayout(self)
        self._upper: Opening | Timeline = Opening(id="opening", classes="pane")
        self.tabs = TabBar(PANELS, id="tabs")
        self.summary = SummaryPane(id="summary", classes="pane panel -shown")
        self.output = OutputPane(id="output", classes="pane panel")
        self.details = DetailsPane(id="task", classes="pane panel")
        self.code = CodePane(id="code", classes="pane panel")
        self._columns = (
            _Column(self._own, self.summary, self.output),
            _Column(self._own, self.code, self.details),
        )
        self._expected = 0
        self._many = False
        self._code_rows = 0, 0
        """How wide the code was last, and how many rows it took at most in that width."""
        self._places: dict[str, Region] = {}

    def compose(self) -> ComposeResult:
        """The timeline, then the panels in the order of their numbers."""
        yield self._upper
        yield self.tabs
        yield from self._columns

    async def begin(self) -> None:
        """From now on there is a timeline, which looks as what has its place until then."""
        from concviz.tui.widgets.timeline import Timeline

        opening, self._upper = self._upper, Timeline(id="timeline")
        with self.app.batch_update():
            await self.mount(self._upper, before=opening)
            await opening.remove()

    @property
    def timeline(self) -> Timeline:
        """The timeline, once there is one."""
        return cast("Timeline", self._upper)

    @property
    def layout(self) -> Layout:
        """Its own."""
        return self._own

    def take_places(self, size: Size) -> None:
        """Find out where what is displayed stands on a stage of that size."""
        self._places = self._found(size)

    def _found(self, size: Size) -> dict[str, Region]:
        shown = [pane.id for column in self._columns for pane in column.displayed_children]
        timeline = self._wanted(size)
        if len(shown) <= 1:
            return tabbed(*size, timeline, shown[0] or "" if shown else "", self._many)
        code, printed = self._rows_of_code(size.width), self.output.rows_wanted
        return side_by_side(*size, timeline, code, self._many, printed)

    def place_of(self, widget: Widget) -> Region:
        """Where a pane stands, or a column: around its panes; nowhere if it is not seen."""
        if isinstance(widget, _Column):
            found = (self.place_of(pane) for pane in widget.displayed_children)
            return Region.from_union([place for place in found if place] or [Region()])
        id = "timeline" if widget is self._upper else widget.id
        return self._places.get(id or "", Region())

    def expect(self, rows: int, *, many: bool = False) -> None:
        """The timeline will have so many, if not more: there is room for them from the first on.

        ``many``: lanes come before all else, of which there are many.
        """
        self._expected, self._many = rows, many
        self.fit()

    def on_rows_changed(self, event: RowsChanged) -> None:
        """There are more of them than were expected, or fewer; of a pane that tells."""
        event.stop()
        self.fit()

    def fit(self) -> None:
        """Let each have the room that it can use by now."""
        if self._found(self.size) != self._places:
            for column in self._columns:
                column.refresh(layout=True)

    def _wanted(self, size: Size) -> int:
        """Rows of the timeline, with its frame."""
        frame = self._upper.gutter.height
        return timeline_height(
            size.height,
            self.screen.has_class("-full"),
            lambda most: frame + self._upper.wanted_height(most - frame, self._expected),
            self._many,
        )

    def _rows_of_code(self, width: int) -> int:
        around = self.code.gutter
        column = width - columns(width)[-1] - around.width - SCROLLBAR
        before, most = self._code_rows
        # It does not shrink again: whoever looks through a list is spared a layout for each entry.
        most = max(self.code.wanted_height(column), most if column == before else 0)
        self._code_rows = column, most
        return around.height + most


class LabBody(Horizontal):
    """Controls at the left; the timeline and what is known of the run at the right."""

    def __init__(self, controls: Controls, stage: Stage) -> None:
        super().__init__(controls, stage, id="body")
