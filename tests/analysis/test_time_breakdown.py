"""The states of a task, a worker and a run add up to its time, whatever was and was not sampled."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.time_breakdown import MANY, Spending, of_task, of_worker
from concviz.model.run import Run
from concviz.model.sampled import sampled as sampled_of
from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.states import Spent, State, nothing, total
from concviz.trace.worker_kind import WorkerKind
from tests.builders import (
    ENVIRONMENT,
    MS,
    ZERO,
    History,
    Message,
    at,
    batches,
    histories,
    sampled,
    samples,
    shuffled,
    with_awaits,
)

Told = list[events.AnyEvent]


def made(*told: events.AnyEvent, kind: str = "thread", tasks: int = 1, end: float = 100) -> Run:
    run = Run(Plan(tasks=tasks))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind(kind))])
    run.apply([events.RunStarted(ZERO), *told])
    run.apply([events.RunFinished(at(end), None), events.RunnerExited(at(end + 1), 0)])
    return run


def task(number: int, worker: str, start: float, end: float, cpu: float | None) -> Told:
    return [
        events.TaskStarted(at(start), number, worker),
        events.TaskFinished(at(end), number, None if cpu is None else round(cpu * MS), None),
    ]


def ms(spent: Spent | None) -> dict[str, object]:
    """In milliseconds, without the states that took no time."""
    assert spent is not None
    return {s.name.lower(): pytest.approx(spent[s] / MS, abs=0.01) for s in State if spent[s]}


@given(
    histories(),
    st.randoms(use_true_random=False),
    st.sampled_from(["thread", "coroutine"]),
)
def test_states_add_up_to_wall_time(history: History, random: Random, kind: str) -> None:
    run = Run(history.plan)
    run.apply([Header(plan=history.plan, environment=ENVIRONMENT, worker_kind=WorkerKind(kind))])
    own = with_awaits(history, random) if kind == "coroutine" else history.told
    told: list[Message] = [*own, *samples(history, random), history.exit]
    now = history.exit.t_ns
    spending = Spending(run)
    for batch in batches(told, random):
        run.apply(batch)
        spending.of_run(now)  # as the screen does: again and again, on the way
    tasks = run.tasks
    for number in range(len(tasks)):
        spent = of_task(run, number, now)
        if tasks.started[number] == UNKNOWN:
            assert spent is None
            continue
        assert spent is not None
        worker = run.workers[tasks.worker[number]]
        lane = worker.lane
        k = lane.find(number, tasks.started[number])
        wall = max(0, lane.ends[k] - lane.starts[k])
        assert sum(spent) == wall
        assert min(spent) >= 0
        if tasks.cpu[number] != UNKNOWN:
            assert spent[State.RUNNING] == min(tasks.cpu[number], wall)
        if not worker.observed:
            assert sum(spent) == spent[State.RUNNING] + spent[State.UNKNOWN], "nothing made up"
    for worker in run.workers:
        assert sum(of_worker(run, worker, now)) == sum(
            max(0, end - start)
            for start, end in zip(worker.lane.starts, worker.lane.ends, strict=True)
        )
    anew = total(of_worker(run, worker, now) for worker in run.workers)
    assert spending.of_run(now) == anew, "what was worked out on the way is what it is at the end"


def test_cpu_time_is_the_threads_own_and_the_rest_is_split_as_sampled() -> None:
    run = made(
        *task(0, "w", 0, 100, cpu=40),
        sampled("w", 0, 100, running=50, gil_wait=25, io=25),
    )
    assert ms(of_task(run, 0)) == {"running": 40, "gil_wait": 30, "io": 30}


def test_without_samples_only_the_cpu_time_is_known() -> None:
    assert ms(of_task(made(*task(0, "w", 0, 100, cpu=40)), 0)) == {"running": 40, "unknown": 60}
    assert ms(of_task(made(*task(0, "w", 0, 100, cpu=None)), 0)) == {"unknown": 100}


def test_what_samples_do_not_cover_is_unknown() -> None:
    run = made(
        sampled("w", -10, 0, sleep=10),
        *task(0, "w", 0, 100, cpu=0),
        *[sampled("w", 10 * k, 10 * k + 10, sleep=10) for k in range(4)],
    )
    spent = of_task(run, 0)
    assert spent is not None
    # The thread is taken to go on for two and a half intervals after it was seen last.
    assert ms(spent) == {"sleep": 40 + 50, "unknown": 10}


def test_a_sample_after_the_task_says_nothing_of_its_end() -> None:
    """The thread slept in its task, and then waited for the next one: that is no lock."""
    run = made(
        *task(0, "w", 0, 90, cpu=0),
        *[sampled("w", 20 * k, 20 * k + 20, sleep=20) for k in range(4)],
        sampled("w", 80, 100, lock=20),
    )
    assert ms(of_task(run, 0)) == {"sleep": 90}


def test_a_task_between_two_samples_shares_its_lanes_states() -> None:
    run = made(*task(0, "w", 42, 48, cpu=2), sampled("w", 40, 60, running=10, lock=5, io=5))
    assert ms(of_task(run, 0)) == {"running": 2, "lock": 2, "io": 2}


def test_a_task_under_way_is_known_until_now() -> None:
    run = Run(Plan(tasks=1))
    run.apply([events.RunStarted(ZERO), events.TaskStarted(at(0), 0, "w")])
    run.apply([sampled("w", 0, 60, sleep=60)])
    assert ms(of_task(run, 0, at(60))) == {"sleep": 60}
    assert ms(Spending(run).of_run(at(70))) == {"sleep": 70}


def coroutines(*told: events.AnyEvent) -> Run:
    """Two tasks of 100 ms in one thread: the second one computes, not awaiting, from 40 to 90."""
    return made(
        *[events.WorkerStarted(at(0), f"s{k}", 1, 1) for k in (1, 2)],
        *task(0, "s1", 0, 100, cpu=0),
        *task(1, "s2", 0, 100, cpu=40),
        *told,
        kind="coroutine",
        tasks=2,
    )


def test_a_coroutine_says_itself_what_it_waits_for() -> None:
    """Whatever its thread does for the others, and where nobody looks at its thread."""
    told: Told = [
        events.Awaited(at(30), 0, at(0), {"sleep": 30 * MS}, "running"),
        events.Awaited(at(100), 0, at(30), {"lock": 60 * MS, "loop_wait": 10 * MS}, "running"),
    ]
    expected = {"sleep": 30, "lock": 60, "loop_wait": 10}
    assert ms(of_task(coroutines(*told), 0)) == expected
    assert ms(of_task(coroutines(*told, sampled("s1", 0, 100, running=50, io=50)), 0)) == expected


def test_while_it_waits_it_is_taken_to_go_on() -> None:
    run = coroutines(events.Awaited(at(10), 0, at(0), {"io": 10 * MS}, "sleep"))
    assert ms(of_task(run, 0)) == {"io": 10, "sleep": 90}


def test_in_a_long_step_of_its_own_the_threads_states_are_those_of_the_coroutine() -> None:
    told: Told = [
        events.Awaited(at(40), 1, at(0), {"io": 40 * MS}, "running"),
        events.LoopBlocked(at(90), 1, 50 * MS),
        events.Awaited(at(90), 1, at(40), {"running": 40 * MS, "unknown": 10 * MS}, "sleep"),
        events.Awaited(at(100), 1, at(90), {"sleep": 10 * MS}, "running"),
    ]
    unseen = ms(of_task(coroutines(*told), 1))
    assert unseen == {"running": 40, "io": 40, "sleep": 10, "unknown": 10}
    seen = coroutines(*told, sampled("s1", 40, 90, running=40, lock=10))
    assert ms(of_task(seen, 1)) == {"running": 40, "io": 40, "sleep": 10, "lock": 10}


def test_the_end_of_a_long_step_is_not_what_the_thread_did_after_it() -> None:
    """A cell of the picture that lies between the last sample of the step and the one after it."""
    run = coroutines(
        events.Awaited(at(40), 1, at(0), {"io": 40 * MS}, "running"),
        events.LoopBlocked(at(90), 1, 50 * MS),
        events.Awaited(at(90), 1, at(40), {"unknown": 50 * MS}, "sleep"),
        *[sampled("s1", 20 * k, 20 * k + 20, lock=20) for k in range(2, 4)],
        sampled("s1", 80, 100, lock=5, io=15),
    )
    cell = sampled_of(run, run.workers[1], 1, at(84), at(88))
    assert ms(cell) == {"lock": 4}


def test_a_task_that_never_waits_has_the_states_of_its_thread() -> None:
    run = coroutines(sampled("s1", 0, 100, running=40, io=60))
    assert ms(of_task(run, 1)) == {"running": 40, "io": 60}


def test_what_other_tasks_of_its_row_tell_takes_nothing_from_a_task_that_told_nothing() -> None:
    """It was taken for a gap as soon as the next one told something."""
    told = [
        *[events.WorkerStarted(at(0), "s1", 1, 1), *task(0, "s1", 0, 30, cpu=0)],
        events.Awaited(at(30), 0, at(0), {"sleep": 30 * MS}, "running"),
        *task(1, "s1", 30, 60, cpu=30),
        *task(2, "s1", 60, 90, cpu=0),
        events.Awaited(at(90), 2, at(60), {"io": 30 * MS}, "running"),
        sampled("s1", 0, 30, io=30),
        sampled("s1", 30, 60, running=30),
    ]
    run = made(*told, kind="coroutine", tasks=3)
    assert ms(sampled_of(run, run.workers[0], 1, at(30), at(60))) == {"running": 30}


def test_very_many_tasks_of_a_coroutine_share_what_it_told() -> None:
    number = MANY + 1
    told: Told = []
    for k in range(number):
        start, end = 0.1 * k, 0.1 * k + 0.08
        told += task(k, "s", start, end, cpu=0.02)
        shares: dict[Any, int] = {"running": MS // 50, "sleep": round(0.06 * MS)}
        told.append(events.Awaited(at(end), k, at(start), shares, "running"))
    run = made(*told, kind="coroutine", tasks=number, end=0.1 * number)
    spent = of_worker(run, run.workers[0])
    assert spent[State.RUNNING] == pytest.approx(number * 0.02 * MS, rel=0.01)
    assert spent[State.SLEEP] == pytest.approx(number * 0.06 * MS, rel=0.01)


def test_very_many_tasks_of_a_worker_share_its_states() -> None:
    number = MANY + 1
    told: Told = []
    for k in range(number):
        told += task(k, "w", 0.1 * k, 0.1 * k + 0.05, cpu=0.02)
    end = 0.1 * number
    mix = sampled("w", 0, end, running=end / 2, io=end / 4, lock=end / 4)
    run = made(*told, mix, tasks=number, end=end)
    spent = of_worker(run, run.workers[0])
    assert sum(spent) == pytest.approx(number * 0.05 * MS)
    assert spent[State.RUNNING] == pytest.approx(number * 0.02 * MS)
    assert spent[State.IO] == pytest.approx(number * 0.015 * MS, rel=0.01)
    assert spent[State.LOCK] == pytest.approx(number * 0.015 * MS, rel=0.01)
    assert Spending(run).of_run() == spent


@given(st.randoms(use_true_random=False))
def test_what_is_known_of_many_tasks_grows_with_them(random: Random) -> None:
    """Worked out on the way, as the screen does, it is what it is at the end."""
    number = MANY + 50
    told: Told = []
    t = 0.0
    for k in range(number):
        begin = t + random.choice([0.0, 0.5, 3.0])
        t = begin + random.choice([0.1, 1.0, 2.0])
        told += task(k, "w", begin, t, cpu=random.choice([None, 0.05]))
    since = 0.0
    while since < t:
        until = since + random.randint(1, 20)
        half = (until - since) / 2
        told.append(sampled("w", since, until, io=half, lock=half))
        since = until
    told.sort(key=lambda event: event.t_ns)
    run = Run(Plan(tasks=number))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)])
    run.apply([events.RunStarted(ZERO)])
    spending = Spending(run)
    while told:
        run.apply(told[:40])
        del told[:40]
        spending.of_run(run.latest)
    grown, anew = spending.of_run(run.latest), of_worker(run, run.workers[0], run.latest)
    assert sum(grown) == sum(anew) == run.busy
    assert grown == pytest.approx(anew, abs=number * len(State))


def test_only_the_time_in_which_it_was_busy_counts_of_a_worker_with_many_tasks() -> None:
    """It sleeps in its tasks, and waits for a lock between them."""
    number = MANY + 50
    told: Told = []
    for first in range(0, number, 3):
        begin = 40 / 3 * first
        for k in range(3):
            told += task(first + k, "w", begin + 3 * k, begin + 3 * k + 3, cpu=0)
        told.append(sampled("w", begin, begin + 10, sleep=10))
        told.append(sampled("w", begin + 10, begin + 40, lock=30))
    run = made(*told, tasks=number, end=40 * number)
    assert MANY < len(run.workers[0].states) < number, "fewer samples than tasks"
    assert ms(of_worker(run, run.workers[0])) == {"sleep": 3 * number}


def test_an_idle_worker_spent_nothing() -> None:
    run = made(events.WorkerStarted(at(0), "w", 1, 2), *task(0, "v", 0, 10, cpu=0))
    assert of_worker(run, run.workers[0]) == nothing()


@given(histories(), st.randoms(use_true_random=False))
def test_order_does_not_matter_when_all_is_there(history: History, random: Random) -> None:
    """Samples of a thread come in order, but at any time beside the events of its tasks."""
    seen = samples(history, random)
    runs = [Run(history.plan), Run(history.plan)]
    orders = [history.told, shuffled(history, random)]
    found = []
    for run, order in zip(runs, orders, strict=True):
        run.apply([*order, *seen, history.exit])
        by_worker = {w.key: of_worker(run, w) for w in run.workers if len(w.lane)}
        found.append(by_worker)
    assert found[0] == found[1]
