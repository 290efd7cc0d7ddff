"""The comparison in the lab: marks, guesses, timelines, the table, the verdict."""

from __future__ import annotations

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import DataTable

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.wording import duration
from concviz.experiments.compare import Compared
from concviz.experiments.experiment import Offer
from concviz.model.run import Run
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.tui.app import ConcvizApp
from concviz.tui.screens.experiment import (
    CHOOSING,
    DONE,
    RUNNING,
    AnyExperiment,
    ExperimentScreen,
)
from concviz.tui.screens.help import HelpScreen
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.help_page import HelpPage
from concviz.tui.widgets.stack import NOTHING_YET, Stack
from concviz.tui.widgets.strategy_checklist import STEPS, Mark, MarkList
from concviz.view.stack import Block
from tests.builders import (
    LAB_ENVIRONMENT,
    case,
    comparison,
    every_state,
    failed,
    many,
    pool_of_threads,
    without_its_typical_run,
)
from tests.tui.driving import FULL, LARGE, SHORT, Driver, begin, comparison_of, opened, settle

PLAN = Plan(workload="cpu", tasks=8, workers=2, duration_s=0.25)
QUICK = Plan(tasks=2, workers=2, duration_s=0.1)
WAITS = Plan(tasks=2, workers=2, duration_s=0.4)
"""Threads gain much by it, also where the machine is busy with other tests."""
LONG = Plan(tasks=2, workers=2, duration_s=30)
SIZES = [SHORT, FULL, LARGE, (60, 16)]


async def shown(lab: Driver, guesses: dict[str, float] | None = None) -> AnyExperiment:
    """The made-up comparison."""
    screen = await begin(lab, "c")
    screen.show(Compared(comparison(), guesses))
    await settle(lab.pilot)
    return screen


def marks(lab: Driver) -> MarkList:
    return lab.app.screen.query_one(MarkList)


# -- choosing --


async def test_it_begins_with_everything_that_can_run_here_marked() -> None:
    async with opened(PLAN) as lab:
        await begin(lab, "c")
        for size in SIZES:
            await lab.resize(*size)
            text = lab.text()
            assert "Comparison of 8 × cpu 0.25 s" in text
            for strategy in ("sequential", "threads", "thread-pool", "process-pool"):
                assert f"[x] {strategy}" in text
            for words in ("Space Mark", "r Run", "Esc Lab", "? Help"):
                assert words in text
        assert {mark.id for mark in marks(lab).marked} >= {"sequential", "threads", "asyncio"}


async def test_space_marks_and_the_loop_stays() -> None:
    async with opened(PLAN) as lab:
        await begin(lab, "c")
        await lab.press("space")
        assert "sequential: speedup is measured against it." in lab.text()
        await lab.press("down", "space")
        assert "threads" not in {mark.id for mark in marks(lab).marked}
        assert "[ ] threads" in lab.text()
        await lab.press("space")
        assert "[x] threads" in lab.text()
        await lab.press("a")
        assert len(marks(lab).marked) == 1
        await lab.press("r")
        assert "Nothing was started. Mark at least one strategy" in lab.said
        await lab.press("a")
        assert len(marks(lab).marked) > 4


async def test_what_cannot_run_here_says_why_and_cannot_be_marked() -> None:
    async with opened(Plan(tasks=90_000)) as lab:
        await begin(lab, "c")
        assert "[ ] threads" in lab.text()
        assert "tasks is 90,000: it must be from 1 to" in lab.text()
        await lab.press("down", "space")
        assert "threads" not in {mark.id for mark in marks(lab).marked}


async def test_a_guess_is_typed_on_its_line() -> None:
    async with opened(PLAN) as lab:
        await begin(lab, "c")
        await lab.press("4")  # nobody guesses the measure
        await lab.press("down", "1", ".", "5", "down", "2", "0", "backspace")
        by_name = {mark.id: mark for mark in marks(lab).marks}
        assert by_name["sequential"].guess == ""
        assert by_name["threads"].factor == 1.5
        assert by_name["thread-pool"].factor == 2
        assert by_name["process-pool"].factor is None
        assert "guess - 1.5× +" in lab.text()
        await lab.press(*"........")
        assert by_name["thread-pool"].factor is None, "2...... is no number"
        await lab.press("-", "+", "+", "-")
        assert by_name["thread-pool"].factor == 0.5
        await lab.press("-")
        assert by_name["thread-pool"].guess == "", "below them all there is none"


