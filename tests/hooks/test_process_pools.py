"""What is told of pools of processes, and that programs which use them behave as without us."""

from __future__ import annotations

import pytest

from tests.hooks.watched import Line, Watched, bare_of, lines_of, steady

PROGRAM = """
import multiprocessing, os, sys, time, traceback
from concurrent.futures import ProcessPoolExecutor, wait

def square(x):
    return x * x

def stack(x):
    return [frame.name for frame in traceback.extract_stack()]

class LooksAround:
    def __reduce__(self):
        return LooksAround.make, ([frame.name for frame in traceback.extract_stack()],)
    @staticmethod
    def make(pickled):
        here = LooksAround()
        here.seen = pickled + [frame.name for frame in traceback.extract_stack()]
        return here

def looked(there):
    return there.seen

def failing(x):
    raise ValueError("second"[x:])

def held(until):
    while not os.path.exists(until):
        time.sleep(0.01)

def unsendable():
    return lambda: None

def main(method):
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        print(pool.submit(square, 3).result(), pool.submit(stack, 0).result(), flush=True)
        print(pool.submit(looked, LooksAround()).result(), flush=True)
        print(list(pool.map(square, range(10), chunksize=4)), flush=True)
        for call in ((failing, 0), (unsendable,), (square, PROBE)):
            future = pool.submit(*call)
            try:
                future.result()
            except Exception:
                traceback.print_exc()
        pool.submit(failing, 1)
        queue = [pool.submit(held, "go"), *(pool.submit(square, n) for n in range(20, 24))]
        print(queue[-1].cancel())
        open("go", "w").close()

PROBE = lambda: None

if __name__ == "__main__":
    main(sys.argv[1])
"""


def _of(watched: Watched, label: str) -> list[Line]:
    (asked,) = [line for line in watched.of("submitted") if line[4] == label]
    return watched.task(asked[2])


def _tags(watched: Watched, label: str) -> list[str]:
    return [line[0] for line in _of(watched, label)]


@pytest.fixture(scope="module", params=["fork", "spawn", "forkserver"])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def watched(method: str) -> Watched:
    return lines_of(PROGRAM, method)


def test_the_program_behaves_as_without_us(method: str, watched: Watched) -> None:
    bare = bare_of(PROGRAM, method)
    assert steady(watched.stdout) == steady(bare.stdout)
    assert steady(watched.stderr) == steady(bare.stderr)
    assert watched.status == bare.status == 0
    assert "concviz" not in watched.stderr
    assert not watched.of("lost")


def test_parent_and_worker_tell_of_the_same_tasks(watched: Watched) -> None:
    (group,) = watched.of("group")
    assert group[3:6] == ["process-pool", "ProcessPoolExecutor", 1]
    parent = watched.of("process")[0][2]
    (worker,) = {line[3] for line in watched.of("started")}
    assert worker != parent
    assert group[2] in [line[6] for line in watched.of("thread") if line[2] == worker]
    asked, started, finished, collected = _of(watched, "square(3)")
    assert asked[2] == f"{group[2]}:0"
    assert asked[3] == group[2]
    assert asked[6] == parent
    assert asked[1] <= started[1] <= finished[1] <= collected[1]
    assert (started[0], finished[0], collected[0]) == ("started", "finished", "collected")
    assert finished[3] >= 0
    assert started in watched.rings[worker]
    assert collected in watched.rings[parent]


def test_a_chunk_is_one_task_of_several_items(watched: Watched) -> None:
    chunks = [line for line in watched.of("submitted") if line[4].startswith("square(0)")]
    assert [line[4:6] for line in chunks] == [["square(0) … square(3)", 4]]
    assert _of(watched, "square(8) … square(9)")[0][5] == 2
    assert _tags(watched, "square(4) … square(7)")[-1] == "collected"


def test_what_goes_wrong_on_any_way_is_told(watched: Watched) -> None:
    *_, failed, _ = _of(watched, "failing(0)")
    assert failed[0] == "failed"
    assert failed[4] == "ValueError: second"
    assert failed[3] is not None
    assert _tags(watched, "unsendable()") == [
        "submitted", "started", "finished", "failed", "collected",
    ]  # fmt: skip
    assert "pickle" in _of(watched, "unsendable()")[3][4]
    assert _tags(watched, "square(function)") == ["submitted", "failed", "collected"]
    assert _tags(watched, "failing(1)") == ["submitted", "started", "failed"], "nobody asked"
    assert _tags(watched, "square(23)")[:2] == ["submitted", "cancelled"]


KILLED = """
import os, signal, time
from concurrent.futures import ProcessPoolExecutor, wait

def work(number):
    if number == 1:
        while not os.path.exists("the other has begun"):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)
    if number:
        open("the other has begun", "w").close()
        time.sleep(600)

if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        pool.submit(work, 0).result()
        wait([pool.submit(work, number) for number in (1, 2, 3)])
        pool.submit(work, 4)
"""


def test_a_worker_that_is_killed_takes_the_pool_with_it() -> None:
    watched, bare = lines_of(KILLED), bare_of(KILLED)
    assert steady(watched.stderr) == steady(bare.stderr)
    assert "BrokenProcessPool" in watched.stderr
    assert watched.status == bare.status == 1
    assert _tags(watched, "work(0)") == ["submitted", "started", "finished", "collected"]
    for number in (1, 2):
        assert _tags(watched, f"work({number})") == ["submitted", "started", "failed"]
    _, failed = _of(watched, "work(3)")
    assert failed[0] == "failed"
    assert failed[3] is None
    assert failed[4].startswith("BrokenProcessPool: ")
    assert not [line for line in watched.of("submitted") if line[4] == "work(4)"]
