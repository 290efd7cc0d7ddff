"""The JSON object of a run: its shape, its figures, and that it is JSON whatever happened."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given

from concviz.analysis.statistics import Summary, summarise
from concviz.exporters.json import encode
from concviz.exporters.reports.of_run import run_report
from concviz.model.entities import Counts
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.trace.states import OF_THREADS
from tests import builders
from tests.builders import History, histories
from tests.exporters.objects import to_object

NO_TIME = dict.fromkeys(
    (
        *("running_s", "core_wait_s", "gil_wait_s", "lock_s", "io_s", "sleep_s"),
        *("other_s", "unknown_s", "thread_wait_s"),
        *("loop_wait_s", "task_wait_s", "executor_wait_s"),
    ),
    0.0,
)
NOT_SEEN: dict[str, float | None] = NO_TIME | dict.fromkeys(state.key for state in OF_THREADS)
"""Of a run of which is not known what could be seen."""


def test_the_figures_of_a_known_run() -> None:
    run = builders.pool()
    found = to_object(run)
    assert found["schema"] == 2
    assert found["plan"]["tasks"] == 5
    assert found["phase"] == "finished"
    assert found["summary"]["makespan_s"] == 0.2
    assert found["summary"]["speedup"] is None, "no sequential run was made"
    assert found["summary"]["speedup_at_most"] == 2.5
    assert [worker["busy_s"] for worker in found["workers"]] == [0.2, 0.2, 0.1]
    assert found["tasks"][4] == {
        "id": 4,
        "group": 0,
        "label": None,
        "worker": 1,
        "submitted_s": 0.0,
        "started_s": 0.1,
        "finished_s": 0.2,
        "collected_s": 0.2,
        "cpu_s": 0.001,
        "states": {**NOT_SEEN, "running_s": 0.001, "unknown_s": 0.099},
        "outcome": "finished",
        "result": "Number: 4",
        "returned": None,
        "error": None,
        "traceback": None,
    }


def test_the_states_of_an_observed_run() -> None:
    found = to_object(builders.observed())
    assert found["environment"]["observer"] == {
        "hz": 50.0,
        "cpu": True,
        "blocking": True,
        "gil": True,
        "missing": {},
    }
    states = {**NO_TIME, "running_s": 0.06, "gil_wait_s": 0.04}
    assert found["tasks"][0]["states"] == found["workers"][0]["states"] == states
    assert found["states"] == {**NO_TIME, "running_s": 0.1, "gil_wait_s": 0.1}
    (finding,) = [f for f in found["findings"] if f["id"] == "gil-wait"]
    assert "50 %" in finding["sentence"]
    assert 0.5 in finding["evidence"].values()


def test_figures_that_the_caller_knows_better_are_used() -> None:
    run = builders.pool()
    summary = summarise(run, sequential_s=0.5)
    known = run_report(run, summary).summary
    assert (known.speedup, known.speedup_at_most) == (2.5, None)


def test_what_was_not_seen_is_null() -> None:
    run = Run(Plan(tasks=2))
    run.apply([events.Output(5, None, "before the start"), events.RunnerExited(10, -9)])
    found = to_object(run)
    assert found["phase"] == "died"
    assert found["error"] == "the runner process was killed by SIGKILL"
    assert found["summary"]["makespan_s"] is found["environment"] is None
    assert found["exit_status"] == -9
    assert found["counts"]["not_started"] == 2
    assert found["tasks"][0]["started_s"] is found["tasks"][0]["worker"] is None
    assert found["output"] == [
        {"task": None, "worker": None, "t_s": None, "text": "before the start"}
    ]


def test_a_failed_task_and_a_dead_worker() -> None:
    told: list[events.AnyEvent] = [
        events.WorkerStarting(builders.at(0), "w"),
        events.WorkerStarted(builders.at(30), "w", 41, 42),
        events.TaskSubmitted(builders.at(0), 0),
        events.TaskStarted(builders.at(30), 0, "w"),
        events.TaskFailed(builders.at(50), 0, None, "ValueError: no", "Traceback…"),
        events.WorkerDied(builders.at(60), "w", -11),
    ]
    found = to_object(builders.finished(70, told))
    assert found["workers"] == [
        {
            "id": 0,
            "name": "w",
            "kind": "worker",
            "label": "worker 1",
            "pid": 41,
            "tid": 42,
            "busy_s": 0.02,
            "states": {**NOT_SEEN, "unknown_s": 0.02},
            "startup_s": 0.03,
            "arguments": None,
            "exit_status": -11,
            "ended_by_strategy": False,
        }
    ]
    assert found["processes"] == [{"pid": 41, "exit_status": -11}]
    assert found["threads"] == [{"pid": 41, "tid": 42}]
    task = found["tasks"][0]
    assert (task["outcome"], task["error"]) == ("failed", "ValueError: no")
    assert task["traceback"] == "Traceback…"
    assert task["cpu_s"] is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_result_that_json_does_not_have(value: float) -> None:
    run = builders.finished(1, builders.task(0, "w", 0, 1, value))
    assert to_object(run)["tasks"][0]["result"] == repr(value)


def test_results_keep_their_type() -> None:
    values: list[events.Result] = [0, 2**63 - 1, 1.5, True, "", "\x1b[31m\x00"]
    run = builders.finished(
        1, *[builders.task(i, "w", 0, 1, value) for i, value in enumerate(values)]
    )
    assert [task["result"] for task in to_object(run)["tasks"]] == values
    assert to_object(run)["tasks"][3]["result"] is True


@given(histories())
def test_it_is_complete_and_valid_whatever_happened(history: History) -> None:
    run = history.run
    found = to_object(run)
    counts = found["counts"]
    assert set(found["left_out"]) == set(vars(Counts()))
    assert sum(counts.values()) == run.plan.tasks == len(found["tasks"])
    assert [task["id"] for task in found["tasks"]] == list(range(run.plan.tasks))
    for task, outcome in zip(found["tasks"], history.outcomes, strict=True):
        assert task["outcome"] == outcome.word.replace(" ", "_")
        assert task["outcome"] in counts
        assert task["worker"] is None or task["worker"] < len(found["workers"])
    assert set(found["summary"]) == {*Summary.__dataclass_fields__, "speedup_at_most"}


def test_a_hundred_thousand_tasks_take_seconds_of_cpu_at_most() -> None:
    number = 100_000
    run = Run(Plan(tasks=number))
    run.apply([events.RunStarted(0)])
    for task in range(number):
        run.apply(
            [
                events.TaskSubmitted(task, task),
                events.TaskStarted(task + 5, task, f"w{task % 8}"),
                events.TaskFinished(task + 9, task, 3, f"Number: {task}"),
            ]
        )
    run.apply([events.RunFinished(number + 10, None), events.RunnerExited(number + 20, 0)])
    before = time.process_time()
    found = encode(run_report(run))
    assert time.process_time() - before < 10
    assert len(json.loads(found)["tasks"]) == number
