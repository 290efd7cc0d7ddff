"""What is told of one task of asyncio: its steps, and what it awaits between them."""

from __future__ import annotations

import asyncio
from types import CoroutineType, GeneratorType
from weakref import ref

from .allowance import RUNNING, SHARP_NS, UNKNOWN, may_tell
from .awaiting import LOOP, OTHER, awaited
from .labels import LONGEST, name_of, shortened
from .rounds import Rounds
from .tell import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LOOKED_INTO_NS = 50_000
"""In a flood, what was awaited is found out only for a wait of so long."""
SILENT_NS = 100_000_000
"""Nor is a task silent for longer than that."""
IN_FLOOD = -1
_MOST_LABELS = 10_000
_labels: dict[str, str] = {}
_PLAIN = (asyncio.Task, asyncio.tasks._PyTask)  # type: ignore[attr-defined]


class Told(ref):  # type: ignore[type-arg]
    """A task that was told of. It keeps nothing alive: what ends when is the program's affair."""

    __slots__ = (
        "cpu",
        "ended",
        "key",
        "kind",
        "loop",
        "measured",
        "number",
        "place",
        "queue",
        "quick",
        "since",
        "spent",
        "then",
        "unlooked",
        "waits",
    )

    queue: Any
    """Of its loop."""
    key: int
    """The identity of the task, while it is."""
    number: int
    place: int
    """Of its first step in a flood."""
    since: int
    """Until then was told what it did; 0: it has not begun."""
    ended: int
    """When its latest step ended; 0 while it is in one. What follows is not set ``IN_FLOOD``."""
    kind: str | None
    """What it awaits since then; None where nobody has looked."""
    then: str | None
    """What it is in since what was told; None: running for all that was told, but it waits."""
    spent: dict[str, int] | None
    """Since then, in each state."""
    quick: int
    """Since then, in steps that were so short that nobody asked for their CPU time."""
    loop: int
    """Since then, in waits for the loop alone."""
    waits: bool
    """Whether it has waited."""
    cpu: int
    measured: bool
    """Whether that is all its CPU time."""
    unlooked: bool
    """Whether asyncio said that nobody had asked for its exception."""

    def begin(self, now: int) -> None:
        """It is not queued any more."""
        self.since = now
        self.kind = self.spent = None
        self.then = RUNNING
        self.ended = self.quick = self.loop = self.cpu = 0
        self.waits = False
        self.measured = True

    def step_ended(self, now: int, length: int, cpu: int) -> None:
        """A step took so long."""
        self.ended = now
        self.cpu += cpu
        self._add(RUNNING, cpu)
        if length > cpu:
            self._add(UNKNOWN, length - cpu)

    def suspended(self, task: Any, lines: list[bytes]) -> None:
        """It waits from now on; that may be told."""
        self.waits = True
        now = self.ended
        if may_tell(now):
            self.kind = kind_of(task, task._fut_waiter)
            self.tell(now, self.kind, lines)
        else:
            self.kind = None
            if self.then != UNKNOWN:
                self.tell(now, UNKNOWN, lines)

    def suspended_in_flood(self, now: int, lines: list[bytes]) -> bool:
        """It waits from now on, as many others do; whether that must be told if it lasts."""
        self.waits = True
        self.kind = None
        if self.then is not None:
            if self.then == UNKNOWN:
                return False
            self.then = None
            return True
        if now - self.since > SILENT_NS:
            self.tell(now, UNKNOWN, lines)
        return False

    def waits_on(self, task: Any, now: int, may: bool, lines: list[bytes]) -> None:
        """The loop waits, too: so what it awaits is told now, if nothing was said of it."""
        if self.ended == IN_FLOOD:
            self._surfaces(now)
        if not self.ended:
            if self.then is None:
                self.then = RUNNING
        elif may and (self.then is None or self.then == UNKNOWN):
            self.kind = kind_of(task, task._fut_waiter)
            self.tell(self.ended, self.kind, lines)
        elif self.then is None:
            self.tell(self.ended, UNKNOWN, lines)

    def resumed(self, task: Any, future: Any, now: int, rounds: Rounds, lines: list[bytes]) -> None:
        """It goes on; for some of the time perhaps it only waited for its turn."""
        ended, self.ended = self.ended, 0
        waited = now - ended
        kind = self.kind or _kind_afterwards(task, future, waited)
        late = 0
        if kind != LOOP:
            try:
                late = min(waited, rounds.late(kind, task._coro, ended, now))
            except Exception:  # the loop is not as we know it
                late = 0
        tells = waited >= SHARP_NS if self.then is None or self.then == UNKNOWN else True
        if tells and self.kind is None:
            tells = may_tell(now)
            if tells and self.then is None:
                self.tell(ended, kind, lines)
        elif self.then is None:
            self.then = RUNNING
        self._add(kind, waited - late)
        if tells and late >= SHARP_NS:
            self.tell(now - late, LOOP, lines)
        self.loop += late
        if tells:
            self.tell(now, RUNNING, lines)

    def resumed_in_flood(
        self, task: Any, future: Any, now: int, begun: int, lines: list[bytes]
    ) -> None:
        """It goes on, ready at least since the round began."""
        ended, self.ended = self.ended, 0
        if future is None:
            self.loop += now - ended
        else:
            late = now - max(ended, begun)
            waited = now - ended - late
            self.loop += late
            self._add(self.kind or _kind_afterwards(task, future, waited), waited)
        if self.then is not None and self.then != UNKNOWN:
            self.tell(now, RUNNING, lines)

    def resumed_after_flood(self, now: int, lines: list[bytes]) -> None:
        """It goes on; nobody has looked at what it did since the flood began."""
        self.waits = True
        self.measured = False
        if self.ended == IN_FLOOD:
            self._surfaces(now)
            self.ended = 0
        elif self.ended:
            self._add(UNKNOWN, now - self.ended)
            self.ended = 0
        if self.then is None:
            self.then = RUNNING
        elif self.then != UNKNOWN:
            self.tell(now, RUNNING, lines)

    def _surfaces(self, now: int) -> None:
        """What it did in the flood is not known."""
        self.begin(self.since + 1)  # until then was told that it is not known
        self.ended = now
        self.then = UNKNOWN
        self.waits = True
        self.measured = False

    def tell(self, until: int, then: str, lines: list[bytes]) -> None:
        """What it did until then, and does from then on."""
        if until > self.since:
            if self.quick:
                self._add(RUNNING, self.quick)
            if self.loop:
                self._add(LOOP, self.loop)
            spent = self.spent or {}
            shares = ",".join([f'"{kind}":{took}' for kind, took in spent.items() if took > 0])
            told = f'["awaited",{until},{self.number},{self.since},{{{shares}}},"{then}"]\n'
            lines.append(told.encode())
            self.since = until
            self.spent = None
            self.quick = self.loop = 0
        self.then = then

    def _add(self, kind: str, took: int) -> None:
        spent = self.spent
        if spent is None:
            self.spent = {kind: took}
        else:
            spent[kind] = spent.get(kind, 0) + took


