"""The sweep in the lab: numbers of workers, the plot, the table, the recommendation."""

from __future__ import annotations

import pytest
from textual.widgets import DataTable

from concviz.analysis.sweep import Sweep
from concviz.experiments.sweep import Swept
from concviz.trace.plan import Plan
from concviz.tui.screens.experiment import CHOOSING, DONE, RUNNING, AnyExperiment, ExperimentScreen
from concviz.tui.screens.help import HelpScreen
from concviz.tui.widgets.fields import CountsInput
from concviz.tui.widgets.figures import FiguresTable
from tests.builders import case, sweep
from tests.tui.driving import FULL, LARGE, SHORT, Driver, begin, opened, settle, sweep_of

PLAN = Plan(workload="cpu", tasks=12, workers=2, duration_s=0.25, strategy="process-pool")
QUICK = Plan(tasks=4, workers=2, duration_s=0.1)
WAITS = Plan(tasks=4, workers=2, duration_s=0.3)
"""Workers gain much by it, also where the machine is busy with other tests."""
SIZES = [SHORT, FULL, LARGE, (60, 16)]


async def shown(lab: Driver) -> AnyExperiment:
    screen = await begin(lab, "s")
    screen.show(Swept(sweep()))
    await settle(lab.pilot)
    return screen


async def type_counts(lab: Driver, text: str) -> None:
    counts = lab.app.screen.query_one(CountsInput)
    counts.focus()
    await lab.until(lambda: counts.has_focus)
    await lab.press("end", *["backspace"] * len(counts.value), *text)
    assert counts.value == text


@pytest.mark.parametrize("size", SIZES)
async def test_it_begins_with_the_strategy_and_numbers_that_suit(size: tuple[int, int]) -> None:
    async with opened(PLAN, size) as lab:
        await begin(lab, "s")
        text = lab.text()
        assert "Sweep of 12 × cpu 0.25 s" in text
        assert "[x] process-pool" in text
        assert "[ ] thread-pool" in text
        assert "sequential" not in lab.text("#marks"), "it takes no number of workers"
        assert lab.app.screen.query_one(CountsInput).value == "1,2,4,8,12"


@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_all_of_it_by_keyboard(size: tuple[int, int]) -> None:
    async with opened(WAITS, size) as lab:
        screen = await begin(lab, "s")
        await lab.press("tab", "backspace", "1")
        await type_counts(lab, "1-3")
        await lab.press("enter")
        await lab.until(lambda: screen.stage == DONE)
        found = sweep_of(screen)
        assert [c.workers for c in found.cases] == [1, 2, 3]
        await lab.until(lambda: "as fast as sequential" in lab.said)
        if size == SHORT:
            assert "● thread pool" in lab.text("#plot")
            await lab.press("t")
        await lab.until(lambda: "thread pool" in lab.text("#experiment-table"))
        await lab.until(lambda: isinstance(lab.app.focused, DataTable))
        await lab.press("home", "down", "enter")
        assert lab.app.screen is lab.lab
        shown = found.cases[0].shown
        assert shown is not None
        assert lab.lab.shown is shown.run
        await lab.until(lambda: "(measured)" in lab.static("#summary-text"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Workers is '': write it as 1-8 or as 1,2,4,8."),
        ("8-1", "Workers is '8-1': 8-1 runs backwards: write 1-8."),
        ("1,99999", "Workers is 99,999: it must be from 1 to"),
    ],
)
async def test_numbers_that_make_no_sense_are_refused_in_a_sentence(text: str, words: str) -> None:
    async with opened(PLAN) as lab:
        screen = await begin(lab, "s")
        await type_counts(lab, text)
        await lab.press("r")
        assert words in lab.said
        assert screen.stage == CHOOSING


async def test_only_what_numbers_are_written_with_is_typed() -> None:
    async with opened(PLAN) as lab:
        await begin(lab, "s")
        await type_counts(lab, "1-2,4")
        await lab.press("x", "t", " ")
        assert lab.app.screen.query_one(CountsInput).value == "1-2,4"


