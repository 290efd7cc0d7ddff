"""Every finding fires on a made-up run and stays silent on another; none contradicts another."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.findings import Finding, findings
from concviz.analysis.lock_waits import of_run
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind
from tests.builders import (
    ENVIRONMENT,
    MS,
    History,
    Told,
    at,
    histories,
    observed_task,
    ran,
    sampled,
    samples,
)


def found(run: Run) -> dict[str, Finding]:
    return {finding.id: finding for finding in findings(run)}


def compete(gil: float, kind: str = "thread", **waits: float) -> Run:
    """Four workers of 100 ms, so many of them waiting for the GIL, the rest running or as said."""
    cpu = 100 - gil - sum(waits.values())
    spent = {"gil_wait": gil, **waits}
    return ran(kind, 100, *[observed_task(n, f"w{n}", 0, 100, cpu, **spent) for n in range(4)])


def test_gil_wait() -> None:
    finding = found(compete(71))["gil-wait"]
    assert "71 %" in finding.sentence
    assert "processes" in finding.sentence
    assert finding.evidence["gil_wait_share"] == pytest.approx(0.71)
    assert finding.evidence["gil_wait_s"] == pytest.approx(0.284)
    assert "gil-wait" not in found(compete(19)), "too little"
    assert "gil-wait" not in found(compete(71, kind="process")), "of one's own"


def test_core_wait() -> None:
    run = compete(0, "process", core_wait=48)
    finding = found(run)["core-wait"]
    assert finding.sentence.startswith("4 processes share 2 cores: 48 % of their time")
    assert finding.evidence == {
        "core_wait_share": pytest.approx(0.48),
        "core_wait_s": pytest.approx(0.192),
        "workers": 4,
        "cores": 2,
    }
    assert "core-wait" not in found(compete(0, "process", core_wait=14))
    two = ran(
        "process", 100, *[observed_task(n, f"w{n}", 0, 100, 50, core_wait=1) for n in range(2)]
    )
    assert "core-wait" not in found(two), "there is a core for each: somebody else has them"


def test_more_workers_gain_nothing_only_where_they_do_nothing_but_compute() -> None:
    said = found(compete(0, "process", core_wait=48))["core-wait"].sentence
    assert said.endswith("More than 2 at once gain nothing here.")
    waiting = [observed_task(n, f"w{n}", 0, 100, 20, core_wait=3, io=5) for n in range(4)]
    assert "gain nothing" not in found(ran("process", 100, *waiting))["core-wait"].sentence
    assert "core-wait" not in found(ran("coroutine", 100, *waiting)), "they share a thread"


def coroutines(state: str, share: int) -> Run:
    """Two of 100 ms, each of which waited for so many of them, as it told, and else ran."""
    told: list[Told] = []
    for number in range(2):
        told.append([events.TaskStarted(at(0), number, f"s{number}")])
        shares: dict[Any, int] = {state: share * MS, "running": (100 - share) * MS}
        told.append([events.Awaited(at(100), number, at(0), shares, "running")])
        cpu = (100 - share) * MS
        told.append([events.TaskFinished(at(100), number, cpu, None)])
        told[0].insert(0, events.TaskSubmitted(at(0), number))
    return ran("coroutine", 100, *told)


def test_coroutines_that_queue_for_the_loop_or_a_lock() -> None:
    assert "57 %" in found(coroutines("loop_wait", 57))["loop-wait"].sentence
    assert "43 % of it they ran" in found(coroutines("loop_wait", 57))["loop-wait"].sentence
    assert "loop-wait" not in found(coroutines("loop_wait", 39))
    assert "locks or semaphores" in found(coroutines("lock", 64))["lock-convoy"].sentence
    assert "lock-convoy" not in found(coroutines("lock", 29))
    assert "lock-convoy" not in found(coroutines("task_wait", 64)), "that is no lock"


def test_lock_convoy() -> None:
    finding = found(compete(0, lock=64))["lock-convoy"]
    assert finding.sentence.startswith("4 threads spent 64 % of their time waiting for the same ")
    assert finding.evidence["workers"] == finding.evidence["at_once"] == 4
    assert finding.evidence["waits"] == 4
    assert "lock-convoy" not in found(compete(0, lock=29))
    alone = ran(
        "thread",
        100,
        observed_task(0, "w", 0, 100, 0, lock=1),
        observed_task(1, "w", 100, 200, 0, lock=1),
    )
    assert "lock-convoy" not in found(alone), "one worker queues behind nobody of ours"


def test_each_at_a_lock_of_its_own_is_no_convoy() -> None:
    run = ran(
        "thread", 100, *[observed_task(n, f"w{n}", 0, 100, 0, f"{n}", lock=1) for n in range(4)]
    )
    assert [waited.workers for waited in of_run(run, 400)] == [1] * 4
    assert "lock-convoy" not in found(run)
    assert "lock-convoy" not in found(compete(0, thread_wait=64)), "no lock at all"


def test_waits_for_others() -> None:
    finding = found(compete(0, thread_wait=64))["waits-for-others"]
    assert "64 %" in finding.sentence
    assert "lock" not in finding.sentence
    assert "waits-for-others" not in found(compete(0, thread_wait=49))


def in_turn(cpu: float, kind: str = "main") -> Run:
    told = [observed_task(n, "main", 100 * n, 100 * n + 100, cpu, sleep=1) for n in range(3)]
    return ran(kind, 300, *told)


def test_waits_in_turn() -> None:
    finding = found(in_turn(2))["waits-in-turn"]
    assert "98 %" in finding.sentence
    assert finding.evidence["wait_s"] == pytest.approx(0.294)
    assert "waits-in-turn" not in found(in_turn(41))
    assert "waits-in-turn" not in found(in_turn(2, "thread"))


def loop(blocked: float, tasks: int = 2) -> Run:
    told: list[Told] = [
        [
            events.TaskSubmitted(at(0), n),
            events.TaskStarted(at(0), n, f"slot-{n}"),
            events.LoopBlocked(at(blocked * (n + 1)), n, round(blocked * MS)),
            events.TaskFinished(at(400), n, round(blocked * MS), None),
        ]
        for n in range(tasks)
    ]
    return ran("coroutine", 400, *told)


def test_loop_blocked() -> None:
    finding = found(loop(150))["loop-blocked"]
    assert "blocked for 150 ms by task 1" in finding.sentence
    assert finding.evidence["blocked_share"] == 0.75
    assert "loop-blocked" not in found(loop(99)), "too short"
    assert "loop-blocked" not in found(loop(150, tasks=1)), "it kept nobody from anything"


def starting(startup: float, work: float, kind: str = "process") -> Run:
    told: list[Told] = []
    for n in range(2):
        told.append(
            [
                events.WorkerStarting(at(0), f"w{n}"),
                events.WorkerStarted(at(startup), f"w{n}", 1, 2 + n),
            ]
        )
        told.append(observed_task(n, f"w{n}", startup, startup + work))
    return ran(kind, startup + work, *told)


def test_start_up() -> None:
    finding = found(starting(45, 55))["start-up"]
    assert "45 % of the makespan: use a pool" in finding.sentence
    assert finding.evidence["startup_mean_s"] == pytest.approx(0.045)
    assert "start-up" not in found(starting(24, 76))
    assert "start-up" not in found(starting(45, 55, "thread"))


def tiny(gap: float, number: int = 60, kind: str = "process") -> Run:
    told = [observed_task(n, "w", n * (1 + gap), n * (1 + gap) + 1) for n in range(number)]
    return ran(kind, number * (1 + gap), *told, strategy="process-pool")


def test_short_tasks() -> None:
    finding = found(tiny(4))["short-tasks"]
    assert "shorter (1.0 ms) than their dispatch (4.0 ms): raise chunksize" in finding.sentence
    assert "more work into a task" in found(tiny(4, kind="thread"))["short-tasks"].sentence
    assert "short-tasks" not in found(tiny(0.9))
    assert "short-tasks" not in found(tiny(4, number=49)), "too few to tell"


def first(run: Run) -> Finding:
    return findings(run)[0]


def dispatched(kind: str, gap: float, strategy: str, **spent: float) -> Run:
    """Two workers with tasks of 1 ms, of which each waited as said, and gaps between them."""
    told = []
    for n in range(60):
        begin = (n // 2) * (1 + gap)
        told.append(observed_task(n, f"w{n % 2}", begin, begin + 1, 0.1, **(spent or {"sleep": 1})))
    return ran(kind, 30 * (1 + gap), *told, strategy=strategy, workers=2)


@pytest.mark.parametrize(
    ("kind", "strategy"),
    [
        ("thread", "thread-pool"),
        ("process", "process-pool"),
        ("interpreter", "interpreters"),
    ],
)
def test_dispatch_that_is_dearer_than_the_tasks_comes_first_and_explains_the_waits(
    kind: str, strategy: str
) -> None:
    waits = {"gil_wait": 4.0, "lock": 4.0, "core_wait": 2.0}
    dear = findings(dispatched(kind, 2, strategy, **waits))
    assert dear[0].id == "short-tasks"
    assert dear[0].evidence["dispatch_mean_s"] == pytest.approx(0.002)
    assert dear[0].evidence["task_mean_s"] == pytest.approx(0.001 * 0.46, rel=0.3)
    assert not {"gil-wait", "lock-convoy", "core-wait", "long-tail"} & {f.id for f in dear}
    cheap = found(dispatched(kind, 0.1, strategy, **waits))
    assert "short-tasks" not in cheap
    assert {"gil-wait", "lock-convoy", "core-wait"} & cheap.keys()


def looped(running: float) -> Run:
    """Sixty coroutines, each of 0.1 ms in every 1 ms, on a thread that ran so much of the time."""
    told: list[Told] = [[events.WorkerStarted(at(0), "slot-1", 1, 1)]]
    for n in range(60):
        told.append(observed_task(n, "slot-1", n, n + 0.5, 0.1)[:-1])
        told.append([sampled("slot-1", n, n + 1, running=running, io=1 - running)])
    return ran("coroutine", 60, *told, strategy="asyncio")


def test_what_an_event_loop_computes_beside_its_tasks_is_their_dispatch() -> None:
    finding = first(looped(0.9))
    assert finding.id == "short-tasks"
    assert finding.evidence["dispatch_mean_s"] == pytest.approx(0.0008)
    assert "short-tasks" not in found(looped(0.2)), "it waited for them"


def test_dear_dispatch_comes_before_tasks_that_failed() -> None:
    told: Told = [
        events.TaskSubmitted(at(0), 60),
        events.TaskStarted(at(300), 60, "w"),
        events.TaskFailed(at(301), 60, 0, "ValueError", ""),
    ]
    tasks = [observed_task(n, "w", 5 * n, 5 * n + 1) for n in range(60)]
    run = ran("process", 301, *tasks, told, strategy="process-pool")
    assert [finding.id for finding in findings(run)] == ["short-tasks", "failures"]


def test_what_tasks_took_until_they_failed_is_no_work() -> None:
    told: list[Told] = [
        [events.WorkerStarting(at(0), "w"), events.WorkerStarted(at(50), "w", 1, 2)]
    ]
    told += [
        [
            events.TaskSubmitted(at(0), n),
            events.TaskStarted(at(50 + n), n, "w"),
            events.TaskFailed(at(51 + n), n, 0, "ValueError", ""),
        ]
        for n in range(2)
    ]
    assert first(ran("process", 60, *told, strategy="process-pool")).id == "failures"


def test_start_up_is_added_where_it_is_the_larger_part() -> None:
    started: Told = [
        events.WorkerStarting(at(0), "w"),
        events.WorkerStarted(at(600), "w", 1, 2),
    ]
    tasks = [observed_task(n, "w", 600 + 3 * n, 600 + 3 * n + 1) for n in range(60)]
    finding = first(ran("process", 780, started, *tasks, strategy="process-pool"))
    assert finding.sentence == (
        "The tasks are shorter (1.0 ms) than their dispatch (2.0 ms): raise chunksize. Starting "
        "the processes took another 10.0 ms a task."
    )


def test_start_up_and_dispatch_may_be_dearer_only_together() -> None:
    started: Told = [events.WorkerStarting(at(0), "w"), events.WorkerStarted(at(42), "w", 1, 2)]
    tasks = [observed_task(n, "w", 42 + 1.8 * n, 43 + 1.8 * n) for n in range(60)]
    finding = first(ran("process", 150, started, *tasks, strategy="process-pool"))
    assert finding.sentence == (
        "The tasks are shorter (1.0 ms) than their dispatch (1.5 ms with the start of the "
        "processes): raise chunksize."
    )


def test_a_run_that_lost_a_worker_says_so_first() -> None:
    died: Told = [
        events.TaskSubmitted(at(0), 60),
        events.TaskStarted(at(300), 60, "w1"),
        events.WorkerDied(at(301), "w1", -9),
    ]
    tasks = [observed_task(n, "w", 5 * n, 5 * n + 1) for n in range(60)]
    assert first(ran("process", 301, *tasks, died)).id == "lost-worker"


@pytest.mark.parametrize("kind", ["thread", "process"])
def test_a_worker_for_each_task_that_takes_longer_to_start_than_its_task(kind: str) -> None:
    finding = first(starting(45, 30, kind))
    assert finding.id == "start-up"
    assert f"Starting a {kind} for each task takes longer (45.0 ms a task) than the work" in (
        finding.sentence
    )
    assert finding.evidence["startup_per_task_s"] == pytest.approx(0.045)


def test_start_up_that_is_long_because_tasks_compute_is_not_dear() -> None:
    """Ten threads of 50 ms under one GIL: the later ones wait for it before their first line."""
    told: list[Told] = []
    for n in range(10):
        told.append(
            [
                events.WorkerStarting(at(5 * n), f"w{n}"),
                events.WorkerStarted(at(60 * n + 5), f"w{n}", 1, 2 + n),
            ]
        )
        told.append(observed_task(n, f"w{n}", 60 * n + 5, 60 * n + 55, 50))
    run = ran("thread", 600, *told)
    assert "start-up" not in found(run)


def test_time_in_which_a_pool_had_nothing_to_do_is_no_dispatch() -> None:
    told: list[Told] = [
        [
            events.TaskSubmitted(at(10 * n), n),
            events.TaskStarted(at(10 * n), n, "w"),
            events.TaskFinished(at(10 * n + 1), n, MS, None),
        ]
        for n in range(60)
    ]
    assert "short-tasks" not in found(ran("process", 600, *told, strategy="process-pool"))


def rounds(tasks: int, workers: int, kind: str = "thread", cpu: float = 0, **spent: float) -> Run:
    told = [
        observed_task(
            n, f"w{n % workers}", n // workers * 100, n // workers * 100 + 100, cpu, **spent
        )
        for n in range(tasks)
    ]
    return ran(kind, -(-tasks // workers) * 100, *told, workers=workers)


def test_uneven_rounds() -> None:
    finding = found(rounds(5, 3, sleep=1))["uneven-rounds"]
    assert finding.sentence.startswith("5 tasks on 3 workers leave 1 of them idle in round 2")
    assert "200 ms instead of about 100 ms with 5 workers" in finding.sentence
    assert finding.evidence["suggested_workers"] == 5
    started_late = [
        observed_task(n, f"w{n % 3}", 900 + n // 3 * 100, 1000 + n // 3 * 100, 0, sleep=1)
        for n in range(5)
    ]
    late = found(ran("thread", 1100, *started_late, workers=3))["uneven-rounds"]
    assert "1.100 s instead of about 1.000 s" in late.sentence, "the start is as long as before"
    assert "uneven-rounds" not in found(rounds(6, 3, sleep=1)), "no round is uneven"
    assert "uneven-rounds" not in found(rounds(3, 3, sleep=1)), "one round"
    computing = rounds(5, 3, "process", cpu=60, core_wait=1)
    assert "uneven-rounds" not in found(computing), "five would not fit on two cores"
    assert "core-wait" in found(computing)
    assert "uneven-rounds" not in found(rounds(5, 3)), "what the tasks waited for was not seen"
    assert "uneven-rounds" not in found(rounds(19, 3, sleep=1)), "too many rounds to matter"


def tail(long: float) -> Run:
    told = [observed_task(n, f"w{n}", 0, 100, sleep=1) for n in range(3)]
    return ran("thread", max(100, long), *told, observed_task(3, "w3", 0, long, sleep=1))


def test_long_tail() -> None:
    finding = found(tail(250))["long-tail"]
    assert finding.sentence.startswith("Task 3 makes a tail: 150 ms on one worker")
    assert finding.evidence["tail_share"] == pytest.approx(0.6)
    assert "long-tail" not in found(tail(120))
    assert "long-tail" not in found(rounds(4, 3, sleep=1)), "not long, but one too many"


def chunked(chunksize: int, lengths: Sequence[float], workers: int = 2, cpu: float = 0) -> Run:
    """A pool of processes that takes so many tasks at a time; tasks sleep, or compute."""
    told: list[Told] = []
    free = [0.0] * workers
    for begin in range(0, len(lengths), chunksize):
        worker = free.index(min(free))
        for n in range(begin, min(begin + chunksize, len(lengths))):
            end = free[worker] + lengths[n]
            told.append(
                observed_task(n, f"w{worker}", free[worker], end, cpu * lengths[n], sleep=1)
            )
            free[worker] = end
    plan = {"strategy": "process-pool", "workers": workers, "chunksize": chunksize}
    return ran("process", max(free), *told, **plan)


def test_a_tail_of_equal_tasks_in_one_chunk_is_the_fault_of_the_chunk() -> None:
    run = chunked(4, [100] * 12)
    finding = found(run)["chunks"]
    assert finding.sentence == (
        "Workers idle for 400 ms in all while others work off their chunks of 4 tasks: lower "
        "chunksize. With 2 it would take about 200 ms less."
    )
    assert finding.evidence["saved_s"] == pytest.approx(0.2)
    assert "long-tail" not in found(run)
    assert "chunks" not in found(chunked(1, [100] * 12))
    assert "chunks" not in found(chunked(3, [100] * 12)), "it comes out even"
    assert "chunks" not in found(chunked(4, [100] * 12, 4, cpu=1)), "there are two cores"


def test_unequal_lengths_in_a_chunk_do_not_blame_its_last_task() -> None:
    """The last task is a bit longer than most, but the tail is that of its chunk."""
    run = chunked(4, [100] * 11 + [160])
    assert "chunks" in found(run)
    assert "long-tail" not in found(run)


def test_a_task_that_is_long_itself_is_to_be_split_chunk_or_not() -> None:
    run = chunked(2, [100] * 7 + [900])
    finding = found(run)["long-tail"]
    assert finding.evidence["task"] == 7
    assert "split" in finding.sentence
    assert "chunks" not in found(run)


def test_a_chunksize_that_the_strategy_did_not_heed_is_not_blamed() -> None:
    told = [
        observed_task(n, f"w{n % 2}", 100 * (n // 2), 100 * (n // 2) + 100, sleep=1)
        for n in range(5)
    ]
    run = ran("thread", 300, *told, strategy="thread-pool", workers=2, chunksize=4)
    assert "chunks" not in found(run)


def with_results(
    ends: list[float], taken: list[float], end: float, size: int = 0, pickle: float = 0
) -> Run:
    """Two processes that do half of the tasks each, one after the other."""
    told: list[Told] = []
    free = [0.0, 0.0]
    for n, ended in enumerate(ends):
        worker = n % 2
        told.append(observed_task(n, f"w{worker}", free[worker], ended, sleep=1)[:-1])
        told.append([events.TaskCollected(at(taken[n]), n)])
        if size:
            ns = round(pickle * MS)
            told.append([events.TaskReturned(at(ended), n, size, ns, ns)])
        free[worker] = ended
    return ran("process", end, *told, strategy="process-pool", workers=2)


def test_results_that_an_earlier_task_holds_back() -> None:
    finding = found(with_results([1000, 50, 1010, 100], [1000, 1000, 1010, 1010], 1010))
    sentence = finding["results-held-back"].sentence
    assert "taken in the order of the tasks, and task 0, which ended late" in sentence
    assert "as_completed" in sentence
    assert finding["results-held-back"].evidence["task"] == 0
    assert finding["results-held-back"].evidence["returning_share"] == pytest.approx(0.45, abs=0.01)
    prompt = with_results([1000, 50, 1010, 100], [1000, 50, 1010, 100], 1010)
    assert "results-held-back" not in found(prompt), "they were taken at once"


Late = tuple[list[float], list[float], float]


def test_results_that_are_taken_together_at_the_end() -> None:
    finding = found(with_results([50, 1000, 100, 1010], [1010] * 4, 1010))["results-held-back"]
    assert "taken together, when the last task has ended" in finding.sentence
    assert finding.evidence["held_to_the_end_s"] == pytest.approx(0.91)


def test_results_that_nobody_could_take_yet_are_not_held_back() -> None:
    """Whoever starts a thread for each task joins them when all are started."""
    told: list[Told] = [
        [
            events.WorkerStarting(at(100 * n), f"w{n}"),
            events.WorkerStarted(at(100 * n), f"w{n}", 1, 2 + n),
            *observed_task(n, f"w{n}", 100 * n, 100 * n + 90, sleep=1)[:-1],
            events.TaskCollected(at(1000), n),
        ]
        for n in range(10)
    ]
    assert "results-held-back" not in found(ran("thread", 1000, *told))


def test_results_that_are_large() -> None:
    late: Late = ([100, 100], [200, 200], 200)
    finding = found(with_results(*late, size=20_000_000, pickle=20))["results-held-back"]
    assert "100 ms on average: they are large (20.0 MB each; pickling and unpickling alone" in (
        finding.sentence
    )
    assert "took 40 % of that" in finding.sentence
    trifles = found(with_results(*late, size=2_000_000, pickle=1))["results-held-back"]
    assert "large" not in trifles.sentence, "2 of 100 ms do not show that it is their size"
    assert "whoever collects them came late" in trifles.sentence
    assert "results-held-back" not in found(with_results([100, 100], [120, 120], 120))


def test_pickling_that_outweighs_the_work() -> None:
    late: Late = ([100, 100], [400, 400], 400)
    both = found(with_results(*late, size=12_000_000, pickle=80))
    finding = both["pickling"]
    assert "took 62 % of the time that they and the tasks took together: 160 ms in the" in (
        finding.sentence
    )
    assert "12.0 MB each" in finding.sentence
    assert finding.evidence["size_mean_bytes"] == 12_000_000
    assert "results-held-back" not in both, "it is said once"
    assert "pickling" not in found(with_results(*late, size=12_000_000, pickle=20))
    assert "pickling" not in found(with_results(*late))


def test_idle_workers() -> None:
    told = [observed_task(n, f"w{n}", 0, 100) for n in range(5)]
    finding = found(ran("thread", 100, *told, strategy="thread-pool", workers=8))["idle-workers"]
    assert finding.sentence == "8 workers for 5 tasks: 3 had nothing to do."
    assert "idle-workers" not in found(ran("thread", 100, *told, strategy="thread-pool", workers=5))
    assert "idle-workers" not in found(ran("thread", 100, *told, strategy="threads", workers=8))


def test_failures_and_a_lost_worker() -> None:
    died: Told = [
        events.TaskSubmitted(at(0), 1),
        events.TaskStarted(at(0), 1, "w1"),
        events.WorkerDied(at(50), "w1", -11),
    ]
    raised: Told = [
        events.TaskSubmitted(at(0), 2),
        events.TaskStarted(at(0), 2, "w2"),
        events.TaskFailed(at(50), 2, 0, "ValueError: \x1b[31m" + "x" * 200, ""),
    ]
    both = found(ran("process", 100, observed_task(0, "w0", 0, 100), died, raised))
    assert (
        both["lost-worker"].sentence == "Process 2 died (killed by SIGSEGV in task 1): 1 task lost."
    )
    sentence = both["failures"].sentence
    assert sentence.startswith("1 of 3 tasks failed, the first one with ValueError: ␛[31mxxx")
    assert len(sentence) < 150
    assert not {"failures", "lost-worker"} & found(compete(71)).keys()


def test_nothing_is_found_before_the_end_or_without_a_beginning() -> None:
    run = Run(Plan())
    assert findings(run) == []
    run.apply([events.RunStarted(5)])
    assert findings(run) == []
    died = Run(Plan())
    died.apply([events.RunnerExited(5, 1)])
    assert findings(died) == []


EXCLUSIVE = (
    {"gil-wait", "core-wait"},
    {"uneven-rounds", "long-tail"},
    {"uneven-rounds", "core-wait"},
    {"uneven-rounds", "idle-workers"},
    {"chunks", "long-tail"},
    {"chunks", "uneven-rounds"},
)
"""Findings of which one says to try what the other advises against."""


@given(
    histories(),
    st.randoms(use_true_random=False),
    st.sampled_from(["main", "thread", "process", "coroutine", "interpreter"]),
)
def test_findings_never_fail_nor_contradict_one_another(
    history: History, random: Random, kind: str
) -> None:
    run = Run(history.plan)
    run.apply([Header(plan=history.plan, environment=ENVIRONMENT, worker_kind=WorkerKind(kind))])
    told = [*history.told, *samples(history, random)]
    run.apply([*sorted(told, key=lambda event: event.t_ns), history.exit])
    said = findings(run)
    ids = {finding.id for finding in said}
    assert len(ids) == len(said)
    assert not any(pair <= ids for pair in EXCLUSIVE)
    for finding in said:
        assert finding.sentence.isprintable()
        assert finding.evidence
