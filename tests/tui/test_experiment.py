"""A further experiment is something to measure and a picture of it: the screen is there already."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.widgets import Static

from concviz.analysis.measurement import Case, Shown
from concviz.experiments.experiment import Choice, Field, Line, Live, Offer
from concviz.experiments.planning import case_of
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui import experiments
from concviz.tui.screens.experiment import DONE, ExperimentScreen
from concviz.tui.widgets.help_page import HelpPage, Rows
from concviz.view.tables import Column
from tests.tui.driving import begin, opened

QUICK = Plan(tasks=2, workers=2, duration_s=0.02)


class Once:
    """Runs one strategy, and says whether that worked."""

    word = "attempt"
    command = "attempt"
    instructions = "Mark one."
    about = "Runs one strategy."
    guesses = False
    columns = (Column("strategy", "which one"), Column("runs", "how many"))

    def offers(self, plan: Plan) -> list[Offer]:
        return [Offer("threads", "a thread each"), Offer("asyncio", "a coroutine each", on=False)]

    def fields(self, plan: Plan, environment: Environment) -> list[Field]:
        return [Field("most", "at most", "7")]

    def begin(self, choice: Choice) -> Attempt:
        if len(choice.strategies) != 1:
            raise ValueError("mark one strategy.")
        return Attempt(choice, case_of(choice.plan, choice.strategies[0]))


class Attempt:
    def __init__(self, choice: Choice, case: Case) -> None:
        self.plan, self.manner, self.most = choice.plan, choice.manner, choice.fields["most"]
        self.cases: Sequence[Case] = [case]
        self.stopped = False
        self.conclusion = "It works."
        self.recommended: str | None = case.strategy
        self.baseline: Shown | None = None
        self.found = None

    def ended(self, environment: Environment | None, stopped: bool) -> None:
        self.stopped = stopped

    def picture(self, live: Live | None) -> str:
        return f"{len(self.cases[0].trials)} of {self.most} made"

    @property
    def pictured(self) -> bool:
        return True

    def lines(self, over: bool) -> list[Line]:
        case = self.cases[0]
        return [Line(case.strategy, [case.strategy, str(len(case.trials))])]

    def details(self) -> list[str]:
        return []

    def remarks(self) -> list[str]:
        return ["one", "two", "three"]

    def shown(self, key: str | None) -> Shown | None:
        return self.cases[0].shown


class Words(Static):
    """A picture in words, without a cursor."""

    selected: str | None = None

    def show(self, what: str) -> None:
        self.update(what)

    def select(self, key: str) -> None:
        self.selected = key


async def test_an_experiment_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        experiments.SCREENS,
        "compare",
        lambda *given: ExperimentScreen(Once(), Words(id="words"), *given),
    )
    async with opened(QUICK) as lab:
        screen = await begin(lab, "c")
        text = lab.text()
        assert "Attempt of 2 × sleep 0.02 s" in text
        assert "[x] threads" in text
        assert "at most" in text
        await lab.press("a", "r")
        assert "Nothing was started. Mark one strategy." in lab.said
        await lab.press("a", "space", "tab", "backspace", "2", "enter")
        await lab.until(lambda: screen.stage == DONE)
        await lab.until(lambda: "2 of 7 made" in lab.text("#words"))
        assert lab.said.startswith("It works. · one · two · 1 more remark: concviz attempt")
        assert screen.query_one(Words).selected == "threads"
        await lab.press("enter")
        assert lab.app.screen is lab.lab
        assert lab.run.plan is not None
        assert lab.run.plan.strategy == "threads"
        await lab.press("c", "?")
        page = lab.app.screen.query_one(HelpPage)
        assert "Runs one strategy." in page.text
        assert Rows("The table", (("strategy", "which one"), ("runs", "how many"))) in page.parts
