"""The canvas: what stands on the screen is what was painted last, whatever came before."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from concviz.model.rows import Segment
from concviz.tui.painting import Painted, Style, paint_row
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.tiles import WIDTH, Tile
from tests.tui.driving import until
from tests.tui.test_painting import rows

WIDEST, HIGHEST = 90, 8


class Bench(App[None]):
    """A canvas and nothing else."""

    CSS = """
    Canvas > .timeline--even { color: $success; }
    Canvas > .timeline--odd { color: $warning; }
    Canvas > .timeline--failed { color: $error; }
    Canvas > .timeline--selected { color: $accent; }
    Canvas > .timeline--even-label { background: $success; color: $background; }
    """

    def compose(self) -> ComposeResult:
        yield Canvas(id="cells")

    @property
    def canvas(self) -> Canvas:
        return self.query_one(Canvas)


Picture = list[list[Segment]]
"""What a canvas of the greatest width would show."""

pictures = st.lists(rows(WIDEST), max_size=HIGHEST + 2)
sizes = st.tuples(st.integers(1, WIDEST), st.integers(1, HIGHEST))
themes = st.sampled_from(["textual-dark", "textual-light", "ansi-dark"])
actions: st.SearchStrategy[Any] = st.lists(pictures | sizes | themes, min_size=1, max_size=6)


def paint(picture: Picture, width: int) -> list[Painted]:
    painted = [paint_row(segments, WIDEST) for segments in picture]
    return [Painted(row.text[:width], row.styles[:width]) for row in painted]


def check(app: Bench, painted: list[Painted]) -> None:
    """Every cell of the screen has the glyph and the style that were painted."""
    canvas, (width, height) = app.canvas, app.screen.size
    found = app.screen._compositor.render_strips()
    assert len(found) == height
    own = [canvas.get_component_rich_style(style.component) for style in Style]
    for y, strip in enumerate(found):
        row = painted[y] if y < len(painted) else Painted("", b"")
        assert strip.text == row.text[:width].ljust(width)
        tiles = [tile for tile in canvas.children if isinstance(tile, Tile)]
        joined = "".join(tile.render_line(y).text for tile in tiles)
        assert joined[:width] == strip.text
        x = 0
        for text, style, _ in strip:
            for cell in range(x, min(x + len(text), len(row.text))):
                wanted = own[row.styles[cell]]
                assert style is not None
                assert (style.color, style.bgcolor) == (wanted.color, wanted.bgcolor)
            x += len(text)


async def perform(pilot: Pilot[None], app: Bench, actions: list[Any]) -> None:
    painted: list[Painted] = []
    for action in actions:
        if isinstance(action, str):
            app.theme = action
        elif isinstance(action, tuple):
            await pilot.resize_terminal(*action)
            await until(pilot, lambda size=action: app.canvas.size == size)
        else:
            painted = paint(action, app.canvas.size.width)
            app.canvas.show(painted)
        need = -(-app.canvas.size.width // WIDTH)
        await until(pilot, lambda need=need: len(app.canvas.children) >= need)
        await pilot.pause(0)
        check(app, painted)


@settings(max_examples=25)
@given(sizes, actions)
def test_the_screen_shows_what_was_painted_last(size: tuple[int, int], actions: list[Any]) -> None:
    async def main() -> None:
        app = Bench()
        async with app.run_test(size=size) as pilot:
            await perform(pilot, app, actions)

    asyncio.run(main())


@settings(max_examples=15)
@given(st.integers(1, WIDEST), st.lists(pictures, min_size=2, max_size=5))
def test_all_cells_that_differ_are_drawn_again(width: int, shown: list[Picture]) -> None:
    drawn: list[tuple[int, Region]] = []

    class Watched(Bench):
        """Notes which cells are to be drawn again."""

        def on_mount(self) -> None:
            self.canvas.show([])

    async def main() -> None:
        app = Watched()
        async with app.run_test(size=(width, HIGHEST)) as pilot:
            canvas = app.canvas
            await until(pilot, lambda: len(canvas.children) * WIDTH >= canvas.size.width)
            await pilot.pause(0)
            terminal = [[(" ", 0)] * width for _ in range(HIGHEST + 2)]
            for picture in shown:
                painted = paint(picture, width)
                drawn.clear()
                canvas.show(painted)
                for left, region in drawn:
                    for y, x in ((y, x) for y in range(region.height) for x in range(region.width)):
                        row, cell = region.y + y, left + region.x + x
                        there = row < len(painted) and cell < width
                        now = painted[row].text[cell], painted[row].styles[cell]
                        terminal[row][cell] = now if there else (" ", 0)
                for y in range(HIGHEST):
                    row = painted[y] if y < len(painted) else Painted(" " * width, bytes(width))
                    assert terminal[y] == list(zip(row.text, row.styles, strict=True))

    def refresh(tile: Tile, *regions: Region, **how: Any) -> Tile:
        drawn.extend((tile._left, region) for region in regions)
        return original(tile, *regions, **how)

    original = Tile.refresh
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tile, "refresh", refresh)
        asyncio.run(main())


async def test_a_cell_that_changes_costs_no_more_than_its_tile() -> None:
    app = Bench()
    async with app.run_test(size=(80, 4)) as pilot:
        canvas = app.canvas
        canvas.show([Painted(" " * 80, bytes(80))] * 4)
        await pilot.pause(0)
        drawn: list[Region] = []
        tiles = [tile for tile in canvas.children if isinstance(tile, Tile)]
        for tile in tiles:
            tile.refresh = lambda *regions: drawn.extend(regions)  # type: ignore[method-assign, assignment]
        changed = Painted(" " * 33 + "█" + " " * 46, bytes(80))
        canvas.show([Painted(" " * 80, bytes(80)), changed, *[Painted(" " * 80, bytes(80))] * 2])
        assert drawn == [Region(0, 1, 2, 1)]
