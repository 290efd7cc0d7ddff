"""Telling: by many threads, by signal handlers in the middle of it, in forked children."""

from __future__ import annotations

from tests.hooks.watched import Line, lines_of


def marks(lines: list[Line]) -> list[str]:
    """The labels of marks, in the order in which they were told."""
    return [line[3] for line in lines if line[0] == "mark"]


def test_threads_tell_at_the_same_time_each_in_its_order() -> None:
    program = """
import sys, threading
import concviz
sys.setswitchinterval(1e-6)

class Dying:
    def __init__(self, label):
        self.label = label
    def __del__(self):
        concviz.mark(self.label)

def work(thread):
    for number in range(300):
        concviz.mark(f"{thread} {2 * number}")
        Dying(f"{thread} {2 * number + 1}")

for thread in range(4):
    threading.Thread(target=work, args=(thread,)).start()
"""
    watched = lines_of(program)
    assert watched.stderr == ""
    (lines,) = watched.rings.values()
    told = [label.split() for label in marks(lines)]
    for thread in range(4):
        numbers = [int(number) for by, number in told if int(by) == thread]
        assert numbers == list(range(600))


def test_signal_handlers_may_tell_and_raise_in_the_middle_of_telling() -> None:
    program = """
import itertools, signal
from concviz import mark

class Interrupt(Exception):
    pass

numbers = itertools.count(1)
count = depth = 0
raising = False
def handler(number, frame):
    global count, depth, raising
    mine = count = next(numbers)
    depth += 1
    try:
        if depth < 5:  # in the middle of this handler, too
            soon()
        mark(f"handler {mine}")
    finally:
        depth -= 1
        soon()
    if raising:
        raising = False
        raise Interrupt

def soon():
    signal.setitimer(signal.ITIMER_REAL, 0.0003 if count < 200 else 0)

signal.signal(signal.SIGALRM, handler)
soon()
told = 0
while count < 200:
    try:
        raising = True
        for _ in range(80):
            mark(f"main {told}")
            told += 1
        while raising:
            pass
    except Interrupt:
        pass
for number in range(100):
    mark(f"after {number}")
print(told)
"""
    watched = lines_of(program)
    assert watched.stderr == ""
    (lines,) = watched.rings.values()
    told = [label.split() for label in marks(lines)]
    assert [int(number) for what, number in told if what == "after"] == list(range(100))
    handled = [int(number) for what, number in told if what == "handler"]
    assert len(handled) == len(set(handled))  # one may interrupt another that has yet to tell
    # what was being told when a handler raised may be missing
    assert len(handled) >= 200 / 2
    assert len({number for what, number in told if what == "main"}) >= int(watched.stdout) - 200
    assert watched.left_out == 0


def test_a_fork_in_the_middle_of_telling_leaves_a_child_that_tells() -> None:
    program = """
import os, sys, threading
import concviz
sys.setswitchinterval(1e-6)
going = True

def work():
    while going:
        concviz.mark("thread")

threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for number in range(20):
    child = os.fork()
    if not child:
        concviz.mark(f"child {number}")
        os._exit(0)
    os.waitpid(child, 0)
going = False
"""
    watched = lines_of(program)
    children = [marks(lines) for lines in watched.rings.values() if lines[0][4] == "fork"]
    assert sorted(children) == sorted([f"child {number}"] for number in range(20))


def test_a_full_ring_counts_what_it_leaves_out() -> None:
    program = """
import concviz
for number in range(40_000):
    concviz.mark(f"{number:040d}")
"""
    watched = lines_of(program)
    told = [int(label) for label in marks(watched.lines)]
    assert told == list(range(len(told)))
    assert watched.left_out >= 40_000 - len(told) > 0
    assert watched.status == 0


def test_what_was_told_is_there_however_the_process_ends() -> None:
    for end in "os._exit(3)", "os.kill(os.getpid(), 9)", "os.abort()":
        program = f"import concviz, os; concviz.mark('last'); {end}"
        watched = lines_of(program)
        assert marks(watched.lines) == ["last"], end
