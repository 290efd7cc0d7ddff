"""A grid of painted rows: give it rows, and it draws those that differ."""

from __future__ import annotations

from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from concviz.tui.widgets.looks import colour, ground
from concviz.tui.widgets.shades import Ground, dress
from concviz.view.faces import LOOKS, face_of, style_of
from concviz.view.painting import Painted, blank
from concviz.view.roles import Role
from concviz.view.signs import Sign, role_of


class Canvas(Widget):
    """Rows of cells. One that has not changed stays the very same strip, which costs nothing."""

    DEFAULT_CSS = "Canvas { height: 1fr; width: 1fr; overflow: hidden; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Painted] = []
        self._strips: dict[int, Strip] = {}
        self._looks: list[RichStyle] = []

    def notify_style_update(self) -> None:
        """The theme changed: look the styles up again."""
        super().notify_style_update()
        self._looks = []
        self._strips = {}
        self.refresh()

    def show(self, rows: list[Painted]) -> None:
        """Make the canvas look like that."""
        before, self._rows = self._rows, rows
        nothing, regions = blank(self.size.width), list[Region]()
        for was, row, y in zip_longest(before, rows, range(max(len(before), len(rows)))):
            changed = (row or nothing).changed(was or nothing)
            if changed is not None:
                first, last = changed
                self._strips.pop(y, None)
                regions.append(Region(first, y, last - first, 1))
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """A row, or nothing below the last one."""
        width = self.size.width
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != width:
            strip = self._strips[y] = self._strip(y, width)
        return strip

    def _strip(self, y: int, width: int) -> Strip:
        row = self._rows[y] if y < len(self._rows) else blank(width)
        looks = self.looks
        cells = [Segment(text, looks[style]) for text, style in row.runs(0, width)]
        if len(row.text) == width:
            return Strip(cells, width)  # our glyphs are one cell wide: nobody has to measure them
        return Strip(cells).adjust_cell_length(width, looks[Role.IDLE])

    def style_of(self, sign: Sign) -> RichStyle:
        """In which style that is drawn."""
        return self.looks[style_of(role_of(sign), face_of(sign))]

    @property
    def looks(self) -> list[RichStyle]:
        """By the styles of painted cells, in the colours of the theme."""
        if not self._looks:
            hues = [colour(self, role.theme) for role in Role]
            emphases = [RichStyle.parse(role.emphasis) for role in Role]
            theme = self.app.current_theme
            on = Ground(
                ground(self),
                hues[Role.IDLE],
                hues[Role.SELECTED],
                theme.dark,
                palette=theme.name.startswith("ansi"),
            )
            for role, face in LOOKS:
                self._looks.append(emphases[role] + dress(face, hues[role], on))
        return self._looks
