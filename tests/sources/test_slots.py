"""Rows of coroutines: used again, and limited in number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.sources.lanes import Lane
from concviz.sources.slots import MOST, Slots
from concviz.trace import events


def a_lane() -> Lane:
    return Lane("10:10", 10, 10, 0, name="MainThread")


@given(st.lists(st.tuples(st.integers(0, 3 * MOST), st.booleans()), max_size=4 * MOST))
def test_a_loop_has_few_slots_and_all_of_them_before_any_is_shared(
    told: list[tuple[int, bool]],
) -> None:
    slots, lane = Slots(), a_lane()
    under_way: dict[int, str] = {}
    started: list[str] = []
    for task, begins in [*told, *((task, True) for task in range(MOST + 2))]:
        if begins and task not in under_way:
            taken = set(under_way.values())
            key, said = slots.begin(0, lane, 0, task)
            started += [e.worker for e in said if isinstance(e, events.WorkerStarted)]
            assert key in started
            assert key not in taken or len(started) == MOST
            under_way[task] = key
        elif not begins and task in under_way:
            slots.end(task)
            del under_way[task]
    assert len(started) == len(set(started)) == MOST


def test_that_rows_are_shared_is_said_once() -> None:
    slots, lane = Slots(), a_lane()
    said = [e for task in range(2 * MOST) for e in slots.begin(0, lane, 0, task)[1]]
    (what,) = [e.what for e in said if isinstance(e, events.NotSeen)]
    assert str(MOST) in what