@given(st.floats(0.01, 100), st.sampled_from([-1, 1]))
def test_a_step_leads_to_the_next_guess(factor: float, step: int) -> None:
    mark = Mark(Offer("threads", "", on=True), on=True, guess=f"{factor:g}")
    there = mark.stepped(step)
    if step > 0:
        assert float(there) > float(mark.guess) or there == STEPS[-1]
    else:
        assert there == "" or float(there) < float(mark.guess)
        assert there != "" or float(mark.guess) <= float(STEPS[0])


async def test_what_it_will_do_and_for_how_long_is_said_before_it_begins() -> None:
    async with opened(PLAN) as lab:
        await begin(lab, "c")
        assert "24 runs, about " in lab.said
        await lab.press("down", "space")
        assert "20 runs, about " in lab.said
        await lab.press("a", "a")
        assert "Mark at least one strategy besides the sequential loop." in lab.said
        await lab.press("a", "tab", "backspace", "1")
        assert "12 runs, about " in lab.said
    async with opened(QUICK) as lab:
        await begin(lab, "c")
        assert "12 runs, about " in lab.said
        assert "waits that prove exact run once" in lab.said
        await lab.press("tab", "backspace", "3")
        assert "24 runs, about " in lab.said, "somebody asked for three"


async def test_a_guess_that_is_no_speedup_is_refused_at_its_line() -> None:
    async with opened(PLAN) as lab:
        screen = await begin(lab, "c")
        await lab.press("down", "1", ".", "5", ".", "down", "0", "down", "r")
        assert screen.stage == CHOOSING
        assert "Nothing was started. The guess for threads is no speedup: write it as" in lab.said
        assert marks(lab).highlighted == 1
        assert "guess - 1.5.× +" in lab.text()
        assert lab.text().count("no speedup: write it as 2 or 1.5, above 0") >= 2, "also of 0"


async def test_the_number_of_runs_is_checked() -> None:
    async with opened(PLAN) as lab:
        screen = await begin(lab, "c")
        await lab.press("tab", "backspace", "r")
        assert "Runs each is '': it must be from 1 to 100." in lab.said
        assert screen.stage == CHOOSING
        await lab.press("1", "0", "1", "enter")
        assert "Runs each is '101'" in lab.said


async def test_numbers_of_the_plan_that_make_no_sense_are_refused_in_the_lab() -> None:
    async with opened(PLAN) as lab:
        await lab.fill("tasks", "0")
        await lab.press("c")
        assert lab.app.screen is lab.lab
        assert "Tasks is 0: it must be from 1" in lab.refusal


# -- really run --


@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_all_of_it_by_keyboard(size: tuple[int, int]) -> None:
    async with opened(WAITS, size) as lab:
        screen = await begin(lab, "c")
        await lab.press("a", "down", "space", "2", "tab", "backspace", "1", "enter")
        await lab.until(lambda: screen.stage == DONE)
        found = comparison_of(screen)
        assert [c.strategy for c in found.cases] == ["sequential", "threads"]
        assert [len(c.trials) for c in found.cases] == [1, 1]
        await lab.until(lambda: "as fast as sequential" in lab.said)
        assert "You guessed threads 2×" in lab.said
        assert "Not sure: each ran once" in lab.said
        assert "threads" in lab.text("#stack")
        assert isinstance(lab.app.focused, Stack)
        threads = found.cases[1].shown
        await lab.press("enter")
        assert lab.app.screen is lab.lab
        assert threads is not None
        assert lab.lab.shown is threads.run
        await lab.until(lambda: lab.focus == "timeline")
        assert "thread 2" in lab.text("#timeline")
        assert "from the comparison · Esc back" in lab.text()
        lines = lab.lab.view.lines
        assert lines is not None, "it can be written to a file"
        assert Header.decode(b"".join(lines.pieces()).splitlines()[0]).plan == threads.run.plan
        assert "(measured)" in lab.static("#summary-text"), "the loop was measured, too"


