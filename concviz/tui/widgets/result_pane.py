"""The result of an experiment: its picture and its table, which select the same line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import DataTable

from concviz.experiments.experiment import Live, Result
from concviz.tui.messages import CaseSelected
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.picture import HasBars, Picture
from concviz.view.tables import Column

P = TypeVar("P")


class ResultPane(Container, Generic[P]):
    """Draws what it is told; what is opened in it goes on to the screen as a message."""

    def __init__(self, picture: Picture[P], columns: Sequence[Column], *, id: str) -> None:
        super().__init__(id=id)
        self._picture = picture
        self._columns = columns

    def compose(self) -> ComposeResult:
        """The picture above the table."""
        with Container(id="experiment-picture"):
            yield cast(Widget, self._picture)
        yield FiguresTable(id="experiment-table", fits=True)

    def on_mount(self) -> None:
        """The columns."""
        self._table.head(self._columns)

    @property
    def _table(self) -> FiguresTable:
        return self.query_one(FiguresTable)

    def draw(self, result: Result[P], live: Live | None) -> None:
        """Picture what has been measured so far, and the run under way."""
        self._picture.show(result.picture(live))

    def fill(self, result: Result[P], over: bool) -> None:
        """Put what has been measured so far into the table."""
        self._table.put(result.lines(over), result.recommended if over else None)

    @property
    def selected(self) -> str | None:
        """Key of the line that is selected."""
        leads = self._table.has_focus or not self._picture.can_focus
        return self._table.selected if leads else self._picture.selected

    def select(self, key: str | None) -> None:
        """Select that line in both."""
        if key is not None:
            self._picture.select(key)
            self._table.select(key)

    @property
    def has_bars(self) -> bool:
        """Whether the picture has bars, by state or by task."""
        return isinstance(self._picture, HasBars)

    def view(self) -> None:
        """Bars by state instead of by task, and back."""
        if isinstance(self._picture, HasBars):
            self._picture.action_view()

    def hide_nothing(self, result: Result[P] | None) -> None:
        """Of nothing there is neither a picture nor a table; None: there is more to come."""
        picture = result is None or result.pictured
        table = result is None or bool(result.lines(over=True))
        self.set_class(table and not picture, "-only-table")
        self.set_class(picture and not table, "-only-picture")
        self.set_class(not picture and not table, "-nothing")

    def toggle_table(self) -> None:
        """The table in place of the picture, where only one has room, and back."""
        self.toggle_class("-table")

    def take_focus(self, *, short: bool) -> None:
        """To the table, or else where the arrow keys select; ``short``: only one has room."""
        if (short and self.has_class("-table")) or not self._picture.can_focus:
            self._table.focus()
        else:
            self._picture.focus()

    def on_case_selected(self, event: CaseSelected) -> None:
        """The table follows the picture."""
        event.stop()
        self._table.select(event.key)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The picture follows the table, if that leads."""
        event.stop()
        if event.data_table.has_focus and event.row_key.value is not None:
            self._picture.select(event.row_key.value)
