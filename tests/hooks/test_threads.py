"""Threads of a program that is watched."""

from __future__ import annotations

import pytest

from tests.hooks.watched import Watched, bare_of, lines_of

PROGRAM = """
import sys, threading, time, traceback
from concurrent.futures import ThreadPoolExecutor

class Worker(threading.Thread):
    def run(self):
        traceback.print_stack()

class Hostile:
    def __repr__(self):
        print("a repr was called")
        return "hostile"
    __str__ = __repr__

def fetch(index, word=None):
    return index

def failing(value):
    raise ValueError("no such value", Hostile())

def leaving():
    sys.exit(3)

def run(thread):
    thread.start()
    thread.join()

print(threading.active_count(), threading.enumerate() == [threading.main_thread()])
run(threading.Thread(target=fetch, args=(1, "a"), name="one"))
run(threading.Thread(target=fetch, args=(Hostile(),), kwargs={"word": Hostile()}))
run(threading.Thread(target=failing, args=("x",)))
run(threading.Thread(target=leaving))
run(Worker())
run(threading.Timer(0.001, fetch, [2]))
with ThreadPoolExecutor(1) as executor:
    executor.submit(fetch, 3).result()
print(threading.active_count())
waiting = threading.Event()
threading.Thread(target=waiting.wait, daemon=True, name="to the end").start()
"""


@pytest.fixture(scope="module")
def watched() -> Watched:
    return lines_of(PROGRAM)


def test_the_program_behaves_as_without_us(watched: Watched) -> None:
    bare = bare_of(PROGRAM)
    assert (watched.stdout, watched.stderr, watched.status) == (
        bare.stdout,
        bare.stderr,
        bare.status,
    )


def test_threads_of_the_program_are_tasks(watched: Watched) -> None:
    groups = {line[2]: line[4] for line in watched.of("group") if line[3] == "threads"}
    told = [
        (
            groups[line[3]],
            line[4],
            [other[0] for other in watched.task(line[2])],
        )
        for line in watched.of("submitted")
        if line[3] in groups
    ]
    done = ["submitted", "started", "finished"]
    assert told == [
        ("fetch", "fetch(1, 'a')", done),
        ("fetch", "fetch(Hostile, word=Hostile)", done),
        ("failing", "failing('x')", ["submitted", "started", "failed"]),
        ("leaving", "leaving()", done),
        ("Worker", "Worker", done),
        ("fetch", "fetch(2)", done),
        ("Event.wait", "Event.wait()", done[:2]),
    ]
    assert [line[4] for line in watched.of("failed")] == ["ValueError: 'no such value', Hostile"]


def test_every_thread_is_told_with_its_name_and_what_it_is(watched: Watched) -> None:
    threads = {line[3]: line[4:] for line in watched.of("thread")}
    assert threads["MainThread"] == [False, False, None]
    assert threads["one"] == [False, False, None]
    assert threads["to the end"] == [True, False, None]
    assert threads["ThreadPoolExecutor-0_0"][0] is False
    ended = {line[2] for line in watched.of("thread-ended")}
    numbers = {line[3]: line[2] for line in watched.of("thread")}
    assert set(numbers.values()) - ended == {numbers["MainThread"], numbers["to the end"]}
    assert watched.lines[-1][0] == "exiting"


def test_nothing_is_lost(watched: Watched) -> None:
    assert watched.of("lost") == []
    assert watched.left_out == 0


def test_a_program_at_the_limit_of_its_recursion_sees_no_frame_of_ours() -> None:
    program = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
executor = ThreadPoolExecutor(1)
executor.submit(int).result()
raised = []

def thread():
    thread = threading.Thread(target=int, args=(1,))
    thread.start()
    thread.join()

def submit():
    executor.submit(int, 1).result()

def down(work):
    try:
        work()
    except RecursionError as error:
        raised.append(error.__traceback__)
    else:
        down(work)

for work in thread, submit:
    for limit in range(150, 156):
        sys.setrecursionlimit(limit)
        try:
            down(work)
        except RecursionError as error:
            raised.append(error.__traceback__)
        sys.setrecursionlimit(1000)
print(len(raised) >= 12)
for step in raised:
    while step is not None:
        if "hooks" in step.tb_frame.f_code.co_filename:
            print(step.tb_frame)
        step = step.tb_next
"""
    watched = lines_of(program)
    assert (watched.stdout, watched.stderr, watched.status) == ("True\n", "", 0)
