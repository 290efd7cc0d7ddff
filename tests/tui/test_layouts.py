"""Every size of terminal: what must be seen is seen, and nothing breaks."""

from __future__ import annotations

import pytest
from textual.widget import Widget

from concviz.model.tasks import Outcome
from concviz.trace.plan import Plan
from concviz.tui.arrangement import PANELS
from concviz.tui.widgets.key_bar import KeyBar
from concviz.tui.widgets.tab_bar import TabBar
from tests import builders
from tests.builders import at
from tests.tui.driving import FULL, LARGE, SHORT, Driver, opened

CONTROLS = ("strategy", "workload", "workers")
PANES = (*CONTROLS, "timeline", *PANELS)


def seen(lab: Driver) -> dict[str, Widget]:
    """The panes that have a place on the screen."""
    panes = {name: lab.lab.query_one(f"#{name}") for name in PANES}
    return {name: pane for name, pane in panes.items() if pane.region and pane.is_on_screen}


def check_places(lab: Driver) -> None:
    """What is seen is inside of the screen, and nothing covers anything else."""
    region = lab.app.screen.region
    shown = list(seen(lab).items())
    for name, pane in shown:
        assert region.contains_region(pane.region), name
    for at_, (name, pane) in enumerate(shown):
        for other_name, other in shown[at_ + 1 :]:
            assert not pane.region.overlaps(other.region), f"{name} and {other_name}"
    key_bar = lab.lab.query_one(KeyBar)
    assert key_bar.region.bottom == region.bottom
    ours = ("x Stop",) if lab.running else ("r Run", "c Compare", "s Sweep")
    for words in (*ours, "^p Palette", "? Help", "q Quit"):
        assert words in lab.text(key_bar)
    top = lab.text("EnvironmentBar")
    assert " × number " in top
    assert " on thread-pool" in top
    assert ("CPython 3.13.1, GIL on" if lab.app.size.width > 100 else "Python 3.13.1") in top


@pytest.mark.parametrize("size", [FULL, LARGE, (110, 34)])
async def test_all_panes_where_there_is_room(size: tuple[int, int]) -> None:
    plan = Plan(strategy="process-pool")
    async with opened(plan, size=size) as lab:
        await lab.show(builders.pool_of_threads())
        assert set(seen(lab)) == set(PANES)
        check_places(lab)
        assert not lab.lab.query_one(TabBar).region
        for number, name in enumerate(PANES, start=1):
            assert f"─ [{number}] {name.title()} ─" in lab.text(f"#{name}")
        assert "process-pool" in lab.words("#strategy")
        assert "ProcessPoolExecutor" in lab.words("#strategy")
        for field in ("duration, s", "tasks"):
            assert field in lab.text("#workload")
        for words in ("workers", "start", "chunk size", "Run ", "Stop (x)"):
            assert words in lab.text("#workers")
        assert "took" in lab.text("#summary")
        assert "speedup" in lab.text("#summary")
        assert "task 0" in lab.text("#output")
        assert "def process_pool(call, items, workers, context" in lab.words("#code")
        assert "yield item" in lab.text("#code")
        assert "type hints and docstrings hidden" in lab.text("#code")
        check_no_horizontal_bars(lab)
        if size[0] >= FULL[0]:
            assert "def sleep(i, seconds):" in lab.text("#code")
        assert "Select a task" in lab.text("#task")


@pytest.mark.parametrize("size", [(60, 16), (109, 60), (200, 33)])
async def test_tabs_where_there_is_less(size: tuple[int, int]) -> None:
    async with opened(size=size) as lab:
        await lab.show(builders.pool_of_threads())
        shown = seen(lab)
        assert {"strategy", "timeline", "summary"} <= set(shown)
        assert not {"output", "code", "task"} & set(shown)
        tabs = lab.lab.query_one(TabBar)
        assert lab.words("#tabs") == "Summary Output Code Task"
        assert "thread 1" in lab.text("#timeline")
        assert "thread 3" in lab.text("#timeline")
        assert "took" in lab.text("#summary")
        for name in PANELS[1:]:
            await lab.click("#tabs", (tabs.place_of(name)[0], 0))
            await lab.until(lambda name=name: name in seen(lab))  # type: ignore[misc]
            assert "summary" not in seen(lab)


async def test_what_is_seen_at_80_by_24() -> None:
    async with opened(size=SHORT) as lab:
        await lab.show(builders.pool_of_threads())
        assert set(seen(lab)) == {*CONTROLS, "timeline", "summary"}
        check_places(lab)
        for words in ("workers", "Run ", "Stop (x)"):
            assert words in lab.text("#workers")
        for words in ("duration, s", "tasks"):
            assert words in lab.text("#workload")
        assert "thread-pool" in lab.text("#strategy")
        await lab.press("down", "down")
        assert lab.lab.plan.strategy == "process-pool"
        assert "process-pool" in lab.text("#strategy")
        for words in ("workers", "start", "chunk size"):
            assert words in lab.text("#workers")
        assert lab.width >= 34


