"""What the lab looks like, on runs that are made up.

``pytest --snapshot-update`` takes new pictures: look at them before you keep them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from concviz.experiments.compare import Compared
from concviz.experiments.sweep import Swept
from concviz.trace.plan import Plan
from concviz.tui.app import ConcvizApp
from tests import builders
from tests.builders import LAB_ENVIRONMENT, at
from tests.plans import plan_of
from tests.tui.driving import FULL, SHORT, Driver, begin, settle

Compare = Callable[..., bool]
Act = Callable[[Driver], Awaitable[None]]


async def under_way(lab: Driver) -> None:
    await lab.show(builders.under_way(), at(450))


async def over(lab: Driver) -> None:
    await lab.show(builders.failed())
    await lab.go("4", "timeline")
    await lab.press("home", "down")
    await lab.until(lambda: "Traceback" in lab.static("#task-text"))


async def by_task(lab: Driver) -> None:
    await lab.show(builders.failed())
    await lab.go("4", "timeline")
    await lab.press("b")


async def states(lab: Driver) -> None:
    await lab.show(builders.every_state())
    await lab.go("4", "timeline")
    await lab.press("home")


async def help_screen(lab: Driver) -> None:
    await lab.go("4", "timeline")
    await lab.press("?")
    await lab.until(lambda: "Escape closes" in lab.text())
    await lab.until(lambda: "Each row is a worker" in lab.text())


async def compared(lab: Driver) -> None:
    screen = await begin(lab, "c")
    screen.show(Compared(builders.comparison(), {"threads": 4.0}))
    await settle(lab.pilot)


async def swept(lab: Driver) -> None:
    screen = await begin(lab, "s")
    screen.show(Swept(builders.sweep()))
    await settle(lab.pilot)


PLAN = plan_of(builders.failed())
PICTURES: dict[str, tuple[Act, tuple[int, int], str, Plan]] = {
    "under-way-80x24": (under_way, SHORT, "textual-dark", PLAN),
    "over-light": (over, FULL, "textual-light", PLAN),
    "by-task-ansi": (by_task, FULL, "ansi-dark", PLAN),
    "states": (states, FULL, "textual-dark", plan_of(builders.every_state())),
    "states-80x24-ansi": (states, SHORT, "ansi-light", plan_of(builders.every_state())),
    "help": (help_screen, FULL, "textual-dark", Plan()),
    "compare": (compared, FULL, "textual-dark", Plan()),
    "compare-80x24-ansi": (compared, SHORT, "ansi-dark", Plan()),
    "sweep-80x24-light": (swept, SHORT, "textual-light", Plan()),
    "sweep": (swept, FULL, "ansi-light", Plan()),
    "smallest": (under_way, (60, 16), "textual-light", PLAN),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, snap_compare: Compare) -> None:
    act, size, theme, plan = PICTURES[name]
    app = ConcvizApp(plan, LAB_ENVIRONMENT, theme=theme)

    async def before(pilot: Pilot[None]) -> None:
        lab = Driver(app, pilot)
        await lab.until(lambda: lab.focus is not None)
        await act(lab)

    assert snap_compare(app, terminal_size=size, run_before=before)
