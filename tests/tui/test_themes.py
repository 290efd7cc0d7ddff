"""Colours: which theme a terminal gets, and that all that is drawn changes with it."""

from __future__ import annotations

import pytest
from rich.color import ColorType
from rich.segment import Segment

from concviz.experiments.compare import Compared
from concviz.experiments.sweep import Swept
from concviz.trace.states import State
from concviz.tui.themes import DARK, LIGHT, fitting
from tests.builders.cases import comparison, sweep
from tests.builders.lab_runs import every_state
from tests.tui.driving import FULL, Driver, begin, opened, settle

XTERM, MANY = {"TERM": "xterm"}, {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("chosen", "environ", "theme"),
    [
        (None, MANY, None),
        ("nord", MANY, "nord"),
        (None, {**XTERM, "COLORTERM": "truecolor"}, None),
        (None, XTERM, DARK),
        (None, {"TERM": "linux"}, DARK),
        (None, {**XTERM, "COLORFGBG": "15;0"}, DARK),
        (None, {**XTERM, "COLORFGBG": "0;15"}, LIGHT),
        (None, {**XTERM, "COLORFGBG": "0;default;15"}, LIGHT),
        ("nord", XTERM, DARK),
        ("textual-light", XTERM, LIGHT),
        (LIGHT, XTERM, LIGHT),
        (LIGHT, MANY, LIGHT),
        (None, {**XTERM, "TEXTUAL_COLOR_SYSTEM": "256"}, None),
        (None, {**XTERM, "TEXTUAL_COLOR_SYSTEM": "nonsense"}, DARK),
    ],
)
def test_which_theme_a_terminal_gets(
    chosen: str | None, environ: dict[str, str], theme: str | None
) -> None:
    assert fitting(chosen, environ) == theme


def colours(lab: Driver, where: str) -> set[str]:
    """Of the text that stands in a widget."""
    region = lab.app.screen.query_one(where).region
    strips = lab.app.screen._compositor.render_strips()[region.y : region.bottom]
    segments = [s for strip in strips for s in strip.crop(region.x, region.right)]
    return {s.style.color.name for s in segments if drawn(s) and s.style and s.style.color}


def drawn(segment: Segment) -> bool:
    return not segment.text.isspace()


async def test_all_that_is_drawn_changes_with_the_theme() -> None:
    async with opened(size=FULL, theme="textual-dark") as lab:
        await lab.show(every_state())
        places = ("#cells", "#legend", "#summary", "#strategies")
        dark = {place: colours(lab, place) for place in places}
        lab.app.theme = "textual-light"
        await lab.until(lambda: colours(lab, "#legend") != dark["#legend"])
        for place in places:
            assert not colours(lab, place) & dark[place] - {"#ffffff"}, place
        assert colours(lab, "#legend") >= {"#1a7f37", "#cf222e"}, "running, waits for the GIL"
        assert colours(lab, "#legend") <= colours(lab, "#cells") | colours(lab, "#summary")


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_an_accent_of_sixteen_colours_is_neither_success_nor_error(theme: str) -> None:
    async with opened(theme=theme) as lab:
        said = {name: lab.app.theme_variables[name] for name in ("accent", "success", "error")}
        assert len(set(said.values())) == 3
        assert lab.app.theme_variables["warning"] not in (said["error"], "ansi_bright_red")


@pytest.mark.parametrize("theme", [DARK, "textual-dark"])
async def test_without_colours_all_can_be_read(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(size=FULL, theme=theme) as lab:
        await lab.show(every_state())
        for strip in lab.app.screen._compositor.render_strips():
            for segment in filter(drawn, strip):
                style = segment.style
                assert style is not None
                text, ground = style.color, style.bgcolor
                assert text is not None
                if theme == DARK:
                    assert text.type is ColorType.DEFAULT
                else:
                    assert text.triplet is not None
                    assert len(set(text.triplet)) == 1, "a grey"
                    full = set(segment.text) == {State.RUNNING.glyph}  # a cell of a bar
                    assert full or text != ground


@pytest.mark.parametrize("key", ["c", "s"])
async def test_the_pictures_of_experiments_change_with_the_theme(key: str) -> None:
    async with opened(size=FULL, theme="textual-dark") as lab:
        screen = await begin(lab, key)
        screen.show(Compared(comparison()) if key == "c" else Swept(sweep()))
        picture = "Stack" if key == "c" else "PlotPane"
        await lab.until(lambda: colours(lab, picture))
        await settle(lab.pilot)
        dark = colours(lab, picture)
        lab.app.theme = "solarized-light"
        await settle(lab.pilot)
        await lab.until(lambda: not colours(lab, picture) & dark)
