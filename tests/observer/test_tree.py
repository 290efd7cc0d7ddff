"""Who belongs to a program, who comes, who goes, and what they are called."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.observer import tree as trees
from concviz.observer.tree import ANYWAY_EVERY, CHILDREN_EVERY, Changes, Tree
from tests.observer.made_up import MadeUp


@pytest.fixture
def proc(tmp_path: Path) -> MadeUp:
    made = MadeUp(tmp_path)
    made.process(10, "python", "program.py")
    made.thread(10, 11, "worker")
    return made


def searched(tree: Tree, times: int = ANYWAY_EVERY) -> Changes:
    """What so many searches find."""
    whole = Changes()
    for _ in range(times):
        changes = tree.search()
        for name, found in vars(changes).items():
            getattr(whole, name).extend(found)
    return whole


def test_threads_and_descendants_are_found_each_once(proc: MadeUp) -> None:
    proc.process(20, "python", "-c", "pass", parent=10)
    proc.process(30, "sleep", "9", parent=20)
    proc.process(40, "python", "other.py")
    tree = Tree(10, proc)
    first = tree.search()
    assert [(one.pid, one.parent, one.argv[-1]) for one in first.processes] == [
        (10, None, "program.py"),
        (20, 10, "pass"),
        (30, 20, "9"),
    ]
    assert [(one.pid, one.tid, one.name) for one in first.threads] == [
        (10, 10, "python"),
        (10, 11, "worker"),
        (20, 20, "python"),
        (30, 30, "python"),
    ]
    assert [one.main for one in first.threads] == [True, False, True, True]
    assert searched(tree) == Changes()
    tree.close()


def test_without_its_root_and_without_whom_nobody_wants_to_see(proc: MadeUp) -> None:
    proc.process(20, "python", "a.py", parent=10)
    proc.process(21, "concviz", parent=10)
    proc.process(22, "python", parent=21)
    tree = Tree(10, proc, with_root=False, without=[21])
    assert [one.pid for one in tree.search().processes] == [20]


def test_who_comes_and_who_goes(proc: MadeUp) -> None:
    tree = Tree(10, proc)
    tree.search()
    proc.newest(12)
    proc.thread(10, 12, "late")
    assert [one.tid for one in tree.search().threads] == [12], "at once: a number was given"
    proc.newest(20)
    proc.process(20, "python", parent=10)
    assert [one.pid for one in searched(tree, CHILDREN_EVERY).processes] == [20]
    proc.gone(10, 11)
    proc.gone(20)
    changes = searched(tree)
    assert changes.gone_threads == [(10, 11), (20, 20)]
    assert changes.gone_processes == [20]
    assert tree.threads == {10: {10, 12}}


def test_where_the_system_gives_no_numbers_is_searched_all_the_same(proc: MadeUp) -> None:
    """As in containers in which somebody else answers for ``loadavg``."""
    tree = Tree(10, proc)
    tree.search()
    proc.thread(10, 12)
    proc.process(20, parent=10)
    changes = searched(tree)
    assert {one.tid for one in changes.threads} == {12, 20}


def test_a_thread_that_is_seen_to_end_ends_its_process_if_it_was_the_last(proc: MadeUp) -> None:
    tree = Tree(10, proc)
    tree.search()
    proc.gone(10, 11)
    assert tree.gone(10, 11).gone_threads == [(10, 11)]
    assert tree.gone(10, 11) == Changes(), "that is known"
    proc.gone(10)
    ended = tree.gone(10, 10)
    assert (ended.gone_threads, ended.gone_processes) == ([(10, 10)], [10])


def test_what_nobody_took_note_of_has_ended(proc: MadeUp) -> None:
    tree = Tree(10, proc)
    tree.search()
    proc.gone(10, 11)
    proc.thread(10, 10, state="Z")
    changes = searched(tree)
    assert changes.gone_processes == [10]
    assert searched(tree) == Changes(), "nor is it found anew"


def test_an_orphan_stays_in_the_tree(proc: MadeUp) -> None:
    proc.process(20, "python", parent=10)
    proc.process(30, "python", "left.py", parent=20)
    tree = Tree(10, proc)
    tree.search()
    proc.gone(20)
    changes = searched(tree)
    assert changes.gone_processes == [20]
    proc.process(31, "python", "its own.py", parent=30)
    proc.newest(31)
    assert [one.pid for one in searched(tree, CHILDREN_EVERY).processes] == [31]


def test_a_new_process_may_become_another_program(proc: MadeUp) -> None:
    """Found between the fork and what its parent then starts in it."""
    proc.process(20, "python", "program.py", parent=10)
    tree = Tree(10, proc)
    tree.search()
    proc.process(20, "sleep", "9", parent=10, name="sleep")
    (become,) = tree.search().become
    assert (become.pid, become.argv, become.name) == (20, ["sleep", "9"], "sleep")
    assert tree.search().become == []


def test_threads_may_get_a_name_late(proc: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic_ns()
    monkeypatch.setattr(trees, "monotonic_ns", lambda: now)
    tree = Tree(10, proc)
    tree.search()
    proc.thread(10, 11, "named")
    assert tree.search().named == [], "not looked for yet"
    monkeypatch.setattr(trees, "monotonic_ns", lambda: now + trees.NAMED_NS[-1] * 2)
    assert [(one.tid, one.name) for one in tree.search().named] == [(11, "named")]
    proc.thread(10, 11, "again")
    assert tree.search().named == [], "it has had its time"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=12))
def test_after_any_history_the_tree_is_what_is_there(steps: list[tuple[int, int, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        proc, number = MadeUp(Path(folder)), 100
        proc.process(10)
        tree, there = Tree(10, proc), {10: {10}}
        for which, thread, comes in steps:
            pids = sorted(there)
            pid = pids[which % len(pids)]
            if comes and thread == 0:
                number += 1
                proc.process(number, parent=pid)
                there[number] = {number}
            elif comes:
                number += 1
                proc.thread(pid, number)
                there[pid].add(number)
            elif len(there[pid]) > 1:
                tid = max(there[pid])
                proc.gone(pid, tid)
                there[pid].discard(tid)
            proc.newest(number)
            searched(tree, CHILDREN_EVERY)
        searched(tree)
        assert tree.threads == there
        tree.close()


def test_nothing_is_there_of_a_process_that_is_gone(proc: MadeUp) -> None:
    tree = Tree(99, proc)
    assert searched(tree) == Changes()
    assert tree.processes == {}
