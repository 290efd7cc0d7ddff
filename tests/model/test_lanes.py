"""A lane's sums against adding up its spans one by one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.lanes import NO_SPAN, OPEN, Lane, as_of


@dataclass
class Filled:
    """A lane, and the spans that it was told (None: not ended)."""

    lane: Lane
    spans: list[tuple[int, int | None]]

    def busy(self, begin: int, end: int) -> int:
        """Span by span; one whose end is not known lasts until the next one starts."""
        total = 0
        for index, (start, stop) in enumerate(self.spans):
            if stop is None:
                stop = self.spans[index + 1][0] if index + 1 < len(self.spans) else end
            total += max(0, min(stop, end) - max(start, begin))
        return total


@st.composite
def lanes(draw: st.DrawFn) -> Filled:
    """Spans one after the other, told in any order: opened late, closed late or never."""
    spans: list[tuple[int, int | None]] = []
    time = 0
    for _ in range(draw(st.integers(0, 8))):
        start = time + draw(st.integers(1, 5))
        time = start + draw(st.integers(0, 9))
        spans.append((start, draw(st.sampled_from([time, time, time, None]))))
    news = [(task, "open") for task in range(len(spans))]
    news += [(task, "close") for task, (_, end) in enumerate(spans) if end is not None]
    draw(st.randoms(use_true_random=False)).shuffle(news)
    lane = Lane()
    opened: set[int] = set()
    for task, what in [*news, *((t, w) for t, w in news if w == "close")]:
        start, end = spans[task]
        if what == "open":
            lane.open(task, start)
            opened.add(task)
        elif task in opened and end is not None:
            lane.close(task, end)
    return Filled(lane, spans)


@given(lanes(), st.integers(-5, 120), st.integers(-5, 120))
def test_busy_is_the_sum_of_the_spans(filled: Filled, begin: int, end: int) -> None:
    assert filled.lane.busy(begin, end) == filled.busy(begin, end)


@given(lanes())
def test_spans_are_sorted_whatever_the_order_of_the_news(filled: Filled) -> None:
    lane = filled.lane
    told = [(start, OPEN if end is None else end) for start, end in filled.spans]
    assert list(zip(lane.starts, lane.ends, strict=True)) == told
    assert list(lane.tasks) == list(range(len(told)))
    assert len(lane) == len(told)
    under_way = [task for task, (_, end) in enumerate(filled.spans) if end is None]
    assert sorted(lane.open_tasks) == under_way
    for task in under_way:
        assert lane.index_of(task) == task
    nexts = [start for start, _ in told[1:]]
    ends = [min(end, following) for (_, end), following in zip(told, [*nexts, OPEN], strict=False)]
    lengths = [end - start for (start, _), end in zip(told, ends, strict=True) if end != OPEN]
    assert lane.sums[-1] == sum(lengths)


@given(lanes(), st.integers(0, 120))
def test_find_and_nearest(filled: Filled, time: int) -> None:
    lane = filled.lane
    for task, (start, _) in enumerate(filled.spans):
        assert lane.find(task, start) == task
    with pytest.raises(ValueError, match="task 99 was not executed here"):
        lane.find(99, time)
    before = [task for task, (start, _) in enumerate(filled.spans) if start <= time]
    assert lane.nearest(time) == max(before, default=0)


def test_close_of_a_task_that_is_not_under_way_does_nothing() -> None:
    lane = Lane()
    lane.open(1, 10)
    version = lane.version
    lane.close(2, 20)
    assert lane.version == version
    assert list(lane.ends) == [OPEN]
    lane.close(1, 20)
    lane.close(1, 30)
    assert list(lane.ends) == [20]
    with pytest.raises(KeyError):
        lane.index_of(1)


def test_end_before_the_start_counts_as_no_time() -> None:
    lane = Lane()
    lane.open(0, 10)
    lane.close(0, 4)
    assert (lane.ends[0], lane.sums[-1]) == (10, 0)


def test_sums_of_impossible_spans_stay_within_64_bits() -> None:
    lane = Lane()
    for task in range(4):
        lane.open(task, 0)
        lane.close(task, (1 << 62) - 1)
    assert lane.sums[-1] == (1 << 62) - 1, "the same time counts once"


def test_version_grows_with_every_change() -> None:
    lane = Lane()
    versions = [lane.version]
    for task in (0, 1):
        lane.open(task, task * 10)
        versions.append(lane.version)
        lane.close(task, task * 10 + 5)
        versions.append(lane.version)
    assert versions == sorted(set(versions))


class Counted:
    """Spans of a lane, with a count of how many were looked at one by one."""

    def __init__(self, lane: Lane) -> None:
        self.reads = 0
        self._ends = lane.ends

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> int:
        self.reads += 1
        return self._ends[index]


@pytest.mark.parametrize("last_is_open", [False, True])
def test_cost_does_not_grow_with_the_spans(last_is_open: bool) -> None:
    lane = Lane()
    number = 10_000
    for task in range(number):
        lane.open(task, task * 10)
        if task < number - 1 or not last_is_open:
            lane.close(task, task * 10 + 5)
    counted = Counted(lane)
    lane.ends = counted  # type: ignore[assignment]
    assert lane.busy(1, number * 10 - 1) == number * 5 - 1 + (4 if last_is_open else 0)
    assert counted.reads < 100


@st.composite
def nests(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Spans of one thread, some within others, as a task that waits for tasks of its own has."""
    spans: list[tuple[int, int]] = []

    def grow(begin: int, end: int, depth: int) -> None:
        while begin < end:
            begin += draw(st.integers(1, 6))
            until = begin + draw(st.integers(1, 9))
            if until > end or len(spans) > 12:
                return
            spans.append((begin, until))
            if depth < 2 and draw(st.booleans()):
                grow(begin, until, depth + 1)
            begin = until

    grow(0, draw(st.integers(5, 60)), 0)
    return sorted(spans)


