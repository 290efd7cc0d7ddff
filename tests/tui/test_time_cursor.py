"""A run as of any time: the cursor by keyboard and mouse, by a clock that the test sets."""

from __future__ import annotations

import pytest

from concviz.model.run import Run
from concviz.trace import events
from concviz.tui.time_cursor import SPEEDS, TimeCursor
from concviz.tui.widgets.output import HEADING
from tests import builders
from tests.builders import ZERO, at
from tests.tui.driving import FULL, LARGE, SHORT, Driver, opened

LINE = "┃"
MS = 1_000_000


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def place(lab: Driver) -> float | None:
    """Where the cursor is, in milliseconds of the run."""
    t = lab.lab.view.cursor.at
    return None if t is None else (t - ZERO) / MS


async def goes_on(lab: Driver, clock: Clock, ms: float) -> None:
    """So much time passes, and the lab has seen that."""
    clock.now += round(ms * MS)
    await lab.until(lambda: not lab.lab.view.moves or lab.lab.view.cursor.seen == clock.now)


def marked(lab: Driver) -> set[int]:
    """In which columns of the rows the line is."""
    rows = lab.text("#cells").split("\n")[1:]
    return {row.index(LINE) for row in rows if LINE in row}


async def test_steps_go_from_event_to_event_and_all_panes_are_as_of_then() -> None:
    async with opened(clock=Clock()) as lab:
        await lab.show(builders.pool_of_threads())
        whole = lab.row(4)
        assert place(lab) is None
        assert LINE not in lab.text("#cells")
        await lab.press("(")
        assert place(lab) == 0
        await lab.press("]")
        assert place(lab) == 100, "the first three end"
        said = lab.words("#summary")
        assert "0.1 s" in said
        assert "took" not in said
        await lab.press("[")
        assert place(lab) == 0
        assert "3 running, 2 queued" in lab.words("#summary")
        assert "queue 2" in lab.static("#queue-label")
        assert HEADING not in lab.text("#output")
        assert "Task 3" not in lab.text("#output")
        assert "Task 2: Starting" in lab.text("#output")
        lab.timeline.focus()
        await lab.press("home")
        assert "task 0 running" in lab.words("#task")
        await lab.press("]")
        assert "task 0 finished" in lab.words("#task")
        await lab.press("escape")
        assert place(lab) is None
        assert "took" in lab.words("#summary")
        assert HEADING in lab.text("#output")
        assert lab.row(4) == whole


async def test_stepping_back_from_the_end_and_on_to_it_again() -> None:
    async with opened(clock=Clock()) as lab:
        await lab.show(builders.pool_of_threads())
        seen = []
        while place(lab) != 0:
            await lab.press("[")
            seen.append(place(lab))
        assert seen == [200, 101, 100, 0]
        await lab.press("[")
        assert place(lab) == 0, "nothing was before it"
        for _ in range(8):
            await lab.press("]")
        assert place(lab) == 201, "the end of the run"
        assert "took" in lab.words("#summary")


async def test_nothing_is_drawn_behind_the_line_through_all_rows() -> None:
    async with opened(clock=Clock()) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.press("(", "]")
        (column,) = marked(lab)
        assert column == pytest.approx(lab.timeline.window_ns and lab.width / 2, abs=1)
        for y in range(2, 5):
            assert lab.row(y)[column] == LINE
            assert not lab.row(y)[column + 1 :].strip()
        assert "0.1000 s of 0.201 s, paused" in lab.row(0)
        assert f"{LINE} time" in lab.words("#legend")


async def test_play_pause_speed_and_the_end() -> None:
    clock = Clock()
    async with opened(clock=clock) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.press("space")
        assert place(lab) == 0, "from the start"
        await goes_on(lab, clock, 50)
        assert place(lab) == 50
        await lab.until(lambda: "0.050 s of 0.201 s, 1×" in lab.row(0))
        await lab.press(">")
        await goes_on(lab, clock, 20)
        assert place(lab) == 90, "twice as fast"
        await lab.until(lambda: "0.090 s of 0.201 s, 2×" in lab.row(0))
        await lab.press("space")
        clock.now += 10**9
        await lab.press("<")
        assert place(lab) == 90
        assert "paused" in lab.row(0)
        await lab.press("space")
        await goes_on(lab, clock, 60)
        assert place(lab) == 150
        await lab.until(lambda: "0.1 s 3 of 5 done" in lab.words("#summary"))
        await goes_on(lab, clock, 500)
        assert place(lab) == 201
        assert not lab.lab.view.moves
        assert "took" in lab.words("#summary")
        await lab.press("space")
        assert place(lab) == 0, "once more"


async def test_looping_and_the_limits_of_speed() -> None:
    clock = Clock()
    async with opened(clock=clock) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.press("l", "space")
        await goes_on(lab, clock, 251)
        assert place(lab) == 50
        await lab.until(lambda: "loop" in lab.row(0))
        await lab.press(*">" * 12)
        assert lab.lab.view.cursor.speed == SPEEDS[-1] == 100
        await lab.press(*"<" * 12)
        assert lab.lab.view.cursor.speed == SPEEDS[0] == 0.1
        await lab.press("l", "space")
        assert "paused" in lab.row(0)
        assert "loop" not in lab.row(0)


