"""What is told of ``multiprocessing.Pool`` and ``ThreadPool``, and that nothing changes by it."""

from __future__ import annotations

import pytest

from tests.hooks.watched import Line, Watched, bare_of, lines_of, steady

PROGRAM = """
import multiprocessing, os, sys, traceback
from multiprocessing.pool import ThreadPool

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
    return getattr(there, "seen", None)

def add(a, b=0):
    return a + b

def double(x):
    return 2 * x

def failing(x):
    raise ValueError("number %d" % x)

def unsendable():
    return lambda: None

def items():
    print([frame.name for frame in traceback.extract_stack()], flush=True)
    yield 1
    yield 2

def attempt(result):
    try:
        return result.get()
    except Exception:
        traceback.print_exc()

def main(kind):
    make = ThreadPool if kind == "threads" else multiprocessing.get_context(kind).Pool
    with make(2) as pool:
        print(pool.map(double, range(10, 15), chunksize=2))
        print(pool.starmap(add, [(1, 2), (3, 4)]))
        print(pool.apply(add, (5,), {"b": 6}))
        print(pool.apply(stack, (0,)), pool.apply(looked, (LooksAround(),)))
        attempt(pool.apply_async(failing, (7,)))
        attempt(pool.apply_async(unsendable))
        attempt(pool.apply_async(double, (lambda: None,)))
        pool.apply_async(failing, (8,)).wait()
        print(list(pool.imap(add, items())))
        print(sorted(pool.imap_unordered(double, range(30, 33))))
        lazy = pool.imap(double, (40, 41))
        print(next(lazy))
        got = []
        pool.apply_async(double, (50,), callback=got.append).wait()
        pool.apply_async(failing, (51,), error_callback=print).wait()
        pool.map_async(double, (52, 53), chunksize=1, callback=got.append).wait()
        print(got)
        print(pool.map(double, []), pool.map(double, (60,)))
        pool.close()
        pool.join()

if __name__ == "__main__":
    main(sys.argv[1])
"""


def _of(watched: Watched, label: str) -> list[Line]:
    (asked,) = [line for line in watched.of("submitted") if line[4] == label]
    return watched.task(asked[2])


def _tags(watched: Watched, label: str) -> list[str]:
    return [line[0] for line in _of(watched, label)]


@pytest.fixture(scope="module", params=["threads", "fork", "spawn"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def watched(kind: str) -> Watched:
    return lines_of(PROGRAM, kind)


def test_the_program_behaves_as_without_us(kind: str, watched: Watched) -> None:
    bare = bare_of(PROGRAM, kind)
    assert steady(watched.stdout) == steady(bare.stdout)
    assert steady(watched.stderr) == steady(bare.stderr)
    assert watched.status == bare.status == 0
    assert not watched.of("lost")


def test_a_pool_is_a_group_with_its_workers(kind: str, watched: Watched) -> None:
    (group,) = watched.of("group")
    assert group[3:6] == ["pool", "ThreadPool" if kind == "threads" else "Pool", 2]
    workers = {line[2] for line in watched.of("thread") if line[6] == group[2]}
    assert len(workers) == 2
    assert {line[3] for line in watched.of("started")} <= workers
    assert {line[3] for line in watched.of("submitted")} == {group[2]}
    assert {line[6] for line in watched.of("submitted")} == {watched.of("process")[0][2]}


@pytest.mark.parametrize(
    ("label", "items"),
    [
        ("double(10) … double(11)", 2),
        ("double(14)", 1),
        ("add(1, 2)", 1),
        ("add(5, b=6)", 1),
        ("double(31)", 1),
        ("double(50)", 1),
        ("double(53)", 1),
        ("double(60)", 1),
    ],
)
def test_a_task_is_asked_for_done_and_collected(watched: Watched, label: str, items: int) -> None:
    asked, started, finished, collected = _of(watched, label)
    assert asked[5] == items
    assert [line[0] for line in (started, finished, collected)] == [
        "started", "finished", "collected",
    ]  # fmt: skip
    assert finished[3] >= 0


def test_what_nobody_took_is_not_collected(watched: Watched) -> None:
    assert _tags(watched, "double(40)")[-1] == "collected"
    assert sorted(_tags(watched, "double(41)")) == ["finished", "started", "submitted"]
    assert _tags(watched, "failing(8)") == ["submitted", "started", "failed"]


def test_what_goes_wrong_on_any_way_is_told(kind: str, watched: Watched) -> None:
    *_, failed, collected = _of(watched, "failing(7)")
    assert failed[0] == "failed"
    assert failed[4] == "ValueError: number 7"
    assert collected[0] == "collected"
    assert _tags(watched, "failing(51)") == ["submitted", "started", "failed", "collected"]
    if kind == "threads":
        return
    assert _tags(watched, "unsendable()") == [
        "submitted", "started", "finished", "failed", "collected",
    ]  # fmt: skip
    assert "MaybeEncodingError" in _of(watched, "unsendable()")[3][4]
    assert _tags(watched, "double(function)") == ["submitted", "failed", "collected"]


REPLACED = """
import multiprocessing, os, time

def work(number):
    if number == 1:
        os._exit(3)
    return os.getpid()

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(1) as pool:
        first = pool.apply(work, (0,))
        lost = pool.apply_async(work, (1,))
        second = pool.apply(work, (2,))
        print(first != second, lost.ready())
"""


def test_a_worker_that_dies_is_replaced_and_its_task_never_ends() -> None:
    watched = lines_of(REPLACED)
    assert watched.stdout == "True False\n"
    assert _tags(watched, "work(1)") == ["submitted", "started"]
    first, lost, second = (_of(watched, f"work({number})")[1][3] for number in range(3))
    assert first == lost != second


LETS_GO = """
import multiprocessing, weakref

class Big: pass

def make():
    big = Big()
    make.seen = weakref.ref(big)
    return [big]

def is_gone(_):
    return make.seen() is None

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.apply(make)
        print(pool.apply(is_gone, (0,)))
"""


def test_a_worker_keeps_no_result_alive() -> None:
    assert lines_of(LETS_GO).stdout == bare_of(LETS_GO).stdout == "True\n"
