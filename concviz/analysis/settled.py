"""What is known of how workers spent their time and will not change, in running sums.

So that the states of a run, as of any time, cost some bisections and not a look at every task. They
are kept with the whole run, for all that is asked of it as of earlier times.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from weakref import WeakKeyDictionary

from concviz.analysis.spans_spent import first_sample, in_sample, of_span
from concviz.model.entities import Worker
from concviz.model.lanes import OPEN, Lane
from concviz.model.run import Run
from concviz.trace.states import Spent, nothing


class Sums:
    """Of times in states, one after the other."""

    def __init__(self) -> None:
        self._columns: dict[int, array[int]] = {}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, spent: Spent) -> None:
        """One more."""
        columns = self._columns
        for state, time in enumerate(spent):
            if time and state not in columns:
                columns[state] = array("q", bytes(8 * (self._length + 1)))
        for state, sums in columns.items():
            sums.append(sums[-1] + spent[state])
        self._length += 1

    def until(self, count: int) -> Spent:
        """The sum of the first so many."""
        spent = nothing()
        for state, sums in self._columns.items():
            spent[state] = sums[count]
        return spent


class Settled:
    """Of one worker of a whole run, whose tasks came one after the other."""

    def __init__(self, key: object) -> None:
        self.key = key
        self._spans, self._samples, self._cpu = Sums(), Sums(), array("q", [0])

    def spans(self, run: Run, worker: Worker, count: int) -> Spent:
        """Of the first so many spans."""
        for index in range(len(self._spans), count):
            self._spans.add(of_span(run, worker, index, 0))
        return self._spans.until(count)

    def samples(self, worker: Worker, last: int) -> Spent:
        """What the samples up to that one say of the time in which it was busy."""
        first = first_sample(worker)
        for k in range(first + len(self._samples), last + 1):
            self._samples.add(in_sample(worker, k, OPEN))
        return self._samples.until(max(0, last + 1 - first))

    def cpu(self, run: Run, lane: Lane, count: int) -> int:
        """Of the tasks of the first so many spans."""
        for index in range(len(self._cpu) - 1, count):
            self._cpu.append(self._cpu[-1] + max(0, run.tasks.cpu[lane.tasks[index]]))
        return self._cpu[count]


_kept: WeakKeyDictionary[Run, dict[int, Settled]] = WeakKeyDictionary()


def settled(run: Run, worker: Worker) -> tuple[Worker, Settled] | None:
    """What is kept of a worker of a run as of a time, and that worker of the whole run.

    None where its tasks did not come one after the other, or their ends were missed.
    """
    whole = run.whole
    known = whole.workers[whole.by_key[worker.key]]
    lane, last = known.lane, len(known.lane) - 1
    if lane.nested or any(index != last for index in (*lane.assumed, *lane.open_at.values())):
        return None
    kept = _kept.setdefault(whole, {})
    key = (lane.late, id(known.states), known.states.thinned)
    if known.index not in kept or kept[known.index].key != key:
        kept[known.index] = Settled(key)
    return known, kept[known.index]


def settled_spans(run: Run, worker: Worker, known: Worker) -> int:
    """How many of a worker's spans will say the same for ever: those after which a sample came."""
    lane, states = worker.lane, worker.states
    if run.ended:
        return len(lane)
    if not len(known.states):  # nobody looks
        return len(lane) - bool(lane.open_at)
    return bisect_left(lane.ends, states.end) if len(states) else 0


def settled_samples(run: Run, worker: Worker) -> int:
    """The last of a worker's samples in which it will have been busy for so long for ever."""
    lane, times = worker.lane, worker.states.times
    last = len(times) - 2  # the latest may go on
    if run.past is None and not run.ended:  # a task may turn out to have ended
        until = lane.starts[-1] if lane.open_at else lane.ends[-1]
        last = min(last, bisect_left(times, until) - 1)
    return last