async def test_stopping_in_the_middle_keeps_what_is_done() -> None:
    async with opened(Plan(tasks=2, duration_s=0.05)) as lab:
        screen = await begin(lab, "c")
        await lab.press("tab", "backspace", "9", "9", "enter")
        await lab.until(lambda: screen.stage == RUNNING)
        found = comparison_of(screen)
        await lab.until(lambda: found.cases[0].trials)
        assert "runs" in lab.said
        assert "left" in lab.said
        await lab.until(lambda: " of 99 rounds: " in lab.said)
        assert "After " in lab.said
        await lab.resize(80, 24)
        await lab.resize(60, 16)
        await lab.press("x")
        await lab.until(lambda: screen.stage == DONE)
        assert found.stopped
        assert len(found.cases[0].trials) < 99
        assert "Stopped before all runs were made." in lab.said
        await lab.press("escape")
        assert lab.app.screen is lab.lab
        assert await lab.run_to_the_end()


async def test_leaving_in_the_middle_is_not_possible_but_stopping_is() -> None:
    async with opened(LONG) as lab:
        screen = await begin(lab, "c")
        await lab.press("r")
        await lab.until(lambda: screen.stage == RUNNING)
        for key in ("escape", "enter"):
            await lab.press(key)
            assert lab.app.screen is screen
            assert "under way: x stops it." in lab.text()
        await lab.press("n", "r")  # no keys of other stages
        assert screen.stage == RUNNING
        await lab.press("x")
        await lab.until(lambda: screen.stage == DONE)
        assert "No strategy came to its end" in lab.said


def _in_earnest(run: Run | None) -> bool:
    """Whether a run has begun that is no warm-up."""
    plan = run.plan if run is not None else None
    return run is not None and bool(run.workers) and plan is not None and plan.duration_s == 30


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_in_the_middle_ends_it(key: str) -> None:
    async with opened(LONG) as lab:
        screen = await begin(lab, "c")
        await lab.press("r")
        await lab.until(lambda: NOTHING_YET[:40] in lab.text("#stack"))
        await lab.until(lambda: _in_earnest(screen.live_run))
        assert screen.live_run is not None
        pids = [worker.pid for worker in screen.live_run.workers if worker.pid is not None]
        assert pids
        assert all(psutil.pid_exists(pid) for pid in pids)
        await lab.press(key)
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_no_comparison_while_a_run_is_under_way() -> None:
    async with opened(LONG) as lab:
        await lab.press("r")
        await lab.until(lambda: lab.running)
        await lab.press("c")
        assert lab.app.screen is lab.lab
        assert "A run is under way: x stops it." in lab.text()


# -- the result --


async def test_the_fastest_first_with_a_line_at_its_end() -> None:
    async with opened(PLAN) as lab:
        await shown(lab)
        for size in SIZES:
            await lab.resize(*size)
            await check_the_fastest_first(lab)


async def check_the_fastest_first(lab: Driver) -> None:
    lines = lab.text("#stack").splitlines()[1:]  # below the title
    order = [
        name
        for line in lines
        for name in ("process pool", "sequential", "threads", "asyncio")
        if name in line
    ]
    assert order[:2] == ["process pool", "sequential"]
    stack = lab.app.screen.query_one(Stack)
    assert "shares of process pool" in str(stack.border_title)
    await lab.press("v")
    assert "shares" not in str(stack.border_title), "bars by task: the legend has none"
    await lab.press("v")
    pool = next(line for line in lines if "process pool" in line)
    assert "1.000 s 2.00×" in " ".join(pool.split())
    bars = pool[2:].split("2.00×")[0]
    loop = next(line for line in lines if "sequential" in line)[2:]
    assert bars.count("│") == 1
    left = 15
    assert (bars.index("│") - left) * 2 == pytest.approx(loop.index("│") - left, abs=3)


