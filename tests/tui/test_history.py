"""What the lab does with runs that are over: it keeps them, and they can be used again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import DataTable, Input

from concviz.sources.history import History
from concviz.trace.plan import Plan
from concviz.tui.screens.history import HistoryScreen
from concviz.tui.screens.prompt import PromptScreen, QuestionScreen
from concviz.view.signs import Mark
from tests.builders import pool_of_threads
from tests.tui.driving import FULL, SHORT, Driver, opened, settle

QUICK = Plan(strategy="thread-pool", workload="sleep", tasks=2, workers=2, duration_s=0.05)
SLOW = Plan(strategy="sequential", workload="sleep", tasks=4, duration_s=0.05)
LONG = Plan(tasks=2, workers=2, duration_s=30)
SIZES = [SHORT, FULL, (60, 16)]


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history")


async def ran(lab: Driver, history: History) -> None:
    """Run the plan, and wait until that is kept."""
    before = len(history.entries())
    await lab.run_to_the_end()
    await lab.until(lambda: len(history.entries()) == before + 1)
    await settle(lab.pilot)


@asynccontextmanager
async def with_two(
    history: History, size: tuple[int, int] = FULL
) -> AsyncIterator[tuple[Driver, HistoryScreen]]:
    """A lab that has kept a slow run and then a quick one, which it shows; its history is open."""
    async with opened(SLOW, size, history=history) as lab:
        await ran(lab, history)
    async with opened(QUICK, size, history=history) as lab:
        await ran(lab, history)
        yield lab, await look(lab)


async def look(lab: Driver, key: str = "h") -> HistoryScreen:
    await lab.press(key)
    await lab.until(lambda: isinstance(lab.app.screen, HistoryScreen))
    await settle(lab.pilot)
    assert isinstance(lab.app.screen, HistoryScreen)
    return lab.app.screen


async def answer(lab: Driver, text: str) -> None:
    """Type that into the field of a question, in place of what stands there."""
    await lab.until(lambda: isinstance(lab.app.screen, PromptScreen))
    await lab.until(lambda: isinstance(lab.app.focused, Input))
    lab.app.screen.query_one(Input).value = text
    await lab.press("enter")


def notified(lab: Driver, words: str) -> bool:
    return any(words in note.message for note in lab.app._notifications)


# -- kept --


async def test_a_run_that_ends_is_kept_and_opens_again(history: History) -> None:
    async with with_two(history) as (lab, screen):
        quick, slow = history.entries()
        assert "thread pool, 2 × sleep 0.05 s" in lab.text()
        assert "sequential, 4 × sleep 0.05 s" in lab.text()
        assert screen.query_one(DataTable).row_count == 2
        await lab.press("down", "enter")
        assert lab.app.screen is lab.lab
        await lab.until(lambda: lab.lab.shown is not None and lab.run.ended and not lab.running)
        assert lab.run.plan is not None
        assert lab.run.plan.strategy == "sequential"
        assert "recording sequential, 4 × sleep 0.05 s" in lab.text("EnvironmentBar")
        assert quick.makespan_s is not None
        assert slow.makespan_s is not None
        assert quick.makespan_s < slow.makespan_s
        assert len(history.entries()) == 2, "a run that was opened is not kept again"


async def test_a_lab_without_history_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    async with opened(QUICK) as lab:
        await lab.run_to_the_end()
        for key in ("h", "g"):
            await lab.press(key)
            assert lab.app.screen is lab.lab
        assert notified(lab, "Runs are not kept")


async def test_where_nothing_can_be_kept_the_run_is_there_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with opened(QUICK, history=History(tmp_path / "file" / "history")) as lab:
        run = await lab.run_to_the_end()
        await lab.until(lambda: notified(lab, "The run was not kept: there is no such folder."))
        assert lab.run is run


@pytest.mark.parametrize("size", SIZES)
async def test_of_an_empty_history_there_is_a_sentence(
    size: tuple[int, int], history: History
) -> None:
    async with opened(QUICK, size, history=history) as lab:
        await look(lab)
        assert "No run has been kept yet." in lab.words("#history-said")
        assert "n Name" not in lab.text()
        for key in ("enter", "n", "d", "g"):
            await lab.press(key)
            assert isinstance(lab.app.screen, HistoryScreen)
        await lab.press("escape")
        assert lab.app.screen is lab.lab


@pytest.mark.parametrize("size", SIZES)
async def test_every_key_has_a_hint_and_a_line_of_help(
    size: tuple[int, int], history: History
) -> None:
    async with with_two(history, size) as (lab, screen):
        if size != (60, 16):
            for hint in ("Enter Open", "g Ghost", "n Name", "d Delete", "Esc Lab", "? Help"):
                assert hint in lab.text()
        titles = {command.title for command in lab.app.get_system_commands(screen)}
        assert {
            "Name the selected run",
            "Delete the selected run",
            "Open the selected run in the lab",
            "Back to the lab",
        } <= titles
        await lab.press("question_mark")
        await lab.until(lambda: "Escape closes" in lab.text())


# -- named and deleted --


async def test_a_run_gets_a_name_which_is_data(history: History) -> None:
    async with with_two(history) as (lab, _):
        await lab.press("n")
        await answer(lab, "[b]before[/b]\x1b[31m  the   change")
        await lab.until(lambda: history.entries()[0].name is not None)
        await lab.until(lambda: "[b]before[/b]" in lab.text())
        assert "\x1b" not in lab.text()
        await lab.press("n", "escape")
        assert history.entries()[0].name == "[b]before[/b]\x1b[31m the change"
        await lab.press("n")
        await answer(lab, "")
        await lab.until(lambda: history.entries()[0].name is None)


async def test_deleting_asks_once(history: History) -> None:
    async with with_two(history) as (lab, screen):
        await lab.press("d")
        assert isinstance(lab.app.screen, QuestionScreen)
        assert "Delete thread pool, 2 × sleep 0.05 s" in lab.text()
        await lab.press("escape")
        assert len(history.entries()) == 2
        await lab.press("d", "y")
        await lab.until(lambda: screen.query_one(DataTable).row_count == 1)
        (left,) = history.entries()
        assert left.words.startswith("sequential")
        await lab.press("d", "y")
        await lab.until(lambda: "No run has been kept yet." in lab.words("#history-said"))


async def test_what_cannot_be_done_is_said_in_a_sentence(history: History) -> None:
    async with with_two(history) as (lab, _):
        gone = history.entries()[0]
        history.delete(gone)
        await lab.press("n")
        await answer(lab, "gone")
        await lab.until(lambda: notified(lab, "That could not be done: No such file"))


async def test_a_file_that_is_no_recording_any_more_opens_with_a_sentence(
    history: History,
) -> None:
    async with with_two(history) as (lab, _):
        shown = lab.run
        history.entries()[0].path.write_bytes(b"garbage")
        await lab.press("enter")
        await lab.until(lambda: notified(lab, "cannot be opened"))
        assert lab.run is shown
        await look(lab)
        await lab.press("home", "g")
        await lab.until(lambda: notified(lab, "cannot be read"))
        assert lab.timeline.ghost is None


# -- laid behind --


@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_a_run_lies_behind_another_until_it_is_taken_away(
    size: tuple[int, int], history: History
) -> None:
    async with with_two(history, size) as (lab, _):
        await lab.press("down", "g")
        assert lab.app.screen is lab.lab
        await lab.until(lambda: lab.timeline.ghost is not None)
        await settle(lab.pilot)
        assert "behind: sequential, 4 × sleep" in lab.text("#timeline")
        first, second = lab.row(2), lab.row(3)
        assert Mark.GHOST.glyph in first, "the slow one goes on behind the quick one"
        assert Mark.GHOST_END.glyph in first
        assert Mark.GHOST.glyph not in second, "it had one worker"
        assert "the run laid behind" in lab.words("#legend") or "behind" in lab.words("#legend")
        await lab.press("4", "b")
        await lab.until(lambda: lab.focus == "timeline")
        assert lab.row(5).count(Mark.GHOST.glyph), "the fourth task of the one behind"
        await lab.press("b", "g")
        assert lab.timeline.ghost is None
        assert Mark.GHOST.glyph not in lab.text("#cells")
        assert "behind: " not in lab.text("#timeline")


async def test_what_lies_behind_has_rows_of_its_own_and_stays_when_another_run_begins(
    history: History,
) -> None:
    async with with_two(history) as (lab, _):
        await lab.press("g")
        await lab.until(lambda: lab.timeline.ghost is not None)
        await lab.show(pool_of_threads())
        assert lab.timeline.ghost is not None
        await look(lab)
        await lab.press("end", "enter")
        await lab.until(lambda: not lab.running)
        await settle(lab.pilot)
        assert f"{Mark.GHOST.glyph} thread 2" in lab.text("#row-labels")
        assert Mark.GHOST.glyph in lab.row(3)
        await lab.click("#cells", (1, 2 + lab.timeline.row_height))
        assert lab.timeline.selected is None, "nothing of the run behind can be selected"


async def test_g_has_somebody_choose(history: History) -> None:
    async with opened(QUICK, history=history) as lab:
        await ran(lab, history)
        await look(lab, "g")
        assert notified(lab, "Choose the run to lay behind")
