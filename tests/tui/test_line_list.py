"""A list draws anew the lines that have changed, and no others."""

from __future__ import annotations

from rich.text import Text
from textual.app import App, ComposeResult
from textual.strip import Strip

from concviz.tui.widgets.line_list import LineList

ENTRIES = ("one", "two", "three", "four", "five")


class Counted(LineList):
    """Notes which of its lines it is asked for."""

    def __init__(self) -> None:
        super().__init__(*ENTRIES)
        self.asked: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.asked.append(y)
        return super().render_line(y)


class Listing(App[None]):
    CSS = "Counted { border: none; padding: 0; height: 5; width: 12; }"

    def compose(self) -> ComposeResult:
        yield Counted()


async def test_an_arrow_draws_two_lines_and_another_text_one() -> None:
    app = Listing()
    async with app.run_test(size=(20, 8)) as pilot:
        listed = app.query_one(Counted)
        listed.focus()
        await pilot.press("down")
        await pilot.pause()
        listed.asked.clear()
        await pilot.press("down")
        await pilot.pause()
        assert set(listed.asked) == {1, 2}
        listed.asked.clear()
        listed.rewrite(3, Text("4 · shown"))
        await pilot.pause()
        assert set(listed.asked) == {3}
        shown = [strip.text.strip() for strip in listed.render_lines(listed.size.region)]
        assert shown == ["one", "two", "three", "4 · shown", "five"]


async def test_what_is_highlighted_stays_in_sight_when_the_list_shrinks() -> None:
    app = Listing()
    async with app.run_test(size=(20, 8)) as pilot:
        listed = app.query_one(Counted)
        listed.highlighted = 4
        listed.styles.height = 2
        await pilot.pause()
        await pilot.pause()
        assert listed.size.height == 2
        assert listed.scroll_offset.y == 3
