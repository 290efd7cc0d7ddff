"""What is found of the pools of programs, in made-up ones; and what is not."""

from __future__ import annotations

import pytest

from tests.analysis.programs.found import PID, found, pool_of, program
from tests.builders.programs import Made


def nested(waits: str = "thread_wait", workers: int = 2, inner_pool: bool = False) -> Made:
    """Two tasks that ask for two more, and are at something for 1.5 s before those begin."""
    told, main = program()
    group, lanes = pool_of(told, workers)
    other = pool_of(told, 1)[0] if inner_pool else group
    for n in range(2):
        outer = told.task(group, f"outer({n})", lanes[n], 0, 5, 1500, collected=1500)
        told.task(other, f"inner({n})", lanes[n], 10, 1501, 1502, by=outer)
        told.does(lanes[n], 5, 1500, **{waits: 1.0})
    told.does(main, 0, 1500, thread_wait=1)
    return told


def test_a_pool_that_waits_for_itself() -> None:
    finding = found(nested(), 1510)["own-pool"]
    assert finding.sentence.startswith(
        "Thread pool ThreadPoolExecutor: outer(1) waited for inner(1), which is a task of the same "
        "pool, while all 2 workers of it waited so"
    )
    assert finding.evidence["starved"] == 2
    assert finding.evidence["longest_s"] == pytest.approx(1.49)
    assert "own-pool" not in found(nested(inner_pool=True), 1510), "of another pool"
    assert "own-pool" not in found(nested("running"), 1510), "they do not wait"
    assert "own-pool" not in found(nested(workers=3), 1510), "one worker is free"


def test_a_pool_that_waits_for_itself_for_ever() -> None:
    told, main = program()
    group, lanes = pool_of(told, 1)
    outer = told.task(group, "outer()", lanes[0], 0, 5)
    told.task(group, "inner()", None, 10, by=outer)
    told.does(lanes[0], 5, 3000, thread_wait=1)
    told.does(main, 0, 3000, thread_wait=1)
    assert "pool stood still for 2.990 s" in found(told, 3000, -15)["own-pool"].sentence


def executor(called_off: float | None = 510, slow: str = "sleep(0.8)", loop: bool = True) -> Made:
    """Two threads with slow jobs, and something that waits for one of them."""
    told, main = program()
    if loop:
        told.group(0, "loop", "asyncio loop")
    group, lanes = pool_of(told, 2)
    for n in range(4):
        start = 10 + n // 2 * 800
        told.task(group, slow, lanes[n % 2], 10, start, start + 800, collected=start + 801)
    if called_off is None:
        told.task(group, "getaddrinfo('localhost', 80)", lanes[0], 20, 1610, 1612)
    else:
        told.task(group, "getaddrinfo('localhost', 80)", None, 20, cancelled=called_off)
    for lane in lanes:
        told.does(lane, 10, 1610, sleep=1)
    told.does(main, 0, 1700, io=1)
    return told


def test_an_executor_that_slow_jobs_have() -> None:
    finding = found(executor(), 1700)["executor-full"]
    assert (
        "getaddrinfo('localhost', 80) was called off before it began, after 490 ms in the queue: "
        "slow jobs (sleep(0.8)) had all 2 threads of the executor."
    ) in finding.sentence
    assert finding.evidence["called_off"] == 1
    assert "began after 1.590 s" in found(executor(None), 1700)["executor-full"].sentence
    assert "executor-full" not in found(executor(loop=False), 1700), "nobody is to be prompt"
    assert "executor-full" not in found(executor(60), 1700), "it was called off at once"
    same = executor(slow="getaddrinfo('example.org', 80)")
    assert "executor-full" not in found(same, 1700), "its own kind: the pool is as large as asked"


def chunks(long: int, items: int = 3, idle: bool = True) -> Made:
    """Eight chunks for two processes; the last one lasts so many milliseconds."""
    told, _ = program()
    group, lanes = pool_of(told, 2, "pool")
    free = [0.0, 0.0]
    for n in range(8):
        worker = free.index(min(free))
        end = free[worker] + (long if n == 7 else 150)
        told.task(group, f"work({n * items}) …", lanes[worker], 0, free[worker], end, items=items)
        told.does(lanes[worker], free[worker], end, sleep=1)
        free[worker] = end
    return told


