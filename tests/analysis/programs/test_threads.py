"""What is found of the threads of made-up programs, and what is not."""

from __future__ import annotations

import pytest

from concviz.trace import events
from tests.analysis.programs.found import PID, found, locked, pool_of, program
from tests.builders.programs import Made
from tests.builders.told import at


def left(pools: int, shut: bool = False, together: bool = False) -> Made:
    """So many pools, each for two short tasks, that are left to idle."""
    told, main = program()
    for n in range(pools):
        begin = 10 if together else 10 + 100 * n
        group, lanes = pool_of(told, 2, ms=begin)
        for k in range(2):
            told.task(group, "sleep(0.1)", lanes[k], begin, begin, begin + 90, collected=begin + 91)
            told.does(lanes[k], begin, begin + 90, sleep=1)
            told.ends(begin + 95 if shut else 2010, lanes[k])
    told.does(main, 0, 2000, thread_wait=1)
    told.exits(2001, PID)
    return told


def test_pools_that_are_left() -> None:
    finding = found(left(10), 2020)["left-pools"]
    assert "10 pools were made one after the other and never shut down: their 20 threads idled" in (
        finding.sentence
    )
    assert "there were 21 threads instead of 3" in finding.sentence
    assert "left-pools" not in found(left(3), 2020), "each may be for something else"
    assert "left-pools" not in found(left(10, shut=True), 2020)
    assert "left-pools" not in found(left(10, together=True), 2020), (
        "they were there from the begin"
    )


def waiting(number: int, every: float, state: str = "thread_wait") -> Made:
    """Threads that are started one after the other and wait for ever."""
    told, _ = program()
    group = told.group(0, "threads", "serve")
    for n in range(number):
        lane = told.thread(every * n, PID, PID + 1 + n, f"Thread-{n}", daemon=True)
        told.task(group, f"serve({n})", lane, every * n, every * n)
        told.does(lane, every * n, 2000, **{state: 1.0})
    return told


def test_threads_that_only_become_more() -> None:
    finding = found(waiting(12, 100), 2000)["left-threads"]
    assert "12 threads of serve were started one after the other" in finding.sentence
    assert "left-threads" not in found(waiting(7, 100), 2000)
    assert "left-threads" not in found(waiting(12, 1), 2000), "all at the beginning"
    assert "left-threads" not in found(waiting(12, 100, "io"), 2000), "somebody may talk to them"


def daemon(daemon: bool = True, ends: float | None = None, **did: float) -> Made:
    told, main = program()
    lane = told.thread(10, PID, PID + 1, "Thread-1 (save)", daemon=daemon)
    group = told.group(10, "threads", "save")
    told.task(group, "save('x')", lane, 10, 10, ends)
    told.does(lane, 10, ends or 1000, every=20, **did)
    told.does(main, 0, 1000, thread_wait=1)
    told.exits(1001, PID)
    return told


def test_a_daemon_thread_that_was_at_work() -> None:
    finding = found(daemon(running=1), 1001)["cut-off"]
    assert finding.sentence.startswith(
        "Thread-1 (save), in save('x'), had not ended when the main thread did; it was computing."
    )
    assert "asleep, in between" in found(daemon(sleep=9, running=1), 1001)["cut-off"].sentence
    assert "at its I/O" in found(daemon(io=9, running=1), 1001)["cut-off"].sentence
    assert not found(daemon(io=1), 1001), "it waits for somebody"
    assert not found(daemon(thread_wait=1), 1001), "it has nothing to do"
    assert not found(daemon(ends=900, sleep=1), 1001), "it had ended"
    assert not found(daemon(daemon=False, sleep=1), 1001)


def crowd(processes: int, threads: int, core_wait: float = 0.5) -> Made:
    told, _ = program()
    group, lanes = pool_of(told, processes, "process-pool")
    for n, lane in enumerate(lanes):
        told.task(group, f"multiply({n})", lane, 0, 5, 1000, collected=1000)
        told.does(lane, 5, 1000, thread_wait=1)
        pid = int(lane.partition(":")[0])
        for k in range(threads):
            helper = told.thread(10, pid, pid + 10_000 + k, f"blas {k}")
            told.does(helper, 10, 990, running=1 - core_wait, core_wait=core_wait)
    return told


