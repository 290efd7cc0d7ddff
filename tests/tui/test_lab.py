"""The lab's own keys, tabs, palette and help."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette

from concviz.tui import keys
from concviz.tui.app import ConcvizApp
from concviz.tui.arrangement import PANELS
from concviz.tui.places import NAMES
from concviz.tui.screens.help import THE_LAB, THE_PICTURE, HelpScreen
from concviz.tui.screens.lab_keys import sections
from concviz.tui.widgets.help_page import HelpPage, Rows, Words
from concviz.tui.widgets.tab_bar import TabBar
from concviz.tui.widgets.timeline import Timeline
from tests import builders
from tests.builders import LAB_ENVIRONMENT
from tests.plans import plan_of
from tests.tui.driving import FULL, SHORT, Driver, opened

PLACES = ("strategies", "workloads", "input-workers", "timeline", *PANELS)
"""Where the keys 1 to 8 go."""


async def test_numbers_go_to_the_panes() -> None:
    async with opened(size=SHORT) as lab:
        for key in "845671":
            await lab.go(key, PLACES[int(key) - 1])
        await lab.go("2", "workloads")
        await lab.go("3", "input-workers")


async def test_the_pane_of_workers_has_always_something_to_focus() -> None:
    async with opened() as lab:
        for keys, strategy, focus in [
            (["home"], "sequential", "run"),
            (["down"] * 3, "processes", "field-start-method"),
        ]:
            await lab.go("1", "strategies")
            await lab.press(*keys)
            await lab.until(lambda strategy=strategy: lab.lab.plan.strategy == strategy)  # type: ignore[misc]
            await lab.go("3", focus)


@pytest.mark.parametrize("size", [FULL, SHORT])
async def test_tab_goes_round(size: tuple[int, int]) -> None:
    async with opened(size=size) as lab:
        order: list[str | None] = []
        while lab.focus not in order:
            order.append(lab.focus)
            await lab.press("tab")
        assert lab.focus == "strategies", "back where it began"
        shown = list(PANELS) if size == FULL else ["tabs", "summary"]
        assert order == [
            *("strategies", "workloads", "input-duration_s", "input-tasks", "input-workers"),
            *("run", "timeline", *shown),
        ]
        await lab.press("shift+tab", "shift+tab")
        assert lab.focus == order[-2]


async def test_tabs_by_mouse_and_keyboard() -> None:
    async with opened(size=SHORT) as lab:
        await lab.show(builders.pool_of_threads())

        def active() -> str:
            shown = [name for name in PANELS if lab.lab.query_one(f"#{name}").region.area]
            assert shown == [lab.lab.query_one(TabBar).active]
            return shown[0]

        assert active() == "summary"
        assert "took" in lab.words("#summary")
        for name in ("output", "code", "task", "summary"):
            await lab.click("#tabs", (lab.lab.query_one(TabBar).place_of(name)[-1], 0))
            await lab.until(lambda name=name: active() == name)  # type: ignore[misc]
        assert lab.focus == "tabs"
        for key, name in [("right", "output"), ("right", "code"), ("left", "output")]:
            await lab.press(key)
            await lab.until(lambda name=name: active() == name)  # type: ignore[misc]
        assert "Task 0: Starting" in lab.words("#output")
        for number, name in enumerate(PANELS, start=5):
            await lab.go(str(number), name)
            await lab.until(lambda name=name: active() == name)  # type: ignore[misc]
        await lab.go("4", "timeline")
        await lab.press("right")
        await lab.until(lambda: active() == "task")
        assert "Number: 0" in lab.static("#task-text")


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_keys_that_quit(key: str) -> None:
    async with opened() as lab:
        await lab.press(key)
        await lab.until(lambda: not lab.app.is_running)
        assert lab.app.return_code == 0


async def test_stop_with_nothing_running_says_so() -> None:
    async with opened() as lab:
        await lab.press("x")
        await lab.until(lambda: "Nothing is running: r runs the plan." in lab.text())


# -- help --


def test_the_palette_before_the_panes_are_there() -> None:
    app = ConcvizApp(plan_of(builders.pool_of_threads()), LAB_ENVIRONMENT)
    assert not app.lab.ready
    list(app.get_system_commands(app.lab))


async def pick(lab: Driver, name: str) -> None:
    """Run a command of the palette by its name."""
    await lab.press("ctrl+p")
    await lab.until(lambda: isinstance(lab.app.screen, CommandPalette))
    await lab.press(*name)
    await lab.until(lambda: name in lab.text().split("\n", 4)[-1])
    await lab.press("enter")
    await lab.until(lambda: lab.app.screen is lab.lab)


async def test_commands_of_the_palette() -> None:
    async with opened() as lab:
        await lab.show(builders.pool_of_threads())
        await pick(lab, "Go to Timeline")
        await lab.until(lambda: lab.focus == "timeline")
        await pick(lab, "Rows by task")
        await lab.until(lambda: "task 4" in lab.text("#names"))


async def test_every_command_does_something() -> None:
    async with opened() as lab:
        await lab.show(builders.pool_of_threads())
        commands = {c.title: c.callback for c in lab.app.get_system_commands(lab.app.screen)}
        for place, name in zip(PLACES, NAMES.values(), strict=True):
            commands[f"Go to {name}"]()
            await lab.until(lambda place=place: lab.focus == place)  # type: ignore[misc]
        fitted = lab.timeline.view
        commands["Zoom in"]()
        commands["Zoom in"]()
        commands["Later"]()
        later = lab.timeline.view
        assert later.scale < fitted.scale
        assert later.left > 0
        commands["Earlier"]()
        assert lab.timeline.view.left < later.left
        commands["Zoom out"]()
        assert lab.timeline.view.scale > later.scale
        commands["Fit the run"]()
        assert lab.timeline.view == fitted
        commands["Follow the run"]()
        commands["Rows by task or by worker"]()
        commands["Stop the run"]()
        await lab.until(lambda: "Nothing is running" in lab.text())
        commands["Help"]()
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))


def help_text(lab: Driver) -> str:
    return lab.app.screen.query_one(HelpPage).text


async def test_help_opens_and_closes() -> None:
    async with opened(size=SHORT) as lab:
        for opens, closes in [("?", "escape"), ("f1", "?"), ("?", "q"), ("?", "f1")]:
            await lab.press(opens)
            await lab.until(lambda: "how the tasks are run" in lab.text())
            if opens == "f1":
                await lab.press("end")
                await lab.until(lambda: "queued tasks" in lab.text())
            await lab.press(closes)
            await lab.until(lambda: lab.app.screen is lab.lab)
            assert lab.app.is_running
            assert lab.focus == "strategies"


async def test_help_begins_with_the_pane_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[HelpScreen] = []
    async with opened() as lab:
        monkeypatch.setattr(lab.app, "push_screen", asked.append)
        for place in PLACES:
            target = lab.lab.query_one(f"#{place}")
            target = target if target.focusable else target.query_one("OptionList")
            target.focus()
            await lab.press("?")
        titles = ["Strategy", "Workload", "Workers", "Timeline", *map(str.title, PANELS)]
        assert [help.about for help in asked] == titles
    async with opened() as lab:
        lab.timeline.focus()
        await lab.press("?")
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))
        page = lab.app.screen.query_one(HelpPage)
        lead, *more = Timeline.HELP.split("\n\n")
        first, here = page.parts[:2]
        assert isinstance(first, Words)
        assert first.text == lead
        assert here == Rows("Keys here", keys.rows(Timeline.BINDINGS))
        assert page.parts[-3] == Words("More of Timeline", "\n\n".join(more).strip())
        assert page.parts[-2:] == [THE_LAB, THE_PICTURE]


@pytest.mark.parametrize("key", "1346")
async def test_a_screen_of_help_has_twenty_keys_and_more(key: str) -> None:
    async with opened(size=SHORT) as lab:
        await lab.press(key, "?")
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))
        seen = lab.text().split("\n")
        told = 0
        for _, section in sections():
            for names, words in keys.rows(section):
                if any(f"{names}  " in line and words in line for line in seen):
                    told += 8 if "…" in names else len(names.split())
        assert told >= 20


def test_a_key_has_a_line_of_help_in_a_small_terminal() -> None:
    for _, section in sections():
        for _, words in keys.rows(section):
            assert len(words) < 60


async def test_every_glyph_is_in_the_help() -> None:
    from concviz.view.signs import SIGNS

    async with opened() as lab:
        await lab.press("?")
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))
        said = [line.split() for line in help_text(lab).split("\n")]
        for sign in SIGNS:
            assert [sign.glyph, *sign.word.split()] in said
