"""What coroutines are said to wait for is what they await: in real runs, alone and compared."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator
from typing import Any

import pytest

import concviz
from concviz.analysis.statistics import NS
from concviz.analysis.time_breakdown import Spending, of_task
from concviz.hooks import awaiting
from concviz.model.run import Run
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.view.words import state_word as word
from tests.fixtures import Install
from tests.running import check_all_finished, run_plan

LASTS_S = 0.3
TASKS = 3

AWAITS = {
    "timer": "sleep",
    "many_timers": "sleep",
    "a_generator": "sleep",
    "a_thread": "waiting for an executor",
    "an_executor": "waiting for an executor",
    "a_queue": "waiting for a task, event or queue",
    "some_tasks": "waiting for a task, event or queue",
    "a_group": "waiting for a task, event or queue",
    "a_stream": "I/O",
    "a_socket": "I/O",
    "a_process": "I/O",
    "a_future": "waiting for something else",
}
"""What nearly all of the time of every task goes into."""
IN_TURNS = ("a_lock", "a_semaphore")
WORKLOADS = (
    *(*AWAITS, *IN_TURNS),
    *("others", "overslept", "answered_meanwhile", "beside_a_busy_one"),
)


@pytest.fixture(autouse=True)
def installed(install: Install, fresh: None) -> None:
    """The workloads of ``tests.worker.awaiting`` can be run under their names."""
    points = {name: f"tests.worker.awaiting:{name.upper()}" for name in WORKLOADS}
    install({"concviz.workloads": points})


def done(workload: str, tasks: int = TASKS, **options: Any) -> Run:
    plan = Plan(
        strategy="asyncio", workload=workload, tasks=tasks, workers=tasks, duration_s=LASTS_S
    )
    run = run_plan(plan, **options)
    check_all_finished(run)
    return run


def spent(run: Run, task: int | None = None) -> dict[str, float]:
    """Seconds in each state, by its word."""
    found = Spending(run).of_run() if task is None else of_task(run, task)
    assert found is not None
    return {word(run, state): found[state] / NS for state in State}


@pytest.mark.parametrize("sample_hz", [50, 0], ids=["sampled", "not sampled"])
@pytest.mark.parametrize(("workload", "words"), AWAITS.items())
def test_a_coroutine_waits_for_what_it_awaits(workload: str, words: str, sample_hz: float) -> None:
    """Also where its thread is not looked at: the coroutine tells."""
    found = spent(done(workload, sample_hz=sample_hz))
    assert found[words] >= 0.8 * TASKS * LASTS_S
    assert found[words] >= 0.8 * sum(found.values())


@pytest.mark.parametrize("workload", IN_TURNS)
def test_who_cannot_have_a_lock_waits_for_it(workload: str) -> None:
    run = done(workload)
    for turn, task in enumerate(sorted(range(TASKS), key=run.tasks.finished.__getitem__)):
        found = spent(run, task)
        assert found["sleep"] == pytest.approx(LASTS_S, rel=0.2), "its own turn"
        assert found["waiting for a lock"] == pytest.approx(turn * LASTS_S, rel=0.2, abs=0.02)


@pytest.mark.parametrize("workload", ["timer", "a_socket"])
def test_a_comparison_says_the_same(workload: str) -> None:
    compared = concviz.compare(
        strategies=["asyncio"],
        workload=workload,
        tasks=TASKS,
        workers=TASKS,
        duration_s=LASTS_S,
        repeat=1,
        warmup=0,
    )
    (row,) = [row for row in compared.rows if row.strategy == "asyncio"]
    assert row.spent is not None
    states = {word(done(workload), state): row.spent[state] / NS for state in State}
    assert states[AWAITS[workload]] >= 0.8 * TASKS * LASTS_S


def test_who_lets_the_others_go_first_waits_for_the_loop() -> None:
    found = spent(done("others"))
    assert found["running"] + found["waiting for the event loop"] >= 0.6 * sum(found.values())
    assert found["waiting for the event loop"] > found["running"], "one of three runs at a time"


def test_who_has_slept_waits_for_the_loop_that_another_keeps() -> None:
    """And not before: a loop that is busy while they sleep takes nothing from them."""
    run = done("overslept")
    for task in (0, 2):
        found = spent(run, task)
        assert found["sleep"] == pytest.approx(LASTS_S / 2, rel=0.2)
        assert found["waiting for the event loop"] >= 0.6 * LASTS_S


def test_what_comes_while_another_keeps_the_loop_is_waited_for_no_longer() -> None:
    found = spent(done("answered_meanwhile", tasks=2), 0)
    assert found["waiting for the event loop"] >= 0.9 * LASTS_S
    assert found["I/O"] < 0.1 * LASTS_S


def test_a_loop_that_is_busy_in_short_steps_makes_nobody_late() -> None:
    """It was called waiting for the event loop, although the answer came no sooner."""
    run = done("beside_a_busy_one")
    for task in (1, 2):
        found = spent(run, task)
        assert found["I/O"] >= 0.8 * sum(found.values())


# -- what they await, from within --


class Custom:
    """Awaits by way of a generator of its own."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield from self._inner.__await__())


class Foreign:
    """An iterator that nobody can look into, as those of compiled packages."""

    def __init__(self, future: Any) -> None:
        self._futures = [future]

    def __await__(self) -> Foreign:
        return self

    def __iter__(self) -> Foreign:
        return self

    def __next__(self) -> Any:
        if not self._futures:
            raise StopIteration
        future = self._futures.pop()
        future._asyncio_future_blocking = True
        return future


def first(coroutine: Any) -> str:
    """What a coroutine awaits first."""
    kind = awaiting.awaited(coroutine, coroutine.send(None))
    coroutine.close()
    return kind


def test_what_is_awaited_is_found_behind_whatever_stands_between() -> None:
    async def timer() -> None:
        await asyncio.sleep(10)

    async def through(what: Any) -> None:
        await what

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def task() -> asyncio.Future[None]:
            return asyncio.ensure_future(asyncio.sleep(0))

        assert first(through(Custom(timer()))) == "sleep"
        assert first(through(Custom(loop.create_future()))) == "other"
        assert first(through(Foreign(loop.create_future()))) == "other"
        assert first(through(Foreign(task()))) == "task_wait"
        assert first(through(task())) == "task_wait"
        assert first(through(asyncio.shield(task()))) == "task_wait"
        assert first(through(asyncio.Event().wait())) == "task_wait"
        assert first(through(asyncio.Queue().get())) == "task_wait"
        assert first(through(asyncio.Semaphore(0).acquire())) == "lock"
        assert first(asyncio.wait([task()])) == "task_wait"
        assert first(through(asyncio.sleep(0))) == "loop_wait"
        within = "task_wait" if sys.version_info < (3, 12) else "sleep"
        assert first(asyncio.wait_for(timer(), 20)) == within, "3.11 makes a task of it"
        condition = asyncio.Condition()
        await condition.acquire()
        assert first(through(condition.wait_for(lambda: False))) == "task_wait"
        assert first(through(condition.acquire())) == "lock"
        assert first(through(condition.__aenter__())) == "lock"

    asyncio.run(main())


def test_what_cannot_be_told_is_something_else() -> None:
    class Odd:
        @property
        def _callbacks(self) -> object:
            raise RuntimeError("look elsewhere")

    assert awaiting.awaited(object(), Odd()) == "other"
    assert awaiting.awaited(None, object()) == "other"
