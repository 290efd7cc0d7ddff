"""The focus: one frame shows it, and nothing else is drawn for it."""

from __future__ import annotations

import os
import select

import pytest
from textual.color import Color
from textual.widget import Widget

from concviz.tui.driver import WakingEvent
from concviz.tui.places import PLACES
from concviz.tui.widgets.chooser import ChoiceList
from concviz.tui.widgets.pane import Pane
from tests import builders
from tests.tui.driving import FULL, SHORT, Driver, opened


def framed(lab: Driver) -> list[str | None]:
    """Panes whose frame has the colour of the focus."""
    accent = Color.parse(lab.app.theme_variables["accent"])
    panes = lab.lab.query("*").results(Widget)
    return [
        pane.id
        for pane in panes
        if isinstance(pane, Pane) and ("round", accent) in pane.styles.border
    ]


async def test_the_frame_of_the_pane_with_the_focus_and_no_other_is_marked() -> None:
    async with opened(size=FULL) as lab:
        await lab.show(builders.pool_of_threads())
        for place in PLACES:
            lab.lab.action_go(place.goes_to)
            await lab.until(lambda place=place: framed(lab) == [place.pane])  # type: ignore[misc]
        lab.app.theme = "textual-light"
        await lab.until(lambda: framed(lab) == ["task"])
        await lab.resize(*SHORT)
        await lab.press("1")
        await lab.until(lambda: framed(lab) == ["strategy"])


async def test_a_change_of_focus_draws_neither_the_screen_nor_what_is_in_the_panes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(size=FULL) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.go("4", "timeline")
        laid_out: list[object] = []
        drawn: list[object] = []
        monkeypatch.setattr(lab.lab, "_refresh_layout", lambda *_, **__: laid_out.append(1))
        inside = lab.lab.query("#names, #cells Tile, #summary-text, #code")
        for widget in (lab.lab, *inside):
            monkeypatch.setattr(widget, "refresh", lambda *_, **__: drawn.append(1))
        lab.lab.query_one("#summary").focus()
        await lab.until(lambda: framed(lab) == ["summary"])
        assert not drawn
        assert not laid_out


async def test_lists_say_what_their_arrows_do() -> None:
    async with opened() as lab:
        assert isinstance(lab.app.focused, ChoiceList)
        assert "↑↓ Choose" in lab.text("KeyBar")


def test_who_waits_for_input_is_woken_when_the_lab_ends() -> None:
    event = WakingEvent()
    assert select.select([event.fd], [], [], 0)[0] == []
    for _ in range(2):
        event.set()
        event.set()
        assert event.is_set()
        assert select.select([event.fd], [], [], 0)[0] == [event.fd]
        event.clear()
        event.clear()
        assert not event.is_set()
        assert select.select([event.fd], [], [], 0)[0] == []
    os.close(event.fd)
