"""Our scroll bar and Textual's look alike, wherever it stands."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from concviz.tui.widgets.scroll_bar import LineScrollBar

HEIGHT = 12


class Bars(App[None]):
    """One of each."""

    CSS = "ScrollBar { dock: left; width: 1; height: 12; }"

    def compose(self) -> ComposeResult:
        with Widget():
            yield ScrollBar(vertical=True)
            yield LineScrollBar(thickness=1)


def cells(strip: Strip) -> list[tuple[str, object, object]]:
    return [(text, style, style and style.meta) for text, style, _ in strip]


@pytest.mark.parametrize("rows", [5, HEIGHT, 13, 40, 1000])
async def test_it_looks_like_textuals(rows: int) -> None:
    app = Bars()
    async with app.run_test(size=(20, HEIGHT)) as pilot:
        theirs, ours = app.query(ScrollBar)
        for place in {0.0, 0.5, max(0, rows - HEIGHT) / 2, float(max(0, rows - HEIGHT))}:
            for bar in (theirs, ours):
                bar.window_virtual_size, bar.window_size = rows, HEIGHT
                bar.position = place
            await pilot.pause()
            drawn = [bar.render_lines(bar.size.region) for bar in (theirs, ours)]
            assert [list(map(cells, lines)) for lines in drawn[:1]] == [
                list(map(cells, lines)) for lines in drawn[1:]
            ]
