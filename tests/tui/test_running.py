"""Runs that really take place, from the lab."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from textual.widgets import Button

from concviz.model.entities import Phase
from concviz.model.tasks import Outcome
from concviz.sources import warm_start
from concviz.trace.plan import Plan
from tests.plans import plan_of
from tests.tui.driving import SHORT, Driver, opened

LONG = Plan(tasks=6, duration_s=60.0)


async def started(lab: Driver) -> None:
    """Wait until the tasks of a run are under way."""
    await lab.until(lambda: lab.running and lab.run.count(Outcome.RUNNING) >= 3)


async def test_a_run_grows_and_its_figures_are_told() -> None:
    async with opened(Plan(workload="number", duration_s=60)) as lab:
        await lab.press("r")
        assert lab.running
        assert lab.lab.query_one("#run", Button).disabled
        assert not lab.lab.query_one("#stop", Button).disabled
        await lab.until(lambda: "3 running, 2 queued" in lab.words("#summary"))
        lengths = [len(lab.row(2).strip())]
        await lab.until(lambda: len(lab.row(2).strip()) > lengths[0] + 5)
        assert "task 0" in lab.text("#names") or "thread 1" in lab.text("#names")
        await lab.press("x")
        await lab.until(lambda: not lab.running)
        lab.lab.controls.form.plan = Plan(workload="number", duration_s=0.2)
        await lab.run_to_the_end()
        said = lab.words("#summary")
        top = lab.words("EnvironmentBar")
        assert "5 × number 0.2 s on thread-pool, 3 workers · took " in top
        assert lab.run.finished - lab.run.started >= 0.4e9, "two rounds"
        assert "took" in said
        assert "5 finished" in said
        assert "2 rounds, the last not full" in said
        await lab.until(lambda: "results, in the order of the tasks" in lab.text("#output"))
        results = [line for line in lab.text("#output").split("\n") if "Number:" in line]
        found = [line.partition("│ ")[2].partition("│ ")[2].split()[1] for line in results]
        assert found == ["0", "1", "2", "3", "4"][: len(found)]
        assert lab.lab.query_one("#stop", Button).disabled
        assert not lab.lab.query_one("#run", Button).disabled


async def test_r_while_running_warns_and_x_stops() -> None:
    async with opened(LONG) as lab:
        await lab.press("r")
        await started(lab)
        run = lab.run
        await lab.press("r")
        await lab.until(lambda: "A run is under way: x stops it." in lab.text())
        assert lab.run is run
        await lab.press("x")
        await lab.until(lambda: not lab.running)
        assert run.phase is Phase.STOPPED
        said = lab.words("#summary")
        assert "stopped after" in said
        assert "3 stopped, 3 not started" in said
        assert "▒" in lab.row(2)
        lab.lab.controls.form.plan = Plan(duration_s=0)
        again = await lab.run_to_the_end()
        assert again.phase is Phase.FINISHED
        assert "5 finished" in lab.words("#summary")


async def test_buttons_run_and_stop() -> None:
    async with opened(LONG, size=SHORT) as lab:
        await lab.click("#stop")
        assert not lab.running, "nothing to stop"
        await lab.click("#run")
        await started(lab)
        assert lab.lab.query_one("#run", Button).disabled
        await lab.click("#stop")
        await lab.until(lambda: not lab.running)
        assert lab.run.phase is Phase.STOPPED
        lab.lab.query_one("#run", Button).focus()
        lab.lab.controls.form.plan = Plan(duration_s=0)
        before = lab.run
        await lab.press("enter")
        await lab.until(lambda: lab.run is not before and not lab.running)


async def test_enter_in_a_number_runs() -> None:
    async with opened(Plan(strategy="sequential", tasks=1)) as lab:
        await lab.fill("duration_s", "0")
        await lab.fill("tasks", "2")
        await lab.press("enter")
        await lab.until(lambda: lab.lab.shown is not None and not lab.running)
        assert plan_of(lab.run).tasks == 2
        assert plan_of(lab.run).duration_s == 0


async def test_a_run_at_once() -> None:
    async with opened(LONG, run=True) as lab:
        await started(lab)
        await lab.press("x")
        await lab.until(lambda: not lab.running)


async def test_choosing_in_the_middle_of_a_run_is_for_the_next_one() -> None:
    async with opened(Plan(workload="number", tasks=4, duration_s=60)) as lab:
        await lab.press("r")
        await lab.until(lambda: lab.run.count(Outcome.RUNNING) == 3)
        await lab.press("home", "down")
        lab.lab.query_one("#workloads OptionList").focus()
        await lab.press("down")
        await lab.fill("duration_s", "0")
        await lab.fill("tasks", "3")
        assert lab.running
        assert "def square(" in lab.code
        assert lab.lab.plan == Plan(strategy="threads", workload="square", tasks=3, duration_s=0)
        await lab.press("x")
        await lab.until(lambda: not lab.running)
        assert plan_of(lab.run).workload == "number"
        assert "4 × number 60 s on thread-pool" in lab.words("EnvironmentBar")
        run = await lab.run_to_the_end()
        assert plan_of(run).workload == "square"
        assert "3 × square 0 s on threads" in lab.words("EnvironmentBar")


async def test_a_crash_of_the_whole_run_is_told_and_the_lab_carries_on() -> None:
    plan = Plan(strategy="threads", workload="crash", tasks=4, duration_s=0.4)
    async with opened(plan) as lab:
        run = await lab.run_to_the_end()
        assert run.phase is Phase.DIED
        said = lab.words("#summary")
        assert "died after" in said
        assert "killed by SIGSEGV" in said
        assert "4 lost" in said
        await lab.go("1", "strategies")
        await lab.press("home", "down", "down", "down")
        assert lab.lab.plan.strategy == "processes"
        run = await lab.run_to_the_end()
        assert run.phase is Phase.FINISHED
        assert run.count(Outcome.LOST) == 1
        assert run.count(Outcome.FINISHED) == 3
        assert "×" in lab.text("#cells")
        await lab.go("4", "timeline")
        await lab.press("home", "down", "down")
        await lab.until(lambda: "task 2 lost" in lab.words("#task"))
        assert "SIGSEGV" in lab.static("#task-text")


async def test_failures_and_their_tracebacks() -> None:
    async with opened(Plan(workload="error", tasks=3, duration_s=0)) as lab:
        run = await lab.run_to_the_end()
        failed = next(task for task in range(3) if run.tasks.outcome[task] == Outcome.FAILED)
        await lab.go("4", "timeline")
        await lab.press("home", *["right"] * failed, "b", *["down"] * failed)
        await lab.press(*["up"] * 3, *["down"] * failed)
        assert lab.timeline.selected == failed
        said = lab.static("#task-text")
        assert f"task {failed}  failed" in said
        assert "Traceback (most recent call last)" in said
        assert "Error" in said


async def test_speedup_is_an_estimate_until_it_was_measured() -> None:
    async with opened(Plan(tasks=3, duration_s=0.2)) as lab:
        await lab.run_to_the_end()
        assert "speedup at most" in lab.words("#summary")
        await lab.press("home")
        await lab.run_to_the_end()
        assert "speedup 1.00× (measured)" in lab.words("#summary")
        await lab.press("down", "down")
        await lab.run_to_the_end()
        assert "(measured)" in lab.words("#summary")
        assert "at most" not in lab.words("#summary")
        await lab.fill("tasks", "2")
        await lab.run_to_the_end()
        assert "speedup at most" in lab.words("#summary"), "other work"


async def test_a_run_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    async with opened(Plan(duration_s=0)) as lab:
        with monkeypatch.context() as patch:
            patch.setattr(subprocess, "Popen", refuse)
            patch.setattr(warm_start, "fork", lambda *_: None)
            await lab.press("r")
            await lab.until(lambda: "Resource temporarily unavailable" in lab.refusal)
            assert not lab.running
        await lab.run_to_the_end()
        assert "5 finished" in lab.words("#summary")


async def test_quitting_ends_the_run() -> None:
    async with opened(LONG) as lab:
        await lab.press("r")
        await started(lab)
        await lab.press("q")
        await lab.until(lambda: not lab.app.is_running)
        feed = lab.lab.view.feed
        assert feed is not None
        lab.lab.close_run()  # as launch does
        assert feed.wait(0), "all is over"


@pytest.mark.parametrize("keys", ["4+++---..,,bb0ff", "?"])
async def test_looking_around_while_it_runs(keys: str) -> None:
    async with opened(Plan(strategy="threads", tasks=8, duration_s=60)) as lab:
        await lab.press("r")
        await lab.until(lambda: lab.run.count(Outcome.RUNNING) == 8)
        await lab.press(*keys, "home", "right", "down", "end", "left")
        if keys == "?":
            await lab.press("escape")
        await lab.press("x")
        await lab.until(lambda: "8 stopped" in lab.words("#summary"))
