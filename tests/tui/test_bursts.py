"""Keys that come in one piece: they act in order, on what those before them have made."""

from __future__ import annotations

import asyncio

from textual import events

from concviz.trace.plan import Plan
from concviz.tui.screens.experiment import ExperimentScreen
from concviz.tui.screens.help import HelpScreen
from concviz.tui.screens.write import WriteScreen
from tests.builders.lab_runs import pool_of_threads
from tests.plans import plan_of
from tests.tui.driving import opened


async def test_keys_for_fields_lists_and_panes() -> None:
    async with opened(Plan(duration_s=0)) as lab:
        await lab.burst("3", "backspace", "1", "2")
        await lab.until(lambda: lab.number("workers").value == "12")
        assert lab.lab.plan.workers == 12
        await lab.burst("tab", "shift+tab", "4", "backspace", "5", "backspace", "3")
        await lab.until(lambda: lab.number("workers").value == "123")
        lab.number("workers").value = "2"
        lab.number("duration_s").focus()
        await lab.burst("backspace", "tab", "backspace", "7", "shift+tab", "0", "tab", "tab")
        await lab.until(lambda: lab.lab.plan == Plan(duration_s=0, tasks=7, workers=2))
        lab.lab.query_one("#strategies OptionList").focus()
        await lab.burst("home", "down", "r", "down", "down")
        await lab.until(lambda: lab.lab.shown is not None and not lab.running)
        assert plan_of(lab.run).strategy == "threads", "as it was when the key came"
        assert lab.lab.plan.strategy == "processes"


async def test_keys_for_screens_that_open_and_close() -> None:
    async with opened(Plan(duration_s=0)) as lab:
        await lab.show(pool_of_threads())
        await lab.burst("c", "escape", "s", "escape", "?", "escape", "4", "b")
        await lab.until(lambda: lab.focus == "timeline" and lab.app.screen is lab.lab)
        await lab.until(lambda: "task 0" in lab.text("#row-labels"))  # the last key, too
        await lab.burst("c", "a", "r")
        await lab.until(lambda: isinstance(lab.app.screen, ExperimentScreen))
        await lab.until(lambda: "Nothing was started" in lab.said)
        await lab.burst("?")
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))
        await lab.burst("alt+x")
        await lab.until(lambda: isinstance(lab.app.screen, ExperimentScreen))
        await lab.burst("escape", "x", "x", "x", "q")
        await lab.until(lambda: not lab.app.is_running)


async def test_a_text_in_a_field_that_is_opened_and_a_paste_behind_it() -> None:
    async with opened(Plan(tasks=1, duration_s=0)) as lab:
        await lab.run_to_the_end()
        lab.app.post_message(events.Key("w", "w"))
        lab.app.post_message(events.Key("x", "x"))
        lab.app.post_message(events.Paste("yz"))
        await lab.until(lambda: isinstance(lab.app.screen, WriteScreen))
        await lab.until(lambda: "xyz" in lab.text())


async def test_keys_before_there_are_panes_wait_for_them() -> None:
    async with opened(Plan(duration_s=0)) as lab:
        lab.lab.ready = False
        await lab.burst("down", "r")
        assert lab.lab.shown is None
        await asyncio.sleep(0.05)
        assert lab.lab.plan.strategy == "thread-pool"
        lab.lab.ready = True
        await lab.until(lambda: lab.lab.shown is not None and not lab.running)
        assert plan_of(lab.run).strategy == "processes"
        lab.lab.ready = False
        await lab.burst("ctrl+c")
        await lab.until(lambda: not lab.app.is_running)
