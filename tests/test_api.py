"""concviz from Python: typed results that print nicely and turn into dicts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from typing import Any, get_type_hints

import pytest
from msgspec.structs import replace
from rich.console import Console

import concviz

QUICK: dict[str, Any] = {"duration_s": 0.01, "tasks": 4, "workers": 2}
pytestmark = pytest.mark.usefixtures("nothing_left")


def test_importing_it_is_light() -> None:
    code = (
        "import sys, concviz\n"
        "heavy = {'textual', 'rich', 'msgspec', 'click', 'psutil', 'multiprocessing'}\n"
        "print(sorted(heavy & sys.modules.keys()), 'compare' in dir(concviz))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True\n"


def test_type_checkers_are_told_that_it_is_typed() -> None:
    assert resources.files("concviz").joinpath("py.typed").is_file()


def test_what_is_not_there_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        concviz.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_a_run() -> None:
    found = concviz.run(strategy="threads", workload="number", **QUICK)
    assert isinstance(found, concviz.RunResult)
    assert found.summary.makespan_s is not None
    assert found.summary.makespan_s > 0.01
    assert found.to_dict()["counts"]["finished"] == 4
    assert "thread 4" in str(found)
    assert "Number: 3" in str(found)
    took = found.summary.makespan_s
    work = "strategy='threads', workload='number', tasks=4"
    assert repr(found) == f"RunResult({work}, makespan_s={took})"


def test_a_run_of_a_plan_with_other_fields() -> None:
    plan = concviz.Plan(strategy="asyncio", tasks=3, duration_s=0.01)
    assert concviz.run(plan, tasks=2).run.plan == concviz.Plan(
        strategy="asyncio", tasks=2, duration_s=0.01
    )


def test_a_comparison_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    found = concviz.compare(
        strategies=["threads", "process-pool"],
        repeat=2,
        warmup=0,
        progress=lambda done, total: told.append((done, total)),
        **QUICK,
    )
    assert told == [(done, 6) for done in range(1, 7)]
    assert [row.strategy for row in found.rows] == ["sequential", "threads", "process-pool"]
    assert found.verdict.recommended is not None
    assert json.loads(json.dumps(found.to_dict()))["verdict"]["recommended"] == (
        found.verdict.recommended
    )
    assert found.verdict.sentence[:20] in str(found)
    assert "\x1b" not in str(found)
    names = "['sequential', 'threads', 'process-pool']"
    work = f"workload='sleep', tasks=4, strategies={names}"
    assert repr(found) == f"CompareResult({work}, recommended={found.verdict.recommended!r})"


def test_a_sweep() -> None:
    found = concviz.sweep(
        strategy="asyncio", workers=[2, 1, 4], duration_s=0.01, repeat=1, warmup=0
    )
    assert [point.workers for point in found.points] == [1, 2, 4]
    assert found.sweep.baseline.plan.tasks == 8, "divides evenly"
    assert found.recommendation.recommended == "asyncio"
    assert {fit.law for fit in found.fits["asyncio"]} == {"amdahl"}
    assert found.to_dict()["recommendation"]["workers"] == found.recommendation.workers
    assert "speedup" in str(found)
    tried = "workload='sleep', tasks=8, strategies=['asyncio'], workers=[1, 2, 4]"
    told = f"recommended='asyncio', recommended_workers={found.recommendation.workers}"
    assert repr(found) == f"SweepResult({tried}, {told})"


def test_a_notebook_shows_it_in_colour() -> None:
    found = concviz.run(workload="number", **QUICK)
    page = found._repr_html_()
    assert page.startswith("<pre")
    assert "thread 1" in page
    assert "color: #" in page
    assert "\x1b" not in page


def test_what_results_are_made_of_can_be_imported() -> None:
    found = concviz.run(**QUICK)
    assert isinstance(found.run, concviz.Run)
    assert isinstance(found.summary, concviz.Summary)
    with pytest.raises(concviz.UnusableError, match="tasks is 0"):
        concviz.run(tasks=0)
    for name in concviz.__all__:
        assert getattr(concviz, name).__name__ == name


def test_the_keywords_are_the_fields_of_a_plan() -> None:
    hints = get_type_hints(concviz.Plan)
    del hints["inputs"]  # Python has values in their place
    assert get_type_hints(concviz.PlanFields) == hints
    without_workers = hints.keys() - {"workers"}
    assert get_type_hints(concviz.SweepFields).keys() == without_workers


def test_rich_prints_it_in_the_width_that_there_is() -> None:
    found = concviz.run(**QUICK)
    console = Console(width=60, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(found)
    console.file.close()
    lines = console.export_text().splitlines()
    assert any("thread 1" in line for line in lines)
    assert max(len(line) for line in lines if "thread" in line) <= 60


def test_it_prints_in_ascii_where_there_is_nothing_else() -> None:
    code = (
        "import concviz, rich\n"
        "found = concviz.run(strategy='threads', tasks=2, duration_s=0.01)\n"
        "print(found)\n"
        "rich.print(found)"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.isascii()
    assert "?" not in done.stdout
    assert done.stdout.count("2 x sleep 0.01 s, threads") == 2
    assert done.stdout.count("'0 ") >= 2, "the ruler"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: concviz.run(workers=0), "workers is 0: it must be from 1 to"),
        (lambda: concviz.compare(strategies=["thread"]), "Did you mean thread"),
        (lambda: concviz.compare(repeat=0), "repeat is 0: it must be from 1 to 100"),
        (lambda: concviz.compare(repeat=10**9), "repeat is 1,000,000,000: it must be from 1 to"),
        (lambda: concviz.sweep(warmup=-1), "warmup is -1: it must be from 0 to 100"),
        (lambda: concviz.run(sample_hz=-5), r"sample_hz is -5: it must be 0 \(off\), or from 1"),
        (lambda: concviz.compare(sample_hz=float("nan")), "sample_hz is nan"),
        (lambda: concviz.sweep(sample_hz=1e9), r"sample_hz is 1e\+09"),
        (
            lambda: concviz.compare(strategies="threads"),
            r"strategies is 'threads': pass several, such as \['threads'\]\.",
        ),
        (lambda: concviz.sweep(strategies="threads"), "strategies is 'threads': pass several"),
        (lambda: concviz.sweep(workers="1-4"), r"workers is '1-4': pass several, such as range"),  # type: ignore[arg-type]
        (lambda: concviz.sweep(workers=4), r"workers is 4: pass several"),  # type: ignore[arg-type]
        (lambda: concviz.compare(order="random"), "order is 'random'"),
        (lambda: concviz.sweep(strategy="threads"), "no number to sweep"),
        (lambda: concviz.sweep(workers=[0]), "workers is 0: it must be from 1 to"),
    ],
)
def test_what_cannot_be_done_is_a_value_error_in_a_sentence(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=words):
        call()


def test_a_field_that_a_plan_does_not_have_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="a plan has no wrokers: it has strategy, workload"):
        concviz.run(wrokers=3)  # type: ignore[call-arg]


loose: Any = concviz
"""For who asks no type checker."""


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: loose.run(tasks="3"), "tasks is '3': it must be a whole number, such as 4."),
        (lambda: loose.run(tasks=2.5), "tasks is 2.5: it must be a whole number, such as 4."),
        (lambda: loose.run(tasks=True), "tasks is True: it must be a whole number, such as 4."),
        (lambda: loose.run(workers=None), "workers is None: it must be a whole number"),
        (lambda: loose.run(duration_s="1"), "duration_s is '1': it must be a number of seconds"),
        (lambda: loose.run(strategy=3), "strategy is 3: it must be a name"),
        (lambda: loose.run(sample_hz="often"), "sample_hz is 'often': it must be a number"),
        (lambda: loose.run(loose.Plan(tasks="3")), "tasks is '3': it must be"),
        (lambda: loose.compare(repeat="3"), "repeat is '3': it must be a whole number"),
        (lambda: loose.sweep(workers=["a"]), "workers is 'a': it must be whole numbers"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_a_sentence(
    call: Callable[[], object], sentence: str
) -> None:
    with pytest.raises(concviz.UnusableError) as refused:
        call()
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)


def triple(number: int) -> int:
    return number * 3


def test_a_function_of_ones_own_is_called() -> None:
    found = concviz.run(call=triple, inputs=[1, "ab", 2], workers=2)
    assert [found.run.tasks.results[n] for n in range(3)] == [3, "ababab", 6]
    assert found.run.plan is not None
    assert found.run.plan.workload == "tests.test_api:triple"
    assert concviz.run(call="math:sqrt", inputs="range:9", tasks=2).run.plan == replace(
        found.run.plan, workload="math:sqrt", inputs=("range:9",), tasks=2, workers=3
    )
    compared = concviz.compare(call=triple, inputs=range(3), strategies=["threads"], repeat=1)
    assert "Results are the same in all runs." in compared.verdict.sentence


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"call": lambda number: number, "inputs": [1]}, "define it in a module by name"),
        ({"call": triple, "inputs": [object()]}, "input 0 is of type object"),
        ({"call": triple, "inputs": 3}, "inputs is 3: pass values"),
        ({"call": "triple", "inputs": [1]}, "write it as module:function"),
        ({"call": 3, "inputs": [1]}, "pass a function or 'module:function'"),
        ({"call": "tests.test_api:tripled", "inputs": [1]}, "did you mean triple?"),
        ({"call": triple, "inputs": []}, "inputs are missing"),
    ],
)
def test_a_function_that_cannot_be_called_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(concviz.UnusableError) as error:
        concviz.run(**asked)
    assert says in str(error.value)


def test_what_belongs_to_a_function_comes_with_one() -> None:
    with pytest.raises(TypeError, match="call is missing"):
        concviz.run(inputs=[1])
    with pytest.raises(TypeError, match="workload makes no sense"):
        concviz.run(call=triple, inputs=[1], workload="cpu")
