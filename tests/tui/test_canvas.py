"""The canvas: what stands on the screen is what was painted last, whatever came before."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Self

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style as RichStyle
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.pilot import Pilot

from concviz.tui.themes import state_colours
from concviz.tui.widgets.canvas import Canvas
from concviz.view.faces import LOOKS
from concviz.view.painting import Painted, blank, paint_row
from concviz.view.segment import Segment
from tests.tui.driving import until
from tests.view.test_painting import rows

WIDEST, HIGHEST = 90, 8


class Bench(App[None]):
    """A canvas and nothing else."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return state_colours(self.current_theme)

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
    for y, strip in enumerate(found):
        row = painted[y] if y < len(painted) else Painted("", b"")
        assert strip.text == row.text[:width].ljust(width)
        assert canvas.render_line(y).text == strip.text
        x = 0
        for text, style, _ in strip:
            for cell in range(x, min(x + len(text), len(row.text))):
                wanted = canvas.looks[row.styles[cell]]
                assert style is not None
                assert style.bgcolor == wanted.bgcolor
                assert style.color == wanted.color or wanted.dim, "dim is blended into a colour"
                for attribute in ("bold", "underline", "reverse"):
                    assert bool(getattr(style, attribute)) == bool(getattr(wanted, attribute))
            x += len(text)


def is_so_large(app: Bench, size: tuple[int, int]) -> bool:
    return app.canvas.size == size


async def perform(pilot: Pilot[None], app: Bench, actions: list[Any]) -> None:
    painted: list[Painted] = []
    for action in actions:
        if isinstance(action, str):
            app.theme = action
        elif isinstance(action, tuple):
            await pilot.resize_terminal(*action)
            await until(pilot, partial(is_so_large, app, action))
        else:
            painted = paint(action, app.canvas.size.width)
            app.canvas.show(painted)
        await pilot.pause()
        check(app, painted)


@settings(max_examples=25)
@given(sizes, actions)
def test_the_screen_shows_what_was_painted_last(size: tuple[int, int], actions: list[Any]) -> None:
    async def main() -> None:
        app = Bench()
        async with app.run_test(size=size) as pilot:
            await perform(pilot, app, actions)

    asyncio.run(main())


class UnmountedCanvas(Canvas):
    """A canvas of an app that is not there; it notes which cells are to be drawn again."""

    def __init__(self, width: int, drawn: set[tuple[int, int]]) -> None:
        super().__init__()
        self._width = width
        self._drawn = drawn

    @property
    def size(self) -> Size:
        return Size(self._width, HIGHEST + 2)

    @property
    def looks(self) -> list[RichStyle]:
        return [RichStyle(meta={"style": style}) for style in range(len(LOOKS))]

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        for x, y, width, height in regions:
            self._drawn.update(
                (row, cell) for row in range(y, y + height) for cell in range(x, x + width)
            )
        return self


@given(st.integers(1, WIDEST), st.lists(pictures, min_size=2, max_size=5))
def test_all_cells_that_differ_are_drawn_again(width: int, shown: list[Picture]) -> None:
    drawn: set[tuple[int, int]] = set()
    canvas = UnmountedCanvas(width, drawn)
    terminal = [[(" ", 0)] * width for _ in range(HIGHEST + 2)]
    for picture in shown:
        painted = paint(picture, width)
        drawn.clear()
        canvas.show(painted)
        missing = [blank(width)] * (HIGHEST + 2 - len(painted))
        wanted = [list(zip(row.text, row.styles, strict=True)) for row in painted + missing]
        for row, cell in drawn:
            if cell < width:
                terminal[row][cell] = wanted[row][cell]
        assert terminal == wanted


@given(rows(WIDEST))
def test_what_did_not_change_is_not_drawn_again(segments: list[Segment]) -> None:
    drawn: set[tuple[int, int]] = set()
    canvas = UnmountedCanvas(WIDEST, drawn)
    canvas.show(paint([segments], WIDEST))
    drawn.clear()
    canvas.show(paint([segments], WIDEST))
    assert not drawn


@given(st.integers(1, WIDEST), st.lists(pictures, min_size=2, max_size=5))
def test_a_row_that_did_not_change_is_the_same_strip(width: int, shown: list[Picture]) -> None:
    canvas = UnmountedCanvas(width, set())
    before: list[Painted] = []
    for picture in shown:
        painted, strips = paint(picture, width), [canvas.render_line(y) for y in range(HIGHEST + 2)]
        canvas.show(painted)
        for y, strip in enumerate(strips):
            was, row = (rows[y] if y < len(rows) else blank(width) for rows in (before, painted))
            assert (canvas.render_line(y) is strip) == (row.changed(was) is None)
        before = painted


def test_a_cell_that_changes_is_all_that_is_drawn_again() -> None:
    drawn: set[tuple[int, int]] = set()
    canvas = UnmountedCanvas(80, drawn)
    canvas.show([blank(80)] * 4)
    drawn.clear()
    canvas.show([blank(80), Painted(" " * 33 + "█" + " " * 46, bytes(80)), *[blank(80)] * 2])
    assert drawn == {(1, 33)}
