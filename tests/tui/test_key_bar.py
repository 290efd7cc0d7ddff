"""The key bar: whole hints, in order of what matters, each of which can be clicked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.binding import ActiveBinding, Binding

from concviz.tui import bindings
from concviz.tui.widgets.key_bar import Hinted, KeyBar, arranged, collected
from tests import builders
from tests.tui.driving import FULL, SHORT, Driver, opened

NODE: App[None] = App()
HINTS = st.lists(
    st.builds(
        bindings.Hint,
        st.text("abcde", min_size=1, max_size=12),
        rank=st.integers(0, 9),
        last=st.booleans(),
    ),
    max_size=12,
    unique=True,
)


def active(key: str, group: bindings.Hint | None = None, action: str = "") -> ActiveBinding:
    return ActiveBinding(NODE, Binding(key, action or key, "Words", group=group), True)


@given(HINTS, st.integers(0, 160))
def test_hints_are_whole_and_cover_nothing(hints: list[bindings.Hint], width: int) -> None:
    placed = arranged(collected(active("k", hint, hint.description) for hint in hints), width)
    assert all(x >= 0 for x, _ in placed)
    ends = sorted((x, x + hinted.width) for x, hinted in placed)
    assert all(one[1] < other[0] for one, other in pairwise(ends))
    if len(placed) > 1:
        assert ends[-1][1] < width


@given(HINTS, st.integers(0, 160))
def test_what_is_left_out_had_no_room_beside_what_matters_more(
    hints: list[bindings.Hint], width: int
) -> None:
    placed = arranged(collected(active("k", hint, hint.description) for hint in hints), width)
    shown = {hinted.hint: hinted for _, hinted in placed}
    assert bool(shown) == bool(hints)
    for hint in hints:
        if hint not in shown:
            dearer = [one for of, one in shown.items() if of.rank <= hint.rank]
            needs = sum(one.width + 1 for one in dearer) + len(f"k {hint.description}")
            assert needs > width - 2


def test_keys_of_one_hint_stand_together_and_an_action_has_one_key() -> None:
    zoom = bindings.Hint("Zoom", rank=1)
    said = [
        hinted.said
        for hinted in collected(
            [
                active("minus", zoom),
                active("plus", zoom, "in"),
                active("equals_sign", zoom, "in"),
                active("pageup", bindings.Hint("Page"), "up"),
                active("pagedown", bindings.Hint("Page"), "down"),
                active("r"),
                ActiveBinding(NODE, Binding("z", "hidden", "Hidden", show=False), True),
            ]
        )
    ]
    assert said == [("-+", "Zoom"), ("PgUp/PgDn", "Page"), ("r", "Words")]


def test_a_click_means_the_key_below_it_and_the_words_the_last() -> None:
    pair = Hinted(bindings.Hint("Page"), (active("pageup"), active("pagedown")))
    meant = [pair.at(x).binding.key for x in range(pair.width)]
    assert meant == ["pageup"] * 4 + ["pagedown"] * (pair.width - 4)


async def click(lab: Driver, words: str) -> None:
    at = lab.text("KeyBar").index(words)
    await lab.click("KeyBar", offset=(at + len(words) - 1, 0))


async def test_every_hint_can_be_clicked() -> None:
    async with opened(size=FULL) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.go("4", "timeline")
        for words in ("v State/Task", "b Worker/Task"):
            assert words in lab.text("KeyBar")
        await click(lab, "←→ Task")
        assert lab.timeline.selected is not None
        await click(lab, "b Worker/Task")
        await lab.until(lambda: "task 4" in lab.text("#names"))
        assert lab.focus == "timeline", "which a click on the bar does not take"
        await click(lab, "? Help")
        await lab.until(lambda: "Escape closes" in lab.text())
        await click(lab, "Esc Close")
        await lab.until(lambda: lab.app.screen is lab.lab)
        await click(lab, "^p Palette")
        await lab.until(lambda: lab.app.screen is not lab.lab)


async def test_it_draws_itself_only_when_it_says_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(size=SHORT) as lab:
        drawn: list[object] = []
        monkeypatch.setattr(lab.lab.query_one(KeyBar), "refresh", lambda: drawn.append(1))
        lab.lab.refresh_bindings()
        await lab.press("down")
        assert not drawn
        await lab.go("4", "timeline")
        assert drawn
