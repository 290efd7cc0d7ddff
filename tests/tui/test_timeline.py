"""The timeline by keyboard and mouse, on runs that are made up."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.widgets import Static

from concviz.analysis.time_breakdown import Spending
from concviz.model.run import Run
from concviz.trace.states import Spent, State, nothing
from concviz.tui.widgets.legend import legend_text
from concviz.view.legend import Used, signs_of
from concviz.view.painting import TIME_LINE, paint_lane
from concviz.view.row_cache import Rows
from concviz.view.segments import task_row
from concviz.view.signs import Kind, Mark
from concviz.view.viewport import Viewport
from tests import builders
from tests.builders import History, at, histories, observed, observed_run
from tests.tui.driving import FULL, LARGE, SHORT, Driver, opened


async def on_timeline(lab: Driver, run: Run, now: int | None = None) -> None:
    await lab.show(run, now)
    await lab.go("4", "timeline")


def names(lab: Driver) -> list[str]:
    """What stands beside the rows, however high they are."""
    lines = str(lab.timeline.query_one("#row-labels", Static).content).split("\n")
    return lines[:: lab.timeline.row_height]


async def test_the_picture_of_a_run() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.pool_of_threads())
        assert names(lab) == ["thread 1", "thread 2", "thread 3"]
        width = lab.width
        ruler, queue, first, second, third = (lab.row(y) for y in range(5))
        assert ruler.startswith("╵0")
        assert "╵100 ms" in ruler
        assert set(queue.rstrip()) == {"▄"}, "two of five wait, for half of the run"
        assert len(queue.rstrip()) == pytest.approx(width / 2, abs=1)
        assert "task 0" in first
        assert "task 3" in first
        assert "task 1" in second
        assert "task 4" in second
        assert "task 2" in third
        assert len(third.rstrip("╌ ")) == pytest.approx(width / 2, abs=1)


async def test_arrows_select_task_by_task_and_row_by_row() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.pool_of_threads())
        assert lab.timeline.selected is None
        for key, task in [
            ("right", 0),
            ("right", 3),
            ("right", 3),
            ("down", 4),
            ("left", 1),
            ("down", 2),
            ("down", 2),
            ("up", 1),
            ("up", 0),
            ("up", 0),
            ("end", 4),
            ("home", 0),
        ]:
            await lab.press(key)
            assert lab.timeline.selected == task
            assert lab.words("#task").startswith(f"[8] Task task {task} ")


async def test_the_first_key_selects_a_task_whichever_it_is() -> None:
    async with opened() as lab:
        for key, task in (("left", 0), ("down", 0), ("up", 0), ("end", 4)):
            await on_timeline(lab, builders.pool_of_threads())
            assert lab.timeline.selected is None
            await lab.press(key)
            assert lab.timeline.selected == task


async def test_tasks_that_never_started_can_be_reached_and_left() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.failed())
        await lab.press("end")
        await lab.until(lambda: lab.words("#task").startswith("[8] Task task 8 not started"))
        await lab.press("left")
        assert lab.timeline.selected == 7
        await lab.press("left", "left", "left")
        assert lab.timeline.selected == 5, "which its worker did alone"
        await lab.press("end", "up")
        assert lab.timeline.selected is not None


async def test_rows_by_task() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.pool_of_threads())
        await lab.press("b")
        await lab.until(lambda: names(lab) == [f"task {task}" for task in range(5)])
        assert lab.row(5).startswith("·"), "queued first"
        assert lab.row(5).strip("· ").startswith("▌█")
        await lab.press("down")
        assert lab.timeline.selected == 0
        await lab.press("down", "right", "right")
        assert lab.timeline.selected == 3
        await lab.press("left", "up")
        assert lab.timeline.selected == 1
        await lab.press("b")
        await lab.until(lambda: names(lab) == ["thread 1", "thread 2", "thread 3"])
        assert lab.timeline.selected == 1


async def test_zoom_pan_fit_and_follow() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.pool_of_threads())
        timeline = lab.timeline
        fitted = timeline.view
        await lab.press("+")
        assert timeline.view.scale == pytest.approx(fitted.scale / 2, abs=1)
        await lab.press("=")
        assert timeline.view.scale == pytest.approx(fitted.scale / 4, abs=1)
        await lab.press("-")
        zoomed = timeline.view
        assert zoomed.scale == pytest.approx(fitted.scale / 2, abs=2)
        await lab.press(".")
        assert timeline.view.left == zoomed.left + lab.width // 4
        await lab.press(",")
        assert timeline.view.left == zoomed.left
        await lab.press("shift+right", "shift+right", "shift+left")
        assert timeline.view.left == zoomed.left + lab.width // 4
        await lab.press(*[","] * 9)
        assert timeline.view.left == 0, "nothing is before the beginning"
        await lab.press("0")
        assert timeline.view == fitted
        await lab.press("+", "f", "f")
        assert timeline.view.scale == zoomed.scale, "following keeps the zoom"
        assert timeline.view.end >= timeline.now - builders.at(0), "and has the end in view"
        await lab.press(*"--")
        assert timeline.view == fitted, "zooming out ends at the fit"
        await lab.press("home", *"++++")
        assert timeline.view.left == 0, "zooms about the selected task"
        await lab.press("end")
        assert "task 4" in lab.row(3), "and selecting brings a task into view"


async def test_zoom_has_ends_and_the_picture_stays() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.pool_of_threads())
        fitted = lab.timeline.view
        await lab.press("home", *["+"] * 40)
        await lab.until(lambda: "µs" in lab.row(0))
        assert "0.0 to 7.5 µs of 201 ms" in (lab.timeline.border_subtitle or "")
        await lab.press("end")
        await lab.until(lambda: lab.static("#queue-label").startswith("100"))
        assert "+" in lab.row(0), "far from zero the ruler counts from a time that stands beside it"
        await lab.press(*["-"] * 60)
        assert lab.timeline.view == fitted
        await lab.until(lambda: "100 ms" in lab.row(0))
        assert (lab.timeline.border_subtitle or "").startswith("all of 201 ms")


async def test_a_run_under_way_is_followed_or_not() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.under_way(), at(450))

        def subtitle() -> str:
            return lab.timeline.border_subtitle or ""

        now = 450_000_000

        assert "not following" not in subtitle()
        await lab.press("f")
        await lab.until(lambda: subtitle() == "not following: f")
        await lab.press("f")
        await lab.until(lambda: subtitle() == "")
        await lab.press("+", "+")
        view = lab.timeline.view
        assert view.cell(now) == view.width - 1, "now stays at the right edge"
        await lab.until(lambda: subtitle() == f"the last {view.scale * view.width / 1e6:.0f} ms")
        await lab.press(",")
        await lab.until(lambda: subtitle().endswith(" · not following: f"))
        assert lab.timeline.view.left == view.left - view.width // 4
        await lab.press("f")
        assert lab.timeline.view == view
        await lab.press("0")
        await lab.until(lambda: subtitle() == "")


async def test_all_that_can_happen_has_its_glyph() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.under_way(), at(450))
        assert names(lab) == [f"process {number}" for number in (1, 2, 3, 4)]
        one, two, three, four = (lab.row(y).rstrip() for y in range(2, 6))
        assert one.startswith("░"), "starting up"
        assert "▓" in two, "failed"
        assert two.endswith("╌╌╌"), "returning"
        assert three.endswith("×"), "died"
        assert four.endswith("█"), "running"
        assert lab.static("#queue-label").strip() == "queue 3"
        assert "██ busy" in lab.words("#legend")
        await lab.show(builders.failed())
        assert "▒" in lab.row(4), "lost"


def plain(used: Used, width: int, lines: int, spent: Spent | None = None) -> str:
    run = observed()
    shared = None if spent is None else (run, spent)
    return legend_text(used, width, lines, lambda _: Style(), shared).plain


def test_a_legend_has_what_is_drawn_in_as_many_words_as_fit() -> None:
    run = observed()
    used: Used = {sign: [run] for sign in (Kind.BUSY, Kind.PARTLY, Kind.DIED, Mark.START)}
    assert plain(used, 60, 2).split("\n") == [
        "██ busy  ▖ busy for part of the cell  × worker died",
        "▌ start of a task",
    ]
    assert plain(used, 40, 1) == "██ busy  ▖ part  × died  ▌ task"
    assert plain(used, 21, 1) == "██ busy  ▖×▌ see ?"
    assert plain({}, 40, 1) == ""


def test_a_legend_of_states_has_shares_and_the_largest_first() -> None:
    run = observed()
    spent = nothing()
    spent[State.GIL_WAIT], spent[State.RUNNING], spent[State.LOCK] = 700, 290, 10
    used: Used = {sign: [run] for sign in (Kind.STARTING, State.RUNNING, State.GIL_WAIT)}
    assert plain(used, 100, 1, spent) == (
        "≡≡ waiting for the GIL 70 %  ▇▇ running 29 %  ╪╪ lock 1 %  ░ worker starting up"
    )
    assert plain(used, 48, 1, spent) == "≡≡ GIL 70 %  ▇▇ run 29 %  ╪╪ lock 1 %  ░ start"
    assert plain(used, 39, 1, spent) == "≡≡ GIL 70 %  ▇▇ run 29 %  ░ start", (
        "what is drawn is first"
    )
    assert plain(used, 25, 1, spent) == "≡≡ GIL  ▇▇ run  ░ start"


@given(
    histories(),
    st.randoms(use_true_random=False),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 7),
    st.integers(25, 150),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_a_legend_names_every_glyph_of_any_picture(
    history: History,
    random: Random,
    seen: bool,
    by_state: bool,
    selected: int | None,
    width: int,
    lines: int,
    height: int,
) -> None:
    run = observed_run(history, random if seen else None)
    view = Viewport.fit(max(1, run.finished - run.started), width)
    rows = Rows(run, by_state)
    segments = [rows.row(worker, view, run.finished) for worker in run.workers]
    segments += [task_row(run, task, view, run.finished) for task in range(len(run.tasks))]
    painted = [line for row in segments for line in paint_lane(row, width, height, selected)]
    used = signs_of([(run, painted)])
    said = legend_text(used, width, lines, lambda _: Style(), (run, Spending(run).of_run()))
    drawn = {c for line in painted for c in line.text if not c.isalnum() and c != " "}
    kinds = {segment.kind.glyph for row in segments for segment in row}
    assert drawn <= {sign.glyph for sign in used} <= drawn | kinds, "all that is drawn"
    assert kinds <= {sign.glyph for sign in used}, "by its glyph, or its colour alone"
    assert {sign.glyph for sign in used} <= set(said.plain)
    written = said.plain.split("\n")
    assert len(written) <= lines
    assert max(map(len, written)) <= width


@pytest.mark.parametrize("size", [SHORT, FULL, LARGE])
async def test_every_glyph_on_the_screen_is_explained_below_it(size: tuple[int, int]) -> None:
    async with opened(size=size) as lab:
        for run, now in (
            (builders.pool_of_threads(), None),
            (builders.under_way(), at(450)),
            (builders.failed(), None),
            (builders.every_state(), None),
            (builders.many(5_000), None),
            (observed(), None),
        ):
            await on_timeline(lab, run, now)
            for key in ("", "v", "b", "v", "end", "home", "b"):
                await lab.press(*[key] * bool(key))
                await lab.until(lambda: explained(lab))


def explained(lab: Driver) -> bool:
    """Whether the lines below the timeline have all glyphs of its rows."""
    rows = "".join(lab.text("#cells").split("\n")[2:])
    drawn = {each for each in rows if not each.isalnum() and each not in (" ", TIME_LINE)}
    said = lab.text("#legend")
    left_to_the_help = "".join(re.findall(r"(\S+) see \?", said))
    return all(f"{glyph} " in f"{said} " or glyph in left_to_the_help for glyph in drawn)


async def test_bars_by_state_and_by_task() -> None:
    async with opened() as lab:
        await on_timeline(lab, observed())
        row = lab.row(2)
        assert "task 0" in row
        assert {"▇", "≡"} <= set(row)
        assert "waiting for the GIL 50 %" in lab.words("#legend")
        await lab.press("v")
        assert {"█"} <= set(lab.row(2))
        assert not {"▇", "≡"} & set(lab.row(2))
        assert "busy" in lab.words("#legend")
        await lab.press("v", "b")
        assert "≡" in lab.row(2), "rows by task have states, too"


async def test_zoomed_in_a_bar_shows_the_state_at_each_sample() -> None:
    async with opened() as lab:
        await on_timeline(lab, observed(most=12))
        for _ in range(3):
            await lab.press("plus")
        assert set(lab.row(2).strip()) <= set("▌▇ task0")


async def test_what_was_not_observed_is_shown_as_busy_and_as_no_state() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.pool_of_threads())
        cells = "".join(lab.row(y) for y in (2, 3, 4))
        assert not {kind.glyph for kind in State} & set(cells)
        assert "not seen" in lab.static("#summary-text")


async def test_keys_before_any_run_do_nothing() -> None:
    async with opened() as lab:
        await lab.go("4", "timeline")
        keys = ("left", "right", "up", "down", "home", "end", "pageup", "pagedown")
        await lab.press(*keys, *"+-0,.fb=", "shift+left", "shift+right")
        await lab.click("#cells", offset=(3, 3))
        await lab.wheel("#cells", down=True)
        await lab.wheel("#cells", down=False, control=True)
        assert lab.timeline.selected is None
        await lab.show(builders.pool_of_threads())
        await lab.until(lambda: lab.row(2).startswith("▌██"))


# -- the mouse --


async def test_a_click_selects_the_task_under_it() -> None:
    async with opened() as lab:
        await lab.show(builders.pool_of_threads())
        far = lab.width * 3 // 4
        high = lab.timeline.row_height
        assert high > 1, "there is room"
        for line in (0, 1):
            for cell, row, task in [(3, 0, 0), (far, 1, 4), (3, 2, 2)]:
                await lab.click("#cells", offset=(cell, 2 + row * high + line))
                assert lab.timeline.selected == task
        assert lab.focus == "timeline"
        for nowhere in ((3, 0), (3, 1), (far, 2 + 2 * high)):
            await lab.click("#cells", offset=nowhere)
            assert lab.timeline.selected == 2
        await lab.press("b")
        await lab.until(lambda: len(names(lab)) == 5)
        await lab.click("#cells", offset=(3, 2 + 3 * lab.timeline.row_height))
        await lab.until(lambda: lab.timeline.selected == 3)


async def test_a_click_on_a_cell_of_many_tasks_selects_one_that_ran_then() -> None:
    async with opened() as lab:
        await lab.show(builders.many(5_000))
        middle = lab.width // 2
        await lab.click("#cells", offset=(middle, 3))
        await lab.until(lambda: lab.timeline.selected is not None)
        task = lab.timeline.selected
        assert task is not None
        assert task % 8 == 1, "of the second worker"
        assert task == pytest.approx(2_500, abs=60)


async def test_the_wheel_scrolls_and_with_control_zooms() -> None:
    async with opened() as lab:
        await lab.show(builders.hundred())
        await lab.wheel("#cells", down=True)
        await lab.until(lambda: names(lab)[0] == "thread 4")
        await lab.wheel("#cells", down=False)
        await lab.until(lambda: names(lab)[0] == "thread 1")
        scale = lab.timeline.view.scale
        await lab.wheel("#cells", down=False, control=True)
        await lab.until(lambda: lab.timeline.view.scale < scale)
        await lab.wheel("#cells", down=True, control=True)
        await lab.until(lambda: abs(lab.timeline.view.scale - scale) <= 1)


# -- more rows than fit --


async def test_a_hundred_workers_scroll() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.hundred())
        timeline = lab.timeline
        high = lab.height
        assert 5 < high < 100
        assert len(names(lab)) == timeline.rows == high
        assert timeline.border_subtitle == f"all of 200 ms · workers 1–{high} of 100"
        await lab.press("pagedown")
        assert names(lab)[0] == f"thread {high}", "a row of the page before stays"
        await lab.press("pageup")
        assert names(lab)[0] == "thread 1"
        await lab.press(*["pagedown"] * 30)
        assert names(lab)[-1] == "thread 100"
        assert timeline.border_subtitle == f"all of 200 ms · workers {101 - high}–100 of 100"
        assert "task 99" in lab.row(1 + high)
        await lab.press("home")
        assert names(lab)[0] == "thread 1", "the selected task is brought into view"
        await lab.press(*["down"] * high)
        assert timeline.selected == high
        assert names(lab)[-1] == f"thread {high + 1}"
        await lab.press("end")
        assert names(lab)[-1] == "thread 100"


async def test_a_larger_terminal_shows_more_rows_without_a_gap() -> None:
    async with opened(size=SHORT) as lab:
        await on_timeline(lab, builders.hundred())
        await lab.press("end")
        assert names(lab)[-1] == "thread 100"
        await lab.resize(120, 60)
        await lab.until(lambda: len(names(lab)) == lab.height)
        assert names(lab)[-1] == "thread 100"


async def test_twenty_thousand_tasks_at_any_zoom() -> None:
    async with opened() as lab:
        await on_timeline(lab, builders.many(20_000))
        timeline = lab.timeline

        def painted() -> int:
            return len(timeline._cells._rows)

        high = timeline.row_height
        assert painted() == 2 + 8 * high
        assert set(lab.row(2).rstrip("▖ ")) == {"█"}
        for keys in ("+" * 6, "-" * 4, "0"):
            await lab.press(*keys)
            assert painted() == 2 + 8 * high
        await lab.press("end")
        assert timeline.selected == 19_999
        await lab.press(*["+"] * 12)
        await lab.until(lambda: "task 19999" in lab.text("#cells"))

        await lab.press("b")
        assert painted() == 2 + lab.height
        assert names(lab)[-1] == "task 19999"
        assert (timeline.border_subtitle or "").endswith(
            f"tasks {20_001 - lab.height}–20000 of 20000"
        )
        await lab.press("0", "home")
        assert painted() == 2 + lab.height
        assert names(lab)[0] == "task 0"
        await lab.press("pagedown", *["+"] * 8)
        assert painted() == 2 + lab.height
