"""The JSON object of a run: its shape, its figures, and that it is JSON whatever happened."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given

from concviz.analysis.statistics import Summary, summarise
from concviz.exporters.reports.of_run import run_report
from concviz.model.entities import Counts
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.environment import PARTS, Observer
from concviz.trace.header import Header, Program
from concviz.trace.plan import Plan
from concviz.trace.states import OF_THREADS
from concviz.trace.worker_kind import WorkerKind
from tests import builders
from tests.builders import History, histories
from tests.exporters.objects import text_of, to_object
from tests.plans import plan_of

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
        "group": None,
        "label": None,
        "items": 1,
        "submitted_by": None,
        "worker": 1,
        "submitted_s": 0.0,
        "started_s": 0.1,
        "finished_s": 0.2,
        **dict.fromkeys(("lost_s", "lost_why", "again")),
        "arrived": [],
        "stolen": [],
        "transfers": [],
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
            "group": None,
            "host": None,
            "pid": 41,
            "tid": 42,
            "busy_s": 0.02,
            "states": {**NOT_SEEN, "unknown_s": 0.02},
            "startup_s": 0.03,
            "arguments": None,
            "exit_status": -11,
            "helper": False,
            "daemon": False,
            "started_s": 0.03,
            "ended_s": 0.06,
            "ended_by_strategy": False,
        }
    ]
    process = {"host": None, "pid": 41, "parent": None, "start_method": None, "name": None}
    process["memory"] = None
    assert found["processes"] == [{**process, "ended_s": None, "exit_status": -11}]
    assert found["threads"] == [{"host": None, "pid": 41, "tid": 42, "name": "w"}]
    task = found["tasks"][0]
    assert (task["outcome"], task["error"]) == ("failed", "ValueError: no")
    assert task["traceback"] == "Traceback…"
    assert task["cpu_s"] is None


SEEN = Observer(hz=50, cpu=True, blocking=True, gil=True)
BLIND = Observer(
    hz=50, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(PARTS, "no nanny")
)


def test_what_is_not_seen_on_one_host_is_not_known_of_its_workers_alone() -> None:
    run = Run()
    for host, key, seen in ("", "w", SEEN), ("far", "there", BLIND):
        run.apply([events.HostObserved(builders.at(0), host, seen)])
        run.apply([events.WorkerStarted(builders.at(0), key, 7, 8, host=host)])
    run.apply([*builders.task(0, "w", 0, 10), *builders.task(1, "there", 0, 10)])
    found = to_object(run)
    for kind in "workers", "tasks":
        assert [each["states"]["sleep_s"] for each in found[kind]] == [0.0, None]


def test_a_run_that_nobody_planned_on_two_machines() -> None:
    run = Run()
    run.apply(
        [
            events.RunStarted(builders.at(0)),
            events.Host(builders.at(0), "far", offset_ns=5_000_000, error_ns=1_000),
            events.HostObserved(builders.at(0), "far", BLIND),
            events.Process(builders.at(0), 7, 6, "far", "spawn", "SpawnProcess-1"),
            events.ProcessEnded(builders.at(15), 7, 3, "far"),
            events.Marked(builders.at(5), "w", "warm"),
            events.NotSeen(builders.at(5), "sleep is not Python."),
            events.Thread(builders.at(0), 7, 8, "MainThread", "far"),
            events.Group(builders.at(0), 3, "thread-pool", "downloads", workers=2),
            events.Group(builders.at(0), 4, "event-loop", tasks=1),
            events.WorkerTold(builders.at(0), "w", WorkerKind.THREAD, 3),
            events.TaskTold(builders.at(0), 0, 3, "get /index", by=1),
            *builders.task(0, "w", 0, 10),
            *builders.task(1, "w", 10, 20),
            events.CutOff(builders.at(20), "The recording ends in the middle of a line."),
        ]
    )
    found = to_object(run)
    assert found["plan"] is None
    assert found["phase"] == "cut_off"
    (host,) = found["hosts"]
    assert host["observer"].pop("missing") == dict.fromkeys(PARTS, "no nanny")
    assert host == {
        "name": "far",
        "clock_offset_s": 0.005,
        "clock_error_s": 1e-6,
        "observer": {"hz": 50, "cpu": False, "blocking": False, "gil": False},
    }
    process = {"host": "far", "pid": 7, "parent": 6, "start_method": "spawn", "memory": None}
    end = {"name": "SpawnProcess-1", "ended_s": 0.015, "exit_status": 3}
    assert found["processes"] == [{**process, **end}]
    assert found["marks"] == [{"t_s": 0.005, "worker": 0, "label": "warm"}]
    assert found["not_seen"] == ["sleep is not Python."]
    assert found["threads"] == [{"host": "far", "pid": 7, "tid": 8, "name": "MainThread"}]
    assert found["groups"] == [
        {"id": 3, "kind": "thread-pool", "label": "downloads", "tasks": None, "workers": 2},
        {"id": 4, "kind": "event-loop", "label": None, "tasks": 1, "workers": None},
    ]
    assert [(worker["kind"], worker["group"]) for worker in found["workers"]] == [("thread", 3)]
    first, second = found["tasks"]
    assert (first["group"], first["label"], first["submitted_by"]) == (3, "get /index", 1)
    assert (second["group"], second["label"], second["submitted_by"]) == (None, None, None)


def test_a_group_of_a_program_has_as_many_tasks_as_there_were() -> None:
    program = Program(argv=["jobs.py"], python="3.11.7")
    run = Run()
    run.apply(
        [
            Header(program=program, environment=builders.ENVIRONMENT),
            events.RunStarted(builders.at(0)),
            events.Group(builders.at(0), 0, "thread-pool", "pool", tasks=9),
            events.Group(builders.at(0), 1, "threads"),
            events.TaskTold(builders.at(0), 0, 0, "a", items=500),
            events.TaskTold(builders.at(0), 1, 0, "b"),
        ]
    )
    found = to_object(run)
    assert found["program"]["argv"] == ["jobs.py"]
    assert [group["tasks"] for group in found["groups"]] == [2, 0]
    assert [task["items"] for task in found["tasks"]] == [500, 1]


def test_a_task_belongs_to_the_only_group() -> None:
    told: list[events.AnyEvent] = [events.Group(builders.at(0), 0, "plan", "threads", 1)]
    found = to_object(builders.finished(1, told, builders.task(0, "w", 0, 1)))
    assert found["tasks"][0]["group"] == found["groups"][0]["id"] == 0


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
    assert sum(counts.values()) == plan_of(run).tasks == len(found["tasks"])
    assert [task["id"] for task in found["tasks"]] == list(range(plan_of(run).tasks))
    for task, outcome in zip(found["tasks"], history.outcomes, strict=True):
        assert task["outcome"] == outcome.word.replace(" ", "_")
        assert task["outcome"] in counts
        assert task["worker"] is None or task["worker"] < len(found["workers"])
    assert set(found["summary"]) == {*Summary.__dataclass_fields__, "speedup_at_most"}


def test_thousands_of_tasks_take_a_second_of_cpu_at_most() -> None:
    number = 20_000
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
    found = text_of("json", run)
    assert time.process_time() - before < 2
    assert len(json.loads(found)["tasks"]) == number
