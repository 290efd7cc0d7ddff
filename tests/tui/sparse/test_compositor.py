"""Only widgets of which something is new are asked for a picture."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from concviz.tui.screens.base import BaseScreen


class Asked(Widget):
    """Counts how often it is asked for its first line."""

    DEFAULT_CSS = "Asked { height: 1; }"

    def __init__(self, letter: str) -> None:
        super().__init__()
        self.letter = letter
        self.times = 0

    def render_lines(self, crop: object) -> list[Strip]:
        self.times += 1
        return super().render_lines(crop)  # type: ignore[arg-type]

    def render(self) -> str:
        return self.letter * 4


class Stacked(App[None]):
    """Three widgets, one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = [Asked(letter) for letter in "abc"]

    def get_default_screen(self) -> Screen[None]:
        return BaseScreen()

    def compose(self) -> ComposeResult:
        yield from self.asked


async def test_what_stands_between_two_changes_is_not_drawn_anew() -> None:
    app = Stacked()
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.pause()
        first, between, last = app.asked
        before = [each.times for each in app.asked]
        for letter in "xy":
            first.letter = last.letter = letter
            first.refresh()
            last.refresh()
            await pilot.pause()
            assert first.times > before[0]
            assert last.times > before[2]
            assert between.times == before[1]
        shown = [strip.text.strip() for strip in app.screen._compositor.render_strips()]
        assert shown[:3] == ["yyyy", "bbbb", "yyyy"]
        between.letter = "z"
        between.styles.height = 2  # all below it moves
        between.refresh()
        await pilot.pause()
        shown = [strip.text.strip() for strip in app.screen._compositor.render_strips()]
        assert shown[:4] == ["yyyy", "zzzz", "", "yyyy"]


class Covered(Stacked):
    """The same below another widget, which covers the first two."""

    CSS = "Screen { layers: base above; } #over { layer: above; width: 100%; height: 2; }"

    def compose(self) -> ComposeResult:
        yield from self.asked
        yield Widget(id="over")


async def test_what_others_cover_is_not_drawn_until_it_is_seen() -> None:
    app = Covered()
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.pause()
        assert [each.times > 0 for each in app.asked] == [False, False, True]
        shown = [strip.text.strip() for strip in app.screen._compositor.render_strips()]
        assert shown[:3] == ["Widget#over", "", "cccc"]
        app.query_one("#over").display = False
        await pilot.pause()
        shown = [strip.text.strip() for strip in app.screen._compositor.render_strips()]
        assert shown[:3] == ["aaaa", "bbbb", "cccc"]
        assert all(each.times for each in app.asked)
