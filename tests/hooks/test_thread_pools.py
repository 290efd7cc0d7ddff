"""What is told of pools of threads, and that programs which use them behave as without us."""

from __future__ import annotations

import sys

import pytest

from tests.hooks.watched import Line, Watched, bare_of, lines_of, steady

PROGRAM = """
import asyncio, functools, os, sys, threading, traceback
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

class Hostile:
    def __repr__(self): raise RuntimeError("do not ask")
    __str__ = __hash__ = __eq__ = __repr__

class Wrong(Exception):
    __str__ = Hostile.__repr__

def work(x, fail=None):
    if fail is not None:
        raise fail
    return x

def stack():
    return [frame.name for frame in traceback.extract_stack()]

class Own(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        return super().submit(fn, *args, **kwargs)

with Own(2, thread_name_prefix="own") as own:
    done = own.submit(work, 1)
    print(done.result(), done.result(), done.exception())
    failed = own.submit(work, Hostile(), fail=ValueError("first line\\nsecond"))
    wait([failed], return_when=FIRST_EXCEPTION)
    wrong = own.submit(work, 2, fail=Wrong(3))
    wait([wrong])
    print(repr(failed)[-27:])
    print(list(own.map(work, (4, 5))))
    partial = own.submit(functools.partial(work, 6), fail=None)
    print(own.submit(own.submit, work, 7).result().result())
    print(own.submit(stack).result())
    done.add_done_callback(lambda future: print(stack()))
    try:
        failed.result()
    except ValueError:
        traceback.print_exc()

blocker, begun = threading.Event(), threading.Event()
def hold():
    begun.set()
    blocker.wait()
with ThreadPoolExecutor(1) as single:
    held = single.submit(hold)
    begun.wait()
    called_off = single.submit(work, 8)
    print(called_off.cancel(), called_off.cancel())
    single.submit(work, 9)
    single.shutdown(wait=False, cancel_futures=True)
    blocker.set()
try:
    single.submit(work, 10)
except RuntimeError:
    traceback.print_exc()
try:
    ThreadPoolExecutor(0)
except ValueError:
    traceback.print_exc()

async def main():
    return await asyncio.to_thread(work, 11)
print(asyncio.run(main()))

def never():
    raise ValueError("no worker")
import logging
logging.disable()
with ThreadPoolExecutor(1, initializer=never) as broken:
    try:
        broken.submit(work, 12).result()
    except RuntimeError as error:
        print(type(error).__name__)

# a forked child has copies of the parent's futures: they are none of its tasks
copied = ThreadPoolExecutor(1).submit(work, 13)
wait([copied])
child = os.fork()
if not child:
    print(copied.result(), flush=True)
    with ThreadPoolExecutor(1) as in_child:
        in_child.submit(work, 14).result()
    os._exit(0)
os.waitpid(child, 0)
print(threading.active_count())
"""


@pytest.fixture(scope="module")
def watched() -> Watched:
    return lines_of(PROGRAM)


def _of(watched: Watched, label: str) -> list[Line]:
    """What was told of the task of that label, which there is once."""
    (asked,) = [line for line in watched.of("submitted") if line[4] == label]
    (pid,) = [pid for pid, lines in watched.rings.items() if asked in lines]
    return [
        line
        for line in watched.rings[pid]
        if line[2:] and line[2] == asked[2] and line[0] not in ("group", "thread", "thread-ended")
    ]


def _tags(watched: Watched, label: str) -> list[str]:
    return [line[0] for line in _of(watched, label)]


def test_the_program_behaves_as_without_us(watched: Watched) -> None:
    bare = bare_of(PROGRAM)
    assert watched.stdout == bare.stdout
    assert steady(watched.stderr) == steady(bare.stderr)
    assert watched.status == bare.status == 0
    assert "concviz" not in watched.stderr
    assert not watched.of("lost")


