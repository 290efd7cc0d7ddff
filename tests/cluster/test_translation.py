"""What plugins send becomes what a run is told in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.cluster.clocks import Clocks
from concviz.cluster.hosts import Hosts
from concviz.cluster.lines import Line, Place, pack, unpack
from concviz.cluster.machine import Machine
from concviz.cluster.translation import Translation, starting_key
from concviz.trace import events

HERE = Machine("boot", "time", "pids", "here")
THERE = Machine("other", "time", "pids", "there")
TASKS = 5
NOW = 1_000


class Told:
    """A session of two worker processes on this machine, and what is told of it."""

    def __init__(self, starting: tuple[str, ...] = ()) -> None:
        self.latest: dict[int, int] = {}
        clocks = Clocks(HERE, HERE)
        self.translation = Translation(Hosts(HERE), clocks, TASKS, self.latest, starting)
        self.events: list[tuple[Any, ...]] = []
        self.say("s", ("here", 1, Place("scheduler", 9, HERE, "tcp://h:1")))

    def worker(self, source: str, pid: int, threads: int = 1) -> None:
        place = Place("worker", pid, HERE, f"tcp://h:{pid}", f"{pid}", threads)
        self.say(source, ("here", 2, place), ("thread", 3, pid + 1, "Dask", 10, 20))

    def say(self, source: str, *lines: Line, now: int = NOW, left_out: int = 0) -> None:
        self.events += self.translation.take(pack(source, left_out, lines), now)

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [event[1:] for event in self.events if event[0] == kind]


def test_what_happens_to_a_task() -> None:
    told = Told()
    told.worker("a", 10)
    told.say("a", ("arrived", 4, 0), ("started", 5, 0, 11), ("output", 6, 0, "hi"))
    told.say("a", ("finished", 7, 0, 2, "result"))
    assert told.of("process") == [(2, 10, None, "", "", "worker 10")]
    assert told.of("worker-started") == [(3, "/10:11", 10, 11, 10, 20, [], "")]
    assert told.of("arrived") == [(4, 0, 10, "")]
    assert told.of("started") == [(5, 0, "/10:11")]
    assert told.of("output") == [(6, 0, "hi")]
    assert told.of("finished") == [(7, 0, 2, "result")]
    events.decode_lines(events.encode_lines(told.events))  # a stream has all of it


def test_a_worker_is_the_one_that_was_seen_starting() -> None:
    told = Told(starting=("10", "20"))
    place = Place("worker", 10, HERE, "tcp://h:10", "10", 1)
    told.say("a", ("here", 2, place), ("ready", 3, 700, 300), ("thread", 4, 11, "Dask", 1, 1))
    told.say("a", ("started", 5, 0, 11))
    told.say("n", ("here", 5, Place("nanny", 8, HERE, "tcp://h:8", "10")))
    told.say("n", ("sampled", 7, "10:11", 5, [0, 2], 0, None))
    key = starting_key("10")
    assert told.of("worker-started") == [(4, key, 10, 11, 700, 300, [], "")]
    assert told.of("started") == [(5, 0, key)]
    assert told.of("sampled") == [(7, key, 5, [0, 2], 0, None)]


def test_a_task_that_is_done_again_is_another_one() -> None:
    told = Told()
    told.worker("a", 10)
    told.worker("b", 20)
    told.say("a", ("started", 5, 3, 11), ("arrived", 5, 4))
    told.say("s", ("lost", 8, 3), ("lost", 8, 4), ("worker-gone", 8, "tcp://h:10"))
    told.say("b", ("arrived", 9, 3), ("started", 9, 3, 21), ("finished", 12, 3, 1, None))
    assert [task for _, task, _ in told.of("lost")] == [3]  # the other one had not begun
    assert [(number, again) for _, number, *_, again in told.of("task")] == [(TASKS, 3)]
    assert told.of("started") == [(5, 3, "/10:11"), (9, TASKS, "/20:21")]
    assert told.of("finished") == [(12, TASKS, 1, None)]
    assert told.latest == {3: TASKS}


def test_a_task_that_is_begun_twice_has_lost_what_it_did_first() -> None:
    """Also where nobody said so before."""
    told = Told()
    told.worker("a", 10)
    told.worker("b", 20)
    told.say("a", ("started", 5, 3, 11))
    told.say("b", ("started", 9, 3, 21))
    assert [task for _, task, _ in told.of("lost")] == [3]
    assert told.of("started")[-1] == (9, TASKS, "/20:21")


def test_a_task_that_is_given_up() -> None:
    told = Told()
    told.worker("a", 10)
    told.say("a", ("started", 5, 3, 11))
    told.say("s", ("given-up", 8, 3, "KilledWorker"), ("given-up", 8, 4, "no such thing"))
    assert [task for _, task, _ in told.of("lost")] == [3]
    assert told.of("failed") == [(8, 4, None, "no such thing", "no such thing")]


@pytest.mark.parametrize("first", ["scheduler", "nanny"])
def test_how_a_process_has_ended(first: str) -> None:
    told = Told()
    told.worker("a", 10)
    told.say("n", ("here", 2, Place("nanny", 9, HERE, "tcp://h:9", "10")))
    lines = {"scheduler": ("s", ("worker-gone", 8, "tcp://h:10")), "nanny": ("n", ("exited", 7, 10, -9))}  # fmt: skip  # noqa: E501
    told.say(*lines.pop(first))
    for line in lines.values():
        told.say(*line)
    assert told.of("worker-died") == [(7, "/10:11", -9, False)]
    assert told.of("worker-stopped") == []
    assert told.of("process-ended") == [(7, 10, -9, "")]
    assert told.translation.open == 1  # the nanny


def test_a_process_of_which_nobody_says_how_it_ended() -> None:
    told = Told()
    told.worker("a", 10)
    told.say("s", ("worker-gone", 8, "tcp://h:10"))
    assert told.of("worker-stopped") == []
    told.say("s", ("holds", 9, "tcp://h:10", 1, 1, 1, 1), now=NOW + 2_000_000_000)
    assert told.of("worker-stopped") == [(8, "/10:11", 0)]


def test_a_task_that_no_worker_can_do_any_more_is_noticed() -> None:
    told = Told()
    assert not told.translation.stranded
    told.say("s", ("stranded", 8, 3))
    assert told.translation.stranded


def test_a_worker_that_nobody_named_is_called_by_its_address() -> None:
    told = Told()
    told.say("a", ("here", 2, Place("worker", 10, HERE, "tcp://h:10", "tcp://h:10", 1)))
    assert told.of("process")[0][-1] == "worker h:10"


def test_what_was_stolen_is_of_the_process_that_had_it() -> None:
    told = Told()
    told.worker("a", 10)
    told.say("s", ("stolen", 6, 2, "tcp://h:10"), ("stolen", 6, 2, "tcp://unknown:1"))
    assert told.of("stolen") == [(6, 2, 10, "")]


def test_what_is_left_out_is_counted() -> None:
    told = Told()
    told.say("nobody", ("started", 5, 3, 11), ("finished", 6, 3, 1, None), left_out=7)
    assert told.of("not-told") == [(NOW, 7), (NOW, 2)]


def test_lines_wait_until_it_is_known_what_time_it_was() -> None:
    told = Told()
    place = Place("worker", 10, THERE, "tcp://there:10", "10", 1)
    told.say("a", ("here", 102, place), ("thread", 103, 11, "Dask", 1, 1), ("started", 105, 0, 11))
    assert told.of("started") == []
    told.say("a", ("asked", 106, [(106, 6, 106)]))
    (started,) = told.of("started")
    assert started == (5, 0, "there/10:11")
    assert told.of("worker-started")[0][-1] == "there"


names = st.text(max_size=5)
numbers = st.integers(0, 2**62)


@given(names, numbers, st.lists(st.tuples(names, numbers, st.one_of(names, numbers, st.none()))))
def test_a_batch_arrives_as_it_was_sent(source: str, left_out: int, lines: list[Line]) -> None:
    batch = unpack(pack(source, left_out, lines))
    assert batch == (source, left_out, lines)


def test_what_is_no_batch_is_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(b"\xff nonsense")


@given(st.permutations(range(TASKS)), st.lists(st.integers(0, TASKS - 1), max_size=4))
def test_every_attempt_has_its_own_number(order: list[int], lost: list[int]) -> None:
    """However often tasks are lost: no number is begun twice, none is left out."""
    told = Told()
    told.worker("a", 10)
    t = 10
    for task in [*order, *lost]:
        if task in lost and told.of("started"):
            told.say("s", ("lost", t, task))
        told.say("a", ("started", t + 1, task, 11), ("finished", t + 2, task, 1, None))
        t += 3
    begun = [task for _, task, _ in told.of("started")]
    assert sorted(begun) == list(range(len(begun)))
    assert len(begun) == TASKS + len(lost)
    assert [task for _, task, *_ in told.of("finished")] == begun


def test_what_has_no_time_waits_for_it_and_is_counted_if_none_comes() -> None:
    told = Told()
    place = Place("worker", 30, THERE, "tcp://far:1", "far", 1)
    told.say("f", ("here", 2, place), ("thread", 3, 31, "Dask", 10, 20))
    assert told.of("worker-started") == []
    (sentence,), (left_out,) = (
        [event[2:] for event in told.translation.finish(NOW) if event[0] == kind]
        for kind in ("not-seen", "not-told")
    )
    assert "far" in sentence[0]
    assert left_out == (2,)
    told.say("f", ("asked", 4, [(104, 4, 104)]))  # a clock that is 100 ahead
    assert told.of("worker-started") == [(0, "far/30:31", 30, 31, 10, 20, [], "far")]
    assert told.translation.finish(NOW) == []