def test_threads_of_processes_that_are_more_than_cores() -> None:
    finding = found(crowd(3, 4), 1010)["oversubscribed"]
    assert finding.sentence.startswith(
        "3 processes with up to 4 threads each that compute: 12 at once compete for 4 cores, and "
        "wait for one for 50 % of their time."
    )
    assert "oversubscribed" not in found(crowd(3, 4, 0.1), 1010)
    assert "oversubscribed" not in found(crowd(3, 1), 1010), "of the processes themselves"
    assert "oversubscribed" not in found(crowd(1, 4), 1010)


def beside(other: float = 1.0, **did: float) -> Made:
    """Main does something beside a thread that computes."""
    told, main = program()
    told.does(main, 0, 200, every=20, io=1)
    told.does(main, 200, 1000, every=20, **did)
    lane = told.thread(200, PID, PID + 1, "Thread-1 (compute)")
    group = told.group(200, "threads", "compute")
    told.task(group, "compute()", lane, 200, 200, 1000, cpu=790)
    told.does(lane, 200, 1000, every=20, running=other, sleep=1 - other)
    return told


def test_io_that_waits_behind_a_thread_that_computes() -> None:
    finding = found(beside(gil_wait=88, io=10, running=2), 1010)["io-behind-gil"]
    assert finding.sentence.startswith(
        "Main waited for the GIL for 704 ms, 88 % of its time beside Thread-1 (compute): after "
        "each of its waits"
    )
    assert "io-behind-gil" not in found(beside(gil_wait=50, running=50), 1010), "it computes, too"
    assert "io-behind-gil" not in found(beside(0.2, gil_wait=70, io=30), 1010), "who has it?"
    assert "io-behind-gil" not in found(beside(gil_wait=30, io=70), 1010)


def attached(number: int = 4, every: int = 20, **did: float) -> Made:
    """Threads of which nobody tells what they do; each has the GIL for a while, then the others."""
    told, main = program()
    told.does(main, 0, 1000, every=20, sleep=1)
    lanes = [told.thread(0, PID, PID + 1 + n, f"w{n}") for n in range(number)]
    for k, begin in enumerate(range(0, 1000, every)):
        for n, lane in enumerate(lanes):
            has = {"running": 1.0} if k % number == n else did
            told.does(lane, begin, begin + every, every=every, **has)
    return told


def test_threads_of_which_nothing_is_told_and_that_compute() -> None:
    finding = found(attached(gil_wait=1), 1010)["gil-wait"]
    assert "4 threads that compute waited 75 % of their time for the GIL" in finding.sentence
    assert "io-behind-gil" not in found(attached(gil_wait=1), 1010), "each computes"
    assert "gil-wait" not in found(attached(sleep=1), 1010)
    assert "gil-wait" not in found(attached(number=1, gil_wait=1), 1010), "with whom?"


def test_threads_that_compute_on_a_crowded_machine() -> None:
    names = found(attached(gil_wait=0.3, core_wait=0.68, running=0.02), 1010)
    assert "io-behind-gil" not in names, "each gets as little as the others"
    assert "gil-wait" in names


def queueing(number: int, through: int) -> Made:
    """Threads at one lock, or queue, of which so many at once do not wait."""
    told, _ = program()
    lanes = [told.thread(0, PID, PID + 1 + n, f"w{n}") for n in range(number)]
    for k in range(20):
        for n, lane in enumerate(lanes):
            begin = 50 * k
            if (n - k * through) % number < through:
                told.does(lane, begin, begin + 50, sleep=1)
            else:
                locked(told, lane, begin, begin + 50, "7:1", "work")
    return told


def test_threads_of_which_nothing_is_told_at_one_lock() -> None:
    finding = found(queueing(4, 1), 1000)["lock-convoy"]
    assert finding.sentence.startswith(
        "4 threads spent 75 % of their time waiting for the same lock in work, which let through "
        "one at a time"
    )
    assert "lock-convoy" not in found(queueing(4, 2), 1010), "workers at their queue look so"
    assert "lock-convoy" not in found(queueing(4, 0), 1010), "nobody has it: an empty queue"