def test_executors_are_groups_with_their_workers(watched: Watched) -> None:
    groups = [line[3:6] for line in watched.of("group") if line[3] == "thread-pool"]
    assert groups[0] == ["thread-pool", "own", 2]
    assert ["thread-pool", "asyncio"] in [group[:2] for group in groups]
    assert len(groups) == 6
    own = watched.of("group")[0][2]
    parent = watched.rings[watched.of("process")[0][2]]
    workers = [line for line in parent if line[0] == "thread" and line[6] == own]
    names = [line[3] for line in workers]
    assert sorted(set(names)) == sorted(names)
    assert set(names) <= {"own_0", "own_1"}
    assert not any(line[5] for line in workers), "no helpers"


def test_a_task_is_asked_for_done_and_collected_once(watched: Watched) -> None:
    for label in ("work(4)", "work(5)", "work(6, fail=None)", "work(7)", "stack()", "work(11)"):
        tags = _tags(watched, label)
        assert tags[:3] == ["submitted", "started", "finished"]
        assert tags[3:] == ([] if label.startswith("work(6") else ["collected"])
    asked, started, finished, collected = _of(watched, "work(1)")
    assert asked[1] <= started[1] <= finished[1] <= collected[1]
    assert asked[5] == 1
    main = watched.of("process")[0][2]
    assert asked[6] == main
    tids = {line[2] for line in watched.of("thread") if line[3].startswith("own_")}
    assert started[3] in tids
    assert 0 < finished[3] < 60_000_000_000


def test_who_asks_for_a_task_is_its_thread(watched: Watched) -> None:
    (nested,) = [line for line in watched.of("submitted") if line[4] == "work(7)"]
    assert nested[6] in {line[2] for line in watched.of("thread") if line[3].startswith("own_")}


def test_failures_are_told_without_asking_the_program(watched: Watched) -> None:
    *_, failed, collected = _of(watched, "work(Hostile, fail=ValueError)")
    assert failed[0] == "failed"
    assert failed[4] == "ValueError: first line"
    assert collected[0] == "collected"
    # nobody asked what came of this one: neither wait nor repr does
    assert _tags(watched, "work(2, fail=Wrong)") == ["submitted", "started", "failed"]
    assert _of(watched, "work(2, fail=Wrong)")[-1][4] == "Wrong: 3"


def test_what_is_called_off_never_began(watched: Watched) -> None:
    assert _tags(watched, "work(8)") == ["submitted", "cancelled"]
    assert _tags(watched, "work(9)") == ["submitted", "cancelled"]
    assert _tags(watched, "hold()") == ["submitted", "started", "finished"]
    assert not [line for line in watched.of("submitted") if line[4] == "work(10)"]


def test_a_pool_whose_workers_cannot_begin(watched: Watched) -> None:
    _, failed, collected = _of(watched, "work(12)")
    assert failed[0] == "failed"
    assert failed[3] is None, "no thread did it"
    assert failed[4].startswith("BrokenThreadPool: A thread initializer failed")
    assert collected[0] == "collected"


def test_a_forked_child_has_tasks_of_its_own(watched: Watched) -> None:
    assert _tags(watched, "work(13)") == ["submitted", "started", "finished"]
    assert _tags(watched, "work(14)") == ["submitted", "started", "finished", "collected"]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="InterpreterPoolExecutor came with 3.14")
def test_a_pool_of_interpreters() -> None:
    program = """
import math
from concurrent.futures import InterpreterPoolExecutor
if __name__ == "__main__":
    with InterpreterPoolExecutor(2) as pool:
        print(pool.submit(math.sqrt, 9).result(), list(pool.map(math.floor, (1.5, 2.5))))
        print(type(pool.submit(math.sqrt, -1).exception()).__name__)
"""
    watched, bare = lines_of(program), bare_of(program)
    assert (watched.stdout, watched.stderr) == (bare.stdout, bare.stderr)
    assert [line[3:6] for line in watched.of("group")] == [
        ["interpreter-pool", "InterpreterPoolExecutor-0", 2]
    ]
    assert [line[4] for line in watched.of("submitted")] == [
        "sqrt(9)", "floor(1.5)", "floor(2.5)", "sqrt(-1)",
    ]  # fmt: skip
    (failed,) = watched.of("failed")
    assert failed[4].startswith("ValueError: ")
    assert len(watched.of("collected")) == 4
