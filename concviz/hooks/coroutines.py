"""What is told of one task of asyncio: its steps, and what it awaits between them."""

from __future__ import annotations

import asyncio
from types import CoroutineType, GeneratorType
from weakref import ref

from .allowance import RUNNING, SHARP_NS, UNKNOWN, may_tell
from .awaiting import LOOP, OTHER, awaited
from .labels import LONGEST, name_of, shortened
from .rounds import Rounds
from .tell import new_task, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LOOKED_INTO_NS = 50_000
"""In a flood, what was awaited is found out only for a wait of so long."""
SILENT_NS = 100_000_000
"""Nor is a task silent for longer than that."""
_MOST_LABELS = 10_000
_labels: dict[str, str] = {}


class Told(ref):  # type: ignore[type-arg]
    """A task that was told of. It keeps nothing alive: what ends when is the program's affair."""

    __slots__ = (
        "cpu",
        "ended",
        "key",
        "kind",
        "measured",
        "name",
        "number",
        "quick",
        "since",
        "spent",
        "then",
        "unlooked",
        "waits",
    )

    key: int
    """The identity of the task, while it is."""
    number: str
    """As JSON."""
    name: str
    """What it is called in its label, where it was given a name."""
    since: int
    """Until then was told what it did; 0: it has not begun."""
    ended: int
    """When its latest step ended; 0 while it is in one."""
    kind: str | None
    """What it awaits since then; None where nobody has looked."""
    then: str | None
    """What it is in since what was told; None: running for all that was told, but it waits."""
    spent: dict[str, int]
    """Since then, in each state."""
    quick: int
    """Since then, in steps that were so short that nobody asked for their CPU time."""
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
        self.ended = 0
        self.kind = None
        self.then = RUNNING
        self.spent = {}
        self.quick = 0
        self.waits = False
        self.cpu = 0
        self.measured = True

    def step_ended(self, now: int, length: int, cpu: int | None) -> None:
        """A step took so long; its CPU time is unknown if it was short and one of many."""
        self.ended = now
        if cpu is None:
            self.quick += length
            self.measured = False
        else:
            self.cpu += cpu
            spent = self.spent
            spent[RUNNING] = spent.get(RUNNING, 0) + cpu
            if length > cpu:
                spent[UNKNOWN] = spent.get(UNKNOWN, 0) + length - cpu

    def suspended(self, task: Any, lines: list[str]) -> None:
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

    def suspended_in_flood(self, lines: list[str]) -> bool:
        """It waits from now on, as many others do; whether that must be told if it lasts."""
        self.waits = True
        self.kind = None
        if self.then == UNKNOWN:
            return False
        if self.ended - self.since > SILENT_NS:
            self.tell(self.ended, UNKNOWN, lines)
            return False
        self.then = None
        return True

    def waits_on(self, task: Any, lines: list[str]) -> None:
        """The loop waits, too: so what it awaits is told now, if nothing was said of it."""
        if self.then is None and self.ended:
            if may_tell(self.ended):
                self.kind = kind_of(task, task._fut_waiter)
            self.tell(self.ended, self.kind or UNKNOWN, lines)

    def resumed(
        self, task: Any, future: Any, now: int, rounds: Rounds, flood: bool, lines: list[str]
    ) -> None:
        """It goes on; for some of the time perhaps it only waited for its turn."""
        ended, self.ended = self.ended, 0
        waited = now - ended
        kind = self.kind
        if kind is None:
            if future is None:
                kind = LOOP
            elif waited < LOOKED_INTO_NS:
                kind = UNKNOWN
            else:
                kind = kind_of(task, future)
        late = 0
        if kind != LOOP:
            try:
                late = min(waited, rounds.late(kind, task._coro, ended, now))
            except Exception:  # the loop is not as we know it
                late = 0
        spent = self.spent
        spent[kind] = spent.get(kind, 0) + waited - late
        then = self.then
        if then is None:
            tells = not flood and waited >= SHARP_NS and may_tell(now)
            if tells:
                waits = {kind: spent.pop(kind)}
                self.tell(ended, kind, lines)
                spent = self.spent = waits
            else:
                self.then = RUNNING
        else:
            tells = then != UNKNOWN or (waited >= SHARP_NS and may_tell(now))
        if late:
            if tells and late >= SHARP_NS:
                self.tell(now - late, LOOP, lines)
                spent = self.spent
            spent[LOOP] = spent.get(LOOP, 0) + late
        if tells:
            self.tell(now, RUNNING, lines)

    def tell(self, until: int, then: str, lines: list[str]) -> None:
        """What it did until then, and does from then on."""
        if until > self.since:
            spent = self.spent
            if self.quick:
                spent[RUNNING] = spent.get(RUNNING, 0) + self.quick
                self.quick = 0
            shares = ",".join([f'"{kind}":{took}' for kind, took in spent.items() if took > 0])
            lines.append(f'["awaited",{until},{self.number},{self.since},{{{shares}}},"{then}"]')
            self.since = until
            self.spent = {}
        self.then = then


def new_told(task: Any, gone: Callable[[Told], None]) -> Told:
    """A task that comes to be."""
    new = Told(task, gone)
    new.key = id(task)
    new.number = str(new_task())
    new.since = new.ended = 0
    new.unlooked = False
    name = task.get_name() if type(task) in (asyncio.Task, asyncio.tasks._PyTask) else ""  # type: ignore[attr-defined]
    new.name = name if type(name) is str and not _is_default(name) else ""
    return new


def label_of(task: Any, name: str) -> str:
    """As JSON: its coroutine's name, and its own."""
    coroutine = task._coro
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


def _is_default(name: str) -> bool:
    return name[:5] == "Task-" and name[5:].isdigit()
