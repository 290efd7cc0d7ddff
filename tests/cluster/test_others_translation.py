"""What an attachment is told of tasks, in whatever order it comes, makes the same run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.cluster.clocks import Clocks
from concviz.cluster.hosts import Hosts
from concviz.cluster.lines import Line, pack
from concviz.cluster.machine import Machine
from concviz.cluster.others_translation import EARLY_NS, LATE_NS, OthersTranslation
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace import events

HERE = Machine("boot", "time", "pid", "here")
S = 1_000_000_000
ADDRESSES = {"a": "tcp://10.0.0.1:1", "b": "tcp://10.0.0.2:1"}


def place(role: str, name: str, pid: int) -> Line:
    return "here", S, (role, pid, HERE, ADDRESSES.get(name, ""), name, 1)


class Cluster:
    """What is told of one, and the run that it makes."""

    def __init__(self) -> None:
        self.translation = OthersTranslation(Hosts(HERE), Clocks(HERE, HERE))
        self.told: list[Any] = []
        self.tell("scheduler", place("scheduler", "", 1))
        for pid, name in enumerate(ADDRESSES, 10):
            self.tell(name, place("worker", name, pid), ("thread", S, pid, "t", None, None))

    def tell(self, source: str, *lines: Line) -> None:
        self.told += self.translation.take(pack(source, 0, lines), 2 * S)

    def tick(self, now: int) -> None:
        self.told += self.translation.tick(now)

    @property
    def run(self) -> Run:
        run = Run()
        run.apply([events.decode(line) for line in events.encode_lines(self.told).splitlines()])
        return run

    def of(self, kind: str) -> list[Any]:
        return [event for event in self.told if event[0] == kind]


def new(number: int, label: str = "inc", again: int | None = None) -> list[Line]:
    group = ("group", 2 * S, 0, "inc", "client 1")
    told = "new", 2 * S, number, 0, label, again, False
    return [told] if number else [group, told]


def given_to(number: int, run: int, worker: str) -> Line:
    return "given", 2 * S, number, run, ADDRESSES[worker]


def done(run: int, tid: int, begin: int = 3) -> list[Line]:
    return [
        ("arrived", begin * S - 1, run),
        ("began", begin * S, run, tid, ""),
        ("finished", (begin + 1) * S, run, 5, None),
    ]


def test_a_task_has_a_name_a_group_a_lane_and_times() -> None:
    cluster = Cluster()
    cluster.tell("scheduler", *new(0), given_to(0, 7, "a"))
    fetched = "fetched", 3 * S - 1, 7, 2 * S, 800, ADDRESSES["b"]
    cluster.tell("a", fetched, *done(7, 10))
    run = cluster.run
    assert run.tally[Outcome.FINISHED] == 1
    assert run.tasks.named[0].label == "inc"
    assert run.surroundings.groups[0].label == "inc · client 1"
    assert (run.tasks.submitted[0], run.tasks.started[0], run.tasks.finished[0]) == (
        *(2 * S, 3 * S),
        4 * S,
    )
    assert run.workers[run.tasks.worker[0]].pid == 10
    assert cluster.of("fetched") == [("fetched", 3 * S - 1, 0, 2 * S, 800, 11, "")]
    assert cluster.of("arrived") == [("arrived", 3 * S - 1, 0, 10, "")]


END = ("computed", 4 * S, 0), ("forgotten", 4 * S, 0)


@given(st.lists(st.integers(0, 1), min_size=3, max_size=12))
def test_what_comes_first_does_not_matter(order: Sequence[int]) -> None:
    """The scheduler's lines and a worker's travel on ways of their own."""
    ways = {
        0: [[*new(0), given_to(0, 7, "a")], [*new(1)], [given_to(1, 8, "a")], [*END]],
        1: [[line] for line in (*done(7, 10), *done(8, 10, begin=5))],
    }
    cluster = Cluster()
    for way in order:
        if ways[way]:
            cluster.tell("scheduler" if way == 0 else "a", *ways[way].pop(0))
    for way, name in (0, "scheduler"), (1, "a"):
        for lines in ways[way]:
            cluster.tell(name, *lines)
    cluster.tick(2 * S + LATE_NS)
    run = cluster.run
    assert run.tally[Outcome.FINISHED] == 2
    assert list(run.tasks.started) == [3 * S, 5 * S]
    assert list(run.tasks.finished) == [4 * S, 6 * S]
    assert (run.counts.duplicate, run.counts.unknown) == (0, 0)
    assert cluster.of("not-told") == []


def test_work_that_a_dead_worker_did_is_lost_and_another_task_does_it_again() -> None:
    cluster = Cluster()
    cluster.tell("scheduler", *new(0), given_to(0, 7, "a"))
    cluster.tell("a", *done(7, 10)[:2])
    cluster.tell("scheduler", ("back", 4 * S, 0, True), given_to(0, 8, "b"))
    cluster.tell("b", *done(8, 11, begin=5))
    assert cluster.of("lost") == [("lost", 4 * S, 0, "its worker is gone")]
    assert [event[-1] for event in cluster.of("task")] == [None, 0]
    assert cluster.of("started")[-1] == ("started", 5 * S, 1, "/11:11")
    assert cluster.of("finished") == [("finished", 6 * S, 1, 5, None)]


def test_a_task_that_had_not_begun_is_only_given_to_another_worker() -> None:
    cluster = Cluster()
    cluster.tell("scheduler", *new(0), given_to(0, 7, "a"))
    cluster.tell("a", *done(7, 10)[:1])
    cluster.tell("scheduler", ("back", 3 * S, 0, True), given_to(0, 8, "b"))
    cluster.tell("b", *done(8, 11))
    assert cluster.of("lost") == []
    assert [event[3] for event in cluster.of("arrived")] == [10, 11]
    assert cluster.run.tally[Outcome.FINISHED] == 1


def test_it_may_be_known_first_that_it_was_begun_again() -> None:
    cluster = Cluster()
    cluster.tell("scheduler", *new(0), given_to(0, 7, "a"), given_to(0, 8, "b"))
    cluster.tell("a", *done(7, 10)[:2])
    cluster.tell("b", *done(8, 11, begin=5)[:2])
    cluster.tell("a", done(7, 10)[2])  # what it did is lost all the same
    cluster.tell("b", done(8, 11, begin=5)[2])
    assert [event[2] for event in cluster.of("lost")] == [0]
    assert [event[2] for event in cluster.of("finished")] == [1]


def test_a_result_that_is_lost_is_computed_by_another_task() -> None:
    cluster = Cluster()
    cluster.tell("scheduler", *new(0), given_to(0, 7, "a"))
    cluster.tell("a", *done(7, 10))
    cluster.tell("scheduler", ("lost", 5 * S, 0, "gone"), *new(1, again=0), given_to(1, 9, "b"))
    assert cluster.of("lost") == [("lost", 5 * S, 0, "gone")]
    assert cluster.of("task")[-1][-1] == 0


def test_what_is_called_off_ends_at_once_or_when_its_worker_says_so() -> None:
    cluster = Cluster()
    cluster.tell("scheduler", *new(0), *new(1), given_to(1, 7, "a"))
    cluster.tell("a", *done(7, 10)[:2])
    cluster.tell("scheduler", ("called-off", 3 * S, 0), ("called-off", 3 * S, 1))
    cluster.tell("scheduler", ("forgotten", 3 * S, 0), ("forgotten", 3 * S, 1))
    assert cluster.of("cancelled") == [("cancelled", 3 * S, 0)]
    cluster.tick(4 * S + EARLY_NS)
    cluster.tell("a", ("finished", 60 * S, 7, 5, None))
    assert cluster.of("cancelled")[1:] == [("cancelled", 60 * S, 1)]
    cluster.tick(70 * S)
    assert cluster.of("lost") == []


def test_an_end_counts_that_only_the_scheduler_knows() -> None:
    cluster = Cluster()
    lines = *new(0), given_to(0, 7, "a"), ("erred", 4 * S, 0, "KilledWorker", True)
    cluster.tell("scheduler", *lines, *new(1), ("erred", 4 * S, 1, "inc failed", False))
    assert cluster.of("failed") == [("failed", 4 * S, 1, None, "inc failed", "")]
    cluster.tick(4 * S + LATE_NS)
    assert cluster.of("failed")[1:] == [("failed", 4 * S, 0, None, "KilledWorker", "")]


def test_a_worker_knows_better_how_it_ended() -> None:
    cluster = Cluster()
    cluster.tell("scheduler", *new(0), given_to(0, 7, "a"))
    cluster.tell("scheduler", ("erred", 5 * S, 0, "short", True))
    cluster.tell("a", *done(7, 10)[:2], ("failed", 4 * S, 7, 5, "ValueError('x')", "line 1"))
    cluster.tick(9 * S)
    assert cluster.of("failed") == [("failed", 4 * S, 0, 5, "ValueError('x')", "line 1")]


def test_calls_of_actors_are_tasks_of_their_own() -> None:
    cluster = Cluster()
    cluster.tell("a", ("began", 3 * S, -1, 10, "Counter.add"), ("finished", 4 * S, -1, 5, None))
    run = cluster.run
    assert run.tasks.named[0].label == "Counter.add"
    assert run.tally[Outcome.FINISHED] == 1


def test_lines_of_which_nobody_says_what_they_are_of_are_counted() -> None:
    cluster = Cluster()
    cluster.tell("a", *done(7, 10))
    cluster.tick(3 * S)
    assert cluster.of("not-told") == []
    cluster.tick(4 * S + EARLY_NS)
    assert cluster.of("not-told") == [("not-told", 4 * S + EARLY_NS, 3)]


@pytest.mark.parametrize(("tasks", "running", "words"), [(1, 0, "1 task was"), (9, 2, "2 of them")])
def test_what_was_there_before_is_said(tasks: int, running: int, words: str) -> None:
    cluster = Cluster()
    cluster.tell("scheduler", ("there", 2 * S, tasks, running))
    assert words in cluster.of("not-seen")[0][2]