def spin(ends: float = 1000, begins: float = 205, task: bool = False, **did: float) -> Made:
    """Main computes until then; the thread that it has started ends at 1000."""
    told, main = program()
    told.does(main, 0, begins, every=20, thread_wait=1)
    shares = did or {"running": 1.0, "gil_wait": 1.0}
    told.does(main, begins, ends, every=20, **shares)
    if ends < 1200:
        told.does(main, ends, 1200, every=20, thread_wait=1)
    lane = told.thread(200, PID, PID + 1, "Thread-1 (compute)")
    group = told.group(200, "threads", "compute")
    told.task(group, "compute(5)", lane, 200, 200, 1000, cpu=400)
    told.does(lane, 200, 1000, every=20, running=1, gil_wait=1)
    if task:
        told.task(told.group(0, "marks", "part"), "part", main, 200, 200, 1100)
    return told


def test_a_main_thread_that_waits_by_asking() -> None:
    finding = found(spin(1010), 1210)["busy-wait"]
    assert finding.sentence.startswith(
        "Main computed for 805 ms without a task, while compute(5) was under way, and stopped when "
        "that ended: asking over and over whether something is done looks so."
    )
    assert "busy-wait" not in found(spin(1150), 1210), "it went on"
    assert "busy-wait" not in found(spin(900), 1210), "it was done before"
    assert "busy-wait" not in found(spin(1010, task=True), 1210), "that is its own work"
    assert "busy-wait" not in found(spin(1010, running=1, sleep=1), 1210), "it sleeps in between"
    assert "busy-wait" not in found(spin(1010, begins=900), 1210), "not for long"
    assert "busy-wait" not in found(spin(1010, running=1, gil_wait=9), 1210), "it gets no turn"
    told = spin(1150)
    file = "/usr/lib/python3.14/threading.py"
    told.told.append(events.FunctionSeen(at(500), f"{PID}:{PID}", "Thread.is_alive", file, "spin"))
    asked = found(told, 1210)["busy-wait"]
    assert asked.headline == "It waited by asking"
    assert "Main asked over and over (Thread.is_alive in spin) for 795 ms while" in asked.sentence


def polling(looks: int, others: int = 0, also: str = "", waits: str = "queue.py") -> Made:
    """Main is seen so often in a queue, so often elsewhere, and perhaps another thread in one."""
    told = spin(1150)
    for k in range(looks + others):
        name, file = ("Queue.get", waits) if k < looks else ("main", "jobs.py")
        seen = at(500 + k), f"{PID}:{PID}", name, f"/usr/lib/python3.14/{file}", "main"
        told.told.append(events.FunctionSeen(*seen))
    if also:
        told.told.append(
            events.FunctionSeen(at(520), f"{PID}:{PID + 1}", also, "/usr/lib/queue.py", "compute")
        )
    return told


def test_a_queue_that_is_asked_over_and_over() -> None:
    asked = found(polling(2, 1), 1210)["busy-wait"]
    assert "Main asked over and over (Queue.get in main) for 795 ms while" in asked.sentence
    assert "busy-wait" not in found(polling(1), 1210), "by chance"
    assert "busy-wait" not in found(polling(2, 7), 1210), "beside its work"
    assert "busy-wait" not in found(polling(2, also="Queue.put"), 1210), "there is much in it"
    other = "multiprocessing/queues.py"
    assert "busy-wait" not in found(polling(2, waits=other), 1210), "of another process"


def lost(kind: str, exitcode: int, others: int | None = None) -> Made:
    """Of two workers the second one dies in a task, with more in the queue."""
    told, _ = program()
    group, lanes = pool_of(told, 2, kind)
    told.task(group, "work(0)", lanes[0], 0, 10, 100, collected=101)
    broken = kind == "process-pool"
    error = "BrokenProcessPool: A process in the process pool was terminated" if broken else None
    ended = 520.0 if broken else None
    told.task(group, "work(1)", lanes[1], 0, 10, ended, error=error)
    told.task(group, "work(2)", lanes[0], 0, 110, ended or 800, error=error, collected=900)
    for n in range(3, 6):
        task = {"end": ended, "error": error} if broken else {}
        told.task(group, f"work({n})", None, 0, **task)  # type: ignore[arg-type]
    told.dies(510, PID + 101, exitcode)
    if others is not None:
        told.dies(515, PID + 100, others)
    if kind == "pool":
        told.process(600, PID + 150, "ForkPoolWorker-3", PID, "fork", group=group)
    return told


