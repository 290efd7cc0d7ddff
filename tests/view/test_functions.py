"""In which functions threads are seen, in words."""

from __future__ import annotations

import pytest

from concviz.model.entities import SeenIn, Worker
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.worker_kind import WorkerKind
from concviz.view.functions import LONGEST, MOST, seen_in, where


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (None, ""),
        (SeenIn("", "", ""), ""),
        (SeenIn("store", "a.py", ""), "store"),
        (SeenIn("Condition.wait", "threading.py", "work"), "Condition.wait in work"),
        (SeenIn("main.<locals>.job", "a.py", ""), "job"),
        (SeenIn("<module>", "a.py", ""), "the module itself"),
        (SeenIn("x\x1b[31m", "a.py", ""), "x␛[31m"),
    ],
)
def test_a_function_is_named_as_people_know_it(seen: SeenIn | None, said: str) -> None:
    assert where(Worker(0, "a", seen_in=seen)) == said


def test_a_name_is_not_longer_than_fits() -> None:
    assert len(where(Worker(0, "a", seen_in=SeenIn("f" * 300, "", "")))) == LONGEST


def test_threads_that_are_there_are_listed_but_not_too_many() -> None:
    run = Run()
    for number in range(MOST + 3):
        key = f"4:{number}"
        run.apply(
            [
                events.WorkerTold(1, key, WorkerKind.THREAD, label=f"thread {number}"),
                events.WorkerStarted(1, key, 4, number + 1),
                events.FunctionSeen(2, key, "f", "a.py", ""),
            ]
        )
    found = seen_in(run)
    assert found[0] == ("thread 0", "f")
    assert found[-1] == ("…", "3 more")
    run.apply([events.WorkerStopped(3, "4:0")])
    assert seen_in(run)[0] == ("thread 1", "f")
