"""Whatever a recording says, no pane of the lab and no screen obeys it."""

from __future__ import annotations

import pytest

from concviz.experiments.compare import Compared
from concviz.experiments.sweep import Swept
from concviz.trace.plan import Plan
from tests.builders import (
    ALL_PIECES,
    at,
    hostile_comparison,
    hostile_environment,
    hostile_plan,
    hostile_run,
    hostile_sweep,
    obeyed,
)
from tests.tui.driving import LARGE, SHORT, begin, opened, settle

HOSTILE = [ALL_PIECES, "[bold]\x1b[2J", "\x9b31m\u202e[/]", "\ud800\x00[@click=app.quit]x[/]"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_run_of_what_is_not_installed_can_be_looked_at(text: str) -> None:
    async with opened(hostile_plan(text), LARGE, environment=hostile_environment(text)) as lab:
        assert obeyed(lab.text()) == set()
        await lab.show(hostile_run(text, finished=False), at(10))
        assert obeyed(lab.text()) == set()
        await lab.show(hostile_run(text))
        assert obeyed(lab.text()) == set()
        assert "3 tasks" in lab.text() or "3 ×" in lab.text()
        lab.timeline.focus()
        for key in ("home", "right", "v", "b", "end", "r"):
            await lab.press(key)
            assert obeyed(lab.text()) == set()
        assert obeyed(lab.static("#summary-text")) == set()
        assert obeyed(lab.static("#task-text")) == set()


async def test_markup_is_shown_as_it_is() -> None:
    async with opened(
        hostile_plan("[bold]x"), LARGE, environment=hostile_environment("[b]y[/b]")
    ) as lab:
        assert "[b]y[/b]" in lab.text("EnvironmentBar")
        await lab.show(hostile_run("[red]z[/]"))
        assert "3 × [red]z[/] 1 s on [red]z[/]" in lab.words("EnvironmentBar")
        assert "worker 1" in lab.text("#row-labels")  # of a kind that nobody knows
        assert lab.text("#output").count("[red]z[/]") >= 3


@pytest.mark.parametrize("text", HOSTILE[:2])
async def test_series_of_what_is_not_installed_can_be_looked_at(text: str) -> None:
    async with opened(Plan(), LARGE) as lab:

        async def look_around(*keys: str) -> None:
            for size in LARGE, SHORT:
                await lab.resize(*size)
                for key in keys:
                    assert obeyed(lab.text()) == set()
                    await lab.press(key)
                assert obeyed(lab.text()) == set()

        screen = await begin(lab, "c")
        screen.show(Compared(hostile_comparison(text)))
        await settle(lab.pilot)
        await look_around("down", "t", "down", "home")
        await lab.press("enter")
        assert lab.app.screen is lab.lab
        await look_around()
        sweep = await begin(lab, "s")
        sweep.show(Swept(hostile_sweep(text)))
        await settle(lab.pilot)
        await look_around("down", "t", "down")


async def test_markup_in_the_title_of_a_series_is_shown_as_it_is() -> None:
    async with opened(Plan(), LARGE) as lab:
        screen = await begin(lab, "c")
        screen.show(Compared(hostile_comparison("[bold]x[/]\\")))
        await settle(lab.pilot)
        assert "Comparison of 4 × [bold]x[/]\\ 1 s" in lab.text()