async def test_the_choice_is_selected_in_both_and_they_move_together() -> None:
    async with opened(PLAN) as lab:
        screen = await shown(lab)
        stack, table = screen.query_one(Stack), screen.query_one("#experiment-table", DataTable)
        assert stack.selected == "process-pool"
        assert screen.query_one(FiguresTable).selected == "process-pool"
        await lab.press("down")
        assert stack.selected == screen.query_one(FiguresTable).selected == "sequential"
        await lab.press("end")
        assert stack.selected == screen.query_one(FiguresTable).selected == "asyncio"
        table.focus()
        await lab.press("up")
        assert stack.selected == screen.query_one(FiguresTable).selected == "threads"


async def test_the_verdict_the_guesses_and_what_broke_are_said() -> None:
    async with opened(PLAN) as lab:
        await shown(lab, {"threads": 4.0, "process-pool": 2.1})
        said = lab.said
        assert "Process pool: 2.00× as fast as sequential (1.95 to 2.05). Threads gained" in said
        assert "threads 4× (is 0.98×, 310 % too high ✗) and process pool 2.1× (is 2.00×, " in said
        assert "5 % too high ✓): 1 of 2 right within 20 %." in said
        assert "asyncio: run 1: ValueError: [b]no[/b]" in said


async def test_the_table_and_the_timelines_share_a_place_where_there_is_little() -> None:
    async with opened(PLAN, SHORT) as lab:
        screen = await shown(lab)
        assert lab.text("#stack")
        assert not screen.query_one("#experiment-table").region
        assert "t Table" in lab.text()
        await lab.press("t")
        assert not screen.query_one("#stack").region
        assert "speedup" in lab.text("#experiment-table")
        assert "Enter Open" in lab.text()
        await lab.press("t")
        assert lab.text("#stack")
        await lab.resize(*FULL)
        assert "t Table" not in lab.text()
        assert lab.text("#stack")
        assert "1.95–2.05" in lab.text("#experiment-table")


async def test_figures_behind_a_bar_are_of_its_own_run_and_it_opens_as_what_it_is() -> None:
    async with opened(PLAN) as lab:
        screen = await begin(lab, "c")
        pool = without_its_typical_run("thread-pool")
        found = [case("sequential", 2.0), case("threads", 1.0, 2.0), pool]
        screen.show(Compared(Comparison(found, Manner(repeat=41), LAB_ENVIRONMENT)))
        await settle(lab.pilot)
        lines = lab.text("#stack").split("\n")[1:]  # below the title
        (line,) = [line for line in lines if "threads" in line]
        assert "1.000 s run 1" in " ".join(line.split()), "the table has the median, of 1.5 s"
        assert pool.shown is not None
        assert pool.shown.trial is not None
        took = duration(pool.shown.trial.makespan_s)
        words = f"{took} run {pool.shown.number}"
        (line,) = [line for line in lines if "thread pool" in line]
        assert words in " ".join(line.split())
        await lab.press("end", "enter")
        assert lab.lab.shown is pool.shown.run
        assert f"took {took}" in lab.static("#summary-text")
        await lab.until(lambda: "the typical one was not kept" in lab.text())


async def test_zoom_pan_and_bars_by_task_as_in_the_lab() -> None:
    async with opened(PLAN) as lab:
        screen = await shown(lab)
        stack = screen.query_one(Stack)
        whole = stack.view
        assert "all of 2.050 s" in lab.text("#stack")
        await lab.press("plus", "plus")
        assert stack.view.scale * 4 == pytest.approx(whole.scale, rel=0.01)
        assert "s of 2.050 s" in lab.text("#stack")
        left = stack.view.left
        await lab.press("left")
        assert stack.view.left < left
        await lab.press("right", "right", *["minus"] * 9)
        assert stack.view == whole, "there is no more than all of it"
        await lab.press("plus", "0")
        assert stack.view == whole
        assert "waiting for the GIL" in lab.text("#stack")
        screen.query_one(FiguresTable).focus()
        await lab.press("v")
        assert "waiting for the GIL" not in lab.text("#stack")


