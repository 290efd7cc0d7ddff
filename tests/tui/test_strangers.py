"""Strategies and workloads of other packages in the lab: names until they are chosen."""

from __future__ import annotations

from functools import partial

import pytest
from textual.widgets import OptionList

from concviz.runner import inspection
from concviz.trace.plan import Plan
from concviz.tui.screens.experiment import CHOOSING, DONE
from concviz.tui.widgets.chooser import Chooser
from concviz.tui.widgets.strategy_checklist import MarkList
from tests.plans import plan_of
from tests.runner.strangers import IMPORTS, ODD_NAME, WHY
from tests.tui.driving import LARGE, Driver, begin, comparison_of, opened

pytestmark = pytest.mark.usefixtures("strangers", "cold")
QUICK = Plan(tasks=2, workers=2, duration_s=0.01)


async def choose(lab: Driver, strategy: str) -> None:
    lab.lab.query_one("#strategies", Chooser).choose(strategy)
    await lab.until(lambda: lab.lab.plan.strategy == strategy)


def explanation(lab: Driver) -> str:
    return lab.words("#strategies #explanation")


def _says(lab: Driver, words: str) -> bool:
    return explanation(lab) == words


async def test_the_lab_lists_them_and_says_what_it_found_out_when_they_are_chosen() -> None:
    async with opened(QUICK, LARGE) as lab:
        for pane in ("#strategies", "#workloads"):
            options = lab.lab.query_one(f"{pane} OptionList", OptionList).options
            assert set(IMPORTS) <= {str(option.prompt) for option in options}
        await choose(lab, "prints")
        await lab.until(lambda: explanation(lab) == "Of prints.")
        await lab.until(lambda: "for item in items:" in lab.code)
        assert "workers 2" in lab.words("#workers")
        for name, why in WHY.items():
            await choose(lab, name)
            words = " ".join(f"Not available: {why}".replace("\x1b", "␛").split())
            await lab.until(partial(_says, lab, words))
        await choose(lab, ODD_NAME)
        await lab.until(lambda: explanation(lab) == "Of good.")
        assert "[bold]␛[31m\\u202eodd[/]" in lab.text("#strategies")


async def test_it_is_loading_while_the_lab_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "LIMIT_S", 1.5)
    async with opened(QUICK, LARGE) as lab:
        await choose(lab, "hangs")
        await lab.until(lambda: explanation(lab) == "loading …")
        assert "workers not known" in lab.words("#workers")
        await lab.press("r")
        assert not lab.running, "it is not known whether it can run"
        await lab.until(lambda: "it did not load within 1.5 s" in explanation(lab))
        await lab.until(lambda: lab.refusal)


async def test_leaving_the_lab_waits_for_no_import() -> None:
    async with opened(QUICK, LARGE) as lab:
        await choose(lab, "hangs")
        await lab.until(lambda: inspection.under_way() == 1)
        await lab.press("q")
        await lab.until(lambda: not lab.app.is_running)
    assert inspection.under_way() == 0


async def test_r_runs_it_as_soon_as_it_is_loaded() -> None:
    async with opened(QUICK, LARGE) as lab:
        await choose(lab, "chatters")
        run = await lab.run_to_the_end()
        assert plan_of(run).strategy == "chatters"
        assert run.tally[2] == 2


async def test_a_plan_of_a_package_that_is_not_installed_is_no_end_of_the_lab() -> None:
    async with opened(Plan(strategy="\x1b[31mgone", workload="[b]gone[/b]"), LARGE) as lab:
        await lab.press("r")
        await lab.until(lambda: "there is no strategy" in lab.refusal.lower())
        assert not lab.running


async def test_a_comparison_loads_those_that_are_marked() -> None:
    async with opened(QUICK, LARGE) as lab:
        screen = await begin(lab, "c")
        marks = lab.app.screen.query_one(MarkList)
        others = {mark.id: mark for mark in marks.marks if mark.id in IMPORTS}
        assert others.keys() == IMPORTS.keys()
        assert not any(mark.on for mark in others.values())
        for mark in marks.marks:
            mark.on = mark.fixed or mark.id in ("good", "leaves")
        await lab.press("r")
        await lab.until(lambda: WHY["leaves"] in lab.said)
        assert screen.stage == CHOOSING
        await lab.press("r")
        await lab.until(lambda: screen.stage == DONE)
        found = comparison_of(screen)
        assert [case.strategy for case in found.cases] == ["sequential", "good"]