async def test_larger_steps_are_a_part_of_what_is_in_view() -> None:
    async with opened(clock=Clock()) as lab:
        await lab.show(builders.pool_of_threads())
        window = lab.timeline.window_ns / MS
        await lab.press("(", "}")
        assert place(lab) == pytest.approx(window / 20, abs=0.001)
        await lab.press("}", "{")
        assert place(lab) == pytest.approx(window / 20, abs=0.001)
        await lab.press("4", "+", "+", "}")
        assert place(lab) == pytest.approx(window / 20 + window / 80, abs=0.01)
        await lab.press(")")
        assert place(lab) == 201
        assert LINE in lab.text("#cells"), "it is brought into view"


async def test_a_click_on_the_ruler_goes_there() -> None:
    async with opened(clock=Clock()) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.click("#cells", offset=(20, 0))
        assert marked(lab) == {20}
        await lab.click("#cells", offset=(7, 0))
        assert marked(lab) == {7}


async def test_the_key_bar_and_the_palette_know_the_cursor() -> None:
    async with opened(clock=Clock()) as lab:

        def titles() -> set[str]:
            return {command.title for command in lab.app.get_system_commands(lab.app.screen)}

        assert "Play" not in lab.text("KeyBar")
        await lab.press("space")
        await lab.until(lambda: "There is no run to play" in lab.text())
        await lab.show(builders.pool_of_threads())
        await lab.until(lambda: "Space Play" in lab.words("KeyBar"))
        assert "Leave the time cursor" not in titles()
        await lab.press("space")
        await lab.until(lambda: "Space Pause" in lab.words("KeyBar"))
        for words in ("Step", "Speed", "Loop", "Esc Whole run", "q Quit"):
            assert words in lab.words("KeyBar")
        assert {"Leave the time cursor", "Event before", "Faster", "Loop"} <= titles()
        await lab.press("escape")
        await lab.until(lambda: "c Compare" in lab.words("KeyBar"))


async def test_another_run_begins_without_a_cursor_and_keeps_the_speed() -> None:
    async with opened(clock=Clock()) as lab:
        await lab.show(builders.pool_of_threads())
        await lab.press(">", "l", "space")
        await lab.show(builders.failed())
        assert place(lab) is None
        assert not lab.lab.view.moves
        assert lab.lab.view.cursor.speed == 2
        assert lab.lab.view.cursor.looping


@pytest.mark.parametrize(
    "run",
    [
        builders.pool_of_threads,
        builders.failed,
        builders.every_state,
        builders.printing_hostile,
        builders.observed,
        builders.hundred,
    ],
)
async def test_any_run_at_any_time_in_any_size(run: object) -> None:
    assert callable(run)
    made = run()
    assert isinstance(made, Run)
    sizes = [SHORT, FULL, LARGE, (60, 16)]
    async with opened(clock=Clock()) as lab:
        await lab.show(made)
        lab.timeline.focus()
        await lab.press("home", "(")
        for number, keys in enumerate(
            ("]]]}}", "b0", "v", "+", "}", "b0", "[[", "v", "0", ")", "[")
        ):
            if number % 3 == 0:
                await lab.resize(*sizes[number // 3])
            await lab.press(*keys)
            rows = lab.text("#cells").split("\n")
            assert any(LINE in row for row in rows), keys
            assert " s" in rows[0]


async def test_states_of_a_run_under_way_are_those_of_the_time() -> None:
    async with opened(clock=Clock()) as lab:
        await lab.show(builders.every_state())
        await lab.press("(")
        lab.lab.view.cursor.seek(at(120))
        await lab.press("l")
        assert "lock" in lab.words("#legend")
        assert "I/O" in lab.words("#legend")
        assert "other" not in lab.words("#legend"), "that came at the end"


async def test_a_task_that_nobody_had_heard_of_by_then_is_not_selected() -> None:
    run = Run()  # without a plan: tasks are those that are told of
    told: list[events.AnyEvent] = [events.RunStarted(ZERO)]
    for number, ms in enumerate((0, 100, 200)):
        told += [
            events.TaskSubmitted(at(ms), number),
            events.TaskStarted(at(ms + 1), number, "w"),
            events.TaskFinished(at(ms + 50), number, None, None),
        ]
    run.apply([*told, events.RunFinished(at(300), None), events.RunnerExited(at(301), 0)])
    async with opened(clock=Clock()) as lab:
        await lab.show(run)
        await lab.go("4", "timeline")
        await lab.press("end")
        assert lab.timeline.selected == 2
        await lab.press("(", "]", "]", "]")
        assert lab.timeline.selected is None
        assert "Select a task" in lab.words("#task")
        await lab.press("right", "right", "b", "down", "+", "v", "[", "[", "b", "left")
        await lab.press(")", "end")
        assert lab.timeline.selected == 2


def test_the_end_is_not_said_to_lie_beyond_itself() -> None:
    run, cursor = builders.pool_of_threads(), TimeCursor()
    cursor.begin(run)
    cursor.reach(run.started + 338_480_000, growing=False)
    cursor.seek(run.started + 338_480_000)
    assert cursor.words() == "0.338 s of 0.338 s, paused"
    cursor.seek(run.started + 338_020_000)
    assert cursor.words() == "0.3380 s of 0.338 s, paused"
