"""What the lab looks like, on runs that are made up.

``pytest --snapshot-update`` takes new pictures: look at them before you keep them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from concviz.model.plan import Plan
from concviz.tui.app import ConcvizApp
from tests.export.made import at
from tests.tui import made
from tests.tui.driving import ENVIRONMENT, FULL, LARGE, SHORT, Driver

Compare = Callable[..., bool]
Act = Callable[[Driver], Awaitable[None]]


async def nothing(lab: Driver) -> None:
    await lab.until(lambda: "def thread_pool(" in lab.static("#source"))


async def under_way(lab: Driver) -> None:
    await lab.show(made.under_way(), at(450))


async def over(lab: Driver) -> None:
    await lab.show(made.failed())
    await lab.go("4", "timeline")
    await lab.press("home", "down")
    await lab.until(lambda: "Traceback" in lab.static("#task-text"))


async def by_task(lab: Driver) -> None:
    await lab.show(made.failed())
    await lab.go("4", "timeline")
    await lab.press("b")


async def crowd(lab: Driver) -> None:
    await lab.show(made.hundred())
    await lab.go("6", "output")


async def refused(lab: Driver) -> None:
    await lab.fill("tasks", "1e9")
    await lab.press("r")


async def help_screen(lab: Driver) -> None:
    await lab.go("4", "timeline")
    await lab.press("?")
    await lab.until(lambda: "Escape closes" in lab.text())
    await lab.until(lambda: "Each row is a worker" in lab.text())


PLAN = made.failed().plan
PICTURES: dict[str, tuple[Act, tuple[int, int], str, Plan]] = {
    "nothing-yet": (nothing, FULL, "textual-dark", Plan()),
    "under-way-80x24": (under_way, SHORT, "textual-dark", PLAN),
    "over-light": (over, FULL, "textual-light", PLAN),
    "by-task-ansi": (by_task, FULL, "ansi-dark", PLAN),
    "crowd-200x60": (crowd, LARGE, "textual-dark", Plan(strategy="threads", tasks=100)),
    "refused-80x24": (refused, SHORT, "textual-dark", Plan()),
    "help": (help_screen, FULL, "textual-dark", Plan()),
    "smallest": (under_way, (60, 16), "textual-light", PLAN),
    "too-small": (nothing, (50, 12), "textual-dark", Plan()),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, snap_compare: Compare) -> None:
    act, size, theme, plan = PICTURES[name]
    app = ConcvizApp(plan, ENVIRONMENT, theme=theme)

    async def before(pilot: Pilot[None]) -> None:
        lab = Driver(app, pilot)
        await lab.until(lambda: lab.focus is not None)
        await act(lab)

    assert snap_compare(app, terminal_size=size, run_before=before)