@pytest.mark.parametrize("size", SIZES)
async def test_the_table_fits_and_one_pane_alone_looks_focused(size: tuple[int, int]) -> None:
    async with opened(PLAN, size) as lab:
        screen = await shown(lab)
        await lab.press("t")
        table = screen.query_one(FiguresTable)
        table.focus()
        await settle(lab.pilot)
        assert table.virtual_size.width <= table.size.width
        assert not table.show_horizontal_scrollbar
        assert "speedup" in lab.text("#experiment-table")
        frames = [screen.query_one(f"#{name}") for name in ("experiment-head", "stack")]
        colours = {frame.styles.border_top[1] for frame in frames}
        assert table.styles.border_top[1] not in colours


async def test_a_run_that_was_opened_says_so_and_escape_leads_back() -> None:
    async with opened(PLAN) as lab:
        screen = await shown(lab)
        await lab.press("enter")
        await lab.until(lambda: lab.app.screen is lab.lab)
        await lab.until(lambda: "run 1 of 3 of the comparison · Esc back" in lab.text())
        assert "process pool, 2 processes" in lab.text()
        assert "Esc Back" in lab.text()
        assert lab.lab.plan == PLAN, "what is chosen stays"
        await lab.press("escape")
        assert lab.app.screen is screen
        assert screen.stage == DONE
        await lab.press("escape", "escape")
        assert lab.app.screen is screen, "that run is still shown"


async def test_nothing_ticks_while_a_result_is_looked_at() -> None:
    async with opened(PLAN) as lab:
        screen = await shown(lab)
        timers = [*screen._timers, *screen.query_one(Stack)._timers]
        assert not [timer for timer in timers if timer._active.is_set()]


async def test_the_one_that_broke_opens_too() -> None:
    async with opened(PLAN) as lab:
        screen = await shown(lab)
        broken = comparison().cases[3]
        assert broken.broken is not None
        await lab.press("end", "enter")
        assert lab.app.screen is lab.lab
        assert lab.run.error == "ValueError: [b]no[/b]"
        assert screen.stage == DONE


async def test_the_result_is_still_there_unless_the_plan_is_another() -> None:
    async with opened(QUICK) as lab:
        screen = await begin(lab, "c")
        await lab.press("a", "down", "space", "tab", "backspace", "1", "enter")
        await lab.until(lambda: screen.stage == DONE)
        await lab.press("escape", "c")
        assert lab.app.screen is screen
        assert screen.stage == DONE
        await lab.press("escape")
        await lab.fill("tasks", "3")
        lab.timeline.focus()
        await lab.press("c")
        await lab.until(lambda: lab.app.screen is screen)
        assert screen.stage == CHOOSING
        assert "Comparison of 3 × sleep" in lab.text()
        assert {mark.id for mark in marks(lab).marked} == {"sequential", "threads"}


async def test_n_chooses_anew_with_the_same_marks_and_guesses() -> None:
    async with opened(PLAN) as lab:
        screen = await begin(lab, "c")
        await lab.press("down", "3", "space")
        screen.show(Compared(comparison()))
        await settle(lab.pilot)
        await lab.press("n")
        assert screen.stage == CHOOSING
        assert isinstance(lab.app.focused, MarkList)
        assert "threads" not in {mark.id for mark in marks(lab).marked}
        assert marks(lab).marks[1].guess == "3"


async def test_help_explains_the_screen_and_every_column() -> None:
    async with opened(PLAN) as lab:
        await shown(lab)
        await lab.press("?")
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))
        assert isinstance(lab.app.screen, HelpScreen)
        assert lab.app.screen.about == "Comparison"
        said = lab.app.screen.query_one(HelpPage).text
        for words in ("guess", "per task", "start-up and gaps", "Escape"):
            assert words in said
        await lab.press("escape")
        assert isinstance(lab.app.screen, ExperimentScreen)