def test_a_chunk_that_makes_a_tail() -> None:
    finding = found(chunks(1800), 2300)["chunk-straggler"]
    assert "did the rest of a chunk of 3 items, work(21) …, for 1.650 s alone, while 1 other" in (
        finding.sentence
    )
    assert "chunk-straggler" not in found(chunks(200), 700)
    single = found(chunks(1800, items=1), 2300)
    assert "chunk-straggler" not in single
    assert "work(7) … makes a tail: 1.650 s" in single["long-tail"].sentence


def test_what_a_group_did_before_does_not_hide_a_tail_later() -> None:
    told = chunks(1800)
    lanes = [f"{PID + 100}:{PID + 100}", f"{PID + 101}:{PID + 101}"]
    for n in range(40):
        start = 3000 + n // 2 * 100
        told.task(1, f"again({n})", lanes[n % 2], 3000, start, start + 100)
    finding = found(told, 5000)["chunk-straggler"]
    assert finding.evidence["makespan_s"] == pytest.approx(2.25)


def in_order(first: float) -> Made:
    """Four results, of which that of the first task is taken first."""
    told, _ = program()
    group, lanes = pool_of(told, 4)
    for n, took in enumerate((first, 200, 400, 600)):
        told.task(group, f"work({n})", lanes[n], 0, 1, took, collected=max(first, took) + 1)
        told.does(lanes[n], 1, took, sleep=1)
    return told


def test_results_that_the_first_one_holds_back() -> None:
    finding = found(in_order(1200), 1300)["results-held-back"]
    assert "in the order of the tasks, and work(0), which ended late, held back" in finding.sentence
    assert "results-held-back" not in found(in_order(100), 700)


def tiny(task: float, gap: float, number: int = 60) -> Made:
    told, _ = program()
    group, lanes = pool_of(told, 1, "process-pool")
    for n in range(number):
        begin = n * (task + gap)
        told.task(group, f"square({n})", lanes[0], 0, begin, begin + task, cpu=task)
    return told


def test_tasks_that_are_too_small() -> None:
    finding = found(tiny(1, 4), 310)["short-tasks"]
    assert finding.sentence.startswith("Process pool Pool: The tasks are shorter (1.0 ms) than")
    assert "short-tasks" not in found(tiny(4, 1), 310)
    assert "short-tasks" not in found(tiny(1, 4), 60_000), "it is next to nothing of the program"


def large(sending: float, work: float) -> Made:
    """Ten tasks; for each a helper of the parent and the worker compute so long to send it."""
    told, _ = program()
    group, lanes = pool_of(told, 1, "process-pool")
    feeder = told.thread(0, PID, PID + 7, "QueueFeederThread", helper=True, daemon=True)
    for n in range(10):
        begin = n * (2 * sending + work)
        told.does(feeder, begin, begin + sending, running=1)
        told.does(feeder, begin + sending, begin + 2 * sending + work, io=1)
        start = begin + 2 * sending
        told.task(group, f"mean({n})", lanes[0], 0, start, start + work, cpu=work)
        told.does(lanes[0], begin, begin + sending, thread_wait=1)
        told.does(lanes[0], begin + sending, start + work, running=1)
    return told


def test_sending_that_outweighs_the_work() -> None:
    finding = found(large(40, 20), 1000)["handing-over"]
    assert "took 72.0 ms of CPU time a task, 78 % of all" in finding.sentence
    assert "handing-over" not in found(large(5, 90), 1000)
    assert "handing-over" not in found(large(0.4, 0.2), 10), "no large things: tasks are small"


def test_what_several_groups_have_in_common_is_said_once() -> None:
    told, _ = program()
    for number in range(3):
        group, lanes = pool_of(told, 2, ms=1000 * number)
        for n in range(2):
            begin, end = 1000 * number, 1000 * number + 500 + 100 * number
            told.task(group, f"compute({n})", lanes[n], begin, begin, end)
            told.does(lanes[n], begin, end, gil_wait=1, running=1)
    finding = found(told, 3000)["gil-wait"]
    assert finding.evidence["group"] == 3
    assert finding.evidence["other_groups"] == 2
    assert finding.sentence.endswith("The same in 2 others.")
