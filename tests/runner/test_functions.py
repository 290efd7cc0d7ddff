"""A function of somebody's own is looked at: what it is, or what is to be changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from concviz.runner import catalogue, completing, functions_known
from concviz.runner.facts import Called, Facts
from concviz.trace.plan import MAX_TASKS, Plan
from tests.functions import folder_of_functions


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_functions(tmp_path, monkeypatch)


def plan_calling(function: str, *inputs: str, strategy: str = "thread-pool") -> Plan:
    return Plan(workload=function, inputs=inputs or ("range:3",), strategy=strategy, tasks=1)


def facts_of(plan: Plan) -> Facts:
    facts = functions_known.entry(plan).facts
    assert facts is not None
    return facts


def called(plan: Plan) -> Called:
    found = facts_of(plan).called
    assert found is not None
    return found


def sentences(plan: Plan) -> list[str]:
    return [problem.sentence for problem in catalogue.problems(plan)]


def test_what_it_is() -> None:
    plan = plan_calling("jobs.py:doubled")
    facts = facts_of(plan)
    assert facts.summary == "Twice as much."
    assert facts.source.startswith("def doubled(number):")
    assert called(plan) == Called(inputs=3, files=called(plan).files)
    assert [Path(path).name for path, _ in called(plan).files] == ["jobs.py"]
    assert sentences(plan) == []
    fitted = functions_known.fitted(plan)
    assert (fitted.tasks, fitted.duration_s) == (3, 0.0)
    assert functions_known.fitted(plan, 2).tasks == 2
    assert functions_known.fitted(plan, 9).tasks == 3
    assert "only 3 inputs" in (functions_known.note(plan, 9) or "")
    assert sentences(replace(fitted, tasks=4)) == ["tasks is 4: there are only 3 inputs."]


@pytest.mark.parametrize(
    ("function", "inputs", "says"),
    [
        ("jobs:double", "range:3", "there is no double in jobs (did you mean doubled?)."),
        ("jobs:Point.y", "range:3", "there is no Point.y in jobs."),
        ("nowhere:doubled", "range:3", "there is no module nowhere to be found from "),
        ("no.where:doubled", "range:3", "there is no module no to be found from "),
        ("nowhere.py:doubled", "range:3", "nowhere.py:doubled cannot be had: there is no file "),
        ("random.py:doubled", "range:3", "random.py has the name of a module of Python: "),
        ("broken.py:f", "range:3", "broken.py cannot be imported (SyntaxError: "),
        ("needs.py:f", "range:3", "needs.py cannot be imported (ModuleNotFoundError: No module "),
        ("exits.py:f", "range:3", "exits.py cannot be imported (SystemExit: 3): mend that first."),
        ("dies.py:f", "range:3", "dies.py:f cannot be called: its import ended the process "),
        (":f", "range:3", ":f names no function: write it as package.module:function or "),
        ("jobs:ITEMS", "range:3", "jobs:ITEMS is no function but of type list: name one "),
        ("jobs:yields", "range:3", "jobs:yields yields: a call of it does nothing until "),
        ("jobs:two", "range:3", "jobs:two(a, b) cannot be called with one argument (missing a"),
        ("jobs:items", "range:3", "jobs:items() cannot be called with one argument (too many "),
        ("jobs:doubled", "json:numbers", "inputs is json:numbers: the file cannot be read "),
        ("jobs:doubled", "range:0", "inputs are empty: there is nothing to call it with."),
    ],
)
def test_what_is_to_be_changed(jobs: Path, function: str, inputs: str, says: str) -> None:
    (jobs / "random.py").write_text("def doubled(number): ...")
    (jobs / "broken.py").write_text("def f(:")
    (jobs / "needs.py").write_text("import surely_not_there")
    (jobs / "exits.py").write_text("raise SystemExit(3)")
    (jobs / "dies.py").write_text("import os; os._exit(3)")
    (said,) = sentences(plan_calling(function, inputs))
    assert says in said
    assert said.endswith(".")
    assert not said.endswith("..")


def test_an_async_function_needs_an_event_loop() -> None:
    plan = plan_calling("jobs:waits")
    assert called(plan).is_async
    assert sentences(plan) == [
        "thread-pool cannot call jobs:waits: it is an async function, which needs an event loop: "
        "the strategy asyncio has one."
    ]
    assert sentences(replace(plan, strategy="asyncio")) == []


def test_what_cannot_be_pickled_cannot_get_to_another_process() -> None:
    plan = plan_calling("jobs:seen", "jobs:LOCKS")
    for strategy in ("threads", "sequential", "asyncio"):
        assert sentences(replace(plan, strategy=strategy)) == []
    (said,) = sentences(replace(plan, strategy="process-pool"))
    assert said.startswith("input 0 of jobs:seen cannot be pickled (TypeError: cannot pickle ")
    by_copy = replace(plan, strategy="processes", start_method="fork")
    assert sentences(by_copy) == [], "a fork has it already"
    assert sentences(replace(by_copy, start_method="spawn")) == [said]


def test_more_inputs_than_a_plan_has_tasks_are_said_to_be() -> None:
    plan = plan_calling("jobs:doubled", "range:1000000")
    assert functions_known.fitted(plan).tasks == MAX_TASKS
    assert "more than 100,000 inputs" in (functions_known.note(plan, None) or "")
    assert functions_known.note(plan, 20) is None


def test_it_is_looked_at_anew_when_its_file_has_changed(jobs: Path) -> None:
    plan = plan_calling("jobs:doubled")
    assert facts_of(plan).summary == "Twice as much."
    assert functions_known.remembered(plan) is facts_of(plan)
    text = (jobs / "jobs.py").read_text().replace("Twice as much.", "Two times.")
    (jobs / "jobs.py").write_text(text)
    os.utime(jobs / "jobs.py", ns=(1, 1))
    assert functions_known.remembered(plan) is None
    assert facts_of(plan).summary == "Two times."
    wrong = plan_calling("jobs:later")
    assert sentences(wrong)
    (jobs / "jobs.py").write_text(f"{text}\n\ndef later(number): ...\n")
    functions_known.forget_troubles()
    assert sentences(wrong) == []


def test_how_it_may_go_on(jobs: Path) -> None:
    (jobs / "sub").mkdir()
    (jobs / "sub" / "more.py").write_text("def run(x): ...\nWORK = [1]\n")
    (jobs / "wrong.py").write_text("def (")
    assert completing.functions("", jobs) == ["jobs.py:", "wrong.py:", "sub/"]
    assert completing.functions("sub/", jobs) == ["sub/more.py:"]
    assert completing.functions("sub/more.py:", jobs) == ["sub/more.py:run"]
    assert completing.functions("sub.more:r", jobs) == ["sub.more:run"]
    assert completing.functions("jobs:do", jobs) == ["jobs:doubled"]
    assert completing.functions("wrong.py:", jobs) == []
    assert completing.functions("\0", jobs) == completing.functions("nowhere/", jobs) == []
    assert completing.inputs("", jobs) == ["range:", "json:", "lines:"]
    assert completing.inputs("1 ra", jobs) == ["1 range:"]
    assert completing.inputs("json:num", jobs) == ["json:numbers.json"]
    assert completing.inputs("jobs:IT", jobs) == ["jobs:ITEMS"]
    assert completing.inputs("jobs:ite", jobs) == ["jobs:items"]
