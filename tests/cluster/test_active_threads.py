"""A worker's note of which thread has which task tells of it, and is as true as ever."""

from __future__ import annotations

import threading
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from concviz.cluster.active_threads import follow, leave, listen


class OneWorker:
    """Has threads that do tasks as a real one's do: with the dictionary that there was then."""

    def __init__(self) -> None:
        self.active_threads: dict[int, Any] = {}
        self.active_threads_lock = threading.Lock()
        self.uses: dict[int, dict[int, Any]] = {}
        self.truth: dict[int, Any] = {}

    def give(self, ident: int) -> None:
        """A task is given to a thread, with the dictionary of now."""
        self.uses[ident] = self.active_threads

    def begin(self, ident: int, key: Any) -> None:
        with self.active_threads_lock:
            self.uses[ident][ident] = key
        self.truth[ident] = key

    def end(self, ident: int) -> None:
        with self.active_threads_lock:
            del self.uses.pop(ident)[ident]
        del self.truth[ident]


class Heard:
    """Knows what it was told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int, Any]] = []

    def began(self, ident: int, key: Any) -> None:
        self.said.append(("began", ident, key))

    def ended(self, ident: int, key: Any) -> None:
        self.said.append(("ended", ident, key))

    def applied_to(self, known: dict[int, Any]) -> dict[int, Any]:
        """Which thread has which task now, to who knew that at first."""
        found = dict(known)
        for what, ident, key in self.said:
            if what == "began":
                assert ident not in found
                found[ident] = key
            else:
                assert found.pop(ident) == key
        return found


def test_who_listens_is_told_until_it_leaves_and_then_the_worker_has_a_plain_one() -> None:
    worker, heard, other = OneWorker(), Heard(), Heard()
    assert listen(worker, heard) == []
    worker.give(1)
    worker.begin(1, "a")
    assert listen(worker, other) == [(1, "a")]
    leave(worker, heard)
    worker.end(1)
    leave(worker, other)
    leave(worker, other)
    assert heard.said == [("began", 1, "a")]
    assert other.said == [("ended", 1, "a")]
    assert type(worker.active_threads) is dict


def test_tasks_that_had_begun_before_are_known_and_their_end_is_noticed() -> None:
    worker, heard = OneWorker(), Heard()
    worker.give(1)
    worker.begin(1, "a")
    worker.give(2)  # with the plain one, and begins after we came
    assert listen(worker, heard) == [(1, "a")]
    worker.begin(2, "b")
    worker.end(1)
    follow(worker)
    assert worker.active_threads == {2: "b"}
    assert heard.said == [("ended", 1, "a"), ("began", 2, "b")]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["give", "begin", "end", "listen", "leave", "follow"]), st.integers(1, 3)
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_the_worker_knows_what_its_threads_do_and_so_does_who_listens(
    steps: list[tuple[str, int]],
) -> None:
    worker = OneWorker()
    plain = worker.active_threads
    listening: list[tuple[Heard, dict[int, Any]]] = []
    keys = 0
    for what, number in steps:
        if what == "give" and number not in worker.uses:
            worker.give(number)
        elif what == "begin" and number in worker.uses and number not in worker.truth:
            keys += 1
            worker.begin(number, keys)
        elif what == "end" and number in worker.truth:
            worker.end(number)
        elif what == "listen" and len(listening) < 2:
            heard = Heard()
            listening.append((heard, dict(listen(worker, heard))))
        elif what == "leave" and listening:
            leave(worker, listening.pop(0)[0])
        assert dict(worker.active_threads) == worker.active_threads.copy() == worker.truth
        follow(worker)
        for heard, known in listening:
            assert heard.applied_to(known) == worker.truth
    for heard, _ in listening:
        leave(worker, heard)
    assert worker.active_threads is plain
    for number in list(worker.truth):
        worker.end(number)
    assert worker.active_threads == {}