async def test_nothing_marked_is_refused() -> None:
    async with opened(PLAN) as lab:
        await begin(lab, "s")
        await lab.press("a", "a", "r")
        assert "Mark at least one strategy." in lab.said


async def test_the_plot_grows_and_stopping_keeps_what_is_done() -> None:
    async with opened(Plan(tasks=2, duration_s=0.05)) as lab:
        screen = await begin(lab, "s")
        await lab.press("tab", "backspace", "9", "9", "enter")
        await lab.until(lambda: screen.stage == RUNNING)
        found = sweep_of(screen)
        await lab.until(lambda: found.cases[0].trials)
        await lab.resize(*SHORT)
        await lab.resize(*LARGE)
        await lab.press("x")
        await lab.until(lambda: screen.stage == DONE)
        assert found.stopped
        assert "Stopped before all runs were made." in lab.said


@pytest.mark.parametrize("size", SIZES)
async def test_the_result(size: tuple[int, int]) -> None:
    async with opened(PLAN, size) as lab:
        screen = await shown(lab)
        said = lab.said
        assert (
            "2 workers: 1.94× as fast as sequential (1.89 to 1.99), in a tie with the best, 4"
            in said
        )
        assert "Amdahl" in said
        plot = lab.text("#plot")
        assert "●" in plot
        assert "USL" in plot
        assert screen.query_one(FiguresTable).selected == "process-pool 2", "it is recommended"


async def test_numbers_follow_the_plan_until_somebody_chose_some() -> None:
    async with opened(QUICK) as lab:
        await begin(lab, "s")
        assert lab.app.screen.query_one(CountsInput).value == "1,2,4"
        await lab.press("escape")
        await lab.fill("tasks", "9")
        lab.timeline.focus()
        await lab.press("s")
        await lab.until(lambda: isinstance(lab.app.screen, ExperimentScreen))
        await lab.until(lambda: lab.app.screen.query_one(CountsInput).value == "1,2,4,8,9")
        await type_counts(lab, "1,3")
        await lab.press("escape")
        await lab.fill("tasks", "5")
        lab.timeline.focus()
        await lab.press("s")
        await settle(lab.pilot)
        assert lab.app.screen.query_one(CountsInput).value == "1,3"


async def test_help_and_palette() -> None:
    async with opened(PLAN) as lab:
        await shown(lab)
        titles = {command.title for command in lab.app.get_system_commands(lab.app.screen)}
        assert {"Choose anew", "Help", "Back to the lab"} <= titles
        await lab.press("?")
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))
        assert isinstance(lab.app.screen, HelpScreen)
        assert lab.app.screen.about == "Sweep"


@pytest.mark.parametrize("size", SIZES)
async def test_of_nothing_there_is_neither_a_plot_nor_a_table(size: tuple[int, int]) -> None:
    async with opened(PLAN, size) as lab:
        screen = await begin(lab, "s")
        screen.show(
            Swept(Sweep(case("sequential"), [case("thread-pool", workers=2)], stopped=True))
        )
        await settle(lab.pilot)
        assert lab.said.startswith("Stopped before all runs were made. Nothing came to its end")
        assert "Stopped before all runs were made." in lab.text("#experiment-head")
        for part in "#plot", "#experiment-table":
            assert not screen.query_one(part).region
        screen.show(Swept(sweep()))
        await settle(lab.pilot)
        assert screen.query_one("#plot").region, "it is back with something in it"


@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_of_runs_that_all_broke_the_table_holds_what_can_be_opened(
    size: tuple[int, int],
) -> None:
    async with opened(PLAN, size) as lab:
        screen = await begin(lab, "s")
        broken = case("sequential", 1.0, error="ValueError: no")
        screen.show(Swept(Sweep(broken, [case("thread-pool", workers=2)])))
        await settle(lab.pilot)
        assert not screen.query_one("#plot").region
        assert screen.query_one(FiguresTable).region
        assert screen.query_one(FiguresTable).row_count == 1
        await lab.press("enter")
        assert lab.app.screen is lab.lab
        assert lab.run.error == "ValueError: no"
