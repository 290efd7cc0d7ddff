"""What is known of every task, in columns: a hundred thousand tasks must stay light."""

from __future__ import annotations

from array import array
from collections.abc import MutableMapping
from enum import IntEnum

from msgspec.structs import replace

from concviz.model.times import Times
from concviz.trace.events import Result, TaskLost, TaskReturned, TaskTold
from concviz.trace.states import State

UNKNOWN = -1
"""A time that was not seen (yet). Monotonic times are never negative."""

MOST_TASKS = 4_000_000
"""Tasks that a run without a plan makes room for (45 bytes each, and as much for what is known of
them); those beyond are counted as not known."""
FURTHEST = 100_000
"""A task's number may be so much beyond all before it: a wrong one must not take all the room."""
RESULT_CHARACTERS = 10_000_000
"""Characters of results and errors that a run keeps; beyond, they are counted as left out."""


class Outcome(IntEnum):
    """How far a task is, or how it ended. The values are stored; the words are for people."""

    WAITING = 0
    RUNNING = 1
    FINISHED = 2
    FAILED = 3
    LOST = 4
    """Its worker or the whole runner died under it, or its result with the process that had it."""
    STOPPED = 5
    """It was running when the run was stopped."""
    NOT_STARTED = 6
    """The run ended before its turn came."""
    CUT_OFF = 7
    """What became of it is not known: the recording of the run ends before it did."""
    CANCELLED = 8
    """Somebody called it off."""

    @property
    def word(self) -> str:
        """For people, for example "not started"."""
        return self.name.lower().replace("_", " ")

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the task."""
        return self > Outcome.RUNNING


class Failure:
    """What a task raised: one line, and the traceback."""

    __slots__ = ("error", "traceback")

    def __init__(self, error: str, traceback: str) -> None:
        self.error = error
        self.traceback = traceback


def refined(before: TaskTold, told: TaskTold) -> TaskTold:
    """What both say of a task; the later one counts where it says anything."""
    return replace(
        before,
        t_ns=min(before.t_ns, told.t_ns),
        group=told.group if before.group is None else before.group,
        label=told.label or before.label,
        by=told.by if told.by is not None else before.by,
        items=max(told.items, before.items),
        again=told.again if told.again is not None else before.again,
    )


class Tasks:
    """Columns of times (nanoseconds, UNKNOWN where not seen), worker, outcome, by task index."""

    def __init__(self, number: int = 0) -> None:
        self.submitted = array("q")
        self.started = array("q")
        self.finished = array("q")
        self.collected = array("q")
        self.cpu = array("q")
        """CPU time of the task's thread; UNKNOWN where it cannot be told apart."""
        self.worker = array("i")
        """Index of the worker."""
        self.outcome = bytearray()
        self.results: MutableMapping[int, Result] = {}
        """Results other than None."""
        self.failures: MutableMapping[int, Failure] = {}
        self.returned: MutableMapping[int, TaskReturned] = {}
        """How results came from other memory, where that took its time."""
        self.told: MutableMapping[int, tuple[int, State]] = {}
        """Until when a coroutine has told what it waited for, and what it does since then."""
        self.named: MutableMapping[int, TaskTold] = {}
        """Group, label and who asked for it, of tasks of which that was told."""
        self.retold: dict[int, list[TaskTold]] = {}
        """What was told of tasks of which more than once was told, in the order it came."""
        self.cancelled: dict[int, int] = {}
        """When tasks were called off."""
        self.lost: dict[int, TaskLost] = {}
        """Of which that was told."""
        self.attempts: dict[int, TaskTold] = {}
        """Those that do the work of another one anew."""
        self.unsendable: dict[int, tuple[int, Result]] = {}
        """When tasks failed that had returned before, and what."""
        self.left_out = 0
        """Results and errors that were not kept because there were too many characters."""
        self.unkept = Times()
        """When those came."""
        self._kept_loop: dict[int, list[tuple[int, int]]] = {}
        self._room = RESULT_CHARACTERS
        self.grow(number)

    def grow(self, more: int) -> None:
        """Make room for so many more."""
        columns = self.submitted, self.started, self.finished, self.collected, self.cpu, self.worker
        if more == 1:  # as they come, one by one
            for column in columns:
                column.append(UNKNOWN)
            self.outcome.append(0)
        else:
            for column in columns:
                column.extend(array(column.typecode, [UNKNOWN]) * more)
            self.outcome.extend(bytes(more))

    def __len__(self) -> int:
        return len(self.outcome)

    def name(self, told: TaskTold) -> bool:
        """What is known of it: what is told later counts where it says anything.

        True when its group was not known before.
        """
        task = told.task
        if told.again is not None:
            known = self.attempts.get(task)
            if known is None or told.t_ns < known.t_ns:
                self.attempts[task] = told
        before = self.named.get(task)
        if before is None:
            self.named[task] = told
            return told.group is not None
        self.retold.setdefault(task, [before]).append(told)
        self.named[task] = refined(before, told)
        return before.group is None and told.group is not None

    def first_of(self, task: int) -> int:
        """The task whose work it does anew; itself, if it is the first to do it."""
        seen = {task}
        while (told := self.attempts.get(task)) is not None and told.again is not None:
            task = told.again
            if task in seen:  # no attempt at itself makes sense
                break
            seen.add(task)
        return task

    def attempts_at(self, task: int) -> list[int]:
        """Those that did the work of a task anew, in order."""
        return sorted(n for n in self.attempts if n != task and self.first_of(n) == task)

    def answers(self) -> list[int]:
        """Tasks that gave a result that is kept, in the order of what was asked for.

        Not those whose result was lost, and one that was run again in the place of the first.
        """
        if not self.lost and not self.attempts:
            return sorted(self.results)
        return sorted(self.results.keys() - self.lost.keys(), key=lambda n: (self.first_of(n), n))

    def in_hand(self, task: int) -> int:
        """When what came of its work was in hand; UNKNOWN when not, or what it did was lost.

        Whoever waits for a task's result does not know which attempt it is of.
        """
        if not self.lost and not self.attempts:
            return self.collected[task]
        if task in self.lost:
            return UNKNOWN
        first = self.first_of(task)
        known = self.collected[first] if 0 <= first < len(self.collected) else UNKNOWN
        return known if known != UNKNOWN else self.collected[task]

    def keep_loop(self, task: int, begin: int, end: int) -> None:
        """Remember that a coroutine kept the event loop's thread all that time."""
        self._kept_loop.setdefault(task, []).append((begin, end))

    def kept_loop(self, task: int) -> list[tuple[int, int]]:
        """When a task kept the event loop's thread for long; empty for all but coroutines."""
        return self._kept_loop.get(task, [])

    @property
    def loop_keepers(self) -> list[int]:
        """Tasks that kept the event loop's thread for long."""
        return list(self._kept_loop)

    def keep_result(self, task: int, t_ns: int, result: Result) -> None:
        """Remember the result of a task, if there is room."""
        if result is not None and self._fits(t_ns, result):
            self.results[task] = result

    def keep_failure(self, task: int, t_ns: int, error: str, traceback: str) -> None:
        """Remember what a task raised, if there is room."""
        if self._fits(t_ns, error + traceback):
            self.failures[task] = Failure(error, traceback)

    def _fits(self, t_ns: int, value: Result) -> bool:
        size = len(value) if isinstance(value, str) else 8
        if size > self._room:
            self.left_out += 1
            self.unkept.add(t_ns)
            return False
        self._room -= size
        return True
