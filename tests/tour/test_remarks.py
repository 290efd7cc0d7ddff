"""What scenes say of made-up runs, of which it is known what happened."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.tour.scene import Spot
from concviz.trace import events
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from tests.builders import ENVIRONMENT, ZERO, even_run
from tests.builders.runs import run_of
from tests.builders.told import Told, at, task
from tests.tour.playing import answer, remarks, scene

FREE_THREADED = replace(ENVIRONMENT, gil=False)
S = 10**9


def made(
    name: str,
    *parts: tuple[float, dict[str, float]],
    environment: Environment = ENVIRONMENT,
    **changes: object,
) -> list[Run]:
    """Runs of the parts of a scene that took so long, and in which tasks spent these shares so."""
    found = []
    for part, (makespan_s, states) in zip(scene(name).parts, parts, strict=True):
        plan = replace(part.plan, **changes)
        traits = catalogue.strategy(plan.strategy).traits
        keeps = traits.kind == "coroutine" and plan.workload == "cpu"
        found.append(even_run(plan, traits, makespan_s, states, environment, keeps_loop=keeps))
    return found


SLEEPS, COMPUTES = {"sleep": 1.0}, {"running": 1.0}
TURNS = {"running": 0.25, "gil_wait": 0.75}
SHARE_CORES = {"running": 0.5, "core_wait": 0.5}


def test_threads_that_take_turns_are_slower_than_processes() -> None:
    runs = made("gil", (1.2, TURNS), (0.6, SHARE_CORES), tasks=4)
    assert answer("gil", runs) == "in processes"
    assert remarks("gil", runs) == [
        "Threads took 1.200 s, processes 600 ms: threads 2.00× as long.",
        "The threads computed 1.200 s in 1.200 s, so no more than one at a time: a second core "
        "would not have helped.",
        "Their rows show what they did instead: for 75 % of their time they waited for the GIL, "
        "which another one had.",
        "The processes computed 1.200 s in 600 ms: 2.0 at a time, each on a core.",
        "The processes waited 50 % of their time for a core: there are 4 processes and 2 cores.",
    ]


def test_without_a_gil_threads_are_as_fast_as_processes() -> None:
    runs = made("gil", (0.6, SHARE_CORES), (0.61, SHARE_CORES), environment=FREE_THREADED, tasks=4)
    assert answer("gil", runs) == "it takes as long in both"
    said = remarks("gil", runs)
    assert (
        "The threads computed 1.200 s in 600 ms: 2.0 at a time, for this Python has no GIL." in said
    )
    assert not any("waited for the GIL" in text for text in said)


def test_on_one_core_processes_gain_nothing() -> None:
    one = replace(ENVIRONMENT, cores_usable=1, cores_total=1)
    quarter = {"running": 0.25, "core_wait": 0.75}
    runs = made("gil", (1.2, quarter), (1.25, quarter), environment=one, tasks=4)
    assert answer("gil", runs) == "it takes as long in both"
    assert remarks("gil", runs)[-1].endswith("there are 4 processes and 1 core.")


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_the_sooner_one_is_the_one_that_took_less(threads_s: float, processes_s: float) -> None:
    right = answer("gil", made("gil", (threads_s, TURNS), (processes_s, SHARE_CORES)))
    if right == "in threads":
        assert threads_s < processes_s
    elif right == "in processes":
        assert processes_s < threads_s
    elif right is not None:
        assert 0.86 < threads_s / processes_s < 1.16


@pytest.mark.parametrize("name", ["gil", "lock", "choice"])
def test_where_others_use_the_cores_nothing_is_concluded(name: str) -> None:
    runs = made(name, *[(1.2, TURNS)] * len(scene(name).parts))
    for run in runs:
        taken = Run(run.plan)
        taken.apply([events.MachineSampled(ZERO + S, ZERO, 2 * S, 2.0)])
        run.machine = taken.machine
    assert answer(name, runs) is None
    said = " ".join(remarks(name, runs))
    assert "Other programs used up to " in said
    for conclusion in ("no more than one", "at a time", "So, with this Python"):
        assert conclusion not in said


def test_in_a_lock_one_computes_at_a_time() -> None:
    queue = {"running": 0.25, "lock": 0.75}
    runs = made("lock", (1.0, queue), (1.1, queue), tasks=4)
    assert answer("lock", runs) == "it takes as long in both"
    said = remarks("lock", runs)
    assert said[0].startswith("It took 1.000 s, of which 1.000 s were computed, one task at a time")
    assert said[1].startswith("The rows show lock for 75 % of the tasks' time")
    assert "hardly waited for the GIL" in said[1]
    assert "took 1.100 s all the same" in said[2]


def test_tasks_that_compute_side_by_side_are_not_said_to_take_turns() -> None:
    assert remarks("lock", made("lock", (0.5, SHARE_CORES), (0.5, SHARE_CORES))) == []


def test_coroutines_that_compute_keep_the_loop() -> None:
    runs = made("coroutines", (0.5, SLEEPS), (1.0, COMPUTES))
    assert answer("coroutines", runs) == "only the waits"
    said = remarks("coroutines", runs)
    assert said[-2].startswith("4 computations took 1.000 s, one after the other")
    assert said[-1].startswith("Task 3 kept the loop for 250 ms.")


def test_one_coroutine_at_a_time_waits_alone() -> None:
    runs = made("coroutines", (2.5, SLEEPS), (1.0, COMPUTES), workers=1)
    assert answer("coroutines", runs) == "neither"
    assert not any("at once" in text for text in remarks("coroutines", runs))


LIGHT = "threads or coroutines"


@pytest.mark.parametrize(
    ("waits_s", "computing_s", "right"),
    [
        (
            (0.30, 0.30, 0.35),
            (0.9, 0.9, 0.5),
            "threads or coroutines to wait, processes to compute",
        ),
        ((0.30, 0.30, 0.35), (0.5, 0.9, 0.5), "threads or coroutines for both"),
        ((0.30, 0.30, 0.30), (0.9, 0.9, 0.9), "threads or coroutines for both"),
        ((0.90, 0.90, 0.30), (0.9, 0.9, 0.5), "processes for both"),
    ],
)
def test_what_is_best_is_what_was_measured(
    waits_s: Sequence[float], computing_s: Sequence[float], right: str
) -> None:
    waits = [(took, SLEEPS) for took in waits_s]
    computing = [(took, {"running": 0.5, "core_wait": 0.5}) for took in computing_s]
    runs = made("choice", *waits, *computing)
    assert answer("choice", runs) == right
    said = " ".join(remarks("choice", runs))
    assert f"So, with this Python on this machine: {right}." in said
    assert ("Processes gain nothing: who waits" in said) == (waits_s[2] > 0.29 and waits_s[0] < 0.9)


@given(st.integers(1, 12), st.integers(1, 8), st.floats(0.9, 1.6))
def test_how_long_is_how_often_one_after_the_other(tasks: int, workers: int, slower: float) -> None:
    for name in ("thread-pool", "process-pool"):
        rounds = -(-tasks // min(workers, tasks))
        runs = made(name, (rounds * slower, SLEEPS), tasks=tasks, workers=workers)
        right = answer(name, runs)
        assert right is None or right == f"{rounds} s"
        assert (right is not None) == (0.98 <= round(slower, 9) <= 1.45)
        said = " ".join(remarks(name, runs))
        on = min(workers, tasks)
        assert (f": {tasks} tasks on {on} " in said) == (tasks > 1)
        assert ("one task alone" in said) == (tasks == 1)
        assert ("nothing left to do" in said) == (on > 1 and rounds > 1 and tasks % on != 0)
        assert ("the same " in said) == (on > 1 and rounds > 1)


def test_the_picture_is_marked_where_the_words_say() -> None:
    runs = made("thread-pool", (2.0, SLEEPS))
    marked = {}
    for remark in scene("thread-pool").remarks:
        if (text := remark.text(runs)) is not None and (spot := remark.points_at(runs)) is not None:
            marked[text.split()[2]] = spot
    tasks = runs[0].tasks
    assert marked["was"] == Spot(tasks.worker[3], tasks.started[3]), "of who was free first"
    idle = 3 - len({tasks.worker[3], tasks.worker[4]})
    assert idle == 1
    assert marked["end"].worker not in (tasks.worker[3], tasks.worker[4])
    assert marked["end"].t_ns == tasks.finished[2], "where it has nothing left to do"


def test_results_are_in_the_order_in_which_they_came() -> None:
    plan = Plan(strategy="thread-pool", workload="number", workers=2, tasks=2, duration_s=1)
    told = [*task(0, "a", 0, 1010, "Number: 0"), *task(1, "b", 0, 1000, "Number: 1")]
    as_they_ended = run_of(plan, "thread", told, 1011)
    assert not any("order" in text for text in remarks("thread-pool", [as_they_ended]))
    in_order: Told = [event for event in told if not isinstance(event, events.TaskCollected)]
    in_order += [events.TaskCollected(at(1012), 0), events.TaskCollected(at(1013), 1)]
    said = " ".join(remarks("thread-pool", [run_of(plan, "thread", in_order, 1014)]))
    assert "ended in the order 1 and 0; yet the results came in the order of the tasks" in said


def counted(part: int, *returned: tuple[int, int]) -> Run:
    """A run of a part in which each task saw that total in that process."""
    told: Told = []
    for number, (pid, total) in enumerate(returned):
        told.append(events.WorkerStarted(at(0), f"w{number}", pid, 20 + number))
        told += task(number, f"w{number}", 0, 500 + number, f"({pid}, {total})")
    plan = replace(scene("memory").parts[part].plan, tasks=len(returned))
    return run_of(plan, ("thread", "process")[part], told, 510)


def test_threads_that_lost_an_addition_are_said_to() -> None:
    """As they can without a GIL."""
    runs = [counted(0, (7, 1), (7, 2), (7, 2)), counted(1, (8, 1), (9, 1), (10, 1))]
    assert answer("memory", runs) is None
    said = remarks("memory", runs)
    assert said[0].startswith("3 threads counted to 2: ")
    assert "1 addition was lost" in said[0]
    assert said[1].startswith("3 processes counted to 1 each")