OPEN = "Open the selected run in the lab"


async def test_the_palette_has_every_action_of_the_stage() -> None:
    async with opened(PLAN) as lab:

        def titles() -> set[str]:
            return {command.title for command in lab.app.get_system_commands(lab.app.screen)}

        assert {"Compare strategies", "Sweep workers"} <= titles()
        await begin(lab, "c")
        assert {"Run what is marked", "Help", "Back to the lab"} <= titles()
        assert not {"Stop", OPEN, "Choose anew", "Fit the run"} & titles()
        await shown(lab)
        assert {OPEN, "Choose anew", "Help", "Back to the lab"} <= titles()


async def test_a_click_selects_and_a_second_one_opens() -> None:
    async with opened(PLAN) as lab:
        screen = await shown(lab)
        rows = lab.text("#stack").splitlines()
        y = next(k for k, line in enumerate(rows) if "sequential" in line)
        await lab.click("#stack", (20, y))
        assert screen.query_one(Stack).selected == "sequential"
        await lab.pilot.click("#stack", offset=(20, y), times=2)
        await settle(lab.pilot)
        assert lab.app.screen is lab.lab


async def test_it_is_readable_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ConcvizApp(PLAN, LAB_ENVIRONMENT, theme="ansi-dark")
    async with app.run_test(size=SHORT) as pilot:
        lab = Driver(app, pilot)
        await lab.until(lambda: lab.focus is not None)
        await shown(lab)
        text = lab.text("#stack")
        for glyph in ("▇", "≡", "│"):
            assert glyph in text


@pytest.mark.parametrize("size", SIZES)
async def test_the_legend_explains_every_glyph_of_all_rows_in_view(size: tuple[int, int]) -> None:
    def explained(lab: Driver) -> bool:
        rows = "".join(lab.text("#stack-cells").split("\n")[1:])
        drawn = {each for each in rows if not each.isalnum() and each not in " +,"}
        said = lab.text("#stack-legend")
        return bool(drawn) and all(glyph in said for glyph in drawn)

    async with opened(PLAN, size) as lab:
        screen = await shown(lab)
        await lab.until(lambda: explained(lab))
        stack = screen.query_one(Stack)
        runs = {
            "busy": pool_of_threads(),
            "states": every_state(),
            "all": failed(),
            "many": many(5_000),
        }
        stack.show([Block(key, key, run, "") for key, run in runs.items()])
        for key in runs:
            stack.select(key)
            await lab.until(lambda: explained(lab))


async def test_that_it_was_stopped_is_said_first_and_in_sight() -> None:
    async with opened(PLAN) as lab:
        screen = await begin(lab, "c")
        found = comparison()
        found.stopped = True
        screen.show(Compared(found, {"threads": 4.0}))
        for size in SIZES:
            await lab.resize(*size)
            assert lab.said.startswith("Stopped before all runs were made. Process pool: 2.00×")
            assert "Stopped before all runs were made." in lab.text("#experiment-head")


@pytest.mark.parametrize("size", [SHORT, LARGE])
async def test_of_nothing_there_are_neither_timelines_nor_a_table(size: tuple[int, int]) -> None:
    async with opened(PLAN, size) as lab:
        screen = await begin(lab, "c")
        screen.show(Compared(Comparison([case("sequential"), case("threads")], stopped=True)))
        await settle(lab.pilot)
        assert "No strategy came to its end" in lab.said
        for part in "#stack", "#experiment-table":
            assert not screen.query_one(part).region
        screen.show(
            Compared(Comparison([case("sequential", 1.0, error="ValueError: no"), case("threads")]))
        )
        await settle(lab.pilot)
        assert "main thread" in lab.text("#stack") or "sequential" in lab.text("#stack")
        assert not screen.query_one("#experiment-table").region, "there are no figures"
        screen.show(Compared(comparison()))
        await settle(lab.pilot)
        assert screen.query_one("#stack").region