def _kind_afterwards(task: Any, future: Any, waited: int) -> str:
    """What a task has waited for, which goes on now."""
    if future is None:
        return LOOP
    return kind_of(task, future) if waited >= LOOKED_INTO_NS else UNKNOWN


def name_given(task: Any) -> str:
    """What a task was called by the program; empty if it was not."""
    name = task.get_name() if type(task) in _PLAIN else ""
    if type(name) is str and not (name[:5] == "Task-" and name[5:].isdigit()):
        return name
    return ""


def label_of(coroutine: Any, name: str) -> str:
    """What a task is called, as JSON: by its coroutine, and its own name."""
    if type(coroutine) is CoroutineType or type(coroutine) is GeneratorType:
        label = coroutine.__qualname__
    else:
        label = name_of(type(coroutine))
    known = _labels.get(label) if not name else None
    if known is None:
        short = shortened(label.rpartition("<locals>.")[2])
        if name:
            return quoted(f"{short} ({shortened(name, LONGEST // 2)})")
        if len(_labels) >= _MOST_LABELS:
            _labels.clear()
        known = _labels[label] = quoted(short)
    return known


def kind_of(task: Any, future: Any) -> str:
    """What a suspended task waits for, by name of the state."""
    try:
        return awaited(task._coro, future)
    except Exception:
        return OTHER