async def test_the_controls_fold_away_and_come_back_when_they_are_needed() -> None:
    async with opened(size=SHORT) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.press("z")
        assert set(seen(lab)) == {"timeline", "summary"}
        assert lab.lab.query_one("#timeline").region.width == 80
        assert lab.focus == "timeline", "what had the focus is not there"
        assert "z Unfold" in lab.text(lab.lab.query_one(KeyBar))
        await lab.resize(80, 36)
        assert set(seen(lab)) == {"timeline", *PANELS}, "there is room for all of them now"
        await lab.resize(*SHORT)
        await lab.press("1")
        assert set(seen(lab)) == {*CONTROLS, "timeline", "summary"}
        assert lab.focus == "strategies"
        await lab.press("z", "z")
        assert set(CONTROLS) <= set(seen(lab))
        lab.lab.controls.form.put("tasks", "0")
        await lab.press("z", "r")
        await lab.until(lambda: set(CONTROLS) <= set(seen(lab)))
        assert not lab.running


async def test_the_timeline_has_what_its_rows_need_and_no_more() -> None:
    async with opened(size=FULL) as lab:
        await lab.show(builders.pool_of_threads())
        timeline = lab.lab.query_one("#timeline")
        few = timeline.region.height
        await lab.show(builders.hundred())
        await lab.until(lambda: timeline.region.height > few)
        assert lab.lab.query_one("#summary").region.height >= 7
        await lab.show(builders.pool_of_threads())
        await lab.until(lambda: timeline.region.height == few)
        await lab.go("4", "timeline")
        await lab.press("b")
        await lab.until(lambda: "task 4" in lab.text("#names"))
        check_places(lab)


async def test_at_a_large_size_nothing_scrolls_while_there_is_room() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(builders.printing_hostile())
        check_no_horizontal_bars(lab)
        await lab.show(builders.every_state())
        for name in PANELS:
            pane = lab.lab.query_one(f"#{name}")
            assert pane.max_scroll_y == 0, name
            assert not pane.show_horizontal_scrollbar, name
        check_no_horizontal_bars(lab)


def check_no_horizontal_bars(lab: Driver) -> None:
    """None takes a line."""
    for pane in lab.lab.query("#body *"):
        assert not pane.scrollbar_size_horizontal, pane


@pytest.mark.parametrize("size", [(59, 16), (60, 15), (20, 5)])
async def test_too_small_says_so_and_the_lab_comes_back(size: tuple[int, int]) -> None:
    async with opened(size=size) as lab:
        assert not seen(lab)
        said = lab.words("#too-small")
        assert "too small" in said
        if size[0] > 50:
            assert "60 columns and 16 rows" in said
        for pane in range(1, 9):  # there is none to go to
            await lab.press(str(pane))
        await lab.resize(60, 16)
        await lab.until(lambda: "timeline" in seen(lab))
        assert not lab.lab.query_one("#too-small").region
        await lab.show(builders.pool_of_threads())
        assert "thread 1" in lab.text("#timeline")
        await lab.resize(*size)
        await lab.until(lambda: not seen(lab))
        await lab.resize(*FULL)
        await lab.until(lambda: set(seen(lab)) == set(PANES))
        await lab.until(lambda: "task 3" in lab.row(2))
        check_places(lab)


async def test_resizing_in_the_middle_of_a_run() -> None:
    async with opened(Plan(workload="number", tasks=4, duration_s=60)) as lab:
        await lab.press("r")
        await lab.until(lambda: lab.run.count(Outcome.RUNNING) == 3)
        for size in (SHORT, (40, 10), (1, 1), LARGE, (61, 17), FULL):
            await lab.resize(*size)
            assert lab.running
        await lab.press("x")
        await lab.until(lambda: not lab.running)
        await lab.until(lambda: "3 stopped, 1 not started" in lab.words("#summary"))
        key_bar = lab.lab.query_one(KeyBar)
        await lab.until(lambda: "r Run" in lab.text(key_bar))
        assert lab.timeline.view.width == lab.width
        assert "task 0" in lab.text("#cells")
        check_places(lab)


async def test_a_finished_run_is_fitted_to_the_new_size() -> None:
    async with opened() as lab:
        await lab.show(builders.pool_of_threads())
        before = len(lab.row(2).strip("╌ "))
        assert before > 0.9 * lab.width
        await lab.resize(*LARGE)
        await lab.until(lambda: len(lab.row(2).strip("╌ ")) > 0.9 * lab.width)
        await lab.resize(*SHORT)
        await lab.until(lambda: len(lab.row(2).strip("╌ ")) > 0.9 * lab.width)
        await lab.until(lambda: "task 3" in lab.row(2))


SIZES = ((2, 40), (250, 80), (13, 13), (1, 1))


async def test_no_size_breaks_anything() -> None:
    async with opened(size=(1, 1)) as lab:
        await lab.show(builders.under_way(), at(450))
        lab.timeline.focus()
        for size in SIZES:
            await lab.resize(*size)
            await lab.press("b", "end")
            assert len(lab.text().split("\n")) == size[1]
        await lab.resize(*FULL)
        await lab.until(lambda: "process 1" in lab.text("#names"))
        assert "task 1" in lab.row(2), "and the picture is not as coarse as it had to be"
