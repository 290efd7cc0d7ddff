"""The lab with a program that nobody planned: as it comes, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from concviz.sources.feed import Feed
from concviz.sources.source import UNLIMITED
from concviz.trace.message import Message
from concviz.tui.widgets.output import OutputPane
from tests.builders import (
    FIVE_SCENES_MS,
    LAB_ENVIRONMENT,
    PID,
    SERVER_MS,
    at,
    five_scenes,
    made,
    pool_of_threads,
    server,
)
from tests.tui.driving import FULL, LARGE, SHORT, Driver, opened

HERE = f"Python {LAB_ENVIRONMENT.python}"


class Told:
    """Tells what it is given, up to a time that goes on when the test wants that."""

    plan = None
    lines = None
    behind = False

    def __init__(self, messages: Sequence[Message]) -> None:
        self._left = list(messages)
        self.until = 0

    def _due(self) -> int:
        times = [getattr(message, "t_ns", 0) for message in self._left]
        return sum(time <= self.until for time in times)

    @property
    def waiting(self) -> bool:
        return self._due() > 0

    @property
    def finished(self) -> bool:
        return not self._left

    def now(self) -> int:
        return self.until

    def late_ns(self, now: int) -> int:
        return 0

    def drain(self, budget_s: float = float("inf"), most: int = UNLIMITED) -> list[Message]:
        due = min(self._due(), most)
        given, self._left = self._left[:due], self._left[due:]
        return given

    def give_room(self, messages: int | None) -> None:
        pass

    def wait(self, timeout: float | None = None) -> bool:
        return True

    def stop(self) -> None:
        self._left = []

    def close(self) -> None:
        pass


def names(lab: Driver) -> list[str]:
    return lab.static("#row-labels").split()


async def test_it_is_shown_from_its_first_moment_to_its_last() -> None:
    source = Told(five_scenes().messages(FIVE_SCENES_MS))
    async with opened(size=LARGE) as lab:
        lab.app.lab.follow(Feed(source))
        source.until = at(3_000)
        await lab.until(lambda: "─" in lab.text("#cells"))
        assert "watching  five_scenes.py · pid 4700 · Python 3.14.0 · under way" in lab.text(
            "EnvironmentBar"
        )
        assert names(lab) == ["main"], "what its thread does is seen without a task"
        source.until = at(6_500)
        await lab.until(lambda: "Thread-5" in lab.static("#row-labels"))
        await lab.until(lambda: "3 running" in lab.text("#summary"))
        assert "1 process" in lab.text("#summary")
        source.until = at(FIVE_SCENES_MS + 10)
        await lab.until(lambda: not lab.running)
        assert "watched  five_scenes.py" in lab.text("EnvironmentBar")
        assert "exit status 0 · 11.18 s" in lab.text("EnvironmentBar")
        await lab.until(lambda: "20 finished" in lab.text("#summary"))
        assert "ThreadPoolExecutor, 3 workers: 5 tasks" in lab.flowing("#summary-text")
        assert "19 threads in 9 processes" in lab.flowing("#summary-text")
        assert "loop took 5 seconds" in lab.text("#output")


async def test_one_that_is_attached_to_is_let_go_and_not_stopped() -> None:
    told = made("server.py", how="attached")
    told.does(told.process(0, name="server.py"), 0, 900, sleep=1)
    source = Told(told.messages(1_000))
    async with opened() as lab:
        lab.app.lab.follow(Feed(source))
        source.until = at(500)
        await lab.until(lambda: "x Let go" in lab.text("KeyBar"))
        assert "Stop" not in lab.text("KeyBar")
        source.until = at(2_000)
        await lab.until(lambda: not lab.running)


async def test_controls_fold_away_for_it_and_come_back_for_a_plan() -> None:
    async with opened() as lab:
        await lab.show(server().run(SERVER_MS, 1))
        assert lab.app.lab.away
        bar = lab.text("KeyBar")
        for hint in ("Run", "Compare", "Sweep", "Fold"):
            assert f"{hint} " not in bar
        await lab.show(pool_of_threads())
        assert not lab.app.lab.away
        assert "Run" in lab.text("KeyBar")


async def test_helpers_share_a_row_until_somebody_wants_to_see_each() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(five_scenes().run(FIVE_SCENES_MS))
        assert "2 helper threads" in lab.static("#row-labels")
        await lab.press("4", "u")
        assert "QueueFeederThread" in lab.static("#row-labels")
        await lab.press("u")
        assert "QueueFeederThread" not in lab.static("#row-labels")


@pytest.mark.parametrize("size", [SHORT, FULL, LARGE])
async def test_names_of_threads_have_room_and_the_picture_has_the_rest(
    size: tuple[int, int],
) -> None:
    async with opened(size=size) as lab:
        await lab.show(server().run(SERVER_MS, 1))
        gutter = lab.app.lab.query_one("#names").size.width
        assert 12 <= gutter <= size[0] // 4
        assert "▼ready" in lab.text("#cells")
        await lab.show(pool_of_threads())
        assert lab.app.lab.query_one("#names").size.width == 12


async def test_a_task_is_called_by_its_label_and_says_where_it_ran() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(server().run(SERVER_MS, 1))
        await lab.press("4", "down", "right")
        told = lab.text("#task")
        assert "handle(6, '/images/6.png')  finished" in told
        assert "group      asyncio loop" in told
        assert f"pid {PID}, thread id {PID}" in told
        await lab.press("b")
        assert "handle(6, '/images/6.png')" in lab.static("#row-labels")
        assert "asyncio loop · 13 tasks" in lab.text("#cells")


async def test_lines_that_nobody_owns_have_no_column_for_who_said_them() -> None:
    told = made("x.py")
    told.process(0)
    told.prints(5, "[b]literally[/b]")
    async with opened() as lab:
        await lab.show(told.run(10))
        line = lab.app.lab.query_one(OutputPane).render_line(0).text
        assert line.rstrip() == "[b]literally[/b]"


async def test_as_of_a_time_only_what_was_there_is_shown() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(five_scenes().run(FIVE_SCENES_MS))
        await lab.press("4", "left_parenthesis", "right_square_bracket")
        assert "Process-1" not in lab.static("#row-labels")
        await lab.press("escape")
        assert "Process-1" in lab.static("#row-labels")


async def test_the_source_of_its_script_is_its_code() -> None:
    told = made("x.py")
    told.program = type(told.program)(argv=["x.py"], source='"""Said."""\nprint(1)\n')
    told.process(0)
    async with opened(size=LARGE) as lab:
        await lab.show(told.run(10))
        assert lab.code.rstrip() == '"""Said."""\nprint(1)'
