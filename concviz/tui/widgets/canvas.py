"""A grid of painted rows in tiles: give it rows, and it draws the cells that differ."""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from concviz.tui.widgets.shades import Ground, dress
from concviz.tui.widgets.tiles import WIDTH, Tile
from concviz.view.faces import LOOKS, face_of, style_of
from concviz.view.painting import Painted, blank
from concviz.view.roles import Role
from concviz.view.signs import Sign, role_of


class Canvas(Horizontal):
    """Rows of cells, of which only those that change are written to the terminal."""

    DEFAULT_CSS = "Canvas { height: 1fr; width: 1fr; overflow: hidden; }\n" + "\n".join(
        f"Canvas > .{role.component} {{ color: {role.theme}; text-style: {role.emphasis}; }}"
        for role in Role
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {role.component for role in Role}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Painted] = []
        self._styles: list[RichStyle] = []

    def compose(self) -> ComposeResult:
        """The first tiles; more come with the width."""
        yield from (Tile(i * WIDTH, self._cells) for i in range(8))

    async def on_resize(self, event: events.Resize) -> None:
        """As many tiles as the width needs."""
        have = len(self.children)
        need = -(-event.size.width // WIDTH)
        if need > have and self.is_attached:
            await self.mount(*(Tile(i * WIDTH, self._cells) for i in range(have, need)))

    def notify_style_update(self) -> None:
        """The theme changed: look the styles up again."""
        super().notify_style_update()
        self._styles = []
        for tile in self.children:
            tile.refresh()

    def show(self, rows: list[Painted]) -> None:
        """Make the canvas look like that."""
        before, self._rows = self._rows, rows
        nothing = blank(self.size.width)
        for was, row, y in zip_longest(before, rows, range(max(len(before), len(rows)))):
            changed = (row or nothing).changed(was or nothing)
            if changed is not None:
                first, last = changed
                for tile in self.children[first // WIDTH : -(-last // WIDTH)]:
                    if isinstance(tile, Tile):
                        tile.refresh_cells(y, last)

    def style_of(self, sign: Sign) -> RichStyle:
        """In which style that is drawn."""
        return self.looks[style_of(role_of(sign), face_of(sign))]

    @property
    def looks(self) -> list[RichStyle]:
        """By the styles of painted cells, in the colours of the theme."""
        if not self._styles:
            of_roles = [self.get_component_styles(role.component) for role in Role]
            _, background = self.background_colors
            theme = self.app.current_theme
            ground = Ground(
                background,
                of_roles[Role.IDLE].color,
                of_roles[Role.SELECTED].color,
                theme.dark,
                palette=theme.name.startswith("ansi"),
            )
            for role, face in LOOKS:
                hue, emphasis = of_roles[role].color, of_roles[role].text_style
                if of_roles[role].auto_color:
                    hue = background.get_contrast_text(hue.a)
                hue = hue if hue.ansi is not None else background + hue
                self._styles.append(emphasis + dress(face, hue, ground))
        return self._styles

    def _cells(self, y: int, first: int, last: int) -> list[Segment]:
        if y >= len(self._rows):
            return []
        styles = self.looks
        return [Segment(text, styles[style]) for text, style in self._rows[y].runs(first, last)]
