"""What a program tells that ran before anybody asked: nothing is made of what began before that."""

from __future__ import annotations

import json

import pytest

from concviz.sources.lanes import Lanes
from concviz.sources.translation import Translation
from concviz.trace import events

PID, TID, OWN = 10, 10, "10-1.ring"
GROUP = ["group", 5, 1, "thread-pool", "pool", 2, None]
BEGIN = [["process", 1, PID, 1, "program", "a.py", "3.15.0"]]


def told(*lines: list[object], ring: str = OWN, meanwhile: bool = True) -> list[str]:
    """Of which kinds the events of tasks are that become of it."""
    translation = Translation(Lanes(PID), 0, meanwhile=meanwhile)
    text = b"".join(json.dumps(line).encode() + b"\n" for line in [*BEGIN, *lines])
    found = translation.translate(ring, PID, text, 1_000)
    kinds = events.TaskSubmitted, events.TaskStarted, events.TaskFinished, events.TaskCollected
    return [
        type(event).__name__.removeprefix("Task") for event in found if isinstance(event, kinds)
    ]


def submitted(task: int | str, group: int | str | None) -> list[object]:
    return ["submitted", 20, task, group, "f()", 1, TID]


WHOLE = [["started", 30, 7, TID], ["finished", 40, 7, None], ["collected", 50, 7]]


def test_a_task_that_is_told_from_its_beginning_is_told() -> None:
    whole = ["Submitted", "Started", "Finished", "Collected"]
    assert told(GROUP, submitted(7, 1), *WHOLE) == whole
    assert told(submitted(7, None), *WHOLE) == whole, "one of no group"


@pytest.mark.parametrize(
    "line", [["finished", 40, 7, None], ["failed", 40, 7, None, "E"], ["cancelled", 40, 7]]
)
def test_the_end_of_one_that_began_before_is_not(line: list[object]) -> None:
    assert told(line, ["collected", 50, 7]) == []
    assert told(line, meanwhile=False) != [] or line[0] != "finished"


def test_a_task_of_a_pool_that_was_there_is_not() -> None:
    assert told(submitted(7, 1), ["collected", 50, 7]) == []
    assert told(submitted(7, 1), GROUP, submitted(8, 1)) == ["Submitted"]
    thread = ["thread", 10, 11, "worker", False, False, 1]
    assert told(thread, submitted(7, 1)) == [], "also when a worker of it is known"


def test_a_child_is_told_of_when_it_tells_itself() -> None:
    group = ["group", 5, 1, "processes", "f", None, None]
    assert told(group, submitted("p33", 1)) == []
    assert told(group, submitted("p33", 1), ["started", 30, "p33", 33]) == ["Submitted", "Started"]
    assert told(group, submitted("p33", 1), meanwhile=False) == ["Submitted"]