def test_a_worker_that_died() -> None:
    both = found(lost("pool", -9), 3000)
    assert both["lost-worker"].sentence.startswith(
        "ForkProcess-2 was killed by SIGKILL in work(1) (by whom is not known; the kernel does so "
        "when memory runs out): "
        "the pool made a new worker, but does not do the task again"
    )
    assert both["lost-worker"].evidence["lost"] == 1
    broken = found(lost("process-pool", 7, -15), 1000)
    assert broken["lost-worker"].sentence.startswith(
        "ForkProcess-2 ended with exit status 7 in work(1): the executor ended 1 other worker, "
        "gave up all that was not done (5 tasks, 3 of which never began) and takes no more."
    )
    assert not {"failures", "unseen-failures"} & broken.keys(), "that is all of the same"
    assert "lost-worker" not in found(lost("pool", -15), 3000), "it was asked to end"


@pytest.mark.parametrize("made", ["spawn", "fork"])
@pytest.mark.parametrize("child", [True, False])
def test_a_process_that_never_came_to_its_work(made: str, child: bool) -> None:
    told, main = program()
    told.process(100, PID + 1, "SpawnProcess-1", PID, made)
    told.does(main, 0, 500, thread_wait=1)
    if child:
        told.process(300, PID + 2, "SpawnProcess-1:1", PID + 1, made)
        told.exits(310, PID + 2, 1)
    told.exits(400, PID + 1, 1)
    both = found(told, 500, 1)
    assert ("main-module-ran-again" in both) == (made == "spawn" and child)
    assert ("never-at-work" in both) == (made == "spawn" and not child)


def in_turns(at_once: int) -> Made:
    """Twelve processes, so many at a time, that have a core for half of their time."""
    told, _ = program()
    group = told.group(0, "processes", "compute")
    for n in range(12):
        begin = n // at_once * 200
        lane = told.process(begin, PID + 1 + n, f"Process-{n + 1}", PID, "fork")
        told.task(group, f"compute({n})", lane, begin, begin + 1, begin + 190)
        told.does(lane, begin, begin + 190, running=1, core_wait=1)
        told.exits(begin + 195, PID + 1 + n)
    return told


def test_processes_share_cores_that_are_there_together() -> None:
    said = found(in_turns(6), 410)["core-wait"]
    assert "6 processes share 4 cores" in said.sentence
    assert said.evidence["workers"] == 6
    assert "core-wait" not in found(in_turns(3), 810), "others have the cores"


def unseen(collected: bool, kind: str = "thread-pool", raised: str = "ValueError") -> Made:
    told, _ = program()
    if kind == "loop":
        group = told.group(0, kind, "event loop")
        lanes = [told.slot(0, PID, PID, n, group) for n in (1, 2)]
    elif kind == "threads":
        lanes = [told.thread(0, PID, PID + n, f"Thread-{n}") for n in (1, 2)]
        group = told.group(0, kind, "store")
    else:
        group, lanes = pool_of(told, 2)
    for n in range(10):
        begin = n // 2 * 100
        error = f"{raised}: record {n} is broken" if n % 4 == 1 else None
        seen = begin + 101 if collected else None
        told.task(
            group, f"store({n})", lanes[n % 2], 0, begin, begin + 100, error=error, collected=seen
        )
    return told


def test_exceptions_that_nobody_looked_at() -> None:
    finding = found(unseen(False), 600)["unseen-failures"]
    assert finding.sentence.startswith(
        "Thread pool ThreadPoolExecutor: 3 of 10 tasks failed (the first, store(1), with "
        "ValueError: record 1 is broken), and nobody asked"
    )
    assert not found(unseen(True), 600), "somebody has them"
    loop = found(unseen(False, "loop"), 600)["unseen-failures"]
    assert "the task keeps an exception until it is awaited" in loop.sentence
    assert not found(unseen(True, "loop"), 600)
    assert not found(unseen(False, "loop", "SystemExit"), 600), "the loop raises it"
    threads = found(unseen(False, "threads"), 600)
    assert "unseen-failures" not in threads
    assert "Whoever waits for the end of a thread" in threads["failures"].sentence
    assert "unseen-failures" in found(unseen(False), 2000, -15)
    assert "unseen-failures" not in found(unseen(False), 600, -15), "they might still have been"
