"""Figures in lines, each of which has a key and can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from concviz.tui import bindings
from concviz.view.tables import Column


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

    def head(self, columns: Sequence[Column]) -> None:
        """The columns: names at the left, figures at the right."""
        for at, column in enumerate(columns):
            justify = "right" if at else "left"
            self.add_column(Text(column.name, justify=justify), key=column.name)  # type: ignore[arg-type]

    def put(self, rows: Sequence[tuple[str, Sequence[str]]], best: str | None) -> None:
        """Other lines: a key and what stands in the columns, for each; the best one is bold."""
        at = self.cursor_row
        self.clear()
        for key, cells in rows:
            style = "bold" if key == best else ""
            first, *others = cells
            figures = [Text(cell, style=style, justify="right") for cell in others]
            self.add_row(Text(first, style=style), *figures, key=key)
        self.move_cursor(row=min(at, max(0, len(rows) - 1)))

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
