"""How many tasks were under way at once: counted, not taken from the plan."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.overlap import kept_share, together
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from tests.builders import at, finished, pool, task


def test_a_pool_of_three_does_three_at_a_time_though_two_are_left_in_the_end() -> None:
    assert together(pool()) == 3


def test_a_task_that_ends_while_the_next_one_begins_is_no_second_one() -> None:
    one_by_one = [
        task(number, f"w{number}", 10 * number, 10 * number + 10.1) for number in range(9)
    ]
    assert together(finished(91, *one_by_one)) == 1


def test_coroutines_of_which_each_keeps_the_loop_are_not_under_way_together() -> None:
    told = [task(number, f"w{number}", 0, 40) for number in range(4)]
    kept = [events.LoopBlocked(at(10 * (number + 1)), number, 10**7) for number in range(4)]
    assert together(finished(40, *told)) == 4
    blocked = finished(40, *told, [*kept])
    assert together(blocked) == 1
    assert kept_share(blocked) == 1
    half = finished(80, *[task(number, f"w{number}", 0, 80) for number in range(4)], [*kept])
    assert together(half) == 4, "for the other half of the time"
    assert kept_share(half) == 0.5


def test_nothing_was_under_way_in_a_run_without_tasks() -> None:
    empty = Run(Plan(tasks=3))
    empty.apply([events.RunStarted(at(0)), events.RunFinished(at(5), None)])
    assert together(empty) == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=12))
def test_it_is_from_one_to_the_number_of_tasks(spans: list[tuple[int, int]]) -> None:
    told = [task(n, f"w{n}", begin, begin + long) for n, (begin, long) in enumerate(spans)]
    assert 1 <= together(finished(120, *told)) <= len(spans)
