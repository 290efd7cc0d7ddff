"""A whole session with the mouse alone, and what has the focus when the terminal shrinks."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList

from concviz.sources.history import History
from concviz.trace.plan import Plan
from concviz.tui.screens.experiment import ExperimentScreen
from concviz.tui.screens.help import HelpScreen
from concviz.tui.screens.history import HistoryScreen
from concviz.tui.widgets.key_bar import KeyBar
from concviz.tui.widgets.stack import Stack
from concviz.tui.widgets.strategy_checklist import MarkList
from tests.builders.lab_runs import pool_of_threads
from tests.plans import plan_of
from tests.tui.driving import FULL, SHORT, Driver, comparison_of, opened, settle


async def hint(lab: Driver, words: str) -> None:
    """Click a hint of the line at the bottom."""
    await lab.until(lambda: words in lab.text(lab.app.screen.query_one(KeyBar)))
    bar = lab.app.screen.query_one(KeyBar)
    await lab.pilot.click(bar, offset=(lab.text(bar).index(words), 0))
    await settle(lab.pilot)


async def pick(lab: Driver, words: str) -> None:
    """Open the palette and click what is called so."""
    await hint(lab, "^p Palette")
    await lab.until(lambda: isinstance(lab.app.screen, CommandPalette))
    await lab.until(lambda: "Go to Code" in lab.text() or "Earlier" in lab.text())
    for _ in range(60):
        if words in lab.text():
            break
        await lab.wheel("CommandList", down=True)
    await click_on(lab, words)


async def click_on(lab: Driver, words: str) -> None:
    """Click those words, where a line begins with them."""
    rows = [row.strip() for row in lab.text().split("\n")]
    y = next(y for y, row in enumerate(rows) if row.startswith(words))
    await lab.pilot.click(offset=(6, y))
    await settle(lab.pilot)


async def line(lab: Driver, where: str, words: str, times: int = 1) -> None:
    """Click the line of a list that says that."""
    rows = lab.text(where).split("\n")
    y = next(y for y, row in enumerate(rows) if words in row)
    await lab.pilot.click(where, offset=(4, y), times=times)
    await settle(lab.pilot)


@pytest.mark.parametrize("size", [FULL, SHORT])
async def test_everything_by_mouse(size: tuple[int, int]) -> None:
    plan = Plan(strategy="sequential", workload="sleep", tasks=2, workers=2, duration_s=0)
    async with opened(plan, size, history=History()) as lab:
        await line(lab, "#strategies OptionList", "thread-pool")
        await line(lab, "#workloads OptionList", "number")
        await lab.click("#input-tasks")
        bar = lab.app.screen.query_one(KeyBar)
        at = lab.text(bar).index("-+ Number")
        await lab.pilot.click(bar, offset=(at + 1, 0))
        await lab.until(lambda: lab.lab.plan.tasks == 3)
        await lab.pilot.click(bar, offset=(at, 0))
        await lab.until(lambda: lab.lab.plan.tasks == 2)
        await lab.click("#run")
        await lab.until(lambda: lab.lab.shown is not None and not lab.running)
        ran = plan_of(lab.run)
        assert (ran.strategy, ran.workload, ran.tasks) == ("thread-pool", "number", 2)

        await lab.show(pool_of_threads())
        await lab.click("#cells", offset=(3, 3))
        await lab.until(lambda: lab.timeline.selected is not None)
        scale = lab.timeline.view.scale
        await lab.wheel("#cells", down=False, control=True)
        assert lab.timeline.view.scale < scale
        await pick(lab, "Fit the run")
        await lab.until(lambda: lab.timeline.view.scale == scale)
        await lab.click("#cells", offset=(20, 0))
        await lab.until(lambda: lab.lab.view.cursor.at is not None)
        await hint(lab, "Esc Whole run")
        assert lab.lab.view.cursor.at is None

        await hint(lab, "? Help")
        assert isinstance(lab.app.screen, HelpScreen)
        await hint(lab, "Esc Close")
        await pick(lab, "Theme")
        await lab.until(lambda: "ansi-light" in lab.text())
        await click_on(lab, "ansi-light")
        await lab.until(lambda: lab.app.theme == "ansi-light")

        await pick(lab, "History")
        await lab.until(lambda: isinstance(lab.app.screen, HistoryScreen))
        await lab.until(lambda: "2 × number" in lab.text())
        await hint(lab, "Enter Open")
        await lab.until(lambda: lab.app.screen is lab.lab and not lab.running)
        assert plan_of(lab.run).tasks == 2

        await hint(lab, "c Compare")
        await lab.until(lambda: isinstance(lab.app.screen, ExperimentScreen))
        marks = lab.app.screen.query_one(MarkList)
        await hint(lab, "a All/none")
        await lab.until(lambda: len(marks.marked) == 1)
        await line(lab, "MarkList", "thread-pool")
        await lab.until(lambda: [mark.id for mark in marks.marked] == ["sequential", "thread-pool"])
        rows = lab.text("MarkList").split("\n")
        y = next(y for y, row in enumerate(rows) if "thread-pool" in row)
        for sign, guess in (("+", "0.5"), ("+", "1"), ("-", "0.5")):
            at = lab.text("MarkList").split("\n")[y].rindex(f" {sign}") + 1
            await lab.pilot.click("MarkList", offset=(at, y))
            await settle(lab.pilot)
            assert marks.marked[1].guess == guess
        assert len(marks.marked) == 2, "a guess changes no mark"
        await hint(lab, "r Run")
        screen = lab.app.screen
        assert isinstance(screen, ExperimentScreen)
        await lab.until(lambda: screen.stage == "-done")
        assert comparison_of(screen).rows()
        await settle(lab.pilot)
        assert screen.query_one(Stack).region
        await hint(lab, "Enter Open")
        await lab.until(lambda: lab.app.screen is lab.lab)
        await hint(lab, "q Quit")
        await lab.until(lambda: not lab.app.is_running)


async def test_the_focus_survives_a_shrink() -> None:
    async with opened(size=FULL) as lab:
        await lab.show(pool_of_threads())
        await lab.go("8", "task")
        await lab.resize(*SHORT)
        await lab.until(lambda: lab.focus == "task")
        assert "Select a task" in lab.text("#task"), "its tab is in front"
        await lab.resize(40, 10)
        await lab.until(lambda: lab.app.focused is None)
        await lab.resize(*FULL)
        await lab.until(lambda: lab.focus == "task")
        await lab.go("1", "strategies")
        await lab.resize(40, 10)
        await lab.resize(*SHORT)
        await lab.until(lambda: lab.focus == "strategies")
        assert isinstance(lab.app.focused, OptionList)
