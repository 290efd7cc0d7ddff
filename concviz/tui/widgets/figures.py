"""Figures in lines, each of which has a key and can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from concviz.tui import bindings
from concviz.view.tables import Column, fitting


class FiguresTable(DataTable[Text]):
    """A table whose lines can be opened."""

    OPEN: ClassVar[bindings.Hint] = bindings.Hint("Open", rank=bindings.SECOND)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings.LISTS,
        Binding(
            "enter",
            "select_cursor",
            "Open",
            tooltip="Open the selected run in the lab",
            group=OPEN,
        ),
        Binding("home", "scroll_top", "First", show=False, tooltip="First line"),
        Binding("end", "scroll_bottom", "Last", show=False, tooltip="Last line"),
    ]

    def __init__(self, *, id: str, fits: bool = False) -> None:
        """``fits``: columns for which there is no room are left out, the least important first."""
        super().__init__(id=id, cursor_type="row", cell_padding=0 if fits else 1)
        self._fits = fits
        self._all: Sequence[Column] = ()
        self._shown: list[int] = []
        self._lines: list[tuple[str, Sequence[str]]] = []
        self._best: str | None = None

    def head(self, columns: Sequence[Column]) -> None:
        """The columns: names at the left, figures at the right."""
        self._all = columns
        self._lay_out(list(range(len(columns))))

    def put(self, rows: Sequence[tuple[str, Sequence[str]]], best: str | None) -> None:
        """Other lines: a key and what stands in the columns, for each; the best one is bold."""
        if (list(rows), best) != (self._lines, self._best):
            self._lines, self._best = list(rows), best
            self._fill()

    def on_resize(self) -> None:
        """As many columns as there is room for."""
        if self._columns_in_view() != self._shown:
            self._fill()

    def _columns_in_view(self) -> list[int]:
        room = self.size.width - 1
        if not self._fits or room <= 0:  # where it is hidden nobody sees them
            return self._shown
        return fitting(self._all, [cells for _, cells in self._lines], room)

    def _lay_out(self, shown: list[int]) -> None:
        self._shown = shown
        self.clear(columns=True)
        for at in shown:
            column = self._all[at]
            self.add_column(self._cell(column.name, at), key=column.name)
        left = [column.name for at, column in enumerate(self._all) if at not in shown]
        self.border_subtitle = f"no room for {', '.join(left)}" if left else ""

    def _fill(self) -> None:
        at = self.selected
        if (shown := self._columns_in_view()) != self._shown:
            self._lay_out(shown)
        else:
            self.clear()
        for key, cells in self._lines:
            style = "bold" if key == self._best else ""
            self.add_row(*(self._cell(cells[at], at, style) for at in self._shown), key=key)
        if at is not None:
            self.select(at)

    def _cell(self, text: str, at: int, style: str = "") -> Text:
        """A cell keeps a blank at its left, so that figures stand apart."""
        cell = Text(text if not self._fits else f" {text}", style)
        cell.justify = "right" if at else "left"
        return cell

    def select(self, key: str) -> None:
        """Put the cursor on the line with that key, if there is one."""
        keys = [row.key.value for row in self.ordered_rows]
        if key in keys:
            self.move_cursor(row=keys.index(key))

    @property
    def selected(self) -> str | None:
        """Key of the line with the cursor."""
        if not self.row_count:
            return None
        return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value