def told(spans: list[tuple[int, int]], until: int = OPEN) -> Lane:
    """A lane that was told of what happened by then, in the order of the times."""
    news = [(start, task, True) for task, (start, _) in enumerate(spans)]
    news += [(end, task, False) for task, (_, end) in enumerate(spans)]
    lane = Lane()
    for time, task, begins in sorted(news, key=lambda one: one[0]):
        if time <= until:
            if begins:
                lane.open(task, time)
            else:
                lane.close(task, time)
    return lane


@given(nests(), st.integers(-2, 70), st.integers(-2, 70))
def test_time_within_several_tasks_counts_once(
    spans: list[tuple[int, int]], begin: int, end: int
) -> None:
    lane = told(spans)
    busy = {time for start, until in spans for time in range(start, until)}
    assert lane.busy(begin, end) == len(busy & set(range(begin, end)))
    assert lane.sums[-1] == len(busy)
    pairs = pairwise(spans)
    assert lane.nested == any(after < until for (_, until), (after, _) in pairs)


@given(nests(), st.integers(0, 70))
def test_the_inner_task_is_the_one_that_is_under_way(
    spans: list[tuple[int, int]], time: int
) -> None:
    lane = told(spans)
    over = [index for index, (start, end) in enumerate(spans) if start < time <= end]
    before = sum(start < time for start, _ in spans) - 1
    assert lane.around(before, time) == (over[-1] if over else NO_SPAN)


@given(nests(), st.integers(0, 70))
def test_a_lane_as_of_a_time_is_the_one_that_was_told_by_then(
    spans: list[tuple[int, int]], time: int
) -> None:
    then, expected = as_of(told(spans), time), told(spans, time)
    for name in ("starts", "ends", "tasks", "sums", "reach", "nested"):
        assert getattr(then, name) == getattr(expected, name), name
    assert sorted(then.open_tasks) == sorted(expected.open_tasks)
    assert then.busy(0, time) == expected.busy(0, time)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-2, 9)), max_size=9))
def test_a_lane_that_is_filled_at_once_is_as_if_it_had_been_told(
    waits: list[tuple[int, int]],
) -> None:
    spans, end = [], 0
    for task, (idle, lasts) in enumerate(waits):
        start = end + idle
        end = max(start, start + lasts)
        spans.append((start, task, start + lasts))
    told, filled = Lane(), Lane()
    for start, task, finish in spans:
        told.open(task, start)
        told.close(task, finish)
    filled.fill(spans)
    for name in "starts", "ends", "tasks", "sums", "reach", "open_at", "assumed", "nested":
        assert getattr(filled, name) == getattr(told, name), name
