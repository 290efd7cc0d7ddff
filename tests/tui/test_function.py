"""A function of somebody's own in the lab: asked for, completed, looked at, run."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from concviz.runner.functions_known import ASYNCIO
from concviz.trace.plan import Plan
from concviz.tui.own_function import NO_OWN, Own
from concviz.tui.screens.function import FunctionScreen
from tests.functions import folder_of_functions
from tests.plans import plan_of
from tests.tui.driving import LARGE, Driver, begin, opened

pytestmark = pytest.mark.usefixtures("cold")
QUICK = Plan(tasks=2, workers=2, duration_s=0.01)


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_functions(tmp_path, monkeypatch)


def prompt(lab: Driver) -> FunctionScreen:
    assert isinstance(lab.app.screen, FunctionScreen)
    return lab.app.screen


def found(lab: Driver) -> str:
    return lab.words("#found")


def standing(lab: Driver) -> list[str]:
    return [field.value for field in prompt(lab).query(Input)]


async def answer(lab: Driver, function: str, inputs: str) -> None:
    fields = list(prompt(lab).query(Input))
    for field, text in zip(fields, (function, inputs), strict=True):
        field.value = text
    await lab.press("enter")


async def test_it_is_asked_for_completed_looked_at_and_run() -> None:
    async with opened(QUICK, LARGE) as lab:
        await lab.press("o")
        await lab.until(lambda: isinstance(lab.app.screen, FunctionScreen))
        await lab.press(*"jo", "tab")
        assert standing(lab) == ["jobs.py:", ""]
        assert "doubled" in lab.words("#ways"), "what is in the file, which nobody has imported"
        await lab.press(*"doub", "tab")
        assert standing(lab) == ["jobs.py:doubled", ""]
        await lab.press("tab", *"json:nu", "tab")
        assert standing(lab) == ["jobs.py:doubled", "json:numbers.json"]
        await lab.until(lambda: found(lab) == "Twice as much. 3 inputs: as many tasks.")
        await lab.press("enter")
        await lab.until(lambda: lab.lab.plan.calls)
        assert lab.lab.plan.workload == "jobs.py:doubled"
        assert lab.number("tasks").value == "3"
        assert "is measured" in lab.words("#field-duration-s")
        await lab.until(lambda: "return number * 2" in lab.code)
        run = await lab.run_to_the_end()
        assert [run.tasks.results[n] for n in range(3)] == [2, 4, "abab"]
        screen = await begin(lab, "c")
        assert screen._plan.workload == "jobs.py:doubled"


async def test_what_is_wrong_is_said_and_can_be_mended(jobs: Path) -> None:
    async with opened(QUICK, LARGE) as lab:
        await lab.press("o")
        await lab.until(lambda: isinstance(lab.app.screen, FunctionScreen))
        await answer(lab, "jobs.py:missing", "range:3")
        await lab.until(lambda: "no missing in jobs.py" in found(lab))
        assert isinstance(lab.app.screen, FunctionScreen), "it is not accepted"
        text = (jobs / "jobs.py").read_text()
        (jobs / "jobs.py").write_text(f"{text}\n\ndef missing(number):\n    return number\n")
        await lab.press("enter")
        await lab.until(lambda: lab.lab.plan.workload == "jobs.py:missing")
        assert lab.lab.plan.tasks == 3


async def test_an_async_one_leaves_asyncio_alone() -> None:
    async with opened(QUICK, LARGE) as lab:
        await lab.press("o")
        await lab.until(lambda: isinstance(lab.app.screen, FunctionScreen))
        await answer(lab, "jobs:waits", "1 2")
        await lab.until(lambda: lab.lab.plan.strategy == ASYNCIO)
        chooser = lab.lab.controls._chooser("strategy")
        assert [e.reason is None for e in chooser._entries if e.id in ("threads", ASYNCIO)] == [
            False,
            True,
        ]
        assert (await lab.run_to_the_end()).tasks.results[1] == 2
        lab.lab.controls._chooser("workload").choose("sleep")
        await lab.until(lambda: not lab.lab.plan.calls)
        assert lab.lab.plan.inputs == ()
        assert lab.lab.plan.duration_s == 0.01
        assert all(e.reason is None for e in chooser._entries if e.id == "threads")


async def test_in_the_list_it_asks_when_it_is_needed() -> None:
    async with opened(QUICK, LARGE) as lab:
        lab.lab.controls._chooser("workload").choose("your function…")
        await lab.until(lambda: lab.lab.controls.asks)
        await lab.press("r")
        await lab.until(lambda: isinstance(lab.app.screen, FunctionScreen))
        await lab.press("escape")
        assert not lab.running
        await lab.press("r")
        await lab.until(lambda: isinstance(lab.app.screen, FunctionScreen))
        await answer(lab, "jobs:doubled", "range:2")
        await lab.until(lambda: lab.lab.shown is not None and not lab.running)
        assert plan_of(lab.run).inputs == ("range:2",)
        assert lab.lab.controls.own == Own("jobs:doubled", ("range:2",))


async def test_one_of_last_time_is_looked_at_when_it_is_chosen() -> None:
    async with opened(QUICK, LARGE) as lab:
        lab.lab.controls.call(Own("jobs:waits", ("range:7",)))
        await lab.until(lambda: lab.number("tasks").value == "7")
        assert (lab.lab.plan.tasks, lab.lab.plan.strategy) == (7, ASYNCIO)
    plan = Plan(workload="jobs:doubled", inputs=("1", "a b"), tasks=2, duration_s=0.0)
    async with opened(plan, LARGE) as lab:
        await lab.until(lambda: "Twice as much." in lab.words("#workload #explanation"))
        await lab.press("2", "enter")
        await lab.until(lambda: isinstance(lab.app.screen, FunctionScreen))
        assert standing(lab) == ["jobs:doubled", "1 'a b'"]


async def test_one_that_only_a_recording_names_is_not_imported(jobs: Path) -> None:
    evil = jobs / "evil.py"
    evil.write_text("open('imported', 'w').close()\ndef doubled(n):\n    return n\n")
    async with opened(QUICK, LARGE) as lab:
        assert lab.lab.controls.own == NO_OWN
        lab.lab.controls.put_plan(Plan(workload="evil.py:doubled", inputs=("range:2",), tasks=2))
        await lab.press("2")
        assert lab.lab.plan.workload == "evil.py:doubled"
        assert not (jobs / "imported").exists()
        await lab.run_to_the_end()
        assert (jobs / "imported").exists(), "until it is run"
